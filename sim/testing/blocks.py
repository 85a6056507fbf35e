"""Hypothesis strategies for the blocks of a scenario, over the fixed stock of names of `sim.testing.casts`.

Rules stand in them as rules, not as text.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sim.testing.casts import CONTRIBUTORS, FACTS, LANES, PARTIES, ROLES, SECTORS, UNCERTAIN
from sim.testing.conditions import conditions, edges
from sim.testing.rules import START

Data = dict[str, Any]


def day(days: int) -> str:
    """Return the day that many days after the start, as it is written."""
    return (START + dt.timedelta(days=days)).isoformat()


@cache
def days(first: int, last: int) -> SearchStrategy[str]:
    """Days of the calendar, counted from the start."""
    return st.integers(first, last).map(day)


@cache
def delays(longest: int = 20, shortest: int = 1) -> SearchStrategy[Any]:
    """Delays as they are written, whole days most often; some depend on common causes."""
    many = st.integers(shortest, longest)
    known = many.map(lambda length: f"{length} days")
    return st.one_of(
        known,
        known,
        known,
        many.map(lambda length: {"one_of": {f"{length} days": 1, f"{length + 2} days": 2}}),
        many.map(lambda length: {"one_of": [f"{length} days", f"{length + 2} days"]}),
        many.map(lambda length: {"mean": f"{max(1, length)} days"}),
        many.map(lambda length: {"median": f"{max(1, length)} days", "p90": f"{3 * max(1, length)} days"}),
        many.map(
            lambda length: {
                "low": f"{length} days",
                "mode": f"{length + 1} days",
                "high": f"{length + 9} days",
            }
        ),
        many.map(lambda length: {"value": f"{length} days", "times": "tempo"}),
        many.map(lambda length: {"p10": f"{max(1, length)} days", "p90": f"{3 * max(1, length)} days"}),
        many.map(
            lambda length: {"low": f"{length} days", "high": f"{length + 9} days", "times": [*UNCERTAIN]}
        ),
    )


_MOVED = ({"p10": 0.4, "p90": 0.9, "odds": "tempo"}, {"value": 0.8, "odds": [*UNCERTAIN]})


@cache
def chances() -> SearchStrategy[Any]:
    """Probabilities; most often those that let the story go on."""
    return st.sampled_from([1, 1, 1, 0.9, 0.6, {"low": 0.4, "mode": 0.8, "high": 1.0}, *_MOVED, 0])


def some(required: Data, **optional: SearchStrategy[Any]) -> SearchStrategy[Data]:
    """Mappings with all that is required, and any of the optional keys."""
    fixed = {
        key: value if isinstance(value, SearchStrategy) else st.just(value) for key, value in required.items()
    }
    return st.fixed_dictionaries(fixed, optional=optional)


@cache
def multipliers() -> SearchStrategy[list[Data]]:
    """Rate multipliers of milestones, events, progress and consents."""
    rate = st.fixed_dictionaries({"when": conditions(), "times": st.sampled_from([0.5, 2, 3, 0])})
    return st.lists(rate, max_size=2)


@cache
def facts(kind: str) -> SearchStrategy[Data]:
    """Facts of one kind."""
    when = conditions()
    if kind == "switch":
        turns = st.fixed_dictionaries(
            {"when": when, "ends": st.sampled_from([1, 3, 0]), "starts": st.just(2)}
        )
        required: Data = {"initially": st.booleans(), "stays_on": delays(60, 2), "stays_off": delays(30, 2)}
        optional = {"since": days(-60, 0), "rate_multiplier": st.lists(turns, max_size=1)}
        return some({"kind": kind, **required}, **optional, forced_on_when=when, forced_off_when=when)
    if kind == "milestone":
        again = {"reconsiders": delays(30), "undone_when": when, "rate_multiplier": multipliers()}
        return some({"kind": kind, "probability": chances(), "after": delays(40, 0)}, when=when, **again)
    if kind == "events":
        past = st.dictionaries(days(-30, 0), st.integers(0, 5), max_size=3)
        rate = st.integers(1, 8).map(lambda many: f"{many} per 40 days")
        bursts = st.sampled_from([1, 2.5, 4])
        return some({"kind": kind, "rate": rate}, bursts=bursts, past=past, rate_multiplier=multipliers())
    if kind == "progress":
        slips = {"slips_when": when, "slips": st.integers(1, 3), "rate_multiplier": multipliers()}
        begun = st.sampled_from([{"steps": 4, "initially": "25%"}, {"steps": 2, "initially": "50%"}])
        steps = st.one_of(st.integers(1, 8).map(lambda many: {"steps": many}), begun)
        climb = some({"kind": kind, "duration": delays(90, 5)}, when=when, **slips)
        return st.builds(lambda block, at: {**block, **at}, climb, steps)
    value = st.booleans() | st.sampled_from([0, 1])  # a rule reads it as a truth, so it has no other numbers
    slipping = st.fixed_dictionaries({"value": value, "slips": delays(20, 0)})
    values = st.one_of(
        st.dictionaries(days(-20, 60), value, min_size=1, max_size=4),
        st.dictionaries(days(0, 60), st.one_of(slipping, slipping, value), min_size=1, max_size=4),
    )
    return some({"kind": kind, "values": values}, initially=value)


@cache
def dates() -> SearchStrategy[Any]:
    """Dates in the theatre: fixed, or planned and slipping."""
    return days(0, 40) | st.fixed_dictionaries({"planned": days(0, 40), "slips": delays(20, 0)})


@cache
def consents() -> SearchStrategy[Data]:
    """What a party answers."""
    return some(
        {"probability": chances(), "after": delays(20, 0)},
        asked_when=conditions(),
        reconsiders=delays(30),
        revoked_when=conditions(),
        rate_multiplier=multipliers(),
    )


@cache
def approvals() -> SearchStrategy[list[Data]]:
    """None, one or two steps."""
    answer = {"takes": delays(20, 0), "probability": chances()}
    first = some({"step": "government", **answer}, reconsiders=delays(30))
    second = some({"step": "parliament", **answer}, reconsiders=delays(30))
    return st.one_of(st.just([]), first.map(lambda one: [one]), st.tuples(first, second).map(list))


@cache
def statements() -> SearchStrategy[Any]:
    """What a contributor has said: a rule, or now and then several readings of it."""
    rule = conditions()
    readings = st.lists(rule, min_size=2, max_size=3, unique_by=str).map(lambda read: {"one_of": read})
    return st.one_of(rule, rule, readings)


@cache
def contributors(exits: bool) -> SearchStrategy[Data]:
    """Contributors without their consents and contingents."""
    optional: dict[str, SearchStrategy[Any]] = {"commits_when": statements(), "priority": st.integers(0, 2)}
    if exits:
        returns = delays(40).map(lambda after: {"after": after})
        optional |= {
            "withdraws_when": edges(),
            "notice": delays(20, 0),
            "exit": delays(20, 0),
            "returns": returns,
        }
    return some({"approvals": approvals()}, **optional, **arrivals())


def arrivals() -> dict[str, SearchStrategy[Any]]:
    """Which share of a pledge comes, if anybody does: a nation's or a contingent's own."""
    return {
        "delivers": st.sampled_from([{"low": 0.3, "mode": 0.8, "high": 1.0}, 0.5]),
        "never_arrives": st.sampled_from([0, 0.2, 0.2, 1]),
    }


@cache
def contingents(exits: bool) -> SearchStrategy[Data]:
    """Contingents."""
    pert = st.just({"low": 0, "mode": 300, "high": 900})
    spans = st.sampled_from(
        [
            {"low": 100, "high": 700},
            {"p10": 90, "p90": 600},
            {"one_of": [120, 500, 900]},
            {"one_of": {60: 1, 400: 3}},
            {"low": 100, "high": 700, "times": "goodwill"},
        ]
    )
    troops = st.one_of(st.integers(1, 1500), st.sampled_from([1000, 500, 499, 120]), pert, spans)
    required = {
        "troops": troops,
        "role": st.sampled_from(ROLES),
        "force": st.sampled_from(["military", "military", "training"]),
        "sector": st.sampled_from((*SECTORS, None)),
        "lift": st.sampled_from((*LANES, *LANES, None)),
    }
    optional: dict[str, SearchStrategy[Any]] = {
        "commits_when": conditions(),
        "prepares_for": delays(30, 0),
        "approvals": approvals(),
        "priority": st.integers(0, 1),
        "advance": st.fixed_dictionaries(
            {
                "share": st.sampled_from([0.1, {"low": 0.1, "mode": 0.3, "high": 0.9}]),
                "body_follows": delays(20),
            }
        ),
        **arrivals(),
    }
    if exits:
        tour = {"every": delays(40, 5), "relief_probability": chances()}
        optional["tour"] = some(tour, gap=delays(20), overstays=delays(20))
    return some(required, **optional)


@cache
def lanes() -> SearchStrategy[Data]:
    """Lift lanes, tight ones."""
    tight = {
        "slots": st.integers(1, 3),
        "load": st.sampled_from([100, 60, 40, 200, 600]),
        "trip": delays(6, 0),
    }
    return some(tight, when=conditions())


@cache
def sectors() -> SearchStrategy[Data]:
    """Sectors."""
    return some(
        {}, opens_on=dates(), opens_when=conditions(), closes_when=conditions(), in_theatre=st.booleans()
    )


@cache
def limits() -> SearchStrategy[Data]:
    """Reception, beds and casualties of a theatre."""
    to = st.integers(100, 3000)
    growth = st.one_of(
        st.fixed_dictionaries({"from": dates(), "to": to}),
        st.fixed_dictionaries({"when": conditions(), "to": to}),
    )
    return some(
        {},
        reception=st.integers(10, 400).map(lambda many: f"{many} per day"),
        beds=some(
            {"at_start": st.sampled_from([200, 120, 500, 1500, 0])}, grows=st.lists(growth, max_size=2)
        ),
        casualties=st.just({"rate": "2 per 1000 per month"}),
    )


@cache
def trained() -> SearchStrategy[Data]:
    """Forces that contingents of the role `trainers` raise."""
    required = {
        "force": "police",
        "trained_by": "trainers",
        "trainees_per_trainer": st.sampled_from([0.25, 1.0, 10.0]),
    }
    numbers = {"course": delays(40, 2), "recruits": st.integers(1, 2000)}
    return some({**required, **numbers}, vetted=chances(), when=conditions())


@cache
def records() -> tuple[Data, ...]:
    """Return entries of a history, of facts, consents and contributors, without their dates."""
    of_facts: list[Data] = [{"fact": name, **said} for name, kind in FACTS for said in _SAID.get(kind, ())]
    of_consents: list[Data] = [
        {"party": party, "contributor": name, "consent": yes}
        for party in PARTIES
        for name in CONTRIBUTORS
        for yes in (True, False)
    ]
    told: list[Data] = [{"event": event} for event in ("refused", "ready", "withdrew", "relieved")]
    told += [{"event": "delayed", "by": "9 days"}, {"event": "casualties", "troops": 2}]
    told += [
        {"event": event, "troops": many}
        for event in ("pledged", "arrived", "arrived", "embarked")
        for many in (0, 100, 700)
    ]
    told += [
        {"event": event, "step": step}
        for event in ("approved", "refused")
        for step in ("government", "parliament")
    ]
    of_contributors: list[Data] = [{"contributor": name, **said} for name in CONTRIBUTORS for said in told]
    return (*of_facts, *of_consents, *of_contributors)


_SAID: dict[str, tuple[Data, ...]] = {
    "switch": ({"value": True}, {"value": False}),
    "milestone": ({"value": True}, {"value": False}, {"refused": True}, {"event": "delayed", "by": "9 days"}),
    "events": ({"count": 1}, {"count": 4}),
    "progress": ({"value": 0.5}, {"value": 1}),
}
