"""The courses that known time can take: which readings hold, and where the quantities that rules read lie.

Such a number decides what happens before `as_of`, so what is known is weighed under each of its values: a
reading is one of few, and a quantity matters only by the limits that rules compare it with, which cut its law
into cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product
from math import exp, inf, prod
from typing import cast

from sim.plan.laws import ConstantLaw, DiscreteLaw, Law, PartLaw, TabulatedLaw
from sim.plan.network import Level
from sim.plan.tables import ConstantSignal, Plan

MOST_COURSES = 64
"""Most courses that are weighed; of more the statements and quantities last by name keep what was stated."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a law: the law within it, and between which shares of the whole it lies."""

    law: Law
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Course:
    """One choice of cells: their places by stream, how likely it is as stated, the plan in which it holds."""

    places: tuple[int, ...]
    chance: float
    plan: Plan


@dataclass(frozen=True, slots=True)
class Courses:
    """All courses of a plan, with the streams that choose among them and the cells of each."""

    streams: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    courses: tuple[Course, ...]
    alike: tuple[tuple[tuple[int, ...], ...], ...]
    """The places of the courses, those together that differ in nothing but which reading was drawn."""

    def choose(
        self, weights: Mapping[tuple[int, ...], float], dealt: Mapping[str, float]
    ) -> tuple[Course, dict[str, float]]:
        """Return the course that the dealt variates stand for, and what is left of each variate within its cell.

        One number after the other is chosen given those before, so that a variate stays low or high in its law.
        """
        left = {}
        open_ones = list(self.courses)
        for place, stream in enumerate(self.streams):
            shares: dict[int, float] = {}
            for course in open_ones:
                shares[course.places[place]] = shares.get(course.places[place], 0.0) + weights[course.places]
            total, variate, below = sum(shares.values()), dealt[stream], 0.0
            chosen = max(shares)
            for cell in sorted(shares):
                share = shares[cell] / total
                if share > 0 and (
                    variate < below + share or cell == max(each for each in shares if shares[each] > 0)
                ):
                    chosen, left[stream] = cell, min(max((variate - below) / share, 1e-12), 1 - 1e-12)
                    break
                below += share
            open_ones = [course for course in open_ones if course.places[place] == chosen]
        return open_ones[0], left


def courses_of(plan: Plan) -> Courses | None:
    """Return the courses of a plan, or None if no number that rules read can differ."""
    streams: list[str] = []
    cells: list[tuple[Cell, ...]] = []
    for constant in plan.constants:
        parts = _cells(plan, constant)
        if len(parts) > 1 and prod(map(len, (*cells, parts))) <= MOST_COURSES:
            streams.append(constant.quantity.stream)
            cells.append(parts)
    if not streams:
        return None
    found = []
    for places in product(*(range(len(parts)) for parts in cells)):
        chosen = {stream: parts[place] for stream, parts, place in zip(streams, cells, places, strict=True)}
        chance = prod(cell.high - cell.low for cell in chosen.values())
        found.append(
            Course(places, chance, _with_laws(plan, {name: cell.law for name, cell in chosen.items()}))
        )
    readings = {each.quantity.stream for each in plan.constants if each.reading is not None}
    alike: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for course in found:
        others = (
            place for stream, place in zip(streams, course.places, strict=True) if stream not in readings
        )
        alike.setdefault(tuple(others), []).append(course.places)
    return Courses(tuple(streams), tuple(cells), tuple(found), tuple(map(tuple, alike.values())))


def posterior(courses: Courses, evidence: Mapping[tuple[int, ...], float]) -> dict[tuple[int, ...], float]:
    """Return how likely each course has become, up to a factor; as stated if what is known excludes all."""
    most = max(evidence.values())
    if most == -inf:
        return {course.places: course.chance for course in courses.courses}
    return {
        course.places: course.chance
        * (exp(evidence[course.places] - most) if evidence[course.places] > -inf else 0.0)
        for course in courses.courses
    }


def _cells(plan: Plan, constant: ConstantSignal) -> tuple[Cell, ...]:
    law = constant.quantity.law
    if isinstance(law, ConstantLaw):
        return ()
    if isinstance(law, DiscreteLaw):
        edges = (0.0, *law.cumulative)
        return tuple(
            Cell(ConstantLaw(value), low, high)
            for value, low, high in zip(law.values, edges, edges[1:], strict=False)
        )
    limits = {
        node.number
        for node in plan.network.nodes
        if isinstance(node, Level) and node.signal == constant.signal
    }
    inner = sorted({1.0 - exp(-law.hazard(limit)) for limit in limits})
    edges = (0.0, *(edge for edge in inner if 1e-9 < edge < 1 - 1e-9), 1.0)
    return tuple(Cell(_part(law, low, high), low, high) for low, high in pairwise(edges))


def _part(law: Law, low: float, high: float) -> Law:
    """Return a part of a law; it takes the place of the law in a rehearsal, which only draws from it."""
    whole = cast("TabulatedLaw", law)  # a continuous one
    return cast("Law", PartLaw(whole, low, high))


def _with_laws(plan: Plan, laws: Mapping[str, Law]) -> Plan:
    """Return a plan in which some numbers that rules read have other laws."""
    constants = tuple(
        replace(each, quantity=replace(each.quantity, law=laws[each.quantity.stream]))
        if each.quantity.stream in laws
        else each
        for each in plan.constants
    )
    uncertain = tuple(
        (name, replace(quantity, law=laws[quantity.stream]) if quantity.stream in laws else quantity)
        for name, quantity in plan.uncertain
    )
    return replace(plan, constants=constants, uncertain=uncertain)
