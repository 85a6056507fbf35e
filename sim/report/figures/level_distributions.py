"""How the force level on one date is spread over the worlds, a row a scenario on the same axis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.frame import Canvas, Caption, EndLabel, centimetres, open_canvas, settle
from sim.report.figures.text import wrap
from sim.report.figures.timeline import round_step
from sim.report.shades import lightened
from sim.report.style import FULL_WIDTH, INK, LINE, SMALL, darkened, drawing
from sim.words.dates import day, short_day
from sim.words.numbers import about, count_of, span, whole

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim.studies.comparison import Comparison

_BINS = 48
_ROW = 1.05


def draw_level_distributions(
    comparison: Comparison | ComparisonTables,
    axes: Axes | None = None,
    width: float = FULL_WIDTH,
    *,
    date: dt.date | None = None,
) -> Figure:
    """Draw for each scenario how often the force has which size at the end of a day, with its quantiles."""
    tables = comparison_tables_of(comparison)
    when = date or tables.date
    with drawing():
        canvas = open_canvas(axes, width)
        levels = _levels(tables, when)
        known = list(levels)
        largest = max([1.0, *(float(level.max()) for level in levels.values())])
        highest = max([1e-9, *(float(_shares(level, largest).max()) for level in levels.values())])
        for place, label in enumerate(known):
            _draw(canvas.axes, place, levels[label], (largest, highest), tables.shades[label])
        _axes(canvas, [tables.name(label) for label in known], largest)
        labels = [EndLabel(place, _words(levels[label]), leader=False) for place, label in enumerate(known)]
        measure = (
            f"Deployed {tables.force} at the end of {short_day(when)}: share of worlds by size, those without "
            "troops as a number; below: median, 50 % and 90 % of the worlds"
        )
        caption = Caption(distributions_finding(tables, when), tables.subtitle(measure), tables.source)
        settle(canvas, caption, max(1, len(known)) * centimetres(_ROW), labels)
    return canvas.figure


def _shares(level: NDArray[np.int64], largest: float) -> NDArray[np.float64]:
    """The share of worlds in each bin; worlds without troops are in none."""
    import numpy as np

    counts, _ = np.histogram(level[level > 0], bins=_BINS, range=(0, largest))
    return counts / max(1, level.size)


def _draw(axes: Axes, place: int, level: NDArray[np.int64], scale: tuple[float, float], shade: str) -> None:
    import numpy as np

    largest, highest = scale
    edges = np.linspace(0, largest, _BINS + 1)
    heights = 0.62 * _shares(level, largest) / highest
    base = place + 0.18
    axes.bar(
        edges[:-1],
        -heights,
        width=largest / _BINS,
        bottom=base,
        align="edge",
        color=lightened(shade, 0.35),
        linewidth=0,
    )
    axes.axhline(base, color=LINE, linewidth=0.6, zorder=0)
    low, left, middle, right, high = _quantiles(level)
    line = base + 0.1
    axes.plot([low, high], [line, line], color=lightened(shade, 0.45), linewidth=1.6)
    axes.plot([left, right], [line, line], color=shade, linewidth=3.2)
    axes.plot(
        [middle], [line], marker="|", markersize=7, markeredgewidth=1.6, color=darkened(shade, 0.5), zorder=4
    )


def _quantiles(level: NDArray[np.int64]) -> list[float]:
    from sim.results.statistics import quantile_of

    return [float(quantile_of(level, share)) for share in (0.05, 0.25, 0.5, 0.75, 0.95)]


def _words(level: NDArray[np.int64]) -> str:
    low, _, middle, _, high = _quantiles(level)
    none = count_of(float((level == 0).mean()), int(level.size))
    return f"median {whole(middle)}, 90 %: {span(low, high)}; without troops: {none}"


def _levels(tables: ComparisonTables, when: dt.date) -> dict[str, NDArray[np.int64]]:
    """The levels of each scenario that has the day."""
    known = [label for label in tables.labels if when in tables.comparison.runs[label].dates]
    return {label: tables.of(label).levels.on(when) for label in known}


def distributions_finding(tables: ComparisonTables, date: dt.date | None = None) -> str:
    """Between which medians the scenarios lie on a date (the comparison's), and which has the largest."""
    from sim.results.statistics import quantile_of

    when = date or tables.date
    medians = {label: float(quantile_of(level, 0.5)) for label, level in _levels(tables, when).items()}
    most, least = max(medians.values()), min(medians.values())
    if about(most) == about(least):
        return f"The median force on {day(when)} is {about(most)} in every scenario"
    names = [tables.name(label) for label, median in medians.items() if median == most]
    which = names[0] if len(names) == 1 else f"{len(names)} scenarios"
    return f"The median force on {day(when)} is between {about(least)} and {about(most)} ({which})"


def _axes(canvas: Canvas, names: Sequence[str], largest: float) -> None:
    axes = canvas.axes
    room = canvas.width * (0.26 if canvas.narrow else 0.24)
    lines = ["\n".join(wrap(name, canvas.figure, room, SMALL, most_lines=3)) for name in names]
    axes.set_ylim(max(1, len(names)) - 0.55, -0.6)
    axes.set_yticks(range(len(names)), lines, fontsize=SMALL, color=INK, linespacing=1.05)
    axes.set_xlim(0, largest * 1.02)
    step = max(1.0, round_step(largest, 3 if canvas.narrow else 5))
    ticks = [step * number for number in range(int(largest // step) + 1)]
    axes.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=LINE, linewidth=0.5)
