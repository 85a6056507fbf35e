"""With many levers the search passes the packages that matter."""

from __future__ import annotations

import numpy as np
import pytest

from sim.studies.packages import searching
from sim.studies.packages.racing import Race, Terms
from sim.studies.packages.searching import candidates

from .synthetic import SyntheticEvidence, deck_of

BEST = 2000


def case(seed, number):
    rng = np.random.default_rng(seed)
    names = [f"l{place:02}" for place in range(number)]
    deck = deck_of(**{name: {"effort": int(rng.integers(1, 6))} for name in names})
    return deck, {name: float(rng.choice([0.0, 0.05, 0.15, 0.3])) for name in names}


def found(packages, evidence, wanted):
    race = Race(evidence, Terms(wanted, 0.05, 0.1, most=BEST))
    race.run(packages)
    answer = race.answer()
    return np.inf if answer is None else race.order(answer)[0]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_greedy_with_exchange_is_as_cheap_as_all_packages(seed, monkeypatch):
    deck, gains = case(seed, 6)
    everything = found(deck.packages(), SyntheticEvidence(deck, gains, seed), 0.6)
    monkeypatch.setattr(searching, "EXACTLY", 0)
    evidence = SyntheticEvidence(deck, gains, seed)
    passed, complete = candidates(evidence, None, BEST)
    assert not complete
    assert found(passed, evidence, 0.6) <= everything + 2


def test_up_to_twelve_levers_every_package_is_looked_at():
    deck, gains = case(1, 4)
    assert candidates(SyntheticEvidence(deck, gains), None, BEST) == (deck.packages(), True)


def test_what_the_budget_forbids_is_not_looked_at():
    deck = deck_of(a={"effort": 1}, b={"effort": 9})
    passed, _ = candidates(SyntheticEvidence(deck, {"a": 1.0, "b": 1.0}), 5.0, BEST)
    assert set(passed) == {frozenset(), frozenset("a")}


def test_many_levers_take_few_steps():
    deck, gains = case(3, 14)
    passed, complete = candidates(SyntheticEvidence(deck, gains), None, BEST)
    assert not complete
    assert frozenset() in passed and len(passed) < 14 * 14 * 4
