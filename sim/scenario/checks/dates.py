"""Dates: the scenario's own span, and everything that must lie in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.ledger import assumptions
from sim.scenario.planned import earliest
from sim.scenario.positions import Path, dotted
from sim.scenario.scenario import Scenario

LONGEST_SPAN = 50
"""Most years that a scenario may last."""


def span(subject: Subject) -> Iterator[Fault]:
    """`start` lies before `end`, and `as_of` between them."""
    scenario = subject.scenario
    if scenario.end <= scenario.start:
        yield subject.at(
            ("end",), f"end ({scenario.end}) must lie after start ({scenario.start}); correct one of them"
        )
    elif (scenario.end - scenario.start).days > LONGEST_SPAN * 366:
        yield subject.at(
            ("end",), f"the scenario lasts more than {LONGEST_SPAN} years, the limit; correct the year"
        )
    if scenario.as_of is not None and not scenario.start <= scenario.as_of <= scenario.end:
        message = (
            f"as_of ({scenario.as_of}) must lie between start ({scenario.start}) and end ({scenario.end})"
        )
        yield subject.at(("as_of",), f"{message}; move it, or the end")


def dates_of_aims(subject: Subject) -> Iterator[Fault]:
    """Targets and requirements fall due within the scenario; an estimate beyond it cannot be drawn."""
    scenario = subject.scenario
    for name, target in scenario.targets.items():
        yield from _within(subject, ("targets", name, "by"), target.by)
    for place, requirement in enumerate(scenario.requirements):
        yield from _within(subject, ("requirements", place, "by"), earliest(requirement.by))
    for place, estimate in enumerate(scenario.estimates):
        if not scenario.start <= estimate.by <= scenario.end:
            message = f"{estimate.by} lies outside the scenario, {scenario.start} to {scenario.end}; move it"
            yield subject.at(("estimates", place, "by"), message, "warning")


def dates_of_facts(subject: Subject) -> Iterator[Fault]:
    """What a fact states of the past lies in the past; what it states of the future lies in the scenario."""
    scenario = subject.scenario
    known_until = max(scenario.start, scenario.as_of or scenario.start)
    for name, fact in scenario.facts.items():
        if fact.kind == "switch" and fact.since is not None and fact.since > scenario.start:
            message = (
                f"since ({fact.since}) must not lie after start ({scenario.start}); later goes in `history:`"
            )
            yield subject.at(("facts", name, "since"), message)
        if fact.kind == "events":
            for day in fact.past or {}:
                if day > known_until:
                    message = (
                        f"{day} is not past; give counts up to {known_until}, and `rate:` for what follows"
                    )
                    yield subject.at_key(("facts", name, "past", str(day)), message)
        if fact.kind == "schedule":
            for day in fact.values:
                if day > scenario.end:
                    message = (
                        f"{day} lies after end ({scenario.end}), so it changes nothing; correct or remove it"
                    )
                    yield subject.at_key(("facts", name, "values", str(day)), message, "warning")


def dates_of_theatre(subject: Subject) -> Iterator[Fault]:
    """Sectors and beds that change after the end change nothing."""
    theatre, end = subject.scenario.theatre, subject.scenario.end
    for name, sector in theatre.sectors.items():
        if sector.opens_on is not None and earliest(sector.opens_on) > end:
            message = f"{sector.opens_on} lies after end ({end}), so the sector never opens; correct the date"
            yield subject.at(("theatre", "sectors", name, "opens_on"), message, "warning")
    for place, growth in enumerate(theatre.beds.grows if theatre.beds else ()):
        path: Path = ("theatre", "beds", "grows", place)
        if (growth.from_ is None) == (growth.when is None):
            yield subject.at(path, "give exactly one of `from:` (a date) and `when:` (a rule)")
        elif growth.from_ is not None and earliest(growth.from_) > end:
            message = f"{growth.from_} lies after end ({end}), so it changes nothing; correct or remove it"
            yield subject.at((*path, "from"), message, "warning")


def fixed_dates(subject: Subject) -> Iterator[Fault]:
    """Dates in the future that nobody is named for are not certain: one warning for all of them."""
    scenario = subject.scenario
    known_until = max(scenario.start, scenario.as_of or scenario.start)
    paths = [
        path for path, day in _dates(scenario) if known_until < day <= scenario.end and subject.is_own(path)
    ]
    if not paths:
        return
    assumed = {entry.path for entry in assumptions(subject.root)}
    unsourced = [
        path for path in paths if any(dotted(path[:length]) in assumed for length in range(1, len(path) + 1))
    ]
    if unsourced:
        first, *others = unsourced
        more = (
            f" (and {', '.join(map(dotted, others[:4]))}{', …' if len(others) > 4 else ''})" if others else ""
        )
        date = (
            str(first[-1])
            if first[0] == "facts"
            else next(str(day) for path, day in _dates(scenario) if path == first)
        )
        written = (
            f"{date}: {{value: …, slips: DELAY}}"
            if first[0] == "facts"
            else f"{{planned: {date}, slips: DELAY}}"
        )
        message = (
            f"a fixed date in the future without a source is false certainty{more}; "
            f"write {written} if it may slip, or name its source"
        )
        yield subject.at_key(first, message, "warning")


def _dates(scenario: Scenario) -> Iterator[tuple[Path, dt.date]]:
    """Yield every fixed date on which something changes, with its path."""
    for name, fact in scenario.facts.items():
        for day in fact.known if fact.kind == "schedule" else ():
            yield ("facts", name, "values", str(day)), day
    for name, sector in scenario.theatre.sectors.items():
        if isinstance(sector.opens_on, dt.date):
            yield ("theatre", "sectors", name, "opens_on"), sector.opens_on
    for name, lane in scenario.theatre.lift.items():
        if isinstance(lane.from_, dt.date):
            yield ("theatre", "lift", name, "from"), lane.from_
    for place, growth in enumerate(scenario.theatre.beds.grows if scenario.theatre.beds else ()):
        if isinstance(growth.from_, dt.date):
            yield ("theatre", "beds", "grows", place, "from"), growth.from_


def _within(subject: Subject, path: Path, day: dt.date) -> Iterator[Fault]:
    start, end = subject.scenario.start, subject.scenario.end
    if not start <= day <= end:
        yield subject.at(path, f"{day} lies outside the scenario ({start} to {end}); move it, or the end")
