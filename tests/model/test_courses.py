"""What is known by `as_of` of readings, and of quantities that rules read: Bayes' rule on each course."""

from __future__ import annotations

import math

import pytest

from sim.model.rehearsal import known_numbers
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from tests.model.tiny import contributor, day, scenario

COUNT = 1500
ON = {"kind": "switch", "initially": True, "since": "2026-01-01"}
RULE = {"one_of": {"on for 10 days": 1, "on for 30 days": 1}}
READING = "reading.contributors.a.commits_when"


def share_of(whole, stream, condition, count=COUNT):
    plan, draws = compile_plan(whole), Draws(5, 0, count)
    return sum(condition(known_numbers(plan, draws, n)[stream]) for n in range(count)) / count


def off(chance, count=COUNT):
    return 4 * math.sqrt(chance * (1 - chance) / count)


def test_a_decision_that_should_have_come_under_a_reading_makes_it_less_likely():
    """Asked on day 10 or on day 30, exponential of mean 20 days, no answer by day 40: e^(-1.5) against e^(-0.5)."""
    step = {"step": "parliament", "takes": {"mean": "20 days"}}
    whole = scenario(as_of=day(40), facts={"on": ON}, contributors={"a": contributor(RULE, approvals=[step])})
    chance = math.exp(-0.5) / (math.exp(-1.5) + math.exp(-0.5))
    assert share_of(whole, READING, lambda value: value == 1) == pytest.approx(chance, abs=off(chance))


def test_who_came_before_a_reading_allowed_it_settles_the_reading():
    came = [{"date": day(20), "contributor": "a", "contingent": "unit", "event": "arrived", "troops": 100}]
    whole = scenario(as_of=day(40), history=came, facts={"on": ON}, contributors={"a": contributor(RULE)})
    assert share_of(whole, READING, lambda value: value == 0, 50) == 1.0


def test_nothing_known_changes_nothing_and_a_draw_stays_in_its_place():
    whole = scenario(facts={"on": ON}, contributors={"a": contributor(RULE)})
    before = compile_plan(whole)
    after = compile_plan(scenario(as_of=day(5), facts={"on": ON}, contributors={"a": contributor(RULE)}))
    draws = Draws(0, 0, 60)
    for number in range(60):
        reading = dict(replicate(before, draws, number).numbers)[READING]
        assert dict(replicate(after, draws, number).numbers)[READING] == reading


def test_a_quantity_that_a_rule_compares_is_learned_by_the_side_on_which_it_lies():
    """Goodwill uniform on 0 to 2; only above 1.2 is the parliament asked at all, exponential of mean 20 days."""
    step = {"step": "parliament", "takes": {"mean": "20 days"}}
    whole = scenario(
        as_of=day(30),
        uncertain={"goodwill": {"low": 0, "high": 2}},
        contributors={"a": contributor("goodwill > 1.2", approvals=[step])},
    )
    open_still = math.exp(-30 / 20)
    chance = 0.4 * open_still / (0.6 + 0.4 * open_still)
    found = share_of(whole, "uncertain.goodwill", lambda value: value > 1.2)
    assert found == pytest.approx(chance, abs=off(chance))
    plan, draws = compile_plan(whole), Draws(5, 0, COUNT)
    above = [v for n in range(COUNT) if (v := known_numbers(plan, draws, n)["uncertain.goodwill"]) > 1.2]
    assert sum(above) / len(above) == pytest.approx(1.6, abs=0.05), "within its side the law is as it was"


def test_a_quantity_that_moves_and_is_read_is_learned_both_ways():
    """Pace 1/2 or 2; the faster half is asked only: rule pace < 1, and it scales the delay (mean 20 days)."""
    step = {"step": "parliament", "takes": {"mean": "20 days", "times": "pace"}}
    whole = scenario(
        as_of=day(20),
        uncertain={"pace": {"one_of": [0.5, 2]}},
        contributors={
            "a": contributor("pace < 1", approvals=[step]),
            "b": contributor(approvals=[step]),
        },
    )
    likely = {0.5: math.exp(-2) * math.exp(-2), 2.0: math.exp(-0.5)}
    chance = likely[2.0] / sum(likely.values())
    found = share_of(whole, "uncertain.pace", lambda value: value == 2)
    assert found == pytest.approx(chance, abs=off(chance))
