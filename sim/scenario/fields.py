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
            raise ValueError(
                f"{what} has an upper bound of {high:,.12g}; use {{low, mode, high}} or {{one_of}}"
            )
        return drawn

    return validate


def _stated(name: str) -> WithJsonSchema:
    """Name the kind of value, whose JSON Schema `sim.scenario.number_schemas` holds."""
    return WithJsonSchema({"stated": name})


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
        _stated("Rule"),
    ]
    SourceField = Annotated[
        Any,
        PlainValidator(read_source),
        _stated("SourceNames"),
    ]
    FactValue = Annotated[Any, PlainValidator(read_value), _stated("FactValue")]
    Delay = Annotated[
        Any,
        PlainValidator(_drawn(read_seconds, 0, _UNBOUNDED, "a delay", scaled=True)),
        _WRITTEN,
        _stated("Delay"),
    ]
    Probability = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, 1, "a probability or share")),
        _WRITTEN,
        _stated("Probability"),
    ]
    Troops = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, 10_000_000, "a number of troops")),
        _WRITTEN,
        _stated("Troops"),
    ]
    Amount = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, _UNBOUNDED, "a number")),
        _WRITTEN,
        _stated("Amount"),
    ]
    Rate = Annotated[
        Any,
        PlainValidator(_drawn(read_rate, 0, _UNBOUNDED, "a rate")),
        _WRITTEN,
        _stated("Rate"),
    ]
    RatePerTroop = Annotated[
        Any,
        PlainValidator(_drawn(read_rate_per_troop, 0, _UNBOUNDED, "a rate per soldier")),
        _WRITTEN,
        _stated("RatePerTroop"),
    ]
    PerDay = Annotated[
        Any,
        PlainValidator(_drawn(read_per_day, 0, _UNBOUNDED, "a daily rate")),
        _WRITTEN,
        _stated("PerDay"),
    ]
