"""Small worlds full of coincidences: on each something happens just at an edge of the model, or at one instant.

Delays are whole days, so that what is due together is; sizes do not divide. Where one engine has an edge open that
the other has closed, or goes through names in another order, one of these differs.
"""

from __future__ import annotations

from typing import Any

from sim.scenario.scenario import Scenario
from tests.model.tiny import contributor, day, schedule

Data = dict[str, Any]
DICE = {"one_of": {"2 days": 1, "3 days": 1, "5 days": 1}}
HALF = {"one_of": {0.25: 1, 0.5: 1, 0.75: 1}}


def _world(**blocks: Any) -> Data:
    return {"scenario": "edge", "start": "2026-01-01", "end": "2026-06-30", **blocks}


def _step(probability: Any = 0.5, **keys: Any) -> Data:
    return {"approvals": [{"step": "vote", "takes": DICE, "probability": probability, **keys}]}


def _at_once(many: int, **keys: Any) -> dict[str, Data]:
    return {name: contributor(**keys) for name in "dbeacf"[:many]}


COUNTED = [{"date": day(number), "fact": "shots", "count": number % 4} for number in range(1, 58, 3)]

EDGES: dict[str, Data] = {
    "serials of loads that do not divide, under few beds": _world(
        contributors={
            **_at_once(4, troops=133, lift="sea", prepares_for="4 days"),
            "g": contributor(troops=49, lift="sea", prepares_for="4 days", priority=2),
            "h": contributor(troops=51, prepares_for="6 days"),
        },
        theatre={
            "lift": {"sea": {"slots": 3, "load": 37, "trip": DICE}},
            "reception": "29 per day",
            "beds": {"at_start": 149, "grows": [{"from": day(30), "to": 200}, {"when": "deployed > 180", "to": 420}]},
        },
    ),
    "beds just enough": _world(
        contributors={name: contributor(troops=many) for name, many in zip("abcd", (50, 49, 51, 100), strict=True)},
        theatre={"beds": {"at_start": 149, "grows": [{"from": day(9), "to": 150}, {"from": day(12), "to": 199}]}},
    ),
    "windows that open and close on the day of a count": _world(
        as_of=day(60),
        facts={
            "shots": {"kind": "events", "rate": "1 per 4 days", "bursts": 2, "past": {day(-3): 2, day(-1): 1}},
            "calm": {**schedule(on=5, off=9, on2=14, off2=15, on3=44), "kind": "schedule"},
        },
        history=COUNTED,
        contributors={
            "a": contributor("shots in last 6 days <= 3", **_step()),
            "b": contributor("shots in last 9 days > 3 and calm for 5 days", **_step()),
            "c": contributor("calm within 3 days", **_step()),
            "d": contributor("once (shots in last 3 days == 0)", **_step()),
            "e": contributor("after 2026-01-15 and before 2026-03-20", **_step()),
            "f": contributor("not calm for 4 days", withdraws_when="shots in last 3 days >= 4", notice=DICE, exit=DICE, returns={"after": DICE}),
        },
    ),
    "tours of which half comes just in time": _world(
        contributors={
            "a": contributor(troops=101, lift="air", tour={"every": "10 days", "relief_probability": 0.7, "gap": DICE}),
            "b": contributor(troops=100, lift="air", tour={"every": "12 days", "relief_probability": 0.8, "overstays": "4 days"}),
            "c": contributor(troops=75, lift="air", tour={"every": "9 days", "relief_probability": 0.5}),
            "d": contributor("calm", troops=60, lift="air", tour={"every": DICE, "overstays": DICE}),
        },
        facts={"calm": {"kind": "switch", "initially": True, "stays_on": "7 days", "stays_off": DICE}},
        theatre={"lift": {"air": {"slots": 2, "load": 25, "trip": "2 days"}}, "reception": "40 per day"},
    ),
    "casualties by role, sector and fact, counted by their own": _world(
        facts={"fight": {"kind": "switch", "initially": False, "stays_off": "12 days", "stays_on": "6 days"}},
        contributors={
            "a": contributor(troops=400, role="patrols", sector="north", withdraws_when="casualties(self) in last 20 days >= 4", notice="3 days", exit="2 days"),
            "b": contributor(troops=300, sector="south", withdraws_when="casualties in last 10 days > 6", notice=DICE, exit=DICE, returns={"after": "20 days"}),
            "c": contributor("casualties(a) in last 30 days <= 2", troops=90, **_step()),
        },
        theatre={
            "sectors": {"north": {}, "south": {"opens_on": day(11)}},
            "casualties": {"rate": "12 per 1000 per 30 days", "rate_multiplier": [{"when": "fight", "times": 3}, {"role": "patrols", "times": 1.5}, {"sector": "north", "times": 2}]},
        },
    ),
    "classes that do not divide, and a ceiling": _world(
        contributors={
            "t": contributor(troops=7, role="trainers", prepares_for="3 days"),
            "u": contributor(troops=5, role="trainers", prepares_for=DICE, withdraws_when="after 2026-02-20", exit="3 days"),
            "v": contributor(troops=120, prepares_for="20 days"),
        },
        trained_forces={
            "guards": {"force": "police", "trained_by": "trainers", "trainees_per_trainer": 3.5, "course": DICE, "recruits": 157, "vetted": HALF, "sector": "north"},
        },
        theatre={"sectors": {"north": {"opens_on": day(25)}}},
        authorised={"any": 170, "police": 61},
    ),
    "answers at one instant, and of the day as_of": _world(
        as_of=day(20),
        facts={
            "clear": {"kind": "milestone", "probability": 0.6, "after": {"one_of": {"15 days": 1, "20 days": 1, "21 days": 1}}, "reconsiders": "3 days"},
            "open": {"kind": "milestone", "after": "20 days", "when": "after 2026-01-06", "undone_when": "not calm for 4 days", "reconsiders": DICE},
            "calm": {"kind": "switch", "initially": True, "stays_on": "10 days", "stays_off": "5 days", "forced_off_when": "clear for 6 days"},
            "work": {"kind": "progress", "duration": {"one_of": {"30 days": 1, "60 days": 1}}, "steps": 5, "when": "calm", "slips_when": "not calm for 2 days", "slips": 1},
        },
        parties={"host": {"consent": {"probability": 0.5, "after": DICE, "reconsiders": DICE, "revoked_when": "not calm for 4 days"}}},
        history=[{"date": day(20), "fact": "calm", "value": False}],
        contributors={
            **_at_once(3, commits_when="clear or open", **_step(reconsiders="4 days")),
            "x": contributor("work >= 40%", consents={"host": "not_needed"}, never_arrives=0.3, delivers=HALF),
            "y": contributor("at least 2 of (clear, open, calm)", troops=10, **_step()),
        },
    ),
    "records of one day, some of them as_of": _world(
        as_of=day(30),
        contributors={
            "a": contributor(troops=303, prepares_for=DICE, lift="sea", delivers=HALF, never_arrives=0.2),
            "b": contributor(troops=200, prepares_for="30 days", lift="sea", **_step(reconsiders=DICE)),
            "c": contributor(troops=150, prepares_for="31 days", withdraws_when="never", returns={"after": DICE}),
        },
        facts={"never": {"kind": "schedule", "values": {day(90): True}}},
        theatre={"lift": {"sea": {"slots": 2, "load": 41, "trip": "3 days"}}},
        history=[
            {"date": day(12), "contributor": "a", "event": "ready", "troops": 101},
            {"date": day(12), "contributor": "a", "event": "arrived", "troops": 50},
            {"date": day(30), "contributor": "b", "event": "approved", "step": "vote"},
            {"date": day(30), "contributor": "c", "event": "arrived", "troops": 33},
        ],
    ),
    "changes of mind": _world(
        as_of=day(30),
        contributors={
            "a": contributor(troops=100, **_step(reconsiders=DICE)),
            "b": {**_step(reconsiders="60 days"), "contingents": {"k": {"troops": 40, "role": "i"}, "l": {"troops": 30, "role": "i", "prepares_for": DICE}}},
            "c": contributor(troops=50, prepares_for="9 days"),
        },
        history=[
            {"date": day(5), "contributor": "a", "event": "refused", "step": "vote"},
            {"date": day(15), "contributor": "a", "event": "arrived", "troops": 60},
            {"date": day(5), "contributor": "b", "contingent": "k", "event": "refused", "step": "vote"},
            {"date": day(25), "contributor": "b", "contingent": "k", "event": "ready"},
            {"date": day(6), "contributor": "c", "event": "refused"},
            {"date": day(26), "contributor": "c", "event": "pledged", "troops": 70},
        ],
    ),
    "whoever comes first, by name": _world(
        contributors={
            **_at_once(6, troops=50, lift="air", prepares_for="5 days"),
            "z": contributor("not committed(y)", troops=30),
            "y": contributor("not committed(z)", troops=40),
            "w": contributor("deployed >= 100 and not (committed(z) and committed(y))", troops=20),
        },
        theatre={"lift": {"air": {"slots": 1, "load": 25, "trip": "1 days"}}, "reception": "25 per day"},
        authorised=241,
    ),
    "parts, batches and the end of the mission": _world(
        contributors={
            "a": contributor(troops=111, advance={"share": HALF, "body_follows": "7 days"}, prepares_for=DICE, delivers=HALF),
            "b": contributor(troops=90, withdraws_when="calm for 6 days", notice="2 days", exit="3 days", returns={"after": "5 days"}, prepares_for="9 days", lift="air"),
            "c": {"approvals": [{"step": "vote", "takes": DICE, "probability": 0.7}], "delivers": HALF, "contingents": {"one": {"troops": 77, "role": "infantry"}, "two": {"troops": 33, "role": "cooks", "commits_when": "calm", "prepares_for": "3 days"}}},
        },
        facts={"calm": {"kind": "switch", "initially": True, "since": day(-2), "stays_on": "10 days", "stays_off": "4 days", "rate_multiplier": [{"when": "deployed(a) > 60", "ends": 2}]}},
        theatre={"lift": {"air": {"slots": 1, "load": 20, "trip": "2 days"}}},
        ends_when="after 2026-05-01 and calm",
    ),
    "those who appear": _world(
        unnamed={"at_most": 3, "every": "9 days", "contingents": {"men": {"troops": {"one_of": {0: 1, 60: 1}}, "role": "infantry"}}},
        contributors={"a": contributor("committed > 90", troops=30)},
        never=["deployed > 100"],
        always=["deployed(a) <= 30"],
    ),
}  # fmt: skip


def edges() -> dict[str, Scenario]:
    """Return the worlds by name."""
    return {name: Scenario.model_validate(data) for name, data in EDGES.items()}
