"""Sets of worlds, a bit a world, against marks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.studies import world_sets
from sim.studies.world_sets import WorldSet, WorldSets


@given(st.integers(0, 200), st.integers(1, 9), st.integers(0, 1000), st.sampled_from([1, 5, 1 << 17]))
def test_sets_are_counted_and_cut_as_marks_are(worlds, number, seed, together):
    chance = np.random.default_rng(seed)
    marks = chance.random((number, worlds)) < chance.random((number, 1))
    sets, some = WorldSets([WorldSet.of(row) for row in marks]), chance.random(worlds) < 0.6
    assert [each.marks.tolist() for each in sets.sets] == marks.tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_sets, "_TOGETHER", together)
        assert sets.counts(WorldSet.of(some)).tolist() == (marks & some).sum(axis=1).tolist()
    chosen = np.flatnonzero(chance.random(number) < 0.5).tolist() or [0]
    assert sets.all_of(chosen).tolist() == marks[chosen].all(axis=0).tolist()
    again = chance.integers(0, worlds, 2 * worlds) if worlds else np.zeros(0, dtype=np.int64)
    assert [each.marks.tolist() for each in sets.among(again).sets] == marks[:, again].tolist()
