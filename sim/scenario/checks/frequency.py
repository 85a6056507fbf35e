"""How often something happens: a replication has a limit, and what must go beyond it is a fault."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

from sim.durations import DAY
from sim.scenario.checks.subject import Subject
from sim.scenario.distributions import (
    Distribution,
    Exponential,
    Fixed,
    Halves,
    Lognormal,
    OneOf,
    Pert,
    Uniform,
)
from sim.scenario.facts import Events
from sim.scenario.faults import Fault
from sim.scenario.positions import Path

MOST_CLUSTERS = 200_000
"""Most clusters of incidents from start to end: so many rounds are all that the model plays in a replication."""


def clusters(subject: Subject) -> Iterator[Fault]:
    """No fact has more clusters of incidents than a replication can play, whatever number is drawn."""
    scenario = subject.scenario
    days = (scenario.end - scenario.start).days + 1
    for name, fact in scenario.facts.items():
        if fact.kind == "events" and not fact.rate.times:
            yield from _multiplied(subject, name, fact, days)
        if fact.kind != "events" or fact.rate.times or any(each.times < 1 for each in fact.rate_multiplier):
            continue  # they may be rarer than the rate says for as long as a rule holds
        least = _least(fact.rate.distribution) * days * DAY / max(1.0, _most(fact.bursts.distribution))
        if least > MOST_CLUSTERS:
            message = (
                f"{least:,.0f} clusters of incidents until end are more than {MOST_CLUSTERS:,}, the limit"
            )
            yield subject.at(("facts", name, "rate"), f"{message}; count larger incidents, or end earlier")


def _multiplied(subject: Subject, name: str, fact: Events, days: int) -> Iterator[Fault]:
    """Multipliers, all together, do not carry a rate beyond what a replication can play until its end."""
    rate = _least(fact.rate.distribution) * days * DAY / max(1.0, _most(fact.bursts.distribution))
    most = rate
    for place, each in enumerate(fact.rate_multiplier):
        before, most = most, most * max(1.0, each.times)
        if before <= MOST_CLUSTERS < most and rate <= MOST_CLUSTERS:
            message = (
                f"while this and those before it hold, the rate is that of {most:.3g} clusters of incidents until "
                f"end, and {MOST_CLUSTERS:,} are the limit; multiply by less, or count larger incidents"
            )
            yield subject.at(("facts", name, "rate_multiplier", place, "times"), message)


MOST_REPEATS = 50_000
"""Most times that something may happen again and again until the end, at its delay."""

_REPEATING = frozenset(("every", "course", "reconsiders", "gap"))
"""Delays after which the same happens again."""


def repeats(subject: Subject) -> Iterator[Fault]:
    """Nothing happens again after so short a delay that a replication could not play it until its end."""
    scenario = subject.scenario
    seconds = ((scenario.end - scenario.start).days + 1) * DAY
    for path, drawn in subject.drawn:
        if path[-1] in _REPEATING and path[0] in ("contributors", "parties", "facts", "trained_forces"):
            yield from _too_often(subject, path, _most(drawn.distribution), seconds)
    for name, fact in scenario.facts.items():
        if fact.kind == "switch" and fact.stays_on is not None and fact.stays_off is not None:
            both = _most(fact.stays_on.distribution) + _most(fact.stays_off.distribution)
            yield from _too_often(subject, ("facts", name, "stays_on"), both, seconds)


def _too_often(subject: Subject, path: Path, delay: float, seconds: int) -> Iterator[Fault]:
    times = seconds / max(delay, 1.0)
    if times > MOST_REPEATS:
        message = (
            f"at {delay:,.3g} seconds this happens {times:,.0f} times until end, and {MOST_REPEATS:,} are the "
            "limit; give a longer delay, and check its unit"
        )
        yield subject.at(path, message)


def _least(distribution: Distribution) -> float:
    """Return a number that a distribution reaches at least in half of the replications."""
    match distribution:
        case Fixed(value):
            return value
        case Pert(low, _, _) | Uniform(low, _):
            return low
        case Halves(location, _, _):
            return exp(location)
        case Lognormal(median, _):
            return median
        case Exponential(mean):
            return mean / 2
        case OneOf(values, _):
            return min(values)


def _most(distribution: Distribution) -> float:
    """Return a number that a distribution exceeds at most in half of the replications."""
    match distribution:
        case Fixed(value):
            return value
        case Pert(_, _, high) | Uniform(_, high):
            return high
        case Halves(location, _, _):
            return exp(location)
        case Lognormal(median, _):
            return median
        case Exponential(mean):
            return mean
        case OneOf(values, _):
            return max(values)
