"""The names of statements with several readings: where they stand, so that no other rule shares their draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from sim.rules.syntax import Readings


def with_names(value: Any, path: tuple[str, ...], listed: bool = False) -> Any:
    """Return a part of a scenario in which every statement has its name; the part itself if it has none.

    The name is the path of keys. A place in a list names nothing, since other items may come before it: there
    the readings themselves are part of the name.
    """
    if isinstance(value, Readings):
        name = ".".join(path)
        return replace(value, name=f"{name} {value}" if listed else name)
    if isinstance(value, BaseModel):
        changed = {
            field: named
            for field, info in type(value).model_fields.items()
            if (named := with_names(getattr(value, field), (*path, info.alias or field), listed))
            is not getattr(value, field)
        }
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, Mapping):
        items = {key: with_names(item, (*path, str(key)), listed) for key, item in value.items()}
        return items if any(items[key] is not item for key, item in value.items()) else value
    if isinstance(value, tuple):
        renamed = tuple(with_names(item, path, listed=True) for item in value)
        return renamed if any(new is not old for new, old in zip(renamed, value, strict=True)) else value
    return value
