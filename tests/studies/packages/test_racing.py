"""The race finds the cheapest package that is good enough, and errs no more often than it says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.studies.packages.bounds import at_least, at_most, gains_at_least
from sim.studies.packages.deck import NOTHING
from sim.studies.packages.evidence import PART, PackageOutcome
from sim.studies.packages.racing import Race, Terms, looks

from .synthetic import SyntheticEvidence, deck_of


def raced(deck, gains, seed=0, terms=None, adaptive=()):
    evidence = SyntheticEvidence(deck, gains, seed, adaptive=adaptive)
    race = Race(evidence, terms or Terms(0.8, 0.05, 0.05, most=2000))
    race.run(deck.packages())
    return race, evidence


def random_case(seed):
    rng = np.random.default_rng(seed)
    names = [f"l{number}" for number in range(int(rng.integers(2, 7)))]
    deck = deck_of(**{name: {"effort": int(rng.integers(1, 10))} for name in names})
    return deck, {name: float(rng.choice([0.0, 0.1, 0.3, 0.6])) for name in names}


def is_right(race, evidence, terms):
    """Whether the answer is that of brute force, up to the indifference zone."""
    truth = {package: float(evidence.held(package, 100_000).mean()) for package in race.runners}
    cost = {package: evidence.least_effort(package) for package in race.runners}
    good = [package for package, chance in truth.items() if chance >= terms.wanted]
    found = race.answer()
    if found is None:
        undecided = [r for r in race.runners.values() if r.races and r.verdict == "open"]
        return not good or bool(undecided)
    if truth[found.package] < terms.wanted - terms.zone - 0.005:
        return False
    cheapest = min((cost[package] for package in good), default=np.inf)
    return (
        cost[found.package] <= cheapest
        or any(r.verdict == "open" and cost[r.package] <= cheapest for r in race.runners.values())
        or _beaten_rightly(race, truth, cost, good, found, terms)
    )


def _beaten_rightly(race, truth, cost, good, found, terms):
    """A cheaper good package may only be missing if what beat it is as good to within the zone."""
    cheaper = [package for package in good if cost[package] < cost[found.package]]
    return all(
        race.runners[package].beaten_by is not None
        and truth[race.runners[package].beaten_by] >= truth[package] - terms.zone - 0.005
        for package in cheaper
    )


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_the_answer_is_that_of_brute_force(seed):
    deck, gains = random_case(seed)
    terms = Terms(0.6, 0.05, 0.05, most=2000)
    race, evidence = raced(deck, gains, seed, terms)
    assert is_right(race, evidence, terms)


@pytest.mark.slow
def test_the_stated_error_holds_over_two_hundred_cases():
    terms = Terms(0.6, 0.05, 0.1, most=2000)
    wrong = 0
    for seed in range(200):
        deck, gains = random_case(1_000 + seed)
        race, evidence = raced(deck, gains, seed, terms)
        wrong += not is_right(race, evidence, terms)
    print(f"wrong answers: {wrong} of 200; stated error {terms.error:.0%}")
    assert wrong <= 200 * (terms.error + 0.02)
    assert wrong <= 10


def test_a_lever_that_changes_nothing_is_beaten_by_nothing_at_all():
    race, _ = raced(deck_of(a={"effort": 1}), {"a": 0.0})
    assert race.runners[frozenset("a")].beaten_by == NOTHING


def test_none_helps_enough_and_it_is_said_so():
    race, _ = raced(deck_of(a={"effort": 1}), {"a": 0.1})
    assert race.answer() is None
    assert {runner.verdict for runner in race.runners.values()} == {"misses"}


def test_what_is_over_the_budget_leaves_and_what_costs_nothing_stays():
    deck = deck_of(a={"effort": 0}, b={"effort": 5})
    race, _ = raced(deck, {"a": 2.0, "b": 2.0}, terms=Terms(0.5, 0.05, 0.05, budget=0.0, most=400))
    assert {package for package, runner in race.runners.items() if runner.too_dear} == {
        frozenset("b"),
        frozenset("ab"),
    }
    assert race.answer().package == frozenset("a")


def test_adaptive_effort_is_the_mean_of_what_is_spent():
    race, _ = raced(deck_of(a={"effort": 4}), {"a": 2.0}, adaptive=("a",))
    assert race.order(race.runners[frozenset("a")])[0] == pytest.approx(2.0, abs=0.6)


def test_a_larger_budget_and_a_lower_wish_never_take_the_answer_away():
    deck, gains = deck_of(a={"effort": 1}, b={"effort": 3}), {"a": 0.5, "b": 0.9}
    dear, cheap = (
        raced(deck, gains, terms=Terms(0.6, 0.05, 0.05, budget=budget, most=2000))[0] for budget in (9.0, 1.0)
    )
    assert dear.answer() is not None or cheap.answer() is None
    efforts = []
    for wanted in (0.2, 0.4, 0.6, 0.7):
        found = raced(deck, gains, terms=Terms(wanted, 0.05, 0.05, most=2000))[0].answer()
        efforts.append(np.inf if found is None else len(found.package))
    assert all(earlier <= later for earlier, later in pairwise(efforts))


def test_looks_double_and_end_where_they_should():
    assert looks(1000) == (50, 100, 200, 300, 450, 650, 950, 1000)
    assert looks(PART) == (PART,) and looks(20) == (20,)
    assert all(step % PART == 0 for step in looks(1000))


class TestBounds:
    def test_they_are_clopper_and_pearsons(self):
        from scipy.stats import binomtest

        for successes, trials in ((0, 10), (3, 10), (10, 10), (120, 400)):
            exact = binomtest(successes, trials).proportion_ci(0.9, method="exact")
            assert at_least(successes, trials, 0.05) == pytest.approx(exact.low)
            assert at_most(successes, trials, 0.05) == pytest.approx(exact.high)

    def test_no_world_that_differs_leaves_a_difference_of_about_log_over_n(self):
        same = PackageOutcome(*(np.ones(400, dtype=bool),) * 2, *(np.zeros(400),) * 3)
        assert gains_at_least(same, same, 0.05) == pytest.approx(-(1 - 0.025 ** (1 / 400)))

    def test_the_difference_holds_with_its_confidence(self):
        rng = np.random.default_rng(1)
        missed = 0
        for _ in range(2000):
            luck = rng.random(200)
            own, other = luck < 0.5, (luck < 0.4) | (luck > 0.97)
            outcomes = [
                PackageOutcome(np.ones(200, dtype=bool), held, *(np.zeros(200),) * 3) for held in (own, other)
            ]
            missed += gains_at_least(*outcomes, 0.05) > 0.5 - 0.43
        assert missed / 2000 <= 0.05
