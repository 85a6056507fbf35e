"""Samples that are written down and read when they are asked for are those that were given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.studies import samples
from sim.studies.samples import Key, Sample, StoredSamples


@given(
    st.lists(
        st.tuples(st.sampled_from(["mean", "share", "median"]), st.booleans(), st.integers(0, 9)), max_size=5
    ),
    st.sampled_from([0, 50, 1 << 20]),
)
def test_what_is_stored_is_read_as_it_was(drawn, most):
    chance, given_ = np.random.default_rng(0), {}
    for number, (kind, everywhere, worlds) in enumerate(drawn):
        values = chance.random(worlds) if number % 2 else chance.integers(0, 9, worlds).astype(float)
        if worlds:
            values[0] = np.inf
        applies = None if everywhere else chance.random(worlds) < 0.5
        given_[Key("level_mean", f"{number}", "")] = Sample(kind, values, applies, 0.0, float(number))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samples, "_MOST_IN_MEMORY", most)
        stored = StoredSamples(given_.items())
        assert list(stored) == list(given_) and len(stored) == len(given_)
        for key, sample in given_.items():
            found = stored[key]
            assert found.values.tolist() == sample.values.tolist()
            assert (found.applies is None) == (sample.applies is None)
            assert found.applies is None or found.applies.tolist() == sample.applies.tolist()
            assert (found.kind, found.least, found.most) == (sample.kind, sample.least, sample.most)
        assert stored.get(Key("cost", "", "")) is None
