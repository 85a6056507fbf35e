"""What goes by the kind of a fact knows every kind of the language, and no other."""

from typing import get_args

import pytest

from sim.errors import ScenarioError
from sim.scenario.facts import Fact
from sim.scenario.kinds import KINDS, called, can_be_delayed, is_truth, recorded_as
from sim.scenario.loading import resolve_text

BLOCKS = {
    "switch": "{kind: switch}",
    "milestone": "{kind: milestone}",
    "events": "{kind: events, rate: 1 per month}",
    "progress": "{kind: progress, duration: 90 days}",
    "schedule": "{kind: schedule, values: {2026-03-01: true}}",
}


def scenario(kind, record):
    return f"""
scenario: One fact
start: 2026-01-01
as_of: 2026-02-01
end: 2026-12-31
facts: {{it: {BLOCKS[kind]}}}
contributors: {{land: {{commits_when: it > 0, contingents: {{unit: {{troops: 100, role: infantry}}}}}}}}
history: [{record}]
"""


def faults(text):
    with pytest.raises(ScenarioError) as caught:
        resolve_text(text, "it.yaml")
    return str(caught.value)


def test_the_kinds_are_those_of_the_language():
    union = get_args(Fact.__value__ if hasattr(Fact, "__value__") else Fact)[0]
    kinds = {get_args(block.model_fields["kind"].annotation)[0] for block in get_args(union)}
    assert set(KINDS) == kinds == set(BLOCKS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_record_of_any_kind_is_one_fault_with_its_remedy(kind):
    said = faults(scenario(kind, "{date: 2026-01-10, fact: it}"))
    assert (recorded_as(kind) or "`values:`") in said
    wrong = "value: true" if kind == "events" else "count: 3"
    said = faults(scenario(kind, f"{{date: 2026-01-10, fact: it, {wrong}}}"))
    assert called(kind) in said or kind == "schedule"


@pytest.mark.parametrize("kind", KINDS)
def test_a_delay_is_refused_of_what_is_not_under_way(kind):
    record = "{date: 2026-01-10, fact: it, event: delayed, until: 2026-06-01}"
    if can_be_delayed(kind):
        resolve_text(scenario(kind, record), "it.yaml")
    else:
        assert f"it is {called(kind)}, of which nothing is under way" in faults(scenario(kind, record))


def test_switches_and_milestones_hold_or_do_not():
    assert [kind for kind in KINDS if is_truth(kind)] == ["switch", "milestone"]


def test_an_unknown_kind_is_told_all_kinds():
    said = faults(scenario("switch", "").replace("kind: switch", "kind: zzzz").replace("history: []", ""))
    assert all(kind in said for kind in KINDS)
