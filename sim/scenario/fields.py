"""Field types shared by every block of a scenario: how one written value is read and what it may be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    Strict,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from sim.durations import SECONDS_OF_UNIT, parse_duration
from sim.errors import RuleError
from sim.rules.syntax import ALWAYS, NEVER, Rule
from sim.scenario.distributions import Drawn, bounds, read_drawn

_RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s+per\s+(?:(\d+(?:\.\d+)?)\s+)?(hour|day|week|month|year)s?\s*\Z")
_RATE_PER_TROOP = re.compile(
    r"\s*(\d+(?:\.\d+)?)\s+per\s+(\d+(?:\.\d+)?)\s+per\s+(?:(\d+(?:\.\d+)?)\s+)?(hour|day|week|month|year)s?\s*\Z"
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_THOUSANDS = re.compile(r"\s*\d{1,3}([,_' \u00a0\u202f]\d{3})+\s*\Z")
_RULE_CLASSES = get_args(Rule)
_PERCENTAGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*\Z")


class Block(BaseModel):
    """A mapping of a scenario file: frozen, and any key it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)
"""The first and the last day that a scenario can speak of."""


def read_date(raw: Any) -> dt.date:
    """Read a day of the calendar, written YYYY-MM-DD."""
    if isinstance(raw, dt.date) and not isinstance(raw, dt.datetime):
        return raw
    if not isinstance(raw, str) or not _DATE.match(raw):
        raise ValueError(f"{shown(raw)} is not a date; write YYYY-MM-DD, for example 2026-06-30")
    try:
        day = dt.date.fromisoformat(raw)
    except ValueError:
        raise ValueError(f"{shown(raw)} is not a day of the calendar; correct the month or the day") from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{shown(raw)} is not between the years {EARLIEST.year} and {LATEST.year}")
    return day


def shown(raw: Any) -> str:
    """Return a value as a message shows it: as it would stand in the file, in quotes, cut if long."""
    text = (
        {None: "nothing", True: "true", False: "false"}[raw]
        if raw is None or isinstance(raw, bool)
        else str(raw)
    )
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"


def not_a_number(raw: Any) -> str:
    """Return what is wrong with a value that should be a number, with the remedy."""
    if isinstance(raw, str) and _THOUSANDS.match(raw):
        return (
            f"{shown(raw)} is not a number; write thousands without a separator: {re.sub('[^0-9]', '', raw)}"
        )
    return f"{shown(raw)} is not a number"


def read_number(raw: Any) -> float:
    """Read a finite number or a percentage."""
    if isinstance(raw, str) and (match := _PERCENTAGE.match(raw)):
        return float(Decimal(match[1]) / 100)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(not_a_number(raw))
    if not abs(raw) < float("inf"):
        raise ValueError(f"{shown(raw)} is not a finite number")
    return float(raw)


def read_source(raw: Any) -> str | dict[str, str] | None:
    """Read `source:` of a block: the name of one source, or one name for each key."""
    if raw is None or isinstance(raw, str):
        return raw
    if not isinstance(raw, dict):
        raise ValueError(
            f"{shown(raw)} is not a source; name one of `sources:`, or one for each key: {{key: name}}"
        )
    for key, name in raw.items():
        if not isinstance(key, str) or not isinstance(name, str):
            raise ValueError(
                f"{shown(name)} is not the name of a source; write {{{key}: name}} with one of `sources:`"
            )
    return raw


def read_value(raw: Any) -> bool | float:
    """Read the value of a fact: true, false, a number or a percentage."""
    if isinstance(raw, bool):
        return raw
    try:
        return read_number(raw)
    except ValueError:
        raise ValueError(f"{shown(raw)} is not the value of a fact; write true, false or a number") from None


def read_seconds(raw: Any) -> float:
    """Read a duration as seconds; a bare 0 is no delay."""
    if isinstance(raw, str):
        return float(parse_duration(raw).seconds)
    if raw == 0 and not isinstance(raw, bool):
        return 0.0
    raise ValueError(f"{shown(raw)} is not a duration; write a number and a unit, for example '14 days'")


def read_rate(raw: Any) -> float:
    """Read `25 per 40 days` as events per second."""
    if isinstance(raw, str) and (match := _RATE.match(raw)):
        return float(Decimal(match[1]) / (Decimal(match[2] or 1) * SECONDS_OF_UNIT[match[3]]))
    raise ValueError(f"{shown(raw)} is not a rate; write for example '25 per 40 days'")


def read_rate_per_troop(raw: Any) -> float:
    """Read `1 per 1000 per year` as events per soldier and second."""
    if isinstance(raw, str) and (match := _RATE_PER_TROOP.match(raw)):
        period = Decimal(match[3] or 1) * SECONDS_OF_UNIT[match[4]]
        if Decimal(match[2]) > 0:
            return float(Decimal(match[1]) / Decimal(match[2]) / period)
    raise ValueError(f"{shown(raw)} is not a rate per soldier; write for example '1 per 1000 per year'")


def read_per_day(raw: Any) -> float:
    """Read `250 per day` as troops per day."""
    try:
        return read_rate(raw) * 86_400
    except ValueError:
        raise ValueError(f"{shown(raw)} is not a daily rate; write for example '250 per day'") from None


def read_rule(raw: Any) -> Rule:
    """Read a commitment rule; true and false stand for `always` and `never`.

    A rule that cannot be read becomes a pydantic error of the type `rule`, whose context holds the `reason` and
    the `offset`: the 0-based character of the rule's text.
    """
    if isinstance(raw, _RULE_CLASSES):
        return raw
    if isinstance(raw, bool):
        return ALWAYS if raw else NEVER
    if not isinstance(raw, str):
        raise ValueError(
            f"{shown(raw)} is not a rule; write it as one plain line, quoted inside {{…}} or […]"
        )
    from sim.rules.parsing import parse

    try:
        return parse(raw)
    except RuleError as error:
        raise PydanticCustomError(
            "rule", "{reason}", {"reason": str(error), "offset": error.offset}
        ) from None


def _drawn(read: Callable[[Any], float], low: float, high: float, what: str) -> Callable[[Any], Drawn]:
    def validate(raw: Any) -> Drawn:
        drawn = read_drawn(raw, read)
        least, greatest = bounds(drawn.distribution)
        if least < low or (greatest > high and greatest != float("inf")):
            allowed = f"between {low:g} and {high:g}" if high < float("inf") else f"at least {low:g}"
            outside = least if least < low else greatest
            raise ValueError(f"{what} must be {allowed}, not {outside:g}")
        if greatest == float("inf") and high < float("inf"):
            raise ValueError(f"{what} has an upper bound of {high:g}; use {{low, mode, high}} or {{one_of}}")
        return drawn

    return validate


def _schema(description: str, example: str) -> WithJsonSchema:
    return WithJsonSchema(
        {"description": f"{description}, for example {example}", "type": ["number", "string", "object"]}
    )


_WRITTEN = PlainSerializer(str)
_UNBOUNDED = float("inf")

Day = Annotated[dt.date, BeforeValidator(read_date)]
"""A day of the calendar; a time of day or a bare number is a fault."""

Whole = Annotated[int, Strict()]
"""A whole number; a quoted one or a fraction is a fault."""

Real = Annotated[float, Strict()]
"""A number."""

Flag = Annotated[bool, Strict()]
"""`true` or `false`; `yes`, `no`, `on`, `off`, 0 and 1 are faults."""

if TYPE_CHECKING:
    RuleText = Rule
    SourceField = str | dict[str, str] | None
    FactValue = bool | float
    Delay = Drawn
    Probability = Drawn
    Troops = Drawn
    Amount = Drawn
    Rate = Drawn
    RatePerTroop = Drawn
    PerDay = Drawn
else:
    RuleText = Annotated[
        Any,
        PlainValidator(read_rule),
        _WRITTEN,
        WithJsonSchema({"type": ["string", "boolean"], "description": "a commitment rule"}),
    ]
    SourceField = Annotated[
        Any,
        PlainValidator(read_source),
        WithJsonSchema(
            {
                "description": "where the numbers come from: one of `sources`, or one for each key",
                "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
            }
        ),
    ]
    FactValue = Annotated[
        Any, PlainValidator(read_value), WithJsonSchema({"type": ["boolean", "number", "string"]})
    ]
    Delay = Annotated[
        Any,
        PlainValidator(_drawn(read_seconds, 0, _UNBOUNDED, "a delay")),
        _WRITTEN,
        _schema("a delay", "'14 days' or {median: 14 days, p90: 45 days}"),
    ]
    Probability = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, 1, "a probability or share")),
        _WRITTEN,
        _schema("a probability or share", "0.75, 75% or {low: 0.5, mode: 0.85, high: 1}"),
    ]
    Troops = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, 10_000_000, "a number of troops")),
        _WRITTEN,
        _schema("a number of troops", "2000 or {low: 300, mode: 800, high: 1500}"),
    ]
    Amount = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, _UNBOUNDED, "a number")),
        _WRITTEN,
        _schema("a number", "1.5 or {median: 1.0, p90: 1.6}"),
    ]
    Rate = Annotated[
        Any,
        PlainValidator(_drawn(read_rate, 0, _UNBOUNDED, "a rate")),
        _WRITTEN,
        _schema("a rate", "'25 per 40 days'"),
    ]
    RatePerTroop = Annotated[
        Any,
        PlainValidator(_drawn(read_rate_per_troop, 0, _UNBOUNDED, "a rate per soldier")),
        _WRITTEN,
        _schema("a rate per soldier", "'1 per 1000 per year'"),
    ]
    PerDay = Annotated[
        Any,
        PlainValidator(_drawn(read_per_day, 0, _UNBOUNDED, "a daily rate")),
        _WRITTEN,
        _schema("a daily rate", "'250 per day'"),
    ]
