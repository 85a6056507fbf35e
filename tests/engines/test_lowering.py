"""A plan is lowered to numbers; what the twin does not play is named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sim.engines import layout as at
from sim.engines import lowering
from sim.engines.compiled.engine import Compiled
from sim.engines.lowering import STAGES, CannotLowerError, lowered
from sim.engines.replicating import reference
from sim.engines.spans import Span
from sim.plan.compilation import compile_plan
from sim.plan.laws import ExponentialLaw, PartLaw
from sim.scenario.loading import load, load_resolved

TUTORIAL = Path(__file__).parents[2] / "scenarios" / "tutorial.yaml"


@pytest.fixture(scope="module")
def plan():
    return compile_plan(load_resolved(TUTORIAL, ()).scenario)


def unplayable(plan):
    first = plan.contingents[0]
    trip = replace(first.trip, law=PartLaw(ExponentialLaw(1.0), 0.2, 0.8))
    return replace(plan, contingents=(replace(first, trip=trip), *plan.contingents[1:]))


def test_equal_plans_give_equal_values(plan):
    assert lowered(plan) == lowered(compile_plan(load_resolved(TUTORIAL, ()).scenario))


def test_there_are_numbers_only(plan):
    low = lowered(plan)
    assert {type(value) for value in low.ints} == {int}
    assert {type(value) for value in low.floats} == {float}


def test_stages_have_the_codes_of_the_layout():
    assert STAGES[at.PLEDGED] == "pledged"
    assert STAGES[at.WITHDRAWING] == "withdrawing"
    assert len(STAGES) == at.N_STAGES


def test_causes_of_moves_have_the_codes_of_the_layout():
    named = {name: code for name, code in vars(at).items() if name.startswith("W_")}
    assert sorted(named.values()) == list(range(len(at.CAUSES_OF_MOVES)))
    assert at.CAUSES_OF_MOVES[at.W_RETURNS] == "returns"
    assert at.CAUSES_OF_MOVES[at.W_REFUSED] == "refused"


def test_what_cannot_be_lowered_is_named(plan):
    with pytest.raises(CannotLowerError, match="cannot lower: a law of the kind PartLaw"):
        lowered(unplayable(plan))
    with pytest.raises(CannotLowerError, match="PartLaw"):
        Compiled(strict=True).prepare(unplayable(plan))


NEWS = Path(__file__).parents[1] / "model" / "news"


@pytest.mark.parametrize("name", ["embarked", "returned", "later_step", "police_all"])
def test_records_that_imply_what_the_twin_does_not_play_are_left_to_the_reference(name):
    with pytest.raises(CannotLowerError, match="cannot lower"):
        lowered(compile_plan(load(NEWS / f"{name}.yaml")))


@pytest.mark.parametrize("name", ["approved_on_asof", "pledged_again", "measured", "withdrew_returns"])
def test_other_records_are_lowered(name):
    lowered(compile_plan(load(NEWS / f"{name}.yaml")))


def test_what_cannot_be_lowered_is_played_by_the_reference(plan):
    other, span = unplayable(plan), Span(3, 2)
    got, want = Compiled().play(other, 0, span), reference().play(other, 0, span)
    assert got.logs["transitions"].arrays[6].tolist() == want.logs["transitions"].arrays[6].tolist()


def test_every_place_of_the_layout_is_used():
    room = Path(lowering.__file__).parents[1]
    words = set(
        re.findall(
            r"\w+",
            " ".join(
                file.read_text(encoding="utf-8") for file in room.rglob("*.py") if file.name != "layout.py"
            ),
        )
    )
    causes = {name for name in vars(at) if name.startswith("W_")}  # they stand in the order of their words
    assert {name for name in vars(at) if name.isupper()} - causes <= words
