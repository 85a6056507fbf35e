"""How numbers, dates and rules are written, as JSON Schemas: what an editor checks while a planner types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.durations import UNITS

Schema = dict[str, Any]

_NUMBER = r"[0-9]+(\.[0-9]+)?"
_UNIT = rf"({UNITS})s?"
_PERIOD = rf"({_NUMBER}\s+)?{_UNIT}"

DURATION = rf"^\s*{_NUMBER}\s*{_UNIT}\s*$"
"""A length of time: `14 days`."""

RATE = rf"^\s*{_NUMBER}\s+per\s+{_PERIOD}\s*$"
"""A rate: `25 per 40 days`, `250 per day`."""

RATE_PER_TROOP = rf"^\s*{_NUMBER}\s+per\s+{_NUMBER}\s+per\s+{_PERIOD}\s*$"
"""A rate for each of so many soldiers: `1 per 1000 per year`."""

PERCENTAGE = rf"^\s*{_NUMBER}\s*%\s*$"
"""A share: `75%`."""

DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
"""A day: `2026-06-30`."""


def number_schemas() -> dict[str, Schema]:
    """Return the schema of each kind of stated value by its name."""
    delay = {"anyOf": [_text(DURATION, "14 days"), {"const": 0, "description": "no delay"}]}
    percentage = _text(PERCENTAGE, "75%")
    share = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, percentage]}
    amount = {"anyOf": [{"type": "number", "minimum": 0}, percentage]}
    day = _text(DATE, "2026-06-30", "a day, written YYYY-MM-DD", format="date")
    slip = _drawn("By how much it slips", delay, DURATION)
    fact_value = {
        "description": "true, false, a number or a percentage",
        "anyOf": [{"type": "boolean"}, {"type": "number"}, percentage],
    }
    return {
        "Day": day,
        "Rule": _rule(),
        "SourceNames": _source(),
        "FactValue": fact_value,
        "PlannedDay": {"anyOf": [day, _slipping({"planned": day}, slip)]},
        "ScheduleValue": {"anyOf": [fact_value, _slipping({"value": fact_value}, slip)]},
        "Authorised": {
            "description": "how many troops, of every force together or by force; `any` means all together",
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {
                    "type": "object",
                    "additionalProperties": {"type": "integer", "minimum": 0},
                    "minProperties": 1,
                },
            ],
        },
        "Share": {**share, "description": "a part of a whole, such as 20%"},
        "Delay": _drawn("A length of time", delay, DURATION, more=_chance_per),
        "Probability": _drawn(
            "A probability or a share, 0 to 1", share, f"({_NUMBER}|{PERCENTAGE[1:-1]})", _SHARE_MOVERS
        ),
        "Troops": _drawn("A number of troops", {"type": "integer", "minimum": 0}, "[0-9]+"),
        "Amount": _drawn("A number", amount, _NUMBER),
        "Common": _drawn("A number that several others share", amount, _NUMBER, ()),
        "Rate": _drawn("Events in a length of time", _text(RATE, "25 per 40 days"), RATE),
        "RatePerTroop": _drawn(
            "Events for so many soldiers in a length of time",
            _text(RATE_PER_TROOP, "1 per 1000 per year"),
            RATE_PER_TROOP,
        ),
        "PerDay": _drawn("Troops in a length of time", _text(RATE, "250 per day"), RATE),
    }


def _slipping(stated: dict[str, Schema], slip: Schema) -> Schema:
    """Return the schema of what is planned and slips."""
    return _mapping("what is planned, and by how much its date slips", {**stated, "slips": slip}, {})


def _text(pattern: str, example: str, description: str = "", **more: str) -> Schema:
    schema: Schema = {"type": "string", "pattern": pattern, "examples": [example], **more}
    return {"description": description, **schema} if description else schema


_MOVERS = ("times",)
_SHARE_MOVERS = ("times", "odds")
_MOVED = {
    "times": "the `uncertain:` quantity (or a list of them) that multiplies it",
    "odds": "the `uncertain:` quantity (or a list of them) that multiplies its odds",
}


def _drawn(
    what: str,
    value: Schema,
    key: str,
    movers: tuple[str, ...] = _MOVERS,
    more: Callable[[Schema], Schema] | None = None,
) -> Schema:
    """Return the schema of a known number or a distribution; `key` is the pattern of a value as a key.

    `movers` are the keys that name uncertain quantities; `more` is one further form.
    """
    names = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
    further: Schema = {mover: {"description": _MOVED[mover], **names} for mover in movers}
    lognormal = {
        "median": {**value, "description": "half of the draws are below it"},
        "p90": {**value, "description": "nine in ten draws are below it"},
    }
    pert = {
        "low": {**value, "description": "no draw is below it"},
        "mode": {**value, "description": "the likeliest value"},
        "high": {**value, "description": "no draw is above it"},
    }
    uniform = {bound: pert[bound] for bound in ("low", "high")}
    weights = {
        "anyOf": [
            {
                "type": "object",
                "description": "value: weight",
                "propertyNames": {"pattern": f"^{key.removeprefix('^').removesuffix('$')}$"},
                "additionalProperties": _weight(),
                "minProperties": 1,
            },
            {"type": "array", "description": "values, each as likely", "items": value, "minItems": 1},
        ]
    }
    return {
        "description": (
            f"{what}: known, {{median, p90}}, {{p10, p90}}, {{p10, median, p90}}, {{low, high}}, "
            "{low, mode, high}, {mean} or {one_of}."
        ),
        "anyOf": [
            value,
            _mapping("lognormal", lognormal, further),
            _quantiles(value, further),
            _mapping("uniform: any value between the bounds is as likely", uniform, further),
            _mapping("PERT: absolute bounds and the likeliest value", pert, further),
            _mapping("exponential", {"mean": {**value, "description": "the mean of the draws"}}, further),
            *([more(further)] if more is not None else []),
            _mapping("one of the values, with these weights", {"one_of": weights}, further),
            _mapping("known, beside `times`", {"value": value}, further),
        ],
    }


def _quantiles(value: Schema, further: Schema) -> Schema:
    """Return the schema of two quantiles, or of two with the median between them."""
    return {
        "type": "object",
        "description": "the law through two quantiles (lognormal), or two with the median (two halves)",
        "properties": {"median": {**value, "description": "half of the draws are below it"}, **further},
        "patternProperties": {
            "^p[1-9][0-9]?$": {**value, "description": "so many in a hundred draws are below it"}
        },
        "minProperties": 2,
        "maxProperties": 3 + len(further),
        "additionalProperties": False,
    }


def _weight() -> Schema:
    """Return the schema of the weight of one of several."""
    return {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, _text(PERCENTAGE, "60%")]}


def _chance_per(further: Schema) -> Schema:
    """Return the schema of a delay that ends with the same chance in each period."""
    number = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    chance = {
        "chance": {
            "anyOf": [number, _text(PERCENTAGE, "10%")],
            "description": "the chance that it ends within a period, if not before",
        },
        "per": _text(rf"^\s*{_PERIOD}\s*$", "quarter", "the period: quarter, year, 40 days"),
    }
    return _mapping("exponential: the same chance in each period", chance, further)


def _mapping(description: str, required: dict[str, Schema], further: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": {**required, **further},
        "required": list(required),
        "additionalProperties": False,
    }


def _rule() -> Schema:
    weights = {
        "type": "object",
        "description": "rule: weight",
        "additionalProperties": _weight(),
        "minProperties": 1,
    }
    return {
        "description": (
            "A commitment rule, as a spokesman would say it, on one line; or its readings, one of which is drawn "
            "once a replication."
        ),
        "anyOf": [
            {"type": ["string", "boolean"], "minLength": 1},
            {
                "type": "object",
                "properties": {
                    "one_of": {
                        "anyOf": [weights, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
                    }
                },
                "required": ["one_of"],
                "additionalProperties": False,
            },
        ],
        "examples": [
            "ceasefire for 30 days and violations in last 30 days <= 5",
            "not military_action for 30 days",
            "at least 2 of (deployed(indonesia) >= 1000, committed(pakistan), mandate_clear)",
            "casualties(self) in last 30 days >= 10",
            "after 2026-06-01 and consent(israel, turkey)",
            "never",
        ],
    }


def _source() -> Schema:
    return {
        "description": "Where numbers come from: one of `sources:`, or one for each key.",
        "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
    }
