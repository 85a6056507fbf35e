"""Rules with their names filled in: `self` by the contributor, definitions by what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sim.errors import RuleError
from sim.rules.references import parts, references, signal_of, subrules
from sim.rules.syntax import (
    And,
    AtLeast,
    Casualties,
    Compare,
    Consent,
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
    Value,
    Within,
)
from sim.rules.words import DEEPEST_NESTING

LARGEST_EXPANSION = 20_000
"""Most constructs that a rule may have once its definitions are filled in."""


def bind(rule: Rule, contributor: str) -> Rule:
    """Return `rule` as the rule of `contributor`, who replaces `self` and whom `consent(party)` is about."""

    def bound(leaf: Holds | Compare) -> Rule:
        return replace(leaf, quantity=_bound(leaf.quantity, contributor))

    return rebuilt(rule, bound)


def unbound(rule: Rule) -> frozenset[Quantity]:
    """Return the quantities of `rule` that mean nothing without a contributor, such as `casualties(self)`."""
    return frozenset(quantity for quantity in references(rule) if _bound(quantity, "_") != quantity)


def expand(rule: Rule, definitions: Mapping[str, Rule]) -> Rule:
    """Return `rule` with every name of a definition replaced by its rule, and so on within it.

    Raises RuleError for definitions that refer to themselves in a circle (it names the circle), for a
    definition that is compared with a number or counted, and for a rule that becomes larger than
    `LARGEST_EXPANSION` constructs or nested more deeply than `DEEPEST_NESTING` levels.
    """
    return _Expansion(definitions).of(rule)


class _Expansion:
    """The definitions filled in so far; each is filled in once, so that no chain of them takes long."""

    def __init__(self, definitions: Mapping[str, Rule]) -> None:
        self.definitions = definitions
        self.done: dict[str, Rule] = {}
        self.sizes: dict[int, tuple[int, int]] = {}

    def of(self, rule: Rule) -> Rule:
        for name in self._order(rule):
            self.done[name] = self._filled(self.definitions[name], name)
        return self._filled(rule, "the rule")

    def _order(self, rule: Rule) -> list[str]:
        """Return the definitions that `rule` needs, each after those that it needs itself."""
        order: dict[str, None] = {}
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(name, True) for name in self._needed(rule)]
        while waiting:
            name, opening = waiting.pop()
            if not opening:
                path.pop()
                order[name] = None
            elif name in path:
                circle = " → ".join([*path[path.index(name) :], name])
                raise RuleError(
                    f"definitions refer to each other in a circle: {circle}; break it at one of them"
                )
            elif name not in order:
                path.append(name)
                waiting.append((name, False))
                waiting.extend((inner, True) for inner in self._needed(self.definitions[name]))
        return list(order)

    def _needed(self, rule: Rule) -> list[str]:
        """Return the definitions that `rule` names directly; raise RuleError for one used as a number."""
        needed: dict[str, None] = {}
        for leaf in subrules(rule):
            if not isinstance(leaf, (Holds, Compare)):
                continue
            quantity = leaf.quantity
            counted = signal_of(quantity)
            if not isinstance(counted, Value) or counted.name not in self.definitions:
                continue
            if isinstance(quantity, Recent):
                raise RuleError(
                    f"`{leaf}` counts the definition `{counted.name}`, which is true or false; "
                    f"count an events fact, or write `{counted.name} within {quantity.length}`"
                )
            if isinstance(leaf, Compare):
                raise RuleError(
                    f"`{leaf}` compares `{counted.name}`, a definition, thus true or false, with a number; "
                    f"write `{counted.name}` or `not {counted.name}`"
                )
            needed[counted.name] = None
        return list(needed)

    def _filled(self, rule: Rule, owner: str) -> Rule:
        def defined(leaf: Holds | Compare) -> Rule:
            name = leaf.quantity.name if isinstance(leaf.quantity, Value) else None
            return self.done.get(name, leaf) if isinstance(leaf, Holds) and name is not None else leaf

        filled = rebuilt(rule, defined)
        size, depth = self._measure(filled)
        if size > LARGEST_EXPANSION or depth > DEEPEST_NESTING:
            raise RuleError(
                f"with its definitions filled in, {owner} has {size:,} constructs nested {depth} deep; "
                f"the limits are {LARGEST_EXPANSION:,} and {DEEPEST_NESTING}; nest definitions less"
            )
        return filled

    def _measure(self, rule: Rule) -> tuple[int, int]:
        """Return how many constructs `rule` has and how deep they are nested, measuring shared parts once."""
        inner = [self.sizes.get(id(part)) or self._measure(part) for part in parts(rule)]
        measured = 1 + sum(size for size, _ in inner), 1 + max((depth for _, depth in inner), default=0)
        self.sizes[id(rule)] = measured
        return measured


def _bound(quantity: Quantity, contributor: str) -> Quantity:
    if isinstance(quantity, Recent) and isinstance(quantity.counted, Casualties):
        return replace(quantity, counted=_own_casualties(quantity.counted, contributor))
    if isinstance(quantity, Casualties):
        return _own_casualties(quantity, contributor)
    if isinstance(quantity, Force) and quantity.contributor == "self":
        return replace(quantity, contributor=contributor)
    if isinstance(quantity, Consent) and quantity.contributor is None:
        return replace(quantity, contributor=contributor)
    return quantity


def _own_casualties(casualties: Casualties, contributor: str) -> Casualties:
    return Casualties(contributor) if casualties.contributor == "self" else casualties


def rebuilt(rule: Rule, change: Callable[[Holds | Compare], Rule]) -> Rule:
    """Return `rule` with each comparison and bare quantity replaced by what `change` makes of it."""
    if isinstance(rule, (Holds, Compare)):
        return change(rule)
    if isinstance(rule, (And, Or, AtLeast, Readings)):
        return replace(rule, parts=tuple(rebuilt(part, change) for part in rule.parts))
    if isinstance(rule, (Not, Once, Throughout, Within)):
        return replace(rule, part=rebuilt(rule.part, change))
    return rule
