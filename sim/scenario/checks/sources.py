"""Sources: each that is named exists, speaks for a key that is there, and was known by `as_of`."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.subject import Subject, unknown
from sim.scenario.faults import Fault, fault_at
from sim.scenario.nodes import Branch, Leaf, Node, Series
from sim.scenario.positions import Path, Position, dotted
from sim.scenario.shapes import TOP, Shape, fields, is_sourced


def source_names(subject: Subject) -> Iterator[Fault]:
    """Every `source:` names one of `sources:`, and every key of it a key of its block."""
    known = subject.keys("sources")
    for path, block, shape in sourced_blocks(subject.root):
        source = block.entries["source"].node
        names = {"": source} if isinstance(source, Leaf) else _per_key(source)
        for key, leaf in names.items():
            at = (*path, "source", key) if key else (*path, "source")
            if isinstance(leaf, Leaf) and isinstance(leaf.value, str) and leaf.value not in known:
                yield fault_at(leaf.position, dotted(at), unknown("source", leaf.value, known))
            if key and key not in block.entries and subject.is_right(*path, key):
                message = _no_key(key, block, shape)
                yield fault_at(_key_position(source, key), dotted(at), message)


def hindsight(subject: Subject) -> Iterator[Fault]:
    """Nothing that was published after `as_of` goes into the scenario."""
    as_of = subject.scenario.as_of
    for name, source in subject.scenario.sources.items():
        if as_of is not None and source.date > as_of:
            message = f"hindsight: the source is dated {source.date}, after as_of ({as_of})"
            yield subject.at(("sources", name, "date"), f"{message}; move as_of, or leave out what it says")


def unused_sources(subject: Subject) -> Iterator[Fault]:
    """Every source of the file itself is used."""
    used: set[object] = set()
    for _, block, _ in sourced_blocks(subject.root):
        source = block.entries["source"].node
        leaves = [source] if isinstance(source, Leaf) else list(_per_key(source).values())
        used.update(leaf.value for leaf in leaves if isinstance(leaf, Leaf))
    for name in subject.keys("sources"):
        if name not in used and subject.is_own(("sources", name)):
            yield subject.at_key(
                ("sources", name), "no block names this source; use it, or remove it", "warning"
            )


def sourced_blocks(root: Branch) -> Iterator[tuple[Path, Branch, Shape]]:
    """Yield every block that states a `source:`, with its path and what it may be."""
    yield from _blocks(root, TOP, ())


def _blocks(node: Node, shape: Shape, path: Path) -> Iterator[tuple[Path, Branch, Shape]]:
    if isinstance(node, Series) and shape.items is not None:
        for place, item in enumerate(node.items):
            yield from _blocks(item, shape.items, (*path, place))
    if not isinstance(node, Branch) or not shape.merges:
        return
    if "source" in node.entries and is_sourced(shape, node):
        yield path, node, shape
    for key, entry in node.entries.items():
        yield from _blocks(entry.node, shape.below(key, node), (*path, key))


def _per_key(source: Node) -> dict[str, Node]:
    return (
        {str(key): entry.node for key, entry in source.entries.items()} if isinstance(source, Branch) else {}
    )


def _key_position(source: Node, key: str) -> Position:
    entry = source.entries.get(key) if isinstance(source, Branch) else None
    return entry.position if entry is not None else source.position


def _no_key(key: str, block: Branch, shape: Shape) -> str:
    given = [str(name) for name in block.entries if name != "source"]
    kind = shape.block(block)
    if kind is not None and key in fields(kind):
        return f"the block does not state '{key}', so there is nothing to source; state it, or remove the key"
    return unknown("key", key, given)
