"""Which law fits best where it was not fitted: clusters of missions are left out in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.studies.calibration.censored import Delays
from sim.studies.calibration.laws import FAMILIES
from sim.studies.calibration.levels import Fitted, LevelsModel, fit, score, weights_by_cluster

FOLDS = 5

Features = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class DelayQuestion:
    """What is asked of delays: features of missions, whether they differ as wholes, whether some never end."""

    features: tuple[str, ...] = ()
    levels: bool = True
    cured: bool = False

    def shape(self, law: str) -> LevelsModel:
        """Return the question with a law."""
        return LevelsModel(law, self.features, self.levels, self.cured)


@dataclass(frozen=True)
class ChosenLaw:
    """The best law fitted to all, and what each law scored: mean log-likelihood of a cluster left out."""

    fitted: Fitted
    scores: Mapping[str, float]


def choose(
    delays: Delays, question: DelayQuestion, features: Features, cluster_of: Mapping[str, str]
) -> ChosenLaw:
    """Fit the law with the best fit out of sample; ties, and too few clusters to tell, go to the lognormal."""
    weights = weights_by_cluster(delays.groups, cluster_of)
    scores = out_of_sample(delays, question, features, cluster_of)
    best = max(FAMILIES, key=lambda law: scores.get(law, 0.0)) if scores else next(iter(FAMILIES))
    return ChosenLaw(fit(delays, question.shape(best), features, weights), scores)


def out_of_sample(
    delays: Delays, question: DelayQuestion, features: Features, cluster_of: Mapping[str, str]
) -> dict[str, float]:
    """Return each law's mean log-likelihood of the clusters left out, five parts of them in turn."""
    clusters = sorted({cluster_of.get(name, name) for name in delays.groups})
    if len(clusters) < FOLDS:
        return {}
    part = {cluster: number % FOLDS for number, cluster in enumerate(clusters)}
    weights = weights_by_cluster(delays.groups, cluster_of)
    totals: dict[str, float] = {}
    for law in FAMILIES:
        total = 0.0
        for number in range(FOLDS):
            inside = [name for name in delays.groups if part[cluster_of.get(name, name)] != number]
            outside = [name for name in delays.groups if name not in inside]
            if not inside or not outside:
                continue
            fitted = fit(delays.of_groups(inside), question.shape(law), features, weights)
            told = score(fitted, delays.of_groups(outside), features)
            total += sum(weights[name] * value for name, value in told.items())
        totals[law] = total / len(clusters)
    return totals
