"""Dates that are planned and slip: `{planned: 2026-04-01, slips: {median: 20 days, p90: 90 days}}`.

What is planned comes on its date plus the delay, never before. What `history` does not record as come by
`as_of` had not come by then: the delay goes on, given its age. Of the theatre's and the requirements' dates each
has a name, under which rules and logs speak of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from sim.rules.syntax import After, And, Holds, Rule, Value
from sim.scenario.distributions import Drawn, bounds, read_drawn
from sim.scenario.values import read_date, read_seconds, read_value, shown

_EXAMPLE = "{planned: 2026-04-01, slips: {median: 20 days, p90: 90 days}}"


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned date, and by how much it slips."""

    planned: dt.date
    slips: Drawn

    def __str__(self) -> str:
        """Return the planned date."""
        return self.planned.isoformat()


@dataclass(frozen=True, slots=True)
class SlippingValue:
    """The value that a schedule takes on a planned date, and by how much that date slips."""

    value: bool | float
    slips: Drawn

    def __float__(self) -> float:
        """Return the value as a number."""
        return float(self.value)


def read_planned(raw: Any) -> dt.date | Planned:
    """Read a date, or a planned date that slips."""
    if isinstance(raw, Planned):
        return raw
    if not isinstance(raw, Mapping):
        return read_date(raw)
    if set(raw) != {"planned", "slips"}:
        written = ", ".join(sorted(map(str, raw))) or "nothing"
        raise ValueError(f"a date that slips cannot be read from {{{written}}}; write {_EXAMPLE}")
    return Planned(read_date(raw["planned"]), read_slip(raw["slips"]))


def read_schedule_value(raw: Any) -> bool | float | SlippingValue:
    """Read the value of a schedule, or one whose date slips: `{value: true, slips: DELAY}`."""
    if isinstance(raw, SlippingValue):
        return raw
    if not isinstance(raw, Mapping):
        return read_value(raw)
    if set(raw) != {"value", "slips"}:
        written = ", ".join(sorted(map(str, raw))) or "nothing"
        raise ValueError(
            f"the value of a planned date cannot be read from {{{written}}}; "
            "write 2026-04-01: {value: true, slips: {median: 20 days, p90: 90 days}}"
        )
    return SlippingValue(read_value(raw["value"]), read_slip(raw["slips"]))


def read_slip(raw: Any) -> Drawn:
    """Read the delay by which a date slips."""
    if isinstance(raw, bool):
        raise ValueError(f"{shown(raw)} is not a delay; write by how much the date slips, as in {_EXAMPLE}")
    return read_drawn(raw, read_seconds)


def earliest(date: dt.date | Planned) -> dt.date:
    """Return the first day on which it can be."""
    return date.planned if isinstance(date, Planned) else date


def latest(date: dt.date | Planned, end: dt.date) -> dt.date:
    """Return the last day on which it can be, at the latest `end`; of a shared pace nobody knows the end."""
    if not isinstance(date, Planned):
        return date
    longest = bounds(date.slips.distribution)[1]
    if date.slips.times or longest == inf:
        return end
    return min(end, date.planned + dt.timedelta(seconds=longest))


def since(date: dt.date | Planned, name: str) -> Rule:
    """Return the rule that it is that date or later; of a planned one, that it came, read under its name."""
    return Holds(Value(name)) if isinstance(date, Planned) else After(date)


def since_at_least(date: dt.date | Planned, name: str) -> Rule:
    """Return the same rule with what is certain of a planned date: it comes on it or later."""
    return And((After(date.planned), since(date, name))) if isinstance(date, Planned) else After(date)


def sector_gate(name: str) -> str:
    """Return how rules and logs name the date on which a sector opens."""
    return f"sector_{name}_opens"


def lane_gate(name: str) -> str:
    """Return how rules and logs name the date from which a lane runs."""
    return f"lift_{name}_runs"


def beds_gate(date: dt.date | Planned, to: int) -> str:
    """Return how rules and logs name the date from which there are so many beds."""
    return f"beds_grow_to_{to}_planned_for_{earliest(date):%Y_%m_%d}"


def requirement_gate(spelt: str) -> str:
    """Return how logs name the date on which a requirement is due."""
    return f"requirement_{spelt}_is_due"
