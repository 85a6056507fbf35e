"""What keeps a rule from being true: the literals of its smallest remedies.

A *remedy* is a set of atoms (see `references.atoms`) whose truth, flipped together, makes the rule true.
Atoms are taken as free: that one cannot be true without another, as `deployed >= 10` and `deployed >= 5`,
is not known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sim.rules.references import atoms
from sim.rules.syntax import And, AtLeast, Not, Or, Rule

MOST_TRIALS = 1_024
"""Sets of repeated atoms that are tried before each occurrence of them is taken as an atom of its own."""

MOST_OCCURRENCES = 48
"""Atoms, each as often as it is written, of the largest rule for which so many sets are tried. For one that is n
times as large they are n² times fewer: the question is asked again at every change of a world."""

_IMPOSSIBLE = float("inf")


@dataclass(frozen=True, slots=True)
class _Remedy:
    """The size of the smallest remedies (infinite: there is none) and the union of their atoms, by place."""

    size: float
    flipped: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Gate:
    """True where at least `count` of its parts are; a part is a gate, or the place of an atom."""

    count: int
    parts: tuple[_Gate | _Turned | int, ...]


@dataclass(frozen=True, slots=True)
class _Turned:
    """True where its part is not."""

    part: _Gate | _Turned | int


_Node = _Gate | _Turned | int
_NONE = _Remedy(_IMPOSSIBLE)
_NOTHING = _Remedy(0)


@dataclass(frozen=True, slots=True)
class Blocking:
    """A rule, made ready to be asked often what keeps it from being true; `atoms` in the order of the rule."""

    atoms: tuple[Rule, ...]
    _root: _Node
    _repeated: tuple[int, ...]
    _most: int

    @classmethod
    def of(cls, rule: Rule) -> Blocking:
        """Number the atoms of a rule, once for all questions: comparing rules takes longer than the answer."""
        known = atoms(rule)
        root = _node(rule, {atom: place for place, atom in enumerate(known)})
        times = Counter(_leaves(root))
        larger = max(1.0, sum(times.values()) / MOST_OCCURRENCES)
        repeated = tuple(place for place in range(len(known)) if times[place] > 1)
        return cls(known, root, repeated, int(MOST_TRIALS / larger**2))

    def literals(self, present: Sequence[bool]) -> frozenset[Rule]:
        """Return what `blocking_atoms` says, given the truth of each of `atoms`."""
        flipped = self._smallest(present).flipped
        return frozenset(Not(self.atoms[place]) if present[place] else self.atoms[place] for place in flipped)

    def _smallest(self, present: Sequence[bool]) -> _Remedy:
        best = _NONE
        trials = 0
        for size in range(len(self._repeated) + 1):
            if size > best.size:
                break
            for chosen in combinations(self._repeated, size):
                trials += 1
                if trials > self._most:
                    return _remedy(self._root, True, present, {})
                fixed = {place: present[place] != (place in chosen) for place in self._repeated}
                rest = _remedy(self._root, True, present, fixed)
                best = _better(best, _Remedy(size + rest.size, rest.flipped.union(chosen)))
        return best


def blocking_atoms(rule: Rule, is_true: Callable[[Rule], bool]) -> frozenset[Rule]:
    """Return the literals in the union of the smallest remedies of `rule`, given the truth of its atoms.

    `is_true` is asked once for each atom. A literal is the atom if it must become true, and `Not(atom)` if
    it must become false. The result is empty if the rule is true already, and also if no truth of its atoms
    makes it true (`never`, `a and not a`): there is nothing to wait for.

    Exact, also where an atom occurs more than once, as long as no more than `MOST_TRIALS` sets of the
    repeated atoms need be tried, smallest first: always with at most 10 repeated atoms, and with any number
    where few flips are enough. Beyond that, which comes earlier in rules in which more than
    `MOST_OCCURRENCES` atoms are written, each occurrence of a repeated atom counts as an atom of its own.
    """
    blocking = Blocking.of(rule)
    return blocking.literals([is_true(atom) for atom in blocking.atoms])


def _node(rule: Rule, place: Mapping[Rule, int]) -> _Node:
    if isinstance(rule, Not):
        return _Turned(_node(rule.part, place))
    if isinstance(rule, (And, Or, AtLeast)):
        count = rule.count if isinstance(rule, AtLeast) else 1 if isinstance(rule, Or) else len(rule.parts)
        return _Gate(count, tuple(_node(part, place) for part in rule.parts))
    return place[rule]


def _leaves(node: _Node) -> Iterator[int]:
    """Yield the place of each atom as often as it is written."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, int):
            yield current
        else:
            waiting.extend(current.parts if isinstance(current, _Gate) else (current.part,))


def _better(one: _Remedy, other: _Remedy) -> _Remedy:
    if one.size == other.size < _IMPOSSIBLE:
        return _Remedy(one.size, one.flipped | other.flipped)
    return one if one.size <= other.size else other


def _remedy(node: _Node, wanted: bool, present: Sequence[bool], fixed: Mapping[int, bool]) -> _Remedy:
    """Return the smallest remedies that make `node` as `wanted`; atoms are free but for the `fixed` ones."""
    if isinstance(node, int):
        if fixed.get(node, present[node]) == wanted:
            return _NOTHING
        return _NONE if node in fixed else _Remedy(1, frozenset((node,)))
    if isinstance(node, _Turned):
        return _remedy(node.part, not wanted, present, fixed)
    needed = node.count if wanted else len(node.parts) - node.count + 1
    return _cheapest([_remedy(part, wanted, present, fixed) for part in node.parts], needed)


def _cheapest(remedies: list[_Remedy], needed: int) -> _Remedy:
    """Return the smallest remedies that fulfil `needed` of the given ones, which share no atom."""
    if needed <= 0:
        return _NOTHING
    ranked = sorted(remedies, key=lambda remedy: remedy.size)
    if needed > len(ranked) or ranked[needed - 1].size == _IMPOSSIBLE:
        return _NONE
    # A remedy no larger than the last one needed is in some smallest choice: it can stand in for that one.
    most = ranked[needed - 1].size
    flipped = frozenset[int]().union(*(remedy.flipped for remedy in ranked if remedy.size <= most))
    return _Remedy(sum(remedy.size for remedy in ranked[:needed]), flipped)
