"""Why troops leave, in words."""

from __future__ import annotations

import math
from types import SimpleNamespace

from sim.rules.parsing import parse
from sim.words.departures import departure_reason

TITLES = {"north": "Northland", "unnamed": "Unnamed contributors"}


def reason(contributor, withdraws=0.9, rule="casualties(self) in last 30 days >= 10", **parts):
    state = SimpleNamespace(withdraws_when=None if rule is None else parse(rule))
    scenario = SimpleNamespace(contributors={"north": state}, unnamed=state)
    return departure_reason(scenario, TITLES, contributor, withdraws, **parts)


def test_a_contributor_leaves_by_its_own_rule():
    assert reason("north") == "Northland has had at least 10 casualties in the last 30 days"


def test_of_those_that_nobody_can_name_each_leaves_by_itself():
    assert reason("unnamed") == "one of them has had at least 10 casualties in the last 30 days"


def test_the_largest_share_is_the_reason():
    rule = "Northland has had at least 10 casualties in the last 30 days"
    assert reason("north", 0.4) == "a tour ends and no relief comes"
    assert reason("north", mission_ends=0.5) == "the mission ends"
    assert reason("north", mission_ends=0.4) == rule
    assert reason("north", recorded=0.6, mission_ends=0.3) == "history records it"
    assert reason("north", 1.0, recorded=0.3, mission_ends=0.3) == rule
    assert reason("north", 1.0, recorded=0.3, mission_ends=0.4) == "the mission ends"


def test_what_no_log_tells_apart_is_said_with_both():
    rule = "Northland has had at least 10 casualties in the last 30 days"
    assert reason("north", mission_ends=math.nan) == f"{rule}; or the mission ends"
    assert reason("north", mission_ends=math.nan, rule=None) == "the mission ends"
    assert reason("north", mission_ends=math.nan, recorded=0.7, rule=None) == "history records it"
