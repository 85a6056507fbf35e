"""The difference between two runs in one measure, with its interval and what pairing was worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.results.statistics import CONFIDENCE
from sim.studies.intervals import (
    Interval,
    IntervalEstimate,
    combined,
    correlation_of,
    newcombe,
    paired_mean,
    recovered,
    resampled_medians,
    tango,
    welch,
)
from sim.studies.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sim.studies.pairing import Pairing

Verdict = Literal["higher", "lower", "same", "unclear", ""]
"""What a difference says: `same` where it is none in every single world, `unclear` where the interval covers
zero, nothing where one of the two has no value."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A run's number, the baseline's, and their difference (run less baseline).

    `correlation` is that of the two numbers from world to world; `narrowing` is the width of the interval
    that independent samples of that size would have, divided by the width that it has. Both are NaN where
    they say nothing: for independent samples, and where nothing varies.
    """

    own: IntervalEstimate
    baseline: IntervalEstimate
    difference: IntervalEstimate
    paired: bool
    worlds: int
    correlation: float
    narrowing: float
    verdict: Verdict
    differing: int
    """In how many of the worlds the two numbers differ; −1 for independent samples."""


def effect_of(own: Sample, other: Sample, pairing: Pairing, confidence: float = CONFIDENCE) -> Effect:
    """Return the effect of the run's sample against the baseline's, over the worlds that are compared."""
    own, other = own.at(pairing.places), other.at(pairing.baseline_places)
    first, second = own.estimate(confidence), other.estimate(confidence)
    same_everywhere = pairing.paired and _same_everywhere(own, other)
    value = _difference(first.value, second.value, same_everywhere)
    if pairing.identical:
        zero = IntervalEstimate(value, value, value)
        same: Verdict = "" if math.isnan(value) else "same"
        return Effect(first, second, zero, True, pairing.worlds, 1.0, math.nan, same, 0)
    if not (own.counted.size and other.counted.size):
        nothing = IntervalEstimate(math.nan, math.nan, math.nan)
        return Effect(first, second, nothing, pairing.paired, pairing.worlds, math.nan, math.nan, "", -1)
    apart = _independent(own, other, first, second, confidence)
    if not pairing.paired:
        difference = IntervalEstimate(value, *apart)
        verdict = verdict_of(difference)
        return Effect(first, second, difference, False, pairing.worlds, math.nan, math.nan, verdict, -1)
    correlation = correlation_of(own.influence(), other.influence())
    difference = IntervalEstimate(value, *_paired(own, other, (first, second), correlation, confidence))
    verdict = "same" if same_everywhere else verdict_of(difference)
    narrowing = _ratio(apart, (difference.low, difference.high))
    return Effect(
        first,
        second,
        difference,
        True,
        pairing.worlds,
        correlation,
        narrowing,
        verdict,
        _differing(own, other),
    )


def _differing(own: Sample, other: Sample) -> int:
    """In how many worlds the two values differ, or only one of them counts."""
    import numpy as np

    differ = own.values != other.values
    for sample in (own, other):
        if sample.applies is not None:
            differ = np.where(sample.applies, differ, False)
    if own.applies is not None or other.applies is not None:
        every = np.ones(own.values.size, dtype=bool)
        one, two = (every if side.applies is None else side.applies for side in (own, other))
        differ = differ | (one != two)
    return int(np.count_nonzero(differ))


def verdict_of(difference: IntervalEstimate) -> Verdict:
    """Return what a difference says by its interval."""
    if difference.low > 0:
        return "higher"
    return "lower" if difference.high < 0 else "unclear"


def _difference(value: float, baseline: float, same_everywhere: bool) -> float:
    """The difference of two numbers; never less never is none if all worlds agree, and unknown otherwise."""
    if math.isinf(value) and value == baseline:
        return 0.0 if same_everywhere else math.nan
    return value - baseline


def _independent(
    own: Sample, other: Sample, first: IntervalEstimate, second: IntervalEstimate, confidence: float
) -> Interval:
    x, y = own.counted, other.counted
    if own.kind == "share":
        return newcombe(int(x.sum()), x.size, int(y.sum()), y.size, confidence)
    return welch(x, y, confidence) if own.kind == "mean" else recovered(first, second, 0.0)


def _paired(
    own: Sample,
    other: Sample,
    estimates: tuple[IntervalEstimate, IntervalEstimate],
    correlation: float,
    confidence: float,
) -> Interval:
    """World by world where every world counts for both or for neither; else with the correlation alone."""
    first, second = estimates
    x, y = own.counted, other.counted
    if own.kind == "median" and _same_worlds_count(own, other):
        together = resampled_medians(x, y, confidence)
        if together is not None and not _same_everywhere(own, other):
            return together
        if _same_everywhere(own, other):
            return _few_places(x)
    if own.kind == "median" or not _same_worlds_count(own, other):
        return recovered(first, second, 0.0 if math.isnan(correlation) else correlation)
    if own.kind == "share":
        only_first, only_second = int((x > y).sum()), int((y > x).sum())
        return tango(only_first, only_second, x.size, confidence)
    return paired_mean(x - y, confidence, scale=_range_of(x))


_UNSEEN = 3
"""What no world of n shows happens in fewer than about 3/n of all, with 95 % confidence."""


def _range_of(values: NDArray[np.float64]) -> float:
    """How far apart the values of the worlds are: the most that an unseen world would differ by."""
    return float(values.max() - values.min()) if values.size else 0.0


def _few_places(values: NDArray[np.float64]) -> Interval:
    """How far a median moves if 3 of n worlds, which were not among those seen, differ."""
    import numpy as np

    ordered, middle = np.sort(values), (values.size - 1) // 2
    low, high = ordered[max(0, middle - _UNSEEN)], ordered[min(values.size - 1, middle + _UNSEEN)]
    centre = ordered[middle]
    if not all(map(math.isfinite, (low, high, centre))):
        return (0.0, 0.0) if low == high else (-math.inf, math.inf)
    return float(low - centre), float(high - centre)


def _same_worlds_count(own: Sample, other: Sample) -> bool:
    import numpy as np

    if own.applies is None or other.applies is None:
        return own.applies is other.applies
    return bool(np.array_equal(own.applies, other.applies))


def _same_everywhere(own: Sample, other: Sample) -> bool:
    import numpy as np

    return _same_worlds_count(own, other) and bool(np.array_equal(own.counted, other.counted))


def _ratio(apart: Interval, together: Interval) -> float:
    wide, narrow = apart[1] - apart[0], together[1] - together[0]
    return wide / narrow if math.isfinite(wide) and math.isfinite(narrow) and narrow > 0 else math.nan


def median_contrast_of(samples: Sequence[Sample], confidence: float = CONFIDENCE) -> IntervalEstimate:
    """Return the interaction of two changes in a median, from samples of the same worlds.

    `samples` are the baseline's, those of each change alone and that of both. The medians' own intervals are
    put together with the correlations of the medians from world to world.
    """
    import numpy as np

    estimates = [sample.estimate(confidence) for sample in samples]
    influences = [sample.influence() for sample in samples]
    correlations = np.eye(len(samples))
    for one, first in enumerate(influences):
        for other, second in enumerate(influences[:one]):
            correlation = correlation_of(first, second)
            known = 0.0 if math.isnan(correlation) else correlation
            correlations[one, other] = correlations[other, one] = known
    return combined(estimates, (1, -1, -1, 1), correlations)


def contrast_of(
    baseline: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    both: NDArray[np.float64],
    *,
    discrete: bool,
    confidence: float = CONFIDENCE,
) -> IntervalEstimate:
    """Return the interaction of two changes, world by world: what both do beyond the sum of each alone.

    For probabilities (`discrete`) it lies between −2 and 2.
    """
    contrast = both - first - second + baseline
    low, high = paired_mean(contrast, confidence, scale=1.0 if discrete else 0.0)
    if discrete:
        low, high = max(-2.0, low), min(2.0, high)
    return IntervalEstimate(float(contrast.mean()), low, high)
