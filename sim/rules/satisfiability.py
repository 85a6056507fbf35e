"""Whether a rule can hold, or can fail: an exact search over what its atoms can be.

Atoms are comparisons and temporal parts (`for`, `within`, `once`). They are not free: comparisons of one
quantity follow from its value, dates from the calendar, a narrower count from a wider one, and R for D ⇒ R
for less ⇒ R ⇒ R within D ⇒ R within more ⇒ once R. What else ties atoms together is not known here, nor how
facts move in a scenario: **that a rule cannot hold is certain, that it can is not**. Silence proves
nothing.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise, permutations
from math import inf

from sim.durations import seconds_between
from sim.rules.calendar import instants_of
from sim.rules.domains import Domains, by_kind, never_exceeds
from sim.rules.propositions import Among, AtLeast, Propositions, TooLargeError
from sim.rules.references import references, subrules
from sim.rules.syntax import (
    After,
    And,
    Before,
    Compare,
    Force,
    Holds,
    Not,
    Once,
    Or,
    Quantity,
    Readings,
    Recent,
    Rule,
    Throughout,
    Within,
)
from sim.rules.syntax import AtLeast as AtLeastRule

MOST_READINGS = 200_000
"""How many propositions one question may read; about a quarter of a second."""


class Verdict(Enum):
    """What is known of a rule: it never holds, always holds, neither is known, or it is too large."""

    NEVER = "never"
    ALWAYS = "always"
    OPEN = "open"
    TOO_LARGE = "too large"


@dataclass(frozen=True)
class Setting:
    """In what worlds rules are read: what quantities can be, and the instants in question.

    `first` and `last` bound the present instant, in seconds since `start`; None: any.
    """

    start: dt.date = dt.date(2000, 1, 1)
    domains: Domains = by_kind
    first: int | None = None
    last: int | None = None


ANY_WORLD = Setting()


def verdict(rule: Rule, setting: Setting = ANY_WORLD) -> Verdict:
    """Say what is known of a rule that is bound and expanded; see the limits above."""
    try:
        question = _Question([rule], setting)
        if not question.possible([rule]):
            return Verdict.NEVER
        return Verdict.OPEN if question.possible([Not(rule)]) else Verdict.ALWAYS
    except TooLargeError:
        return Verdict.TOO_LARGE


def possible(rules: Sequence[Rule], setting: Setting = ANY_WORLD) -> bool | None:
    """Say whether rules can hold together at some instant: False is certain; None is too large to say."""
    try:
        return _Question(rules, setting).possible(rules)
    except TooLargeError:
        return None


@dataclass
class _Question:
    """Rules on their way to propositions."""

    rules: Sequence[Rule]
    setting: Setting
    propositions: Propositions = field(default_factory=lambda: Propositions(MOST_READINGS))
    quantities: dict[Quantity, tuple[int, tuple[float, ...]]] = field(default_factory=dict)
    """For each quantity its variable, and the value that stands for each of its cells."""
    instants: list[int] = field(default_factory=list)
    """The instants that part the calendar, ascending; the variable `calendar` has one cell more."""
    calendar: int = -1
    lasting: dict[tuple[int, float], int] = field(default_factory=dict)
    """(what, how long) → the proposition that it held throughout; infinity: ever since."""
    inside: dict[int, tuple[int, float]] = field(default_factory=dict)
    """The other way round."""
    about: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    """For each variable what lasts that is about it."""

    def __post_init__(self) -> None:
        self._prepare(self.rules)

    def possible(self, rules: Sequence[Rule]) -> bool:
        """Say whether rules, made of parts of those that are known, can hold together within the setting."""
        wanted = [self.of(rule) for rule in rules]
        return self.propositions.possible([*wanted, self.present()])

    def _prepare(self, rules: Sequence[Rule]) -> None:
        """Make the variables that the rules need, and the laws among quantities."""
        bounds = [edge for edge in (self.setting.first, self.setting.last) if edge is not None]
        found = {edge for rule in rules for edge in instants_of(rule, self.setting.start)}
        self.instants = sorted({*found, *bounds, *(edge + 1 for edge in bounds)})
        self.calendar = self.propositions.variable(len(self.instants) + 1)
        thresholds: dict[Quantity, set[float]] = {}
        for rule in rules:
            for quantity in references(rule):
                thresholds.setdefault(quantity, {0.0})
            for leaf in subrules(rule):
                if isinstance(leaf, Compare):
                    thresholds[leaf.quantity].add(leaf.number.value)
                elif isinstance(leaf, Readings):
                    thresholds[leaf.chosen].update(map(float, range(len(leaf.parts))))
        ordered = _ordered_pairs(thresholds)
        shared = _shared(ordered, thresholds)
        for quantity in sorted(thresholds, key=str):
            self.propositions.charge(4 * len(shared[quantity]))
            values = self.setting.domains(quantity).representatives(shared[quantity])
            self.quantities[quantity] = (self.propositions.variable(len(values)), values)
        for smaller, greater in ordered:
            for limit in shared[smaller]:
                self._orders(smaller, greater, limit)

    def present(self) -> int:
        """Return that the present instant lies within the bounds of the setting."""
        first = -inf if self.setting.first is None else self.setting.first
        last = inf if self.setting.last is None else self.setting.last
        cells = [place for place, (begin, end) in enumerate(self._cells()) if begin <= last and end > first]
        return self.propositions.among(self.calendar, sum(1 << place for place in cells))

    def of(self, rule: Rule) -> int:  # noqa: PLR0911  # one branch for each construct
        """Return the proposition that a rule holds now."""
        table = self.propositions
        match rule:
            case Holds(quantity):
                return self._compared(quantity, ">", 0.0)
            case Compare(quantity, operator, number):
                return self._compared(quantity, operator, number.value)
            case After(date):
                return self._from(seconds_between(self.setting.start, date))
            case Before(date):
                return table.negated(self._from(seconds_between(self.setting.start, date)))
            case Not(part):
                return table.negated(self.of(part))
            case And(inner):
                return table.all_of([self.of(part) for part in inner])
            case Or(inner):
                return table.any_of([self.of(part) for part in inner])
            case AtLeastRule(count, inner):
                return table.at_least(count, [self.of(part) for part in inner])
            case Readings(inner):
                chosen = [self._compared(rule.chosen, "==", float(place)) for place in range(len(inner))]
                read = zip(chosen, inner, strict=True)
                return table.any_of([table.all_of([drawn, self.of(part)]) for drawn, part in read])
            case Throughout(part, length):
                return self._throughout(self.of(part), length.seconds)
            case Within(part, length):
                return table.negated(self._throughout(table.negated(self.of(part)), length.seconds))
            case Once(part):
                return table.negated(self._throughout(table.negated(self.of(part)), inf))

    def _compared(self, quantity: Quantity, operator: str, limit: float) -> int:
        variable, values = self.quantities[quantity]
        self.propositions.charge(len(values) // 32)
        return self.propositions.among(variable, _cells_of(values, operator, limit))

    def _from(self, time: int) -> int:
        place = bisect_left(self.instants, time) + 1
        cells = (1 << (len(self.instants) + 1)) - (1 << place)
        return self.propositions.among(self.calendar, cells)

    def _throughout(self, number: int, length: float) -> int:
        """Return that a proposition held throughout the last `length` seconds, and now."""
        table = self.propositions
        node = table[number]
        if number in (table.true, table.false):
            return number
        if isinstance(node, AtLeast) and node.count == len(node.parts):
            return table.all_of([self._throughout(part, length) for part in node.parts])
        if isinstance(node, Among) and node.variable == self.calendar:
            return self._calendar_throughout(node.cells, length)
        if number in self.inside:
            inner, shorter = self.inside[number]
            return self._throughout(inner, shorter + length)
        known = self.lasting.get((number, length))
        if known is None:
            known = self._new_throughout(number, length)
        return known

    def _new_throughout(self, number: int, length: float) -> int:
        table = self.propositions
        if isinstance(table[number], AtLeast) and not table.possible([table.negated(number)]):
            known = table.true
        else:
            known = table.among(table.variable(2), 0b10)
            table.laws.append(table.implies(known, number))
            for other, other_length in self._related(number):
                lasted = self.lasting[other, other_length]
                if other_length <= length and table.follows(number, other):
                    table.laws.append(table.implies(known, lasted))
                if length <= other_length and table.follows(other, number):
                    table.laws.append(table.implies(lasted, known))
            self.inside[known] = number, length
            for variable in table.variables(number):
                self.about.setdefault(variable, []).append((number, length))
        self.lasting[number, length] = known
        return known

    def _related(self, number: int) -> Iterable[tuple[int, float]]:
        """Return what lasts that shares a variable with a proposition."""
        shared = [self.about.get(variable, ()) for variable in sorted(self.propositions.variables(number))]
        return dict.fromkeys(each for keys in shared for each in keys)

    def _calendar_throughout(self, cells: int, length: float) -> int:
        """Return that the calendar was among cells throughout: each stretch of them begins `length` later."""
        kept, begins = 0, inf
        for place, (begin, end) in enumerate(self._cells()):
            if not cells >> place & 1:
                begins = inf
                continue
            if begins == inf:
                begins = begin + length if begin > -inf else -inf
            if begin >= begins and begin < end:
                kept |= 1 << place
        return self.propositions.among(self.calendar, kept)

    def _cells(self) -> Iterator[tuple[float, float]]:
        """Yield the beginning and the end of each cell of the calendar."""
        yield from pairwise((-inf, *self.instants, inf))

    def _orders(self, smaller: Quantity, greater: Quantity, limit: float) -> None:
        for operator in (">=", ">"):
            one, other = (self._compared(each, operator, limit) for each in (smaller, greater))
            self.propositions.laws.append(self.propositions.implies(one, other))


def _cells_of(values: Sequence[float], operator: str, limit: float) -> int:
    """Return which of ascending values compare so with a limit, as bits."""
    below = (1 << bisect_left(values, limit)) - 1
    up_to = (1 << bisect_right(values, limit)) - 1
    every = (1 << len(values)) - 1
    match operator:
        case ">=":
            return every ^ below
        case ">":
            return every ^ up_to
        case "<":
            return below
        case "<=":
            return up_to
        case "==":
            return up_to ^ below
    return every ^ up_to ^ below


def _ordered_pairs(quantities: Iterable[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """Return pairs of quantities of which the first never exceeds the second; others follow from them."""
    known = sorted(quantities, key=str)
    forces = [quantity for quantity in known if isinstance(quantity, Force)]
    pairs: list[tuple[Quantity, Quantity]] = [
        pair for pair in permutations(forces, 2) if never_exceeds(*pair)
    ]
    windows = [quantity for quantity in known if isinstance(quantity, Recent)]
    windows.sort(key=lambda window: (str(window.counted), window.length.seconds))
    widest = {window.counted: window for window in windows}
    pairs += [pair for pair in pairwise(windows) if never_exceeds(*pair)]
    return pairs + [(widest[counted], counted) for counted in known if counted in widest]


def _shared(
    ordered: Sequence[tuple[Quantity, Quantity]], thresholds: Mapping[Quantity, set[float]]
) -> dict[Quantity, tuple[float, ...]]:
    """Return for each quantity the thresholds of all quantities that are ordered with it, directly or not."""
    group = {quantity: quantity for quantity in thresholds}

    def leader(quantity: Quantity) -> Quantity:
        while group[quantity] != quantity:
            quantity = group[quantity]
        return quantity

    for one, other in ordered:
        group[leader(one)] = leader(other)
    shared: dict[Quantity, set[float]] = {}
    for quantity, limits in thresholds.items():
        shared.setdefault(leader(quantity), set()).update(limits)
    return {quantity: tuple(sorted(shared[leader(quantity)])) for quantity in thresholds}
