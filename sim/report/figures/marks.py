"""Points on a plot with labels that hit neither each other nor the points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures.placing import Rectangle, free_place
from sim.report.figures.text import height_of, renderer_of, width_of, wrap
from sim.report.style import GREY, PAPER, SMALL

if TYPE_CHECKING:
    from sim.report.figures.frame import Canvas

_HALF_MARK = 0.06
"""Inches from a mark's middle to its edge."""
_FAR = 0.12
"""Inches from a mark to its label from which a line joins them."""
_WIDEST = 0.5
"""The part of the plot's width that a label may take."""
TARGET_SHAPE, ESTIMATE_SHAPE = "v", "D"


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on a plot of troops over time, with its label."""

    date: dt.date
    troops: float
    words: str
    shape: str
    colour: str


def draw_marks(canvas: Canvas, marks: Sequence[Mark], covered: Sequence[Rectangle]) -> None:
    """Draw the marks, then a label for each where it hits nothing `covered`, no mark and no other label."""
    axes, dots = canvas.axes, float(canvas.figure.dpi)
    frame = axes.get_window_extent(renderer_of(canvas.figure))
    edge, half = 0.02 * dots, _HALF_MARK * dots
    room = Rectangle(frame.x0 + edge, frame.y0 + edge, frame.x1 - edge, frame.y1)
    taken = list(covered)
    for mark in marks:
        filled = mark.shape == TARGET_SHAPE
        axes.plot(
            [mark.date.toordinal()],
            [mark.troops],
            marker=mark.shape,
            markersize=5 if filled else 7,
            color=mark.colour,
            markerfacecolor=mark.colour if filled else "none",
            markeredgewidth=0.8,
            clip_on=False,
            zorder=4,
        )
        x, y = _point(canvas, mark)
        taken.append(Rectangle(x - half, y - half, x + half, y + half))
    for mark in sorted(marks, key=lambda mark: (mark.date, -mark.troops, mark.shape, mark.words)):
        taken.append(_label(canvas, mark, room, taken))


def _point(canvas: Canvas, mark: Mark) -> tuple[float, float]:
    x, y = canvas.axes.transData.transform((mark.date.toordinal(), mark.troops))
    return float(x), float(y)


def _label(canvas: Canvas, mark: Mark, room: Rectangle, taken: Sequence[Rectangle]) -> Rectangle:
    """Write one label where it is free and return what it covers."""
    figure = canvas.figure
    dots = float(figure.dpi)
    lines = wrap(mark.words, figure, (room.right - room.left) / dots * _WIDEST, SMALL, most_lines=3)
    width = max(width_of(line, figure, SMALL) for line in lines) * dots + 2
    height = height_of(len(lines), SMALL) * dots
    left, bottom = free_place(_point(canvas, mark), (width, height), room, taken, gap=0.07 * dots)
    box = Rectangle(left, bottom, left + width, bottom + height)
    _join(canvas, mark, box)
    # Left of its mark a label ends at one edge, so that each line stands next to the mark it belongs to.
    before = box.right <= _point(canvas, mark)[0]
    x, y = figure.transFigure.inverted().transform((box.right if before else left, bottom + height / 2))
    figure.text(
        x,
        y,
        "\n".join(lines),
        ha="right" if before else "left",
        fontsize=SMALL,
        color=mark.colour,
        va="center",
        linespacing=1.05,
        zorder=5,
        bbox={
            "facecolor": PAPER,
            "edgecolor": "none",
            "alpha": 0.85,
            "pad": 0.4,
        },  # no line strikes it through
    )
    return box


def _join(canvas: Canvas, mark: Mark, box: Rectangle) -> None:
    """Draw a line from a mark to its label where they are far apart."""
    from matplotlib.lines import Line2D

    x, y = _point(canvas, mark)
    nearest = (min(max(x, box.left), box.right), min(max(y, box.bottom), box.top))
    dots = float(canvas.figure.dpi)
    if ((nearest[0] - x) ** 2 + (nearest[1] - y) ** 2) ** 0.5 > _FAR * dots:
        ends = canvas.figure.transFigure.inverted().transform([(x, y), nearest])
        transform = canvas.figure.transFigure
        canvas.figure.add_artist(Line2D(*ends.T, color=GREY, linewidth=0.5, zorder=2, transform=transform))
