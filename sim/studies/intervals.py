"""Intervals for differences of means, probabilities and quantiles, on the same worlds or on independent ones.

Every interval is antisymmetric: with the two samples exchanged its ends change places and signs, to the last
bit. Means have Student's interval (of the differences world by world; else Welch's); probabilities have
Tango's score interval on the same worlds and Newcombe's on independent ones; whatever else has an interval of
its own (quantiles, shares of those worlds in which something applies) is put together from the two as in
MOVER (the method of variance estimates recovery), with the correlation of the two estimates.

Welch, Biometrika 34 (1947); Tango, Statistics in Medicine 17 (1998), 891; Newcombe, Statistics in Medicine 17
(1998), 873; MOVER: Zou and Donner, Statistics in Medicine 27 (2008), 1693.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from sim.results.statistics import CONFIDENCE, mean_interval, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

Interval = tuple[float, float]

_BISECTIONS = 60
_REDRAWN = 500
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class IntervalEstimate:
    """A number with the interval that holds its true value with the stated confidence."""

    value: float
    low: float
    high: float


def welch(x: NDArray[np.float64], y: NDArray[np.float64], confidence: float = CONFIDENCE) -> Interval:
    """Return Welch's interval for mean(x) − mean(y) of independent samples; infinite if one has one value."""
    from scipy.special import stdtrit

    if min(x.size, y.size) < 2:
        return -math.inf, math.inf
    difference = float(x.mean()) - float(y.mean())
    own, other = float(x.var(ddof=1)) / x.size, float(y.var(ddof=1)) / y.size
    if own + other == 0:
        return difference, difference
    freedom = (own + other) ** 2 / (own**2 / (x.size - 1) + other**2 / (y.size - 1))
    half = float(stdtrit(freedom, 0.5 + confidence / 2)) * math.sqrt(own + other)
    return difference - half, difference + half


def paired_mean(
    differences: NDArray[np.float64], confidence: float = CONFIDENCE, scale: float = 0.0
) -> Interval:
    """Return the interval of a mean difference, from the differences world by world.

    Student's; but where some worlds do not differ at all, two imaginary ones do, one up and one down by as
    much as the others in the root of the mean square (`scale` where none does, which makes a bound of about 3/n
    of it). Without them an interval that rests on a handful of worlds would be too narrow; with them no difference
    is clear that fewer than six worlds show, as in a sign test. Where all that differ do so in one direction, it is
    also as wide as the interval of a mean with an atom at zero.
    """
    import numpy as np
    from scipy.special import stdtrit

    nonzero = differences[differences != 0]
    if nonzero.size == differences.size or (nonzero.size == 0 and scale == 0):
        return mean_interval(differences, confidence)
    square = float(np.mean(nonzero**2)) if nonzero.size else scale**2
    worlds, mean = differences.size + 2, float(differences.mean())
    centre = float(differences.sum()) / worlds
    spread = float(np.dot(differences, differences)) + 2 * square - worlds * centre**2
    factor = float(stdtrit(worlds - 1, 0.5 + confidence / 2))
    half = factor * math.sqrt(max(0.0, spread) / (worlds - 1) / worlds)
    if nonzero.size == 0 or not ((nonzero > 0).all() or (nonzero < 0).all()):
        return mean - half, mean + half
    low, high = mean_interval(differences, confidence)
    return min(mean - half, low), max(mean + half, high)


def resampled_medians(
    x: NDArray[np.float64], y: NDArray[np.float64], confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the interval of median(x) − median(y) of the same worlds, by drawing worlds anew.

    The percentile interval of 500 redrawn samples, its ends rounded outwards, the same numbers each time.
    None where a median of any of them is never.
    """
    import numpy as np

    size, need = x.size, math.ceil(x.size / 2)
    generator = np.random.default_rng(size)
    orders = [np.argsort(values, kind="stable") for values in (x, y)]
    found = []
    for first in range(0, _REDRAWN, step := max(1, 2_000_000 // size)):
        redrawn = generator.multinomial(size, np.full(size, 1 / size), size=min(step, _REDRAWN - first))
        # A world a row: rows are ordered, and added up, much faster than columns.
        times = np.ascontiguousarray(redrawn.T, dtype=np.int32)
        medians = [
            values[order[(np.cumsum(times[order], axis=0, dtype=np.int32) >= need).argmax(axis=0)]]
            for values, order in zip((x, y), orders, strict=True)
        ]
        if not (np.isfinite(medians[0]).all() and np.isfinite(medians[1]).all()):
            return None
        found.append(medians[0] - medians[1])
    ordered = np.sort(np.concatenate(found))
    cut = math.floor(_REDRAWN * (1 - confidence) / 2)
    value = float(np.sort(x)[need - 1] - np.sort(y)[need - 1])
    return min(value, float(ordered[max(0, cut - 1)])), max(value, float(ordered[_REDRAWN - max(1, cut)]))


def tango(only_first: int, only_second: int, pairs: int, confidence: float = CONFIDENCE) -> Interval:
    """Return Tango's score interval for the difference of two probabilities seen in the same worlds.

    In `only_first` of the `pairs` the first holds and the second does not, in `only_second` the other way
    round. Without pairs it is [−1, 1]. Score intervals stay honest where few worlds differ, or none.
    """
    if pairs == 0:
        return -1.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    low = _tango_low(only_first, only_second, pairs, z)
    return low, -_tango_low(only_second, only_first, pairs, z)


def _tango_low(only_first: int, only_second: int, pairs: int, z: float) -> float:
    """The smallest difference that a score test of this size does not reject, by bisection."""
    low, high = -1.0, (only_first - only_second) / pairs
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if _score(only_first, only_second, pairs, middle) > z:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _score(only_first: int, only_second: int, pairs: int, difference: float) -> float:
    """Tango's statistic for a hypothetical difference of at most the observed one."""
    b = (2 * pairs - only_first + only_second) * difference - only_first - only_second
    c = -only_second * difference * (1 - difference)
    share = (math.sqrt(max(0.0, b * b - 8 * pairs * c)) - b) / (4 * pairs)
    variance = pairs * (2 * share + difference * (1 - difference))
    excess = only_first - only_second - pairs * difference
    if variance <= 0:
        return math.inf if excess > 0 else 0.0
    return excess / math.sqrt(variance)


def newcombe(
    successes: int, trials: int, others: int, other_trials: int, confidence: float = CONFIDENCE
) -> Interval:
    """Return Newcombe's hybrid score interval for the difference of two independent probabilities."""
    if min(trials, other_trials) == 0:
        return -1.0, 1.0
    first = IntervalEstimate(successes / trials, *wilson(successes, trials, confidence))
    second = IntervalEstimate(others / other_trials, *wilson(others, other_trials, confidence))
    return recovered(first, second, 0.0)


def recovered(first: IntervalEstimate, second: IntervalEstimate, correlation: float) -> Interval:
    """Return the interval of a difference from the two estimates' own and their correlation.

    Independent ones (a correlation of 0) are put together side by side as in Newcombe's interval. Correlated
    ones move together, so that it is their half widths that partly cancel; but where an estimate lies at an
    end of its own interval, as at an atom, what independent sides would give is kept too. Where an end is
    infinite (a median that is never) nothing cancels: the ends are put together as they are, which is wider.
    """
    ends = (first.value, first.low, first.high, second.value, second.low, second.high)
    if not all(math.isfinite(end) for end in ends):
        return _least(first.low, second.high, -math.inf), _least(first.high, second.low, math.inf)
    below, above = first.value - first.low, first.high - first.value
    other_below, other_above = second.value - second.low, second.high - second.value
    difference = first.value - second.value
    down = _joined(below, other_above, correlation)
    up = _joined(above, other_below, correlation)
    if correlation == 0:
        return difference - down, difference + up
    half = _joined((below + above) / 2, (other_below + other_above) / 2, correlation)
    if min(below, above, other_below, other_above) > 0:
        return difference - half, difference + half
    return difference - max(half, down), difference + max(half, up)


def combined(
    estimates: Sequence[IntervalEstimate],
    signs: Sequence[int],
    correlations: NDArray[np.float64] | None = None,
) -> IntervalEstimate:
    """Return the sum of estimates with signs, its interval put together from theirs as in `recovered`.

    Without `correlations` (of each with each) they are independent. Where an end is infinite, so is the
    interval.
    """
    import numpy as np

    sides = [
        (each.value - each.low, each.high - each.value)[::sign]
        for sign, each in zip(signs, estimates, strict=True)
    ]
    value = sum(sign * each.value for sign, each in zip(signs, estimates, strict=True))
    if not all(math.isfinite(end) for side in sides for end in side):
        return IntervalEstimate(value, -math.inf, math.inf)
    down, up = (math.hypot(*ends) for ends in zip(*sides, strict=True))
    if correlations is None:
        return IntervalEstimate(value, value - down, value + up)
    halves = np.array([sign * (below + above) / 2 for sign, (below, above) in zip(signs, sides, strict=True)])
    half = math.sqrt(max(0.0, float(halves @ correlations @ halves)))
    if half < _ROUNDING * float(np.abs(halves).max()):  # all of it cancels
        half = 0.0
    if any(min(side) == 0 < max(side) for side in sides):
        return IntervalEstimate(value, value - max(half, down), value + max(half, up))
    return IntervalEstimate(value, value - half, value + half)


def _least(end: float, other: float, otherwise: float) -> float:
    """The difference of two ends; `otherwise` where never is compared with never."""
    return otherwise if math.isinf(end) and end == other else end - other


def _joined(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one * one + other * other - 2 * correlation * (one * other)))


def correlation_of(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return Pearson's correlation; NaN where one of the two never varies."""
    import numpy as np

    own, other = x - x.mean(), y - y.mean()
    spread = math.sqrt(float(np.dot(own, own)) * float(np.dot(other, other)))
    return min(1.0, max(-1.0, float(np.dot(own, other)) / spread)) if spread > 0 else math.nan
