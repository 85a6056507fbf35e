"""The tables of one scenario in a report, with numbers as readers want them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.report.blocks import Cell, Column, Sheet, bracketed, joined
from sim.report.findings import DEPLOYED, cause_words, counted_force, target_label
from sim.report.tables import Tables, rows_of
from sim.words.dates import day, short_day
from sim.words.names import capitalised
from sim.words.numbers import chance, percentage, span, whole

if TYPE_CHECKING:
    from sim.results.coverage import Coverage

_MOST_CAUSES = 12


def level_sheet(tables: Tables) -> Sheet:
    """Return the headline force level at each target date and at the end."""
    from sim.results.statistics import quantile_of

    scenario = tables.scenario
    dates = sorted({*(target.by for target in scenario.targets.values()), scenario.end})
    rows: list[tuple[Cell, ...]] = []
    for date in dates:
        if scenario.start <= date <= scenario.end:
            levels = tables.levels.on(date)
            middle, low, high = (int(quantile_of(levels, share)) for share in (0.5, 0.1, 0.9))
            rows.append((joined(day(date)), middle, joined(f"{low:,} to {high:,}")))
    force = f"{tables.headline_force} troops" if tables.headline_force else "troops of all forces"
    columns = (Column("End of"), Column("Median", True), Column("10–90 %", True))
    return Sheet(f"Force level: {force} deployed.", columns, tuple(rows))


def targets_sheet(tables: Tables) -> Sheet:
    """Return the chance of each target: held on its date, reached at any time up to it."""
    rows: list[tuple[Cell, ...]] = []
    partly = any(row.applies < 1 for row in rows_of(tables.targets))
    for row in rows_of(tables.targets):
        trials = tables.trials(row.applies)
        name = capitalised(target_label(tables, str(row.target)))
        applies = (percentage(row.applies),) if partly else ()
        rows.append(
            (
                name,
                joined(short_day(row.by)),
                *map(joined, applies),
                bracketed(chance(row.held_on, row.held_low, row.held_high, trials)),
                bracketed(chance(row.reached_by, row.reached_low, row.reached_high, trials)),
            )
        )
    headings = ("Target", "By", *(("Applies in",) if partly else ()), "Held on the day", "Reached by then")
    return Sheet("Chance of each target, with 95 % intervals.", tuple(map(Column, headings)), tuple(rows))


def flow_sheet(tables: Tables) -> Sheet:
    """Return who arrives, how surely, how many and when, the surest first."""
    ordered = sorted(rows_of(tables.flow_in), key=lambda row: (-row.chance, -row.pledged, row.contributor))
    rows = tuple(_flow_row(tables, row) for row in ordered)
    columns = (
        Column("Contributor"),
        Column("Pledged", True),
        Column("Arrives at all"),
        Column("Troops", True),
        Column("10–90 %"),
        Column("First arrival"),
        Column("10–90 %"),
    )
    caption = (
        "Flow-in: median pledge, and where any arrive, troops at the peak and date of the first (medians)."
    )
    return Sheet(caption, columns, rows)


def _flow_row(tables: Tables, row: Any) -> tuple[Cell, ...]:
    arrives = bracketed(chance(row.chance, row.chance_low, row.chance_high, tables.replications))
    name = tables.contributor_name(str(row.contributor))
    if row.chance == 0:
        return name, int(row.pledged), arrives, None, None, None, None
    return (
        name,
        int(row.pledged),
        arrives,
        int(row.troops_median),
        span(row.troops_q10, row.troops_q90),
        joined(short_day(row.first_median)),
        f"{joined(short_day(row.first_q10))} to {joined(short_day(row.first_q90))}",
    )


def causes_sheet(tables: Tables) -> Sheet:
    """Return the causes that cost most troop-days, the others in one row."""
    lost = tables.binding[tables.binding["cause"] != DEPLOYED]
    lost = lost.sort_values(["troop_days", "cause"], ascending=[False, True])
    lost = lost[lost["troop_days"] > 0]
    rows: list[tuple[Cell, ...]] = [
        (
            capitalised(cause_words(tables, str(row.cause))),
            whole(row.troop_days / 1000),
            span(row.low / 1000, row.high / 1000),
            joined(percentage(row.share)),
        )
        for row in rows_of(lost.head(_MOST_CAUSES))
    ]
    rest = lost.iloc[_MOST_CAUSES:]
    if len(rest):
        share = percentage(float(rest["share"].sum()))
        rows.append(
            (f"{len(rest)} other causes", whole(float(rest["troop_days"].sum()) / 1000), None, joined(share))
        )
    columns = (
        Column("What holds troops back"),
        Column("Thousands", True),
        Column("95 % interval", True),
        Column("Of the pledge", True),
    )
    return Sheet(
        f"Thousands of troop-days lost by cause: mean over all replications, {counted_force(tables)}.",
        columns,
        tuple(rows),
    )


def shortfall_sheet(tables: Tables, coverage: Coverage) -> Sheet:
    """Return each line of the requirements: how far it is met, and how many troops are missing."""
    missing = coverage.shortfall.set_index("line")
    rows = tuple(_shortfall_row(tables, row, missing.loc[row.line]) for row in rows_of(coverage.lines))
    columns = (
        Column("Requirement"),
        Column("Troops", True),
        Column("Due"),
        Column("Share met", True),
        Column("Met when due"),
        Column("Missing then", True),
        Column("Missing at the end", True),
    )
    caption = (
        "Shortfalls: troop-days of each requirement that are met, the chance that it is met in full when "
        "due, and troops missing (medians)."
    )
    return Sheet(caption, columns, rows)


def _shortfall_row(tables: Tables, row: Any, short: Any) -> tuple[Cell, ...]:
    trials = tables.trials(row.applies)
    met = chance(short["by_met"], short["by_met_low"], short["by_met_high"], trials)
    return (
        str(row.line) + (" (critical)" if row.critical else ""),
        int(row.troops),
        joined(short_day(row.by)),
        None if math.isnan(row.share) else joined(percentage(row.share)),
        bracketed(met),
        _number(short["by_median"]),
        _number(short["end_median"]),
    )


def _number(value: Any) -> int | None:
    return None if math.isnan(value) else int(value)
