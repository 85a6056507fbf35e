"""A world is played once for each set of levers that takes effect in it, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.executors import Serial
from sim.batch.spans import Span
from sim.studies.packages.deck import Deck
from sim.studies.packages.evidence import Evidence
from sim.studies.packages.fortunes import Fortunes
from sim.studies.packages.planning import outlay, plan, player_of, target_of
from sim.studies.packages.playing import Cells, Variant, VariantPart
from sim.studies.packages.racing import Terms

from .moves import moves
from .synthetic import deck_of

CHANCY = moves(
    a=("effort: 3, unit: months}", "effort: 3, unit: months, works: 0.6}"),
    b=("{fact: calm}, effort: 2", "{fact: calm}, works: 0.5, effort: 2"),
    extra="  hurry: {happens: {fact: late}, effort: 1, unit: months, works: 0.4, needs: [soothe]}\n",
)


@pytest.fixture
def fortunes():
    deck = deck_of(
        a={"effort": 1, "works": 0.5}, b={"effort": 1, "works": 0.3, "needs": ["a"]}, c={"effort": 1}
    )
    return Fortunes(deck, 3, 2000)


def test_what_takes_effect_is_able_to(fortunes):
    for package in fortunes.deck.packages():
        active = fortunes.active(package)
        assert np.all(sum(where.astype(int) for where in active.values()) == 1), "each world once"
        for names, where in active.items():
            assert not (where & ~fortunes.able(names)).any()
            assert not names or set(names) <= set(package)


def test_a_lever_works_in_its_share_of_worlds_and_needs_what_it_needs(fortunes):
    assert fortunes.works("a").mean() == pytest.approx(0.5, abs=0.04)
    assert fortunes.works("c").all()
    both = fortunes.active(frozenset({"a", "b"}))
    assert set(both) == {frozenset(), frozenset({"a"}), frozenset({"a", "b"})}
    assert both[frozenset({"a", "b"})].mean() == pytest.approx(0.15, abs=0.03)
    assert fortunes.able(frozenset()).all()


def test_replications_are_counted_by_hand(fortunes):
    packages = fortunes.deck.packages()
    a, b = fortunes.works("a"), fortunes.works("b")
    # with and without c: nothing, a, a and b
    assert fortunes.replications(packages) == 2 * (2000 + a.sum() + (a & b).sum())
    assert fortunes.replications([frozenset()]) == 2000


@given(st.sets(st.integers(10, 40), max_size=20))
def test_stretches_are_the_worlds_without_a_gap_and_as_few_as_can_be(worlds):
    numbers = tuple(sorted(worlds))
    stretches = list(VariantPart(Variant(frozenset()), Span(10, 31), numbers).stretches())
    assert tuple(n for each in stretches for n in range(each.first, each.end)) == numbers
    assert all(one.end < other.first for one, other in zip(stretches, stretches[1:], strict=False))


def test_playing_less_changes_no_answer(monkeypatch):
    terms = Terms(most=100, least=100, zone=0.01, error=1e-9)
    thrifty = plan(CHANCY, "both", Serial(), terms=terms)
    monkeypatch.setattr(Fortunes, "able", lambda self, names: np.ones(self.count, dtype=bool))
    whole = plan(CHANCY, "both", Serial(), terms=terms)
    assert (thrifty.entries, thrifty.answer, thrifty.shares) == (whole.entries, whole.answer, whole.shares)


@pytest.mark.parametrize("worlds", [50, 100])
def test_the_outlay_is_what_is_played_where_none_leaves(worlds):
    terms = Terms(most=worlds, least=50)
    said = outlay(CHANCY, terms, seed=7)
    deck = Deck.of(CHANCY.scenario)
    cells = Cells(player_of(CHANCY, deck, target_of(CHANCY, "both")[1], 7), Serial())
    evidence = Evidence(deck, cells, 7, worlds)
    cells.want(evidence.parts(deck.packages(), worlds))
    assert said.packages == len(deck.packages()) == 6
    assert cells.played == said.most
    assert worlds < said.most < 6 * worlds and not cells.failed
