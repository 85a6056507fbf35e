from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.results.statistics import mean_interval, quantile_interval, quantile_of, quantile_ranks, rank, wilson


@given(st.integers(1, 400), st.data())
def test_wilson_holds_the_share_and_mirrors(trials, data):
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    mirrored = wilson(trials - successes, trials)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [
        # statsmodels' proportion_confint(method="wilson"); the last is from Newcombe (1998), table I
        (10, 100, (0.0552291370606751, 0.1743656644208250)),
        (0, 10, (0.0, 0.2775327998628892)),
        (81, 263, (0.2553, 0.3662)),
    ],
)
def test_wilson_equals_published_values(successes, trials, expected):
    assert wilson(successes, trials) == pytest.approx(expected, abs=6e-5)


def test_wilson_without_trials_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("successes", "trials", "confidence"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0)])
def test_wilson_refuses_what_cannot_be(successes, trials, confidence):
    with pytest.raises(UsageError):
        wilson(successes, trials, confidence)


@given(
    st.lists(st.integers(-50, 50), min_size=1), st.sampled_from((0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1))
)
def test_a_quantile_is_the_least_value_that_so_many_do_not_exceed(sample, quantile):
    value = quantile_of(sample, quantile)
    assert value in sample
    enough = [
        each for each in sample if sum(other <= each for other in sample) >= quantile * len(sample) - 1e-9
    ]
    assert value == min(enough)
    assert value == np.quantile(sample, quantile, method="inverted_cdf")


def test_never_is_a_quantile_like_any_other():
    assert quantile_of([1.0, math.inf, math.inf], 0.5) == math.inf
    assert quantile_of([1.0, 2.0, math.inf], 0.5) == 2.0


def test_rounding_does_not_move_a_rank():
    assert rank(0.07, 100) == 6  # 0.07 * 100 is a little more than 7 in binary
    with pytest.raises(UsageError, match="at least one replication"):
        rank(0.5, 0)
    with pytest.raises(UsageError, match="between 0 and 1"):
        rank(50, 10)


def _confidence(size: int, quantile: float, low: int, high: int) -> float:
    """Return the chance that ranks low and high (0-based) enclose the quantile, from binomial terms alone."""
    chances = [
        math.comb(size, below) * quantile**below * (1 - quantile) ** (size - below)
        for below in range(size + 1)
    ]
    return math.fsum(chances[max(0, low + 1) : high + 1])


@given(st.integers(1, 120), st.sampled_from((0.05, 0.1, 0.5, 0.9)), st.sampled_from((0.8, 0.95)))
def test_quantile_ranks_are_the_narrowest_that_keep_their_confidence(size, quantile, confidence):
    low, high = quantile_ranks(size, quantile, confidence)
    assert _confidence(size, quantile, low, high) >= confidence - 1e-12
    miss = (1 - confidence) / 2
    if low < size - 1:
        assert 1 - _confidence(size, quantile, low + 1, size) > miss
    if high > 0:
        assert 1 - _confidence(size, quantile, -1, high - 1) > miss


def test_quantile_interval_equals_the_textbook():
    # Conover, Practical Nonparametric Statistics: the median of 10 lies between the 2nd and 9th with 97.9 %.
    assert quantile_interval(range(1, 11), 0.5) == (2.0, 9.0)


def test_a_sample_too_small_bounds_nothing():
    assert quantile_interval([3, 4, 5], 0.5) == (-math.inf, math.inf)
    assert quantile_interval(list(range(20)), 0.05)[0] == -math.inf


def test_mean_interval_equals_the_textbook():
    # mean 3, standard deviation 1.5811, t(0.975, 4) = 2.7764
    assert mean_interval([1, 2, 3, 4, 5]) == pytest.approx((1.03676, 4.96324), abs=1e-5)
    assert mean_interval([7, 7, 7]) == (7.0, 7.0)
    assert mean_interval([7]) == (-math.inf, math.inf)
    with pytest.raises(UsageError, match="no mean"):
        mean_interval([])


def test_intervals_cover_as_often_as_they_say():
    generator = np.random.default_rng(20260101)
    times = 1_500
    hits = {"wilson": 0, "median": 0, "mean": 0}
    for _ in range(times):
        low, high = wilson(int(generator.binomial(60, 0.3)), 60)
        hits["wilson"] += low <= 0.3 <= high
        sample = np.sort(generator.exponential(1.0, 60))
        low, high = quantile_interval(sample, 0.5)
        hits["median"] += low <= math.log(2) <= high
        low, high = mean_interval(generator.normal(5.0, 2.0, 12))
        hits["mean"] += low <= 5.0 <= high
    # three standard errors of 1,500 repetitions are 1.7 points; the exact median interval has 97.3 %
    assert 0.933 <= hits["wilson"] / times <= 0.972
    assert 0.955 <= hits["median"] / times <= 0.99
    assert 0.933 <= hits["mean"] / times <= 0.967
