"""`beds` in a rule: how many beds there are, told by what makes them grow.

Beds only grow, from one known number to another, so a comparison of them with a number is a rule about their
growth: with 600 at start and 1,500 once `base_open` holds, `beds >= 1000` is `once base_open`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.rules.binding import rebuilt
from sim.rules.references import references
from sim.rules.syntax import ALWAYS, NEVER, And, Beds, Compare, Holds, Not, Or, Rule


@dataclass(frozen=True, slots=True)
class BedSteps:
    """Beds at start, and (from when on, how many): the largest number reached counts."""

    at_start: int
    steps: tuple[tuple[Rule, int], ...]


def reads_beds(rule: Rule) -> bool:
    """Say whether a rule speaks of beds."""
    return Beds() in references(rule)


def with_beds_told(rule: Rule, beds: BedSteps) -> Rule:
    """Return the rule with each comparison of beds replaced by what it says about their growth."""

    def told(leaf: Holds | Compare) -> Rule:
        if leaf.quantity != Beds():
            return leaf
        if isinstance(leaf, Holds):
            return _more_than(beds, 0.0)
        return _compared(beds, leaf.operator, leaf.number.value)

    return rebuilt(rule, told)


def _compared(beds: BedSteps, operator: str, number: float) -> Rule:
    match operator:
        case ">=":
            return _at_least(beds, number)
        case ">":
            return _more_than(beds, number)
        case "<":
            return Not(_at_least(beds, number))
        case "<=":
            return Not(_more_than(beds, number))
        case "==":
            return And((_at_least(beds, number), Not(_more_than(beds, number))))
        case _:
            return Or((Not(_at_least(beds, number)), _more_than(beds, number)))


def _at_least(beds: BedSteps, number: float) -> Rule:
    return _any_of(beds.at_start >= number, (rule for rule, to in beds.steps if to >= number))


def _more_than(beds: BedSteps, number: float) -> Rule:
    return _any_of(beds.at_start > number, (rule for rule, to in beds.steps if to > number))


def _any_of(already: bool, rules: Iterable[Rule]) -> Rule:
    if already:
        return ALWAYS
    distinct = tuple(dict.fromkeys(rules))
    if not distinct:
        return NEVER
    return distinct[0] if len(distinct) == 1 else Or(distinct)
