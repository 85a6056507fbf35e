"""Quantiles of what was seen beside a law's, against Kaplan and Meier by hand and the exponential law's closed form."""

from __future__ import annotations

from math import exp, inf, log
from types import SimpleNamespace

import numpy as np
import pytest

from sim.studies.calibration.censored import Delays
from sim.studies.calibration.quantiles import compare

MEAN = 50.0


def exponential(median_of=lambda features: 40.0, comes=1.0):
    """A law whose quantiles are known; of some, only a share comes at all."""
    return SimpleNamespace(
        law="exponential",
        delays=7,
        open=2,
        median=SimpleNamespace(value=40.0),
        median_of=median_of,
        cumulative=lambda day: comes * (1 - exp(-day / MEAN)),
    )


def delays(*spans, counts=None, groups=None):
    """Delays from `(above, at_most)`, each of the first group unless said."""
    above, at_most = (np.array(ends, dtype=float) for ends in zip(*spans, strict=True))
    return Delays(
        above=above,
        at_most=at_most,
        count=np.array(counts or [1] * len(spans)),
        group=np.array(groups or [0] * len(spans)),
        groups=("First", "Second"),
    )


def quantile(chance):
    return pytest.approx(-MEAN * log(1 - chance))


def test_what_was_seen_stands_over_the_law_at_the_middle_of_its_step():
    found = compare(delays((30, 30), (10, 10), (20, 20), (40, 40)), exponential(), {})
    assert found.seen == (10, 20, 30, 40)
    assert list(found.law) == [quantile(chance) for chance in (1 / 8, 3 / 8, 5 / 8, 7 / 8)]
    assert found.words == "exponential, n = 7, open 2"


def test_what_has_not_come_counts_among_those_at_risk_until_then():
    found = compare(delays((10, 10), (20, inf), (30, 30)), exponential(), {})
    assert found.seen == (10, 30)
    assert list(found.law) == [quantile(chance) for chance in (1 / 6, 2 / 3)]


def test_a_delay_in_a_range_counts_at_its_middle_as_often_as_it_is_told():
    found = compare(delays((10, 30), (50, 70), counts=[3, 1]), exponential(), {})
    assert found.seen == (20, 60)
    assert list(found.law) == [quantile(chance) for chance in (3 / 8, 7 / 8)]


def test_what_a_missions_features_multiply_is_taken_out():
    law = exponential(lambda features: 40.0 * features.get("slow", 1.0))
    seen = delays((10, 10), (60, 60), (90, inf), (20, 20), groups=[0, 1, 1, 0])
    assert compare(seen, law, {"Second": {"slow": 3.0}}).seen == (10, 20)  # 60 / 3 is 20, 90 / 3 is 30
    assert compare(seen, law, {}).seen == (10, 20, 60)


def test_where_the_law_says_never_there_is_no_quantile():
    found = compare(delays((10, 10), (20, 20)), exponential(comes=0.5), {})
    assert found.seen == (10,)
    assert list(found.law) == [quantile(0.5)]
