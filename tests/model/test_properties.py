"""What must never happen, on generated scenarios: checked from the logs alone (`sim.testing.checks`)."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from sim.errors import EndlessInstantError
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.loading import resolve_text
from sim.scenario.scenario import Scenario
from sim.testing.checks import findings
from sim.testing.scenarios import Range, scenario_data, scenarios
from tests.counts import examples
from tests.scenario.shipped import FILES, ROOT, shipped

FIXED = settings(
    max_examples=examples(40),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(max_examples=2_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def played(plan, draws, number):
    """Return the logs of a replication; pass over scenarios whose rules trigger each other without end."""
    try:
        return replicate(plan, draws, number)
    except EndlessInstantError as error:
        assert "without time passing" in str(error)
        reject()


def holds(scenario, seed, replications=2):
    plan, draws = compile_plan(scenario), Draws(seed, 0, replications)
    for number in range(replications):
        found = findings(scenario, played(plan, draws, number))
        assert not found, "\n".join(map(str, found[:10]))


@pytest.mark.long
@FIXED
@given(scenarios(), st.integers(0, 3))
def test_no_check_finds_anything(scenario, seed):
    holds(scenario, seed)


@pytest.mark.slow
@MANY
@given(scenarios(), st.integers(0, 1_000))
def test_no_check_finds_anything_at_length(scenario, seed):
    holds(scenario, seed)


@settings(FIXED, max_examples=examples(25))
@given(scenario_data())
def test_every_generated_scenario_loads_without_a_fault(data):
    assert resolve_text(json.dumps(data), "drawn.yaml").scenario.scenario == "drawn"


@settings(FIXED, max_examples=examples(15))
@given(scenarios())
def test_a_plan_can_be_sent_to_another_process_and_gives_the_same_there(scenario):
    plan = compile_plan(scenario)
    sent = pickle.loads(pickle.dumps(plan))
    assert sent == plan
    assert played(sent, Draws(1, 0, 1), 0) == played(plan, Draws(1, 0, 1), 0)


@pytest.mark.long
@settings(FIXED, max_examples=examples(25))
@given(scenario_data(Range(theatre=False)))
def test_a_theatre_without_limits_equals_none(data):
    bodies = [body for block in data["contributors"].values() for body in block["contingents"].values()]
    for body in bodies:
        body["lift"] = "boundless"
    unlimited = {
        "lift": {"boundless": {"slots": 10**9, "load": 10**9}},
        "beds": {"at_start": 10**9},
    }
    limited = Scenario.model_validate({**data, "theatre": unlimited})
    for body in bodies:
        del body["lift"]
    free = Scenario.model_validate(data)
    one = played(compile_plan(limited), Draws(2, 0, 1), 0)
    other = played(compile_plan(free), Draws(2, 0, 1), 0)
    assert [row[:7] for row in one.transitions] == [row[:7] for row in other.transitions]
    assert one.waits == other.waits
    assert one.signals == other.signals


@pytest.mark.long
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "scenarios")))
def test_no_check_finds_anything_in_a_shipped_scenario(path):
    whole = shipped(path).scenario
    logged = {name: fact.model_copy(update={"log": True}) for name, fact in whole.facts.items()}
    holds(whole.model_copy(update={"facts": logged}), 1, replications=1)
