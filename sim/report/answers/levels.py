"""How many troops are there: on the date of each target and at the end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sim.report.answers.rows import counted_troops, shown_rows
from sim.report.blocks import Cell, Column, Part, Sheet, bracketed, joined
from sim.report.findings import sector_title
from sim.results.assurance import SURE, count_on
from sim.words.dates import short_day
from sim.words.names import printable
from sim.words.numbers import percentage, span, whole

if TYPE_CHECKING:
    from sim.report.tables import Tables
    from sim.results.selection import Selection


def levels_part(tables: Tables) -> Part:
    """Return the level of what each target counts on its date, and of the headline force at the end."""
    return Part("Force level at the end of the day", (level_sheet(tables),), ("fan", "chance_of_levels"))


def level_sheet(tables: Tables) -> Sheet:
    """Return the level by date and by which troops are counted: median, range over worlds, what is sure."""
    rows = [_row(tables, date, selection) for date, selection in _asked(tables)]
    columns = (
        Column("On"),
        Column("Troops", folds=True),
        Column("Median", True),
        Column("95 % interval", True, wide=True),
        Column("90 % of worlds", True),
        Column(f"At least, with {percentage(SURE)}", True),
    )
    return Sheet(
        "Troops deployed: median over the worlds with its interval, between which nine of ten worlds lie, and "
        f"how many are there in {percentage(SURE)} of the worlds.",
        columns,
        shown_rows(rows, "level"),
    )


def _row(tables: Tables, date: dt.date, selection: Selection) -> tuple[Cell, ...]:
    import numpy as np

    from sim.results.statistics import quantile_interval, quantile_of

    levels = tables.levels_of(selection)
    ordered = np.sort(levels.on(date))
    low, middle, high = (float(quantile_of(ordered, share)) for share in (0.05, 0.5, 0.95))
    first, last = quantile_interval(ordered, 0.5)
    sure = count_on(levels, SURE, date)
    return (
        joined(short_day(date)),
        _counted(tables, selection),
        whole(middle),
        span(max(0.0, first), last),
        span(low, high),
        around(sure.troops, sure.low, sure.high),
    )


def around(value: float, low: float, high: float) -> str:
    """A number with its interval in brackets, unless that is the number alone."""
    words, ends = whole(value), span(low, high)
    return words if words == ends else bracketed(f"{words} ({ends})")


def _asked(tables: Tables) -> list[tuple[dt.date, Selection]]:
    """Each date with what is counted there: a target's own filters, the headline at the end."""
    from sim.results.targets import target_selection

    scenario = tables.scenario
    inside = [
        (target.by, target_selection(scenario, target))
        for target in sorted(scenario.targets.values(), key=lambda target: (target.by, target.troops))
        if scenario.start <= target.by <= scenario.end
    ]
    days = (scenario.end - scenario.start).days
    plain = [] if inside else [scenario.start + dt.timedelta(days * part // 4) for part in (1, 2, 3)]
    return list(dict.fromkeys([*inside, *((date, tables.headline) for date in (*plain, scenario.end))]))


def _counted(tables: Tables, selection: Selection) -> str:
    whose = tables.contributor_name(selection.contributor) if selection.contributor else ""
    where = sector_title(tables, selection.sector) if selection.sector else ""
    force = selection.force
    if force is None and any((selection.role, selection.sector, selection.contributor)):
        role = selection.role.replace("_", " ") if selection.role else ""
        return printable(", ".join(part for part in (role, where, whose) if part))
    return printable(counted_troops(force, selection.role, where, whose))
