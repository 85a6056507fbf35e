"""How likely the force is to be at least so large, by date: a line for each of a few round sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.figures.dates import name_as_of, room_for_as_of
from sim.report.figures.frame import EndLabel, caption_of, centimetres, open_canvas, plot_width, settle
from sim.report.figures.timeline import date_axis, positions, round_step, thinned
from sim.report.shades import lightened
from sim.report.style import BLUE, FULL_WIDTH, LINE, darkened, drawing
from sim.report.tables import Tables, tables_of
from sim.results.assurance import SURE, count_on
from sim.words.dates import day
from sim.words.numbers import percentage, whole

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_MOST_SIZES = 5


def draw_chance_of_levels(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw the chance of at least N troops at the end of each day, for a few round N; a line at what is counted on."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        table = chances_of_levels(tables)
        shown = thinned(table)
        days = positions(shown["date"])
        names = [name for name in table.columns if name != "date"]
        labels = []
        for place, name in enumerate(names):
            colour = lightened(darkened(BLUE, 0.35), 0.65 * place / max(1, len(names) - 1))
            canvas.axes.plot(days, shown[name], color=colour, linewidth=1.3, clip_on=False)
            last = float(table[name].iloc[-1])
            words = f"at least {name}: {percentage(last)}"
            labels.append(EndLabel(last, words, darkened(colour, 0.25)))
        canvas.axes.axhline(SURE, color=LINE, linewidth=1.0, zorder=0)
        _axis(canvas.axes)
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
        force = f" ({tables.headline_force})" if tables.headline_force else ""
        measure = f"Share of replications with at least so many troops deployed at the end of the day{force}"
        caption = caption_of(tables, chance_finding(tables), measure)
        settle(
            canvas, caption, centimetres(5.0 if canvas.narrow else 6.5), labels, above=room_for_as_of(tables)
        )
        name_as_of(canvas, tables)
    return canvas.figure


def chances_of_levels(tables: Tables) -> pd.DataFrame:
    """Return the chance of each size by date: `date`, then a column a size."""
    import pandas as pd

    levels = tables.levels
    columns = {f"{size:,}": levels.count_at_least(size) / levels.replications for size in sizes(tables)}
    return pd.DataFrame({"date": tables.fan["date"], **columns})


def sizes(tables: Tables) -> list[int]:
    """Return the sizes that are asked for: anybody at all, then round steps up to what one world in twenty has."""
    largest = float(tables.fan["q95"].max())
    if largest < 2:
        return [1]
    step = max(1, int(round_step(largest, _MOST_SIZES - 1)))
    return [1, *range(step, int(largest) + 1, step)][:_MOST_SIZES]


def chance_finding(tables: Tables) -> str:
    """What can be counted on, on the date that headlines speak of."""
    sure = count_on(tables.levels, SURE, tables.date)
    if sure.troops == 0:
        return f"Nobody can be counted on with {percentage(SURE)} on {day(tables.date)}"
    return f"At least {whole(sure.troops)} can be counted on with {percentage(SURE)} on {day(tables.date)}"


def _axis(axes: Axes) -> None:
    axes.set_ylim(0, 1)
    shares = [0, 0.2, 0.4, 0.6, SURE, 1]
    axes.set_yticks(shares, [f"{100 * share:.0f} %" for share in shares])
    axes.tick_params(axis="y", length=0)
