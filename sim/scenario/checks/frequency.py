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
from sim.scenario.faults import Fault

MOST_CLUSTERS = 200_000
"""Most clusters of incidents from start to end: so many rounds are all that the model plays in a replication."""


def clusters(subject: Subject) -> Iterator[Fault]:
    """No fact has more clusters of incidents than a replication can play, whatever number is drawn."""
    scenario = subject.scenario
    days = (scenario.end - scenario.start).days + 1
    for name, fact in scenario.facts.items():
        if fact.kind != "events" or fact.rate.times or any(each.times < 1 for each in fact.rate_multiplier):
            continue  # they may be rarer than the rate says for as long as a rule holds
        least = _least(fact.rate.distribution) * days * DAY / max(1.0, _most(fact.bursts.distribution))
        if least > MOST_CLUSTERS:
            message = (
                f"{least:,.0f} clusters of incidents until end are more than {MOST_CLUSTERS:,}, the limit"
            )
            yield subject.at(("facts", name, "rate"), f"{message}; count larger incidents, or end earlier")


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
