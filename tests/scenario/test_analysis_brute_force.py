"""The analyses against enumeration, on small random scenarios."""

from __future__ import annotations

from random import Random

import pytest
import yaml

from sim.rules.binding import bind
from sim.rules.satisfiability import Verdict, possible, verdict
from sim.rules.syntax import And, Consent, Holds, Not
from sim.scenario.analysis import analyse
from sim.scenario.analysis.prospects import Prospects
from sim.scenario.analysis.verdicts import verdict_of
from sim.scenario.checks import Subject
from sim.scenario.loading import resolve_text

from . import small_worlds as small


def prospects_of(data):
    resolved = resolve_text(yaml.safe_dump(data, sort_keys=False), "small.yaml")
    return Prospects(Subject(resolved.tree, resolved.scenario)), resolved


def conditions(scenario):
    """Return for each contributor (of one contingent each) what must hold, and when it withdraws."""
    found = {}
    for name, block in scenario.contributors.items():
        rules = [
            rule for rule in (block.commits_when, block.contingents["b"].commits_when) if rule is not None
        ]
        asked = "p" in scenario.parties and block.consents.get("p") != "not_needed"
        consents = [Holds(Consent("p", name))] if asked else []
        leaves = [Not(bind(block.withdraws_when, name))] if block.withdraws_when is not None else []
        found[name] = And((*(bind(rule, name) for rule in rules), *consents, *leaves))
    return found


def troops(scenario, name):
    return int(scenario.contributors[name].contingents["b"].troops.distribution.value)


def largest_of(scenario, there):
    def largest(force):
        names = there if force.contributor is None else there & {force.contributor}
        return sum(troops(scenario, name) for name in names)

    return largest


def alive(scenario):
    """Return who can come: those whose rule can hold with the forces of those who came before."""
    rules = conditions(scenario)
    there = set()
    while True:
        more = {
            name
            for name in rules
            if name not in there and small.can_hold(rules[name], largest_of(scenario, there))
        }
        if not more:
            return there
        there |= more


def assert_agrees(random):
    data = small.scenario_data(random)
    prospects, resolved = prospects_of(data)
    scenario = resolved.scenario
    everybody = largest_of(scenario, set(scenario.contributors))
    for name, block in scenario.contributors.items():
        if block.commits_when is not None:
            rule = bind(block.commits_when, name)
            can, can_not = small.can_hold(rule, everybody), small.can_hold(Not(rule), everybody)
            expected = Verdict.NEVER if not can else Verdict.OPEN if can_not else Verdict.ALWAYS
            assert verdict_of(prospects, rule) is expected, (str(rule), data)
    there = alive(scenario)
    found = {prospects.bodies[place].owner for place in prospects.reach.deployed}
    assert found == there, data
    told = {
        fault.item.split(".")[1] for fault in analyse(resolved.tree, scenario) if "can never" in fault.message
    }
    in_circles = {
        prospects.bodies[place].owner
        for fault in analyse(resolved.tree, scenario)
        if fault.check == "circular_waiting"
        for place in range(len(prospects.bodies))
        if prospects.bodies[place].title in fault.message
    }
    assert set(scenario.contributors) - there == (told | in_circles) - there
    assert not in_circles & there


def test_verdicts_and_dead_pledges_equal_enumeration():
    for seed in range(40):
        assert_agrees(Random(seed))


@pytest.mark.slow
def test_verdicts_and_dead_pledges_equal_enumeration_on_a_thousand():
    for seed in range(60, 1_060):
        assert_agrees(Random(seed))


def test_without_a_scenario_forces_have_no_bound():
    from sim.rules import parse

    assert verdict(parse("deployed(turkey) >= 100000")) is Verdict.OPEN
    assert possible([parse("deployed(turkey) < 0")]) is False
