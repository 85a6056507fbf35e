"""A YAML file as a frozen tree that remembers where every key and value stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.positions import Path, Position

Scalar = str | int | float | bool | None
Key = str | int | float


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar.

    `lead` is how many columns behind `position` its first character stands: 0 without quotes, 1 with them,
    None where its characters cannot be counted in the file (several lines, escapes).
    """

    value: Scalar
    position: Position
    lead: int | None = 0

    def position_of(self, offset: int) -> Position:
        """Return where the character with the 0-based `offset` stands; the value's own place if unknown."""
        if self.lead is None:
            return self.position
        return Position(self.position.file, self.position.line, self.position.column + self.lead + offset)


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping, where the key stands, and its value."""

    position: Position
    node: Node


@dataclass(frozen=True, slots=True)
class Branch:
    """A mapping; `flow` if it was written in `{…}`."""

    entries: Mapping[Key, Entry]
    position: Position
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A list; `flow` if it was written in `[…]`."""

    items: tuple[Node, ...]
    position: Position
    flow: bool = False


Node = Leaf | Branch | Series


def plain_data(node: Node) -> Any:
    """Return the tree as dictionaries, lists and scalars."""
    match node:
        case Leaf(value):
            return value
        case Branch(entries):
            return {key: plain_data(entry.node) for key, entry in entries.items()}
        case Series(items):
            return [plain_data(item) for item in items]


def is_same(one: Node, other: Node) -> bool:
    """Say whether two trees hold the same data, wherever it stands; what they share is not looked at."""
    if one is other:
        return True
    match one, other:
        case Leaf(), Leaf():
            return one.value == other.value
        case Branch(), Branch():
            return one.entries.keys() == other.entries.keys() and all(
                is_same(entry.node, other.entries[key].node) for key, entry in one.entries.items()
            )
        case Series(), Series():
            return len(one.items) == len(other.items) and all(map(is_same, one.items, other.items))
    return False


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Position, Node]]:
    """Yield every value below and including `node` with its path and position, in the order written."""
    yield path, node.position, node
    if isinstance(node, Branch):
        for key, entry in node.entries.items():
            yield from walk(entry.node, (*path, key))
    elif isinstance(node, Series):
        for place, item in enumerate(node.items):
            yield from walk(item, (*path, place))


def child(node: Node, part: object) -> Node | None:
    """Return the value under a key or at a place of a list, or None if there is none."""
    if isinstance(node, Branch):
        entry = node.entries.get(part)  # type: ignore[call-overload]  # any object may be asked for
        return entry.node if entry is not None else None
    if isinstance(node, Series) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def find(node: Node, path: Path) -> Node | None:
    """Return the value at a path, or None if there is none."""
    for part in path:
        below = child(node, part)
        if below is None:
            return None
        node = below
    return node
