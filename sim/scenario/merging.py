"""One scenario laid over another: mappings merge, histories add up, all else replaces whole, `null` deletes.

A list of approvals replaces whole too; a mapping on it changes the steps that it names: `approvals: {parliament:
{probability: 90%}}`.

A number that changes loses its source, unless what changes it names one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.rules.suggestions import all_known, nearest
from sim.scenario.faults import Fault, fault_at
from sim.scenario.nodes import Branch, Entry, Key, Leaf, Node, Series, child, is_same
from sim.scenario.positions import Path, dotted
from sim.scenario.records import with_added_history
from sim.scenario.shapes import TOP, UNSOURCED, Shape, fields, holds_sourced


def merge(base: Branch, over: Branch) -> tuple[Branch, tuple[Fault, ...]]:
    """Return the scenario `over` laid on `base`, and a fault for each `null` that deletes nothing."""
    merging = _Merging()
    return merging.scenario(base, over), tuple(merging.faults)


def layered(layers: Sequence[Branch]) -> tuple[Branch, tuple[Fault, ...]]:
    """Return scenarios laid on each other, the last on top, and a fault for each `null` that deletes nothing.

    Two layers may delete the same.
    """
    merging = _Merging()
    merged = Branch({}, layers[0].position)
    for layer in layers:
        merged = merging.scenario(merged, layer)
    return merged, tuple(merging.faults)


def is_null(node: Node) -> bool:
    """Say whether a value is `null` (or missing behind its key)."""
    return isinstance(node, Leaf) and node.value is None


def with_entry(branch: Branch, key: Key, entry: Entry | None, shape: Shape) -> Branch:
    """Return a mapping with one key set (None: deleted); that key alone loses its source."""
    entries = dict(branch.entries)
    if entry is None:
        entries.pop(key, None)
    else:
        entries[key] = entry
    changed = Branch(entries, branch.position, branch.flow)
    if key == "source" or not shape.blocks:
        return changed
    return _resourced(branch, changed, Branch({}, branch.position), shape)


class _Merging:
    """Collects the faults of merges, and what they have deleted."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._deleted: set[Path] = set()

    def scenario(self, base: Branch, over: Branch) -> Branch:
        """Return the scenario `over` laid on `base`."""
        merged = self.of(base, over, TOP, ())
        assert isinstance(merged, Branch)
        return with_added_history(base, over, merged)

    def of(self, base: Node | None, over: Node, shape: Shape, path: Path) -> Node:
        """Return `over` laid on `base` (None: on nothing)."""
        if isinstance(base, Series) and isinstance(over, Branch) and by_step(shape):
            return self._steps(base, over, shape, path)
        if not isinstance(over, Branch) or not shape.merges:
            return self._whole(over, shape, path)
        if not isinstance(base, Branch) or _is_other_kind(base, over, shape):
            base = Branch({}, over.position, over.flow)
        full = _with_kind(base, over)
        entries = dict(base.entries)
        for key, entry in over.entries.items():
            if is_null(entry.node):
                self._delete(entries, (*path, key), entry, shape, full)
            elif key != "source" or not shape.blocks:
                below = base.entries.get(key)
                inner = self.of(
                    below.node if below else None, entry.node, shape.below(key, full), (*path, key)
                )
                entries[key] = Entry(entry.position, inner)
        position, flow = (base.position, base.flow) if base.entries and path else (over.position, over.flow)
        merged = Branch(entries, position, flow)
        return _resourced(base, merged, over, shape) if shape.blocks else merged

    def _whole(self, node: Node, shape: Shape, path: Path) -> Node:
        """Return a value that replaces whole; blocks inside a list still lose their empty keys."""
        if not isinstance(node, Series) or shape.items is None:
            return node
        items = [self.of(None, item, shape.items, (*path, place)) for place, item in enumerate(node.items)]
        return Series(tuple(items), node.position, node.flow)

    def _steps(self, base: Series, over: Branch, shape: Shape, path: Path) -> Series:
        """Return the steps of a decision with those changed, or deleted, that a mapping names."""
        assert shape.items is not None
        steps = {step_of(item): item for item in base.items}
        for key, entry in over.entries.items():
            if str(key) not in steps:
                close = nearest(str(key), steps)
                known = f"did you mean {close}?" if close else all_known(steps)
                message = f"there is no step '{key}' to change; {known}; to add one write the whole list"
                self.faults.append(fault_at(entry.position, dotted((*path, key)), message))
            elif is_null(entry.node):
                del steps[str(key)]
            else:
                steps[str(key)] = self.of(steps[str(key)], entry.node, shape.items, (*path, key))
        return Series(tuple(steps.values()), base.position, base.flow)

    def _delete(
        self, entries: dict[Key, Entry], path: Path, entry: Entry, shape: Shape, node: Branch
    ) -> None:
        key = path[-1]
        if key in entries:
            del entries[key]
            self._deleted.add(path)
            return
        if path in self._deleted:
            return
        block = shape.block(node)
        if block is not None and key in fields(block):
            return
        if shape.blocks:
            entries[key] = entry  # an unknown key; the schema says so
            return
        close = nearest(str(key), [str(name) for name in entries])
        hint = f"did you mean {close}?" if close else "write {} for one that needs no keys"
        self.faults.append(
            fault_at(entry.position, dotted(path), f"is empty, and deletes nothing inherited; {hint}")
        )


def by_step(shape: Shape) -> bool:
    """Say whether this is a list of blocks that are told apart by their `step`."""
    items = shape.items if shape.listed else None
    return items is not None and any("step" in fields(block) for block in items.blocks)


def step_of(item: Node) -> str:
    """Return the name of a step; empty if it states none."""
    name = child(item, "step")
    return str(name.value) if isinstance(name, Leaf) else ""


def _is_other_kind(base: Branch, over: Branch, shape: Shape) -> bool:
    """Say whether both state a `kind` and differ: then nothing of the one fact fits the other."""
    if len(shape.blocks) < 2 or "kind" not in over.entries or "kind" not in base.entries:
        return False
    return not is_same(over.entries["kind"].node, base.entries["kind"].node)


def _with_kind(base: Branch, over: Branch) -> Branch:
    """Return the mapping that says of which kind the merged block is."""
    return over if "kind" in over.entries else base if base.entries else over


def _resourced(base: Branch, merged: Branch, over: Branch, shape: Shape) -> Branch:
    """Return `merged` with the sources that still hold: `over` for what it states, `base` for the rest."""
    stated = over.entries.get("source")
    if not base.entries:
        entries = dict(merged.entries)
        if stated is not None and not is_null(stated.node):
            entries["source"] = stated
        return Branch(entries, merged.position, merged.flow)
    if stated is not None and is_null(stated.node):
        return _with_source(merged, None)
    changed = {key for key in {*base.entries, *merged.entries} if _differs(base, merged, key)}
    known = base.entries.get("source")
    if stated is None:
        untouched = not any(_covers(block, key, shape) for block in (base, merged) for key in changed)
        if known is None or (isinstance(known.node, Leaf) and untouched):
            return _with_source(merged, known)
        kept = _per_key(known, base, shape, changed)
        return _with_source(merged, Entry(known.position, Branch(kept, known.node.position)))
    touched = {key for key in over.entries if _covers(merged, key, shape)}
    if isinstance(stated.node, Leaf) and not touched:
        return _with_source(merged, stated)
    given = stated.node.entries if isinstance(stated.node, Branch) else dict.fromkeys(touched, stated)
    names = {**_per_key(known, base, shape, changed), **given}
    kept = {key: names[key] for key in sorted(names, key=str) if not is_null(names[key].node)}
    return _with_source(merged, Entry(stated.position, Branch(kept, stated.node.position)))


def _differs(base: Branch, merged: Branch, key: Key) -> bool:
    before, after = base.entries.get(key), merged.entries.get(key)
    if key == "source" or before is after:
        return False
    return before is None or after is None or not is_same(before.node, after.node)


def _per_key(source: Entry | None, base: Branch, shape: Shape, without: set[Key]) -> dict[Key, Entry]:
    """Return a block's source as one name for each key that it speaks for, `without` some."""
    if source is None:
        return {}
    if isinstance(source.node, Branch):
        return {key: entry for key, entry in source.node.entries.items() if key not in without}
    return {key: source for key in base.entries if key not in without and _covers(base, key, shape)}


def _covers(block: Branch, key: Key, shape: Shape) -> bool:
    """Say whether the one source of a block speaks for the key: not for blocks that have their own."""
    entry = block.entries.get(key)
    return (
        key not in UNSOURCED and entry is not None and not holds_sourced(shape.below(key, block), entry.node)
    )


def _with_source(merged: Branch, source: Entry | None) -> Branch:
    entries = {key: entry for key, entry in merged.entries.items() if key != "source"}
    if source is not None and not (isinstance(source.node, Branch) and not source.node.entries):
        entries["source"] = source
    return Branch(entries, merged.position, merged.flow)
