"""Worlds in which facts do whatever they may: they keep to what each fact's kind, and history, allow."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import sim.testing
import sim.testing.assertions
import sim.testing.worlds
from sim.durations import DAY
from sim.model.past import Past
from sim.rules import parse
from sim.rules.syntax import Consent, Value
from sim.testing.hunting import hunt
from sim.testing.scenarios import scenarios
from sim.testing.stories import story
from sim.testing.worlds import play, worlds
from tests.model.tiny import contributor, day, scenario


@pytest.mark.parametrize("module", [sim.testing.worlds, sim.testing.assertions])
def test_the_documented_examples_run(module, request, monkeypatch):
    monkeypatch.chdir(request.config.rootpath)
    result = doctest.testmod(module)
    assert result.failed == 0 < result.attempted


def test_every_public_name_can_be_imported():
    for name in sim.testing.__all__:
        assert getattr(sim.testing, name, None) is not None or __import__(f"sim.testing.{name}")
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sim.testing.nonsense


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenarios(), st.data())
def test_facts_keep_to_their_kind(whole, data):
    world = data.draw(worlds(whole))
    past = Past(whole, play(whole, world))
    for name, fact in whole.facts.items():
        course = past.signal(Value(name))
        values = [course.initial, *course.values]
        if fact.kind == "events":
            assert values == sorted(values)
        elif fact.kind in ("switch", "milestone"):
            assert set(values) <= {0.0, 1.0}
        elif fact.kind == "progress":
            assert all(0 <= value <= 1 for value in values)
            if fact.slips_when is None and not any(record.fact == name for record in whole.history):
                assert values == sorted(values)
        if fact.kind == "milestone" and fact.undone_when is None and not whole.history:
            assert values in ([0.0], [0.0, 1.0])


EVERYTHING = {
    "facts": {
        "endless": {"kind": "switch", "initially": True},
        "switch": {
            "kind": "switch",
            "initially": True,
            "since": "2025-10-10",
            "stays_on": {"mean": "9 days"},
        },
        "told": {"kind": "milestone"},
        "refused": {"kind": "milestone"},
        "events": {"kind": "events", "rate": "1 per day", "past": {"2025-12-01": 7}},
        "known": {"kind": "schedule", "values": {"2026-01-20": True}},
        "progress": {"kind": "progress", "duration": "90 days", "steps": 4},
    },
    "parties": {"israel": {"consent": {}}},
    "contributors": {
        "a": contributor("endless and switch and told and refused and events and known and progress")
    },
    "as_of": day(10),
    "history": [
        {"date": day(5), "fact": "told", "value": True},
        {"date": day(5), "fact": "refused", "refused": True},
        {"date": day(6), "fact": "progress", "value": 0.5},
    ],
}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_known_stays_as_it_is(data):
    whole = scenario(**EVERYTHING)
    past = Past(whole, play(whole, data.draw(worlds(whole))))
    assert past.signal(Value("endless")).times == ()
    assert past.signal(Value("refused")).times == ()
    assert past.signal(Value("told")).times == (5 * DAY,)
    assert past.signal(Value("known")).times == (19 * DAY,)
    progress = past.signal(Value("progress"))
    assert progress.at(6 * DAY) == 0.5 and progress.times[0] == 6 * DAY  # measured then, free from there on
    assert past.signal(Value("events")).at(9 * DAY) == 7
    switch = past.signal(Value("switch"))
    assert switch.at(9 * DAY) == 1.0 and switch.initial == 0.0
    assert len(switch.times) <= 2
    assert set(past.signal(Consent("israel", "a")).values) <= {1.0}


def test_the_simplest_world_is_one_in_which_nothing_happens():
    whole = scenario(**EVERYTHING)
    world = find(worlds(whole), lambda world: True)
    assert not any(world.courses.values()) and world.replication == 0
    assert str(world) == "delays, approvals and troops as in replication 0\nno fact changes"


def test_a_world_is_told_by_date():
    whole = scenario(
        facts={"endless": EVERYTHING["facts"]["endless"], "events": EVERYTHING["facts"]["events"]},
        parties=EVERYTHING["parties"],
        contributors={"a": contributor("endless and events > 3")},
        as_of=EVERYTHING["as_of"],
    )
    world = find(worlds(whole), lambda world: world.courses["events"] and world.courses["consent(israel, a)"])
    assert str(world).splitlines()[1:] == ["2026-01-11  consent(israel, a) = 1", "2026-01-11  events = 1"]


def test_a_hunt_is_the_same_each_time_and_finds_the_simplest():
    whole = scenario(
        facts={"truce": {"kind": "milestone"}, "idle": {"kind": "milestone"}},
        contributors={"a": contributor("truce and not idle", prepares_for="5 days")},
    )

    def comes(logs):
        return next(((row[0], row[1]) for row in logs.transitions if row[5] == "deployed"), None)

    first, second = hunt(whole, comes, 80), hunt(whole, comes, 80)
    assert first is not None and second is not None
    assert first.world == second.world
    assert first.world.courses == {"truce": ((0, 1.0),), "idle": ()}
    assert first.time == 5 * DAY
    assert hunt(whole, lambda logs: None, 20) is None


def test_a_story_tells_moves_facts_and_parts():
    whole = scenario(
        facts={"truce": {"kind": "schedule", "values": {day(3): True}}},
        contributors={"a": contributor("truce"), "b": contributor()},
    )
    logs = play(whole, find(worlds(whole), lambda world: True))
    told = story(whole, logs, parse("deployed(a) > 0 and truce for 2 days"), 4 * DAY)
    assert told.splitlines() == [
        "  2026-01-01  a unit: 100 … → pledged (pledge)",
        "  2026-01-04  truce = 1",
        "  2026-01-04  a unit: 100 pledged → deciding (rule and consents hold)",
        "  2026-01-04  a unit: 100 deciding → preparing (approved)",
        "  2026-01-04  a unit: 100 preparing → ready (prepared)",
        "  2026-01-04  a unit: 100 ready → moving (embarks without lift)",
        "  2026-01-04  a unit: 100 moving → deployed (received)",
        "  the rule then, part by part:",
        "  all of these:                     false from the beginning",
        "  ├─ some troops of a are deployed  true since 2026-01-04",
        "  └─ throughout the last 2 days:    false from the beginning",
        "     └─ “truce” holds               true since 2026-01-04",
    ]
    assert "  nothing changes" in story(whole, logs, parse("always"), 0)


def test_a_fact_whose_when_is_a_date_is_not_true_before_it():
    facts = {
        "congress": {"kind": "milestone", "when": "after 2026-03-01"},
        "later": {"kind": "milestone", "when": "after 2026-02-01 and congress"},
        "free": {"kind": "milestone"},
    }
    whole = scenario(facts=facts)
    for name, before in (("congress", 59), ("later", 31)):
        early = hunt(whole, lambda logs, name=name, before=before: _first(logs, name, before), 60)
        assert early is None, name
    assert hunt(whole, lambda logs: _first(logs, "free", 59), 60) is not None


def _first(logs, name, before):
    return next(((row[0], row[1]) for row in logs.signals if row[2] == name and row[0] < before * DAY), None)
