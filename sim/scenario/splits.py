"""Values that YAML cuts in two because a comma stands in them, unquoted, inside `{…}` or `[…]`.

Each is a fault, and is put together again so that the rest of the file is read as it was meant.
"""

from __future__ import annotations

import re

from sim.scenario.faults import Fault, fault_at, quoted
from sim.scenario.nodes import Branch, Leaf, Node
from sim.scenario.positions import Path, dotted

_LONGEST = 20_000
"""A longer text is no rule, and is not put together again."""

_THREE_DIGITS = re.compile(r"[0-9]{3}\Z")


def rejoined(before: Node | None, rest: str) -> Leaf | None:
    """Return what `before` and the `rest` behind the comma were meant to be, or None if they are two."""
    if not isinstance(before, Leaf) or before.lead != 0:
        return None
    value = before.value
    if isinstance(value, int) and not isinstance(value, bool) and _THREE_DIGITS.match(rest):
        return Leaf(int(f"{value}{rest}"), before.position)
    if isinstance(value, str) and len(value) < _LONGEST and value.count("(") > value.count(")"):
        return Leaf(f"{value}, {rest}", before.position)
    return None


def written(node: Node) -> str | None:
    """Return how a piece of a cut list entry was written (`key: value` in a list is a mapping of one)."""
    if isinstance(node, Leaf):
        return str(node.value)
    if isinstance(node, Branch) and len(node.entries) == 1:
        return str(next(iter(node.entries)))
    return None


def cut_fault(leaf: Leaf, path: Path, brackets: str) -> Fault:
    """Return the fault of a value that was cut inside `brackets`."""
    if isinstance(leaf.value, str):
        message = f'quote the rule, because inside {brackets} a comma ends a value: write "{leaf.value}"'
        if len(message) > 300:
            message = f"quote the rule {quoted(leaf.value)}, because inside {brackets} a comma ends a value"
    else:
        message = f"a comma inside {brackets} ends a value; write thousands without it: {leaf.value}"
    return fault_at(leaf.position, dotted(path), message)
