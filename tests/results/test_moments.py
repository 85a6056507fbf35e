"""Exact moments, added up block by block, say of a mean what its whole sample says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.results.moments import Moments, MomentsByKey, moments_of
from sim.results.statistics import mean_interval

WHOLE = st.integers(-(2**50), 2**50) | st.integers(-3, 3) | st.just(0)


@given(st.lists(WHOLE, min_size=2, max_size=60), st.integers(0, 60), st.sampled_from([1, 7, 86_400]))
def test_the_interval_is_that_of_the_sample(values, cut, unit):
    parts = [np.array([part], dtype=np.int64) for part in (values[:cut], values[cut:])]
    moments = sum((moments_of(part)[0] for part in parts), Moments())
    assert moments.total == sum(values)
    assert moments.squares == sum(value * value for value in values)
    # Divided afterwards: parts of a sum that is 0 would add up to next to nothing, on either side of it.
    expected = tuple(bound / unit for bound in mean_interval(np.array(values)))
    size = max(map(abs, values)) / unit
    assert moments.interval(len(values), unit) == pytest.approx(expected, rel=1e-9, abs=1e-9 * size)


def test_each_row_has_its_own_and_worlds_that_are_not_told_are_zero():
    one, two = moments_of(np.array([[3, 0, -1], [0, 0, 0]]))
    assert (one, two) == (Moments(2, 2, 10), Moments())
    assert one.interval(5) == pytest.approx(mean_interval([3, 0, -1, 0, 0]))


def test_one_world_bounds_nothing_and_none_has_no_mean():
    assert Moments(1, 5, 25).interval(1) == (-math.inf, math.inf)
    with pytest.raises(UsageError, match="empty sample"):
        Moments().interval(0)


@given(
    st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), max_size=12),
    st.integers(1, 5),
    st.integers(1, 6),
    st.integers(0, 14),
)
def test_rows_under_one_key_are_summed_in_each_world(columns, size, room, comes):
    whole = np.array(columns, dtype=np.int64).reshape(len(columns), 3).T
    keyed = [(0, ("a",)), (2, ("a",)), (1, ("b",)), (0, ("all",)), (1, ("all",)), (2, ("all",))]
    late = [(1, ("late",))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.results.moments._WORLDS_AT_ONCE", room)
        counted = MomentsByKey()
        for first in range(0, len(columns), size):
            told = keyed + (late if first >= comes else [])
            rows = [counted.row_of(key) for _, key in told]
            counted.add([place for place, _ in told], rows, whole[:, first : first + size])
        found = counted.moments()
    sums = {("a",): whole[0] + whole[2], ("b",): whole[1], ("all",): whole.sum(axis=0)}
    if any(first >= comes for first in range(0, len(columns), size)):
        begins = -(-comes // size) * size
        sums["late",] = np.where(np.arange(len(columns)) >= begins, whole[1], 0)
    expected = {key: moments_of(values.reshape(1, -1))[0] for key, values in sums.items()}
    assert found == (expected if columns else {})
