"""What holds although a block does not say it: the defaults of the schema, and those of `defaults:`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.contributors import Contingent, Contributor
from sim.scenario.distributions import Drawn, Fixed
from sim.scenario.fields import Block
from sim.scenario.nodes import Branch, Node, find
from sim.scenario.shapes import Shape

_SECTIONS: Mapping[type[Block], str] = {Contingent: "contingents", Contributor: "contributors"}


def unstated(block: Branch, shape: Shape) -> dict[str, str]:
    """Return the keys that a block leaves out and that have a value all the same, with that value as text."""
    model = shape.block(block)
    found: dict[str, str] = {}
    for name, info in model.model_fields.items() if model is not None else ():
        key = info.alias or name
        if key not in block.entries and not info.is_required():
            value = _written(info.get_default(call_default_factory=True))
            if value:
                found[key] = value
    return found


def inherited_defaults(root: Branch, block: Branch, shape: Shape) -> dict[str, Node]:
    """Return what `defaults:` gives a contributor or contingent that leaves it out, by key."""
    model = shape.block(block)
    section = _SECTIONS.get(model) if model is not None else None
    given = find(root, ("defaults", section)) if section is not None else None
    if not isinstance(given, Branch):
        return {}
    return {
        str(key): entry.node
        for key, entry in given.entries.items()
        if key != "source" and key not in block.entries
    }


def _written(value: Any) -> str:
    """Return a default as it would stand in a file; empty for one that says nothing."""
    match value:
        case bool():
            return "true" if value else "false"
        case Drawn(Fixed(number), (), ()) | (int() | float() as number):
            return f"{number:g}"
        case str():
            return value
    return ""
