"""What is right of a scenario with faults, so that the checks of single items can still look at all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from sim.scenario.nodes import Branch, find, plain_data
from sim.scenario.positions import Path
from sim.scenario.scenario import Scenario
from sim.scenario.shapes import Shape, kind_of, shape_at

_DAY = "2000-01-01"

_PLACEHOLDERS: Mapping[str, object] = MappingProxyType(
    {
        **dict.fromkeys(("scenario", "step", "role", "trained_by", "task", "who", "title", "publisher"), "-"),
        **dict.fromkeys(
            (
                "troops",
                "trainees_per_trainer",
                "recruits",
                "slots",
                "load",
                "to",
                "at_start",
                "times",
                "at_most",
            ),
            1,
        ),
        **dict.fromkeys(("every", "after", "course", "duration", "body_follows"), "1 day"),
        "share": 0.5,
        **dict.fromkeys(("start", "by", "date"), _DAY),
        "end": "2199-12-31",
        "force": "military",
        "when": True,
        "rate": "1 per day",
        "kind": "switch",
        "values": {_DAY: True},
        "contingents": {"-": {"troops": 1, "role": "-"}},
    }
)
"""A value for each required key, which no check is told about."""


def what_is_right(root: Branch, wrong: Iterable[Path]) -> Scenario | None:
    """Return the scenario without the values at the `wrong` paths; required ones have placeholders.

    None if nothing is left that could be looked at.
    """
    data = plain_data(root)
    for path in sorted(set(wrong), key=len, reverse=True):
        data = _without(data, path, root)
    try:
        return Scenario.model_validate(data)
    except ValidationError:
        return None


def _without(data: Any, path: Path, root: Branch) -> Any:
    """Remove the value at a path, or put a placeholder in its place."""
    if not path:
        return {}
    holder = data
    for part in path[:-1]:
        if not isinstance(holder, dict | list) or (isinstance(holder, dict) and part not in holder):
            return data
        holder = holder[part]  # type: ignore[index]
    last = path[-1]
    shape = shape_at(root, path[:-1])
    if isinstance(holder, list):
        holder[last] = _item(shape)  # type: ignore[index]
    elif isinstance(holder, dict):
        block = shape.block(find(root, path[:-1]))
        info = block.model_fields.get(str(last)) if block is not None else None
        if info is not None and info.is_required():
            if (
                last not in _PLACEHOLDERS
            ):  # what fits depends on what the block is about: do without the block
                return _without(data, path[:-1], root)
            per_troop = block is not None and block.__name__ == "CasualtyRate" and last == "rate"
            holder[last] = "1 per 1 per day" if per_troop else _PLACEHOLDERS[str(last)]
        elif len(shape.below(last, None).blocks) > 1:
            holder[last] = {"kind": kind_of(shape.below(last, None).blocks[0])}
        else:
            holder.pop(last, None)
    return data


def _item(shape: Shape) -> object:
    """Return a stand-in for an item of a list: a rule or word, or a block of required keys alone."""
    item = shape.items
    if item is None or not item.blocks:
        return "always"
    required = [name for name, info in item.blocks[0].model_fields.items() if info.is_required()]
    return {name: _PLACEHOLDERS[name] for name in required}
