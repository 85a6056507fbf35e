"""How people write one number in words, and what to write instead: `two hundred`, `8 in 10`, `half a year`, `60 d`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sim.durations import DAY, SECONDS_OF_UNIT, UNITS

_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    "twenty",
)
_AMOUNTS: Mapping[str, int] = MappingProxyType(
    {
        **{word: value for value, word in enumerate(_WORDS)},
        "a": 1,
        "an": 1,
        "thirty": 30,
        "forty": 40,
        "fifty": 50,
        "sixty": 60,
        "ninety": 90,
        "dozen": 12,
    }
)
_SCALES: Mapping[str, int] = MappingProxyType({"hundred": 100, "thousand": 1_000, "million": 1_000_000})
_IN_WORDS = re.compile(rf"\s*({'|'.join(_AMOUNTS)})(?:\s+({'|'.join(_SCALES)}))?\s*\Z", re.I)
_QUOTED = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*\Z")
_LEADING_ZEROS = re.compile(r"\s*0+([0-9]+)\s*\Z")
_PERCENT_IN_WORDS = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:percent|per cent|pct)\s*\Z", re.I)
_PART = re.compile(r"\s*([0-9]+)\s*(?:/|in|out of|of)\s*([0-9]+)\s*\Z", re.I)
_NEGATIVE = re.compile(r"\s*-\s*[0-9.]+\s*%\s*\Z")
_UNKNOWN = re.compile(r"\s*(?:tb[dca]|unknown|n/?a|unclear|open|not known|\?+|…|\.\.\.)\s*\Z", re.I)
_CHANCES = re.compile(
    r"\s*(?:very |quite |highly |almost )*(?:un)?(?:likely|certain|possible|probable|sure|impossible|maybe)\s*\Z",
    re.I,
)

_UNITS_OF_TROOPS = re.compile(
    r"\s*(?:.*\s)?(?:battalions?|brigades?|compan(?:y|ies)|regiments?|divisions?|platoons?|squads?)\s*\Z",
    re.I,
)
_MUCH = re.compile(r"\s*(?:most|all|none|some|half|few|many|nearly all|a third|two thirds)\s*\Z", re.I)
_TIMES = re.compile(
    r"\s*(?:([0-9]+(?:\.[0-9]+)?%?)\s*[*x×]\s*([a-z_][a-z0-9_]*)|([a-z_][a-z0-9_]*)\s*[*x×]\s*([0-9]+(?:\.[0-9]+)?%?))\s*\Z"
)

_LENGTH_IN_WORDS = re.compile(rf"\s*({'|'.join(_AMOUNTS)}|half an?)\s+({UNITS})s?\s*\Z", re.I)
_ABBREVIATED = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?)\s*(h|hrs?|d|wks?|w|m|mo|mos|mths?|qtrs?|q|y|yrs?)\.?\s*\Z", re.I
)
_UNIT_OF = MappingProxyType(
    {"h": "hours", "d": "days", "w": "weeks", "m": "months", "q": "quarters", "y": "years"}
)
_WITH_COMMA = re.compile(rf"\s*([0-9]+),([0-9]+)\s+({UNITS})s?\s*\Z", re.I)
_TWO_LENGTHS = re.compile(
    rf"\s*([0-9]+(?:\.[0-9]+)?)\s+({UNITS})s?\s*(?:,|and|\+)?\s*([0-9]+(?:\.[0-9]+)?)\s+({UNITS})s?\s*\Z",
    re.I,
)
_DAYS = MappingProxyType({unit: seconds / DAY for unit, seconds in SECONDS_OF_UNIT.items()})
_AT_ONCE = re.compile(
    r"\s*(?:immediate(?:ly)?|at once|instant(?:ly)?|none|no delay|right away|now)\s*\Z", re.I
)
_IN_CAPITALS = re.compile(rf"\s*([0-9]+(?:\.[0-9]+)?)\s*((?:{UNITS})s?)\s*\Z", re.I)
_NEVER = re.compile(r"\s*(?:never|for ?ever|infinite|infinity|no end)\s*\Z", re.I)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_CALENDAR = re.compile(
    rf"\s*(?:(?:until|by|before|after|from|on|in|end of)\s+)*(?:(?:{_MONTHS})[a-z]*|q[1-4]|spring|summer|autumn|winter)"
    r"(?:[\s/-]+[0-9]{2,4})?\s*\Z",
    re.I,
)
_DATE = re.compile(r"(?:(?:until|by|before|after|from|on)\s+)?[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.I)
_HALVES = MappingProxyType(
    {
        "hour": "0.5 hours",
        "day": "12 hours",
        "week": "3.5 days",
        "month": "15 days",
        "quarter": "45 days",
        "year": "6 months",
    }
)


def number_remedy(raw: Any) -> str:  # noqa: PLR0911  # one for each way of writing
    """Return the remedy for one number that is written otherwise than in digits."""
    if not isinstance(raw, str):
        return ""
    if match := _LEADING_ZEROS.match(raw):
        return f"; write it without zeros before it: {match[1]}"
    if match := _QUOTED.match(raw):
        return f"; write it without quotation marks: {match[1]}"
    if match := _PERCENT_IN_WORDS.match(raw):
        return f"; write {match[1]}%"
    if match := _IN_WORDS.match(raw):
        return (
            f"; write it in digits: {_AMOUNTS[match[1].lower()] * _SCALES.get((match[2] or '').lower(), 1)}"
        )
    if (match := _PART.match(raw)) and 0 < int(match[1]) <= int(match[2]):
        return f"; write the share as a percentage: {100 * int(match[1]) / int(match[2]):.4g}%"
    if _NEGATIVE.match(raw):
        return "; a probability or share lies between 0% and 100%"
    if _UNKNOWN.match(raw):
        return "; write what you assume, or how far it could lie: {low: …, high: …}"
    if _UNITS_OF_TROOPS.match(raw):
        return "; write how many soldiers that is, or its range: {low: 400, high: 800}"
    if _MUCH.match(raw):
        return "; write the share, as in 70%, or between what: {low: 50%, high: 90%}"
    if match := _TIMES.match(raw):
        number, name = (match[1], match[2]) if match[1] else (match[4], match[3])
        return f"; write {{value: {number}, times: {name}}}"
    if _CHANCES.match(raw):
        return "; write how likely, as in 70%, or between what: {low: 50%, high: 90%}"
    return ""


def length_remedy(raw: str) -> str:  # noqa: PLR0911  # one for each way of writing
    """Return the remedy for a length of time that is written in words, abbreviated, or as a date."""
    if match := _LENGTH_IN_WORDS.match(raw):
        amount, unit = match[1].lower(), match[2].lower()
        if amount.startswith("half"):
            return f"; write {_HALVES[unit]}"
        many = _AMOUNTS[amount]
        return f"; write {many} {unit}{'' if many == 1 else 's'}"
    if match := _ABBREVIATED.match(raw):
        return f"; write {match[1]} {_UNIT_OF[match[2][0].lower()]}"
    if match := _WITH_COMMA.match(raw):
        return f"; write decimals with a point: {match[1]}.{match[2]} {match[3].lower()}s"
    if match := _TWO_LENGTHS.match(raw):
        days = float(match[1]) * _DAYS[match[2].lower()] + float(match[3]) * _DAYS[match[4].lower()]
        return f"; write it in one unit: {round(days)} days"
    if _AT_ONCE.match(raw):
        return "; write 0 days"
    if _NEVER.match(raw):
        return "; what never comes has no length: write how likely it comes (`probability: 0`), or leave this out"
    if (match := _IN_CAPITALS.match(raw)) and raw != raw.lower():
        return f"; units of time are written in small letters: {match[1]} {match[2].lower()}"
    if _CALENDAR.match(raw):
        return "; a date is no length of time: write how long it takes, as in 60 days"
    if _DATE.match(raw.strip()):
        return "; a date is no length of time: write how long it takes, as in 60 days"
    if _UNKNOWN.match(raw):
        return "; write what you assume, or how far it could lie: {low: 30 days, high: 90 days}"
    return ""
