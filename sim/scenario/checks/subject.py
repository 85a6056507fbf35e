"""What a named check looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from sim.rules.domains import ANY_FORCE, MILITARY
from sim.rules.parsing import locate
from sim.rules.suggestions import all_known, nearest
from sim.rules.syntax import Rule
from sim.scenario.distributions import Drawn
from sim.scenario.faults import Fault, Severity, fault_at
from sim.scenario.nodes import Branch, Leaf, find
from sim.scenario.planned import Planned, SlippingValue
from sim.scenario.positions import Path, Position, dotted
from sim.scenario.rules import rules_with_paths
from sim.scenario.scenario import Scenario
from sim.scenario.unnamed import is_unnamed
from sim.scenario.validation import key_position, position_of


@dataclass(frozen=True)
class Subject:
    """A scenario under test: its value, and its tree for the places of faults.

    `invalid` are the items that reading found at fault: `scenario` has placeholders in their places.
    """

    root: Branch
    scenario: Scenario
    invalid: frozenset[str] = frozenset()

    def is_right(self, *path: str | int | float) -> bool:
        """Say whether reading found no fault at a path or below it."""
        item = dotted(path)
        return not any(wrong == item or wrong.startswith(f"{item}.") for wrong in self.invalid)

    @property
    def is_dated(self) -> bool:
        """Say whether the scenario's own dates are right, against which others are held."""
        return self.invalid.isdisjoint(("start", "end", "as_of"))

    def fact(self, name: str) -> Any:
        """Return a fact of the scenario, or None if there is none or its kind is not known."""
        return self.scenario.facts.get(name) if f"facts.{name}" not in self.invalid else None

    @cached_property
    def rules(self) -> tuple[tuple[Path, Rule], ...]:
        """Every rule with its path, definitions included."""
        return tuple(rules_with_paths(self.scenario))

    @cached_property
    def drawn(self) -> tuple[tuple[Path, Drawn], ...]:
        """Every stated number with its path."""
        return tuple(_drawn(self.scenario, ()))

    def is_own(self, path: Path) -> bool:
        """Say whether the key at the end of a path stands in the scenario's own file, not in a base."""
        path = as_written(path)
        return key_position(self.root, path).file == self.root.position.file

    def keys(self, *path: str | int | float) -> tuple[str, ...]:
        """Return the names under a path as the file states them, those of faulty items included."""
        node = find(self.root, path)
        return tuple(str(key) for key in node.entries) if isinstance(node, Branch) else ()

    @cached_property
    def readable(self) -> frozenset[str]:
        """The names that a rule can read: facts, definitions and uncertain quantities."""
        return frozenset((*self.keys("facts"), *self.keys("definitions"), *self.keys("uncertain")))

    @cached_property
    def contributors(self) -> tuple[str, ...]:
        """The names that a count of troops can be asked for: contributors and trained forces."""
        return (*self.keys("contributors"), *self.keys("trained_forces"))

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that some contingent or trained force has."""
        return frozenset(body.role for body in self.bodies)

    @cached_property
    def forces(self) -> frozenset[str]:
        """The forces that some contingent or trained force belongs to."""
        return frozenset(body.force for body in self.bodies) | {MILITARY, ANY_FORCE}

    @cached_property
    def sectors(self) -> frozenset[str]:
        """The sectors of the theatre; where it lists none, those that contingents and trained forces name."""
        stated = self.keys("theatre", "sectors")
        return frozenset(stated or (body.sector for body in self.bodies if body.sector is not None))

    @cached_property
    def bodies(self) -> tuple[Any, ...]:
        """All contingents and trained forces."""
        contingents = [
            body for owner in self.scenario.contributors.values() for body in owner.contingents.values()
        ]
        return (*contingents, *self.scenario.trained_forces.values())

    def at(self, path: Path, message: str, severity: Severity = "fault") -> Fault:
        """Return a fault at the value of a path."""
        path = as_written(path)
        return fault_at(position_of(self.root, path), dotted(path), message, severity)

    def where(self, path: Path) -> str:
        """Return where a value stands, for a message about another."""
        return str(position_of(self.root, path))

    def at_key(self, path: Path, message: str, severity: Severity = "fault") -> Fault:
        """Return a fault at the key at the end of a path."""
        path = as_written(path)
        return fault_at(key_position(self.root, path), dotted(path), message, severity)

    def in_rule(self, path: Path, word: str, message: str, severity: Severity = "fault") -> Fault:
        """Return a fault at a word of the rule at a path."""
        path = as_written(path)
        return fault_at(self._word(path, word), dotted(path), message, severity)

    def unknown(self, path: Path, what: str, name: str, known: Iterable[str]) -> Fault:
        """Return the fault that a value names something which is not in the scenario."""
        return self.at(path, unknown(what, name, known))

    def _word(self, path: Path, word: str) -> Position:
        node = find(self.root, path)
        if isinstance(node, Leaf) and isinstance(node.value, str):
            return node.position_of(locate(node.value, word))
        return position_of(self.root, path)


def as_written(path: Path) -> Path:
    """Return where something stands in the file: what one has whom nobody can name yet stands in `unnamed`."""
    if len(path) > 1 and path[0] == "contributors" and is_unnamed(str(path[1])):
        return ("unnamed", *path[2:])
    return path


Check = Callable[[Subject], Iterator[Fault]]
"""Yields what is wrong, each with its remedy."""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return that there is no `what` of that name, with the nearest one, or all if they are few."""
    names = sorted(set(known))
    close = nearest(name, names)
    if close:
        return f"there is no {what} '{name}'; did you mean {close}?"
    if not names:
        return f"there is no {what} '{name}', and none at all; add it, or remove the name"
    return f"there is no {what} '{name}'; {all_known(names)}"


def _drawn(value: Any, path: Path) -> Iterator[tuple[Path, Drawn]]:
    if isinstance(value, Drawn):
        yield path, value
    elif isinstance(value, Planned | SlippingValue):
        yield (*path, "slips"), value.slips
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            if name in value.model_fields_set:
                yield from _drawn(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _drawn(item, (*path, key))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _drawn(item, (*path, place))
