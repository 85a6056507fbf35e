"""The numbers of a scenario that no source speaks for, and how far each could reasonably be off.

What `plausible:` says of a path is taken from there, also of what has a source; `certain` is not moved. A
statement with readings moves to its first and its last one, as a certainty, and to each between them. A number
in a rule, a limit or a length of time, moves as a bare number does.

An uncertain quantity (troops, a probability) moves to its own 10 % and 90 % points; an uncertain delay moves
as a whole, so that its median is there: it stays as uncertain as before, and what speeds it up or slows it
down still does. A bare number moves by half of itself either way; a probability or share stays within 0 and 1,
a whole number whole. Rules, dates, names and choices are not moved, nor are the questions themselves: targets,
requirements, estimates, statements, and what `history` records.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import DAY, parse_duration
from sim.scenario.distributions import read_drawn
from sim.scenario.ledger import LedgerEntry, assumptions, sourced
from sim.scenario.nodes import Branch, Leaf, Node, Series, plain_data
from sim.scenario.plausible import numbers_in, with_number
from sim.scenario.positions import dotted
from sim.scenario.rules import rules_with_paths
from sim.scenario.writing import one_line

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved

LOW, HIGH = 0.1, 0.9
"""The quantiles of its distribution to which an assumption moves."""
SHARE = 0.5
"""The part of itself by which a bare number moves."""

PROBABILITIES = frozenset(
    {"works", "probability", "delivers", "never_arrives", "relief_probability", "vetted", "share"}
)
"""Keys of numbers between 0 and 1."""
TROOPS = frozenset({"troops", "recruits"})
"""Keys of numbers of troops."""
WHOLE_NUMBERS = frozenset({"steps", "slips", "slots", "load", "to", "at_start"})
"""Keys of numbers that only whole numbers can stand behind; none of them goes below 1."""
_NOT_MOVED = frozenset(
    {"targets", "requirements", "estimates", "history", "never", "always", "levers", "costs", "pulled"}
)
_ORDER_ALONE = "priority"
_MOVERS = ("times", "odds")
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
    rule: tuple[str, str] | None = None
    """Of a number in a rule: the path of the rule, and its text."""
    sets: str | None = None
    """What is set, where that is not the path: of readings between the first and the last, their statement."""

    def settings(self, end: str) -> Mapping[str, str]:
        """Return what to set for `low` or `high`."""
        value = self.low if end == "low" else self.high
        if self.rule is None:
            return {self.sets or self.path: value}
        path, text = self.rule
        return {path: with_number(text, self.value, value)}


def moves_of(resolved: Resolved) -> tuple[Move, ...]:
    """Return every assumption that can be moved, in the order of the file."""
    return tuple(_moves(resolved))


def unmoved_of(resolved: Resolved) -> tuple[LedgerEntry, ...]:
    """Return the other assumptions: rules, dates, names, choices and the questions themselves."""
    moved = {move.rule[0] if move.rule else move.sets or move.path for move in _moves(resolved)}
    return tuple(entry for entry in assumptions(resolved.tree) if entry.path not in moved)


def _moves(resolved: Resolved) -> Iterator[Move]:
    stated = resolved.scenario.plausible
    rules = {dotted(path) for path, _ in rules_with_paths(resolved.scenario)}
    told: set[str] = set()
    for entry in (*assumptions(resolved.tree), *sourced(resolved.tree)):
        node = _at(resolved.tree, entry.path.split("."))
        for path, place in _places(entry, node, rules):
            if path in stated and path not in told:
                told.add(path)
                yield from _stated_move(resolved, entry, path, place)
    for move in _unstated_moves(resolved, rules):
        if move.path not in stated:
            yield move


def _places(entry: LedgerEntry, node: Node | None, rules: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the paths that an entry stands for, each with the number in a rule that it names, if any."""
    yield entry.path, ""
    if entry.path in rules and isinstance(node, Leaf) and isinstance(node.value, str):
        for written in numbers_in(node.value):
            yield f"{entry.path}.{written}", written


def _stated_move(resolved: Resolved, entry: LedgerEntry, path: str, number: str) -> Iterator[Move]:
    range_ = resolved.scenario.plausible[path]
    stated = _at(resolved.tree, ["plausible"])
    own = stated.entries[path].node if isinstance(stated, Branch) else None
    if isinstance(range_, str) or not isinstance(own, Branch):
        return
    low, high = (one_line(own.entries[end].node) for end in ("low", "high"))
    rule = (entry.path, entry.value) if number else None
    yield Move(path, number or entry.value, low, high, str(entry.position), rule)


def _moves_in_rule(entry: LedgerEntry, node: Node | None) -> Iterator[Move]:
    """Yield the moves of a rule: to its first and last reading, or of each of its numbers."""
    if isinstance(node, Branch):
        readings = node.entries["one_of"].node
        texts = [str(key) for key in readings.entries] if isinstance(readings, Branch) else []
        if isinstance(readings, Series):
            texts = [str(item.value) for item in readings.items if isinstance(item, Leaf)]
        place = str(entry.position)
        yield Move(entry.path, entry.value, _quoted(texts[0]), _quoted(texts[-1]), place)
        between = texts[1:-1]
        for first in range(0, len(between), 2):
            pair = [_quoted(text) for text in between[first : first + 2]]
            name = f"{entry.path}.reading {first + 2}" + (f" and {first + 3}" if len(pair) == 2 else "")
            yield Move(name, entry.value, pair[0], pair[1] if len(pair) == 2 else "", place, sets=entry.path)
        return
    for written in numbers_in(entry.value):
        read = read_written(float(written) if written.replace(".", "", 1).isdigit() else written)
        if read is None or read.number == 0:
            continue  # a date is not moved, and `> 0` asks for any
        low, high = (_moved_number(written, read, factor) for factor in (1 - SHARE, 1 + SHARE))
        rule = (entry.path, entry.value)
        yield Move(f"{entry.path}.{written}", written, low, high, str(entry.position), rule)


def _moved_number(written: str, read: WrittenNumber, factor: float) -> str:
    """Return a number of a rule, moved: a share stays within 100 %, a whole number whole and at least 1."""
    number = read.number * factor
    if written.endswith("%"):
        return f"{min(100.0, number * 100):g}%"
    return f"{number:g}{read.unit}" if "." in written else f"{max(1, _rounded(number))}{read.unit}"


def _rounded(number: float) -> int:
    """Return a number rounded half up."""
    return math.floor(number + 0.5)


def _quoted(text: str) -> str:
    """Return a rule as a value of `--set`: quoted, so that no comma or colon parts it."""
    return json.dumps(text, ensure_ascii=False)


def _unstated_moves(resolved: Resolved, rules: set[str]) -> Iterator[Move]:
    for entry in assumptions(resolved.tree):
        parts = entry.path.split(".")
        if parts[0] in _NOT_MOVED or parts[-1] == _ORDER_ALONE:
            continue
        if entry.path in rules:
            yield from _moves_in_rule(entry, _at(resolved.tree, parts))
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
    read = read_written(raw)
    if read is None:
        return None
    low, high = (_kept(read.number * factor, key) for factor in (1 - SHARE, 1 + SHARE))
    return _both("" if end == read.number else read.written(end) for end in (low, high))


def _ends_of_distribution(raw: Mapping[str, Any], key: str) -> tuple[str, str] | None:
    """The two ends as values, for a delay as distributions of the same shape, unless most often there is none."""
    from sim.plan.laws import law_of

    if "value" in raw:  # a known number beside what moves it
        ends = _ends_of_number(raw["value"], key)
        return None if ends is None else _both(end and _with_movers(raw, end) for end in ends)

    stated = [read_written(value) for value in _stated(raw)]
    known = [read for read in stated if read is not None]
    if not known or len(known) < len(stated):
        return None
    law = law_of(read_drawn(raw, _number_of, key in PROBABILITIES).distribution)
    low, middle, high = (float(law.quantile(share)) for share in (LOW, 0.5, HIGH))
    if low == high:
        return None
    delay = next((read for read in known if read.unit == _DAYS), None)
    if delay is None:
        return _both(_with_movers(raw, known[0].written(_kept(end, key))) for end in (low, high))
    if middle <= 0 or any(read.unit != _DAYS for read in known):  # no delay is so many times as long as none
        return _both(_with_movers(raw, delay.written(end)) for end in (low, high))
    return _both(_scaled(raw, end / middle) for end in (low, high))


def _both(ends: Iterable[str]) -> tuple[str, str]:
    """The low and the high end."""
    low, high = ends
    return low, high


def _stated(raw: Mapping[str, Any]) -> list[Any]:
    """The values that a distribution is written with."""
    outcomes = raw.get("one_of")
    if outcomes is not None:
        return list(outcomes) if isinstance(outcomes, Mapping | list) else []
    return [value for key, value in raw.items() if key not in _MOVERS]


def _with_movers(raw: Mapping[str, Any], value: str) -> str:
    """Return a known value, with the uncertain quantities that move it as they are."""
    movers = [f"{key}: {_names(raw[key])}" for key in _MOVERS if key in raw]
    return f"{{value: {value}, {', '.join(movers)}}}" if movers else value


def _names(raw: Any) -> str:
    return f"[{', '.join(map(str, raw))}]" if isinstance(raw, list) else str(raw)


def _scaled(raw: Mapping[str, Any], factor: float) -> str:
    """A distribution with every value that many times as large, as it stands in a file."""

    def scaled(value: Any) -> str:
        read = read_written(value)
        assert read is not None
        return read.written(read.number * factor)

    parts = []
    for key, value in raw.items():
        if key == "one_of":
            if isinstance(value, list):
                parts.append(f"one_of: [{', '.join(map(scaled, value))}]")
                continue
            outcomes = ", ".join(f"{scaled(outcome)}: {weight}" for outcome, weight in value.items())
            parts.append(f"one_of: {{{outcomes}}}")
        else:
            parts.append(f"{key}: {_names(value) if key in _MOVERS else scaled(value)}")
    return f"{{{', '.join(parts)}}}"


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A written value as a number and what stands behind it."""

    number: float
    unit: str = ""

    def written(self, number: float) -> str:
        """Return another number of the same kind, to four figures, without an exponent."""
        figures = max(0, 3 - math.floor(math.log10(abs(number)))) if number else 0
        text = f"{number:.{figures}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) + self.unit


_DAYS = " days"


def read_written(raw: Any) -> WrittenNumber | None:
    """Read a number, a percentage, a duration (as days) or a rate (`25 per 40 days`); None for the rest."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return WrittenNumber(float(raw))
    match = _NUMBER.match(raw) if isinstance(raw, str) else None
    if match is None:
        return None
    rest = raw[match.end() :]
    if rest.strip() == "%":
        return WrittenNumber(float(match[1]) / 100)
    if _RATE.match(rest):
        return WrittenNumber(float(match[1]), rest)
    try:
        return WrittenNumber(parse_duration(raw).seconds / DAY, _DAYS)
    except ValueError:
        return None


def _number_of(raw: Any) -> float:
    read = read_written(raw)
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
