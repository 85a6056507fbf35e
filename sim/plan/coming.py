"""What history says of who comes: sizes, delivered shares and never-comes, given what has come and what has not.

What has come bounds a pledge and its delivered share from below: floor(share · pledge + 1/2) is at least as many
as history has seen ready or arrived of it, and the pledge as many as those and those who are known not to come.
Whoever came at all was no never-come; whose preparation has not ended by `as_of` may be one, the likelier the
longer: with the chance p of never coming and S that the preparation of all who prepare takes longer, never has
become p / (p + (1 − p) S).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, exp, floor, inf, log1p, nextafter, prod

from sim.plan.laws import ConstantLaw, Law
from sim.plan.observations import DelayCourse, Values, uncertain, value_of
from sim.plan.tables import ContingentPlan, ForceRecord, Plan, Quantity


@dataclass(frozen=True, slots=True)
class Came:
    """So many came of a pledge: of that size, or of the one that is drawn (None)."""

    pledge: int | None
    troops: int
    lost: int = 0
    """So many are known not to come."""


def came(records: Iterable[ForceRecord]) -> tuple[Came, ...]:
    """Return what history has seen come of each pledge of a contingent, in order; nothing is left out.

    Those who embark or arrive are those who were ready, and those who had embarked arrive first. After a
    withdrawal the same pledge comes anew.
    """
    pledge: int | None = None
    ready = under_way = came = lost = 0
    found: list[Came] = []
    for record in records:
        match record.event:
            case "ready":
                ready += record.troops or 0
            case "embarked":
                under_way += record.troops or 0
                came += record.troops or 0
            case "arrived":
                had_embarked = min(under_way, record.troops or 0)
                under_way -= had_embarked
                came += (record.troops or 0) - had_embarked
            case "undelivered":
                lost += record.troops or 0
            case "pledged":
                found.append(Came(pledge, max(ready, came), lost))
                pledge, lost = record.troops or 0, 0
            case "withdrew":
                found.append(Came(pledge, max(ready, came), lost))
                ready = under_way = came = lost = 0
            case _:
                pass
    found.append(Came(pledge, max(ready, came), lost))
    return tuple(each for each in found if each.troops > 0 or each.lost > 0)


@dataclass(frozen=True, slots=True)
class ObservedDelivery:
    """What has come of the contingents whose delivered share is one number."""

    share: Quantity
    parts: tuple[tuple[Quantity, tuple[Came, ...]], ...]
    """Of each contingent the size of its pledge as drawn, and what has come."""

    @property
    def common(self) -> tuple[str, ...]:
        """Return what moves the share and the sizes."""
        return tuple(
            sorted({name for each in (self.share, *(size for size, _ in self.parts)) for name in each.movers})
        )

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """Return the share, if that is uncertain."""
        return uncertain(self.share)

    def likelihood(self, values: Values) -> float:
        """Return the chance that so many can come."""
        share = value_of(self.share, values)
        return prod(_possible(size, seen, share, values) for size, seen in self.parts)


@dataclass(frozen=True, slots=True)
class ObservedComing:
    """Whether those came whose coming is one chance: some did, or none though they prepared for so long."""

    outcome: str
    never: Quantity
    came: bool
    waiting: tuple[tuple[DelayCourse, tuple[str, ...]], ...]
    """The preparations that have not ended, and what scales each."""

    @property
    def common(self) -> tuple[str, ...]:
        """Return what moves the chance, and what scales the preparations."""
        return tuple(sorted({*self.never.movers, *(name for _, times in self.waiting for name in times)}))

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """Return the chance of never coming, if that is uncertain."""
        return uncertain(self.never)

    def likelihood(self, values: Values) -> float:
        """Return the chance of what is known."""
        return self.given(values)(value_of(self.never, values))

    def given(self, values: Values) -> Callable[[float], float]:
        """Return the same for each chance of never coming."""
        if self.came:
            return lambda never: 1.0 - never
        silent = self._silent(values)
        return lambda never: never + (1.0 - never) * silent

    @property
    def settled(self) -> float | None:
        """The chance that they never come if no drawn number moves it; else None."""
        if self.came or self.never == Quantity(self.never.stream, ConstantLaw(0.0), most=self.never.most):
            return 0.0
        return None if self.numbers or self.common else self.chance({})

    def chance(self, values: Values) -> float:
        """Return the chance that they never come, by what is known."""
        never = value_of(self.never, values)
        if self.came or never <= 0:
            return 0.0
        return never / (never + (1.0 - never) * self._silent(values))

    def _silent(self, values: Values) -> float:
        return prod(course.outlasted(prod(values[name] for name in times)) for course, times in self.waiting)


def observed_deliveries(plan: Plan) -> tuple[ObservedDelivery, ...]:
    """Return what history has seen come, by the share that decides on it."""
    together: dict[str, list[ContingentPlan]] = {}
    for row in plan.contingents:
        if came(row.records):
            together.setdefault(row.delivers.stream, []).append(row)
    return tuple(
        ObservedDelivery(rows[0].delivers, tuple((row.troops, came(row.records)) for row in rows))
        for rows in together.values()
    )


@dataclass(frozen=True, slots=True)
class SeenSize:
    """A pledge of drawn size, of which something has come: its size, its delivered share, and what has come."""

    size: Quantity
    share: Quantity
    came: tuple[Came, ...]

    def drawn(self, values: Values, variate: Callable[[str], float]) -> float | None:
        """Return the size given all other numbers (see `seen_sizes`); None if what has come says nothing of it."""
        share = _drawn(self.share, values, variate)
        least = max(_least(each, share) for each in self.came)
        if least <= 0:
            return None
        factor = prod(values[name] for name in self.size.times)
        return _at_least(self.size.law, (least - 0.5) / factor, variate(self.size.stream))


def seen_sizes(plan: Plan) -> tuple[SeenSize, ...]:
    """Return the pledges of drawn sizes of which something has come.

    Their sizes are drawn given `values`: the uncertain quantities by name, and by stream what else is known.
    """
    found = []
    for row in plan.contingents:
        drawn = tuple(each for each in came(row.records) if each.pledge is None)
        if drawn and uncertain(row.troops):
            found.append(SeenSize(row.troops, row.delivers, drawn))
    return tuple(found)


def _drawn(quantity: Quantity, values: Values, variate: Callable[[str], float]) -> float:
    known = values.get(quantity.stream)
    raw = quantity.law.quantile(variate(quantity.stream)) if known is None and uncertain(quantity) else known
    return value_of(quantity, values if raw is None else {**values, quantity.stream: raw})


def _least(seen: Came, share: float) -> float:
    """Return the least pledge of which so many come, and so many do not."""
    if seen.troops <= 0:
        return seen.lost
    return max(seen.troops + seen.lost, ceil((seen.troops - 0.5) / share)) if share > 0 else inf


def _possible(size: Quantity, seen: tuple[Came, ...], share: float, values: Values) -> float:
    """Return the chance that a contingent is large enough for what has come of it."""
    least = [(each.pledge, _least(each, share)) for each in seen]
    if any(pledge is not None and pledge < needed for pledge, needed in least):
        return 0.0
    for each in seen:
        if (
            each.pledge is not None
            and each.lost
            and floor(share * each.pledge + 0.5) > each.pledge - each.lost
        ):
            return 0.0
    drawn = max((needed for pledge, needed in least if pledge is None), default=0.0)
    if drawn <= 0:
        return 1.0
    factor = prod(values[name] for name in size.times)
    return (
        exp(-size.law.hazard(nextafter((drawn - 0.5) / factor, 0.0))) if drawn < inf and factor > 0 else 0.0
    )


def _at_least(law: Law, least: float, variate: float) -> float:
    """Return a draw known to be at least so much: F⁻¹(F(c) + u (1 − F(c))); as it was if it cannot be."""
    below = law.hazard(nextafter(least, 0.0))
    if below == inf:
        return max(least, law.quantile(variate))
    return max(least, law.at_hazard(below - log1p(-variate)))
