"""What a rule refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from types import MappingProxyType

from sim.rules.syntax import (
    And,
    AtLeast,
    Compare,
    Holds,
    Not,
    Once,
    Or,
    Quantity,
    Readings,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)

LOGICAL = (And, Or, Not, AtLeast, Readings)
"""The constructs that only combine truths of the same instant; what they combine are a rule's atoms."""


def parts(rule: Rule) -> tuple[Rule, ...]:
    """Return the rules directly inside `rule`, in the order in which they are written."""
    if isinstance(rule, (And, Or, AtLeast, Readings)):
        return rule.parts
    if isinstance(rule, (Not, Once, Throughout, Within)):
        return (rule.part,)
    return ()


def subrules(rule: Rule) -> Iterator[Rule]:
    """Yield `rule` and every rule inside it, each parent before its parts, repeated ones repeatedly."""
    waiting = [rule]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(parts(current)))


def atoms(rule: Rule) -> tuple[Rule, ...]:
    """Return the maximal subrules other than `and`, `or`, `not`, `at least`, each once, in order."""
    found: dict[Rule, None] = {}
    waiting = [rule]
    while waiting:
        current = waiting.pop()
        if isinstance(current, LOGICAL):
            waiting.extend(reversed(parts(current)))
        else:
            found.setdefault(current)
    return tuple(found)


def references(rule: Rule) -> frozenset[Quantity]:
    """Return the quantities that `rule` reads as they are written: a window is its `Recent`.

    `signals` gives what must be known over time instead: there a `Recent` is replaced by what it counts.
    """
    return frozenset(
        part.chosen if isinstance(part, Readings) else part.quantity
        for part in subrules(rule)
        if isinstance(part, (Holds, Compare, Readings))
    )


def signals(rule: Rule) -> frozenset[Quantity]:
    """Return the quantities whose course over time decides `rule`; never a `Recent`, but what it counts."""
    return frozenset(signal_of(quantity) for quantity in references(rule))


def signal_of(quantity: Quantity) -> Quantity:
    """Return the quantity itself, or what it counts if it is a `Recent`."""
    return quantity.counted if isinstance(quantity, Recent) else quantity


def readings_in(rule: Rule) -> tuple[Readings, ...]:
    """Return the readings of which a rule hangs on the one that is drawn, each once, in the order of names."""
    found = {part.name: part for part in subrules(rule) if isinstance(part, Readings)}
    return tuple(found[name] for name in sorted(found))


def as_read(rule: Rule, drawn: Mapping[str, int]) -> Rule:
    """Return a rule with each of its readings replaced by the one drawn, given by name; others stay."""
    if isinstance(rule, Readings) and rule.name in drawn:
        return as_read(rule.parts[drawn[rule.name]], drawn)
    if isinstance(rule, (And, Or, AtLeast, Readings)):
        return replace(rule, parts=tuple(as_read(part, drawn) for part in rule.parts))
    if isinstance(rule, (Not, Once, Throughout, Within)):
        return replace(rule, part=as_read(rule.part, drawn))
    return rule


def every_reading(rule: Rule) -> Iterator[Rule]:
    """Yield a rule as each combination of its readings has it; a rule without readings once."""
    choices = [(each.name, range(len(each.parts))) for each in readings_in(rule)]
    for drawn in product(*(places for _, places in choices)):
        yield as_read(rule, dict(zip([name for name, _ in choices], drawn, strict=True)))


def names(rule: Rule) -> frozenset[str]:
    """Return the names of the facts (and definitions, until expanded) that `rule` reads or counts."""
    return frozenset(quantity.name for quantity in signals(rule) if isinstance(quantity, Value))


def longest_window(rule: Rule) -> Mapping[Quantity, int]:
    """Return for each of `signals(rule)` how many seconds of its past decide the rule's truth at an instant.

    Lengths add up along the way down: in `violations in last 14 days <= 5 for 30 days` they are 44 days. What
    lies under `once` is decided by all of the past; only the finite lengths around and inside it are counted.
    """
    longest: dict[Quantity, int] = {}
    waiting: list[tuple[Rule, int]] = [(rule, 0)]
    while waiting:
        current, length = waiting.pop()
        if isinstance(current, (Holds, Compare)):
            quantity = current.quantity
            window = length + (quantity.length.seconds if isinstance(quantity, Recent) else 0)
            longest[signal_of(quantity)] = max(window, longest.get(signal_of(quantity), 0))
        elif isinstance(current, (Throughout, Within)):
            waiting.append((current.part, length + current.length.seconds))
        else:
            waiting.extend((part, length) for part in parts(current))
    return MappingProxyType(longest)
