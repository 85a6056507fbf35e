"""The flow-in as planners draw it: when each contingent is approved, ready, in the theatre and gone again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report.figures.dates import ABOVE, name_as_of
from sim.report.figures.frame import EDGE, Canvas, EndLabel, caption_of, open_canvas, settle
from sim.report.figures.text import height_of, width_of, wrap
from sim.report.figures.timeline import date_axis, position
from sim.report.findings import gantt_finding
from sim.report.style import (
    BLUE,
    FADED,
    FULL_WIDTH,
    GREEN,
    INK,
    LINE,
    ORANGE,
    PAPER,
    PURPLE,
    SMALL,
    VERMILLION,
    drawing,
)
from sim.report.tables import Tables, rows_of, tables_of
from sim.vocabulary import DEPLOYED
from sim.words.numbers import count_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_MOST_ROWS = 40
_ROW_INCHES = 0.27
_NEVER = float("inf")
_HEAD = "arrives"


@dataclass(frozen=True, slots=True)
class StageStyle:
    """How one stage is drawn: its name for the reader, its marker, and how far below the row's middle."""

    stage: str
    words: str
    shape: str
    colour: str
    shift: float


_LOOKS = (
    StageStyle("deciding", "conditions met", ">", FADED, -0.3),
    StageStyle("preparing", "approved", "o", GREEN, -0.18),
    StageStyle("ready", "ready to move", "s", ORANGE, -0.06),
    StageStyle("moving", "under way", "<", PURPLE, 0.06),
    StageStyle(DEPLOYED, "first in theatre", "D", BLUE, 0.18),
    StageStyle("withdrawing", "leaves", "X", VERMILLION, 0.3),
)


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One contingent: its name and the table's row of each stage by the stage's name."""

    words: str
    stages: dict[str, Any]

    @property
    def arrives(self) -> float:
        """The chance that any of it ever arrives."""
        stage = self.stages.get(DEPLOYED)
        return float(stage.chance) if stage is not None else 0.0

    @property
    def order(self) -> tuple[float, float, str]:
        """Rows go by the median date of arrival; those that never arrive come last."""
        stage = self.stages.get(DEPLOYED)
        date = position(stage.median) if stage is not None else _NEVER
        return (_NEVER if math.isnan(date) else date, -self.arrives, self.words)


def draw_gantt(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw a row a contingent: each stage's median date with a bar over 90 % of the worlds, and its chance."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        rows, left_out = _rows(tables)
        chances = [
            EndLabel(place, count_of(row.arrives, tables.replications), leader=False)
            for place, row in enumerate(rows)
        ]
        head = EndLabel(-0.5, _HEAD, FADED, leader=False)
        for place, row in enumerate(rows):
            _draw_row(canvas, place, row)
        names_room = _row_axis(canvas, rows)
        axis_inches = canvas.width - names_room - 0.7
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, axis_inches)
        looks = [look for look in _LOOKS if any(look.stage in row.stages for row in rows)]
        columns = _key_columns(canvas, looks)
        key_inches = height_of(-(-len(looks) // columns), SMALL) + 0.04 if looks else 0.0
        caption = caption_of(tables, gantt_finding(tables), _measure(len(rows), left_out))
        settle(canvas, caption, max(1, len(rows)) * _ROW_INCHES, [head, *chances], above=key_inches + ABOVE)
        name_as_of(canvas, tables)
        _draw_key(canvas, looks, columns)
    return canvas.figure


def _measure(shown: int, left_out: int) -> str:
    words = (
        "First date of each stage in the worlds in which it arrives: median and 90 % of them; hollow: in fewer than "
        "half of the replications; right: chance to arrive at all"
    )
    return (
        f"{words}; {left_out} contingents less likely to arrive than these {shown} left out"
        if left_out
        else words
    )


def _rows(tables: Tables) -> tuple[list[GanttRow], int]:
    """The contingents to show, in the order of their arrival, and how many are left out."""
    rows = []
    for (contributor, contingent), table in tables.stage_dates.groupby(
        ["contributor", "contingent"], sort=True
    ):
        stages = {str(row.stage): row for row in rows_of(table) if float(row.chance) > 0}
        rows.append(GanttRow(tables.contingent_name(str(contributor), str(contingent)), stages))
    likeliest = sorted(rows, key=lambda row: (-row.arrives, *row.order))
    return sorted(likeliest[:_MOST_ROWS], key=lambda row: row.order), max(0, len(rows) - _MOST_ROWS)


def _draw_row(canvas: Canvas, place: int, row: GanttRow) -> None:
    axes = canvas.axes
    if place % 2 == 1:
        axes.axhspan(place - 0.5, place + 0.5, color="#F5F5F5", linewidth=0, zorder=0)
    for look in _LOOKS:
        stage = row.stages.get(look.stage)
        if stage is None:
            continue
        height = place + look.shift
        axes.plot(
            [position(stage.q05), position(stage.q95)],
            [height, height],
            color=look.colour,
            linewidth=1.0,
            solid_capstyle="butt",
        )
        axes.plot(
            [position(stage.median)],
            [height],
            marker=look.shape,
            markersize=3.6,
            color=look.colour,
            markerfacecolor=look.colour if float(stage.chance) >= 0.5 else PAPER,
            markeredgewidth=0.7,
            linestyle="none",
            clip_on=False,
            zorder=3,
        )


def _row_axis(canvas: Canvas, rows: Sequence[GanttRow]) -> float:
    """Name the rows to the left; returns the inches that the names take."""
    room = canvas.width * (0.3 if canvas.narrow else 0.24)
    names = [wrap(row.words, canvas.figure, room, SMALL, most_lines=2) for row in rows]
    axes = canvas.axes
    axes.set_yticks(range(len(rows)), ["\n".join(lines) for lines in names], fontsize=SMALL)
    axes.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=LINE, linewidth=0.5)
    return max([0.0, *(width_of(line, canvas.figure, SMALL) for lines in names for line in lines)])


_HANDLE_INCHES = 0.26
"""Room of a key's marker with the gaps around it."""


def _key_columns(canvas: Canvas, looks: Sequence[StageStyle]) -> int:
    """How many entries of the key fit side by side."""
    widest = max([0.3, *(width_of(look.words, canvas.figure, SMALL) for look in looks)])
    return max(1, min(len(looks), int((canvas.width - 2 * EDGE) / (widest + _HANDLE_INCHES))))


def _draw_key(canvas: Canvas, looks: Sequence[StageStyle], columns: int) -> None:
    """Say what each marker is, in rows above the plot."""
    if not looks:
        return
    from matplotlib.lines import Line2D

    axes, figure = canvas.axes, canvas.figure
    widest = max(width_of(look.words, figure, SMALL) for look in looks) + _HANDLE_INCHES
    frame = axes.get_position()
    inches_wide, inches_high = (float(size) for size in figure.get_size_inches())
    rows = -(-len(looks) // columns)
    left = EDGE if canvas.alone else frame.x0 * inches_wide
    for place, look in enumerate(looks):
        x = left + (place % columns) * widest + 0.06
        y = (
            frame.y1 * inches_high
            + ABOVE
            + height_of(rows - place // columns, SMALL)
            - height_of(1, SMALL) / 2
        )
        marker = Line2D([x], [y], marker=look.shape, markersize=3.6, color=look.colour, linestyle="none")
        marker.set_transform(figure.dpi_scale_trans)
        figure.add_artist(marker)
        figure.text(
            (x + 0.08) / inches_wide,
            y / inches_high,
            look.words,
            fontsize=SMALL,
            color=INK,
            va="center_baseline",
        )
