"""How much there may be of everything: each limit has a name, so that every verb ends in a time that can be said."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Subject
from sim.scenario.distributions import OneOf
from sim.scenario.faults import Fault
from sim.scenario.positions import Path

MOST_CONTINGENTS = 2_000
"""Most contingents of all contributors together."""
MOST_FACTS = 2_000
"""Most facts."""
MOST_TARGETS = 200
"""Most targets: each has a curve, a table row and a figure of its own."""
MOST_REQUIREMENTS = 200
"""Most lines of requirements: who covers which is decided for every change of every world."""
MOST_RECORDS = 20_000
"""Most records of history."""
MOST_OUTCOMES = 1_000
"""Most values of a `one_of`."""


def sizes(subject: Subject) -> Iterator[Fault]:
    """No scenario holds more of anything than can be played and read in a reasonable time."""
    scenario = subject.scenario
    contingents = sum(len(each.contingents) for each in scenario.contributors.values())
    found: tuple[tuple[Path, str, int, int], ...] = (
        (("contributors",), "contingents", contingents, MOST_CONTINGENTS),
        (("facts",), "facts", len(scenario.facts), MOST_FACTS),
        (("targets",), "targets", len(scenario.targets), MOST_TARGETS),
        (("requirements",), "lines", len(scenario.requirements), MOST_REQUIREMENTS),
        (("history",), "records", len(scenario.history), MOST_RECORDS),
    )
    for path, what, number, most in found:
        if number > most:
            yield subject.at_key(
                path, f"{number:,} {what} are more than {most:,}, the limit; keep those that matter"
            )
    for path, drawn in subject.drawn:
        if isinstance(drawn.distribution, OneOf) and len(drawn.distribution.values) > MOST_OUTCOMES:
            number = len(drawn.distribution.values)
            message = f"{number:,} values are more than {MOST_OUTCOMES:,}, the limit; write a range, as in"
            yield subject.at(path, f"{message} {{low: 1, mode: 2, high: 3}}")
