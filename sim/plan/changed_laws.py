"""How one plan differs from another: the laws of numbers and delays by stream, and whatever else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sim.plan.laws import Law
from sim.plan.tables import Delay, Plan, Quantity

_DERIVED = frozenset({"drawn", "scenario", "rule_names"})


@dataclass(frozen=True, slots=True)
class ChangedLaws:
    """Laws by stream as (before, after), and the places in the tables at which anything else differs."""

    laws: Mapping[str, tuple[Law, Law]]
    others: tuple[str, ...]


def changed_laws(plan: Plan, other: Plan) -> ChangedLaws:
    """Return in which laws two plans differ, and where else."""
    laws: dict[str, tuple[Law, Law]] = {}
    others: list[str] = []
    for place, difference in _differences(plan, other, ""):
        if difference is None:
            others.append(place)
        else:
            laws[place] = difference
    return ChangedLaws(laws, tuple(dict.fromkeys(others)))


def delays_of(table: object) -> dict[str, Delay]:
    """Return every delay in a plan, or in a part of one, by stream."""
    return {each.stream: each for each in _all(table, Delay)}


def quantities_of(table: object) -> dict[str, Quantity]:
    """Return every number that is drawn once, constants too, by stream."""
    return {each.stream: each for each in _all(table, Quantity)}


def tables_of(table: object, kind: type) -> list[Any]:
    """Return every table of a kind in a plan, or in a part of one."""
    return list(_all(table, kind))


Difference = tuple[str, tuple[Law, Law] | None]


def _differences(one: Any, other: Any, place: str) -> Iterator[Difference]:
    if type(one) is not type(other):
        yield place, None
    elif isinstance(one, (Quantity, Delay)):
        yield from _of_laws(one, other)
    elif isinstance(one, tuple):
        yield from _of_rows(one, other, place)
    elif one == other:
        return
    elif is_dataclass(one):
        for field in fields(one):
            if place or field.name not in _DERIVED:
                inner = f"{place}.{field.name}" if place else field.name
                yield from _differences(getattr(one, field.name), getattr(other, field.name), inner)
    else:
        yield place, None


def _of_laws(one: Any, other: Any) -> Iterator[Difference]:
    if one.law != other.law:
        yield one.stream, (one.law, other.law)
    for field in fields(one):
        if field.name != "law" and getattr(one, field.name) != getattr(other, field.name):
            yield one.stream, None


def _of_rows(one: tuple[Any, ...], other: tuple[Any, ...], place: str) -> Iterator[Difference]:
    if len(one) != len(other):
        yield place, None
        return
    for number, (own, its) in enumerate(zip(one, other, strict=True)):
        yield from _differences(own, its, f"{place}.{getattr(own, 'name', number)}")


def _all(part: Any, kind: type) -> Iterator[Any]:
    from sim.plan.network import Network

    if isinstance(part, kind):
        yield part
    if isinstance(part, tuple):
        for each in part:
            yield from _all(each, kind)
    elif is_dataclass(part) and not isinstance(part, Network | Quantity | Delay):  # which hold no table
        for field in fields(part):
            yield from _all(getattr(part, field.name), kind)
