"""The run in one tidy table, written beside it as `summary.csv`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.results.arrivals import first_boots, first_deployed, flow_in
from sim.results.assurance import SURE, count_on
from sim.results.binding import binding_table
from sim.results.costs import costs_by, stated_dates
from sim.results.coverage import coverage
from sim.results.dates import day_of
from sim.results.departures import departures
from sim.results.levels import daily_levels, quantile_name
from sim.results.statistics import mean_interval, quantile_interval, rank, wilson
from sim.results.targets import attainments, table_of

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run

COLUMNS = ("measure", "item", "date", "value", "low", "high")

_SHARES = frozenset(
    {"nobody_there", "target_held", "target_reached", "target_applies", "first_boots", "arrival", "departure"}
    | {"troop_days_share", "contributor_troop_days_share", "coverage", "critical_met"}
    | {"requirement_met_by", "requirement_met_end"}
)

Row = tuple[str, str, Any, float, float, float]

_STATED_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def summary_table(run: Run) -> pd.DataFrame:
    """Return the run's main numbers with 95 % intervals, one row each.

    Columns: `measure`, `item` (whose number it is; empty for the whole run), `date` (ISO, empty if none),
    `value`, `low`, `high` (NaN where there is none; infinite where the sample bounds a side not at all).
    Levels are troops at the end of the date, times are days since the start, probabilities and shares lie
    between 0 and 1. An infinite time means never.
    """
    import pandas as pd

    rows = [
        *_counts(run),
        *_levels(run),
        *_targets(run),
        *_arrivals(run),
        *_departures(run),
        *_binding(run),
        *_coverage(run),
        *_costs(run),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def is_share(measure: str) -> bool:
    """Whether the numbers of a measure are probabilities or shares of 1."""
    return measure in _SHARES


def summary_text(run: Run) -> str:
    """Return the summary as CSV; the same run gives the same bytes.

    Numbers have at most nine significant digits. Text that a spreadsheet would take for a formula is given an
    apostrophe in front.
    """
    table = summary_table(run)
    for column in ("measure", "item"):
        table[column] = [inert(text) for text in table[column]]
    return table.to_csv(index=False, float_format="%.9g", lineterminator="\n")


def write_summary(run: Run) -> Path:
    """Write `summary.csv` into the run's folder, whole or not at all; StoreError if that is impossible."""
    from sim.batch.files import write_if_new

    path = run.folder / "summary.csv"
    write_if_new(path, summary_text(run).encode())
    return path


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe in front where one would."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _counts(run: Run) -> Iterator[Row]:
    failed = len(run.manifest["failed"])
    yield "replications", "finished", "", float(run.replications), math.nan, math.nan
    yield "replications", "failed", "", float(failed), math.nan, math.nan


def _levels(run: Run) -> Iterator[Row]:
    """Yield the headline force at the date of every target and estimate, and at the end."""
    levels = daily_levels(run)
    scenario = run.scenario
    aims = {target.by for target in scenario.targets.values()} | {said.by for said in scenario.estimates}
    within = {date for date in aims if scenario.start <= date <= scenario.end}
    for date in sorted(within | {scenario.end}):
        level = levels.on_day(day_of(run.dates, date))
        yield from _level(level, date)
        sure = count_on(levels, SURE, date)
        yield "level_counted_on", f"{SURE:.0%}", date.isoformat(), float(sure.troops), sure.low, sure.high
        none = int((level == 0).sum())
        bounds = wilson(none, level.size)
        yield "nobody_there", "force", date.isoformat(), none / level.size, *bounds


def _level(level: NDArray[np.int64], date: dt.date) -> Iterator[Row]:
    import numpy as np

    low, high = mean_interval(level)
    yield "level_mean", "force", date.isoformat(), float(level.mean()), max(0.0, low), high
    ordered = np.sort(level)
    for quantile in _STATED_QUANTILES:
        low, high = quantile_interval(ordered, quantile)
        value = float(ordered[rank(quantile, level.size)])
        yield f"level_{quantile_name(quantile)}", "force", date.isoformat(), value, max(0.0, low), high


def _targets(run: Run) -> Iterator[Row]:
    found = attainments(run)
    for row in table_of(run, found).to_dict("records"):
        date = row["by"].date().isoformat()
        yield "target_held", row["target"], date, row["held_on"], row["held_low"], row["held_high"]
        yield (
            "target_reached",
            row["target"],
            date,
            row["reached_by"],
            row["reached_low"],
            row["reached_high"],
        )
        yield "target_applies", row["target"], date, row["applies"], math.nan, math.nan
        for name in ("median", "q05", "q95"):
            yield f"target_level_{name}", row["target"], date, float(row[name]), math.nan, math.nan
    for attained in found:
        if len(attained.numbers):
            yield from _time("target_day", attained.name, attained.first)


def _arrivals(run: Run) -> Iterator[Row]:
    boots = first_boots(run)
    yield "first_boots", "", "", boots["chance"], boots["low"], boots["high"]
    yield from _time("first_boots_day", "", first_deployed(run))
    for name in ("q05", "q95"):
        yield _day_of(run, f"first_boots_day_{name}", "", boots[name])
    for row in flow_in(run).to_dict("records"):
        name = row["contributor"]
        yield "arrival", name, "", row["chance"], row["chance_low"], row["chance_high"]
        yield "pledged_median", name, "", float(row["pledged"]), math.nan, math.nan
        for which in ("median", "q05", "q95"):
            yield f"peak_{which}_given_arrival", name, "", row[f"troops_{which}"], math.nan, math.nan
        for which in ("q05", "q95"):
            yield _day_of(run, f"first_day_{which}_given_arrival", name, row[f"first_{which}"])
        first = row["first_median"]
        comes = row["chance"] > 0
        date = first.date().isoformat() if comes else ""
        day = float((first.date() - run.scenario.start).days) if comes else math.nan
        yield "first_day_median_given_arrival", name, date, day, math.nan, math.nan
        full = row["all_median"]
        date = full.date().isoformat() if comes else ""
        day = float((full.date() - run.scenario.start).days) if comes else math.nan
        yield "all_there_day_median_given_arrival", name, date, day, math.nan, math.nan


def _departures(run: Run) -> Iterator[Row]:
    """Yield who leaves, how surely and when."""
    for row in departures(run).to_dict("records"):
        name = row["contributor"]
        yield "departure", name, "", row["chance"], row["low"], row["high"]
        for which in ("median", "q05", "q95"):
            yield _day_of(run, f"departure_day_{which}_given_departure", name, row[which])


def _day_of(run: Run, measure: str, item: str, date: Any) -> Row:
    """A date as days since the start, with the date itself; infinite and without a date where it never comes."""
    day = None if date is None or str(date) == "NaT" else date
    if day is None:
        return measure, item, "", math.inf, math.nan, math.nan
    day = day.date() if hasattr(day, "hour") else day
    return measure, item, day.isoformat(), float((day - run.scenario.start).days), math.nan, math.nan


def _time(measure: str, item: str, first: NDArray[np.float64]) -> Iterator[Row]:
    """Yield the median time in days since the start, infinite if most never come to it."""
    import numpy as np

    ordered = np.sort(first / DAY)
    low, high = quantile_interval(ordered, 0.5)
    yield measure, item, "", float(ordered[rank(0.5, ordered.size)]), max(0.0, low), high


def _binding(run: Run) -> Iterator[Row]:
    for row in binding_table(run).to_dict("records"):
        yield "troop_days", row["cause"], "", row["troop_days"], row["low"], row["high"]
        yield "troop_days_share", row["cause"], "", row["share"], math.nan, math.nan
    for row in binding_table(run, "contributor").to_dict("records"):
        item = f"{row['contributor']}: {row['cause']}"
        yield "contributor_troop_days", item, "", row["troop_days"], row["low"], row["high"]
        yield "contributor_troop_days_share", item, "", row["share"], math.nan, math.nan


def _coverage(run: Run) -> Iterator[Row]:
    if not run.scenario.requirements:
        return
    found = coverage(run)
    yield "coverage", "", "", *found.total
    for row in found.lines.to_dict("records"):
        yield "coverage", row["line"], "", row["share"], row["share_low"], row["share_high"]
    for row in found.shortfall.to_dict("records"):
        for when in ("by", "end"):
            met = (row[f"{when}_{end}"] for end in ("met", "met_low", "met_high"))
            yield f"requirement_met_{when}", row["line"], "", *met
            for which in ("median", "q05", "q95"):
                yield (
                    f"requirement_missing_{when}_{which}",
                    row["line"],
                    "",
                    row[f"{when}_{which}"],
                    math.nan,
                    math.nan,
                )
    due = set(found.lines.loc[found.lines["critical"], "by"]) | set(found.critical["date"].tail(1))
    for row in found.critical.to_dict("records"):
        if row["date"] in due:
            date = row["date"].date().isoformat()
            yield "critical_met", "", date, row["met"], row["low"], row["high"]


def _costs(run: Run) -> Iterator[Row]:
    """Yield the cost by the date of every target, and by the end."""
    import numpy as np

    scenario = run.scenario
    if scenario.costs is None:
        return
    dates = stated_dates(scenario)
    for date, cost in zip(dates, costs_by(run, dates), strict=True):
        low, high = mean_interval(cost)
        yield "cost_mean", scenario.costs.unit, date.isoformat(), float(cost.mean()), max(0.0, low), high
        ordered = np.sort(cost)
        for quantile in _STATED_QUANTILES:
            low, high = quantile_interval(ordered, quantile)
            value = float(ordered[rank(quantile, cost.size)])
            measure = f"cost_{quantile_name(quantile)}"
            yield measure, scenario.costs.unit, date.isoformat(), value, max(0.0, low), high
