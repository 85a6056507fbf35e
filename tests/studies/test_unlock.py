"""Unlocking sets: what they say, how likely they are, and what steady worlds are."""

from __future__ import annotations

import datetime as dt

import pytest

from sim.batch.executors import workers_for
from sim.durations import DAY
from sim.errors import UsageError
from sim.report.telling.unlocking import unlocking_lines
from sim.results.selection import Selection
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from sim.studies.aiming import aim_of
from sim.studies.growth import play
from sim.studies.steady import SteadyWorlds
from sim.studies.unlock import likelihoods, unlock


def contributor(commits_when=None, troops=100, **blocks):
    body = {"troops": troops, "role": blocks.pop("role", "infantry")}
    body.update(
        {key: blocks.pop(key) for key in ("sector", "lift", "delivers", "priority", "force") if key in blocks}
    )
    rule = {} if commits_when is None else {"commits_when": commits_when}
    return {**rule, **blocks, "contingents": {"unit": body}}


def scenario(**blocks):
    facts = {
        "war": {"kind": "switch", "initially": True, "stays_on": {"mean": "60 days"}},
        "mandate": {"kind": "milestone", "probability": 0.5},
        "incidents": {"kind": "events", "rate": "1 per day"},
        "disarmed": {"kind": "progress", "duration": {"mean": "100 days"}, "steps": 4},
        "known": {"kind": "schedule", "values": {"2026-06-01": True}},
    }
    return Scenario.model_validate(
        {"scenario": "t", "start": "2026-01-01", "end": "2026-12-31", "facts": facts, **blocks}
    )


def told(whole, target, **options):
    return [str(each) for each in unlock(whole, target, **options).sets]


def test_the_smallest_sets_with_negations_consents_and_thresholds():
    whole = scenario(
        parties={"israel": {"consent": {"probability": 0.5}}},
        contributors={
            "a": contributor("mandate and disarmed >= 50%", 300, consents={"israel": "not_needed"}),
            "b": contributor("not war for 30 days", 200),
            "c": contributor("deployed(b) >= 100 for 10 days", 100, consents={"israel": "not_needed"}),
        },
    )
    found = unlock(whole, 300)
    assert [(str(each), each.troops, each.freed, dict(each.contributors)) for each in found.sets] == [
        ("consent(israel, b) and not war", 300, 300, {"b": 200, "c": 100}),
        ("disarmed >= 50% and mandate", 300, 300, {"a": 300}),
    ]
    assert found.present == 0 and found.complete == 4


def test_the_nearest_value_that_is_enough_is_told():
    whole = scenario(
        contributors={"a": contributor("disarmed >= 25%", 100), "b": contributor("disarmed >= 75%", 100)}
    )
    assert told(whole, 100) == ["disarmed >= 25%"]
    assert told(whole, 200) == ["disarmed >= 75%"]


def test_events_are_as_frequent_as_they_are_for_ever():
    whole = scenario(contributors={"a": contributor("incidents in last 30 days <= 5")})
    assert told(whole, 100) == ["incidents in last 30 days <= 5"]
    assert told(scenario(contributors={"a": contributor("incidents in last 30 days >= 5")}), 100) == [
        "always"
    ]


def test_what_is_reachable_as_things_stand_needs_nothing():
    found = unlock(scenario(contributors={"a": contributor("war")}), 100)
    assert [each.conditions for each in found.sets] == [()] and found.present == 100


def test_what_no_four_changes_can_do():
    rule = " and ".join(f"consent(p{i})" for i in range(5))
    parties = {f"p{i}": {"consent": {"probability": 0.5}} for i in range(5)}
    whole = scenario(parties=parties, contributors={"a": contributor(rule)})
    assert told(whole, 100) == []
    assert len(told(whole, 100, most_changes=5)) == 1


def test_the_calendar_goes_on_and_schedules_with_it():
    whole = scenario(
        contributors={"a": contributor("after 2026-05-01 and mandate"), "b": contributor("known", 50)}
    )
    assert told(whole, 100, by=dt.date(2026, 4, 30)) == []
    assert told(whole, 100, by=dt.date(2026, 5, 1)) == ["mandate"]
    assert told(whole, 150, by=dt.date(2026, 5, 31)) == []
    assert told(whole, 150, by=dt.date(2026, 6, 1)) == ["mandate"]


def test_who_goes_while_a_schedule_lasts_is_there_and_who_leaves_by_it_is_not():
    values = {"2025-12-01": True, "2026-03-01": False}
    facts = {"open": {"kind": "schedule", "values": values}, "mandate": {"kind": "milestone"}}
    blocks = {
        "a": contributor("open", 100),
        "b": contributor("mandate and open for 10 days", 50),
        "c": contributor("mandate and not open", 20),
        "d": contributor("mandate", 10, withdraws_when="not open"),
    }
    whole = scenario(contributors=blocks).model_copy(update={"facts": scenario(facts=facts).facts})
    assert unlock(whole, 100).present == 100
    assert told(whole, 170) == ["mandate"]  # all that can be there at once: d has gone when c comes
    assert told(whole, 171) == []


def test_an_uncertain_quantity_is_its_median():
    rules = {"a": contributor("goodwill > 1", 100), "b": contributor("goodwill > 2 and mandate", 50)}
    whole = scenario(uncertain={"goodwill": {"p10": 1, "median": 1.5, "p90": 3}}, contributors=rules)
    assert unlock(whole, 100).present == 100
    assert told(whole, 150) == []


def test_history_by_as_of_is_how_things_stand():
    whole = scenario(
        as_of="2026-02-01",
        contributors={"a": contributor("mandate and not war", 100), "b": contributor("mandate", 50)},
        history=[
            {"date": "2026-01-10", "fact": "mandate", "value": True},
            {"date": "2026-01-15", "contributor": "a", "event": "pledged", "troops": 400},
        ],
    )
    found = unlock(whole, 450)
    assert (found.present, [str(each) for each in found.sets]) == (50, ["not war"])


def test_beds_limit_in_the_order_of_priority():
    whole = scenario(
        theatre={"beds": {"at_start": 120, "grows": [{"when": "mandate", "to": 1000}]}},
        contributors={
            "a": contributor("always", 100, priority=1),
            "b": contributor("not war", 100, priority=0),
        },
    )
    worlds = SteadyWorlds(whole, 10**8, lambda body: True)
    names = [body.owner for body in worlds.bodies]
    war = next(place for place, lever in enumerate(worlds.levers) if str(lever.signal) == "war")
    assert dict(zip(names, play(worlds, {}).deployed, strict=True)) == {"a": 100, "b": 0}
    assert dict(zip(names, play(worlds, {war: 0}).deployed, strict=True)) == {"a": 0, "b": 100}
    assert told(whole, 200) == ["mandate and not war"]


@pytest.mark.parametrize(("days", "there"), [(39, {"a": 0, "b": 100}), (41, {"a": 100, "b": 100})])
def test_beds_that_come_on_a_date_are_there_from_then_on(days, there):
    whole = scenario(
        theatre={"beds": {"at_start": 120, "grows": [{"from": "2026-02-10", "to": 1000}]}},
        contributors={
            "a": contributor("always", 100, priority=1),
            "b": contributor("not war", 100, priority=0),
        },
    )
    worlds = SteadyWorlds(whole, days * DAY, lambda body: True)
    war = next(place for place, lever in enumerate(worlds.levers) if str(lever.signal) == "war")
    names = [body.owner for body in worlds.bodies]
    assert dict(zip(names, play(worlds, {war: 0}).deployed, strict=True)) == there


@pytest.mark.parametrize(("rule", "one_way"), [("war", True), ("after 2026-03-01", False)])
def test_who_leaves_on_a_date_can_be_kept_out_by_the_calendar(rule, one_way):
    whole = scenario(contributors={"a": contributor("mandate", 100, withdraws_when=rule)})
    assert SteadyWorlds(whole, 10**8, lambda body: True).one_way == one_way


def test_who_withdraws_is_gone():
    whole = scenario(
        contributors={
            "a": contributor("mandate", 100, withdraws_when="deployed(b) > 0"),
            "b": contributor("deployed(a) > 0", 30),
            "c": contributor("withdrawn(a) > 0", 500),
        },
    )
    assert told(whole, 530) == ["mandate"]
    assert told(whole, 531) == []


def test_sectors_lanes_delivery_and_trained_forces():
    whole = scenario(
        theatre={
            "sectors": {"north": {"opens_on": "2026-03-01", "opens_when": "mandate", "closes_when": "war"}},
            "lift": {"air": {"slots": 1, "load": 10, "when": "disarmed >= 25%"}},
        },
        contributors={
            "a": contributor("always", 100, sector="north", lift="air", delivers=0.8, role="trainers")
        },
        trained_forces={
            "police": {
                "force": "police",
                "trained_by": "trainers",
                "trainees_per_trainer": 5,
                "course": "30 days",
                "recruits": 400,
                "vetted": 0.5,
            }
        },
    )
    assert told(whole, 280) == ["disarmed >= 25% and mandate and not war"]
    assert told(whole, 281) == []
    aim = aim_of(whole, "200", None, Selection(force="police"))
    assert told(whole, 200, counted=aim.counts) == ["disarmed >= 25% and mandate and not war"]


def test_of_sets_as_small_what_frees_most_stands_first():
    whole = scenario(
        contributors={"a": contributor("disarmed >= 50%", 100), "b": contributor("mandate", 300)}
    )
    assert told(whole, 100) == ["mandate", "disarmed >= 50%"]


def test_too_many_combinations_are_said_to_be():
    parties = {f"p{i}": {"consent": {"probability": 0.5}} for i in range(12)}
    contributors = {
        f"c{i}": contributor(
            f"consent(p{i})", 10, consents={f"p{j}": "not_needed" for j in range(12) if j != i}
        )
        for i in range(12)
    }
    whole = scenario(parties=parties, contributors=contributors)
    found = unlock(whole, 30, most_worlds=60)
    assert found.complete == 1 and found.sets == ()
    assert "too many combinations" in " ".join(unlocking_lines(whole, found, 0))
    whole_search = unlock(whole, 30)
    assert len(whole_search.sets) == 220 and whole_search.complete == 4


@pytest.mark.long
def test_how_likely_a_set_is():
    whole = scenario(contributors={"a": contributor("mandate and not war", 100)})
    (found,) = unlock(whole, 100).sets
    workers = workers_for(1)
    likely = likelihoods(whole, [found], whole.end, replications=100, workers=workers)
    (times,) = likely.times
    assert likely.played == 100 and not likely.cut
    assert 32 <= times <= 68, "a half is expected: the mandate comes at once or never, the war ends in 0.998"
    (early,) = likelihoods(whole, [found], dt.date(2026, 1, 1), replications=100, workers=workers).times
    assert early < times
    other = likelihoods(whole, [found], whole.end, replications=100, seed=1, workers=workers)
    assert other.times != (times,)


def test_the_lines_of_the_command():
    whole = scenario(contributors={"a": contributor("mandate and not war", 1000)})
    found = unlock(whole, 1000)
    assert list(unlocking_lines(whole, found, 1, times=(50,), played=200, reached=17))[:-1] == [
        "1,000 troops by 31 Dec 2026: as things stand 0 are reachable in a steady world.",
        "In played worlds it is reached by then in 9 % (5–14).",
        "1 smallest set of up to 4 changes makes it reachable:",
        "  1. “Mandate” holds and “War” does not hold",
        "     frees 1,000 troops (1,000 in all): A +1,000",
        "     holds, all together, at some time in 25 % (19–32)",
    ]
    assert "No set of up to 4 changes" in list(unlocking_lines(whole, unlock(whole, 1001), 1))[1]
    steady = scenario(contributors={"a": contributor()})
    assert list(unlocking_lines(steady, unlock(steady, 5), 1)) == [
        "5 troops by 31 Dec 2026: reachable as things stand (100 in a steady world)."
    ]


def test_an_aim_is_a_number_or_a_target():
    whole = scenario(
        contributors={"a": contributor(), "p": contributor(force="police", role="officers")},
        targets={"first": {"troops": 50, "by": "2026-03-01", "role": "officers"}},
    )
    assert aim_of(whole, "1,500", None, Selection()).selection == Selection(force="military")
    aim = aim_of(whole, "first", None, Selection())
    assert (aim.troops, aim.by, aim.selection) == (50, dt.date(2026, 3, 1), Selection(role="officers"))
    for target, by, filters, message in (
        ("frist", None, Selection(), "did you mean first?"),
        ("5", dt.date(2027, 1, 1), Selection(), "outside the scenario"),
        ("5", None, Selection(role="cooks"), "no role 'cooks'; known are infantry, officers"),
    ):
        with pytest.raises(UsageError, match=message.replace("?", r"\?")):
            aim_of(whole, target, by, filters)


@pytest.mark.long
def test_the_article_of_november(request):
    whole = load(request.config.rootpath / "scenarios/isf-2025-11-19.yaml")
    found = unlock(whole, 1900, counted=lambda body: body.owner == "turkey")
    assert [str(each) for each in found.sets] == [
        "consent(israel, turkey) and demilitarised >= 10% and mandate_clear"
    ]


def test_what_is_freed_is_what_comes_in_addition():
    whole = Scenario.model_validate(
        {
            "scenario": "in addition",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "facts": {"mandate": {"kind": "milestone", "probability": "40%"}},
            "contributors": {
                "here": {"contingents": {"u": {"role": "infantry", "troops": 100}}},
                "there": {
                    "commits_when": "mandate",
                    "contingents": {"u": {"role": "infantry", "troops": 250}},
                },
            },
        }
    )
    found = unlock(whole, 300)
    (only,) = found.sets
    assert (found.present, found.pledged, found.target) == (100, 350, 300)
    assert (only.troops, only.freed, dict(only.contributors), str(only)) == (
        350,
        250,
        {"there": 250},
        "mandate",
    )
