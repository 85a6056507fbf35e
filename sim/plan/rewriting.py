"""A plan with some of its tables replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from sim.plan.drawn import drawn_quantities
from sim.plan.network import Network
from sim.plan.tables import Plan


def rewritten(plan: Plan, change: Callable[[Any], Any]) -> Plan:
    """Return a plan in which every table is what `change` makes of it, the inner ones first."""
    made = cast("Plan", _rewritten(plan, change))
    return replace(made, drawn=drawn_quantities(replace(made, drawn=())))


def _rewritten(part: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(part, tuple):
        made = tuple(_rewritten(each, change) for each in part)
        return part if all(one is other for one, other in zip(made, part, strict=True)) else made
    if not is_dataclass(part) or isinstance(part, (Network, type)):
        return part
    inner = {field.name: getattr(part, field.name) for field in fields(part)}
    new = {name: _rewritten(value, change) for name, value in inner.items()}
    changed = {name: value for name, value in new.items() if value is not inner[name]}
    return change(replace(part, **changed) if changed else part)
