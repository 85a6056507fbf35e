"""Field types shared by every block of a scenario: what may stand behind a key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    Strict,
    WithJsonSchema,
)

from sim.rules.syntax import Rule
from sim.scenario.distributions import Drawn, bounds, read_drawn
from sim.scenario.values import (
    read_date,
    read_number,
    read_per_day,
    read_rate,
    read_rate_per_troop,
    read_rule,
    read_seconds,
    read_source,
    read_value,
)


class Block(BaseModel):
    """A mapping of a scenario file: frozen, and any key it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _drawn(
    read: Callable[[Any], float], low: float, high: float, what: str, scaled: bool = False
) -> Callable[[Any], Drawn]:
    """Return a reader of a stated number between bounds; `scaled`: `times:` may stand beside it."""

    def validate(raw: Any) -> Drawn:
        drawn = read_drawn(raw, read)
        least, greatest = bounds(drawn.distribution)
        if least < low or (greatest > high and greatest != float("inf")):
            allowed = f"between {low:g} and {high:,.12g}" if high < float("inf") else f"at least {low:g}"
            outside = least if least < low else greatest
            raise ValueError(f"{what} must be {allowed}, not {outside:.12g}")
        if drawn.times is not None and not scaled:
            raise ValueError(f"only a delay can be multiplied by an uncertain quantity, and this is {what}")
        if greatest == float("inf") and high < float("inf"):
            raise ValueError(f"{what} has an upper bound of {high:g}; use {{low, mode, high}} or {{one_of}}")
        return drawn

    return validate


def _schema(description: str, example: str) -> WithJsonSchema:
    """Return the JSON Schema of a stated number: a bare value, or one of the distributions."""
    value = {"type": ["number", "string"]}
    times = {"type": "string", "description": "the `uncertain` quantity that multiplies it"}
    forms = [
        {
            "type": "object",
            "properties": {**dict.fromkeys(keys, value), "times": times},
            "required": list(keys),
            "additionalProperties": False,
        }
        for keys in (("value",), ("median", "p90"), ("low", "mode", "high"), ("mean",))
    ]
    weights = {"type": "object", "additionalProperties": {"type": "number"}}
    chances = {
        "type": "object",
        "properties": {"one_of": weights, "times": times},
        "required": ["one_of"],
        "additionalProperties": False,
    }
    return WithJsonSchema(
        {"description": f"{description}, for example {example}", "anyOf": [value, *forms, chances]}
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
        PlainValidator(_drawn(read_seconds, 0, _UNBOUNDED, "a delay", scaled=True)),
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
