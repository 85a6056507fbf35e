"""Rules compiled for steady worlds: each tells, with its truth, a choice of levers that fixes it.

In a steady world facts do not change and every window has long elapsed, so that `R for D`, `R within D` and
`once R` are all as R is. A *certificate* is a set of levers, as bits: as long as none of them is moved, and
forces and the date are as they are, the truth stays what it is. Of several the smallest is told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.durations import seconds_between
from sim.rules.meaning import comparison_of
from sim.rules.references import parts
from sim.rules.syntax import After, And, AtLeast, Before, Compare, Holds, Not, Or, Quantity, Readings, Rule

Truth = tuple[bool, int]
"""Whether a rule holds, and a certificate."""

Reader = Callable[["State"], Truth]
"""A compiled rule."""


@dataclass(slots=True)
class State:
    """A steady world at an instant: the cell of each lever, the size of each force, the date in seconds."""

    cells: list[int]
    sizes: list[int]
    time: int


@dataclass(frozen=True)
class Places:
    """Where quantities are found in a state: levers with the value of each of their cells, and forces.

    A lever's value of a quantity is `levers[quantity] = (place, values)`. What is known beforehand has in `known` the
    instants, ascending, from which on each of its values holds. What is in none of them is 0.
    """

    start: Any
    levers: Mapping[Quantity, tuple[int, tuple[Any, ...]]]
    forces: Mapping[Quantity, int]
    known: Mapping[Quantity, tuple[tuple[float, float], ...]]


def compiled(rule: Rule, places: Places) -> Reader:  # noqa: PLR0911  # one branch for each construct
    """Return the reader of a rule that is bound and expanded."""
    match rule:
        case Holds(quantity):
            return _comparison(quantity, ">", 0.0, places)
        case Compare(quantity, operator, number):
            return _comparison(quantity, operator, number.value, places)
        case After(date) | Before(date):
            return _from(seconds_between(places.start, date), isinstance(rule, After))
        case Not(part):
            return _negation(compiled(part, places))
        case And(inner):
            return _quorum(len(inner), [compiled(part, places) for part in inner])
        case Or(inner):
            return _quorum(1, [compiled(part, places) for part in inner])
        case AtLeast(count, inner):
            return _quorum(count, [compiled(part, places) for part in inner])
    if isinstance(rule, Readings):  # what would free whom is asked of the likeliest world
        return compiled(rule.likeliest, places)
    (part,) = parts(rule)
    return compiled(part, places)


def _comparison(quantity: Quantity, operator: str, limit: float, places: Places) -> Reader:
    comparison = comparison_of(operator)
    if quantity in places.levers:
        place, values = places.levers[quantity]
        truths = tuple((comparison(value, limit), 1 << place) for value in values)
        return lambda state: truths[state.cells[place]]
    if quantity in places.forces:
        force = places.forces[quantity]
        return lambda state: (comparison(state.sizes[force], limit), 0)
    if quantity in places.known:
        begins = [time for time, _ in places.known[quantity]]
        holds = [comparison(value, limit) for _, value in places.known[quantity]]
        return lambda state: (holds[bisect_right(begins, state.time) - 1], 0)
    nothing = comparison(0, limit), 0
    return lambda state: nothing


def _from(time: int, after: bool) -> Reader:
    return lambda state: ((state.time >= time) == after, 0)


def _negation(part: Reader) -> Reader:
    def read(state: State) -> Truth:
        holds, certificate = part(state)
        return not holds, certificate

    return read


def _quorum(count: int, inner: list[Reader]) -> Reader:
    spare = len(inner) - count

    def read(state: State) -> Truth:
        true: list[int] = []
        false: list[int] = []
        for part in inner:
            holds, certificate = part(state)
            (true if holds else false).append(certificate)
        if len(true) >= count:
            return True, _smallest(true, count)
        return False, _smallest(false, spare + 1)

    return read


def _smallest(certificates: list[int], count: int) -> int:
    """Return the union of so many certificates, small ones first."""
    if len(certificates) > count:
        certificates = sorted(certificates, key=int.bit_count)[:count]
    union = 0
    for certificate in certificates:
        union |= certificate
    return union
