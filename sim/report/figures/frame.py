"""The frame of a figure: title, subtitle, source line, and labels at the ends of lines, all with their room.

Everything is laid out in inches by measuring the text, so that nothing is clipped whatever the names are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures.placing import spread
from sim.report.figures.text import height_of, renderer_of, width_of, wrap
from sim.report.style import (
    BODY,
    CENTIMETRE,
    DOTS_PER_INCH,
    FADED,
    FULL_WIDTH,
    GREY,
    INK,
    SMALL,
    TITLE,
)
from sim.words.dates import short_day
from sim.words.numbers import counted

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim.report.tables import Tables

EDGE = 0.08
"""Inches kept free around a figure."""
_TO_LABEL = 0.12
"""Inches from the end of a line to its label."""
_LABEL_SHARE = 0.34
"""Largest part of a figure's width that labels at line ends may take."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What a figure says in words: the finding, what is shown, and where it comes from."""

    title: str
    subtitle: str
    source: str


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A label beside the right end of the axes at the height of `value`."""

    value: float
    words: str
    colour: str = INK
    leader: bool = True


@dataclass(frozen=True, slots=True)
class Canvas:
    """A figure being drawn; `alone` if it has title, subtitle and source of its own."""

    figure: Figure
    axes: Axes
    alone: bool
    width: float

    @property
    def narrow(self) -> bool:
        """Whether the figure is for a column rather than a page."""
        return self.width < (FULL_WIDTH * 0.75)


def open_canvas(axes: Axes | None, width: float) -> Canvas:
    """A new figure of that width in inches, or the panel that was given."""
    if axes is not None:
        figure = axes.get_figure(root=True)
        assert figure is not None
        return Canvas(figure, axes, alone=False, width=axes.bbox.width / figure.dpi)
    from sim.report.figures.shown import MeasuredCanvas, ShownFigure

    figure = ShownFigure(figsize=(width, width * 0.6), dpi=DOTS_PER_INCH)
    MeasuredCanvas(figure)
    return Canvas(figure, figure.add_axes((0.1, 0.1, 0.8, 0.8)), alone=True, width=width)


def caption_of(tables: Tables, title: str, measure: str) -> Caption:
    """The caption of a run's figure: the finding; measure, scenario, replications and as-of date; the run."""
    parts = [measure, tables.title, tables.left_out or counted(tables.replications, "replication")]
    if tables.as_of is not None:
        parts.append(f"as of {short_day(tables.as_of)}")
    manifest = tables.run.manifest
    source = f"Source: ISF simulator, run {tables.run.folder.name}, seed {manifest['seed']}."
    return Caption(title, " · ".join(parts), source)


def plot_width(canvas: Canvas, labels: Sequence[EndLabel] = (), left: float = 0.4) -> float:
    """Inches that the plot itself will have; `left` is a guess of the room that tick labels take."""
    if not canvas.alone:
        return canvas.width
    return canvas.width - left - _right_room(canvas, labels) - 2 * EDGE


def settle(
    canvas: Canvas, caption: Caption, height: float, labels: Sequence[EndLabel] = (), above: float = 0.0
) -> None:
    """Write the caption, give the axes `height` inches and the room that is left, and place the end labels.

    Call this after everything else is on the axes. `above` is the room in inches that names over it need.
    """
    for axis in (canvas.axes.xaxis, canvas.axes.yaxis):
        if canvas.alone and not axis.get_label_text():
            axis.set_label_coords(0.5, 0)  # else every drawing measures all tick labels to place no label
    if canvas.alone:
        _settle_alone(canvas, caption, height, labels, above)
    else:
        lines = wrap(caption.title, canvas.figure, canvas.width, BODY, weight="bold", most_lines=3)
        pad = 4 + above * 72
        canvas.axes.set_title("\n".join(lines), loc="left", fontsize=BODY, fontweight="bold", pad=pad)
    _place_labels(canvas, labels)


def _settle_alone(
    canvas: Canvas, caption: Caption, height: float, labels: Sequence[EndLabel], above: float
) -> None:
    figure, axes = canvas.figure, canvas.axes
    inner = canvas.width - 2 * EDGE
    title = wrap(caption.title, figure, inner, TITLE, weight="bold", most_lines=6)
    subtitle = wrap(caption.subtitle, figure, inner, BODY, most_lines=6)
    source = wrap(caption.source, figure, inner, SMALL, most_lines=4)
    head = height_of(len(title), TITLE) + height_of(len(subtitle), BODY) + 0.1 + above
    foot = height_of(len(source), SMALL) + 0.06
    height = max(height, _labels_height(canvas, labels))
    left, below = _tick_room(canvas)
    total = EDGE + head + height + below + foot + EDGE
    figure.set_size_inches(canvas.width, total)
    right = _right_room(canvas, labels)
    wide = canvas.width - 2 * EDGE - left - right
    axes.set_position(
        (
            (EDGE + left) / canvas.width,
            (EDGE + foot + below) / total,
            wide / canvas.width,
            height / total,
        )
    )
    _write(canvas, title, EDGE, size=TITLE, colour=INK, weight="bold")
    _write(canvas, subtitle, EDGE + height_of(len(title), TITLE), size=BODY, colour=FADED)
    _write(canvas, source, total - EDGE - height_of(len(source), SMALL), size=SMALL, colour=FADED)


def _write(
    canvas: Canvas,
    lines: Sequence[str],
    top: float,
    *,
    size: float,
    colour: str,
    weight: str = "normal",
) -> None:
    """Write lines one by one, `top` inches below the figure's upper edge."""
    total = float(canvas.figure.get_size_inches()[1])
    for number, line in enumerate(lines):
        middle = top + height_of(1, size) * (number + 0.5)
        canvas.figure.text(
            EDGE / canvas.width,
            1 - middle / total,
            line,
            fontsize=size,
            color=colour,
            fontweight=weight,
            va="center_baseline",
        )


def _tick_room(canvas: Canvas) -> tuple[float, float]:
    """Inches that tick labels take to the left of and below the axes."""
    renderer = renderer_of(canvas.figure)
    axes = canvas.axes
    frame = axes.get_window_extent(renderer)
    dots = float(canvas.figure.dpi)
    left, below = 0.0, 0.0
    for axis in (axes.xaxis, axes.yaxis):
        box = axis.get_tightbbox(renderer)
        if box is not None:
            left = max(left, (frame.x0 - box.x0) / dots)
            below = max(below, (frame.y0 - box.y0) / dots)
    return left + 0.02, below + 0.04


def _label_room(canvas: Canvas) -> float:
    return canvas.width * _LABEL_SHARE


def _wrapped(canvas: Canvas, labels: Sequence[EndLabel]) -> list[list[str]]:
    room = _label_room(canvas) - _TO_LABEL
    return [wrap(label.words, canvas.figure, room, SMALL, most_lines=3) for label in labels]


def _right_room(canvas: Canvas, labels: Sequence[EndLabel]) -> float:
    """Inches to the right of the axes; without labels enough for half a tick label."""
    widths = [width_of(line, canvas.figure, SMALL) for lines in _wrapped(canvas, labels) for line in lines]
    return max([0.16, *(width + _TO_LABEL + 0.01 for width in widths)])


def _labels_height(canvas: Canvas, labels: Sequence[EndLabel]) -> float:
    return sum(height_of(len(lines), SMALL) for lines in _wrapped(canvas, labels))


def _place_labels(canvas: Canvas, labels: Sequence[EndLabel]) -> None:
    """Write the labels beside the axes, moved apart where they would overlap, with lines to their places."""
    figure, axes = canvas.figure, canvas.axes
    dots = float(figure.dpi)
    frame = axes.get_window_extent(renderer_of(figure))
    wrapped = _wrapped(canvas, labels)
    heights = [height_of(len(lines), SMALL) * dots for lines in wrapped]
    wanted = [float(axes.transData.transform((0, label.value))[1]) for label in labels]
    # Half a line may stand out above and below, so that labels of 0 % and 100 % stay level with their lines.
    slack = height_of(1, SMALL) / 2 * dots
    centres = spread(wanted, heights, frame.y0 - slack, frame.y1 + slack)
    to_figure = figure.transFigure.inverted()
    for label, lines, target, centre in zip(labels, wrapped, wanted, centres, strict=True):
        x, y = to_figure.transform((frame.x1 + _TO_LABEL * dots, centre))
        words = "\n".join(lines)
        figure.text(x, y, words, fontsize=SMALL, color=label.colour, va="center", linespacing=1.05)
        if label.leader:
            start = to_figure.transform((frame.x1 + 0.015 * dots, target))
            end = to_figure.transform((frame.x1 + (_TO_LABEL - 0.02) * dots, centre))
            _draw_line(figure, start, end)


def _draw_line(figure: Figure, start: NDArray[np.float64], end: NDArray[np.float64]) -> None:
    """Draw a thin grey line between two points given as shares of the figure."""
    from matplotlib.lines import Line2D

    xs, ys = [start[0], end[0]], [start[1], end[1]]
    figure.add_artist(Line2D(xs, ys, color=GREY, linewidth=0.5, transform=figure.transFigure))


def centimetres(length: float) -> float:
    """A length in centimetres as inches."""
    return length * CENTIMETRE
