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
from sim.scenario.distributions import Drawn, Exponential, bounds, read_drawn
from sim.scenario.planned import Planned, SlippingValue, read_planned, read_schedule_value
from sim.scenario.rule_values import read_rule
from sim.scenario.values import (
    read_authorised,
    read_date,
    read_number,
    read_per_day,
    read_rate,
    read_rate_per_troop,
    read_seconds,
    read_share,
    read_source,
    read_troops,
    read_value,
)

MOST_TROOPS = 10_000_000
"""Most troops of a pledge; what is drawn or multiplied beyond it counts as that many."""


class Block(BaseModel):
    """A mapping of a scenario file: frozen, and any key it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _drawn(
    read: Callable[[Any], float],
    low: float,
    high: float,
    what: str,
    *,
    share: bool = False,
    common: bool = False,
) -> Callable[[Any], Drawn]:
    """Return a reader of a stated number between bounds.

    `share`: it is a probability or share, so that `odds:` may stand beside it. `common`: it is itself one of
    `uncertain:`, so that neither `times:` nor `odds:` may.
    """

    def validate(raw: Any) -> Drawn:
        drawn = read_drawn(raw, read, share)
        least, greatest = bounds(drawn.distribution)
        if least < low or (greatest > high and greatest != float("inf")):
            allowed = f"between {low:g} and {high:,.12g}" if high < float("inf") else f"at least {low:g}"
            outside = least if least < low else greatest
            percent = f"; perhaps you mean {outside:.12g}%" if share and 2 <= outside <= 100 else ""
            raise ValueError(f"{what} must be {allowed}, not {outside:.12g}{percent}")
        if drawn.odds and not share:
            raise ValueError(f"odds: is for a probability or share, and this is {what}; write times:")
        if drawn.movers and common:
            raise ValueError(
                "an uncertain quantity cannot be moved by another; name both where the number stands: times: [a, b]"
            )
        if isinstance(drawn.distribution, Exponential) and high < float("inf"):
            raise ValueError(
                f"{what} has an upper bound of {high:,.12g}, and {{mean}} alone is an exponential without one; "
                "write the number itself if it is known, else its range: {p10, p90} or {low, mode, high}"
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
    PlannedDay = dt.date | Planned
    ScheduleValue = bool | float | SlippingValue
    Delay = Drawn
    Probability = Drawn
    Troops = Drawn
    Amount = Drawn
    Rate = Drawn
    RatePerTroop = Drawn
    PerDay = Drawn
    Common = Drawn
    Share = float
    Authorised = dict[str, int]
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
    Authorised = Annotated[Any, PlainValidator(read_authorised), _stated("Authorised")]
    Share = Annotated[Any, PlainValidator(read_share), _stated("Share")]
    PlannedDay = Annotated[Any, PlainValidator(read_planned), _WRITTEN, _stated("PlannedDay")]
    ScheduleValue = Annotated[Any, PlainValidator(read_schedule_value), _stated("ScheduleValue")]
    FactValue = Annotated[Any, PlainValidator(read_value), _stated("FactValue")]
    Delay = Annotated[
        Any,
        PlainValidator(_drawn(read_seconds, 0, _UNBOUNDED, "a delay")),
        _WRITTEN,
        _stated("Delay"),
    ]
    Probability = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, 1, "a probability or share", share=True)),
        _WRITTEN,
        _stated("Probability"),
    ]
    Troops = Annotated[
        Any,
        PlainValidator(_drawn(read_troops, 0, MOST_TROOPS, "a number of troops")),
        _WRITTEN,
        _stated("Troops"),
    ]
    Amount = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, _UNBOUNDED, "a number")),
        _WRITTEN,
        _stated("Amount"),
    ]
    Common = Annotated[
        Any,
        PlainValidator(_drawn(read_number, 0, _UNBOUNDED, "a number", common=True)),
        _WRITTEN,
        _stated("Common"),
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
