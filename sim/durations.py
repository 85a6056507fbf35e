"""Time as the simulator counts it: whole seconds since 00:00 UTC of the scenario's start.

Durations are written in hours, days, weeks, months (30.4375 days), quarters (91.3125 days) and years (365.25
days), as in `30 days`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction

DAY = 86_400
"""Seconds in a day."""

SECONDS_OF_UNIT = {
    "hour": 3_600,
    "day": DAY,
    "week": 7 * DAY,
    "month": 2_629_800,
    "quarter": 7_889_400,
    "year": 31_557_600,
}
"""Seconds in each unit of duration; a month is 30.4375 days, a quarter three months, a year 365.25 days."""

UNITS = "|".join(SECONDS_OF_UNIT)
"""The units as alternatives of a regular expression."""

UNITS_SAID = "hours, days, weeks, months, quarters or years"

_DURATION = re.compile(rf"\s*(\d+(?:\.\d+)?)\s*({UNITS})s?\s*\Z")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as it was written: `amount` (a decimal literal) of `unit` (singular)."""

    amount: str
    unit: str

    @property
    def seconds(self) -> int:
        """The length in whole seconds, rounded up."""
        return -((-Fraction(self.amount) * SECONDS_OF_UNIT[self.unit]) // 1)

    def __str__(self) -> str:
        """Return the duration as a rule or a scenario writes it, for example `30 days`."""
        return f"{self.amount} {self.unit}" + ("" if self.amount == "1" else "s")


def parse_duration(text: str) -> Duration:
    """Read `14 days`, `2.5 weeks`, `6 hours`, `1 month`, `2 years`.

    Raises ValueError, with the remedy in its message, for anything else.
    """
    match = _DURATION.match(text)
    if match is None:
        raise ValueError(
            f"'{text}' is not a duration; write a number and {UNITS_SAID}, for example '14 days'"
        )
    return Duration(match[1], match[2])


def seconds_between(start: dt.date, day: dt.date) -> int:
    """Return seconds from 00:00 of `start` to 00:00 of `day`."""
    return (day - start).days * DAY


def date_at(start: dt.date, seconds: int) -> dt.date:
    """Return the calendar day that holds the instant `seconds` after 00:00 of `start`."""
    return start + dt.timedelta(days=seconds // DAY)
