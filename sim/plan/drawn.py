"""Which numbers a plan draws once a replication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from sim.plan.laws import ConstantLaw
from sim.plan.network import Network
from sim.plan.tables import Quantity


def drawn_quantities(table: object) -> tuple[Quantity, ...]:
    """Return every quantity in a plan, or in a part of one, that can have more than one value, by stream.

    They are found by their type, so that a table that comes to hold another one needs no entry here.
    """
    found = {quantity.stream: quantity for quantity in _quantities(table)}
    return tuple(found[stream] for stream in sorted(found))


def _quantities(part: Any) -> Iterator[Quantity]:
    if isinstance(part, Quantity):
        if not isinstance(part.law, ConstantLaw):
            yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _quantities(each)
    elif is_dataclass(part) and not isinstance(part, Network):  # rules draw nothing, and are many
        for field in fields(part):
            yield from _quantities(getattr(part, field.name))
