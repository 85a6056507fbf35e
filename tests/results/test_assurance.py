"""What can be counted on, by counting worlds."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.assurance import chance_of_none, count_on, counted_on_from
from sim.results.changes import changes_of
from sim.results.levels import levels_of

START = dt.date(2026, 1, 1)


def levels_by_hand(table):
    """Levels [worlds][days]."""
    table = np.array(table, dtype=np.int64)
    changes = np.diff(table, axis=1, prepend=0)
    place, day = np.nonzero(changes)
    dates = tuple(START + dt.timedelta(days=number) for number in range(table.shape[1]))
    return levels_of(changes_of(len(table), place, day * DAY, changes[place, day]), dates)


tables = st.integers(1, 4).flatmap(
    lambda days: st.lists(
        st.lists(st.sampled_from([0, 1, 100, 101, 250]), min_size=days, max_size=days),
        min_size=1,
        max_size=12,
    )
)


@given(tables, st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_so_many_are_there_in_that_share_of_the_worlds_and_no_more(table, chance):
    levels = levels_by_hand(table)
    for number, date in enumerate(levels.dates):
        found = [world[number] for world in table]
        needed = math.ceil(chance * len(found) - 1e-9)
        most = max(troops for troops in {0, *found} if sum(level >= troops for level in found) >= needed)
        sure = count_on(levels, chance, date)
        assert sure.troops == most and sure.low <= most <= sure.high
        assert chance_of_none(levels, date) == found.count(0)


@given(tables, st.sampled_from([0, 1, 2, 100, 101, 102, 250, 251]), st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_the_first_day_is_the_first_on_which_enough_worlds_have_them(table, troops, chance):
    levels = levels_by_hand(table)
    enough = [
        date
        for number, date in enumerate(levels.dates)
        if sum(world[number] >= troops for world in table) >= chance * len(table) - 1e-9
    ]
    assert counted_on_from(levels, troops, chance) == (enough[0] if enough else None)


def test_the_interval_is_that_of_the_order_statistics():
    levels = levels_by_hand([[troops] for troops in range(100, 200)])
    sure = count_on(levels, 0.8, START)
    assert sure.troops == 120
    below = [
        sum(math.comb(100, k) * 0.8**k * 0.2 ** (100 - k) for k in range(last + 1)) for last in range(101)
    ]
    low = 199 - next(k for k in range(101) if below[k] >= 0.975)
    high = 200 - next(k for k in range(101) if below[k] > 0.025)
    assert (sure.low, sure.high) == (low, high) and low < 120 < high


@pytest.mark.parametrize("chance", [0.0, 1.01])
def test_a_chance_of_none_or_of_more_than_all_is_refused(chance):
    with pytest.raises(UsageError, match="cannot be counted on"):
        count_on(levels_by_hand([[1]]), chance, START)
