"""Sectors outside the theatre: troops there need neither its beds nor its reception."""

from __future__ import annotations

import pytest

from sim.durations import DAY
from sim.scenario.loading import load
from tests.model.evidence import play as play_many
from tests.model.test_withdrawal_cases import SCENARIOS
from tests.model.tiny import contributor, days, play, scenario, stages, waiting

LIFT = {"air": {"slots": 1, "load": 100, "trip": "2 days"}}


def whole(in_theatre, **blocks):
    return scenario(
        theatre={"sectors": {"abroad": {"in_theatre": in_theatre}, "here": {}}, **blocks},
        contributors={
            "trainers": contributor(troops=300, sector="abroad"),
            "troops": contributor(troops=300, sector="here", prepares_for="1 day"),
        },
    )


@pytest.mark.parametrize(
    ("in_theatre", "trainers", "troops"),
    [
        (True, {"deployed": 300}, {"deployed": 60, "ready": 240}),
        (False, {"deployed": 300}, {"deployed": 300}),
    ],
)
def test_they_take_no_beds(in_theatre, trainers, troops):
    beds = {"at_start": 360}
    if not in_theatre:
        beds = {"at_start": 300}
    logs = play(whole(in_theatre, beds=beds))
    assert stages(logs, "trainers") == trainers
    assert stages(logs, "troops") == troops


def test_they_come_without_a_bed_at_all():
    logs = play(whole(False, beds={"at_start": 0}))
    assert stages(logs, "trainers") == {"deployed": 300}
    assert waiting(logs, "troops", 2 * DAY) == {"beds": 300}


@pytest.mark.parametrize(("in_theatre", "there"), [(True, [[3], [6]]), (False, [[0], [4]])])
def test_they_are_not_received(in_theatre, there):
    logs = play(whole(in_theatre, reception="100 per day"))
    assert [days(logs, who, "deployed") for who in ("trainers", "troops")] == there


def test_they_travel_as_others_do():
    states = {"trainers": contributor(troops=150, sector="abroad", lift="air")}
    theatre = {"sectors": {"abroad": {"in_theatre": False}}, "lift": LIFT, "reception": "1 per day"}
    assert days(play(scenario(theatre=theatre, contributors=states)), "trainers", "deployed") == [2, 4]


def test_when_they_leave_no_bed_becomes_free():
    """A bed is neither taken when they come nor given back when they go."""
    leaver = contributor(troops=300, sector="abroad", withdraws_when="after 2026-01-20")
    states = {
        "leaver": leaver,
        "first": contributor(troops=80),
        "second": contributor(troops=80, prepares_for="1 day"),
    }
    theatre = {"sectors": {"abroad": {"in_theatre": False}}, "beds": {"at_start": 100}}
    logs = play(scenario(theatre=theatre, contributors=states))
    assert stages(logs, "leaver") == {"gone": 300}
    assert stages(logs, "second") == {"ready": 80}


def test_reliefs_of_theirs_are_not_received_either():
    trainers = contributor(troops=300, sector="abroad", tour={"every": "20 days"})
    theatre = {"sectors": {"abroad": {"in_theatre": False}}, "reception": "10 per day"}
    logs = play(scenario(theatre=theatre, contributors={"trainers": trainers}))
    relieved = [row[0] / DAY for row in logs.transitions if row[7] == "relief received"]
    assert relieved == [20, 40, 60, 80]


def test_trainers_of_the_isf_wait_for_neither_beds_nor_reception():
    isf = load(SCENARIOS.parent / "isf-2025-11-19.yaml")
    outside = {
        (name, contingent)
        for name, block in isf.contributors.items()
        for contingent, body in block.contingents.items()
        if body.sector == "outside"
    }
    assert outside
    for logs in play_many(isf, 10):
        assert not [row for row in logs.waits if row[2:4] in outside and row[4] in ("beds", "reception")]
