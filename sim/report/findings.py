"""The finding of each figure in one sentence, computed from the tables and true of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.report.tables import Tables, rows_of
from sim.rules.domains import ANY_FORCE
from sim.words.dates import as_date, day, month
from sim.words.names import capitalised, printable, proper, readable
from sim.words.numbers import about, count_of, counted, percentage, rounded, whole

if TYPE_CHECKING:
    import pandas as pd

DEPLOYED = "deployed"
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
    """Where the median goes: its peak in round numbers, and its fall where it falls by a fifth or more."""
    fan = tables.fan
    medians = [float(value) for value in fan["q50"]]
    dates = [as_date(value) for value in fan["date"]]
    peak = max(medians)
    if peak == 0:
        return f"In the median no troops are deployed at any time to {month(dates[-1])}"
    first = next(place for place, value in enumerate(medians) if rounded(value) == rounded(peak))
    last = medians[-1]
    falls = last <= 0.8 * peak
    precise = falls and month(dates[first]) == month(dates[-1])
    name = day if precise else month
    sentence = f"Median force reaches {about(medians[first])} by {name(dates[first])}"
    if falls:
        left = "none" if last == 0 else about(last)
        sentence += f" and is down to {left} {'on' if precise else 'in'} {name(dates[-1])}"
    return sentence


def headline_targets(tables: Tables) -> pd.DataFrame:
    """The targets that the fan can show: those whose troops are the headline force's."""
    scenario = tables.scenario

    def shown(name: str) -> bool:
        target = scenario.targets[name]
        narrowed = target.contributor or target.role or target.sector
        return not narrowed and target.force in {None, tables.headline_force}

    table = tables.targets
    return table[[shown(str(name)) for name in table["target"]]]  # a mask of no rows keeps the columns


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
    return f"{what} is met {_in_share(float(target.held_on), replications, target.applies < 1)}"


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
    return _in_share(row.held_on, tables.trials(row.applies), row.applies < 1)


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
    words += [readable(target.sector)] if target.sector else []
    words += [tables.contributor_name(target.contributor)] if target.contributor else []
    return f"{readable_target(name)} ({', '.join(words)})"


def readable_target(name: str) -> str:
    """A target's name as words, as the scenario's author chose its case."""
    return printable(name.replace("_", " "))


def _in_share(share: float, trials: int, conditional: bool = False) -> str:
    """`in 12 % of replications`; a conditional one `in 12 % of the 580 replications in which it applies`."""
    successes = round(float(share) * trials)
    those = f"{'the ' if conditional else ''}{counted(trials, 'replication')}"
    where = " in which it applies" if conditional else ""
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
    return capitalised(_served_and_lost(tables, tables.binding, " in the theatre"))


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
    cause = _quoted(tables, str(lost["cause"].iloc[0]))
    return f"{sentence}; the largest loss is to {cause} ({percentage(float(lost['share'].iloc[0]))})"


def _part(share: float) -> str:
    return "none" if share == 0 else "all" if share == 1 else percentage(share)


def _quoted(tables: Tables, cause: str) -> str:
    """A cause within a sentence: a rule stands in quotation marks, as its author wrote it."""
    rule = cause.removeprefix("rule: ")
    if rule != cause:
        return f"the rule “{rule}”"
    words = cause_words(tables, cause)
    return f"the missing {words}" if cause.startswith("consent(") else words


def cause_words(tables: Tables, cause: str) -> str:
    """A binding cause in words: `consent(israel, turkey)` becomes `consent of Israel to Turkey`."""
    return printable(_cause_words(tables, cause))


def _cause_words(tables: Tables, cause: str) -> str:
    kind, _, rest = cause.partition(" ")
    if cause.startswith("consent(") and cause.endswith(")"):
        party, _, contributor = cause[len("consent(") : -1].partition(", ")
        return f"consent of {tables.party_name(party)} to {tables.contributor_name(contributor)}"
    if rest and kind in {"approval", "lift"}:
        return f"{kind} ({readable(rest).lower()})"
    if rest and kind == "sector":
        known = tables.scenario.theatre.sectors.get(rest)
        return f"sector {(known.name if known else None) or readable(rest)} closed"
    return _PLAIN.get(cause, cause)


_PLAIN = {
    "beds": "beds in the theatre",
    "reception": "reception in the theatre",
    "moving": "the journey",
    "relief gap": "a gap in reliefs",
    "withdrawn": "withdrawal (gone)",
    "withdrawing": "withdrawal (leaving)",
    "refused": "refusal for good",
    "undelivered": "pledges never delivered",
    "trainers": "lack of trainers",
    "training": "training",
    "deployed": "deployed",
}


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
    return f"The mean force peaks at {about(total)} in {month(peak)}; {name} sends {share} of it"


def gantt_finding(tables: Tables) -> str:
    """How many contingents probably arrive."""
    table = tables.stage_dates
    contingents = len(table[["contributor", "contingent"]].drop_duplicates())
    chances = table.loc[table["stage"] == DEPLOYED, "chance"]
    probable = int((chances > 0.5).sum())
    if contingents == 0:
        return "The scenario pledges no contingent"
    if not (chances > 0).any():
        return f"No contingent of {contingents} arrives in any replication"
    if probable == 0:
        return f"No contingent of {contingents} arrives in more than half of the replications"
    part = f"All {contingents}" if probable == contingents else f"{probable} of {contingents}"
    return f"{part} contingents arrive in more than half of the replications"


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
    met = _in_share(float(last["met"]), tables.replications)
    return f"{sentence}; all critical lines are met on {day(last['date'])} {met}"
