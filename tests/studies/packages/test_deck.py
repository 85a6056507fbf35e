"""Which packages there are."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.scenario.loading import resolve_text
from sim.studies.packages.deck import Deck
from sim.studies.packages.searching import with_needs

from .synthetic import deck_of

NAMES = ("a", "b", "c", "d")


@st.composite
def decks(draw):
    levers = {}
    for name in NAMES:
        others = [other for other in NAMES if other != name]
        excludes = draw(st.sets(st.sampled_from(others), max_size=2))
        needs = draw(st.sets(st.sampled_from(others), max_size=1)) - excludes
        levers[name] = {"excludes": sorted(excludes), "needs": sorted(needs)}
    return deck_of(**levers)


@pytest.mark.long
@given(decks())
def test_packages_are_all_sets_that_break_no_word_of_a_lever(deck):
    found = set(deck.packages())
    for size in range(len(NAMES) + 1):
        for names in combinations(NAMES, size):
            right = all(
                all(need in names for need in deck.levers[name].needs)
                and not any(other in names for other in deck.levers[name].excludes)
                for name in names
            )
            assert (frozenset(names) in found) == right
    assert deck.packages()[0] == frozenset()


@given(decks(), st.sets(st.sampled_from(NAMES)))
def test_the_largest_parts_of_a_set_are_feasible_and_not_part_of_each_other(deck, names):
    parts = list(deck.largest_within(frozenset(names)))
    assert parts
    for part in parts:
        assert part <= names and deck.feasible(part)
        assert not any(part < other for other in parts)
    for package in deck.packages():
        if package <= names:
            assert any(package <= part for part in parts)


@given(decks(), st.sets(st.sampled_from(NAMES)))
def test_what_a_package_needs_comes_with_it(deck, names):
    whole = with_needs(deck, frozenset(names))
    assert names <= whole
    assert all(set(deck.levers[name].needs) <= whole for name in whole)


def test_without_levers_there_is_nothing_to_choose_from():
    text = "scenario: x\nquestion: |\n  a\n  b\nstart: 2026-01-01\nend: 2026-02-01\n"
    with pytest.raises(UsageError, match="--levers"):
        Deck.of(resolve_text(text, "x").scenario)
