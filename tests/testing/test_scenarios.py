"""The strategies for whole scenarios: what a range leaves out stays out, and what it lets in comes."""

from __future__ import annotations

import doctest

from hypothesis import HealthCheck, Phase, find, given, settings

import sim.testing.scenarios
from sim.rules.references import signals
from sim.rules.syntax import Casualties, Force, Readings
from sim.scenario.planned import Planned
from sim.scenario.rules import all_rules
from sim.testing.scenarios import EVERYTHING, Range, scenario_data, scenarios
from tests.counts import examples

FIXED = settings(
    max_examples=examples(22),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_examples_of_the_kit_run():
    result = doctest.testmod(sim.testing.scenarios)
    assert result.attempted > 5
    assert result.failed == 0


@FIXED
@given(scenario_data(Range(theatre=False, exits=False, history=False)))
def test_what_a_range_leaves_out_stays_out(data):
    assert data["theatre"] == {"lift": {}, "sectors": {}}
    assert "history" not in data
    for block in data["contributors"].values():
        assert not {"withdraws_when", "returns", "notice", "exit"} & set(block)
        assert not any({"lift", "sector", "tour"} & set(body) for body in block["contingents"].values())


@FIXED
@given(scenarios(Range(forces=False)))
def test_without_forces_no_rule_reads_one(whole):
    read = {quantity for _, rule in all_rules(whole) for quantity in signals(rule)}
    assert not any(isinstance(quantity, Force) for quantity in read)
    assert read.isdisjoint({Casualties(name) for name in whole.contributors})


OCCURS = [
    lambda whole: whole.history,
    lambda whole: whole.trained_forces,
    lambda whole: any(isinstance(rule, Readings) for _, rule in all_rules(whole)),
    lambda whole: any(fact.kind == "schedule" and fact.slips for fact in whole.facts.values()),
    lambda whole: (
        any(isinstance(each.from_, Planned) for each in beds.grows) if (beds := whole.theatre.beds) else None
    ),
    lambda whole: whole.unnamed and whole.history,
    lambda whole: "'tempo', 'goodwill'" in repr(whole) or "'goodwill', 'tempo'" in repr(whole),
    lambda whole: whole.theatre.beds and whole.theatre.reception and whole.theatre.casualties,
    lambda whole: {fact.kind for fact in whole.facts.values()} >= {"switch", "events", "progress"},
    lambda whole: any(
        isinstance(quantity, Force) for _, rule in all_rules(whole) for quantity in signals(rule)
    ),
    lambda whole: any(
        block.withdraws_when and block.returns and any(body.tour for body in block.contingents.values())
        for block in whole.contributors.values()
    ),
]


def test_everything_occurs():
    """Some scenario of the widest range has it; how many must be drawn hangs on what Hypothesis read before."""
    awaited = [*OCCURS]

    def all_have_occurred(whole):
        awaited[:] = [occurs for occurs in awaited if not occurs(whole)]
        return not awaited

    find(
        scenarios(EVERYTHING),
        all_have_occurred,
        settings=settings(FIXED, max_examples=3_000, phases=[Phase.generate]),
    )
