"""Hypothesis strategies for small whole scenarios, as plain data or as values.

Every scenario loads without a fault and plays in milliseconds. Integer days stand beside distributions, so that
things fall due at the same instant more often than not::

    >>> from hypothesis import given
    >>> from sim.model.replication import replicate
    >>> from sim.plan.compilation import compile_plan
    >>> from sim.plan.randomness import Draws
    >>> from sim.testing.checks import findings
    >>> from sim.testing.scenarios import scenarios
    >>> @given(scenarios())
    ... def no_soldier_is_lost(scenario):
    ...     assert not findings(scenario, replicate(compile_plan(scenario), Draws(1, 0, 1), 0))

What may occur is chosen by a `Range`: with `Range(theatre=False)` lift, beds, reception and sectors are unlimited.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sim.scenario.scenario import Scenario
from sim.testing.casts import Cast, casts
from sim.testing.rules import START, rules

Data = dict[str, Any]
Draw = Callable[[SearchStrategy[Any]], Any]


@dataclass(frozen=True, slots=True)
class Range:
    """What may occur in the scenarios that are drawn.

    `theatre`: lift, beds, reception, sectors and casualties limit or count; `forces`: rules read forces and
    casualties; `exits`: withdrawals and tours; `history`: an `as_of` later than start, and what happened until then.
    """

    theatre: bool = True
    forces: bool = True
    exits: bool = True
    history: bool = True


def scenarios(within: Range = Range()) -> SearchStrategy[Scenario]:  # noqa: B008  # a frozen value
    """Whole scenarios."""
    return scenario_data(within).map(Scenario.model_validate)


@st.composite
def scenario_data(draw: Draw, within: Range = Range()) -> Data:  # noqa: B008  # a frozen value
    """Whole scenarios as the plain data that a YAML file holds."""
    cast = draw(casts(within.theatre, within.forces))
    data: Data = {
        "scenario": "drawn",
        "start": START.isoformat(),
        "end": (START + dt.timedelta(days=draw(st.integers(60, 400)))).isoformat(),
        "parties": {
            party: {"consent": draw(_consent(cast))} if party in cast.parties_asked else {}
            for party in cast.parties
        },
        "uncertain": {"tempo": draw(st.sampled_from([1, 2, {"median": 1.0, "p90": 1.6}]))},
        "facts": {name: draw(_FACTS[kind](cast, name)) for name, kind in cast.facts.items()},
        "definitions": {name: str(draw(_rule(cast.without_definitions()))) for name in cast.definitions},
        "contributors": {name: draw(_contributor(cast, name, within)) for name in cast.contributors},
        "theatre": draw(_theatre(cast)) if within.theatre else {},
        "trained_forces": {name: draw(_trained(cast)) for name in cast.trained},
        "never": draw(st.lists(_rule(cast).map(str), max_size=1)),
    }
    if within.history and draw(st.booleans()) and draw(st.booleans()):
        as_of = draw(st.integers(0, 50))
        data["as_of"] = _day(as_of)
        data["history"] = draw(st.lists(_record(cast, as_of, data), max_size=4))
    return data


def delays(longest: int = 20, shortest: int = 1) -> SearchStrategy[Any]:
    """Delays as they are written, whole days most often."""
    days = st.integers(shortest, longest)
    known = days.map(lambda many: f"{many} days")
    return st.one_of(
        known,
        known,
        st.tuples(known, known).map(lambda two: {"one_of": {two[0]: 1, two[1]: 2}}),
        days.map(lambda many: {"mean": f"{max(1, many)} days"}),
        days.map(lambda many: {"median": f"{max(1, many)} days", "p90": f"{3 * max(1, many)} days"}),
        days.map(lambda many: {"low": f"{many} days", "mode": f"{many + 1} days", "high": f"{many + 9} days"}),
        days.map(lambda many: {"value": f"{many} days", "times": "tempo"}),
    )


def _rule(cast: Cast) -> SearchStrategy[Any]:
    """Rules that come true now and then, and any others."""
    anything = rules(cast.quantities(), most_leaves=4)
    return st.one_of(cast.likely_rules(), cast.likely_rules(), anything)


def _chances() -> SearchStrategy[Any]:
    return st.sampled_from([0, 0.5, 0.8, 1, 1, {"low": 0.2, "mode": 0.5, "high": 1.0}])


def _some(required: Data, **optional: SearchStrategy[Any]) -> SearchStrategy[Data]:
    """Mappings with all that is required, and any of the optional keys."""
    fixed = {key: value if isinstance(value, SearchStrategy) else st.just(value) for key, value in required.items()}
    return st.fixed_dictionaries(fixed, optional=optional)


def _multipliers(cast: Cast) -> SearchStrategy[list[Data]]:
    rate = st.fixed_dictionaries({"when": _text(cast), "times": st.sampled_from([0, 0.5, 2, 3])})
    return st.lists(rate, max_size=2)


def _text(cast: Cast) -> SearchStrategy[str]:
    return _rule(cast).map(str)


def _switch(cast: Cast, name: str) -> SearchStrategy[Data]:
    others = cast.without_fact(name)
    turns = st.fixed_dictionaries({"when": _text(others), "ends": st.sampled_from([0, 1, 3]), "starts": st.just(2)})
    return _some(
        {"kind": "switch", "initially": st.booleans(), "stays_on": delays(60, 2), "stays_off": delays(30, 2)},
        since=st.integers(-60, 0).map(_day),
        forced_on_when=_text(others),
        forced_off_when=_text(others),
        rate_multiplier=st.lists(turns, max_size=1),
    )


def _milestone(cast: Cast, name: str) -> SearchStrategy[Data]:
    others = cast.without_fact(name)
    return _some(
        {"kind": "milestone", "probability": _chances(), "after": delays(40, 0)},
        when=_text(others),
        reconsiders=delays(30),
        undone_when=_text(others),
        rate_multiplier=_multipliers(others),
    )


def _events(cast: Cast, name: str) -> SearchStrategy[Data]:
    past = st.dictionaries(st.integers(-30, 0).map(_day), st.integers(0, 5), max_size=3)
    return _some(
        {"kind": "events", "rate": st.integers(1, 8).map(lambda many: f"{many} per 40 days")},
        bursts=st.sampled_from([1, 2.5, 4]),
        rate_multiplier=_multipliers(cast.without_fact(name)),
        past=past,
    )


def _progress(cast: Cast, name: str) -> SearchStrategy[Data]:
    others = cast.without_fact(name)
    return _some(
        {"kind": "progress", "duration": delays(90, 5), "steps": st.integers(1, 8)},
        when=_text(others),
        slips_when=_text(others),
        slips=st.integers(1, 3),
        rate_multiplier=_multipliers(others),
    )


def _schedule(cast: Cast, name: str) -> SearchStrategy[Data]:
    value = st.booleans() | st.sampled_from([0, 0.5, 2])
    values = st.dictionaries(st.integers(-20, 60).map(_day), value, min_size=1, max_size=4)
    return _some({"kind": "schedule", "values": values}, initially=value)


_FACTS = {"switch": _switch, "milestone": _milestone, "events": _events, "progress": _progress, "schedule": _schedule}


def _consent(cast: Cast) -> SearchStrategy[Data]:
    return _some(
        {"probability": _chances(), "after": delays(20, 0)},
        asked_when=_text(cast),
        reconsiders=delays(30),
        revoked_when=_text(cast),
        rate_multiplier=_multipliers(cast),
    )


@st.composite
def _contributor(draw: Draw, cast: Cast, name: str, within: Range) -> Data:
    contributor: Data = {
        "contingents": {
            contingent: draw(_contingent(cast, role, sector, within))
            for contingent, (role, sector) in cast.contributors[name].items()
        },
        "consents": {
            party: "not_needed" if word == "not_needed" else draw(_consent(cast))
            for party, word in cast.consents_of(name).items()
        },
        "approvals": [
            draw(_some({"step": step, "takes": delays(20, 0), "probability": _chances()}, reconsiders=delays(30)))
            for step in cast.steps_of(name)
        ],
    }
    optional = {"commits_when": _text(cast), "priority": st.integers(0, 2)}
    if within.exits:
        optional |= {
            "withdraws_when": _text(cast),
            "notice": delays(20, 0),
            "exit": delays(20, 0),
            "returns": delays(40).map(lambda after: {"after": after}),
        }
    return {**contributor, **draw(_some({}, **optional))}


def _contingent(cast: Cast, role: str, sector: str | None, within: Range) -> SearchStrategy[Data]:
    troops = st.one_of(
        st.integers(1, 1500),
        st.sampled_from([50, 499, 500, 1000]),
        st.just({"low": 0, "mode": 300, "high": 900}),
    )
    optional = {
        "commits_when": _text(cast),
        "prepares_for": delays(30, 0),
        "delivers": st.sampled_from([0.5, {"low": 0.3, "mode": 0.8, "high": 1.0}]),
        "never_arrives": st.sampled_from([0.2, 1]),
        "priority": st.integers(0, 1),
        "force": st.sampled_from(cast.forces),
    }
    if sector is not None:
        optional["sector"] = st.just(sector)
    if cast.lanes:
        optional["lift"] = st.sampled_from(cast.lanes)
    if within.exits:
        optional["tour"] = _some(
            {"every": delays(40, 5), "relief_probability": _chances()}, gap=delays(20)
        )
    return _some({"troops": troops, "role": role}, **optional)


@st.composite
def _theatre(draw: Draw, cast: Cast) -> Data:
    theatre: Data = {
        "lift": {
            lane: draw(
                _some(
                    {"slots": st.integers(1, 3), "load": st.integers(20, 600), "trip": delays(6, 0)},
                    when=_text(cast),
                )
            )
            for lane in cast.lanes
        },
        "sectors": {
            sector: draw(
                _some(
                    {},
                    opens_on=st.integers(0, 40).map(_day),
                    opens_when=_text(cast),
                    closes_when=_text(cast),
                )
            )
            for sector in cast.sectors
        },
    }
    growth = st.one_of(
        st.builds(lambda day, to: {"from": _day(day), "to": to}, st.integers(0, 60), st.integers(100, 3000)),
        st.builds(lambda when, to: {"when": when, "to": to}, _text(cast), st.integers(100, 3000)),
    )
    optional: dict[str, SearchStrategy[Any]] = {
        "reception": st.integers(10, 400).map(lambda many: f"{many} per day"),
        "beds": _some({"at_start": st.integers(0, 1500)}, grows=st.lists(growth, max_size=2)),
    }
    if cast.casualties:
        theatre["casualties"] = {"rate": "2 per 1000 per month"}
    return {**theatre, **draw(_some({}, **optional))}


def _trained(cast: Cast) -> SearchStrategy[Data]:
    return _some(
        {
            "force": "police",
            "trained_by": cast.trainers,
            "trainees_per_trainer": st.sampled_from([0.25, 1.0, 10.0]),
            "course": delays(40, 2),
            "recruits": st.integers(1, 2000),
        },
        vetted=_chances(),
        when=_text(cast),
    )


@st.composite
def _record(draw: Draw, cast: Cast, as_of: int, data: Data) -> Data:
    """One entry of the history: of a fact, a consent or a contributor."""
    date = _day(draw(st.integers(0, as_of)))
    subjects: list[SearchStrategy[Data]] = [_event(name, cast) for name in cast.contributors]
    for name, kind in cast.facts.items():
        if kind != "schedule":
            subjects.append(st.sampled_from(_SAID[kind]).map(lambda said, fact=name: {"fact": fact, **said}))
    for party, name in cast.consents:
        subjects.append(
            st.booleans().map(lambda yes, pair=(party, name): {"party": pair[0], "contributor": pair[1], "consent": yes})
        )
    return {"date": date, **draw(st.one_of(subjects))}


_SAID: dict[str, list[Data]] = {
    "switch": [{"value": True}, {"value": False}],
    "milestone": [{"value": True}, {"value": False}, {"refused": True}],
    "events": [{"count": 1}, {"count": 4}],
    "progress": [{"value": 0.5}, {"value": 1}],
}


def _event(name: str, cast: Cast) -> SearchStrategy[Data]:
    told: list[Data] = [{"event": event} for event in ("refused", "ready", "withdrew")]
    told += [{"event": event, "troops": many} for event in ("pledged", "arrived") for many in (0, 100, 700)]
    told += [{"event": event, "step": step} for event in ("approved", "refused") for step in cast.steps_of(name)]
    return st.sampled_from(told).map(lambda said: {"contributor": name, **said})


def _day(days: int) -> str:
    return (START + dt.timedelta(days=days)).isoformat()
