"""What the force has cost by each day: median, and where half and nine in ten of the worlds lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.answers.costs import costs_finding
from sim.report.figures.frame import EndLabel, caption_of, centimetres, open_canvas, plot_width, settle
from sim.report.figures.timeline import date_axis, positions, troop_axis
from sim.report.style import BLUE, FULL_WIDTH, INK, darkened, drawing
from sim.report.tables import Tables, tables_of
from sim.words.numbers import span, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_OUTER = "#CFE3F1"
_INNER = "#8DBEDF"


def draw_costs(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the cost of the force by day: the median with 50 % and 90 % bands."""
    tables = tables_of(run)
    assert tables.scenario.costs is not None
    table = tables.cost_curve
    with drawing():
        canvas = open_canvas(axes, width)
        days, last = positions(table["date"]), table.iloc[-1]
        canvas.axes.fill_between(days, table["q05"], table["q95"], color=_OUTER, linewidth=0)
        canvas.axes.fill_between(days, table["q25"], table["q75"], color=_INNER, linewidth=0)
        canvas.axes.plot(days, table["median"], color=INK, linewidth=0.9, clip_on=False, zorder=3)
        blue = darkened(BLUE, 0.2)
        labels = [
            EndLabel(float(last["q95"]), f"90 %: {span(last['q05'], last['q95'])}", blue),
            EndLabel(float(last["q75"]), f"50 %: {span(last['q25'], last['q75'])}", blue),
            EndLabel(float(last["median"]), f"median {whole(last['median'])}", INK),
        ]
        troop_axis(canvas.axes, float(table["q95"].max()), 5 if canvas.narrow else 6)
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
        measure = f"Cost since the start in {tables.scenario.costs.unit}, median with 50 % and 90 % bands"
        caption = caption_of(tables, costs_finding(tables), measure)
        settle(canvas, caption, centimetres(5.0 if canvas.narrow else 6.5), labels)
    return canvas.figure
