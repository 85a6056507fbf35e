"""How one written value of a scenario is read: dates, numbers, durations, rates, sources."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from math import floor
from typing import Any

from sim.durations import DAY, SECONDS_OF_UNIT, UNITS, parse_duration
from sim.rules.domains import ANY_FORCE
from sim.scenario.range_remedies import pace_remedy, range_remedy
from sim.scenario.scalars import ThreePlaces, read_word
from sim.scenario.word_remedies import length_remedy, number_remedy

_RATE = re.compile(rf"\s*([0-9]+(?:\.[0-9]+)?)\s+per\s+(?:([0-9]+(?:\.[0-9]+)?)\s+)?({UNITS})s?\s*\Z")
_RATE_PER_TROOP = re.compile(
    rf"\s*([0-9]+(?:\.[0-9]+)?)\s+per\s+([0-9]+(?:\.[0-9]+)?)\s+per\s+(?:([0-9]+(?:\.[0-9]+)?)\s+)?({UNITS})s?\s*\Z"
)
_SHORT_RATE = re.compile(
    rf"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:/|a|an|every|each|in)\s*(?:([0-9]+(?:\.[0-9]+)?)\s+)?({UNITS})s?\s*\Z",
    re.I,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_COMMA = re.compile(r"([-+]?[0-9]*),([0-9]+%?)\Z")
_THOUSANDS = re.compile(r"\s*[0-9]{1,3}([.,_' \u00a0\u202f][0-9]{3})+\s*\Z")
_PERCENTAGE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*\Z")
_LONGEST = 60
"""Most characters of a number or a duration."""

LARGEST = 1e12
"""The largest number that a scenario can state."""

LONGEST_DELAY = 1_000 * SECONDS_OF_UNIT["year"]
"""The longest delay, in seconds."""

MOST_EVENTS = 10_000
"""Most events a day, since each is simulated."""

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
    if isinstance(raw, ThreePlaces):
        return _with_a_point(raw)
    if isinstance(raw, str) and _THOUSANDS.match(raw):
        return (
            f"{shown(raw)} is not a number; write thousands without a separator: {re.sub('[^0-9]', '', raw)}"
        )
    if isinstance(raw, str) and (comma := _COMMA.match(raw)):
        return f"{shown(raw)} is not a number; write decimals with a point: {comma[1] or 0}.{comma[2]}"
    return f"{shown(raw)} is not a number{pace_remedy(raw) or range_remedy(raw) or number_remedy(raw)}"


def _with_a_point(raw: ThreePlaces) -> str:
    """Say that a number of troops was written with a point, and what to write."""
    return (
        f"'{raw.text}' is read with a decimal point, as {float(raw):g}; "
        f"write thousands without a separator: {raw.text.replace('.', '')}"
    )


def read_number(raw: Any) -> float:
    """Read a number or a percentage."""
    if isinstance(raw, str) and len(raw) <= _LONGEST and (match := _PERCENTAGE.match(raw)):
        raw = float(Decimal(match[1]) / 100)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(not_a_number(raw))
    if not abs(raw) <= LARGEST:
        raise ValueError(f"{shown(raw)} is too large; numbers go up to {LARGEST:,.0f}")
    return float(raw) + 0.0  # a zero has no sign


def read_troops(raw: Any) -> float:
    """Read a number of troops, which is whole; `1.200` is a fault, for elsewhere it means 1,200."""
    if isinstance(raw, ThreePlaces):
        raise ValueError(_with_a_point(raw))
    if isinstance(raw, str) and _PERCENTAGE.match(raw):
        raise ValueError(
            f"{shown(raw)} is a share, not a number of troops; write how many, and the share under `delivers:`"
        )
    number = read_number(raw)
    if number != floor(number):
        raise ValueError(
            f"{shown(raw)} is not a whole number of troops; write {floor(number)} or {floor(number) + 1}"
        )
    return number


def read_authorised(raw: Any) -> dict[str, int]:
    """Read how many troops are authorised: of all forces together, or by force (`any`: all together)."""
    if isinstance(raw, dict):
        return {str(force): _ceiling(most) for force, most in raw.items()}
    return {ANY_FORCE: _ceiling(raw)}


def _ceiling(raw: Any) -> int:
    troops = int(read_troops(raw))
    if troops < 0:
        raise ValueError(f"{shown(raw)} is no ceiling; it must be at least 0")
    return troops


def read_share(raw: Any) -> float:
    """Read a part of a whole, from 0 (included) to 1 (excluded)."""
    share = read_number(raw)
    if not 0 <= share < 1:
        raise ValueError(f"{shown(raw)} is no share below 100 %; write for example 20%")
    return share


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
        raise ValueError(
            f"{shown(raw)} is not the value of a fact; write true, false or a number{_truth_meant(raw)}"
        ) from None


def _truth_meant(raw: Any) -> str:
    """Return which truth value a word such as `yes` means, if any."""
    word = raw.strip().lower() if isinstance(raw, str) else ""
    if word in ("yes", "on", "y", "open", "met", "given"):
        return f" (for {shown(raw)}: true)"
    return f" (for {shown(raw)}: false)" if word in ("no", "off", "n", "closed", "refused") else ""


def read_seconds(raw: Any) -> float:
    """Read a duration as seconds; a bare 0 is no delay."""
    if isinstance(raw, str) and len(raw) <= _LONGEST:
        remedy = length_remedy(raw) or range_remedy(raw)
        if remedy:
            raise ValueError(f"{shown(raw)} is not a duration{remedy}")
        seconds = parse_duration(raw).seconds
        if seconds > LONGEST_DELAY:
            raise ValueError(f"{shown(raw)} is longer than 1,000 years; write `never` as a probability of 0")
        return float(seconds)
    if not isinstance(raw, str) and raw == 0 and raw is not False:
        return 0.0
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raise ValueError(
            f"{shown(raw)} is not a duration, for it has no unit; write '{raw:g} days' if days are meant"
        )
    raise ValueError(f"{shown(raw)} is not a duration; write a number and a unit, for example '14 days'")


def read_rate(raw: Any) -> float:
    """Read `25 per 40 days` as events per second."""
    if isinstance(raw, str) and len(raw) <= _LONGEST and (match := _RATE.match(raw)):
        period = Decimal(match[2] or 1) * SECONDS_OF_UNIT[match[3]]
        if period > 0:
            return _per_second(Decimal(match[1]) / period, raw)
    meant = range_remedy(raw) or _rate_meant(raw)
    example = "" if "; write" in meant else "; write for example '25 per 40 days'"
    raise ValueError(f"{shown(raw)} is not a rate{meant}{example}")


def _rate_meant(raw: Any) -> str:
    """Say that a bare number has no time."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return f", for it does not say in how long (perhaps '{raw:g} per day')"
    if isinstance(raw, str) and len(raw) <= _LONGEST and (match := _SHORT_RATE.match(raw)):
        long = f"{match[2]} {match[3]}s" if match[2] else match[3]
        return f"; write {match[1]} per {long}"
    return ""


def read_rate_per_troop(raw: Any) -> float:
    """Read `1 per 1000 per year` as events per soldier and second."""
    if isinstance(raw, str) and len(raw) <= _LONGEST and (match := _RATE_PER_TROOP.match(raw)):
        _refuse_point(match[2], raw)
        exposure = Decimal(match[2]) * Decimal(match[3] or 1) * SECONDS_OF_UNIT[match[4]]
        if exposure > 0:
            return _per_second(Decimal(match[1]) / exposure, raw)
    raise ValueError(f"{shown(raw)} is not a rate per soldier; write for example '1 per 1000 per year'")


def read_per_day(raw: Any) -> float:
    """Read `250 per day` as troops per day."""
    if isinstance(raw, str) and len(raw) <= _LONGEST and (match := _RATE.match(raw)):
        _refuse_point(match[1], raw)
        days = Decimal(match[2] or 1) * SECONDS_OF_UNIT[match[3]] / DAY
        if days > 0 and Decimal(match[1]) > 0:
            return read_number(float(Decimal(match[1]) / days))
    raise ValueError(
        f"{shown(raw)} is not a daily rate above 0{range_remedy(raw) or _rate_meant(raw)}; "
        "write for example '250 per day'"
    )


def _refuse_point(written: str, raw: str) -> None:
    """Refuse troops written with a point, as in `1 per 1.000 per year`."""
    word = read_word(written)
    if isinstance(word, ThreePlaces):
        raise ValueError(f"in {shown(raw)} {_with_a_point(word)}")


def _per_second(rate: Decimal, raw: str) -> float:
    if rate * DAY > MOST_EVENTS:
        raise ValueError(f"{shown(raw)} is more than {MOST_EVENTS:,} a day; count larger incidents")
    return float(rate)
