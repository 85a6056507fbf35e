"""Propositions over variables with finitely many cells, and whether some choice of cells fulfils them.

A proposition is a number: equal ones are kept once, so that equality is cheap. It is *among* (a variable
lies in one of a set of cells, as bits) or *at least* (so many of its parts hold; all: and; one: or). The
search is exact; it stops with TooLargeError when it has read as many propositions as it may, so no rule
takes long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_COPIED_AT_ONCE = 16
"""How many numbers are copied in about the time of one reading."""


class TooLargeError(Exception):
    """The search read as many propositions as it may, and has no answer."""


@dataclass(frozen=True, slots=True)
class Among:
    """The variable lies in one of the cells whose bits are set."""

    variable: int
    cells: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts hold; 0 of none is true, 1 of none is false."""

    count: int
    parts: tuple[int, ...]


Proposition = Among | AtLeast


class Propositions:
    """All propositions of one matter, and how much may still be read to answer questions about it."""

    def __init__(self, most_readings: int) -> None:
        self._left = most_readings
        self._nodes: list[Proposition] = []
        self._numbers: dict[Proposition, int] = {}
        self._negated: dict[int, int] = {}
        self._variables: dict[int, frozenset[int]] = {}
        self.domains: list[int] = []
        """For each variable all of its cells, as bits."""
        self.laws: list[int] = []
        """Propositions that hold at every instant of every world."""
        self.true = self._kept(AtLeast(0, ()))
        self.false = self._kept(AtLeast(1, ()))

    def __getitem__(self, number: int) -> Proposition:
        """Return a proposition by its number."""
        return self._nodes[number]

    def variable(self, cells: int) -> int:
        """Return a new variable with so many cells."""
        self.domains.append((1 << cells) - 1)
        return len(self.domains) - 1

    def among(self, variable: int, cells: int) -> int:
        """Return that a variable lies in some of its cells."""
        cells &= self.domains[variable]
        if cells == self.domains[variable]:
            return self.true
        return self._kept(Among(variable, cells)) if cells else self.false

    def all_of(self, parts: Iterable[int]) -> int:
        """Return that all parts hold; conditions on one variable become one."""
        return self._merged(set(parts), True)

    def any_of(self, parts: Iterable[int]) -> int:
        """Return that some part holds; conditions on one variable become one."""
        return self._merged(set(parts), False)

    def at_least(self, count: int, parts: Sequence[int]) -> int:
        """Return that at least `count` parts hold; one that is repeated counts as often."""
        count -= sum(part == self.true for part in parts)
        left = sorted(part for part in parts if part not in (self.true, self.false))
        if count <= 0:
            return self.true
        if count > len(left):
            return self.false
        if count == 1:
            return self.any_of(left)
        return self.all_of(left) if count == len(left) else self._kept(AtLeast(count, tuple(left)))

    def implies(self, one: int, other: int) -> int:
        """Return that `other` holds if `one` does."""
        return self.any_of((self.negated(one), other))

    def negated(self, number: int) -> int:
        """Return that a proposition does not hold."""
        known = self._negated.get(number)
        if known is None:
            node = self._nodes[number]
            if isinstance(node, Among):
                known = self.among(node.variable, ~node.cells)
            else:
                parts = [self.negated(part) for part in node.parts]
                known = self.at_least(len(parts) - node.count + 1, parts)
            self._negated[number], self._negated[known] = known, number
        return known

    def variables(self, number: int) -> frozenset[int]:
        """Return the variables that a proposition is about."""
        node = self._nodes[number]
        if isinstance(node, Among):
            return frozenset((node.variable,))
        known = self._variables.get(number)
        if known is None:
            known = frozenset[int]().union(*(self.variables(part) for part in node.parts))
            self._variables[number] = known
        return known

    def charge(self, readings: int) -> None:
        """Count work as readings; TooLargeError if that is more than may be done."""
        self._left -= readings
        if self._left < 0:
            raise TooLargeError

    def possible(self, wanted: Iterable[int]) -> bool:
        """Say whether some choice of cells fulfils the laws and all that is wanted."""
        domains = list(self.domains)
        start = self._propagated(domains, [], [*self.laws, *wanted])
        waiting = [] if start is None else [(domains, start)]
        while waiting:
            domains, required = waiting.pop()
            choice = self._undecided(required, domains)
            if choice is None:
                return True
            self.charge((len(domains) + len(required)) // _COPIED_AT_ONCE)
            for cells in (~choice.cells, choice.cells):
                narrowed = list(domains)
                narrowed[choice.variable] &= cells
                touched, others = self._parted(required, {choice.variable})
                left = self._propagated(narrowed, others, touched)
                if left is not None:
                    waiting.append((narrowed, left))
        return False

    def follows(self, one: int, other: int) -> bool:
        """Say whether `other` plainly holds wherever `one` does; False also where that is hard to see."""
        self.charge(1)
        first, second = self._nodes[one], self._nodes[other]
        if isinstance(first, Among) and isinstance(second, Among) and first.variable == second.variable:
            return first.cells & ~second.cells == 0
        self.charge(len(self.domains) // _COPIED_AT_ONCE)
        domains = list(self.domains)
        if self._propagated(domains, [], [one]) is None:
            return True
        return self._value(other, domains) is True

    def _kept(self, node: Proposition) -> int:
        self.charge(1)
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self._nodes)
            self._nodes.append(node)
        return number

    def _merged(self, parts: set[int], together: bool) -> int:
        """Return all of the parts, or any of them if they need not hold `together`."""
        neutral, decisive = (self.true, self.false) if together else (self.false, self.true)
        cells: dict[int, int] = {}
        others: set[int] = set()
        for part in parts - {neutral}:
            node = self._nodes[part]
            if isinstance(node, Among):
                before = cells.get(node.variable)
                if before is None:
                    cells[node.variable] = node.cells
                else:
                    cells[node.variable] = before & node.cells if together else before | node.cells
            else:
                others.add(part)
        others.update(self.among(variable, mask) for variable, mask in cells.items())
        others.discard(neutral)
        if decisive in others or any(self._negated.get(part) in others for part in others):
            return decisive
        if len(others) <= 1:
            return next(iter(others), neutral)
        return self._kept(AtLeast(len(others) if together else 1, tuple(sorted(others))))

    def _propagated(self, domains: list[int], still: list[int], pending: list[int]) -> list[int] | None:
        """Narrow the domains to what is pending, and return all that is still open; None if nothing is left.

        `still` is required too, but was open before and is read again only where a variable is narrowed.
        """
        while pending:
            narrowed: set[int] = set()
            while pending:
                self.charge(1)
                number = pending.pop()
                node = self._nodes[number]
                if isinstance(node, Among):
                    cells = domains[node.variable] & node.cells
                    if not cells:
                        return None
                    if cells != domains[node.variable]:
                        narrowed.add(node.variable)
                        domains[node.variable] = cells
                    continue
                values = [self._value(part, domains) for part in node.parts]
                needed = node.count - values.count(True)
                unknown = [part for part, value in zip(node.parts, values, strict=True) if value is None]
                if needed > len(unknown):
                    return None
                if needed == len(unknown):
                    pending.extend(unknown)
                elif needed > 0:
                    still.append(number)
            pending, still = self._parted(still, narrowed)
        return still

    def _parted(self, numbers: list[int], variables: set[int]) -> tuple[list[int], list[int]]:
        """Return the propositions that are about one of the variables, and the others."""
        touched: list[int] = []
        others: list[int] = []
        for number in numbers:
            (others if self.variables(number).isdisjoint(variables) else touched).append(number)
        return touched, others

    def _value(self, number: int, domains: list[int]) -> bool | None:
        """Say whether a proposition holds in all that the domains allow; None: in some of it."""
        self.charge(1)
        node = self._nodes[number]
        if isinstance(node, Among):
            cells = domains[node.variable]
            return True if cells & ~node.cells == 0 else None if cells & node.cells else False
        needed, left = node.count, len(node.parts)
        for part in node.parts:
            if needed <= 0 or needed > left:
                break
            value = self._value(part, domains)
            needed -= value is True
            left -= value is not None
        return True if needed <= 0 else False if needed > left else None

    def _undecided(self, required: list[int], domains: list[int]) -> Among | None:
        """Return a condition on a variable that is open, in what is required."""
        waiting = list(reversed(required))
        while waiting:
            node = self._nodes[waiting.pop()]
            if isinstance(node, AtLeast):
                waiting.extend(part for part in reversed(node.parts) if self._value(part, domains) is None)
            else:
                return node
        return None
