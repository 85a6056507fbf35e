"""What a comparison says, in sentences computed from its table and true of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from sim.report.comparison_tables import ComparisonTables
from sim.report.findings import readable_target
from sim.report.tables import rows_of
from sim.words.causes import cause_label, cause_loss
from sim.words.dates import day, month, short_day
from sim.words.differences import MINUS, chance_in_words, change_in_words
from sim.words.names import capitalised, listed, printable
from sim.words.numbers import about, counted

if TYPE_CHECKING:
    from sim.studies.comparison import Comparison


def level_finding(tables: ComparisonTables) -> str:
    """Which scenario raises, and which lowers, the mean force most on the comparison's date."""
    rows = tables.effects("level_mean", "force", tables.date)
    if not rows:
        return f"The scenarios have no day in common with the baseline's {day(tables.date)}"
    clear = [row for row in rows if row.verdict in {"higher", "lower"}]
    where = f"the mean force in {month(tables.date)}"
    if not clear:
        unclear = any(row.verdict == "unclear" for row in rows)
        return f"No scenario {'clearly ' if unclear else ''}changes {where} ({about(rows[0].baseline)})"
    parts = []
    highest = max(clear, key=lambda row: row.difference)
    lowest = min(clear, key=lambda row: row.difference)
    if highest.verdict == "higher":
        parts.append(f"with {_named(tables, highest)} {where} is {_size(highest)}")
    if lowest.verdict == "lower":
        parts.append(f"with {_named(tables, lowest)} {'it' if parts else where} is {_size(lowest)}")
    return capitalised("; ".join(parts))


def _named(tables: ComparisonTables, row: Any) -> str:
    """A scenario's label in a sentence, in quotation marks: it names a change, not somebody who acts."""
    return f"“{tables.name(row.scenario)}”"


def _size(row: Any) -> str:
    """`about 450 higher (400 to 500)`."""
    return change_in_words(row.difference, row.diff_low, row.diff_high, row.verdict)


def matter_finding(tables: ComparisonTables) -> str:
    """Which scenarios clearly change the mean force on the date, by the size of the change, and which do not."""
    rows = tables.effects("level_mean", "force", tables.date)
    clear = sorted((row for row in rows if row.verdict in _CLEAR), key=lambda row: -abs(row.difference))
    others = [row for row in rows if row.verdict not in _CLEAR]
    parts = []
    if clear:
        said = [f"{_named(tables, row)} ({_signed_about(row)})" for row in clear]
        parts.append(f"the mean force on {day(tables.date)} clearly changes with {listed(said)}")
    if others:
        parts.append(f"not clearly with {listed([_named(tables, row) for row in others])}")
    return capitalised("; ".join(parts)) if parts else "Nothing can be compared on that date"


def _signed_about(row: Any) -> str:
    return f"{'+' if row.difference > 0 else MINUS}{about(abs(row.difference)).removeprefix('about ')}"


def scenario_findings(tables: ComparisonTables, label: str) -> list[str]:
    """What one scenario changes: force level, the target that moves most, first boots, who follows."""
    sentences = [_level_sentence(tables, row) for row in _own(tables, label, "level_mean", tables.date)]
    sentences += _following(tables, label)
    sentences += _target_sentences(tables, label)
    sentences += [_boots_sentence(row) for row in _own(tables, label, "first_boots_day_mean")]
    return sentences


def _own(tables: ComparisonTables, label: str, measure: str, date: Any = None) -> list[Any]:
    return [row for row in tables.effects(measure, "force", date) if row.scenario == label]


def _level_sentence(tables: ComparisonTables, row: Any) -> str:
    words = change_in_words(row.difference, row.diff_low, row.diff_high, row.verdict)
    sizes = f": {about(row.value)} instead of {about(row.baseline)}" if row.verdict in _CLEAR else ""
    return f"The mean force on {day(tables.date)} is {words}{sizes}."


_CLEAR = {"higher", "lower"}


def _target_sentences(tables: ComparisonTables, label: str) -> list[str]:
    """The target whose chance moves most, if any clearly moves."""
    rows = [row for row in tables.effects("target_held") if row.scenario == label and row.verdict in _CLEAR]
    if not rows:
        return ["The chance of no target clearly changes."]
    row = max(rows, key=lambda each: (abs(each.difference), each.item))
    words = chance_in_words(row.value, row.baseline, row.diff_low, row.diff_high, row.verdict)
    when = day(dt.date.fromisoformat(row.date))
    where = ", where it applies," if _is_conditional(tables, label, row.item) else ""
    return [f"The chance that the target “{target_words(row.item)}” is held on {when}{where} is {words}."]


def _is_conditional(tables: ComparisonTables, label: str, item: str) -> bool:
    """Whether a target of the table only counts in worlds in which its condition holds."""
    name = item.partition(" (")[0]
    stated = (tables.of(each).scenario.targets.get(name) for each in (label, tables.comparison.baseline))
    return any(target is not None and target.when is not None for target in stated)


def target_words(item: str) -> str:
    """A target of the table in words; what is in brackets says how it differs from one of the same name."""
    name, bracket, rest = item.partition(" (")
    return readable_target(name) + printable(bracket + _DATE.sub(_short, rest))


_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def _short(found: re.Match[str]) -> str:
    return short_day(dt.date.fromisoformat(found[0]))


def _boots_sentence(row: Any) -> str:
    words = change_in_words(
        row.difference, row.diff_low, row.diff_high, row.verdict, more="later", less="earlier", unit="days"
    ).replace("higher", "later")
    return f"First boots are, in the mean up to the end of the run, {words}."


def _following(tables: ComparisonTables, label: str) -> list[str]:
    """The changed contributors' own troops against those of the others, who follow."""
    own = _own(tables, label, "own_level", tables.date)
    others = _own(tables, label, "others_level", tables.date)
    if not own or not others:
        return []
    mine, theirs = (
        change_in_words(row.difference, row.diff_low, row.diff_high, row.verdict)
        for row in (own[0], others[0])
    )
    return [
        f"Of that, the mean troops of those whose own entries are changed are {mine}; of "
        f"all others, {theirs}."
    ]


def binding_finding(tables: ComparisonTables) -> str:
    """Which cause holds back most in the baseline, and which changes most anywhere."""
    rows = [row for row in tables.effects("troop_days") if row.item != "deployed" and row.verdict in _CLEAR]
    if not rows:
        return "No scenario clearly changes what holds the force back"
    row = max(rows, key=lambda each: (abs(each.difference), each.item))
    words = change_in_words(
        row.difference, row.diff_low, row.diff_high, row.verdict, more="more", less="fewer", unit="troop-days"
    )
    loss = cause_loss(row.item, tables.titles(row.scenario))
    return f"With {_named(tables, row)} most changes: {words} are lost to {loss}"


def cause_in_words(tables: ComparisonTables, label: str, cause: str) -> str:
    """A binding cause in words, with the names that the scenario gives to parties and contributors."""
    return cause_label(cause, tables.titles(label))


def interaction_findings(tables: ComparisonTables) -> list[str]:
    """For each pair of changes and both: whether together they do more than the sum, on the date."""
    table = tables.comparison.interactions
    chosen = (table["measure"] == "level_mean") & (table["date"] == tables.date.isoformat())
    return [_interaction_sentence(tables, row) for row in rows_of(table[chosen])]


def _interaction_sentence(tables: ComparisonTables, row: Any) -> str:
    both = f"“{tables.name(row.first_scenario)}” and “{tables.name(row.second_scenario)}” together"
    what = f"the mean force on {day(tables.date)}"
    if row.verdict == "same":
        return f"{capitalised(both)} change {what} by exactly the sum of the two, in every world."
    more, less = (f"{word} than the sum of the two" for word in ("more", "less"))
    ends = row.interaction_low, row.interaction_high
    words = change_in_words(row.interaction, *ends, row.verdict, more=more, less=less)
    if row.verdict == "unclear":
        return f"What {both} change in {what} beyond the sum of the two is {words}."
    return f"{capitalised(both)} change {what} by {words}." if row.verdict else f"{both} are {words}."


def pairing_findings(comparison: Comparison) -> list[str]:
    """A sentence for each scenario that is not compared world by world, or not in all of its worlds."""
    return [
        f"{printable(row.scenario)}: {row.reason}."
        for row in rows_of(comparison.pairings)
        if not row.paired or ";" in row.reason
    ]


def head_finding(tables: ComparisonTables) -> str:
    """How many scenarios are compared with what, and in which worlds."""
    others = counted(len(tables.others), "scenario")
    return f"{capitalised(others)} compared with {tables.name(tables.comparison.baseline)}, {tables.worlds}"
