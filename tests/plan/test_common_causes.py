"""What several numbers share: `times:` and `odds:` by closed forms, drawn and conditioned."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.rehearsal import known_numbers
from sim.model.world import World
from sim.plan.compilation import compile_plan
from sim.plan.laws import ConstantLaw, DiscreteLaw, ExponentialLaw
from sim.plan.observations import DelayCourse, ObservedAnswer, Stretch
from sim.plan.randomness import Draws
from sim.plan.tables import Delay, Quantity
from sim.plan.updating import learn
from tests.model.tiny import contributor, scenario


@given(st.floats(0.001, 0.999), st.floats(0.01, 100))
def test_odds_multiply_the_odds(chance, factor):
    moved = Quantity("p", ConstantLaw(chance), odds=("goodwill",), most=1.0).moved(
        chance, {"goodwill": factor}
    )
    assert moved / (1 - moved) == pytest.approx(chance / (1 - chance) * factor)
    assert Quantity("p", ConstantLaw(chance), odds=("a",)).moved(chance, {"a": 1.0}) == chance


def test_times_multiplies_and_a_share_stops_at_one():
    share = Quantity("p", ConstantLaw(0.6), ("a", "b"), most=1.0)
    assert share.moved(0.6, {"a": 0.5, "b": 1.5}) == pytest.approx(0.45)
    assert share.moved(0.6, {"a": 2.0, "b": 1.5}) == 1.0
    assert Delay("d", ConstantLaw(1.0), ("a", "b")).scale({"a": 2.0, "b": 1.5}) == 3.0


def test_the_correlation_of_two_contributors_is_the_formula_s():
    """X = A·G, Y = B·G with A, B, G independent lognormals: ln X and ln Y correlate by s_g² / (s² + s_g²)."""
    sized = {"p10": 1000, "p90": 3000, "times": "goodwill"}
    plan = compile_plan(
        scenario(
            uncertain={"goodwill": {"median": 1, "p90": 2}},
            contributors={name: contributor(troops=sized) for name in "ab"},
        )
    )
    draws = Draws(0, 0, 4000)
    sizes = np.log(
        [
            [world.quantity(row.troops) for row in plan.contingents]
            for world in (World(plan, draws, number) for number in range(4000))
        ]
    )
    z90 = 1.2815515655446004
    own, shared = math.log(3) / (2 * z90), math.log(2) / z90
    expected = shared**2 / (own**2 + shared**2)
    found = np.corrcoef(sizes.T)[0, 1]
    assert found == pytest.approx(expected, abs=4 * (1 - expected**2) / math.sqrt(4000))


def test_a_probability_of_an_approval_moves_with_its_odds():
    """Goodwill 1/3 or 3 with even odds: a chance of a half becomes 1/4 or 3/4, for both parliaments at once."""
    step = {"step": "parliament", "probability": {"value": 0.5, "odds": "goodwill"}}
    plan = compile_plan(
        scenario(
            uncertain={"goodwill": {"one_of": [1 / 3, 3]}},
            contributors={name: contributor(approvals=[step]) for name in "ab"},
        )
    )
    draws = Draws(0, 0, 200)
    chances = [
        tuple(World(plan, draws, number).quantity(row.approvals[0].probability) for row in plan.contingents)
        for number in range(200)
    ]
    assert {tuple(round(p, 12) for p in pair) for pair in chances} == {(0.25, 0.25), (0.75, 0.75)}


def answer(
    name: str, chance: float, odds: tuple[str, ...], times: tuple[str, ...], said: bool
) -> ObservedAnswer:
    course = DelayCourse(ExponentialLaw(10.0), (Stretch(1.0, 0.0, 10.0),))
    return ObservedAnswer(course, times, Quantity(name, ConstantLaw(chance), odds=odds), said, says_no=True)


def test_two_quantities_that_move_the_same_are_learned_together():
    """Every pair of a pace and a goodwill by Bayes' rule on all of the four, against what is drawn."""
    values = (0.5, 2.0)
    even = DiscreteLaw(values, (0.5, 1.0))
    common = tuple((name, Quantity(f"uncertain.{name}", even)) for name in ("goodwill", "tempo"))
    told = (
        answer("one", 0.4, ("goodwill",), ("tempo",), said=True),
        answer("two", 0.7, ("goodwill",), ("goodwill", "tempo"), said=False),
    )
    likely = {
        pair: math.prod(each.likelihood(dict(zip(("goodwill", "tempo"), pair, strict=True))) for each in told)
        for pair in product(values, values)
    }
    learned = learn(common, told)
    side = 200
    places = [(place + 0.5) / side for place in range(side)]
    met: dict[tuple[float, float], float] = dict.fromkeys(likely, 0.0)
    for one, other in product(places, places):
        drawn = learned.draw({"uncertain.goodwill": one, "uncertain.tempo": other}.__getitem__)
        met[drawn["uncertain.goodwill"], drawn["uncertain.tempo"]] += 1 / side**2
    for pair, weight in likely.items():
        assert met[pair] == pytest.approx(weight / sum(likely.values()), abs=2.5 / side)


def test_a_known_quantity_beside_an_unknown_one_counts():
    """Tempo is known to be 4: what did not come says less of goodwill than at 1."""
    even = DiscreteLaw((0.5, 2.0), (0.5, 1.0))

    def chance_of_low(tempo: float) -> float:
        common = (
            ("goodwill", Quantity("g", even)),
            ("tempo", Quantity("t", ConstantLaw(tempo))),
        )
        course = DelayCourse(ExponentialLaw(10.0), (Stretch(1.0, 0.0, 10.0),))
        open_question = ObservedAnswer(
            course, ("tempo",), Quantity("p", ConstantLaw(0.6), odds=("goodwill",)), None, says_no=False
        )
        learned = learn(common, (open_question,))
        low = sum(
            learned.draw({"g": (k + 0.5) / 2000, "t": 0.5}.__getitem__)["g"] == 0.5 for k in range(2000)
        )
        return low / 2000

    def exact(tempo: float) -> float:
        seen = 1 - math.exp(-1 / tempo)
        likely = [1 - 0.6 * odds / (0.4 + 0.6 * odds) * seen for odds in (0.5, 2.0)]
        return likely[0] / sum(likely)

    for tempo in (1.0, 4.0):
        assert chance_of_low(tempo) == pytest.approx(exact(tempo), abs=1e-3)
    assert exact(1.0) > exact(4.0) + 0.05


def test_silence_until_as_of_teaches_goodwill():
    """A parliament that would have said yes by now, had it wished: low goodwill, by Bayes."""
    step = {
        "step": "parliament",
        "takes": {"mean": "20 days"},
        "probability": {"value": 0.5, "odds": "goodwill"},
    }
    whole = scenario(
        as_of="2026-02-10",
        uncertain={"goodwill": {"one_of": [0.25, 4]}},
        facts={
            "mandate": {
                "kind": "milestone",
                "after": {"mean": "20 days"},
                "probability": {"value": 0.5, "odds": "goodwill"},
            }
        },
        contributors={"a": contributor("mandate", approvals=[step])},
    )
    plan, draws = compile_plan(whole), Draws(3, 0, 2000)
    low = sum(known_numbers(plan, draws, n)["uncertain.goodwill"] == 0.25 for n in range(2000)) / 2000
    seen = 1 - math.exp(-2.0)
    likely = [1 - chance * seen for chance in (0.2, 0.8)]
    assert low == pytest.approx(likely[0] / sum(likely), abs=4 * 0.5 / math.sqrt(2000))
