"""What each lever adds: alone, to all others, and on average over all orders (Shapley 1953).

The worth of a set of levers is the chance that the target is held if they are pulled. Sets that cannot be
pulled as they are (one excludes another, or lacks what it needs) are worth what the best feasible part of
them is. All are read on the same worlds, so the averages add up, to the last world, to what all levers
together add to none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING

from sim.results.statistics import mean_interval
from sim.studies.packages.deck import NOTHING, Package

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.studies.packages.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Share:
    """What one lever adds to the chance: each a (value, low, high) with a 95 % interval."""

    lever: str
    alone: tuple[float, float, float]
    last: tuple[float, float, float]
    average: tuple[float, float, float]


def shares_of(evidence: Evidence, worlds: int) -> tuple[Share, ...]:
    """Return the share of each lever on the first `worlds` worlds, in the order of names."""
    names = evidence.deck.names
    worths = _worths(evidence, worlds)
    everything = frozenset(names)
    return tuple(
        Share(
            name,
            _summary(worths[frozenset({name})] - worths[NOTHING]),
            _summary(worths[everything] - worths[everything - {name}]),
            _summary(_average(worths, names, name)),
        )
        for name in names
    )


def _worths(evidence: Evidence, worlds: int) -> Mapping[Package, NDArray[np.float64]]:
    """Return of every set of levers in which worlds it holds the target, where all can be judged: [world]."""
    import numpy as np

    feasible = {package: evidence.outcome(package, worlds) for package in evidence.deck.packages()}
    counted = np.logical_and.reduce([outcome.counts for outcome in feasible.values()])
    worths: dict[Package, NDArray[np.float64]] = {}
    for package in _all_sets(evidence.deck.names):
        parts = [part for part in evidence.deck.largest_within(package) if part in feasible]
        best = max(parts, key=lambda part: (feasible[part].chance, -len(part), sorted(part)))
        worths[package] = feasible[best].held[counted].astype(np.float64)
    return worths


def _average(
    worths: Mapping[Package, NDArray[np.float64]], names: tuple[str, ...], name: str
) -> NDArray[np.float64]:
    import numpy as np

    others = tuple(other for other in names if other != name)
    total = np.zeros_like(worths[NOTHING])
    for before in _all_sets(others):
        weight = factorial(len(before)) * factorial(len(others) - len(before)) / factorial(len(names))
        total += weight * (worths[before | {name}] - worths[before])
    return total


def _all_sets(names: tuple[str, ...]) -> Iterator[Package]:
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def _summary(gains: NDArray[np.float64]) -> tuple[float, float, float]:
    if not gains.size:
        return float("nan"), float("nan"), float("nan")
    low, high = mean_interval(gains)
    return float(gains.mean()), max(-1.0, low), min(1.0, high)
