"""The terminal table: what a planner asks of a run, in words and numbers, at any width and through a pipe."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.report.console import print_table, say
from sim.report.findings import (
    DEPLOYED,
    binding_finding,
    cause_words,
    counted_force,
    coverage_finding,
    force_finding,
    other_binding_findings,
    target_label,
)
from sim.report.tables import Tables, rows_of, tables_of
from sim.words.dates import NEVER, as_date, day, short_day, short_month
from sim.words.names import capitalised, printable
from sim.words.numbers import chance, counted, percentage, percentage_span, span, whole

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from rich.console import Console

    from sim.results.run import Run

_MOST_CAUSES = 10
_WIDE = 100
_LONG = 20
"""Letters from which a cell is broken before its bracket on a console that is not wide."""


def print_run(run: Run | Tables, console: Console) -> None:
    """Print the run's answers: level, targets, first boots, flow-in, what holds it back, requirements."""
    tables = tables_of(run)
    _head(tables, console)
    _levels(tables, console)
    if len(tables.targets):
        _targets(tables, console)
    _first_boots(tables, console)
    if len(tables.flow_in):
        _flow_in(tables, console)
    if len(tables.binding):
        _binding(tables, console)
        _losses(tables, console)
    if tables.coverage is not None:
        _coverage(tables, console)


def _head(tables: Tables, console: Console) -> None:
    scenario, manifest = tables.scenario, tables.run.manifest
    say(console, tables.title, "bold")
    parts = [f"{short_day(scenario.start)} to {short_day(scenario.end)}"]
    parts += [f"as of {short_day(tables.as_of)}"] if tables.as_of else []
    parts += [counted(tables.replications, "replication"), f"seed {manifest['seed']}"]
    say(console, ", ".join(parts), "dim")
    failed = len(manifest.get("failed", ()))
    if failed:
        say(console, f"{counted(failed, 'replication')} failed and is left out of every number", "bold")
    say(console, f"{force_finding(tables)}.")


def _levels(tables: Tables, console: Console) -> None:
    """Force levels at each target's date, and of the headline force at the end."""
    rows = [
        (
            short_day(row.by),
            _counted_troops(tables, str(row.target)),
            whole(row.median),
            span(row.q10, row.q90),
        )
        for row in rows_of(_by_date(tables))
    ]
    rows += [_headline_row(tables, date) for date in _plain_dates(tables)]
    rows = list(dict.fromkeys(rows))
    print_table(console, "Force level at the end of the day", ["On", "Troops", "Median>", "10–90 %>"], rows)


def _by_date(tables: Tables) -> pd.DataFrame:
    return tables.targets.sort_values(["by", "troops", "target"], ignore_index=True)


def _plain_dates(tables: Tables) -> list[dt.date]:
    """The last day; without targets also the quarters of the way there."""
    import datetime as dt

    start, end = tables.scenario.start, tables.scenario.end
    if len(tables.targets):
        return [end]
    return sorted({start + dt.timedelta((end - start).days * quarter // 4) for quarter in (1, 2, 3, 4)})


def _headline_row(tables: Tables, date: dt.date) -> tuple[str, str, str, str]:
    from sim.results.statistics import quantile_of

    levels = tables.levels.on(date)
    low, middle, high = (float(quantile_of(levels, share)) for share in (0.1, 0.5, 0.9))
    return short_day(date), tables.headline_force or "all", whole(middle), span(low, high)


def _counted_troops(tables: Tables, name: str) -> str:
    """Which troops a target counts."""
    target = tables.scenario.targets[name]
    force = target.force or tables.headline_force
    narrowed = [target.role, target.sector]
    words = [force or "all", *(part.replace("_", " ") for part in narrowed if part)]
    words += [tables.contributor_name(target.contributor)] if target.contributor else []
    return printable(", ".join(words))


def _targets(tables: Tables, console: Console) -> None:
    rows = []
    for row in rows_of(_by_date(tables)):
        trials = tables.trials(row.applies)
        name = target_label(tables, str(row.target))
        if row.applies < 1:
            name += f", applies in {percentage(row.applies)}"
        held = chance(row.held_on, row.held_low, row.held_high, trials)
        reached = chance(row.reached_by, row.reached_low, row.reached_high, trials)
        rows.append((name, short_day(row.by), _fit(held, console), _fit(reached, console)))
    print_table(
        console,
        "Probability of each target by its date (95 % interval)",
        ["Target", "By", "Held on it", "Reached by it"],
        rows,
    )


def _first_boots(tables: Tables, console: Console) -> None:
    boots = tables.first_boots
    arrives = chance(boots["chance"], boots["low"], boots["high"], tables.replications)
    say(console, "\nFirst boots on the ground", "bold")
    words = f"By {day(tables.scenario.end)}: {arrives}"
    if boots["chance"] > 0:
        words += f"; median {day(boots['median'])}, 10–90 % {_dates(boots['q10'], boots['q90'])}"
    say(console, f"{words}.")


def _dates(low: Any, high: Any) -> str:
    """A range of dates; `never` where an end lies among the replications in which it does not happen."""
    first, last = short_day(low), short_day(high)
    if as_date(low) is None:
        return NEVER
    return first if first == last else f"{first} to {last}"


def _months(low: Any, high: Any) -> str:
    first, last = short_month(low), short_month(high)
    return first if first == last else f"{first}–{last}"


def _flow_in(tables: Tables, console: Console) -> None:
    """A row a contributor, the likeliest to arrive first."""
    flow = [(tables.contributor_name(str(row.contributor)), row) for row in rows_of(tables.flow_in)]
    rows = []
    for name, row in sorted(flow, key=lambda entry: (-entry[1].chance, -entry[1].pledged, entry[0])):
        arrives = chance(row.chance, row.chance_low, row.chance_high, tables.replications)
        troops, dates = "–", "–"
        if row.chance > 0:
            troops = _spread(row.troops_median, row.troops_q10, row.troops_q90)
            dates = f"{short_day(row.first_median)} ({_months(row.first_q10, row.first_q90)})"
        cells = (_fit(cell, console) for cell in (arrives, troops, dates))
        rows.append((name, whole(row.pledged), *cells))
    print_table(
        console,
        "Flow-in by contributor (troops and dates: median and 10–90 % if any arrive)",
        ["Contributor", "Pledged>", "Arrives at all", "Troops at peak", "First arrival"],
        rows,
    )


def _binding(tables: Tables, console: Console) -> None:
    """Troop-days by cause: the ten largest, the rest together."""
    table = tables.binding[tables.binding["cause"] != DEPLOYED]
    table = table.sort_values(["troop_days", "cause"], ascending=[False, True])
    rows = [
        (
            capitalised(cause_words(tables, str(row.cause))),
            whole(row.troop_days),
            span(row.low, row.high),
            percentage(row.share),
        )
        for row in rows_of(table.head(_MOST_CAUSES))
    ]
    rest = table.iloc[_MOST_CAUSES:]
    if len(rest):
        words = f"{counted(len(rest), 'other cause')}"
        rows.append(
            (words, whole(float(rest["troop_days"].sum())), "", percentage(float(rest["share"].sum())))
        )
    print_table(
        console,
        f"What holds the rest back (mean troop-days from start to end, {counted_force(tables)})",
        ["Cause", "Troop-days>", "95 % interval>", "Of pledge>"],
        rows,
        note=f"{binding_finding(tables)}.",
    )
    for finding in other_binding_findings(tables):
        say(console, f"{finding}.")


def _losses(tables: Tables, console: Console) -> None:
    """The largest loss of each contributor, and what it serves."""
    rows = []
    for name, own in tables.binding_by_contributor.groupby("contributor"):
        lost = own[own["cause"] != DEPLOYED].sort_values(["troop_days", "cause"], ascending=[False, True])
        if len(lost):
            largest = rows_of(lost)[0]
            served = float(own.loc[own["cause"] == DEPLOYED, "share"].sum())
            rows.append((float(largest.troop_days), str(name), largest, served))
    print_table(
        console,
        f"Largest loss of each contributor (mean troop-days from start to end, {counted_force(tables)})",
        ["Contributor: cause", "Troop-days>", "95 % interval>", "Of its pledge>", "Served>"],
        [
            (
                f"{tables.contributor_name(name)}: {cause_words(tables, str(row.cause))}",
                whole(row.troop_days),
                span(row.low, row.high),
                percentage(row.share),
                percentage(served),
            )
            for _, name, row, served in sorted(rows, key=lambda entry: (-entry[0], entry[1]))
        ],
    )


def _coverage(tables: Tables, console: Console) -> None:
    found = tables.coverage
    if found is None:
        return
    missing = found.shortfall.set_index("line")
    rows = []
    for row in rows_of(found.lines):
        short = missing.loc[row.line]
        trials = tables.trials(row.applies)
        share = "–" if math.isnan(row.share) else f"{percentage(row.share)} ({_share_span(row)})"
        met = chance(short["by_met"], short["by_met_low"], short["by_met_high"], trials)
        name = f"{printable(str(row.line))}{', critical' if row.critical else ''}"
        lacking = whole(short["by_median"])
        rows.append((name, whole(row.troops), short_day(row.by), share, _fit(met, console), lacking))
    print_table(
        console,
        "Requirements (share: of troop-days from the day due to the end; missing: median on the day due)",
        ["Line", "Troops>", "Due", "Share", "Met when due", "Missing>"],
        rows,
        note=f"{coverage_finding(tables)}.",
    )


def _share_span(row: Any) -> str:
    return percentage_span(row.share_low, row.share_high) if math.isfinite(row.share_low) else "–"


def _spread(median: float, low: float, high: float) -> str:
    """A median with its range, unless that is the same number."""
    words, around = whole(median), span(low, high)
    return words if words == around else f"{words} ({around})"


def _fit(cell: str, console: Console) -> str:
    """On a narrow console the bracket of a long cell goes on a line of its own."""
    return cell if console.width >= _WIDE or len(cell) <= _LONG else cell.replace(" (", "\n(", 1)
