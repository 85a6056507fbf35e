"""Whatever history records is true in every world, on its date: read from the logs by an independent reader."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import EndlessInstantError
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.checks import check
from sim.scenario.nodes import Branch
from sim.scenario.positions import Position
from sim.scenario.scenario import Scenario
from sim.testing.records import broken_records
from sim.testing.scenarios import scenario_data
from tests.counts import examples
from tests.model import own_news

NOWHERE = Branch({}, Position("drawn", 1, 1))


def faults(scenario: Scenario) -> list[str]:
    """Return what the named checks find wrong with the history of a scenario."""
    return [
        each.message for each in check(NOWHERE, scenario, oddities=False) if each.item.startswith("history")
    ]


def of_own_news(number: int) -> Scenario:
    """Return a generated scenario with its own news, some of it delayed, in any order."""
    chance = random.Random(number)
    data = own_news.scenario(chance)
    truth = replicate(compile_plan(Scenario.model_validate(data)), Draws(number, 0, 1), 0)
    known = chance.randint(5, 200)
    records = own_news.history(data, truth, known)
    if chance.random() < 0.5:
        about = chance.choice(
            ({"fact": "mandate"}, {"contributor": "b"}, {"contributor": "t"}, {"fact": "calm"})
        )
        delayed = {"date": own_news.day(chance.randint(0, known)), **about, "event": "delayed"}
        records.append({**delayed, "by": f"{chance.randint(1, 90)} days"})
    chance.shuffle(records)
    return Scenario.model_validate({**data, "as_of": own_news.day(known), "history": records})


def hold(scenarios: list[Scenario], replications: int) -> None:
    for place, scenario in enumerate(scenarios):
        plan, draws = compile_plan(scenario), Draws(place, 0, replications)
        for number in range(replications):
            broken = broken_records(scenario, replicate(plan, draws, number))
            assert not broken, (place, number, broken[:5])


def test_records_hold() -> None:
    hold([of_own_news(number) for number in range(12)], replications=4)


@pytest.mark.slow
def test_records_hold_in_thousands_of_worlds() -> None:
    hold([of_own_news(number) for number in range(500)], replications=4)


FIXED = settings(
    max_examples=examples(20),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(max_examples=1_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def holds_of_any(data: dict) -> None:
    """Drop the records that cannot be true, and hold the others against two worlds."""
    kept: list[dict] = []
    for record in data.get("history", []):
        if not faults(Scenario.model_validate({**data, "history": [*kept, record]})):
            kept.append(record)
    if kept:
        scenario = Scenario.model_validate({**data, "history": kept})
        try:
            hold([scenario], replications=2)
        except EndlessInstantError:
            return


@pytest.mark.long
@FIXED
@given(scenario_data())
def test_records_hold_in_any_scenario(data: dict) -> None:
    holds_of_any(data)


@pytest.mark.slow
@MANY
@given(scenario_data(), st.integers(0, 1_000))
def test_records_hold_in_any_scenario_at_length(data: dict, seed: int) -> None:
    holds_of_any(data)


def test_the_order_of_the_list_changes_nothing() -> None:
    for number in range(6):
        scenario = of_own_news(number)
        turned = scenario.model_copy(update={"history": scenario.history[::-1]})
        plans = [compile_plan(each) for each in (scenario, turned)]
        assert plans[0] == plans[1]


def test_the_reader_sees_what_does_not_hold() -> None:
    """Each record is found broken in the world of a scenario that does not have it."""
    scenario = of_own_news(3)
    bare = scenario.model_copy(update={"history": (), "as_of": None})
    logs = replicate(compile_plan(bare), Draws(77, 0, 1), 0)
    assert len(broken_records(scenario, logs)) > len(scenario.history) / 3
