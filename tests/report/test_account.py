"""The account of a replication: dated, complete, at 80 columns, and it adds up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch.rerunning import replication_rerun
from sim.durations import DAY
from sim.errors import UsageError
from sim.model.logbook import Logs
from sim.report.telling.account import WIDTH, _lost, _waiting, account
from sim.report.telling.reasons import Reasons
from sim.report.telling.serials import flows
from sim.report.telling.waited import Waited, waited
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from tests.scenario.shipped import ROOT


@cache
def shipped(name):
    return load(ROOT / f"scenarios/{name}.yaml")


@cache
def played(name, number):
    return replication_rerun(shipped(name), number)


WORLDS = [(name, number) for name in ("tutorial", "isf-2025-11-19", "isf-2026-02-19") for number in (0, 1)]


def served(logs, ends):
    """Troop-seconds in the theatre."""
    return sum(
        row[6] * ((row[5] == "deployed") - (row[4] == "deployed")) * (ends - row[0])
        for row in logs.transitions
    )


@pytest.mark.long
@pytest.mark.parametrize(("name", "number"), WORLDS)
def test_waiting_and_serving_add_up_to_the_pledge(name, number):
    scenario, logs = shipped(name), played(name, number)
    ends = ((scenario.end - scenario.start).days + 1) * DAY
    pledged = sum(row[6] * ((row[4] == "") - (row[5] == "")) * (ends - row[0]) for row in logs.transitions)
    waiting = sum(each.troop_seconds for each in waited(logs.waits, ends))
    assert waiting + served(logs, ends) == pledged


@pytest.mark.parametrize(("name", "number"), WORLDS)
def test_an_account_is_dated_and_fits_80_columns(name, number):
    lines = list(account(shipped(name), played(name, number), number, 0))
    assert max(map(len, lines)) <= WIDTH == 80
    assert lines[0].endswith(f"replication {number} of seed 0")
    dates = [line[:10] for line in lines[3 : lines.index("", 3)] if line[:1].isdigit()]
    assert dates == sorted(dates) and len(dates) > 5


@pytest.mark.parametrize(("name", "number"), WORLDS)
def test_serials_lose_no_soldier(name, number):
    rows = played(name, number).transitions
    moved = Counter()
    for row in rows:
        moved[row[2:6]] += row[6]
    told = Counter()
    for flow in flows(rows):
        told[flow.contributor, flow.contingent, flow.source, flow.target] += flow.troops
        assert flow.time <= flow.last and flow.times >= 1
    assert told == moved
    assert len(list(flows(rows))) <= len(rows)


def rows(*moves):
    return [
        (day * DAY, 0, "a", "unit", source, target, troops, cause)
        for day, source, target, troops, cause in moves
    ]


def test_serials_far_apart_are_told_apart_and_so_are_those_around_something_else():
    near = [(day, "ready", "moving", 50, "embarks by air") for day in (1, 20, 40)]
    assert [(flow.troops, flow.times, flow.last // DAY) for flow in flows(rows(*near))] == [(150, 3, 40)]
    far = [*near, (80, "ready", "moving", 50, "embarks by air")]
    assert [flow.times for flow in flows(rows(*far))] == [3, 1]
    split = [near[0], (5, "deployed", "withdrawing", 50, "contributor withdraws"), near[1]]
    assert [flow.times for flow in flows(rows(*split))] == [1, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=1, max_size=12))
def test_stretches_are_whole_and_in_order(changes):
    course = sorted(changes, key=lambda change: change[0])
    (found,) = waited(
        [(0, 0, "a", "u", "beds", 1), *((day * DAY, 1, "a", "u", "beds", n) for day, n in course)], 30 * DAY
    ) or (None,)
    edges = [edge for stretch in found.stretches for edge in stretch] if found else []
    assert edges == sorted(set(edges)), "stretches neither touch nor overlap"
    level, expected = dict(course), 0
    troops = level.get(0, 1)
    for day in range(30):
        troops = level.get(day, troops)
        expected += troops * DAY
    assert (found.troop_seconds if found else 0) == expected


SMALL = Scenario.model_validate(
    {
        "scenario": "Small",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "facts": {
            "ceasefire": {"kind": "switch", "initially": True},
            "mandate": {"kind": "milestone", "name": "Mandate clear"},
            "raids": {"kind": "events", "rate": "1 per day"},
            "disarmed": {"kind": "progress", "duration": "100 days", "steps": 10},
        },
        "parties": {"host": {"name": "The host", "consent": {}}},
        "contributors": {
            "south": {
                "commits_when": "mandate and ceasefire for 10 days and disarmed >= 20%",
                "withdraws_when": "not ceasefire for 5 days",
                "approvals": [{"step": "parliament"}],
                "contingents": {"brigade": {"troops": 100, "role": "infantry", "lift": "air"}},
            },
            "north": {
                "consents": {"host": "not_needed"},
                "contingents": {"unit": {"troops": 9, "role": "medical"}},
            },
        },
        "theatre": {"lift": {"air": {"slots": 1, "load": 50, "trip": "1 day"}}},
    }
)
HAPPENED = Logs(
    transitions=[
        (0, 0, "north", "unit", "", "pledged", 9, "pledge"),
        (0, 0, "south", "brigade", "", "pledged", 100, "pledge"),
        (40 * DAY, 1, "south", "brigade", "pledged", "deciding", 100, "rule and consents hold"),
        (44 * DAY, 0, "south", "brigade", "deciding", "preparing", 100, "approved"),
        (50 * DAY, 0, "south", "brigade", "preparing", "undelivered", 10, "never delivered"),
        (50 * DAY, 0, "south", "brigade", "preparing", "ready", 90, "prepared"),
        (50 * DAY, 1, "south", "brigade", "ready", "moving", 50, "embarks by air"),
        (51 * DAY, 0, "south", "brigade", "moving", "deployed", 50, "received"),
        (51 * DAY, 0, "south", "brigade", "ready", "moving", 40, "embarks by air"),
        (52 * DAY, 0, "south", "brigade", "moving", "deployed", 40, "received"),
        (70 * DAY, 0, "south", "brigade", "deployed", "withdrawing", 90, "contributor withdraws"),
        (80 * DAY, 0, "south", "brigade", "withdrawing", "gone", 90, "exit over"),
    ],
    signals=[
        (10 * DAY, 0, "disarmed", 0.1),
        (20 * DAY, 0, "disarmed", 0.2),
        (25 * DAY, 0, "disarmed", 0.3),
        (30 * DAY, 0, "consent(host, south)", 1.0),
        (33 * DAY, 0, "raids", 2.0),
        (34 * DAY, 0, "raids", 5.0),
        (40 * DAY, 0, "mandate", 1.0),
        (60 * DAY, 0, "ceasefire", 0.0),
        (61 * DAY, 0, "disarmed", 0.1),
    ],
    waits=[
        (0, 0, "north", "unit", "preparation", 9),
        (0, 0, "south", "brigade", "rule: mandate", 100),
        (40 * DAY, 1, "south", "brigade", "rule: mandate", 0),
    ],
    violations=[(5 * DAY, 0, "never: mandate")],
)


def test_who_did_what_because_of_what():
    text = "\n".join(account(SMALL, HAPPENED, 3, 7))
    told = " ".join(text.split())
    assert text.startswith("Small: replication 3 of seed 7\n1 Jan 2026 to 31 Dec 2026\n")
    for sentence in (
        "2026-01-01 At the start holds “Ceasefire”.",
        "2026-01-01 South pledges brigade (100).",
        "2026-01-06 Broken: never: mandate",
        "2026-01-11 “Disarmed” reaches 10 %.",
        "2026-01-21 “Disarmed” reaches 20 %.",
        "2026-01-31 The host consents to South.",
        "2026-02-04 Raids: 5 in February 2026.",
        "2026-02-10 “Mandate clear” comes true.",
        "2026-02-10 South begins to decide on brigade (100), since “Mandate clear” holds.",
        "2026-02-14 South has approved brigade (100) (parliament) and begins to prepare.",
        "2026-02-20 South: 10 of its brigade will never come, although approved.",
        "2026-02-20 South: brigade (90) under way by air in 2 serials, the last on 2026-02-21.",
        "2026-02-21 South: brigade (90) in the theatre in 2 serials, the last on 2026-02-22.",
        "2026-03-02 “Ceasefire” ends.",
        "2026-03-03 “Disarmed” falls back to 10 %.",
        "2026-03-07 South turns to leave, since “Ceasefire” has held at no time in the last 5 days.",
        "2026-03-12 South begins to leave: brigade (90).",
        "2026-03-22 South has left: brigade (90).",
    ):
        assert sentence in told, sentence
    assert "reaches 30%" not in told, "no rule asks for it"


@pytest.mark.parametrize(("as_of", "told"), [(None, True), ("2026-02-10", True), ("2026-03-11", False)])
def test_who_turned_to_leave_before_the_news_is_not_told_again(as_of, told):
    """The ceasefire ends on 2 March; five days later they turn, unless history already tells of that day."""
    known = dt.date.fromisoformat(as_of) if as_of else None
    reasons = Reasons(SMALL.model_copy(update={"as_of": known}), HAPPENED, {})
    assert reasons.withdrawals("south") == ((65 * DAY,) if told else ())
    assert reasons.withdrawals("north") == ()


def test_who_waited_for_what_to_the_end():
    """100 for 40 days; 9 for all 365; 50 served from 21 February for 19 days and 40 for 18."""
    lines = list(account(SMALL, HAPPENED, 3, 7))
    tail = lines[lines.index("", 3) + 1 :]
    assert [" ".join(line.split()) for line in tail] == [
        "Who waited for what troop-days",
        "North, unit",
        "preparation 3,285",
        "from 2026-01-01",
        "South, brigade",
        "until “Mandate clear” holds 4,000",
        "2026-01-01 to 2026-02-10",
        "",
        "Troop-days of the pledge, by what they were lost to troop-days share",
        "until “Mandate clear” holds 4,000 45 %",
        "preparation 3,285 37 %",
        "served in the theatre 1,670 19 %",
    ]


LEAVES = {
    "scenario": "Leaves",
    "start": "2026-01-01",
    "end": "2026-03-31",
    "facts": {"fire": {"kind": "schedule", "values": {"2026-02-02": True, "2026-02-03": False}}},
    "contributors": {
        "a": {
            "withdraws_when": "fire",
            "contingents": {
                "k": {"troops": 100, "role": "infantry", "lift": "air", "tour": {"every": "20 days"}},
                "m": {"troops": 10, "role": "medics", "prepares_for": "60 days"},
            },
        },
        "b": {
            "approvals": [{"step": "king", "probability": 0}],
            "commits_when": "not fire",
            "contingents": {
                "n": {
                    "troops": 20,
                    "role": "trainers",
                    "approvals": [{"step": "queen"}],
                    "tour": {"every": "31 days", "overstays": "0 days"},
                }
            },
        },
    },
    "theatre": {
        "lift": {"air": {"slots": 1, "load": 100, "trip": "10 days"}},
        "sectors": {"south": {"opens_on": "2026-03-01"}},
    },
    "trained_forces": {
        "police": {
            "force": "police",
            "trained_by": "trainers",
            "trainees_per_trainer": 1,
            "course": "5 days",
            "recruits": 20,
            "sector": "south",
        }
    },
}


def test_who_leaves_for_good_and_who_waits_for_a_sector():
    whole = Scenario.model_validate(LEAVES)
    told = " ".join(" ".join(account(whole, replication_rerun(whole, 0), 0, 0)).split())
    for sentence in (
        "2026-01-31 A: a relief of k (100) on its way.",
        "2026-02-02 A has left: k (100).",
        "2026-02-02 A has left, and takes back m (10).",
        "2026-02-10 A: a relief of k (100) finds nobody there, and turns back.",
        "2026-01-01 B has approved n (20) (queen) and begins to prepare.",
        "2026-01-06 Police: 20 have passed a course and wait for their sector.",
        "2026-03-01 Police: their sector is open, and 20 serve there.",
    ):
        assert sentence in told, told


def test_one_contributor_alone_and_what_its_rules_read():
    told = " ".join(" ".join(account(SMALL, HAPPENED, 0, 0, "north")).split())
    assert "North pledges unit (9)." in told
    assert "South" not in told and "Mandate" not in told and "Raids" not in told
    told = " ".join(" ".join(account(SMALL, HAPPENED, 0, 0, "south")).split())
    assert "“Mandate clear” comes true" in told and "Raids" not in told and "North" not in told


def test_an_unknown_contributor_is_said_with_the_nearest():
    with pytest.raises(UsageError, match="'soth' is no contributor of this scenario; did you mean south"):
        list(account(SMALL, HAPPENED, 0, 0, "soth"))


def test_a_fact_that_is_not_recorded_is_no_reason_and_no_error():
    facts = SMALL.facts | {"mandate": SMALL.facts["mandate"].model_copy(update={"log": False})}
    text = " ".join(account(SMALL.model_copy(update={"facts": facts}), HAPPENED, 0, 0))
    assert "begins to decide on brigade (100), since its conditions hold." in " ".join(text.split())


def booked(cause, days, *stretches):
    return Waited("southland", "brigade", cause, stretches, round(100 * days * DAY))


def test_what_troops_were_lost_to_is_summed_by_cause_the_largest_first_with_shares_of_the_pledge():
    """Lift 10 + 30 days of 100 troops, preparation 20: of 10,000 troop-days 4,000 are served."""
    found = (booked("lift air", 10), booked("preparation", 20), booked("lift air", 30))
    lines = list(_lost(shipped("tutorial"), found, {}, 4_000))
    assert [line.split() for line in lines[2:]] == [
        ["lift", "by", "air", "4,000", "40", "%"],
        ["preparation", "2,000", "20", "%"],
        ["served", "in", "the", "theatre", "4,000", "40", "%"],
    ]
    assert list(_lost(shipped("tutorial"), (), {}, 0)) == []


def test_a_wait_that_lasts_to_the_end_has_no_last_day():
    """The tutorial begins on 1 January 2026."""
    scenario = shipped("tutorial")
    ends = ((scenario.end - scenario.start).days + 1) * DAY
    found = (booked("preparation", 1, (DAY, 3 * DAY), (5 * DAY, 5 * DAY + 60), (9 * DAY, ends)),)
    told = list(_waiting(scenario, found, {"southland": "Southland"}))
    assert told[-1].strip() == "2026-01-02 to 2026-01-04, on 2026-01-06, from 2026-01-10"


def test_a_name_that_ends_in_a_full_stop_ends_its_sentence():
    from sim.report.telling.account import _dated
    from sim.report.telling.news import NewsLine

    (line,) = _dated(SMALL, NewsLine(0, 0, "The host consents to the U.S.."))
    assert line == "2026-01-01  The host consents to the U.S."


def test_a_percent_sign_stays_with_its_number():
    from sim.report.telling.paragraphs import labelled, paragraph

    text = "x" * 76 + " 90 % within"
    assert paragraph(text)[1].startswith("90 % within")
    assert labelled("pledge", "y" * 60 + " 90 % within")[1].strip() == "90 % within"
