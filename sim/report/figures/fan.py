"""The fan chart: how many troops are deployed on each day, and how sure that is."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.report.figures.dates import name_as_of, room_for_as_of
from sim.report.figures.frame import (
    Canvas,
    EndLabel,
    caption_of,
    centimetres,
    open_canvas,
    plot_width,
    settle,
)
from sim.report.figures.marks import ESTIMATE_SHAPE, TARGET_SHAPE, Mark, draw_marks
from sim.report.figures.placing import Rectangle
from sim.report.figures.timeline import date_axis, position, positions, troop_axis
from sim.report.findings import force_finding, headline_targets, readable_target
from sim.report.style import BLUE, FADED, FULL_WIDTH, INK, VERMILLION, darkened, drawing
from sim.report.tables import Tables, rows_of, tables_of
from sim.words.dates import as_date
from sim.words.names import printable
from sim.words.numbers import count_of, span, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_OUTER = "#CFE3F1"
_INNER = "#8DBEDF"
_TARGET = darkened(VERMILLION, 0.15)
_PIECES = 80
_FAR = 1.6
"""A mark so many times as high as the bands stands at the upper edge."""


def draw_fan(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the headline force's daily median, 50 % and 90 % bands, targets, estimates and the as-of date."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        marks = [*_targets(tables), *_estimates(tables)]
        labels = _band_labels(tables)
        _draw_bands(canvas, tables)
        largest = _top(tables, marks)
        marks = [_within(mark, largest) for mark in marks]
        troop_axis(canvas.axes, largest, 5 if canvas.narrow else 6)
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
        height = centimetres(5.2 + 0.3 * len(marks) if canvas.narrow else 7.5)
        force = f" ({tables.headline_force})" if tables.headline_force else ""
        measure = (
            f"Troops deployed at the end of each day{force}, median with 50 % and 90 % bands{_key(tables)}"
        )
        settle(
            canvas,
            caption_of(tables, force_finding(tables), measure),
            height,
            labels,
            above=room_for_as_of(tables),
        )
        draw_marks(canvas, marks, _median_boxes(canvas, tables))
        name_as_of(canvas, tables)
    return canvas.figure


def _top(tables: Tables, marks: Sequence[Mark]) -> float:
    """The upper end of the axis: that of the bands and of the marks that are not far above them."""
    band = max(1.0, float(tables.fan["q95"].max()))
    near = [mark.troops for mark in marks if mark.troops <= _FAR * band]
    far = [mark.troops for mark in marks if mark.troops > _FAR * band]
    return max([band, *near, *([1.25 * band] if far else [])])


def _within(mark: Mark, top: float) -> Mark:
    """A mark far above the bands, at the upper edge with an arrow: else three quarters of the plot were white."""
    if mark.troops <= top:
        return mark
    return replace(mark, troops=top, words=f"↑ {mark.words}")


def _draw_bands(canvas: Canvas, tables: Tables) -> None:
    fan, axes = tables.fan, canvas.axes
    days = positions(fan["date"])
    axes.fill_between(days, fan["q05"], fan["q95"], color=_OUTER, linewidth=0)
    axes.fill_between(days, fan["q25"], fan["q75"], color=_INNER, linewidth=0)
    axes.plot(days, fan["q50"], color=INK, linewidth=0.9, clip_on=False, zorder=3)
    if tables.as_of is not None:
        known = days <= position(tables.as_of)
        axes.plot(days[known], fan["q50"][known], color=INK, linewidth=2.2, clip_on=False, zorder=3)


def _key(tables: Tables) -> str:
    """What the marks mean, as far as there are any."""
    targets = "; triangles: targets and how often they are met" if _targets(tables) else ""
    marks = [*_targets(tables), *_estimates(tables)]
    targets += "; ↑: far above the axis" if any(mark.troops > _top(tables, marks) for mark in marks) else ""
    return targets + ("; diamonds: what others expect" if _estimates(tables) else "")


def _band_labels(tables: Tables) -> list[EndLabel]:
    """What the fan says on the last day, beside it."""
    last = tables.fan.iloc[-1]
    blue = darkened(BLUE, 0.2)
    return [
        EndLabel(float(last["q95"]), f"90 %: {span(last['q05'], last['q95'])}", blue),
        EndLabel(float(last["q75"]), f"50 %: {span(last['q25'], last['q75'])}", blue),
        EndLabel(float(last["q50"]), f"median {whole(last['q50'])}", INK),
    ]


def _targets(tables: Tables) -> list[Mark]:
    marks = []
    for row in rows_of(headline_targets(tables)):
        by = as_date(row.by)
        if by is not None and tables.scenario.start <= by <= tables.scenario.end:
            met = (
                count_of(float(row.held_on), tables.trials(row.applies))
                if row.applies > 0
                else "applies nowhere"
            )
            words = f"{readable_target(str(row.target))} {whole(row.troops)}: {met}"
            marks.append(Mark(by, float(row.troops), words, TARGET_SHAPE, _TARGET))
    return marks


def _estimates(tables: Tables) -> list[Mark]:
    marks = []
    for estimate in tables.scenario.estimates:
        inside = tables.scenario.start <= estimate.by <= tables.scenario.end
        if inside and estimate.force in {None, tables.headline_force}:
            place = _percentile(tables, estimate.troops, estimate.by)
            words = f"{printable(estimate.who)} {whole(estimate.troops)}: {place}"
            marks.append(Mark(estimate.by, float(estimate.troops), words, ESTIMATE_SHAPE, FADED))
    return marks


def _percentile(tables: Tables, troops: int, date: dt.date) -> str:
    """Where an estimate lies among the replications' levels on its date, ties counted half."""
    levels = tables.levels.on(date)
    below, above = int((levels < troops).sum()), int((levels > troops).sum())
    trials = len(levels)
    if below == trials:
        return f"above all of {trials:,}"
    if above == trials:
        return f"below all of {trials:,}"
    return ordinal(math.floor(min(99.0, max(1.0, 100 * (below + (trials - below - above) / 2) / trials))))


def ordinal(percentile: int) -> str:
    """`1st percentile`, `22nd percentile`, `11th percentile`."""
    ending = "th" if 10 <= percentile % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(percentile % 10, "th")
    return f"{percentile}{ending} percentile"


def _median_boxes(canvas: Canvas, tables: Tables) -> list[Rectangle]:
    """What the median line covers, in pieces, so that labels keep off it."""
    points = canvas.axes.transData.transform(
        [*zip(positions(tables.fan["date"]), tables.fan["q50"].astype(float), strict=True)]
    )
    step = max(1, len(points) // _PIECES)
    ends = [*points[::step], points[-1]]
    return [
        Rectangle(min(a[0], b[0]), min(a[1], b[1]) - 2, max(a[0], b[0]), max(a[1], b[1]) + 2)
        for a, b in pairwise(ends)
    ]
