"""Chances that follow from a milestone's probability and delay by formula, given what is known by `as_of`.

With F the law of the delay, p the probability, a the age of the clock at `as_of` and S = 1 − F(a), a
milestone that had not come by then comes at all with p' = pS / (1 − p(1 − S)), and by the age t with p'(1 −
(1 − F(t)) / S): what `sim.model.facts` draws. A probability or a scale of the delay that is itself uncertain
is averaged over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, fsum, inf

from sim.plan.context import Context
from sim.plan.laws import ConstantLaw, Law
from sim.plan.tables import MilestonePlan, Plan
from sim.rules.history import Record
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
        if time < max(self.plan.as_of, self.asked):
            return 0.0
        return fsum(self._by(time, scale) for scale in self._scales) / len(self._scales)

    def median(self) -> int | None:
        """Return the first instant by which it has come with a chance of a half; None: not by the end."""
        low, high = 0, self.plan.ends
        if self.by(high) < 0.5:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.by(middle) >= 0.5 else (middle, high)
        return high

    def _by(self, time: int, scale: float) -> float:
        age = max(0, self.plan.as_of - self.asked)
        open_until_now = self._survival(age, scale) if age > 0 else 1.0
        if open_until_now <= 0:  # overdue: only a certain yes still comes, at `as_of`
            return float(self._probability >= 1.0)
        comes = self._probability * open_until_now / (1.0 - self._probability * (1.0 - open_until_now))
        return comes * (1.0 - self._survival(time - self.asked, scale) / open_until_now)

    def _survival(self, age: float, scale: float) -> float:
        hazard = self.row.after.law.hazard(age / scale) if scale > 0 else inf
        return exp(-hazard) if hazard < inf else 0.0

    @cached_property
    def _probability(self) -> float:
        points = _midpoints(self.row.probability.law)
        return fsum(points) / len(points)

    @cached_property
    def _scales(self) -> tuple[float, ...]:
        name = self.row.after.times
        return (1.0,) if name is None else _midpoints(dict(self.plan.uncertain)[name].law)


def exact_chance(plan: Plan, row: MilestonePlan, asked: Rule | None, context: Context) -> ExactChance | None:
    """Return when a milestone or consent comes, or None if its course depends on more than its own clock.

    `asked` is the rule that starts its clock, bound and expanded.
    """
    settled = row.records and (row.records[-1].value > 0 or row.reconsiders is None)
    if row.undone is not None or (not settled and (row.reconsiders is not None or row.rates)):
        return None
    if settled:
        return ExactChance(plan, row, 0)
    if plan.as_of > 0 and _is_uncertain(plan, row.after.times):
        return None
    if asked is None:
        return ExactChance(plan, row, 0)
    if signals(asked):
        return None
    since = truth(asked, Record(context.scenario.start, {}))
    first = 0 if since.at(0) else since.next_flip(0)
    return ExactChance(plan, row, plan.ends + 1 if first is None else first)


def _is_uncertain(plan: Plan, name: str | None) -> bool:
    return name is not None and not isinstance(dict(plan.uncertain)[name].law, ConstantLaw)


def _midpoints(law: Law) -> tuple[float, ...]:
    if isinstance(law, ConstantLaw):
        return (law.value,)
    return tuple(law.quantile((place + 0.5) / _POINTS) for place in range(_POINTS))
