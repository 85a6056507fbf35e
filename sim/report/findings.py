"""The finding of each figure in one sentence, computed from the tables and true of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.report.tables import Tables, rows_of
from sim.results.selection import members
from sim.results.statistics import mean_interval, quantile_interval, wilson
from sim.rules.domains import ANY_FORCE
from sim.vocabulary import DEPLOYED
from sim.words.causes import cause_label, cause_loss
from sim.words.dates import as_date, day, month
from sim.words.names import capitalised, printable, proper, readable
from sim.words.numbers import (
    about,
    alike_in_all,
    count_of,
    counted,
    interval_of,
    percentage,
    percentage_span,
    rounded,
    whole,
)

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from sim.results.levels import Levels

FEW = 200
"""Below so many replications no number is said without its interval, and page one warns."""
_A_MONTH = 31
"""What is reached for the first time in the last month still grows."""
_ENOUGH_TO_RULE_OUT = 300
"""Replications from which none at all means a chance of under 1.3 %: "out of reach"."""


def force_finding(tables: Tables) -> str:
    """What the median force does, and what becomes of the largest target."""
    sentence = _median_sentence(tables)
    target = hardest_target(tables)
    if target is None:
        return sentence
    return f"{sentence}; {_target_clause(target, tables.trials(target.applies))}"


def _median_sentence(tables: Tables) -> str:
    """Where the median goes: its peak in round numbers, and its fall where it falls by a fifth or more.

    A peak in the last month that is not followed by such a fall is said as the last day's, which tables have.
    """
    fan = tables.fan
    medians = [float(value) for value in fan["q50"]]
    dates = [as_date(value) for value in fan["date"]]
    peak = max(medians)
    if peak == 0:
        troops = troops_words(tables) if several_forces(tables) else "troops"
        return f"In the median no {troops} are deployed at any time up to {month(dates[-1])}{_some(tables)}"
    first = next(place for place, value in enumerate(medians) if rounded(value) == rounded(peak))
    last = medians[-1]
    falls = last <= 0.8 * peak
    if not falls and month(dates[first]) == month(dates[-1]):
        first = len(medians) - 1
    precise = falls and month(dates[first]) == month(dates[-1])
    name = day if precise else month
    few = tables.replications < FEW
    interval = f" ({_interval_on(tables, dates[first])})" if few else ""
    force = f"{printable(str(tables.headline_force))} force" if several_forces(tables) else "force"
    sentence = f"Median {force} reaches {about(medians[first])}{interval} by {name(dates[first])}"
    if falls:
        left = "none" if last == 0 else about(last)
        sentence += f" and is down to {left} {'on' if precise else 'in'} {name(dates[-1])}"
    return sentence


def _some(tables: Tables) -> str:
    """How many worlds have somebody all the same on the date that headlines speak of; nothing where none has."""
    there = int((tables.levels.on(tables.date) > 0).sum())
    if not there:
        return ""
    share = percentage(there / tables.replications)
    return f", though {share} of the worlds have some on {day(tables.date)}"


def _interval_on(tables: Tables, date: Any) -> str:
    low, high = quantile_interval(sorted(tables.levels.on(date).tolist()), 0.5)
    return interval_of(max(0.0, low), high)


def mean_finding(tables: Tables) -> str:
    """The mean force on the date that headlines speak of, with its interval: what comparisons compare."""
    levels, when = tables.levels.on(tables.date), day(tables.date)
    if alike := all_alike(tables.levels, tables.date, dated=True):
        return f"There {'is' if levels[0] <= 1 else 'are'} {alike}"
    low, high = mean_interval(levels)
    return f"The mean force on {when} is {about(float(levels.mean()))} ({interval_of(max(0.0, low), high)})"


def all_alike(levels: Levels, date: dt.date, *, dated: bool = False) -> str:
    """What is said where all worlds have the same number at the end of a day; nothing where they differ."""
    found = levels.on(date)
    if (found != found[0]).any():
        return ""
    return alike_in_all(int(found[0]), found.size, wilson(0, found.size)[1], day(date) if dated else "")


def headline_targets(tables: Tables) -> pd.DataFrame:
    """The targets that the fan can show: those whose troops are the headline force's."""
    scenario = tables.scenario

    def shown(name: str) -> bool:
        target = scenario.targets[name]
        narrowed = target.contributor or target.role or target.sector
        return not narrowed and target.force in {None, tables.headline_force}

    table = tables.targets
    return table[
        table["target"].map(lambda name: shown(str(name))).astype(bool)
    ]  # an empty one keeps its columns


def hardest_target(tables: Tables) -> Any | None:
    """The largest target on the fan (the later one of two equal ones), or None."""
    judged = (row for row in rows_of(headline_targets(tables)) if row.applies > 0)
    return max(judged, key=lambda row: (row.troops, row.by), default=None)


def _target_clause(target: Any, replications: int) -> str:
    """A target's chance as a clause: reached in none, held in so many, held in all."""
    what = f"{whole(target.troops)} by {month(target.by)}"
    reached = round(float(target.reached_by) * replications)
    if reached == 0 and replications >= _ENOUGH_TO_RULE_OUT:
        where = " in which it applies" if target.applies < 1 else ""
        return f"{what} is out of reach ({count_of(0.0, replications)} replications{where})"
    return f"{what} is met {in_share(float(target.held_on), replications, target.applies < 1)}"


def target_finding(tables: Tables) -> str:
    """How likely the likeliest and the least likely target are to be met on their dates."""
    judged = (row for row in rows_of(tables.targets) if row.applies > 0)
    rows = sorted(judged, key=lambda row: (-row.held_on, row.by, str(row.target)))
    if not rows:
        return "The scenario names no target that applies"
    best, worst = rows[0], rows[-1]
    met = _met(tables, best)
    if len(rows) == 1:
        return f"The target {_target_name(tables, best)} is met {met}"
    if best.held_on == 0:
        return f"None of the {len(rows)} targets is met on its date in any replication"
    if best.held_on == worst.held_on == 1:
        return f"Each of the {len(rows)} targets is met on its date in every replication"
    likeliest = f"The target {_target_name(tables, best)} is met {met}"
    return f"{likeliest}; {_target_name(tables, worst)} {_met(tables, worst)}"


def _met(tables: Tables, row: Any) -> str:
    """How often a target is met on its date; a conditional one only counts where it applies."""
    return in_share(row.held_on, tables.trials(row.applies), row.applies < 1)


def _target_name(tables: Tables, row: Any) -> str:
    """A target with its size and date: `initial (5,000 by June 2026)`, `port (900, Rafah; by May 2026)`."""
    label = target_label(tables, str(row.target)).removesuffix(")")
    return f"{label}{';' if ', ' in label else ''} by {month(row.by)})"


def target_label(tables: Tables, name: str) -> str:
    """A target with its size and which troops count: `police (3,000 police)`."""
    target = tables.scenario.targets[name]
    every = "troops of any force" if target.force == ANY_FORCE else target.force
    counted_troops = [readable(part).lower() for part in (every, target.role) if part]
    words = [" ".join([whole(target.troops), *counted_troops])]
    words += [sector_title(tables, target.sector)] if target.sector else []
    words += [tables.contributor_name(target.contributor)] if target.contributor else []
    return f"{readable_target(name)} ({', '.join(words)})"


def sector_title(tables: Tables, sector: str) -> str:
    """What people call a sector: the same in each table and sentence."""
    return tables.titles.get(sector, readable(sector))


def readable_target(name: str) -> str:
    """A target's name as words, as the scenario's author chose its case."""
    return printable(name.replace("_", " "))


def in_share(share: float, trials: int, conditional: bool = False) -> str:
    """`in 12 % of replications`; a conditional one `in 12 % of the 580 replications in which it applies`."""
    successes = round(float(share) * trials)
    those = f"{'the ' if conditional else ''}{counted(trials, 'replication')}"
    where = " in which it applies" if conditional else ""
    if trials < FEW and trials:
        low, high = wilson(successes, trials)
        where += f" (95 % interval {percentage_span(low, high)} %)"
    if successes == 0:
        return f"in none of {those}{where}"
    if successes == trials:
        return f"in all of {those}{where}"
    return f"in {percentage(float(share))} of {those if conditional else 'replications'}{where}"


def counted_force(tables: Tables) -> str:
    """Which troops the headline counts, for a title."""
    return printable(tables.headline_force or "every force")


def binding_finding(tables: Tables) -> str:
    """Which part of the headline force's pledged time is served, and what costs most of the rest."""
    return capitalised(binding_clause(tables))


def binding_clause(tables: Tables) -> str:
    """The same behind a colon."""
    return _served_and_lost(tables, tables.binding, " in the theatre")


def other_binding_findings(tables: Tables) -> list[str]:
    """The same of each other force that pledges anybody, each named; a sentence each."""
    return [
        printable(f"{proper(force)}: {_served_and_lost(tables, table)}")
        for force, table in tables.other_bindings.items()
        if len(table)
    ]


def _served_and_lost(tables: Tables, table: pd.DataFrame, where: str = "") -> str:
    served = float(table.loc[table["cause"] == DEPLOYED, "share"].sum())
    lost = table[table["cause"] != DEPLOYED].sort_values(["share", "cause"], ascending=[False, True])
    sentence = f"{_part(served)} of the pledged troop-days are served{where}"
    if lost.empty or float(lost["share"].iloc[0]) <= 0:
        return sentence
    largest = lost.iloc[0]
    loss = cause_loss(str(largest["cause"]), tables.titles)
    return f"{sentence}; the largest single loss is to {loss} ({_share_of(tables, largest)})"


def _share_of(tables: Tables, row: Any) -> str:
    """A cause's part of the pledge; with its interval where there are few replications."""
    share = float(row["share"])
    if tables.replications >= FEW or not float(row["troop_days"]):
        return percentage(share)
    scale = share / float(row["troop_days"])
    low, high = float(row["low"]) * scale, min(1.0, float(row["high"]) * scale)
    return f"{percentage(share)}, 95 % interval {percentage_span(low, high)} %"


def _part(share: float) -> str:
    return "none" if share == 0 else "all" if share == 1 else percentage(share)


def cause_words(tables: Tables, cause: str) -> str:
    """A cause as a layer of a figure is named."""
    return cause_label(cause, tables.titles)


def several_forces(tables: Tables) -> bool:
    """Whether the scenario has troops that the headline leaves out, so that it must say which it counts."""
    forces = {body.force for body in members(tables.scenario)}
    return tables.headline_force is not None and len(forces) > 1


def troops_words(tables: Tables) -> str:
    """What the headline counts: `military troops`, or `troops` of every force."""
    return printable(f"{tables.headline_force} troops" if tables.headline_force else "troops")


def arrival_finding(tables: Tables) -> str:
    """Who sends most in the mean on the day when the mean force is largest."""
    table = tables.by_contributor
    totals = table.groupby("date")["mean"].sum()
    if totals.empty or float(totals.max()) <= 0:
        return "No contributor's troops arrive in any replication"
    peak = totals.index[int(totals.to_numpy().argmax())]
    on_day = table[table["date"] == peak].sort_values(["mean", "contributor"], ascending=[False, True])
    largest = on_day.iloc[0]
    total, own = float(totals.max()), float(largest["mean"])
    name = tables.contributor_name(str(largest["contributor"]))
    share = "all" if own == total else percentage(own / total)
    return f"The mean force {_course(totals)}; {name} sends {share} of it"


def _course(totals: pd.Series) -> str:
    """How a mean force runs: it still grows at the end, or reaches its most and stays, or peaks and falls."""
    values = [float(value) for value in totals]
    most = max(values)
    peak, last = values.index(most), len(values) - 1
    there = next(place for place, value in enumerate(values) if rounded(value) == rounded(most))
    if peak == last > 0 and last - there <= _A_MONTH:
        return f"is still growing at the end, to {about(most)} in {month(totals.index[last])}"
    if rounded(values[last]) == rounded(most):
        return f"reaches {about(most)} by {month(totals.index[there])}"
    return f"peaks at {about(most)} in {month(totals.index[peak])}"


def gantt_finding(tables: Tables) -> str:
    """How many contingents probably arrive."""
    table = tables.stage_dates
    contingents = len(table[["contributor", "contingent"]].drop_duplicates())
    chances = table.loc[table["stage"] == DEPLOYED, "chance"]
    probable = int((chances > 0.5).sum())
    if contingents == 0:
        return "The scenario pledges no contingent"
    half = "more than half of the replications"
    if contingents == 1:
        return f"The contingent arrives {in_share(float(chances.iloc[0]), tables.replications)}"
    if probable == 0:
        where = f"in {half}" if (chances > 0).any() else "in any replication"
        return f"No contingent of {contingents} arrives {where}"
    if probable == contingents:
        return f"{'Both' if contingents == 2 else f'All {contingents}'} contingents arrive in {half}"
    return f"{probable} of {contingents} contingents {'arrives' if probable == 1 else 'arrive'} in {half}"


def coverage_finding(tables: Tables) -> str:
    """How far the requirements are met over time, and how often all critical ones are at the end."""
    found = tables.coverage
    if found is None:
        return "The scenario states no requirements"
    share = float(found.total[0])
    if math.isnan(share):
        return "No requirement falls due before the scenario ends"
    sentence = f"{capitalised(_part(share))} of the required troop-days are served"
    if found.critical.empty:
        return sentence
    last = found.critical.iloc[-1]
    met = in_share(float(last["met"]), tables.replications)
    return f"{sentence}; all critical lines are met on {day(last['date'])} {met}"
