"""A statement with several readings, and drawn quantities in rules: one draw a replication, for all of time."""

from __future__ import annotations

import math

import pytest

from sim.model.past import Past
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.rules import bind, expand, holds, parse
from sim.rules.references import as_read, every_reading, readings_in
from sim.rules.satisfiability import Verdict, verdict
from sim.rules.syntax import Readings
from tests.model.tiny import contributor, flows, play, scenario

TWO = {"one_of": {"on for 10 days": 3, "on for 30 days": 1}}
ON = {"kind": "switch", "initially": True, "since": "2026-01-01"}


def readings(logs):
    return {name: value for _, _, name, value in logs.signals if name.startswith("reading(")}


def within_four_deviations(hits: int, chance: float, count: int) -> bool:
    return abs(hits / count - chance) < 4 * math.sqrt(chance * (1 - chance) / count)


def test_each_reading_is_drawn_as_often_as_its_weight_says_and_decides():
    whole = scenario(facts={"on": ON}, contributors={"a": contributor(TWO)})
    plan, draws = compile_plan(whole), Draws(0, 0, 1000)
    late = 0
    for number in range(1000):
        logs = replicate(plan, draws, number)
        reading = readings(logs)["reading(contributors.a.commits_when)"]
        late += int(reading)
        assert flows(logs, "a", target="deployed") == [((30 if reading else 10) * 86_400, 100)]
        assert ("reading.contributors.a.commits_when", reading) in logs.numbers
    assert within_four_deviations(late, 0.25, 1000)


def test_one_definition_is_one_draw_and_two_statements_are_two():
    whole = scenario(
        facts={"on": ON},
        definitions={"stopped": TWO},
        contributors={
            "a": contributor("stopped"),
            "b": contributor("stopped"),
            "c": contributor(TWO),
            "d": contributor(TWO),
        },
    )
    plan, draws = compile_plan(whole), Draws(0, 0, 300)
    alike = 0
    for number in range(300):
        logs = replicate(plan, draws, number)
        first, second, third, fourth = (flows(logs, who, target="deployed") for who in "abcd")
        assert first == second
        alike += third == fourth
    assert within_four_deviations(alike, 0.75**2 + 0.25**2, 300)


def test_adding_a_contributor_before_it_changes_no_draw():
    alone = compile_plan(scenario(facts={"on": ON}, contributors={"b": contributor(TWO)}))
    both = compile_plan(
        scenario(facts={"on": ON}, contributors={"a": contributor(TWO), "b": contributor(TWO)})
    )
    name = "reading.contributors.b.commits_when"
    assert name in [each.quantity.stream for each in alone.constants]
    assert [each.quantity for each in both.constants if each.quantity.stream == name] == [
        each.quantity for each in alone.constants
    ]


def test_a_certain_reading_is_the_plain_rule():
    certain = scenario(facts={"on": ON}, contributors={"a": contributor({"one_of": {"on for 10 days": 5}})})
    plain = scenario(facts={"on": ON}, contributors={"a": contributor("on for 10 days")})
    assert certain == plain


def test_only_the_reading_drawn_hinders():
    rule = {"one_of": {"first for 5 days": 1, "second for 5 days": 1}}
    off = {"kind": "switch", "initially": False}
    whole = scenario(facts={"first": off, "second": off}, contributors={"a": contributor(rule)})
    for number in range(20):
        logs = play(whole, number)
        (value,) = readings(logs).values()
        assert {row[4] for row in logs.waits} == {f"rule: {('first', 'second')[int(value)]} for 5 days"}


@pytest.mark.long
def test_the_model_and_the_meaning_agree_on_readings_and_drawn_quantities():
    whole = scenario(
        uncertain={"goodwill": {"low": 0, "high": 2}},
        facts={
            "on": {
                "kind": "switch",
                "initially": True,
                "stays_on": {"mean": "5 days"},
                "stays_off": {"mean": "5 days"},
            }
        },
        definitions={"kind": {"one_of": ["goodwill > 1 for 3 days", "goodwill < 0.5", "on within 2 days"]}},
        contributors={"a": contributor({"one_of": {"kind and on": 1, "(not kind) within 3 days": 2}})},
    )
    for number in range(40):
        logs = play(whole, number)
        arrived = flows(logs, "a", target="deployed")
        past = Past(whole, logs)
        rule = bind(expand(whole.contributors["a"].commits_when, whole.definitions), "a")
        first = next((day for day in range(90 * 24) if holds(rule, past, day * 3_600)), None)
        if arrived:
            assert holds(rule, past, arrived[0][0])
            assert arrived[0][0] == 0 or not holds(rule, past, arrived[0][0] - 1)
        else:
            assert first is None


def test_a_drawn_quantity_in_a_rule_holds_as_often_as_its_law_says():
    whole = scenario(
        uncertain={"goodwill": {"low": 0.5, "mode": 1, "high": 1.5}},
        contributors={"a": contributor("goodwill > 1"), "b": contributor("not goodwill > 1 for 10 days")},
    )
    plan, draws = compile_plan(whole), Draws(0, 0, 400)
    there = 0
    for number in range(400):
        logs = replicate(plan, draws, number)
        goodwill = dict(logs.numbers)["uncertain.goodwill"]
        assert bool(flows(logs, "a", target="deployed")) == (goodwill > 1)
        assert flows(logs, "b", target="deployed") == ([] if goodwill > 1 else [(0, 100)])
        there += goodwill > 1
    assert within_four_deviations(there, 0.5, 400)


def test_every_reading_and_as_read():
    one = Readings((parse("a"), parse("b")), (1, 1), "x")
    two = Readings((parse("c"), parse("d"), parse("not c")), (1, 1, 2), "y")
    whole = expand(parse("p and not q"), {"p": one, "q": two})
    assert [each.name for each in readings_in(whole)] == ["x", "y"]
    assert str(as_read(whole, {"x": 1, "y": 0})) == "b and not c"
    assert len(set(every_reading(whole))) == 6
    assert list(every_reading(parse("a"))) == [parse("a")]


@pytest.mark.parametrize(
    ("parts", "known"),
    [
        (("never", "a and not a"), Verdict.NEVER),
        (("always", "a or not a"), Verdict.ALWAYS),
        (("never", "always"), Verdict.OPEN),
        (("a", "not a"), Verdict.OPEN),
    ],
)
def test_what_is_certain_of_readings_is_certain_of_each(parts, known):
    assert verdict(Readings(tuple(map(parse, parts)), (1.0, 1.0), "x")) == known


def test_the_readings_of_a_list_are_named_by_what_they_say():
    rule = {"one_of": ["on", "not on"]}
    switch = {
        "kind": "switch",
        "stays_off": {"mean": "5 days"},
        "rate_multiplier": [{"when": rule, "starts": 2}],
    }
    whole = scenario(facts={"on": ON, "other": switch}, contributors={"a": contributor("other")})
    (name,) = [each.reading for each in compile_plan(whole).constants]
    assert name == 'facts.other.rate_multiplier.when {one_of: {"on": 1, "not on": 1}}'
