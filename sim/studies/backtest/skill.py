"""How much better one forecaster was than another: means per mission first, intervals over clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.studies.backtest.scores import ScoredShare

BOOTSTRAPS = 4_000
PIT_BINS = 5
"""At most twenty missions are independent: more bins would hold less than a few of them each."""


@dataclass(frozen=True, slots=True)
class Skill:
    """1 − mean CRPS / mean CRPS of the reference, with the 90 % interval of a paired bootstrap over clusters."""

    value: float
    low: float
    high: float


def mission_means(scores: Iterable[ScoredShare], by: str) -> dict[str, float]:
    """Return a forecaster's mean CRPS of each mission."""
    gathered: dict[str, list[float]] = {}
    for each in scores:
        if each.by == by:
            gathered.setdefault(each.mission, []).append(each.crps)
    return {mission: sum(values) / len(values) for mission, values in gathered.items()}


def mean_crps(scores: Iterable[ScoredShare], by: str) -> float:
    """Return a forecaster's mean over missions of its mean over days; NaN where it has none."""
    means = mission_means(scores, by)
    return sum(means.values()) / len(means) if means else float("nan")


def better(scores: Sequence[ScoredShare], names: Sequence[str]) -> str:
    """Return the forecaster with the lowest mean CRPS."""
    return min(names, key=lambda name: (mean_crps(scores, name), name))


def skill(scores: Sequence[ScoredShare], by: str, reference: str, seed: int = 0) -> Skill:
    """Return the skill of a forecaster over a reference on the pairs that both have.

    Clusters are drawn with replacement; both forecasters keep the same ones.
    """
    import numpy as np

    both = _common(scores, (by, reference))
    own, other = mission_means(both, by), mission_means(both, reference)
    cluster_of = {each.mission: each.cluster for each in both}
    clusters = sorted(set(cluster_of.values()))
    if not clusters:
        return Skill(float("nan"), float("nan"), float("nan"))
    place = {cluster: number for number, cluster in enumerate(clusters)}
    sums = np.zeros((2, len(clusters)))
    for mission, value in own.items():
        sums[0, place[cluster_of[mission]]] += value
        sums[1, place[cluster_of[mission]]] += other[mission]
    generator = np.random.default_rng(seed)
    picked = generator.integers(0, len(clusters), size=(BOOTSTRAPS, len(clusters)))
    drawn = sums[:, picked].sum(axis=2)
    ratios = 1.0 - drawn[0] / np.maximum(drawn[1], 1e-12)
    low, high = np.quantile(ratios, (0.05, 0.95))
    total = sums.sum(axis=1)
    return Skill(float(1.0 - total[0] / max(total[1], 1e-12)), float(low), float(high))


def coverage(scores: Iterable[ScoredShare], by: str, middle: float) -> float:
    """Return in what share of a forecaster's scores what came lay in the central band."""
    inside = [each.within(middle) for each in scores if each.by == by]
    return sum(inside) / len(inside) if inside else float("nan")


def _common(scores: Sequence[ScoredShare], names: Sequence[str]) -> list[ScoredShare]:
    """Return the scores of the named forecasters on what all of them forecast."""
    asked: Mapping[str, set[tuple[str, int, int]]] = {
        name: {(each.mission, each.known_day, each.day) for each in scores if each.by == name}
        for name in names
    }
    shared = set.intersection(*asked.values())
    return [
        each for each in scores if each.by in names and (each.mission, each.known_day, each.day) in shared
    ]


def by_day(scores: Sequence[ScoredShare], value: Callable[[list[ScoredShare]], float]) -> dict[int, float]:
    """Return a value for each day that was forecast, from the scores of that day."""
    days = sorted({each.day for each in scores})
    return {day: value([each for each in scores if each.day == day]) for day in days}
