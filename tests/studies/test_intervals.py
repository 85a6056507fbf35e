from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.results.statistics import mean_interval, wilson
from sim.studies.intervals import (
    IntervalEstimate,
    _score,
    combined,
    correlation_of,
    newcombe,
    paired_mean,
    recovered,
    tango,
    welch,
)

values = st.sampled_from([0.0, 0.0, 0.5, 1.0, -3.25, 700.0, 1e-3, 12345.678])
samples = arrays(np.float64, st.integers(2, 30), elements=values)
counts = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40)).filter(
    lambda abc: sum(abc) > 0
)
ends = st.floats(0, 100, allow_nan=False)
maybe_never = st.one_of(ends, st.just(math.inf))


def opposite(interval: tuple[float, float]) -> tuple[float, float]:
    return -interval[1], -interval[0]


@given(samples)
def test_differences_the_other_way_round_have_the_opposite_interval(differences):
    assert paired_mean(-differences) == opposite(paired_mean(differences))


@given(samples, samples)
def test_independent_means_exchanged_have_the_opposite_interval(x, y):
    assert welch(y, x) == opposite(welch(x, y))


@given(counts)
def test_probabilities_exchanged_have_the_opposite_interval(abc):
    first, second, _ = abc
    assert tango(second, first, sum(abc)) == opposite(tango(first, second, sum(abc)))
    assert newcombe(second, sum(abc), first, sum(abc)) == opposite(
        newcombe(first, sum(abc), second, sum(abc))
    )


@given(st.tuples(maybe_never, ends, ends), st.tuples(maybe_never, ends, ends), st.floats(-1, 1))
def test_estimates_exchanged_have_the_opposite_interval(one, two, correlation):
    first, second = (
        IntervalEstimate(value, value - below, value + above) for value, below, above in (one, two)
    )
    assert recovered(second, first, correlation) == opposite(recovered(first, second, correlation))


@given(counts)
def test_the_score_interval_ends_where_the_score_test_does(abc):
    first, second, _ = abc
    pairs = sum(abc)
    low, high = tango(first, second, pairs)
    z = NormalDist().inv_cdf(0.975)
    assert -1 <= low <= (first - second) / pairs <= high <= 1
    if low > -1 + 1e-6:
        assert _score(first, second, pairs, low) == pytest.approx(z, abs=1e-4)


def test_no_discordant_world_leaves_room_for_one():
    low, high = tango(0, 0, 1000)
    z = NormalDist().inv_cdf(0.975)
    assert high == pytest.approx(z * z / (1000 + z * z))
    assert low == -high


def test_newcombes_published_example():
    assert newcombe(56, 70, 48, 80) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_without_trials_nothing_is_known():
    assert newcombe(0, 0, 3, 5) == (-1.0, 1.0)
    assert tango(0, 0, 0) == (-1.0, 1.0)


def test_a_handful_of_differing_worlds_is_no_clear_difference():
    five = np.array([7.0] * 5 + [0.0] * 995)
    six = np.array([7.0] * 6 + [0.0] * 994)
    assert mean_interval(five)[0] > 0 > paired_mean(five)[0]
    assert paired_mean(six)[0] > 0


def test_where_all_worlds_differ_the_interval_is_students():
    differences = np.array([1.0, 2.0, 4.0, -1.0])
    assert paired_mean(differences) == mean_interval(differences)


def test_means_that_never_vary_have_no_width():
    assert paired_mean(np.zeros(5)) == (0.0, 0.0)
    assert welch(np.full(3, 2.0), np.full(4, 5.0)) == (-3.0, -3.0)
    assert welch(np.array([2.0]), np.full(4, 5.0)) == (-math.inf, math.inf)
    assert welch(np.full(4, 5.0), np.array([2.0])) == (-math.inf, math.inf)


def test_estimates_that_move_together_cancel():
    first, second = IntervalEstimate(20.0, 10.0, 30.0), IntervalEstimate(15.0, 5.0, 25.0)
    assert recovered(first, second, 1.0) == (5.0, 5.0)
    assert recovered(first, second, 0.0) == (
        pytest.approx(5 - math.sqrt(200)),
        pytest.approx(5 + math.sqrt(200)),
    )


def test_never_against_a_date_is_one_sided():
    never, known = IntervalEstimate(math.inf, 300.0, math.inf), IntervalEstimate(100.0, 80.0, 120.0)
    assert recovered(known, never, 0.5) == (-math.inf, -180.0)
    assert recovered(never, never, 0.5) == (-math.inf, math.inf)


def test_the_correlation_of_what_never_varies_is_unknown():
    assert math.isnan(correlation_of(np.zeros(4), np.arange(4.0)))
    assert correlation_of(np.arange(4.0), np.arange(4.0)) == 1.0


@given(st.integers(0, 20), st.integers(1, 20), st.integers(0, 20), st.integers(1, 20))
def test_newcombe_is_made_of_wilsons_ends(first, more, second, others):
    low, high = newcombe(first, first + more, second, second + others)
    p, q = first / (first + more), second / (second + others)
    (l1, u1), (l2, u2) = wilson(first, first + more), wilson(second, second + others)
    assert low == pytest.approx(p - q - math.hypot(p - l1, u2 - q))
    assert high == pytest.approx(p - q + math.hypot(u1 - p, q - l2))


def test_a_sum_of_two_is_their_difference():
    first, second = IntervalEstimate(10, 7, 12), IntervalEstimate(4, 2, 9)
    apart = combined([first, second], (1, -1))
    assert (apart.value, apart.low, apart.high) == pytest.approx((6, *recovered(first, second, 0.0)))
    together = combined([first, second], (1, -1), np.array([[1, 0.6], [0.6, 1]]))
    assert (together.low, together.high) == pytest.approx(recovered(first, second, 0.6))


def test_what_cancels_in_every_world_is_exactly_nothing_and_what_is_unbounded_stays_so():
    one, other = IntervalEstimate(10, 7, 12), IntervalEstimate(0.25, 0.125, 0.5)
    same = np.array([[1, 0.3, 1, 0.3], [0.3, 1, 0.3, 1], [1, 0.3, 1, 0.3], [0.3, 1, 0.3, 1]])
    nothing = combined([one, other, one, other], (1, 1, -1, -1), same)
    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)
    unbounded = combined([one, IntervalEstimate(3, 1, math.inf)], (1, -1), np.eye(2))
    assert (unbounded.value, unbounded.low, unbounded.high) == (7, -math.inf, math.inf)
