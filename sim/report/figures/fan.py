"""The fan chart: how many troops are deployed on each day, and how sure that is."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report.figures.dates import ABOVE, name_dates
from sim.report.figures.frame import (
    Canvas,
    EndLabel,
    caption_of,
    centimetres,
    open_canvas,
    plot_width,
    settle,
)
from sim.report.figures.placing import Box, free_place
from sim.report.figures.text import height_of, renderer_of, width_of, wrap
from sim.report.figures.timeline import date_axis, position, positions, troop_axis
from sim.report.findings import force_finding, headline_targets, readable_target
from sim.report.style import BLUE, FADED, FULL_WIDTH, INK, PAPER, SMALL, VERMILLION, darkened, drawing
from sim.report.tables import Tables, rows_of, tables_of
from sim.report.wording import as_date, count_of, printable, short_day, span, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_OUTER = "#CFE3F1"
_INNER = "#8DBEDF"
_TARGET = darkened(VERMILLION, 0.15)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the fan with its label."""

    date: dt.date
    troops: float
    words: str
    shape: str
    colour: str


def draw_fan(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the headline force's daily median, 50 % and 90 % bands, targets, estimates and the as-of date."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        marks = [*_targets(tables), *_estimates(tables)]
        labels = _band_labels(tables)
        _draw_bands(canvas, tables)
        largest = max([float(tables.fan["q95"].max()), *(mark.troops for mark in marks)])
        troop_axis(canvas.axes, largest, 5 if canvas.narrow else 6)
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
        height = centimetres(5.2 if canvas.narrow else 7.5)
        force = f" ({tables.headline_force})" if tables.headline_force else ""
        measure = (
            f"Troops deployed at the end of each day{force}, median with 50 % and 90 % bands{_key(tables)}"
        )
        above = ABOVE if tables.as_of is not None else 0.0
        settle(canvas, caption_of(tables, force_finding(tables), measure), height, labels, above=above)
        _draw_marks(canvas, marks)
        if tables.as_of is not None:
            name_dates(canvas, [(tables.as_of, f"as of {short_day(tables.as_of)}")])
    return canvas.figure


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
            marks.append(Mark(by, float(row.troops), words, "v", _TARGET))
    return marks


def _estimates(tables: Tables) -> list[Mark]:
    marks = []
    for estimate in tables.scenario.estimates:
        inside = tables.scenario.start <= estimate.by <= tables.scenario.end
        if inside and estimate.force in {None, tables.headline_force}:
            place = _percentile(tables, estimate.troops, estimate.by)
            words = f"{printable(estimate.who)} {whole(estimate.troops)}: {place}"
            marks.append(Mark(estimate.by, float(estimate.troops), words, "D", FADED))
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


def _draw_marks(canvas: Canvas, marks: list[Mark]) -> None:
    """Draw targets and estimates, each with a label that hits no other."""
    axes, figure = canvas.axes, canvas.figure
    dots = float(figure.dpi)
    frame = axes.get_window_extent(renderer_of(figure))
    edge = 0.02 * dots
    room = Box(frame.x0 + edge, frame.y0 + edge, frame.x1 - edge, frame.y1)
    taken: list[Box] = []
    for mark in marks:
        filled = mark.shape == "v"
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
        x, y = axes.transData.transform((mark.date.toordinal(), mark.troops))
        taken.append(Box(x - 0.06 * dots, y - 0.06 * dots, x + 0.06 * dots, y + 0.06 * dots))
    for mark in sorted(marks, key=lambda mark: (mark.date, -mark.troops, mark.shape, mark.words)):
        taken.append(_label(canvas, mark, room, taken))


def _label(canvas: Canvas, mark: Mark, room: Box, taken: list[Box]) -> Box:
    """Write one label where it is free and return what it covers."""
    figure: Any = canvas.figure
    dots = float(figure.dpi)
    lines = wrap(mark.words, figure, (room.right - room.left) / dots * 0.45, SMALL, most_lines=3)
    width = max(width_of(line, figure, SMALL) for line in lines) * dots + 2
    height = height_of(len(lines), SMALL) * dots
    x, y = canvas.axes.transData.transform((mark.date.toordinal(), mark.troops))
    left, bottom = free_place((float(x), float(y)), (width, height), room, taken, gap=0.07 * dots)
    from matplotlib.patheffects import withStroke

    x, y = figure.transFigure.inverted().transform((left, bottom + height / 2))
    figure.text(
        x,
        y,
        "\n".join(lines),
        fontsize=SMALL,
        color=mark.colour,
        va="center",
        linespacing=1.05,
        zorder=5,
        path_effects=[withStroke(linewidth=1.5, foreground=PAPER)],
    )
    return Box(left, bottom, left + width, bottom + height)
