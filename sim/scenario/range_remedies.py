"""How people state a range where one value is read, and what to write instead: `500-700`, `10% per quarter`."""

from __future__ import annotations

import re
from typing import Any

from sim.durations import UNITS

_LONGEST = 60
_DASH = r"(?:\s*(?:[-–—…]|\.{2,3})\s*|\s+(?:to|bis|and)\s+)"
_AMOUNT = r"[0-9](?:[0-9,]|\.(?=[0-9]))*\s*%?"
_SPAN = re.compile(
    rf"\s*(?:between\s+|from\s+)?({_AMOUNT})\s*([a-z]*){_DASH}({_AMOUNT})\s*((?:[a-z]+(?: per .*)?)?)\s*\Z",
    re.I,
)
_ABOUT = re.compile(
    r"\s*(?:about|around|approximately|approx\.?|circa|ca\.?|c\.|roughly|some|~|≈)\s*([0-9].*?)\s*\Z", re.I
)
_OPEN_END = re.compile(
    r"\s*(?:(?:at least|up to|at most|more than|less than|over|under|<=?|>=?|≥|≤)\s*([0-9].*?)"
    r"|([0-9].*?)\s*(?:\+|or more|or less|or so|at least|at most|and more))\s*\Z",
    re.I,
)
_COUNTED = re.compile(
    r"\s*([0-9]+)\s+(?:troops|soldiers|men|persons|people|personnel|police|officers|recruits)\s*\Z", re.I
)
_PLUS_MINUS = re.compile(r"\s*([0-9][0-9.]*)\s*([a-z]*)\s*(?:±|\+/-|\+-)\s*([0-9][0-9.]*)\s*(.*?)\s*\Z")
_MULTIPLIED = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(k|thousand|m|million)\s*\Z", re.I)
_CHANCE_RATE = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*(?:per|a|an|every|each|/)\s*(?:([0-9]+(?:\.[0-9]+)?)\s+)?"
    rf"({UNITS})s?\s*\Z",
    re.I,
)


_PACE = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?)\s*(%?)\s*(?:per|a|an|every|each|/)\s*(?:([0-9]+(?:\.[0-9]+)?)\s+)?"
    rf"({UNITS})s?\s*\Z",
    re.I,
)


def range_remedy(raw: Any) -> str:  # noqa: PLR0911  # one for each way in which people write a range
    """Return the remedy for a range, an approximation or a chance in a time, as people state them; else nothing."""
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return ""
    if match := _CHANCE_RATE.match(raw):
        return f"; {_chance_rate(match)}"
    if match := _SPAN.match(raw):
        low, unit, high, last = (part.strip() for part in match.groups())
        low, high = (end.replace(",", "") for end in (low, high))
        if high.endswith("%") and not low.endswith("%"):
            low += "%"
        if last and not (unit or last.startswith("per")):
            unit = last
        ends = [f"{low} {unit or last}".strip(), f"{high} {last or unit}".strip()]
        return (
            f"; for a range write {{low: {ends[0]}, high: {ends[1]}}} if nothing lies outside it, "
            f"{{p10: {ends[0]}, p90: {ends[1]}}} if two in ten do"
        )
    if match := _PLUS_MINUS.match(raw):
        middle, spread, unit = float(match[1]), float(match[3]), match[4]
        unit = unit or (match[2] or "").strip()
        low, high = (f"{end:g} {unit}".strip() for end in (max(0.0, middle - spread), middle + spread))
        return f"; for a range write {{low: {low}, mode: {f'{middle:g} {unit}'.strip()}, high: {high}}}"
    if match := _ABOUT.match(raw):
        return f"; write {match[1]}, or its range, for example {{p10: …, median: {match[1]}, p90: …}}"
    if match := _OPEN_END.match(raw):
        return "; write both ends of the range: {low: …, high: …} or {p10: …, p90: …}"
    if match := _COUNTED.match(raw):
        return f"; write it without a word: {match[1]}"
    if match := _MULTIPLIED.match(raw):
        factor = 1_000 if match[2].lower() in ("k", "thousand") else 1_000_000
        return f"; write {float(match[1]) * factor:.0f}"
    return ""


def pace_remedy(raw: Any) -> str:
    """Return the remedy for so much in a length of time where a number is read that has none; else nothing."""
    match = _PACE.match(raw) if isinstance(raw, str) and len(raw) <= _LONGEST else None
    if match is None:
        return ""
    amount, many, unit = match[1], float(match[3] or 1), match[4].lower()
    if not match[2]:
        return f"; what is read here has no pace: write {amount} alone"
    share = float(amount)
    if not 0 < share < 100:
        return f"; what is read here has no pace: write {amount}% alone"
    long = f"{100 / share * many:.3g} {unit}s"
    per = f"{many:g} {unit}s" if match[3] else unit
    return (
        f"; what is read here has no pace: for how far it is write {amount}%, and how fast it grows under "
        f"`duration:`, {long}; for when it happens write where the delay stands {{chance: {amount}%, per: {per}}}"
    )


def _chance_rate(match: re.Match[str]) -> str:
    """Say how a chance in a length of time is written: as a delay that ends with it in each such period."""
    share = float(match[1]) / 100
    unit = match[3].lower()
    per = f"{match[2]} {unit}s" if match[2] else unit
    if not 0 < share < 1:
        return f"a chance in {per} must lie between 0 and 100 %"
    long = f"{float(match[2] or 1) / share:.3g} {unit}s"
    return f"for when it happens, write {{chance: {match[1]}%, per: {per}}}; for what grows so, {long}"
