"""The numbers of a scenario that no source speaks for, and how far each could reasonably be off.

An uncertain quantity (troops, a probability) moves to its own 10 % and 90 % points; an uncertain delay moves
as a whole, so that its median is there: it stays as uncertain as before, and what speeds it up or slows it
down still does. A bare number moves by half of itself either way; a probability or share stays within 0 and 1,
a whole number whole. Rules, dates, names and choices are not moved, nor are the questions themselves: targets,
requirements, estimates, statements, and what `history` records.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import DAY, parse_duration
from sim.scenario.distributions import read_drawn
from sim.scenario.ledger import LedgerEntry, assumptions
from sim.scenario.nodes import Branch, Leaf, Node, Series, plain_data

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved

LOW, HIGH = 0.1, 0.9
"""The quantiles of its distribution to which an assumption moves."""
SHARE = 0.5
"""The part of itself by which a bare number moves."""

PROBABILITIES = frozenset({"probability", "delivers", "never_arrives", "relief_probability", "vetted"})
"""Keys of numbers between 0 and 1."""
TROOPS = frozenset({"troops", "recruits"})
"""Keys of numbers of troops."""
WHOLE_NUMBERS = frozenset({"steps", "slips", "slots", "load", "to", "at_start"})
"""Keys of numbers that only whole numbers can stand behind; none of them goes below 1."""
_NOT_MOVED = frozenset(
    {"targets", "requirements", "estimates", "history", "never", "always", "levers", "costs", "pulled"}
)
_ORDER_ALONE = "priority"
_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)")
_RATE = re.compile(r"\s+per\s")


@dataclass(frozen=True, slots=True)
class Move:
    """One assumption: its dotted path, its value as written, its low and high value as `--set` takes them.

    An end that is the value itself is empty: there is nothing to play. `place` is where it stands.
    """

    path: str
    value: str
    low: str
    high: str
    place: str

    def settings(self, end: str) -> Mapping[str, str]:
        """Return what to set for `low` or `high`."""
        return {self.path: self.low if end == "low" else self.high}


def moves_of(resolved: Resolved) -> tuple[Move, ...]:
    """Return every assumption that can be moved, in the order of the file."""
    return tuple(_moves(resolved))


def unmoved_of(resolved: Resolved) -> tuple[LedgerEntry, ...]:
    """Return the other assumptions: rules, dates, names, choices and the questions themselves."""
    moved = {move.path for move in _moves(resolved)}
    return tuple(entry for entry in assumptions(resolved.tree) if entry.path not in moved)


def _moves(resolved: Resolved) -> Iterator[Move]:
    for entry in assumptions(resolved.tree):
        parts = entry.path.split(".")
        if parts[0] in _NOT_MOVED or parts[-1] == _ORDER_ALONE:
            continue
        node = _at(resolved.tree, parts)
        ends = _ends(node, parts[-1]) if node is not None else None
        if ends is not None and ends != ("", ""):
            yield Move(entry.path, entry.value, *ends, str(entry.position))


def _at(node: Node | None, parts: list[str]) -> Node | None:
    """The value at a dotted path; keys that are dates or numbers are found by how they are written."""
    for part in parts:
        if isinstance(node, Branch):
            node = next((entry.node for key, entry in node.entries.items() if str(key) == part), None)
        elif isinstance(node, Series) and part.isdecimal() and int(part) < len(node.items):
            node = node.items[int(part)]
        else:
            return None
    return node


def _ends(node: Node, key: str) -> tuple[str, str] | None:
    """The low and the high value as text, empty where it is the value itself; None for what is no number."""
    if isinstance(node, Leaf):
        return _ends_of_number(node.value, key)
    return _ends_of_distribution(plain_data(node), key) if isinstance(node, Branch) else None


def _ends_of_number(raw: Any, key: str) -> tuple[str, str] | None:
    read = _read(raw)
    if read is None:
        return None
    low, high = (_kept(read.number * factor, key) for factor in (1 - SHARE, 1 + SHARE))
    return _both("" if end == read.number else read.written(end) for end in (low, high))


def _ends_of_distribution(raw: Mapping[str, Any], key: str) -> tuple[str, str] | None:
    """The two ends as values, for a delay as distributions of the same shape."""
    from sim.plan.laws import law_of

    stated = [_read(value) for value in _stated(raw)]
    known = [read for read in stated if read is not None]
    if not known or len(known) < len(stated):
        return None
    law = law_of(read_drawn(raw, _number_of).distribution)
    low, middle, high = (float(law.quantile(share)) for share in (LOW, 0.5, HIGH))
    if low == high:
        return None
    if known[0].unit != _DAYS:
        return _both(known[0].written(_kept(end, key)) for end in (low, high))
    return _both(_scaled(raw, end / middle) for end in (low, high))


def _both(ends: Iterable[str]) -> tuple[str, str]:
    """The low and the high end."""
    low, high = ends
    return low, high


def _stated(raw: Mapping[str, Any]) -> list[Any]:
    """The values that a distribution is written with."""
    outcomes = raw.get("one_of")
    if outcomes is not None:
        return list(outcomes) if isinstance(outcomes, Mapping) else []
    return [value for key, value in raw.items() if key != "times"]


def _scaled(raw: Mapping[str, Any], factor: float) -> str:
    """A distribution with every value that many times as large, as it stands in a file."""

    def scaled(value: Any) -> str:
        read = _read(value)
        assert read is not None
        return read.written(read.number * factor)

    parts = []
    for key, value in raw.items():
        if key == "one_of":
            outcomes = ", ".join(f"{scaled(outcome)}: {weight}" for outcome, weight in value.items())
            parts.append(f"one_of: {{{outcomes}}}")
        else:
            parts.append(f"{key}: {value if key == 'times' else scaled(value)}")
    return f"{{{', '.join(parts)}}}"


@dataclass(frozen=True, slots=True)
class _Read:
    """A written value as a number and what stands behind it."""

    number: float
    unit: str = ""

    def written(self, number: float) -> str:
        """Another number of the same kind, to four figures, without an exponent."""
        figures = max(0, 3 - math.floor(math.log10(abs(number)))) if number else 0
        text = f"{number:.{figures}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) + self.unit


_DAYS = " days"


def _read(raw: Any) -> _Read | None:
    """Read a number, a percentage, a duration (as days) or a rate (`25 per 40 days`); None for the rest."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _Read(float(raw))
    match = _NUMBER.match(raw) if isinstance(raw, str) else None
    if match is None:
        return None
    rest = raw[match.end() :]
    if rest.strip() == "%":
        return _Read(float(match[1]) / 100)
    if _RATE.match(rest):
        return _Read(float(match[1]), rest)
    try:
        return _Read(parse_duration(raw).seconds / DAY, _DAYS)
    except ValueError:
        return None


def _number_of(raw: Any) -> float:
    read = _read(raw)
    if read is None:
        raise ValueError(f"{raw} is no number")
    return read.number


def _kept(number: float, key: str) -> float:
    """The number within what its key allows."""
    if key in PROBABILITIES:
        return min(1.0, max(0.0, number))
    if key in WHOLE_NUMBERS:
        return float(max(1, math.floor(number + 0.5)))
    return math.floor(number + 0.5) if key in TROOPS else number
