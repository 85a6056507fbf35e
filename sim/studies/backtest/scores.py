"""How good one forecast of one number was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.studies.backtest.scoring_library import scoring_rules

if TYPE_CHECKING:
    import numpy as np

    from sim.studies.backtest.rivals import Ensemble

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class ScoredShare:
    """One forecast of the share of a mission's ceiling on a day, and what came.

    `known_day`: on which day after day 0 the forecast was made. `below` and `upto` are the forecast's chances
    of less than, and at most, what came: their range is the PIT of a discrete forecast. `quantiles` are those
    of 5, 10, 25, 50, 75, 90 and 95 %.
    """

    mission: str
    cluster: str
    known_day: int
    day: int
    by: str
    observed: float
    crps: float
    below: float
    upto: float
    quantiles: tuple[float, ...]

    def within(self, middle: float) -> bool:
        """Tell whether what came lies in the central band of 50 or 80 %, its ends counted."""
        low, high = {0.5: (2, 4), 0.8: (1, 5)}[middle]
        return self.quantiles[low] - _SAME <= self.observed <= self.quantiles[high] + _SAME


QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def crps(forecast: Ensemble, observed: float) -> float:
    """Return the continuous ranked probability score, E|X − y| − ½·E|X − X'| over the ensemble.

    From Gneiting and Raftery (2007); of a single value it is the absolute error.
    """
    import numpy as np

    values, weights = forecast.values, forecast.weights
    if values.size == 1:
        return abs(float(values[0]) - observed)
    uneven = {} if np.all(weights == weights[0]) else {"ens_w": weights}
    return float(scoring_rules().crps_ensemble(observed, values, estimator="qd", backend="numpy", **uneven))


def scored(
    forecast: Ensemble, observed: float, *, mission: str, cluster: str, known_day: int, day: int, by: str
) -> ScoredShare:
    """Score a forecast."""
    total = float(forecast.weights.sum())
    below = float(forecast.weights[forecast.values < observed - _SAME].sum()) / total
    upto = float(forecast.weights[forecast.values <= observed + _SAME].sum()) / total
    return ScoredShare(
        mission=mission,
        cluster=cluster,
        known_day=known_day,
        day=day,
        by=by,
        observed=observed,
        crps=crps(forecast, observed),
        below=below,
        upto=upto,
        quantiles=tuple(_quantile(forecast, each) for each in QUANTILES),
    )


def _quantile(forecast: Ensemble, share: float) -> float:
    """Return the least value with at least this share of the weight at or below it."""
    import numpy as np

    order = np.argsort(forecast.values, kind="stable")
    reached = np.cumsum(forecast.weights[order]) / forecast.weights.sum()
    place = min(int(np.searchsorted(reached, share - _SAME)), order.size - 1)
    return float(forecast.values[order[place]])


def pit_histogram(scores: list[ScoredShare], bins: int) -> np.ndarray:
    """Return how many observations fall in each part of their forecasts, those on a step spread over it.

    The non-randomised histogram for discrete forecasts of Czado, Gneiting and Held (2009); it adds up to the
    number of scores.
    """
    import numpy as np

    edges = np.linspace(0.0, 1.0, bins + 1)
    total = np.zeros(bins)
    for each in scores:
        if each.upto - each.below < _SAME:
            total[min(bins - 1, int(each.below * bins))] += 1.0
        else:
            reached = np.clip((edges - each.below) / (each.upto - each.below), 0.0, 1.0)
            total += np.diff(reached)
    return total


def flatness(histogram: np.ndarray) -> float:
    """Return the p-value of χ² against a flat histogram; 1 where there is nothing."""
    from scipy.stats import chisquare

    return float(chisquare(histogram).pvalue) if histogram.sum() > 0 else 1.0
