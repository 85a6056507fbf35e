"""How a number of a scenario is moved by degrees, as it is written, so that each degree can be set and weighed.

=========================== ==============================================================================
written                     degree k, from −5 to 5
=========================== ==============================================================================
a probability, a share      its odds times 2^(k/5·1.6)
a rate                      times 2^(k/5)
`{mean}`, `{median, p90}` … every value times 2^(k/5); of a probability or share, the odds of every value as above
`{value}` beside `times`    as the bare number is, beside what moves it
`{low, mode, high}`         the mode moves towards `low` or `high`, at most nine tenths of the way
`{chance, per}`             the odds of the chance as above
=========================== ==============================================================================

At degree 0 it is as it is written. Other numbers are not moved by degrees: the stored worlds hold no other value of
them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.scenario.nodes import Branch, Leaf, Node, child, plain_data
from sim.studies.assumptions import PROBABILITIES, read_written

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved

DEGREES = 5
"""Degrees on either side."""
_ODDS = 1.6
_PART = 0.9
_NUMBER = re.compile(r"^\s*([0-9]+(?:\.[0-9]+)?)(.*)$", re.DOTALL)
_QUANTILE = re.compile(r"mean|median|p[1-9][0-9]?")
_KEPT = frozenset({"times", "odds"})
_COUNTED = frozenset({"troops"})
"""What is a whole number, however it is moved."""
_NO_ASSUMPTIONS = frozenset({"targets", "requirements", "estimates", "history", "never", "always", "levers"})


@dataclass(frozen=True, slots=True)
class Slider:
    """A number that can be moved by degrees."""

    path: str
    raw: Any = field(hash=False)
    """As it is written: a number, a text with a unit, or a mapping."""

    @property
    def written(self) -> str:
        """The value as it is written."""
        return self.at(0)

    def at(self, degree: float) -> str:
        """Return the value at a degree, as `--set` takes it."""
        key = self.path.rpartition(".")[2]
        if isinstance(self.raw, Mapping):
            return _distribution(self.raw, degree, key)
        return _number(self.raw, degree, key)

    def setting(self, degree: float) -> str:
        """Return what to set for a degree."""
        return f"{self.path}={self.at(degree)}"


def sliders_of(resolved: Resolved) -> Iterator[Slider]:
    """Yield every number of a scenario that can be moved by degrees, in the order of the file."""
    yield from _sliders(resolved.tree, ())


def _sliders(node: Node, path: tuple[str, ...]) -> Iterator[Slider]:
    if path and path[0] in _NO_ASSUMPTIONS:
        return
    if isinstance(node, Leaf):
        if _moves(node.value, path):
            yield Slider(".".join(path), node.value)
    elif isinstance(node, Branch):
        stated = {str(key) for key in node.entries} - _KEPT
        if _is_distribution(stated):
            raw = plain_data(node)
            if _moves_as_a_whole(raw, path):
                yield Slider(".".join(path), raw)
            return
        for key in node.entries:
            inner = child(node, key)
            if inner is not None:
                yield from _sliders(inner, (*path, str(key)))
    else:
        for place, item in enumerate(node.items):
            yield from _sliders(item, (*path, str(place)))


def _is_distribution(stated: set[str]) -> bool:
    """Tell whether these keys state one number, rather than what stands in a place of the file."""
    quantiles = bool(stated) and all(_QUANTILE.fullmatch(key) for key in stated)
    return quantiles or stated in ({"low", "mode", "high"}, {"value"}, {"chance", "per"})


def _moves_as_a_whole(raw: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    if "value" in raw:
        return _moves(raw["value"], path)
    if "chance" in raw:
        return _NUMBER.match(str(raw["chance"])) is not None and 0 < _share(raw["chance"]) < 1
    return all(_NUMBER.match(str(value)) for key, value in raw.items() if key not in _KEPT)


def _moves(raw: Any, path: tuple[str, ...]) -> bool:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return False
    match = _NUMBER.match(str(raw))
    if match is None:
        return False
    if path[-1] in PROBABILITIES:
        return 0 < _share(raw) < 1
    return path[-1] == "rate" and "per" in match[2] and float(match[1]) > 0


def _share(raw: Any) -> float:
    match = _NUMBER.match(str(raw))
    assert match is not None
    return float(match[1]) / (100 if match[2].strip() == "%" else 1)


def _number(raw: Any, degree: float, key: str) -> str:
    if degree == 0:
        return str(raw)
    match = _NUMBER.match(str(raw))
    assert match is not None
    if key not in PROBABILITIES:
        return f"{_short(float(match[1]) * 2 ** (degree / DEGREES))}{match[2]}"
    share = _share(raw)
    odds = share / (1 - share) * 2 ** (degree / DEGREES * _ODDS)
    return _short(odds / (1 + odds))


def _distribution(raw: Mapping[str, Any], degree: float, key: str) -> str:
    values = dict(raw)
    if degree and "mode" in raw:
        values["mode"] = _towards(
            raw["mode"], raw["high" if degree > 0 else "low"], degree, whole=key in _COUNTED
        )
    elif "chance" in raw:
        values["chance"] = _number(raw["chance"], degree, "probability")
    elif degree:
        values |= {name: _number(value, degree, key) for name, value in raw.items() if name not in _KEPT}
    return "{" + ", ".join(f"{key}: {_written(value)}" for key, value in values.items()) + "}"


def _towards(mode: Any, end: Any, degree: float, whole: bool) -> str:
    """Return a number on its way to an end, in its own unit, or in days where the end has another."""
    own, goal = _NUMBER.match(str(mode)), _NUMBER.match(str(end))
    assert own and goal
    part = abs(degree) / DEGREES * _PART
    if own[2].strip() == goal[2].strip():
        moved = float(own[1]) + (float(goal[1]) - float(own[1])) * part
        return f"{round(moved) if whole else _short(moved)}{own[2]}"
    here, there = read_written(mode), read_written(end)
    if here is None or there is None:
        return str(mode)
    return here.written(here.number + (there.number - here.number) * part)


def _written(value: Any) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list | tuple) else str(value)


def _short(number: float) -> str:
    """Write a number to four figures, without an exponent."""
    figures = max(0, 3 - math.floor(math.log10(abs(number)))) if number else 0
    text = f"{number:.{figures}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
