"""Chances that follow from a milestone's probability and delay by formula, given what is known by `as_of`.

With F the law of the delay, p the probability, a the age of the clock at `as_of` and S = 1 − F(a), a
milestone that had not come by then comes at all with p' = pS / (1 − p(1 − S)), and by the age t with p'(1 −
(1 − F(t)) / S): what `sim.model.facts` draws. A probability that is itself uncertain is averaged over, and so
is one `uncertain:` quantity that moves the probability or the delay, or both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import exp, fsum, inf

from sim.plan.context import Context
from sim.plan.laws import ConstantLaw, Law
from sim.plan.tables import MilestonePlan, Plan
from sim.rules.history import RecordedHistory
from sim.rules.meaning import truth
from sim.rules.references import signals
from sim.rules.syntax import Rule

_POINTS = 400
"""Midpoints over which an uncertain number is averaged."""


@dataclass(frozen=True)
class ExactChance:
    """When a milestone comes, as a distribution known by formula."""

    plan: Plan
    row: MilestonePlan
    asked: int
    """The instant at which its clock starts."""

    def by(self, time: int) -> float:
        """Return the chance that it has come by an instant."""
        if self.row.records:
            return float(self.row.records[-1].value > 0 and self.row.records[-1].time <= time)
        if time < max(self.row.resumes, self.asked):
            return 0.0
        return fsum(
            self._by(time, self.row.after.scale(common), self._probability(common))
            for common in self._commons
        ) / len(self._commons)

    def median(self) -> int | None:
        """Return the first instant by which it has come with a chance of a half; None: not by the end."""
        low, high = 0, self.plan.ends
        if self.by(high) < 0.5:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.by(middle) >= 0.5 else (middle, high)
        return high

    def _by(self, time: int, scale: float, probability: float) -> float:
        age = max(0, self.row.resumes - self.asked)
        open_until_now = self._survival(age, scale) if age > 0 else 1.0
        if open_until_now <= 0:  # overdue: only a certain yes still comes, at `as_of`
            return float(probability >= 1.0)
        comes = probability * open_until_now / (1.0 - probability * (1.0 - open_until_now))
        return comes * (1.0 - self._survival(time - self.asked, scale) / open_until_now)

    def _survival(self, age: float, scale: float) -> float:
        hazard = self.row.after.law.hazard(age / scale) if scale > 0 else inf
        return exp(-hazard) if hazard < inf else 0.0

    def _probability(self, common: Mapping[str, float]) -> float:
        points = self._points
        return fsum(self.row.probability.moved(point, common) for point in points) / len(points)

    @cached_property
    def _points(self) -> tuple[float, ...]:
        return _midpoints(self.row.probability.law)

    @cached_property
    def _commons(self) -> tuple[Mapping[str, float], ...]:
        """The `uncertain:` quantities that move it, by name, as often as they are averaged over."""
        quantities = dict(self.plan.uncertain)
        settled = {
            name: law.value
            for name in _movers(self.row)
            if isinstance(law := quantities[name].law, ConstantLaw)
        }
        for name in _varying(self.plan, self.row):
            return tuple({**settled, name: value} for value in _midpoints(quantities[name].law))
        return (settled,)


def exact_chance(plan: Plan, row: MilestonePlan, asked: Rule | None, context: Context) -> ExactChance | None:
    """Return when a milestone or consent comes, or None if its course depends on more than its own clock.

    `asked` is the rule that starts its clock, bound and expanded.
    """
    settled = row.records and (row.records[-1].value > 0 or row.reconsiders is None)
    if (
        row.undone is not None
        or row.after.stands
        or (not settled and (row.reconsiders is not None or row.rates))
    ):
        return None
    if settled:
        return ExactChance(plan, row, 0)
    varying = _varying(plan, row)
    if len(varying) > 1 or (plan.as_of > 0 and varying):
        return None
    if asked is None:
        return ExactChance(plan, row, 0)
    if signals(asked):
        return None
    since = truth(asked, RecordedHistory(context.scenario.start, {}))
    first = 0 if since.at(0) else since.next_flip(0)
    return ExactChance(plan, row, plan.ends + 1 if first is None else first)


def _movers(row: MilestonePlan) -> tuple[str, ...]:
    return tuple(sorted({*row.after.times, *row.probability.movers}))


def _varying(plan: Plan, row: MilestonePlan) -> tuple[str, ...]:
    """Return the uncertain quantities that move its probability or its delay and are not known."""
    quantities = dict(plan.uncertain)
    return tuple(name for name in _movers(row) if not isinstance(quantities[name].law, ConstantLaw))


def _midpoints(law: Law) -> tuple[float, ...]:
    if isinstance(law, ConstantLaw):
        return (law.value,)
    return tuple(law.quantile((place + 0.5) / _POINTS) for place in range(_POINTS))
