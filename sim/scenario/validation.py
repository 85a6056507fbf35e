"""From a tree to a Scenario; what pydantic finds wrong becomes faults at their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sim.rules.suggestions import nearest
from sim.scenario.faults import MOST_FAULTS, Fault, fault_at
from sim.scenario.nodes import Branch, Key, Leaf, Node, Series, child, find, plain_data
from sim.scenario.positions import Path, Position, dotted
from sim.scenario.remainder import what_is_right
from sim.scenario.scenario import Scenario
from sim.scenario.shapes import fields, shape_at
from sim.scenario.values import shown
from sim.scenario.wording import explain


@dataclass(frozen=True, slots=True)
class Validated:
    """What a tree is as a scenario.

    With faults, `scenario` is only what is right of it (for the checks that look at single items, so that all
    faults of a file come at once), or None if that is nothing.
    """

    scenario: Scenario | None
    faults: tuple[Fault, ...] = ()
    wrong: frozenset[str] = frozenset()
    """The items at fault, those included that another fault speaks for."""


def validate(root: Branch) -> Validated:
    """Read a tree as a scenario."""
    try:
        return Validated(Scenario.model_validate(plain_data(root)))
    except ValidationError as error:
        found = [_Finding.of(root, problem) for problem in _problems(error)]
        told = [
            finding
            for finding in found[: 2 * MOST_FAULTS]
            if not (finding.type == "missing" and _misspelt(root, finding.path))
        ]
        faults = tuple(dict.fromkeys(finding.fault(root) for finding in told[: MOST_FAULTS + 1]))
        paths = tuple(finding.path for finding in found)
        return Validated(what_is_right(root, paths), faults, frozenset(map(dotted, paths)))


def _problems(error: ValidationError) -> list[Any]:
    return list(error.errors(include_url=False))


@dataclass(frozen=True, slots=True)
class _Finding:
    """One complaint of pydantic: its type, the path in the tree, and whether the key itself is wrong."""

    type: str
    path: Path
    value: Any
    context: Mapping[str, Any]
    at_key: bool

    @classmethod
    def of(cls, root: Branch, problem: Mapping[str, Any]) -> _Finding:
        path, at_key = _path(root, problem["loc"])
        return cls(problem["type"], path, problem.get("input"), problem.get("ctx") or {}, at_key)

    def fault(self, root: Branch) -> Fault:
        item = dotted(self.path)
        if self.type == "missing":
            return fault_at(position_of(root, self.path[:-1]), item, _missing(root, self.path))
        if self.type == "extra_forbidden":
            return fault_at(key_position(root, self.path), item, _unknown(root, self.path))
        if self.at_key:
            return fault_at(key_position(root, self.path), item, f"the key: {self._words()}")
        node = find(root, self.path)
        if self.type == "rule" and "reading" in self.context:
            position = reading_position(root, self.path, self.context["reading"], self.context["offset"])
            return fault_at(position, item, self.context["reason"])
        if self.type == "rule" and isinstance(node, Leaf):
            return fault_at(node.position_of(self.context["offset"]), item, self.context["reason"])
        return fault_at(position_of(root, self.path), item, self._words())

    def _words(self) -> str:
        return explain(self.type, self.value, self.context, str(self.path[-1]) if self.path else "")


def position_of(root: Branch, path: Path) -> Position:
    """Return where the value at a path stands, or the nearest value around it."""
    node = find(root, path)
    while node is None and path:
        path = path[:-1]
        node = find(root, path)
    return (node or root).position


def reading_position(root: Branch, path: Path, text: str, offset: int = 0) -> Position:
    """Return where one of the readings of the rule at a path stands, or a character of it if it is a value."""
    stated = find(root, (*path, "one_of"))
    if isinstance(stated, Branch) and text in stated.entries:
        place = stated.entries[text].position
        return Position(place.file, place.line, place.column + offset)
    for item in stated.items if isinstance(stated, Series) else ():
        if isinstance(item, Leaf) and item.value == text:
            return item.position_of(offset)
    return position_of(root, path)


def key_position(root: Branch, path: Path) -> Position:
    """Return where the key at the end of a path stands."""
    parent = find(root, path[:-1])
    entry = parent.entries.get(path[-1]) if isinstance(parent, Branch) else None
    return entry.position if entry is not None else position_of(root, path)


def _path(root: Branch, loc: tuple[Any, ...]) -> tuple[Path, bool]:
    """Return the path that a pydantic location means, without the names of alternatives."""
    path: list[Any] = []
    node: Node | None = root
    at_key = False
    for place, part in enumerate(loc):
        if part == "[key]":
            at_key = True
            continue
        key = _key(node, part)
        below = child(node, key) if node is not None else None
        if below is None and (place + 1 < len(loc) or _is_alternative(root, tuple(path), part)):
            continue
        path.append(key)
        node = below
    return tuple(path), at_key


def _key(node: Node | None, part: Any) -> Any:
    """Return the key of a mapping that a part of a location means; dates are keys by their text."""
    if not isinstance(node, Branch) or part in node.entries:
        return part
    return next((key for key in node.entries if str(key) == str(part)), part)


def _is_alternative(root: Branch, path: Path, part: object) -> bool:
    shape = shape_at(root, path)
    block = shape.block(find(root, path))
    return (block is None or part not in fields(block)) and shape.items is None


def _missing(root: Branch, path: Path) -> str:
    if len(path) == 1:
        wanted = {"scenario": "a title", "start": "a date", "end": "a date"}.get(str(path[0]), "a value")
        return f"is missing; add `{path[0]}: ` with {wanted}"
    return f"is missing; add `{path[-1]}: …`"


def _misspelt(root: Branch, path: Path) -> bool:
    """Say whether a missing key stands there misspelt, which its own fault says."""
    parent, known = find(root, path[:-1]), _known(root, path[:-1])
    unknown = [str(key) for key in parent.entries if key not in known] if isinstance(parent, Branch) else []
    return any(nearest(key, known) == path[-1] for key in unknown[:MOST_FAULTS])


def _known(root: Branch, path: Path) -> list[str]:
    block = shape_at(root, path).block(find(root, path))
    return list(fields(block)) if block is not None else []


def _unknown(root: Branch, path: Path) -> str:
    key, parent = str(path[-1]), find(root, path[:-1])
    known = _known(root, path[:-1])
    if isinstance(parent, Branch) and parent.flow and _lacks_colon(parent, path[-1]):
        return "a comma inside {…} ends a value, so this was read as a key; quote the value before it"
    close = nearest(key, known)
    remedy = f"did you mean {close}?" if close else f"known keys are {', '.join(known)}"
    elsewhere = "" if close else _elsewhere(key)
    return f"unknown key {shown(key)}; {elsewhere}{remedy}"


def _lacks_colon(block: Branch, key: Key) -> bool:
    """Say whether a key stands without a colon and value, so that nothing is said to be `null`."""
    entry = block.entries.get(key)
    if entry is None or not isinstance(entry.node, Leaf) or entry.node.value is not None:
        return False
    stated, value = entry.position, entry.node.position
    return value.line != stated.line or value.column <= stated.column + len(str(key)) + 1


def _elsewhere(key: str) -> str:
    return "a scenario is extended only at the top of a file; " if key == "extends" else ""
