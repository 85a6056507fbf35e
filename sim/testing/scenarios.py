"""Hypothesis strategies for small whole scenarios, as plain data or as values.

Every scenario loads without a fault and plays in milliseconds. Integer days stand beside distributions, so
that things fall due at the same instant more often than not::

    >>> from hypothesis import given, settings
    >>> from sim.model.replication import replicate
    >>> from sim.plan.compilation import compile_plan
    >>> from sim.plan.randomness import Draws
    >>> from sim.testing.checks import findings
    >>> from sim.testing.scenarios import scenarios
    >>> @settings(max_examples=10, derandomize=True, deadline=None)
    ... @given(scenarios())
    ... def no_soldier_is_lost(scenario):
    ...     assert not findings(scenario, replicate(compile_plan(scenario), Draws(1, 0, 1), 0))
    >>> no_soldier_is_lost()

What may occur is chosen by a `Range`: with `Range(theatre=False)` lift, beds, reception and sectors are
unlimited. Rules that trigger each other without end are left out as far as a glance tells;
EndlessInstantError may still come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sim.rules.syntax import Rule
from sim.scenario.checks import check
from sim.scenario.nodes import Branch
from sim.scenario.positions import Position
from sim.scenario.scenario import Scenario
from sim.testing import blocks
from sim.testing.casts import (
    CONTRIBUTORS,
    DEFINITION,
    FACTS,
    LANES,
    PARTIES,
    SECTORS,
    TRAINED,
    UNCERTAIN,
    Cast,
)
from sim.testing.conditions import conditions

Data = dict[str, Any]
Draw = Callable[[SearchStrategy[Any]], Any]

_KIND = dict(FACTS)
_RULES = get_args(Rule)


@dataclass(frozen=True, slots=True)
class Range:
    """What may occur in the scenarios that are drawn.

    `theatre`: lift, beds, reception, sectors, casualties; `forces`: rules read forces, casualties; `exits`:
    withdrawals and tours; `history`: an `as_of` later than start, and what happened until then.
    """

    theatre: bool = True
    forces: bool = True
    exits: bool = True
    history: bool = True


EVERYTHING = Range()


def scenarios(within: Range = EVERYTHING) -> SearchStrategy[Scenario]:
    """Whole scenarios."""
    return scenario_data(within).map(Scenario.model_validate)


@st.composite
def scenario_data(draw: Draw, within: Range = EVERYTHING) -> Data:
    """Whole scenarios as the plain data that a YAML file holds."""
    lanes, sectors = _theatre_names(draw, within)
    data: Data = {
        "scenario": "drawn",
        "start": blocks.day(0),
        "end": blocks.day(draw(st.integers(60, 400))),
        "parties": {party: {} for party in PARTIES[: draw(st.integers(0, 2))]},
        "uncertain": {name: draw(_COMMON) for name in UNCERTAIN},
        "facts": {name: draw(blocks.facts(_KIND[name])) for name in draw(_FACT_NAMES)},
        "definitions": {DEFINITION: draw(conditions())} if draw(st.booleans()) else {},
        "contributors": {
            name: _contributor(draw, within, lanes, sectors)
            for name in CONTRIBUTORS[: draw(st.sampled_from((2, 3, 1, 4)))]
        },
        **_unnamed(draw, within, lanes, sectors),
        "theatre": {
            "lift": {lane: draw(blocks.lanes()) for lane in lanes},
            "sectors": {sector: draw(blocks.sectors()) for sector in sectors},
            **(draw(blocks.limits()) if within.theatre else {}),
        },
        "never": draw(st.lists(conditions(), max_size=1)),
        **(draw(_MISSION_ENDS) if within.exits else {}),
        **(draw(_CEILINGS) if within.theatre else {}),
    }
    asked = _add_consents(draw, data)
    _add_trained(draw, data)
    _keep_known_ceilings(data)
    cast = _cast(data, asked, within)
    if within.history and draw(st.sampled_from((False, False, True))):
        _add_history(draw, data, asked)
    plain: Data = _written(data, cast, ())
    return {**plain, "history": _possible_records(plain)} if plain.get("history") else plain


_FEW = st.sampled_from((1, 2, 0))
_COMMON = st.sampled_from((1, 2, {"median": 1.0, "p90": 1.6}))
_MISSION_ENDS = st.one_of(st.just({}), st.just({}), st.builds(lambda rule: {"ends_when": rule}, conditions()))
_CEILINGS = st.sampled_from(
    (
        *({}, {}, {}),
        {"authorised": 1000},
        {"authorised": {"any": 2000, "military": 700}},
        {"authorised": {"police": 30, "any": 900}},
    )
)
_FACT_NAMES = st.lists(st.sampled_from([name for name, _ in FACTS]), min_size=1, max_size=5, unique=True)


def _theatre_names(draw: Draw, within: Range) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not within.theatre:
        return (), ()
    return LANES[: draw(_FEW)], SECTORS[: draw(_FEW)]


def _contributor(draw: Draw, within: Range, lanes: tuple[str, ...], sectors: tuple[str, ...]) -> Data:
    contingents = {}
    for name in ("battalion", "company")[: draw(st.integers(1, 2))]:
        body = draw(blocks.contingents(within.exits))
        for key, there in (("lift", lanes), ("sector", sectors)):
            if body[key] is None or not there:
                del body[key]
            elif body[key] not in there:
                body[key] = there[0]
        contingents[name] = body
    return {**draw(blocks.contributors(within.exits)), "contingents": contingents, "consents": {}}


def _unnamed(draw: Draw, within: Range, lanes: tuple[str, ...], sectors: tuple[str, ...]) -> Data:
    """Now and then a template from which up to three contributors appear."""
    if draw(st.sampled_from((False, False, False, True))):
        appear = {"at_most": draw(st.integers(1, 3)), "every": draw(blocks.delays(60))}
        return {"unnamed": {**_contributor(draw, within, lanes, sectors), **appear}}
    return {}


def _add_consents(draw: Draw, data: Data) -> tuple[tuple[str, str], ...]:
    """Add consents to parties and contributors; return the pairs for which one is asked."""
    asked = []
    for party, block in data["parties"].items():
        default = draw(st.booleans())
        if default:
            block["consent"] = draw(blocks.consents())
        for name, contributor in data["contributors"].items():
            own = draw(st.sampled_from(("default", "default", "own", "not_needed")))
            if own == "own":
                contributor["consents"][party] = draw(blocks.consents())
            elif own == "not_needed" and default:
                contributor["consents"][party] = "not_needed"
            if own == "own" or (own == "default" and default):
                asked.append((party, name))
    return tuple(asked)


def _add_trained(draw: Draw, data: Data) -> None:
    roles = {
        body["role"] for block in data["contributors"].values() for body in block["contingents"].values()
    }
    if "trainers" not in roles or not draw(st.booleans()):
        data["trained_forces"] = {}
        return
    sector = draw(st.sampled_from((None, *data["theatre"]["sectors"])))
    data["trained_forces"] = {TRAINED: {**draw(blocks.trained()), **({"sector": sector} if sector else {})}}


def _keep_known_ceilings(data: Data) -> None:
    """Drop the ceilings of forces that the scenario does not have."""
    bodies = [body for block in data["contributors"].values() for body in block["contingents"].values()]
    known = {"any", *(body.get("force", "military") for body in (*bodies, *data["trained_forces"].values()))}
    ceilings = data.pop("authorised", None)
    if isinstance(ceilings, dict):
        ceilings = {force: most for force, most in ceilings.items() if force in known}
    if ceilings:
        data["authorised"] = ceilings


def _cast(data: Data, asked: tuple[tuple[str, str], ...], within: Range) -> Cast:
    bodies = [body for block in data["contributors"].values() for body in block["contingents"].values()]
    forces = {body.get("force", "military") for body in bodies} - {"military"}
    return Cast(
        facts=tuple(sorted(data["facts"])),
        contributors=tuple(data["contributors"]),
        consents=asked,
        roles=tuple(sorted({body["role"] for body in bodies})),
        sectors=tuple(data["theatre"]["sectors"]),
        forces=tuple(sorted(forces | ({"police"} if data["trained_forces"] else set()))),
        definitions=tuple(data["definitions"]),
        reads_forces=within.forces,
        beds="beds" in data["theatre"],
    )


def _add_history(draw: Draw, data: Data, asked: tuple[tuple[str, str], ...]) -> None:
    as_of = draw(st.integers(0, 50))
    data["as_of"] = blocks.day(as_of)
    known = [record for record in blocks.records() if _is_about(record, data, asked)]
    dated = st.tuples(st.integers(0, as_of), st.sampled_from(known))
    data["history"] = [
        {"date": blocks.day(many), **record} for many, record in draw(st.lists(dated, min_size=1, max_size=5))
    ]


def _possible_records(data: Data) -> list[Data]:
    """Return the records of a history that can be true together, the earlier in the list first."""
    nowhere = Branch({}, Position("drawn", 1, 1))
    kept: list[Data] = []
    for record in data["history"]:
        scenario = Scenario.model_validate({**data, "history": [*kept, record]})
        found = check(nowhere, scenario, oddities=False)
        if not any(fault.item.startswith("history") for fault in found):
            kept.append(record)
    return kept


def _is_about(record: Data, data: Data, asked: tuple[tuple[str, str], ...]) -> bool:
    """Tell whether what the record names is in the scenario."""
    if "fact" in record:
        return record["fact"] in data["facts"]
    if "party" in record:
        return (record["party"], record["contributor"]) in asked
    block = data["contributors"].get(record["contributor"])
    steps = {approval["step"] for approval in block["approvals"]} if block is not None else set()
    return block is not None and record.get("step", None) in {None, *steps}


def _written(value: Any, cast: Cast, path: tuple[str, ...]) -> Any:
    """Return a value with every rule about the cast, as text."""
    if isinstance(value, _RULES):
        without = path[1] if path[0] in ("facts", "definitions") or path[:2] == ("theatre", "beds") else None
        owner = path[1] if path[0] == "contributors" or (path[0] == "parties" and len(path) > 2) else None
        owner = "self" if path[0] == "unnamed" else owner
        return str(cast.recast(value, without, owner))
    if isinstance(value, dict):
        return {key: _written(item, cast, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [_written(item, cast, path) for item in value]
    return value
