"""From pledge to boots: how many troops are pledged, approved, ready and deployed, in the mean, by date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.figures.dates import name_as_of, room_for_as_of
from sim.report.figures.frame import EndLabel, caption_of, centimetres, open_canvas, plot_width, settle
from sim.report.figures.timeline import date_axis, positions, thinned, troop_axis
from sim.report.style import BLUE, FULL_WIDTH, GREEN, GREY, ORANGE, darkened, drawing
from sim.report.tables import Tables, tables_of
from sim.words.dates import day
from sim.words.numbers import about, percentage, rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_COLOURS = {"pledged": GREY, "approved": ORANGE, "ready": GREEN, "deployed": BLUE}


def draw_funnel(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the mean troops pledged, approved, ready and deployed of the headline force on each day."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        table = tables.funnel
        shown = thinned(table)
        days = positions(shown["date"])
        labels = []
        for name, colour in _COLOURS.items():
            canvas.axes.plot(days, shown[name], color=colour, linewidth=1.4, clip_on=False, label=name)
            last = float(table[name].iloc[-1])
            labels.append(EndLabel(last, f"{rounded(last):,} {name}", darkened(colour, 0.35)))
        troop_axis(canvas.axes, float(table["pledged"].max()), 5)
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
        force = f" ({tables.headline_force})" if tables.headline_force else ""
        measure = (
            f"Mean troops that far, or further, and not gone, at the end of the day{force}; numbers: last day"
        )
        caption = caption_of(tables, funnel_finding(tables), measure)
        settle(
            canvas, caption, centimetres(5.0 if canvas.narrow else 6.5), labels, above=room_for_as_of(tables)
        )
        name_as_of(canvas, tables)
    return canvas.figure


def funnel_finding(tables: Tables) -> str:
    """Which part of the pledge is approved, and which deployed, in the mean on the date that headlines speak of."""
    table = tables.funnel
    row = table[[each.date() == tables.date for each in table["date"]]].iloc[0]
    if row["pledged"] == 0:
        return "Nobody is pledged"
    approved, deployed = (
        percentage(float(row[name]) / float(row["pledged"])) for name in ("approved", "deployed")
    )
    size = about(float(row["pledged"]))
    return f"Of {size} pledged, {approved} are approved and {deployed} deployed on {day(tables.date)}, in the mean"
