"""The difference between two samples: its sign, its interval around it, its verdict, in how many worlds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.studies.effects import contrast_of, effect_of, median_contrast_of
from sim.studies.pairing import Pairing
from sim.studies.samples import Sample

WORLDS = 200


def pairing(paired=True, identical=False, worlds=WORLDS):
    places = np.arange(worlds)
    return Pairing(paired, identical, "", places, places)


def shares(count):
    return Sample("share", (np.arange(WORLDS) < count).astype(float), least=0.0, most=1.0)


def sizes(kind, shift=0.0, spread=1.0):
    drawn = np.random.default_rng(1).normal(500, 100, WORLDS)
    return Sample(kind, spread * drawn + shift)


CASES = [
    (shares(120), shares(80)),
    (sizes("mean", 50, 1.02), sizes("mean")),
    (sizes("median", 80), sizes("median")),
]


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize(("higher", "lower"), CASES)
def test_a_difference_has_its_sign_and_stands_within_its_interval(higher, lower, paired):
    up, down = effect_of(higher, lower, pairing(paired)), effect_of(lower, higher, pairing(paired))
    middle = np.median if higher.kind == "median" else np.mean
    rank = (WORLDS - 1) // 2
    expected = (
        np.sort(higher.values)[rank] - np.sort(lower.values)[rank]
        if higher.kind == "median"
        else middle(higher.values) - middle(lower.values)
    )
    assert up.difference.value == pytest.approx(expected) and expected > 0
    assert down.difference.value == pytest.approx(-expected)
    assert (up.own, up.baseline) == (down.baseline, down.own) and up.own.value > up.baseline.value
    assert 0 < up.difference.low <= up.difference.value <= up.difference.high + 1e-9
    assert down.difference.low <= down.difference.value <= down.difference.high < 0
    assert (up.verdict, down.verdict) == ("higher", "lower")
    assert up.difference.low == pytest.approx(-down.difference.high, rel=0.05)
    assert up.paired == paired and up.worlds == WORLDS
    assert up.differing == (int((higher.values != lower.values).sum()) if paired else -1)
    if paired and higher.kind != "median":
        assert up.narrowing > 1  # the same worlds make it narrower


def test_what_varies_alone_is_unclear_and_what_is_equal_is_the_same():
    noise = Sample("mean", np.random.default_rng(7).normal(500, 100, WORLDS))
    unclear = effect_of(noise, sizes("mean"), pairing())
    assert unclear.verdict == "unclear" and unclear.difference.low < 0 < unclear.difference.high
    same = effect_of(sizes("mean"), sizes("mean"), pairing())
    assert (same.verdict, same.difference.value, same.differing) == ("same", 0.0, 0)
    assert same.difference.low < 0 < same.difference.high  # what unseen worlds may differ by
    one = effect_of(sizes("mean"), sizes("mean"), pairing(identical=True))
    assert (one.difference.low, one.difference.high, one.verdict) == (0, 0, "same")
    never = Sample("median", np.full(WORLDS, math.inf))
    assert effect_of(never, never, pairing()).difference.value == 0


def test_a_world_that_only_one_counts_differs():
    applies = np.arange(WORLDS) < 150
    some = Sample("share", np.ones(WORLDS), applies, 0.0, 1.0)
    found = effect_of(some, shares(200), pairing())
    assert found.differing == 50
    half = Sample("share", (np.arange(WORLDS) < 75).astype(float), applies, 0.0, 1.0)
    assert effect_of(half, some, pairing()).differing == 75
    nothing = Sample("share", np.ones(WORLDS), np.zeros(WORLDS, dtype=bool), 0.0, 1.0)
    found = effect_of(nothing, shares(80), pairing())
    assert math.isnan(found.difference.value) and found.verdict == ""


def test_the_median_of_equal_worlds_may_move_by_three_places():
    values = np.array([0.0, 10, 20, 30, 50, 70, 100, 170, 260, 400, 600])
    sample = Sample("median", values)
    places = np.arange(values.size)
    found = effect_of(sample, sample, Pairing(True, False, "", places, places))
    assert (found.difference.low, found.difference.high) == (20 - 70, 260 - 70)


@pytest.mark.parametrize("discrete", [True, False])
def test_what_two_do_beyond_the_sum(discrete):
    chance = np.random.default_rng(2)
    base, first, second = (chance.random(WORLDS) < share for share in (0.2, 0.3, 0.4))
    both = first | second | (chance.random(WORLDS) < 0.6)
    found = contrast_of(*(each.astype(float) for each in (base, first, second, both)), discrete=discrete)
    expected = both.mean() - first.mean() - second.mean() + base.mean()
    assert found.value == pytest.approx(expected) and found.low < expected < found.high


def test_what_two_do_beyond_the_sum_in_a_median():
    samples = [sizes("median", shift) for shift in (0, 40, 70, 200)]
    found = median_contrast_of(samples)
    assert found.value == pytest.approx(200 - 40 - 70 + 0)
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9
