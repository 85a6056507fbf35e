"""What changed in the world of one replication: facts, consents and casualties, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from sim.durations import date_at
from sim.report.telling.news import NewsLine
from sim.rules.references import subrules
from sim.rules.syntax import Compare, Value
from sim.scenario.gates import gates
from sim.scenario.rules import readings_of, rules_with_paths
from sim.vocabulary import MONTHS
from sim.words.names import agreeing, proper, within
from sim.words.numbers import percentage
from sim.words.statements import statement_title
from sim.words.titles import clause

if TYPE_CHECKING:
    from sim.model.logbook import Logs, SignalChange
    from sim.scenario.scenario import Scenario
    from sim.vocabulary import FactKind


def fact_news(
    scenario: Scenario, logs: Logs, titles: Mapping[str, str], about: frozenset[str] | None = None
) -> Iterator[NewsLine]:
    """Yield the changes of every fact, consent and casualty count, or of those named in `about`.

    Incidents and casualties are counted by month; of a progress its first step, its falls and the values that
    some rule asks for are told.
    """
    planned = {gate.name: gate.path for gate in gates(scenario)}
    for name, rows in groupby(sorted(logs.signals, key=lambda row: row[2]), key=lambda row: row[2]):
        if about is not None and name not in about:
            continue
        changes = list(rows)
        fact = scenario.facts.get(name)
        if name in scenario.uncertain or name.startswith("reading("):
            yield from _drawn(scenario, name, changes, titles)
        elif name in planned:
            yield from (
                NewsLine(time, step, f"{_gate(planned[name], titles)}.") for time, step, _, _ in changes
            )
        elif fact is None and name.startswith("consent("):
            yield from _consent(name, changes, titles)
        elif fact is None and name != "casualties":
            yield from _by_month(scenario, _casualties(name, titles), changes)
        elif fact is None:
            continue  # all casualties together, which are told by contributor
        else:
            yield from _of_fact(scenario, fact.kind, titles[name], changes)


def _of_fact(
    scenario: Scenario, kind: FactKind, title: str, changes: list[SignalChange]
) -> Iterator[NewsLine]:
    match kind:
        case "events":
            yield from _by_month(scenario, title, changes)
        case "progress":
            yield from _progress(title, changes, _limits(scenario, changes[0][2]))
        case "switch" | "milestone" | "schedule":
            yield from (NewsLine(time, step, _turn(kind, title, value)) for time, step, _, value in changes)
        case _:
            assert_never(kind)


def _gate(path: str, titles: Mapping[str, str]) -> str:
    """Return what comes on a planned date of the theatre, or of a requirement."""
    section, kind, what, *_ = path.split(".")
    if section == "requirements":
        return f"The requirement “{kind.replace('_', ' ')}” is due"
    if kind == "sectors":
        name = titles.get(what, proper(what))
        return f"{name if name.startswith('The ') else f'The sector {name}'} opens"
    if kind == "lift":
        return f"Lift by {what.replace('_', ' ')} begins to run"
    return f"The beds planned for {path.rpartition('.')[2]} are there"


def _drawn(
    scenario: Scenario, name: str, changes: list[SignalChange], titles: Mapping[str, str]
) -> Iterator[NewsLine]:
    """Yield what was drawn once for the whole of this world: a quantity, or how a statement is read."""
    for time, step, _, value in changes:
        if name in scenario.uncertain:
            yield NewsLine(time, step, f"In this world {name.replace('_', ' ')} is {value:.3g}.")
        for each in readings_of(scenario):
            if str(each.chosen) == name:
                title, part = statement_title(scenario, each.name, titles), each.parts[int(value)]
                yield NewsLine(time, step, f"In this world {title} is read as: {clause(part, titles)}.")


def _turn(kind: FactKind, title: str, value: float) -> str:
    """Return the sentence of a switch, milestone or schedule that takes a value."""
    if kind == "switch":
        return f"“{title}” {'begins' if value else 'ends'}."
    if value not in (0, 1):
        return f"“{title}” is now {value:g}."
    return f"“{title}” {'comes true' if value else 'is true no longer'}."


def _consent(name: str, changes: list[SignalChange], titles: Mapping[str, str]) -> Iterator[NewsLine]:
    party, contributor = name.removeprefix("consent(").removesuffix(")").split(", ")
    who, whom = titles.get(party, proper(party)), titles.get(contributor, proper(contributor))
    for time, step, _, value in changes:
        yield NewsLine(
            time, step, f"{agreeing(who, 'consent')}{'' if value else ' no longer'} to {within(whom)}."
        )


def _casualties(name: str, titles: Mapping[str, str]) -> str:
    who = name.removeprefix("casualties").strip("()")
    return f"Casualties of {within(titles.get(who, proper(who)))}"


def _by_month(scenario: Scenario, title: str, changes: list[SignalChange]) -> Iterator[NewsLine]:
    """Yield one sentence a month, at the month's last count; counts before the start are one sentence."""
    before = 0.0
    for month, rows in groupby(changes, key=lambda row: _month(scenario, row[0])):
        *_, (time, step, _, total) = rows
        yield NewsLine(time, step, f"{title}: {total - before:g} {month}.")
        before = total


def _month(scenario: Scenario, time: int) -> str:
    if time < 0:
        return "before the start"
    day = date_at(scenario.start, time)
    return f"in {MONTHS[day.month - 1]} {day.year}"


def _progress(title: str, changes: list[SignalChange], limits: tuple[float, ...]) -> Iterator[NewsLine]:
    before = 0.0
    for time, step, _, value in changes:
        if value < before:
            yield NewsLine(time, step, f"“{title}” falls back to {percentage(value)}.")
        elif before == 0 or any(before < limit <= value for limit in limits):
            yield NewsLine(time, step, f"“{title}” reaches {percentage(value)}.")
        before = value


def _limits(scenario: Scenario, name: str) -> tuple[float, ...]:
    """Return the values of a fact that the scenario's rules ask for, and 1."""
    asked = {
        part.number.value
        for _, rule in rules_with_paths(scenario)
        for part in subrules(rule)
        if isinstance(part, Compare) and part.quantity == Value(name)
    }
    return tuple(sorted({*asked, 1.0}))
