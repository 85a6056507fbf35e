"""Histories that add up: what a file records is added to what the files that it extends record.

A record of the same *key* (subject, event and date) replaces all inherited ones of that key, for it says the
same thing anew; several of one key in one file stand side by side. `history: null` leaves none of what is
inherited. Each record keeps its place in its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sim.scenario.nodes import Branch, Entry, Node, Series, child, plain_data

RecordKey = tuple[str, ...]
"""What a record is about: its date, its subject, and which event of it."""

RANKS: Mapping[str, int] = MappingProxyType(
    {
        event: rank
        for rank, event in enumerate(
            (
                "named",
                "pledged",
                "refused",
                "approved",
                "delayed",
                "ready",
                "embarked",
                "arrived",
                "undelivered",
                "relieved",
                "casualties",
                "withdrew",
                "graduated",
            )
        )
    }
)
"""The order in which the events of one day are taken in, whatever their order in the file."""

_SUBJECTS = ("date", "fact", "party", "contributor", "contingent", "event", "step")


def with_added_history(base: Branch, over: Branch, merged: Branch) -> Branch:
    """Return `merged`, which is `over` laid on `base`, with the records of both, in the order of the files."""
    before, entry = child(base, "history"), merged.entries.get("history")
    own = child(over, "history")
    if not isinstance(before, Series) or not isinstance(own, Series) or entry is None:
        return merged
    alone = _only_contingents(merged)
    anew = {_key(record, alone) for record in own.items} - {None}
    kept = [record for record in before.items if _key(record, alone) not in anew]
    added = Series((*kept, *own.items), before.position if kept else own.position, own.flow)
    return Branch({**merged.entries, "history": Entry(entry.position, added)}, merged.position, merged.flow)


def _only_contingents(root: Branch) -> dict[str, str]:
    """Return contributor → contingent where there is but one, so that a record need not name it."""
    contributors = child(root, "contributors")
    found: dict[str, str] = {}
    for name, entry in contributors.entries.items() if isinstance(contributors, Branch) else ():
        contingents = child(entry.node, "contingents")
        if isinstance(contingents, Branch) and len(contingents.entries) == 1:
            found[str(name)] = str(next(iter(contingents.entries)))
    return found


def _key(record: Node, alone: Mapping[str, str]) -> RecordKey | None:
    """Return the key of a record; None of what is no record, which replaces nothing."""
    if not isinstance(record, Branch):
        return None
    nodes = {part: child(record, part) for part in _SUBJECTS}
    said = {part: "" if node is None else str(plain_data(node)) for part, node in nodes.items()}
    if said["event"] and not said["contingent"]:
        said["contingent"] = alone.get(said["contributor"], "")
    return tuple(said[part] for part in _SUBJECTS)
