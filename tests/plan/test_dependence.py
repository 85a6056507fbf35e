"""A fact played with only what decides it has the very course that it has in the whole world."""

from __future__ import annotations

import pytest

from sim.batch.sampling import sampled_courses
from sim.plan.compilation import compile_plan
from sim.plan.context import Context
from sim.plan.dependence import depends_on, facts_alone
from sim.scenario.loading import load
from tests.scenario.shipped import ROOT


@pytest.mark.parametrize("name", ["isf-2025-11-19", "isf-2026-02-19"])
def test_facts_alone_run_as_in_the_whole_world(name):
    scenario = load(ROOT / f"scenarios/{name}.yaml")
    plan, context = compile_plan(scenario), Context(scenario)
    needed = {row.name: depends_on(context, row.name) for row in plan.facts}
    alone = {fact: names for fact, names in needed.items() if names is not None}
    assert alone and len(alone) < len(needed)
    played = facts_alone(plan, frozenset().union(*alone.values()))
    assert len(played.facts) < len(plan.facts)
    assert sampled_courses(played, alone, 4) == sampled_courses(plan, alone, 4)


def test_dependence_follows_definitions_consents_and_whose_rule_it_is():
    context = Context(load(ROOT / "scenarios/isf-2025-11-19.yaml"))
    assert depends_on(context, "mandate_clear") == {"mandate_clear"}
    assert depends_on(context, "technocratic_committee") == {"technocratic_committee", "hostages_returned"}
    assert depends_on(context, "consent(israel, malaysia)") == {
        "consent(israel, malaysia)",
        "consent(israel, indonesia)",
        "election_campaign",
        "hard_way",
        "mandate_clear",
        "phase_two",
    }
    assert depends_on(context, "violations") is None, "the force makes them more frequent"
    assert depends_on(context, "ceasefire") is None, "through the violations"
