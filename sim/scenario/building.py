"""A frozen tree built from a YAML parser's events, one at a time, within limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.errors import ScenarioError
from sim.scenario.faults import Fault, fault_at, quoted, scenario_error
from sim.scenario.nodes import Branch, Entry, Key, Leaf, Node, Series
from sim.scenario.positions import Path, Position, dotted
from sim.scenario.scalars import read_word
from sim.scenario.splits import cut_fault, rejoined, written
from sim.scenario.yaml_mistakes import MOST_DEPTH, TOO_DEEP

MOST_NODES = 200_000
"""Most keys and values of a file, those that aliases repeat included."""

MOST_ALIASES = 1_000
"""Most aliases (`*name`) of a file."""


@dataclass(frozen=True, slots=True)
class _Built:
    """A finished value, how many keys and values it holds, and how many levels."""

    node: Node
    size: int = 1
    height: int = 0


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read; `key` is the one whose value comes next."""

    mapping: bool
    position: Position
    flow: bool
    anchor: str | None
    entries: dict[Key, Entry] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: tuple[Key, Position] | None = None
    last: Key | None = None
    cut: dict[Path, Leaf] = field(default_factory=dict)
    size: int = 1
    height: int = 1


def _lead(event: Any) -> int | None:
    """Return how far behind a scalar's start its first character stands, or None if it cannot be counted."""
    quotes = 0 if event.style in (None, "") else 1
    width = event.end_mark.column - event.start_mark.column
    one_line = event.start_mark.line == event.end_mark.line
    return quotes if one_line and width == len(event.value) + 2 * quotes else None


class NodeTreeBuilder:
    """Builds the tree from the parser's events, one stack of what is still open."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._open: list[_Open] = []
        self._anchors: dict[str, _Built | None] = {}
        self._faults: list[Fault] = []
        self._aliases = 0
        self._made = 0
        self._documents = 0
        self._root: Node | None = None

    def result(self) -> tuple[Node, tuple[Fault, ...]]:
        """Return the finished tree and its faults; ScenarioError if no event made a value."""
        if self._root is None:
            raise self._error(Position(self._file, 1, 1), "the file says nothing; it holds only comments")
        return self._root, tuple(self._faults)

    def stop(self, position: Position, message: str) -> None:
        """Raise what was wrong so far, and what ends the reading."""
        raise scenario_error([*self._faults, fault_at(position, dotted(self._path()), message)]) from None

    def take(self, event: Any) -> None:
        """Take the parser's next event."""
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event)
            case "AliasEvent":
                self._alias(event)
            case "MappingStartEvent" | "SequenceStartEvent" as kind:
                self._start(event, kind == "MappingStartEvent")
            case "MappingEndEvent" | "SequenceEndEvent":
                self._end()
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    message = "a second document begins here (`---`); keep one scenario a file"
                    raise self._error(self._position(event), message)

    def _scalar(self, event: Any) -> None:
        position = self._position(event)
        self._check_tag(event, position)
        plain = event.style in (None, "")
        value = read_word(event.value) if plain else event.value
        frame = self._open[-1] if self._open else None
        if frame is not None and frame.mapping and frame.key is None:
            self._begin_entry(frame, value, event.value, position)
            return
        leaf = Leaf(value, position, _lead(event))
        self._add(self._anchored(event.anchor, _Built(leaf)), position)

    def _begin_entry(self, frame: _Open, value: Any, text: str, position: Position) -> None:
        self._count(1, position)
        if value is None or isinstance(value, bool):
            self._fault(
                position, f"{quoted(text)} is no name for a key; put it in quotation marks if it is meant"
            )
            value = text
        elif text == "<<":
            self._fault(
                position,
                "merge keys (`<<`) are not read; repeat the keys, or use `extends:` for a file",
            )
        frame.key = (value, position)

    def _alias(self, event: Any) -> None:
        position = self._position(event)
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            message = (
                f"the file has more than {MOST_ALIASES:,} aliases (`*name`), the limit; use `uncertain:`,"
            )
            raise self._error(position, message + " `defaults:` or `definitions:` for what repeats")
        if event.anchor not in self._anchors:
            message = f"`*{event.anchor}` refers to an anchor (`&{event.anchor}`) that is not above it"
            raise self._error(position, message + "; quote the value if it is text")
        built = self._anchors[event.anchor]
        if built is None:
            raise self._error(
                position, f"`*{event.anchor}` stands inside the value that it repeats; write the value out"
            )
        if self._expects_key():
            raise self._error(position, "an alias cannot be a key; write the key out")
        self._count(built.size, position)
        self._check_depth(built.height, position)
        self._add(built, position, counted=True)

    def _start(self, event: Any, mapping: bool) -> None:
        position = self._position(event)
        self._check_tag(event, position)
        if self._expects_key():
            raise self._error(
                position,
                "a mapping or list cannot be a key; quote a text that begins with `{` or `[`",
            )
        self._check_depth(1, position)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._open.append(_Open(mapping, position, bool(event.flow_style), event.anchor))

    def _end(self) -> None:
        frame = self._open.pop()
        brackets = "{…}" if frame.mapping else "[…]"
        self._faults.extend(cut_fault(leaf, path, brackets) for path, leaf in frame.cut.items())
        node: Node
        if frame.mapping:
            node = Branch(frame.entries, frame.position, frame.flow)
        else:
            node = Series(tuple(frame.items), frame.position, frame.flow)
        self._add(self._anchored(frame.anchor, _Built(node, frame.size, frame.height)), frame.position)

    def _add(self, built: _Built, position: Position, counted: bool = False) -> None:
        """Put a finished value where it belongs."""
        if not counted:
            self._count(1, position)
        if not self._open:
            self._root = built.node
            return
        frame = self._open[-1]
        frame.size += built.size + frame.mapping
        frame.height = max(frame.height, built.height + 1)
        if frame.mapping:
            self._add_entry(frame, built.node)
        else:
            self._add_item(frame, built.node)

    def _add_item(self, frame: _Open, node: Node) -> None:
        last = frame.items[-1] if frame.flow and frame.items else None
        text = written(node)
        is_text = isinstance(last, Leaf) and isinstance(last.value, str)
        whole = rejoined(last, text) if is_text and text is not None else None
        if whole is None:
            frame.items.append(node)
        else:
            frame.items[-1] = whole
            frame.cut[(*self._path()[:-1], len(frame.items) - 1)] = whole

    def _add_entry(self, frame: _Open, node: Node) -> None:
        assert frame.key is not None
        key, position = frame.key
        empty = isinstance(node, Leaf) and node.value is None
        if frame.flow and empty and frame.last is not None:
            whole = rejoined(frame.entries[frame.last].node, str(key))
            if whole is not None:
                frame.key = None
                frame.entries[frame.last] = Entry(frame.entries[frame.last].position, whole)
                frame.cut[(*self._path(), frame.last)] = whole
                return
        earlier = frame.entries.get(key)
        if earlier is None:
            frame.entries[key] = Entry(position, node)
            frame.last = key
        else:
            message = f"the key is given twice (first in line {earlier.position.line}); remove or rename one"
            self._fault(position, message)
        frame.key = None

    def _anchored(self, anchor: str | None, built: _Built) -> _Built:
        if anchor is not None:
            self._anchors[anchor] = built
        return built

    def _expects_key(self) -> bool:
        return bool(self._open) and self._open[-1].mapping and self._open[-1].key is None

    def _check_tag(self, event: Any, position: Position) -> None:
        if event.tag is not None:
            message = f"the tag {quoted(event.tag)} is not allowed, since a scenario is plain data; remove it"
            self._fault(position, message)

    def _check_depth(self, height: int, position: Position) -> None:
        if len(self._open) + height > MOST_DEPTH:
            raise scenario_error([*self._faults, fault_at(position, "", TOO_DEEP)])

    def _count(self, size: int, position: Position) -> None:
        self._made += size
        if self._made > MOST_NODES:
            message = f"the file grows to more than {MOST_NODES:,} keys and values, the limit; remove aliases"
            raise self._error(position, message + " (`*name`), or split it with `extends:`")

    def _path(self) -> Path:
        """Return the path of the value that comes next (of a mapping whose key is not read: its own)."""
        parts: list[Key] = []
        for frame in self._open:
            if not frame.mapping:
                parts.append(len(frame.items))
            elif frame.key is not None:
                parts.append(frame.key[0])
        return tuple(parts)

    def _position(self, event: Any) -> Position:
        return Position(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _fault(self, position: Position, message: str, path: Path | None = None) -> None:
        self._faults.append(fault_at(position, dotted(self._path() if path is None else path), message))

    def _error(self, position: Position, message: str) -> ScenarioError:
        return scenario_error([*self._faults, fault_at(position, dotted(self._path()), message)])
