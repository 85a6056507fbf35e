"""Dates in words; month names do not depend on the machine's language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sim.vocabulary import MONTHS, day_in_words

NEVER = "never"


def as_date(value: Any) -> dt.date | None:
    """Read a table's date cell; None for a date that never comes (NaT, NaN, None or the word never)."""
    if value is None or isinstance(value, str | float):
        return None
    if isinstance(value, dt.datetime):
        return None if str(value) == "NaT" else value.date()  # pandas' NaT is a datetime
    if isinstance(value, dt.date):
        return value
    seconds = value.astype("datetime64[s]").item()  # numpy.datetime64
    return None if seconds is None else as_date(seconds)


def day(value: Any) -> str:
    """`30 June 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else day_in_words(date)


def short_day(value: Any) -> str:
    """`30 Jun 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else f"{date.day} {MONTHS[date.month - 1][:3]} {date.year}"


def month(value: Any) -> str:
    """`June 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else f"{MONTHS[date.month - 1]} {date.year}"


def short_month(value: Any) -> str:
    """`Jun 2026`, or `never`."""
    date = as_date(value)
    return NEVER if date is None else f"{MONTHS[date.month - 1][:3]} {date.year}"
