"""Small multiples: equal panels side by side on the same axes, each under its own title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures.frame import EDGE, Canvas, Caption, settle
from sim.report.figures.text import height_of, width_of, wrap
from sim.report.style import INK, SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP = 0.14
"""Inches between two panels."""
_TITLE_SIZE = SMALL + 0.5
_BELOW = 0.32
"""Inches below a column of panels for two lines of dates."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel is called, in which colour, and a second line below in a plain hand."""

    title: str
    colour: str = INK
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where panels stand, in inches."""

    panels: tuple[Panel, ...]
    columns: int
    panel_width: float
    panel_height: float
    title_lines: int
    note_lines: int
    left: float

    @property
    def rows(self) -> int:
        """How many rows of panels there are."""
        return -(-len(self.panels) // self.columns)

    @property
    def head(self) -> float:
        """Inches above a panel for its title and note."""
        return height_of(self.title_lines, _TITLE_SIZE) + height_of(self.note_lines, SMALL) + 0.04

    @property
    def height(self) -> float:
        """Inches of all rows, with the dates below."""
        return self.rows * (self.head + self.panel_height) + (self.rows - 1) * _GAP + _BELOW


def grid_of(
    canvas: Canvas, panels: Sequence[Panel], height: float, left_words: str = "10,000", most_columns: int = 4
) -> Grid:
    """Lay out panels of that height in inches; `left_words` is the widest label to the left of a row."""
    left = width_of(left_words, canvas.figure, SMALL + 0.5) + 0.1
    room = canvas.width - (2 * EDGE + 0.16 if canvas.alone else 0.0) - left
    columns = max(1, min(len(panels), 2 if canvas.narrow else most_columns))
    if not canvas.narrow and len(panels) > columns:
        columns = next(count for count in (4, 3, columns) if count <= most_columns)
    wide = (room - (columns - 1) * _GAP) / columns
    titles = [_wrapped(canvas, panel.title, wide, _TITLE_SIZE, "bold") for panel in panels]
    notes = [_wrapped(canvas, panel.note, wide, SMALL) for panel in panels if panel.note]
    return Grid(
        tuple(panels),
        columns,
        wide,
        height,
        max((len(lines) for lines in titles), default=1),
        max((len(lines) for lines in notes), default=0),
        left,
    )


def open_panels(canvas: Canvas, caption: Caption, grid: Grid, above: float = 0.0) -> list[Axes]:
    """Write the caption and return the panels, titled, in reading order; only outer ones show their labels."""
    frame = canvas.axes
    for axis in (frame.xaxis, frame.yaxis):
        axis.set_visible(False)
    frame.patch.set_visible(False)
    for spine in frame.spines.values():
        spine.set_visible(False)
    settle(canvas, caption, grid.height, above=above)
    place = frame.get_position()
    wide, high = (float(size) for size in canvas.figure.get_size_inches())
    # A panel that was given has its own height: then the rows share what there is.
    shrink = min(1.0, place.height * high / grid.height)
    axes = []
    for number, panel in enumerate(grid.panels):
        row, column = divmod(number, grid.columns)
        left = grid.left + column * (grid.panel_width + _GAP)
        top = (row + 1) * grid.head + row * (grid.panel_height + _GAP)
        bounds = (
            place.x0 + left / wide,
            place.y1 - (top + grid.panel_height) * shrink / high,
            grid.panel_width / wide,
            grid.panel_height * shrink / high,
        )
        own = canvas.figure.add_axes(bounds)
        _write_title(canvas, own, grid, panel)
        own.tick_params(labelleft=column == 0, labelbottom=number + grid.columns >= len(grid.panels))
        axes.append(own)
    return axes


def _write_title(canvas: Canvas, axes: Axes, grid: Grid, panel: Panel) -> None:
    titles = _wrapped(canvas, panel.title, grid.panel_width, _TITLE_SIZE, "bold")
    notes = _wrapped(canvas, panel.note, grid.panel_width, SMALL) if panel.note else []
    high = float(canvas.figure.get_size_inches()[1])
    box = axes.get_position()
    line = height_of(1, SMALL) / high
    bottom = box.y1 + 0.02 / high
    for number, words in enumerate(reversed(notes)):
        canvas.figure.text(
            box.x0, bottom + (number + 0.5) * line, words, fontsize=SMALL, va="center_baseline"
        )
    bottom += len(notes) * line
    line = height_of(1, _TITLE_SIZE) / high
    for number, words in enumerate(reversed(titles)):
        canvas.figure.text(
            box.x0,
            bottom + (number + 0.5) * line,
            words,
            fontsize=_TITLE_SIZE,
            fontweight="bold",
            color=panel.colour,
            va="center_baseline",
        )


def _wrapped(canvas: Canvas, words: str, room: float, size: float, weight: str = "normal") -> list[str]:
    return wrap(words, canvas.figure, room, size, weight=weight, most_lines=3)
