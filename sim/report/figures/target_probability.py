"""How likely each target is to be held, and to have been reached, by each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from sim.report.figures.timeline import date_axis, position, positions, thinned
from sim.report.findings import readable_target, target_finding, target_label
from sim.report.style import (
    DISTINCT,
    FADED,
    FULL_WIDTH,
    GREY,
    LINE,
    PAPER,
    darkened,
    drawing,
)
from sim.report.tables import Tables, rows_of, tables_of
from sim.words.dates import as_date, short_day, short_month
from sim.words.numbers import count_of, percentage

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.run import Run

_DASHES = (0, (3, 1.5))


def draw_target_probability(run: Run | Tables, axes: Axes | None = None, width: float = FULL_WIDTH) -> Figure:
    """Draw each target's probability of being held (solid) and of having been reached (dashed) over time."""
    tables = tables_of(run)
    with drawing():
        canvas = open_canvas(axes, width)
        shades = _shades(tables)
        labels = [label for name in shades for label in _end_labels(tables, name, shades[name])]
        for name, colour in shades.items():
            _draw_curve(canvas, thinned(tables.target_curves[name]), colour)
        _draw_points(canvas, tables, shades)
        _percent_axis(canvas)
        date_axis(canvas.axes, tables.scenario.start, tables.scenario.end, plot_width(canvas, labels))
        height = centimetres(5.0 if canvas.narrow else 7.0)
        measure = (
            "Share of replications in which a target is held on the day (solid) or was reached by then "
            "(dashed), with 95 % intervals"
        )
        if (tables.targets["applies"] < 1).any():
            measure += "; one with a condition: of those in which it applies"
        settle(canvas, caption_of(tables, target_finding(tables), measure), height, labels, above=ABOVE)
        dates = sorted({by for by in map(as_date, tables.targets["by"]) if by and _shown(tables, by)})
        name_dates(canvas, [(date, f"by {short_day(date)}") for date in dates], [*map(short_month, dates)])
    return canvas.figure


def _shades(tables: Tables) -> dict[str, str]:
    """One colour a target, by date, size and name; grey beyond. Yellow lines do not show on white."""
    judged = tables.targets[tables.targets["applies"] > 0].sort_values(["by", "troops", "target"])
    names = [str(name) for name in judged["target"]]
    usable = DISTINCT[:-1]
    return {name: usable[place] if place < len(usable) else GREY for place, name in enumerate(names)}


def _draw_curve(canvas: Canvas, curve: pd.DataFrame, colour: str) -> None:
    days, axes = positions(curve["date"]), canvas.axes
    axes.fill_between(
        days, curve["reached_low"], curve["reached_high"], color=colour, alpha=0.12, linewidth=0
    )
    axes.fill_between(days, curve["held_low"], curve["held_high"], color=colour, alpha=0.25, linewidth=0)
    axes.plot(days, curve["reached"], color=colour, linewidth=1.0, linestyle=_DASHES, clip_on=False)
    axes.plot(days, curve["held"], color=colour, linewidth=1.4, clip_on=False)


def _end_labels(tables: Tables, name: str, colour: str) -> list[EndLabel]:
    """What a target's lines say on the last day: one label where it is never reached, else two."""
    last = tables.target_curves[name].iloc[-1]
    held, reached = float(last["held"]), float(last["reached"])
    trials = tables.trials(float(tables.targets.set_index("target")["applies"][name]))
    ink, what = darkened(colour if colour != GREY else FADED, 0.4), target_label(tables, name)
    if reached == 0:
        return [EndLabel(0.0, f"{what}: reached in {count_of(0.0, trials)}", ink)]
    if held == reached:
        return [EndLabel(held, f"{what}: reached and held {percentage(held)}", ink)]
    return [
        EndLabel(reached, f"{what}: reached {percentage(reached)}", ink),
        EndLabel(held, f"{readable_target(name)}: held {percentage(held)}", ink),
    ]


def _draw_points(canvas: Canvas, tables: Tables, shades: dict[str, str]) -> None:
    """Mark on each target's curve what is true on its own date."""
    for row in rows_of(tables.targets):
        if _shown(tables, row.by) and str(row.target) in shades:
            canvas.axes.plot(
                [position(row.by)],
                [float(row.held_on)],
                marker="o",
                markersize=4,
                color=shades[str(row.target)],
                markeredgecolor=PAPER,
                markeredgewidth=0.6,
                clip_on=False,
                zorder=4,
            )


def _shown(tables: Tables, by: object) -> bool:
    date = as_date(by)
    return date is not None and tables.scenario.start <= date <= tables.scenario.end


def _percent_axis(canvas: Canvas) -> None:
    axes = canvas.axes
    axes.set_ylim(0, 1)
    shares = [0, 0.25, 0.5, 0.75, 1]
    axes.set_yticks(shares, [f"{share:.0%}".replace("%", " %") for share in shares])
    axes.grid(axis="y", color=LINE, linewidth=0.5)
