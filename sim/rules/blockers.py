"""What keeps a rule from being true: the literals of its smallest remedies.

A *remedy* is a set of atoms (see `references.atoms`) whose truth, flipped together, makes the rule true.
Atoms are taken as free: that one cannot be true without another, as `deployed >= 10` and `deployed >= 5`,
is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

from sim.rules.references import atoms, parts
from sim.rules.syntax import And, AtLeast, Not, Or, Rule

MOST_TRIALS = 1_024
"""Sets of repeated atoms that are tried before each occurrence of them is taken as an atom of its own."""

MOST_OCCURRENCES = 48
"""Atoms, each as often as it is written, of the largest rule for which so many sets are tried. For one that is n
times as large they are n² times fewer: the question is asked again at every change of a world."""

_IMPOSSIBLE = float("inf")


@dataclass(frozen=True, slots=True)
class _Remedy:
    """The size of the smallest remedies (infinite: there is none) and the union of their atoms."""

    size: float
    flipped: frozenset[Rule] = frozenset()


_NONE = _Remedy(_IMPOSSIBLE)
_NOTHING = _Remedy(0)


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
    present = {atom: is_true(atom) for atom in atoms(rule)}
    remedy = _smallest(rule, present)
    return frozenset(Not(atom) if present[atom] else atom for atom in remedy.flipped)


def _smallest(rule: Rule, present: Mapping[Rule, bool]) -> _Remedy:
    occurrences = _occurrences(rule)
    larger = max(1.0, sum(occurrences.values()) / MOST_OCCURRENCES)
    most = int(MOST_TRIALS / larger**2)
    repeated = tuple(atom for atom, times in occurrences.items() if times > 1)
    best = _NONE
    trials = 0
    for size in range(len(repeated) + 1):
        if size > best.size:
            break
        for chosen in combinations(repeated, size):
            trials += 1
            if trials > most:
                return _remedy(rule, True, present, {})
            fixed = {atom: present[atom] != (atom in chosen) for atom in repeated}
            rest = _remedy(rule, True, present, fixed)
            best = _better(best, _Remedy(size + rest.size, rest.flipped.union(chosen)))
    return best


def _better(one: _Remedy, other: _Remedy) -> _Remedy:
    if one.size == other.size < _IMPOSSIBLE:
        return _Remedy(one.size, one.flipped | other.flipped)
    return one if one.size <= other.size else other


def _occurrences(rule: Rule) -> dict[Rule, int]:
    """Return how often each atom is written."""
    occurrences: dict[Rule, int] = dict.fromkeys(atoms(rule), 0)
    waiting = [rule]
    while waiting:
        current = waiting.pop()
        if current in occurrences:
            occurrences[current] += 1
        else:
            waiting.extend(parts(current))
    return occurrences


def _remedy(rule: Rule, wanted: bool, present: Mapping[Rule, bool], fixed: Mapping[Rule, bool]) -> _Remedy:
    """Return the smallest remedies that make `rule` as `wanted`; atoms are free but for the `fixed` ones."""
    if isinstance(rule, Not):
        return _remedy(rule.part, not wanted, present, fixed)
    if isinstance(rule, (And, Or, AtLeast)):
        count = rule.count if isinstance(rule, AtLeast) else 1 if isinstance(rule, Or) else len(rule.parts)
        needed = count if wanted else len(rule.parts) - count + 1
        return _cheapest([_remedy(part, wanted, present, fixed) for part in rule.parts], needed)
    if rule in fixed:
        return _NOTHING if fixed[rule] == wanted else _NONE
    return _NOTHING if present[rule] == wanted else _Remedy(1, frozenset((rule,)))


def _cheapest(remedies: list[_Remedy], needed: int) -> _Remedy:
    """Return the smallest remedies that fulfil `needed` of the given ones, which share no atom."""
    if needed <= 0:
        return _NOTHING
    ranked = sorted(remedies, key=lambda remedy: remedy.size)
    if needed > len(ranked) or ranked[needed - 1].size == _IMPOSSIBLE:
        return _NONE
    # A remedy no larger than the last one needed is in some smallest choice: it can stand in for that one.
    most = ranked[needed - 1].size
    flipped = frozenset[Rule]().union(*(remedy.flipped for remedy in ranked if remedy.size <= most))
    return _Remedy(sum(remedy.size for remedy in ranked[:needed]), flipped)
