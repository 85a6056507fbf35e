"""Levers that are pulled: what they `set` is set in the scenario, as `--set` would set it.

`pulled: [NAMES]` says which. What a pulled lever `happens` is compiled into the plan (`sim.plan.forcing`).
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Fault, fault_at
from sim.scenario.nodes import Branch, Leaf, Node, Series, child
from sim.scenario.positions import dotted
from sim.scenario.settings import set_node


def pull(root: Branch) -> tuple[Branch, tuple[Fault, ...]]:
    """Return a scenario with what its pulled levers set, and a fault for each path that leads nowhere."""
    faults: list[Fault] = []
    for name in _pulled(root):
        for path, value in lever_settings(root, name):
            result = set_node(root, path, value)
            if isinstance(result, Fault):
                faults.append(misplaced(name, path, value, result))
            else:
                root = result
    return root, tuple(faults)


def lever_settings(root: Branch, name: str) -> Iterator[tuple[str, Node]]:
    """Yield what a lever sets: path and value."""
    node: Node | None = root
    for key in ("levers", name, "set"):
        node = child(node, key) if node is not None else None
    if isinstance(node, Branch):
        for path, entry in node.entries.items():
            yield str(path), entry.node


def misplaced(name: str, path: str, value: Node, fault: Fault) -> Fault:
    """Return the fault of a setting at the place where the lever states it."""
    return fault_at(value.position, dotted(("levers", name, "set", path)), fault.message, check="levers")


def _pulled(root: Branch) -> Iterator[str]:
    """Yield the names that `pulled` holds, each once, in the order of names; others are the schema's."""
    node = child(root, "pulled")
    if isinstance(node, Series):
        names = {item.value for item in node.items if isinstance(item, Leaf) and isinstance(item.value, str)}
        yield from sorted(names)
