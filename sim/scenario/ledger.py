"""Where every number, rule and choice of a scenario comes from: a source, or nobody (an assumption).

A block's `source: NAME` speaks for its own keys and for what lies in them, but not for blocks inside it that
can have a `source:` of their own. `source: {key: NAME}` speaks for the whole of that key, also for the blocks
in it, as far as they name none themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.nodes import Branch, Leaf, Node, Series, plain_data
from sim.scenario.positions import Path, Position, dotted
from sim.scenario.shapes import TOP, UNSOURCED, Shape, holds_sourced, is_sourced

_NOT_SECTIONS = frozenset({"scenario", "question", "sources", "plausible", "as_of", "start"})


@dataclass(frozen=True, slots=True)
class SourceText:
    """What an entry of `sources:` says, as text; empty where it says nothing."""

    name: str
    title: str
    publisher: str
    date: str
    url: str
    quote: str
    grade: str


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One number, rule or choice: its dotted path, its value as written, where it stands, and its source."""

    path: str
    value: str
    position: Position
    source: SourceText | None

    @property
    def assumed(self) -> bool:
        """Say whether nobody is named for it."""
        return self.source is None


def ledger(root: Branch) -> tuple[LedgerEntry, ...]:
    """Return one entry for each number, rule and choice of a resolved scenario, in the order of the file."""
    sources = _sources(root)
    return tuple(
        LedgerEntry(dotted(path), written(node), node.position, sources.get(name) if name else None)
        for path, node, name in _entries(root, TOP, (), None)
    )


def sourced(root: Branch) -> tuple[LedgerEntry, ...]:
    """Return the entries that a source speaks for."""
    return tuple(entry for entry in ledger(root) if not entry.assumed)


def assumptions(root: Branch) -> tuple[LedgerEntry, ...]:
    """Return the entries that no source speaks for."""
    return tuple(entry for entry in ledger(root) if entry.assumed)


def _entries(
    node: Node, shape: Shape, path: Path, source: str | None
) -> Iterator[tuple[Path, Node, str | None]]:
    """Yield (path, value, name of its source); `source` speaks for `node` unless it has its own."""
    if isinstance(node, Series) and shape.items is not None and shape.items.blocks:
        for place, item in enumerate(node.items):
            yield from _entries(item, shape.items, (*path, place), source)
    elif not isinstance(node, Branch) or not shape.merges:
        yield path, node, source
    else:
        skipped = UNSOURCED if path else UNSOURCED | _NOT_SECTIONS
        for key, entry in node.entries.items():
            if not shape.blocks or key not in skipped:
                speaking = _speaking(node, shape, str(key), source)
                yield from _entries(entry.node, shape.below(key, node), (*path, key), speaking)


def _speaking(block: Branch, shape: Shape, key: str, inherited: str | None) -> str | None:
    """Return the name of the source that speaks for a key of a block."""
    if not is_sourced(shape, block):
        return inherited
    own = block.entries.get("source")
    if own is None:
        return inherited
    if isinstance(own.node, Branch):
        stated = own.node.entries.get(key)
        name = stated.node.value if stated is not None and isinstance(stated.node, Leaf) else None
        return str(name) if name is not None else None
    name = own.node.value if isinstance(own.node, Leaf) else None
    inner = holds_sourced(shape.below(key, block), block.entries[key].node)
    return str(name) if name is not None and not inner else None


def _sources(root: Branch) -> Mapping[str, SourceText]:
    section = root.entries.get("sources")
    stated: Any = plain_data(section.node) if section is not None else {}
    if not isinstance(stated, dict):
        return {}
    return {str(name): _source(str(name), block) for name, block in stated.items() if isinstance(block, dict)}


def _source(name: str, block: Mapping[str, Any]) -> SourceText:
    def text(key: str) -> str:
        value = block.get(key)
        return "" if value is None else str(value)

    return SourceText(
        name, text("title"), text("publisher"), text("date"), text("url"), text("quote"), text("grade")
    )


def written(node: Node) -> str:
    """Return a value on one line, as it could stand in a file."""
    match node:
        case Leaf(value):
            return (
                {True: "true", False: "false", None: "null"}[value]
                if value is None or isinstance(value, bool)
                else str(value)
            )
        case Branch(entries):
            return "{" + ", ".join(f"{key}: {written(entry.node)}" for key, entry in entries.items()) + "}"
        case Series(items):
            return "[" + ", ".join(written(item) for item in items) + "]"
