"""The smallest unlocking sets against enumeration, and against the model itself, on small scenarios."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from sim.model.past import Past
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.plan.tables import SchedulePlan
from sim.rules.binding import bind
from sim.rules.references import signals
from sim.rules.syntax import And, Consent, Force, Holds, Not, Once, Throughout, Value, Within
from sim.scenario.scenario import Scenario
from sim.studies.growth import play
from sim.studies.steady import SteadyWorlds
from sim.studies.unlock import unlock
from tests.scenario import small_worlds as small


def steady(rule, facts, sizes):
    """Return the truth of a rule where facts are as they are for ever and forces of a given size."""
    if isinstance(rule, (Once, Throughout, Within)):
        return steady(rule.part, facts, sizes)
    if isinstance(rule, Not):
        return not steady(rule.part, facts, sizes)
    if hasattr(rule, "parts"):
        many = sum(steady(part, facts, sizes) for part in rule.parts)
        needed = getattr(rule, "count", len(rule.parts) if isinstance(rule, And) else 1)
        return many >= needed
    value = sizes(rule.quantity) if isinstance(rule.quantity, Force) else facts[rule.quantity]
    return small.measured(rule, value)


def needs(scenario):
    """Return for each contributor its rules, and its rule to withdraw or None."""
    found = {}
    for name, block in scenario.contributors.items():
        rules = [
            rule for rule in (block.commits_when, block.contingents["b"].commits_when) if rule is not None
        ]
        asked = "p" in scenario.parties and block.consents.get("p") != "not_needed"
        rules += [Holds(Consent("p", name))] if asked else []
        found[name] = ([bind(rule, name) for rule in rules], block.withdraws_when)
    return found


def troops(scenario, name):
    return int(scenario.contributors[name].contingents["b"].troops.distribution.value)


def grown(scenario, facts):
    """Return the most troops at once, by rounds in which all whose rules hold come together."""
    rules = needs(scenario)
    there, gone, most, left = set(), set(), 0, {}
    while True:

        def sizes(force, there=frozenset(there)):
            names = there if force.contributor is None else there & {force.contributor}
            return sum(troops(scenario, name) for name in names)

        most = max(most, sum(troops(scenario, name) for name in there))
        leaving = {
            name for name, (_, leaves) in rules.items() if leaves is not None and steady(leaves, facts, sizes)
        }
        edge = {name for name in there & leaving if left.get(name) is False}
        left = {name: name in leaving for name in rules}
        more = {
            name
            for name, (asked, _) in rules.items()
            if name not in there | gone | leaving and all(steady(rule, facts, sizes) for rule in asked)
        }
        if not more and not edge:
            return most
        there, gone = (there | more) - edge, gone | edge


def day_0(scenario):
    """Return the facts and consents that rules read, as they are on day 0."""
    facts = {
        signal: 0.0
        for rules, leaves in needs(scenario).values()
        for rule in (*rules, *([leaves] if leaves is not None else []))
        for signal in signals(rule)
        if isinstance(signal, (Value, Consent))
    }
    for signal in facts:
        if isinstance(signal, Value):
            facts[signal] = float(getattr(scenario.facts[signal.name], "initially", False))
    return facts


def smallest_sets(scenario, target, reached):
    """Return every smallest set of up to four signals whose change makes `reached` the target."""
    facts, found = day_0(scenario), []
    for size in range(5):
        for chosen in combinations(sorted(facts, key=str), size):
            if any(set(other) <= set(chosen) for other in found):
                continue
            changed = {each: 1.0 - value if each in chosen else value for each, value in facts.items()}
            if reached(scenario, changed) >= target:
                found.append(chosen)
    return {frozenset(map(str, each)) for each in found}


def told(scenario, target):
    found = unlock(scenario, target)
    assert found.complete == 4
    return {
        frozenset(str(signal) for condition in each.conditions for signal in signals(condition))
        for each in found.sets
    }


def in_the_model(scenario, facts):
    """Return the most troops that are deployed at once when the model plays a steady world."""
    plan = compile_plan(scenario)
    known = {str(signal): value for signal, value in facts.items()}
    fixed = tuple(
        SchedulePlan(
            fact.name, fact.signal, True, known.get(fact.name, 0.0), ((0, known.get(fact.name, 0.0)),)
        )
        for fact in plan.facts
    )
    initial = tuple(
        known.get(str(signal), value)
        for signal, value in zip(plan.network.signals, plan.initial, strict=True)
    )
    logs = replicate(replace(plan, facts=fixed, initial=initial), Draws(0, 0, 1), 0)
    level = Past(scenario, logs).signal(Force("deployed"))
    return max(level.values, default=0)


def scenario_of(random, **options):
    return Scenario.model_validate(small.scenario_data(random, **options))


def assert_equal_to_enumeration(seed):
    random = Random(seed)
    scenario = scenario_of(random)
    target = random.randint(1, 8)
    assert told(scenario, target) == smallest_sets(scenario, target, grown), seed


def assert_equal_to_the_model(seed):
    random = Random(seed)
    scenario = scenario_of(random, fewer=False)
    target = random.randint(1, 8)
    assert told(scenario, target) == smallest_sets(scenario, target, in_the_model), seed


def test_sets_equal_enumeration():
    for seed in range(60):
        assert_equal_to_enumeration(seed)


def test_sets_equal_what_the_model_reaches_in_steady_worlds():
    for seed in range(8):
        assert_equal_to_the_model(seed)


@pytest.mark.slow
def test_sets_equal_enumeration_on_a_thousand():
    for seed in range(60, 1_060):
        assert_equal_to_enumeration(seed)


@pytest.mark.slow
def test_sets_equal_what_the_model_reaches_on_hundreds():
    for seed in range(8, 308):
        assert_equal_to_the_model(seed)


def test_moving_nothing_that_decides_leaves_a_world_no_better():
    random = Random(0)
    for seed in range(40):
        scenario = scenario_of(Random(seed))
        worlds = SteadyWorlds(scenario, 10**8, lambda body: True)
        before = play(worlds, {})
        idle = [place for place in range(len(worlds.levers)) if not before.decisive >> place & 1]
        moved = {place: 1 - worlds.levers[place].now for place in idle if random.random() < 0.5}
        assert play(worlds, moved).most <= before.most
