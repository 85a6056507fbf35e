"""Dates: the scenario's own span, and everything that must lie in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.positions import Path

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
        yield from _within(subject, ("requirements", place, "by"), requirement.by)
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
        if sector.opens_on is not None and sector.opens_on > end:
            message = f"{sector.opens_on} lies after end ({end}), so the sector never opens; correct the date"
            yield subject.at(("theatre", "sectors", name, "opens_on"), message, "warning")
    for place, growth in enumerate(theatre.beds.grows if theatre.beds else ()):
        path: Path = ("theatre", "beds", "grows", place)
        if (growth.from_ is None) == (growth.when is None):
            yield subject.at(path, "give exactly one of `from:` (a date) and `when:` (a rule)")
        elif growth.from_ is not None and growth.from_ > end:
            message = f"{growth.from_} lies after end ({end}), so it changes nothing; correct or remove it"
            yield subject.at((*path, "from"), message, "warning")


def _within(subject: Subject, path: Path, day: dt.date) -> Iterator[Fault]:
    start, end = subject.scenario.start, subject.scenario.end
    if not start <= day <= end:
        yield subject.at(path, f"{day} lies outside the scenario ({start} to {end}); move it, or the end")
