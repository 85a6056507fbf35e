"""By how much more troops each scenario has than the baseline, day by day, around a line at zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.report.comparison_findings import level_finding
from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.frame import Caption, centimetres, open_canvas
from sim.report.figures.panels import Panel, grid_of, open_panels
from sim.report.figures.timeline import date_axis, positions, round_step, thinned
from sim.report.shades import lightened
from sim.report.style import FULL_WIDTH, INK, LINE, darkened, drawing
from sim.words.differences import MINUS, signed, signed_span

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.comparison import Comparison


def draw_difference_fans(
    comparison: Comparison | ComparisonTables, axes: Axes | None = None, width: float = FULL_WIDTH
) -> Figure:
    """Draw each scenario's difference from the baseline: mean with its interval, and how worlds differ."""
    tables = comparison_tables_of(comparison)
    with drawing():
        canvas = open_canvas(axes, width)
        panels = [_panel(tables, label) for label in tables.others]
        grid = grid_of(
            canvas, panels, centimetres(2.6 if canvas.narrow else 3.0), left_words=f"{MINUS}10,000"
        )
        measure = (
            f"Deployed {tables.force} at the end of each day, scenario less baseline: mean difference with its "
            "95 % interval (dark; number: last day), and the middle 50 % and 90 % of the worlds (light)"
        )
        caption = Caption(level_finding(tables), tables.subtitle(measure), tables.source)
        drawn = [tables.difference(label) for label in tables.others]
        low, high = _reach(drawn)
        for label, panel in zip(tables.others, open_panels(canvas, caption, grid), strict=True):
            _draw(tables, label, panel)
            difference_axis(panel, low, high)
            date_axis(panel, tables.start, tables.end, grid.panel_width)
    return canvas.figure


def _panel(tables: ComparisonTables, label: str) -> Panel:
    last = tables.difference(label).iloc[-1]
    words = f"{signed(last['mean'])} ({signed_span(last['low'], last['high'])})"
    return Panel(tables.name(label), darkened(tables.shades[label], 0.2), words)


def _reach(tables: list[pd.DataFrame]) -> tuple[float, float]:
    """The smallest and the largest number that any panel shows, zero among them."""
    columns = ["mean", "low", "high", "q05", "q95"]
    # With one world alone an interval has no end.
    finite = [table[columns].replace([math.inf, -math.inf], math.nan) for table in tables]
    low = min((float(table.min().min()) for table in finite), default=0.0)
    high = max((float(table.max().max()) for table in finite), default=0.0)
    return min(0.0, low), max(1.0, high)


def _draw(tables: ComparisonTables, label: str, axes: Axes) -> None:
    difference, shade = thinned(tables.difference(label)), tables.shades[label]
    days = positions(difference["date"])
    if not difference["q50"].isna().all():
        axes.fill_between(
            days, difference["q05"], difference["q95"], color=lightened(shade, 0.8), linewidth=0
        )
        axes.fill_between(
            days, difference["q25"], difference["q75"], color=lightened(shade, 0.55), linewidth=0
        )
    axes.fill_between(days, difference["low"], difference["high"], color=shade, linewidth=0, zorder=3)
    axes.plot(days, difference["mean"], color=darkened(shade, 0.4), linewidth=0.9, zorder=4)
    axes.axhline(0, color=INK, linewidth=0.7, zorder=5)


def difference_axis(axes: Axes, low: float, high: float, most: int = 4) -> None:
    """Make the y-axis run from `low` to `high` troops, zero among the ticks, each with its sign."""
    step = math.ceil(round_step(high - low, most))
    axes.set_ylim(low - 0.04 * (high - low), high + 0.06 * (high - low))
    ticks = [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
    axes.set_yticks(ticks, [signed(tick) for tick in ticks])
    axes.grid(axis="y", color=LINE, linewidth=0.5)
    axes.tick_params(axis="y", length=0)
