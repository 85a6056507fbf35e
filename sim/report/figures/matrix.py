"""The statement of requirements as a board: capability by sector, filled against required."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures.frame import EDGE, Canvas, caption_of, open_canvas, settle
from sim.report.figures.text import height_of, width_of, wrap
from sim.report.findings import coverage_finding
from sim.report.style import FULL_WIDTH, INK, PAPER, SMALL, drawing, ink_on
from sim.report.tables import Tables, rows_of, tables_of
from sim.words.dates import short_day
from sim.words.names import printable, readable
from sim.words.numbers import percentage, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_EMPTY = "#F5F5F5"
_ANY = "any sector"
_MOST_NARROW = 3
"""So many sectors stand beside each other in a column of print; more would break every number of a cell."""
_DARKEST = (0x00, 0x4C, 0x7D)
_LIGHTEST = (0xE8, 0xF1, 0xF8)


@dataclass(frozen=True, slots=True)
class RequirementCell:
    """What is required of one capability in one sector, how much of it is there, and how often all."""

    required: float
    filled: float
    met: float
    critical: bool
    due: str

    @property
    def share(self) -> float:
        """The filled part; all of it where nothing is required."""
        return self.filled / self.required if self.required else 1.0

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in the cell; a capability that no replication needs is `not needed`."""
        if math.isnan(self.filled):
            return (f"{whole(self.required)}", "not needed")
        words = (
            f"{whole(self.filled)} of {whole(self.required)}",
            f"due {self.due}",
            "never met" if self.met == 0 else f"met in {percentage(self.met)}",
        )
        return (*words, "critical") if self.critical else words


def draw_matrix(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw a cell a capability and sector: mean troops there of those required, and how often all are."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        cells = _cells(tables)
        columns = sorted({column for _, column in cells}, key=lambda column: _sector_order(tables, column))
        listed = canvas.narrow and len(columns) > _MOST_NARROW
        if listed:
            cells, columns = _listed(tables, cells), [""]
        rows = list(dict.fromkeys(row for row, _ in cells))
        room = canvas.width * (0.58 if listed else 0.28 if canvas.narrow else 0.22)
        names = [wrap(row, canvas.figure, room, SMALL, most_lines=3) for row in rows]
        left = max([0.0, *(width_of(line, canvas.figure, SMALL) for lines in names for line in lines)])
        wide = (canvas.width - left - 2 * EDGE - 0.25) / max(1, len(columns))
        heads = [
            wrap(_sector_name(tables, column), canvas.figure, wide - 0.04, SMALL, most_lines=4)
            for column in columns
            if not listed
        ]
        most_lines = 1
        for (row, column), cell in cells.items():
            lines = _cell_lines(canvas, cell, wide - 0.06, listed)
            most_lines = max(most_lines, len(lines))
            _draw_cell(canvas, columns.index(column), rows.index(row), cell, lines)
        _name_axes(canvas, names, heads)
        inches = max([height_of(most_lines, SMALL), *(height_of(len(lines), SMALL) for lines in names)]) + 0.1
        measure = (
            "Mean troops there of those required, from the day they are due to the end; "
            "how often the requirement is fully met on that day"
        )
        caption = caption_of(tables, coverage_finding(tables), measure)
        above = height_of(max([1, *(len(lines) for lines in heads)]), SMALL) + 0.05
        settle(canvas, caption, max(1, len(rows)) * inches, above=above)
    return canvas.figure


def _cells(tables: Tables) -> dict[tuple[str, str], RequirementCell]:
    """The lines by capability and sector; lines of one cell are put together."""
    if tables.coverage is None:
        return {}
    met = tables.coverage.shortfall.set_index("line")["by_met"]
    cells: dict[tuple[str, str], RequirementCell] = {}
    for line in rows_of(tables.coverage.lines):
        sector = line.sector if isinstance(line.sector, str) else _ANY  # pandas writes a missing word as NaN
        key = (_capability(line.task, (line.role, line.force)), sector)
        troops, share = float(line.troops), float(line.share)
        due = short_day(line.by)
        cell = RequirementCell(troops, troops * share, float(met[line.line]), bool(line.critical), due)
        known = cells.get(key)
        cells[key] = cell if known is None else _together(known, cell)
    return cells


def _listed(
    tables: Tables, cells: dict[tuple[str, str], RequirementCell]
) -> dict[tuple[str, str], RequirementCell]:
    """The cells one below the other, each named by its capability and sector."""
    return {
        (f"{capability}: {_sector_name(tables, sector)}", ""): cell
        for (capability, sector), cell in cells.items()
    }


def _together(first: RequirementCell, second: RequirementCell) -> RequirementCell:
    """Two lines of the same capability and sector in one cell, met as often as the one met less often."""
    return RequirementCell(
        first.required + second.required,
        first.filled + second.filled,
        min(first.met, second.met),
        first.critical or second.critical,
        first.due if first.due == second.due else f"{first.due} and {second.due}",
    )


def _capability(task: str, filters: Sequence[object]) -> str:
    narrowed = ", ".join(readable(part).lower() for part in filters if isinstance(part, str))
    return printable(f"{readable(task)} ({narrowed})" if narrowed else readable(task))


def _sector_order(tables: Tables, sector: str) -> tuple[int, str]:
    """Sectors in the scenario's order, then those it does not list, then lines that any sector serves."""
    known = list(tables.scenario.theatre.sectors)
    place = known.index(sector) if sector in known else len(known) + (sector == _ANY)
    return place, sector


def _sector_name(tables: Tables, sector: str) -> str:
    known = tables.scenario.theatre.sectors.get(sector)
    named = known.name if known else None
    return printable(named or (sector if sector == _ANY else readable(sector)))


def _shade(share: float) -> str:
    """From light (nobody) to dark blue (all), so that greyscale print keeps the order."""
    part = min(1.0, max(0.0, share))
    mixed = (round(light + (dark - light) * part) for light, dark in zip(_LIGHTEST, _DARKEST, strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _cell_lines(canvas: Canvas, cell: RequirementCell, room: float, listed: bool) -> list[str]:
    """The cell's lines as they fit; in a list, which has wide cells, all after the first on one."""
    first, *others = cell.lines
    lines = [first, ", ".join(others)] if listed else cell.lines
    return [piece for line in lines for piece in wrap(line, canvas.figure, room, SMALL, most_lines=3)]


def _draw_cell(canvas: Canvas, column: int, row: int, cell: RequirementCell, lines: Sequence[str]) -> None:
    from matplotlib.patches import Rectangle

    colour = _EMPTY if math.isnan(cell.filled) else _shade(cell.share)
    canvas.axes.add_patch(
        Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor=PAPER, linewidth=2)
    )
    canvas.axes.text(
        column,
        row,
        "\n".join(lines),
        ha="center",
        va="center",
        fontsize=SMALL,
        color=ink_on(colour),
        linespacing=1.1,
    )


def _name_axes(canvas: Canvas, rows: Sequence[Sequence[str]], columns: Sequence[Sequence[str]]) -> None:
    axes = canvas.axes
    axes.set_xlim(-0.5, max(1, len(columns)) - 0.5)
    axes.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), ["\n".join(lines) for lines in columns], fontsize=SMALL, color=INK)
    axes.set_yticks(range(len(rows)), ["\n".join(lines) for lines in rows], fontsize=SMALL, color=INK)
    axes.tick_params(length=0, pad=2)
    for side in ("top", "bottom"):
        axes.spines[side].set_visible(False)
