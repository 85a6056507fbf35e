"""The force level of every scenario as a fan, side by side on the same axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.comparison_findings import level_finding
from sim.report.comparison_tables import ComparisonTables, comparison_tables_of
from sim.report.figures.frame import Caption, centimetres, open_canvas
from sim.report.figures.panels import Panel, grid_of, open_panels
from sim.report.figures.timeline import date_axis, positions, thinned, troop_axis
from sim.report.shades import lightened
from sim.report.style import FULL_WIDTH, INK, darkened, drawing
from sim.words.numbers import span, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.comparison import Comparison


def draw_comparison_fans(
    comparison: Comparison | ComparisonTables, axes: Axes | None = None, width: float = FULL_WIDTH
) -> Figure:
    """Draw each scenario's median with 50 % and 90 % bands, the baseline's median dashed in each."""
    tables = comparison_tables_of(comparison)
    with drawing():
        canvas = open_canvas(axes, width)
        panels = [_panel(tables, label) for label in tables.labels]
        grid = grid_of(canvas, panels, centimetres(2.6 if canvas.narrow else 3.0))
        measure = (
            f"Deployed {tables.force} at the end of each day: median with 50 % and 90 % bands (numbers: last "
            "day); dashed: the baseline's median"
        )
        caption = Caption(level_finding(tables), tables.subtitle(measure), tables.source)
        largest = max(float(tables.of(label).fan["q95"].max()) for label in tables.labels)
        for label, panel in zip(tables.labels, open_panels(canvas, caption, grid), strict=True):
            _draw(tables, label, panel)
            troop_axis(panel, largest, 4)
            date_axis(panel, tables.start, tables.end, grid.panel_width)
    return canvas.figure


def _panel(tables: ComparisonTables, label: str) -> Panel:
    last = tables.of(label).fan.iloc[-1]
    words = f"median {whole(last['q50'])}, 90 %: {span(last['q05'], last['q95'])}"
    return Panel(tables.name(label), darkened(tables.shades[label], 0.2), words)


def _draw(tables: ComparisonTables, label: str, axes: Axes) -> None:
    fan, shade = thinned(tables.of(label).fan), tables.shades[label]
    days = positions(fan["date"])
    axes.fill_between(days, fan["q05"], fan["q95"], color=lightened(shade, 0.75), linewidth=0)
    axes.fill_between(days, fan["q25"], fan["q75"], color=lightened(shade, 0.45), linewidth=0)
    axes.plot(days, fan["q50"], color=darkened(shade, 0.3), linewidth=1.1, clip_on=False, zorder=3)
    if label != tables.comparison.baseline:
        baseline = thinned(tables.baseline.fan)
        axes.plot(
            positions(baseline["date"]),
            baseline["q50"],
            color=INK,
            linewidth=0.7,
            linestyle=(0, (3, 2)),
            clip_on=False,
            zorder=4,
        )
