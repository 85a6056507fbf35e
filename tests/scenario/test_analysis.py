"""The named analyses: what each finds, says and leaves alone."""

from __future__ import annotations

import time

import pytest
import yaml

from sim.scenario.analysis import ANALYSES, BY_NAME, analyse
from sim.scenario.analysis.reach import reach_of
from sim.scenario.loading import resolve_text
from tests.scenario.shipped import FILES, shipped

DAY = 86_400


def contributor(commits_when=None, troops=100, **blocks):
    body = {"troops": troops, "role": "infantry"}
    body.update(
        {key: blocks.pop(key) for key in ("prepares_for", "sector", "lift", "tour", "role") if key in blocks}
    )
    rule = {} if commits_when is None else {"commits_when": commits_when}
    return {**rule, **blocks, "contingents": {"unit": body}}


def scenario(facts=("a", "b"), **blocks):
    switch = {"kind": "switch", "stays_on": {"mean": "9 days"}, "stays_off": {"mean": "9 days"}}
    return {
        "scenario": "test",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "facts": dict.fromkeys(facts, switch),
        **blocks,
    }


def found(data):
    resolved = resolve_text(yaml.safe_dump(data, sort_keys=False), "test.yaml")
    return [(fault.check, fault.item, fault.message) for fault in analyse(resolved.tree, resolved.scenario)]


def only(data, check):
    told = [each for each in found(data) if each[0] == check]
    assert len(told) == 1, found(data)
    return told[0][1:]


def assert_silent(data, check):
    assert [each for each in found(data) if each[0] == check] == []


def test_a_rule_that_can_never_hold():
    item, message = only(
        scenario(contributors={"x": contributor("a and b and not (a within 3 days) and not once b")}),
        "rules_decided",
    )
    assert item == "contributors.x.commits_when"
    assert message == (
        "can never hold, whatever happens: `b` and `not once b` cannot hold together; "
        "correct it, or write `never`"
    )


def test_a_rule_that_asks_for_more_than_is_pledged():
    data = scenario(
        contributors={"x": contributor("deployed(y) >= 500"), "y": contributor("a or b", troops=400)}
    )
    _, message = only(data, "rules_decided")
    assert "`deployed(y) >= 500` cannot hold, as deployed(y) can be at most 400" in message


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("beds > 1500", "can never hold"),
        ("beds >= 600", "always holds"),
        ("beds", "always holds"),
        ("beds >= 900", ""),
    ],
)
def test_a_rule_about_beds_that_are_never_built_or_always_there(rule, said):
    data = scenario(
        contributors={"x": contributor(rule)},
        theatre={"beds": {"at_start": 600, "grows": [{"when": "a", "to": 1500}]}},
    )
    told = [message for check, _, message in found(data) if check == "rules_decided"]
    assert [message.startswith(said) for message in told] == [True] * bool(said)


def test_a_rule_that_always_holds():
    _, message = only(scenario(contributors={"x": contributor("a or not a or b")}), "rules_decided")
    assert message == "always holds, whatever happens, so it asks nothing; correct it, or write `always`"


def test_dates_beyond_the_scenario():
    _, message = only(
        scenario(contributors={"x": contributor("after 2027-01-01 and a or b and never")}), "rules_decided"
    )
    assert message.startswith("can never hold")


@pytest.mark.parametrize("rule", ["never", "always", "a", "a and not b for 3 days", "not committed(x)"])
def test_what_is_said_outright_or_may_be_is_left_alone(rule):
    assert_silent(scenario(contributors={"x": contributor(rule)}), "rules_decided")


def test_a_definition_is_told_once_where_it_stands():
    data = scenario(
        definitions={"calm": "a and not a"}, contributors={"x": contributor("calm"), "y": contributor("calm")}
    )
    assert only(data, "rules_decided")[0] == "definitions.calm"
    told = [item for check, item, _ in found(data) if check == "dead_pledges"]
    assert told == []


def test_statements_are_told_only_if_they_are_broken_for_certain():
    assert_silent(
        scenario(contributors={"x": contributor("a or b")}, never=["a and not a"], always=["a or not a"]),
        "rules_decided",
    )
    data = scenario(contributors={"x": contributor("a or b")}, never=["a or not a"])
    assert "is broken at every instant" in only(data, "rules_decided")[1]
    data = scenario(contributors={"x": contributor("a or b")}, always=["a and not a"])
    assert "is broken at every instant" in only(data, "rules_decided")[1]


def test_a_rule_that_is_too_large_says_so():
    sits = " and ".join("(" + " or ".join(f"p{i}_{j}" for j in range(8)) + ")" for i in range(9))
    apart = " and ".join(f"not (p{i}_{j} and p{k}_{j})" for j in range(8) for i in range(9) for k in range(i))
    facts = [f"p{i}_{j}" for i in range(9) for j in range(8)]
    data = scenario(facts, contributors={"x": contributor(f"{sits} and {apart}")})
    assert (
        "too large to say whether it can hold (the limit is 200,000 steps)" in only(data, "rules_decided")[1]
    )


def test_pledges_that_wait_for_each_other():
    data = scenario(
        contributors={
            "x": contributor("deployed(y) > 0 and a"),
            "y": contributor("committed(z) >= 50 or b and committed(x)"),
            "z": contributor("deployed(x)"),
            "w": contributor("deployed(z) or committed(w)"),
            "free": contributor("a"),
        }
    )
    circles = [each for each in found(data) if each[0] == "circular_waiting"]
    assert len(circles) == 1
    item, message = circles[0][1:]
    assert item == "contributors.x.contingents.unit"
    assert "nobody can be first in x.unit → y.unit → " in message
    told = {item for check, item, _ in found(data)}
    assert "contributors.free.contingents.unit" not in told


def test_a_pledge_that_waits_for_itself():
    _, message = only(scenario(contributors={"x": contributor("a and deployed(x) > 0")}), "circular_waiting")
    assert "x.unit waits for itself" in message
    assert_silent(scenario(contributors={"x": contributor("a or deployed(x) > 0")}), "circular_waiting")


def test_a_pledge_that_waits_for_a_dead_one():
    data = scenario(
        contributors={"x": contributor("deployed(y) >= 50"), "y": contributor("never"), "z": contributor("a")}
    )
    item, message = only(data, "dead_pledges")
    assert item == "contributors.x.contingents.unit"
    assert "it waits for forces that cannot come: deployed(y) can be at most 0" in message


def test_rules_that_exclude_each_other():
    block = contributor("a")
    block["contingents"]["unit"]["commits_when"] = "not a"
    _, message = only(scenario(contributors={"x": block}), "dead_pledges")
    assert "its conditions exclude each other: `a` and `not a` cannot hold together" in message


def test_a_sector_that_is_never_open_when_it_matters():
    data = scenario(
        theatre={"sectors": {"north": {"opens_when": "a", "closes_when": "once a"}}},
        contributors={"x": contributor("a for 2 days", sector="north")},
    )
    _, message = only(data, "dead_pledges")
    assert "its sector or lane is never open while it may come" in message


def test_a_rule_that_has_ended_when_the_others_are_there():
    data = scenario(
        contributors={
            "x": contributor("deployed(y) > 0 and before 2026-02-01"),
            "y": contributor("a", prepares_for={"low": "60 days", "mode": "70 days", "high": "80 days"}),
        }
    )
    item, message = only(data, "dead_pledges")
    assert item == "contributors.x.contingents.unit" and "its rule cannot hold any more" in message


def test_a_preparation_that_outlasts_the_scenario():
    data = scenario(contributors={"x": contributor("a", prepares_for="400 days")})
    assert (
        "cannot be there before 400 days after the start, which is after the end"
        in only(data, "dead_pledges")[1]
    )
    data["contributors"]["x"]["approvals"] = [{"step": "parliament", "takes": "500 days"}]
    assert "cannot be there before 900 days" in only(data, "dead_pledges")[1]
    assert_silent(scenario(contributors={"x": contributor("a", prepares_for="364 days")}), "dead_pledges")


def test_what_history_has_seen_is_not_dead():
    data = scenario(
        as_of="2026-01-20",
        contributors={"x": contributor("never"), "y": contributor("deployed(x) > 0")},
        history=[{"date": "2026-01-10", "contributor": "x", "event": "arrived", "troops": 100}],
    )
    assert [check for check, *_ in found(data)] == []


def test_casualties_need_troops_and_a_rate():
    data = scenario(contributors={"x": contributor("a"), "y": contributor("casualties(x) >= 3")})
    assert "`casualties(x) >= 3` cannot hold" in only(data, "rules_decided")[1]
    data["theatre"] = {"casualties": {"rate": "1 per 1000 per year"}}
    assert found(data) == []
    data["contributors"]["x"] = contributor("never")
    assert "casualties(x) can be at most 0" in only(data, "dead_pledges")[1]


def test_who_would_leave_at_once():
    data = scenario(contributors={"x": contributor("a for 3 days", withdraws_when="a or b")})
    item, message = only(data, "leave_when_join")
    assert item == "contributors.x.contingents.unit"
    assert "`a for 3 days` and `not (a or b)` cannot hold together" in message
    assert_silent(
        scenario(contributors={"x": contributor("a for 3 days", withdraws_when="b")}), "leave_when_join"
    )
    assert_silent(data, "dead_pledges")


def test_needs_before_the_shortest_lead_time():
    slow = {"low": "60 days", "mode": "70 days", "high": "80 days"}
    data = scenario(
        theatre={
            "lift": {
                "sea": {
                    "slots": 1,
                    "load": 50,
                    "trip": {"low": "10 days", "mode": "14 days", "high": "21 days"},
                }
            }
        },
        contributors={
            "x": contributor(
                "a", 300, prepares_for=slow, lift="sea", approvals=[{"step": "cabinet", "takes": slow}]
            ),
            "y": contributor("b", 100),
        },
        targets={
            "early": {"troops": 200, "by": "2026-05-10"},
            "late": {"troops": 200, "by": "2026-05-11"},
            "small": {"troops": 100, "by": "2026-01-01"},
            "huge": {"troops": 9000, "by": "2026-12-31"},
        },
        requirements=[{"task": "patrol", "troops": 300, "by": "2026-02-01"}],
    )
    told = {item: message for check, item, message in found(data) if check == "needs_before_lead_time"}
    assert set(told) == {"targets.early.by", "requirements.0.by"}
    assert told["targets.early.by"] == (
        "asks for 200 troops by 2026-05-10, when no more than 100 can be there at the soonest; "
        "so many can be there from 2026-05-11 on; move the date, or shorten approvals, preparation or trips"
    )


def test_facts_that_only_each_other_read():
    data = scenario(
        ("a", "b", "c", "d"),
        definitions={"quiet": "c and d"},
        contributors={"x": contributor("a")},
    )
    data["facts"] = dict(data["facts"])
    data["facts"]["b"] = {"kind": "milestone", "when": "quiet"}
    told = {item for check, item, _ in found(data) if check == "facts_without_effect"}
    assert told == {"facts.c", "facts.d"}


def test_every_finding_is_a_warning_with_the_name_of_its_check():
    data = scenario(contributors={"x": contributor("a and not a")})
    resolved = resolve_text(yaml.safe_dump(data), "test.yaml")
    for fault in analyse(resolved.tree, resolved.scenario):
        assert fault.severity == "warning" and fault.check in BY_NAME
    assert len(ANALYSES) == len(BY_NAME) == 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_shipped_scenarios_give_no_alarm(path):
    resolved = shipped(path)
    said = analyse(resolved.tree, resolved.scenario)
    assert [fault for fault in said if fault.check != "needs_out_of_reach"] == []


def test_the_soonest_that_forces_can_be_there():
    data = scenario(
        as_of="2026-01-11",
        contributors={
            "x": contributor("after 2026-02-01", prepares_for="10 days"),
            "y": contributor("deployed(x) >= 100", approvals=[{"step": "p", "takes": "5 days"}]),
            "z": contributor(),
        },
    )
    reach = reach_of(resolve_text(yaml.safe_dump(data), "test.yaml").scenario)
    days = {reach.bodies[place].owner: time / DAY for place, time in reach.deployed.items()}
    assert days == {"x": 41, "y": 46, "z": 10}


def test_two_hundred_contributors_and_a_hundred_facts_take_seconds():
    from random import Random

    random = Random(0)

    def fact():
        return f"f{random.randrange(100)}"

    def rule():
        parts = [
            f"{fact()} for {random.randint(1, 90)} days",
            f"(not {fact()}) within {random.randint(1, 60)} days",
            f"deployed(c{random.randrange(200)}) >= {random.randint(1, 800)}",
            f"deployed >= {random.randint(100, 50_000)}",
            f"at least 2 of ({fact()}, once {fact()}, committed(c{random.randrange(200)}))",
            f"after 2026-0{random.randint(1, 9)}-01",
        ]
        return " and ".join(random.sample(parts, random.randint(2, 5)))

    data = scenario(
        [f"f{place}" for place in range(100)],
        contributors={
            f"c{place}": contributor(rule(), 1000, withdraws_when=f"not {fact()} for 14 days")
            for place in range(200)
        },
        targets={"all": {"troops": 100_000, "by": "2026-06-30"}},
    )
    resolved = resolve_text(yaml.safe_dump(data, sort_keys=False), "large.yaml")
    begun = time.process_time()
    analyse(resolved.tree, resolved.scenario)
    assert time.process_time() - begun < 30, "about four seconds are usual"


NOBODY = {
    "a step": ({"approvals": [{"step": "par", "probability": 0}]}, {}, "par approves with a chance of 0"),
    "a party": (
        {"consents": {"h": {"probability": 0}}},
        {"parties": {"h": {}}},
        "h consents with a chance of 0",
    ),
    "no arrivals": ({"never_arrives": 1}, {}, "never_arrives is 1"),
    "no share": ({"delivers": 0}, {}, "delivers is 0"),
    "no beds": ({}, {"theatre": {"beds": {"at_start": 0}}}, "there is never a bed"),
    "no ceiling": ({}, {"authorised": {"military": 0}}, "nobody is authorised"),
}


@pytest.mark.parametrize("name", NOBODY)
def test_a_number_of_nothing_lets_nobody_come(name):
    own, blocks, words = NOBODY[name]
    data = scenario(contributors={"x": contributor("a", **own)}, **blocks)
    assert only(data, "nobody_comes")[1].startswith(f"{words}, so nobody of x.unit comes in any world")


@pytest.mark.parametrize("name", NOBODY)
def test_what_history_or_a_lever_has_otherwise_is_left_alone(name):
    own, blocks, _ = NOBODY[name]
    arrived = {"date": "2026-01-05", "contributor": "x", "event": "arrived", "troops": 0}
    data = scenario(contributors={"x": contributor("a", **own)}, **blocks)
    assert_silent({**data, "as_of": "2026-02-01", "history": [arrived]}, "nobody_comes")
    path = {"no beds": "theatre.beds.at_start", "no ceiling": "authorised"}.get(name, "contributors.x")
    moved = {path: 5} if path != "contributors.x" else {path: contributor("a")}
    assert_silent({**data, "levers": {"l": {"set": moved, "effort": 1}}}, "nobody_comes")


def test_who_leaves_pledges_again_and_leaves_may_be_counted_twice():
    history = [
        {"date": "2026-01-05", "contributor": "y", "event": "arrived", "troops": 400},
        {"date": "2026-01-15", "contributor": "y", "event": "withdrew"},
        {"date": "2026-01-25", "contributor": "y", "event": "pledged", "troops": 400},
    ]
    data = scenario(
        as_of="2026-02-01",
        history=history,
        contributors={
            "x": contributor("withdrawn(y) >= 700"),
            "y": contributor(troops=400, withdraws_when="b"),
        },
    )
    assert_silent(data, "rules_decided")
