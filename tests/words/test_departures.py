"""Why troops leave, in words."""

from __future__ import annotations

from types import SimpleNamespace

from sim.rules.parsing import parse
from sim.words.departures import departure_reason

TITLES = {"north": "Northland", "unnamed": "Unnamed contributors"}


def reason(contributor, withdraws=0.9, rule="casualties(self) in last 30 days >= 10"):
    state = SimpleNamespace(withdraws_when=None if rule is None else parse(rule))
    scenario = SimpleNamespace(contributors={"north": state}, unnamed=state)
    return departure_reason(scenario, TITLES, contributor, withdraws)


def test_a_contributor_leaves_by_its_own_rule():
    assert reason("north") == "Northland has had at least 10 casualties in the last 30 days"


def test_of_those_that_nobody_can_name_each_leaves_by_itself():
    assert reason("unnamed") == "one of them has had at least 10 casualties in the last 30 days"


def test_without_a_rule_or_where_few_withdraw_it_is_the_end_of_the_mission_or_of_a_tour():
    assert reason("north", rule=None) == "the mission ends, or history records it"
    assert reason("north", withdraws=0.4) == "a tour ends and no relief comes"
