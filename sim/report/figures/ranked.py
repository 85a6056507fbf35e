"""Rows of differences with their intervals around a line at zero, the largest first, numbers to the right."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.figures.frame import EDGE, Canvas, Caption, EndLabel, settle
from sim.report.figures.text import height_of, width_of, wrap
from sim.report.figures.timeline import round_step
from sim.report.style import INK, LINE, PAPER, SMALL
from sim.words.differences import signed, signed_span, without_dust

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PAD = 0.07


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One difference: its name, the interval around it, and whether it is clear of zero."""

    words: str
    value: float
    low: float
    high: float
    colour: str
    clear: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """How differences are written: in `factor` times their unit, with so many decimals."""

    factor: float = 1.0
    digits: int = 0

    def number(self, row: RankedRow) -> str:
        """The difference with its interval."""
        ends = signed_span(
            without_dust(row.low * self.factor), without_dust(row.high * self.factor), self.digits
        )
        return f"{signed(row.value * self.factor, self.digits)} ({ends})"

    def tick(self, value: float) -> str:
        """A difference at the axis, with no more decimals than it needs."""
        shown = without_dust(value * self.factor)
        return signed(shown, 0 if float(shown).is_integer() else 1)


def in_order(rows: Sequence[RankedRow]) -> list[RankedRow]:
    """The rows from the largest rise to the largest fall; what has no number comes last."""
    return sorted(rows, key=lambda row: (math.isnan(row.value), -row.value, row.words))


def draw_ranked(
    canvas: Canvas,
    caption: Caption,
    rows: Sequence[RankedRow],
    scale: Scale,
    draw_row: Callable[[Axes, float, RankedRow], None] | None = None,
) -> None:
    """Draw a row each, named to the left, with the number and its interval to the right."""
    names = _names(canvas, rows)
    inches = max([height_of(len(lines), SMALL) for lines in names] + [height_of(1, SMALL)]) + _PAD
    labels = [EndLabel(place, scale.number(row), leader=False) for place, row in enumerate(rows)]
    draw = draw_row or draw_dot
    low, high = reach([value for row in rows for value in (row.value, row.low, row.high)])
    for place, row in enumerate(rows):
        draw(canvas.axes, place, row)
    _axes(canvas, names, (low, high), scale)
    settle(canvas, caption, max(1, len(rows)) * inches, labels)


def reach(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest finite value, zero among them, never the same."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    return (low, high) if high > low else (-1.0, 1.0)


def draw_dot(axes: Axes, place: float, row: RankedRow) -> None:
    """A dot with its interval; hollow where the interval covers zero."""
    if math.isnan(row.value):
        return
    left, right = axes.get_xlim() if math.isinf(row.low) or math.isinf(row.high) else (row.low, row.high)
    axes.plot([max(row.low, left), min(row.high, right)], [place, place], color=row.colour, linewidth=1.4)
    if math.isfinite(row.value):
        axes.plot(
            [row.value],
            [place],
            marker="o",
            markersize=4.5,
            color=row.colour,
            markerfacecolor=row.colour if row.clear else PAPER,
            markeredgewidth=0.9,
            linestyle="none",
            clip_on=False,
            zorder=3,
        )


def _names(canvas: Canvas, rows: Sequence[RankedRow]) -> list[list[str]]:
    room = canvas.width * (0.3 if canvas.narrow else 0.32)
    return [wrap(row.words, canvas.figure, room, SMALL, most_lines=3) for row in rows]


def _axes(canvas: Canvas, names: Sequence[Sequence[str]], ends: tuple[float, float], scale: Scale) -> None:
    axes = canvas.axes
    low, high = ends
    room = max([width_of(line, canvas.figure, SMALL) for lines in names for line in lines] or [0.0])
    inches = max(0.6, canvas.width * 0.66 - room - 2 * EDGE)
    step = _step((high - low) * scale.factor, max(3, int(inches / 0.55))) / scale.factor
    margin = 0.04 * (high - low)
    axes.set_xlim(low - margin, high + margin)
    ticks = [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
    axes.set_xticks(ticks, [scale.tick(tick) for tick in ticks])
    axes.set_ylim(max(1, len(names)) - 0.5, -0.5)
    axes.set_yticks(
        range(len(names)), ["\n".join(lines) for lines in names], fontsize=SMALL, color=INK, linespacing=1.05
    )
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=LINE, linewidth=0.5)
    axes.axvline(0, color=INK, linewidth=0.7, zorder=2)


def _step(size: float, most: int) -> float:
    """A round step; below one where the whole range is only a few."""
    return round_step(size * 1000, most) / 1000 if size < 4 * most else round_step(size, most)
