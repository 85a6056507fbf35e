"""What each lever adds: closed forms, and that the averages add up."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.studies.packages.deck import NOTHING
from sim.studies.packages.shares import shares_of

from .synthetic import SyntheticEvidence, deck_of


class Table(SyntheticEvidence):
    """Evidence in which a package holds the target in the first `table[package]` worlds."""

    def __init__(self, deck, table):
        super().__init__(deck, {})
        self.table = table

    def held(self, package, worlds):
        return np.arange(worlds) < self.table[package]


def test_two_levers_in_closed_form():
    a, b, both = frozenset("a"), frozenset("b"), frozenset("ab")
    evidence = Table(deck_of(a={}, b={}), {NOTHING: 10, a: 20, b: 50, both: 80})
    first, second = shares_of(evidence, 100)
    assert (first.alone[0], first.last[0], first.average[0]) == pytest.approx((0.10, 0.30, 0.20))
    assert (second.alone[0], second.last[0], second.average[0]) == pytest.approx((0.40, 0.60, 0.50))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_averages_are_shapleys_and_add_up(seed):
    rng = np.random.default_rng(seed)
    deck = deck_of(a={}, b={}, c={})
    table = {package: int(rng.integers(0, 101)) for package in deck.packages()}
    shares = {share.lever: share.average[0] for share in shares_of(Table(deck, table), 100)}
    for name in "abc":
        gains = []
        for order in permutations("abc"):
            before = frozenset(order[: order.index(name)])
            gains.append(table[before | {name}] - table[before])
        assert shares[name] == pytest.approx(np.mean(gains) / 100)
    assert sum(shares.values()) == pytest.approx((table[frozenset("abc")] - table[NOTHING]) / 100)


def test_levers_that_exclude_each_other_are_worth_the_better_one_together():
    a, b = frozenset("a"), frozenset("b")
    evidence = Table(deck_of(a={"excludes": ["b"]}, b={}), {NOTHING: 0, a: 30, b: 50})
    shares = {share.lever: share for share in shares_of(evidence, 100)}
    assert shares["a"].last[0] == pytest.approx(0.0)
    assert shares["b"].last[0] == pytest.approx(0.2)
    assert shares["a"].average[0] + shares["b"].average[0] == pytest.approx(0.5)
