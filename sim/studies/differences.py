"""What differs in the inputs of two scenarios: key, old value, new value, and what the new one rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.ledger import LedgerEntry, SourceText, ledger, written
from sim.scenario.nodes import Branch, Node, Series, child

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.run import Run

COLUMNS = ("scenario", "key", "baseline", "value", "source")

ASSUMED = "assumption"
"""The source of a value that nobody is named for."""

_BESIDE_THE_LEDGER = ("start", "as_of", "end")
_LISTS = ("requirements", "estimates", "history")
"""Lists whose items are told apart by what they say, since their places mean nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One key that has another value than in the baseline; an empty value is none at all."""

    key: str
    baseline: str
    value: str
    source: str

    @property
    def what(self) -> tuple[str, str]:
        """Key and new value: what two scenarios have in common if they make the same change."""
        return self.key, self.value


def tree_of(run: Run) -> Branch:
    """Return the resolved scenario that a run was played from, as written; ScenarioError if it is damaged."""
    from sim.scenario.loading import load_resolved

    return load_resolved(run.folder / "scenario.yaml").tree


def changes_between(scenario: Branch, baseline: Branch) -> tuple[Change, ...]:
    """Return every number, rule and choice that differs between two resolved scenarios, by key.

    Names, notes and the list of sources are no inputs. Items of `requirements`, `estimates` and `history` are
    compared as wholes: one that was added has no old value, one that was taken away no new one.
    """
    own, other = _values(scenario), _values(baseline)
    keys = sorted({*own, *other})
    found = [
        Change(key, _text(other.get(key)), _text(own.get(key)), _source(own.get(key)))
        for key in keys
        if _text(own.get(key)) != _text(other.get(key))
    ]
    return tuple(found + [change for name in _LISTS for change in _items(name, scenario, baseline)])


def change_table(changes: Mapping[str, Sequence[Change]]) -> pd.DataFrame:
    """Return the changes of several scenarios as a table with the columns of `COLUMNS`."""
    import pandas as pd

    rows = [
        (label, change.key, change.baseline, change.value, change.source)
        for label, own in changes.items()
        for change in own
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _values(tree: Branch) -> dict[str, tuple[str, SourceText | None]]:
    values = {
        entry.path: (entry.value, entry.source)
        for entry in ledger(tree)
        if entry.path.partition(".")[0] not in _LISTS
    }
    for key in _BESIDE_THE_LEDGER:
        node = child(tree, key)
        if node is not None:
            values[key] = (written(node), values.get(key, ("", None))[1])
    return values | {f"facts.{name}.kind": (kind, None) for name, kind in _kinds(tree)}


def _kinds(tree: Branch) -> Iterator[tuple[str, str]]:
    facts = child(tree, "facts")
    if isinstance(facts, Branch):
        for name, entry in facts.entries.items():
            kind = child(entry.node, "kind")
            yield str(name), written(kind) if kind is not None else ""


def _text(value: tuple[str, SourceText | None] | None) -> str:
    return "" if value is None else value[0]


def _source(value: tuple[str, SourceText | None] | None) -> str:
    """Say what a value rests on: title, publisher and date; an assumption; nothing if it is gone."""
    if value is None:
        return ""
    source = value[1]
    if source is None:
        return ASSUMED
    return ", ".join(part for part in (source.title or source.name, source.publisher, source.date) if part)


def _items(name: str, scenario: Branch, baseline: Branch) -> Iterator[Change]:
    own, other = (_list(tree, name) for tree in (scenario, baseline))
    sources = {
        str(place): _source((entry.value, entry.source))
        for entry in ledger(scenario)
        for place in [_place(entry, name)]
        if place is not None and entry.source is not None
    }
    left = Counter(other)
    for place, item in enumerate(own):
        if left[item] > 0:
            left[item] -= 1
        else:
            yield Change(name, "", item, sources.get(str(place), ASSUMED))
    for item in left.elements():
        yield Change(name, item, "", "")


def _place(entry: LedgerEntry, name: str) -> int | None:
    """The place of the item of a list that an entry belongs to."""
    parts = entry.path.split(".")
    return int(parts[1]) if parts[0] == name and len(parts) > 1 and parts[1].isdecimal() else None


def _list(tree: Branch, name: str) -> list[str]:
    node: Node | None = child(tree, name)
    return [written(_unsourced(item)) for item in node.items] if isinstance(node, Series) else []


def _unsourced(item: Node) -> Node:
    """An item without its source, which is no input."""
    if not isinstance(item, Branch):
        return item
    kept = {key: entry for key, entry in item.entries.items() if key != "source"}
    return Branch(kept, item.position, item.flow)
