"""How much likelier a played world becomes when numbers of its scenario are edited.

A world's course depends on its random numbers only through what came of them: which answers were yes, which delays
ended when or had not ended yet, how many incidents there were while the rate was what, and which numbers were
drawn once. So the ratio of the two probabilities of the whole course is the product, over the uses whose law an
edit changes, of the ratio for each (`sim.model.path`):

* an answer: p for a yes and 1 − p for a no, given the silence until `as_of` as in `sim.model.facts`;
* a delay at its own rate: the chance of ending in the second in which it ended, F(x) − F(x − 1), or of lasting
  beyond what was seen, 1 − F(x); divided by the chance of lasting until chance took over;
* a delay whose rate changes: exp(−Σ factor·ΔH) over its stretches, and 1 − exp(−factor·ΔH) in its last second;
* clusters of incidents: the geometric chance of their sizes;
* a number drawn once: the ratio of the densities. (What is known by `as_of` cancels: posterior ∝ prior ×
  likelihood, and the likelihood is the same for the same number.)

Where silence has taught something about a number that is itself uncertain (a shared tempo, say), the silence is
part of the course, and its chance counts for that number too. Weights are normalised to mean 1, so what is the
same in all worlds does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

from sim.errors import UsageError
from sim.plan.changed_laws import ChangedLaws, changed_laws, delays_of, quantities_of, tables_of
from sim.plan.laws import (
    ConstantLaw,
    DiscreteLaw,
    ExponentialLaw,
    HalvesLaw,
    Law,
    LognormalLaw,
    TabulatedLaw,
)
from sim.plan.observations import Course
from sim.plan.tables import (
    ApprovalPlan,
    CasualtyPlan,
    ContingentPlan,
    ContributorPlan,
    Delay,
    EventsPlan,
    MilestonePlan,
    Plan,
    Quantity,
    TourPlan,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.model.path import Answer, Bounded, Length, Path, Ran

FEWEST = 200
"""Below so many effective worlds no weighted answer is given."""


class CannotWeighError(UsageError):
    """The stored worlds do not answer this edit; the message says why."""


@dataclass(frozen=True)
class Numbers:
    """A plan's numbers in one world: drawn ones as they were drawn, constants as the plan says."""

    plan: _Indexed
    drawn: Mapping[str, float]

    def value(self, quantity: Quantity) -> float:
        """Return a number, moved by what it shares with others."""
        own = self._own(quantity)
        return quantity.moved(own, self.common) if quantity.times or quantity.odds else own

    def _own(self, quantity: Quantity) -> float:
        law = quantity.law
        return law.value if isinstance(law, ConstantLaw) else self.drawn[quantity.stream]

    @cached_property
    def common(self) -> dict[str, float]:
        """The quantities of `uncertain:` by name."""
        return {name: self._own(quantity) for name, quantity in self.plan.plan.uncertain}

    def scale(self, delay: Delay) -> float:
        """Return what multiplies a delay."""
        return delay.scale(self.common)

    def delay(self, stream: str) -> Delay:
        """Return a delay by its stream: one of the tables, or that between incidents of a rate."""
        known = self.plan.delays.get(stream)
        if known is not None:
            return known
        rate, bursts = self.plan.rates[stream]
        size = max(1.0, self.value(bursts)) if bursts else 1.0
        return Delay(stream, ExponentialLaw(size / self.value(rate)))


class _Indexed:
    """The tables of a plan by stream."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.delays = delays_of(plan)
        self.quantities = quantities_of(plan)
        self.answers: dict[str, Quantity] = {}
        self.milestones: dict[str, MilestonePlan] = {}
        self.rates: dict[str, tuple[Quantity, Quantity | None]] = {}
        self.sizes: dict[str, Quantity] = {}
        for fact in plan.facts:
            if isinstance(fact, MilestonePlan):
                self.answers[fact.outcome] = fact.probability
                self.milestones[fact.outcome] = fact
            elif isinstance(fact, EventsPlan):
                for before in ("", ".before_start"):
                    self.rates[fact.arrivals + before] = fact.rate, fact.bursts
                    self.sizes[fact.sizes + before] = fact.bursts
        for casualties in tables_of(plan, CasualtyPlan):
            self.rates[casualties.arrivals] = casualties.rate, None
        for step in tables_of(plan, ApprovalPlan):
            self.answers[step.outcome] = step.probability
        for tour in tables_of(plan, TourPlan):
            self.answers[tour.outcome] = tour.relief
        for table in (*tables_of(plan, ContingentPlan), *tables_of(plan, ContributorPlan)):
            outcome, never = getattr(table, "arrival_outcome", None), getattr(table, "never_arrives", None)
            if outcome is not None and never is not None:
                self.answers[outcome] = never

    @cached_property
    def weighable(self) -> frozenset[str]:
        """The numbers that decide only by what is noted of a course; others show in the course itself."""
        rates = {quantity.stream for pair in self.rates.values() for quantity in pair if quantity}
        return frozenset({quantity.stream for quantity in self.answers.values()} | rates)


class Weigher:
    """Weighs worlds of one plan as if they had been played by another."""

    def __init__(self, plan: Plan, other: Plan) -> None:
        """CannotWeighError if the other differs in more than laws, or in laws whose values were never played."""
        self._own, self._other = _Indexed(plan), _Indexed(other)
        self._changed = changed_laws(plan, other)
        self._names = frozenset(
            name for name, quantity in plan.uncertain if quantity.stream in self._changed.laws
        )
        self._moved = frozenset(
            name
            for name, quantity in plan.uncertain
            if quantity.stream in self._changed.laws and isinstance(quantity.law, ConstantLaw)
        )
        self._touched: dict[str, bool] = {}
        self._check()

    @property
    def changed(self) -> ChangedLaws:
        """What the other plan changes."""
        return self._changed

    def log_ratio(self, path: Path) -> float:
        """Return the logarithm of how much likelier a course becomes; −∞ if it becomes impossible."""
        if unclear := [stream for stream in path.unclear if self._touches(stream)]:
            raise CannotWeighError(f"silence until now teaches about {unclear[0]} in a way that is not noted")
        one, other = Numbers(self._own, path.drawn), Numbers(self._other, path.drawn)
        total = math.fsum(
            (self._of_numbers(path), self._of_answers(one, other, path), self._of_delays(one, other, path))
        )
        return total if not math.isnan(total) else -math.inf

    def _of_numbers(self, path: Path) -> float:
        return sum(
            _log_density(new, path.drawn[stream]) - _log_density(law, path.drawn[stream])
            for stream, (law, new) in self._changed.laws.items()
            if stream in path.drawn and not isinstance(law, ConstantLaw)
        )

    def _of_answers(self, one: Numbers, other: Numbers, path: Path) -> float:
        total = sum(
            self._answer(other, answer) - self._answer(one, answer)
            for answer in path.answers
            if self._touches_answer(answer)
        )
        for stream, size in path.sizes.items():
            bursts = self._own.sizes[stream]
            if self._moves(bursts):
                new_size = other.value(self._other.sizes[stream])
                total += _log_sizes(new_size, *size) - _log_sizes(one.value(bursts), *size)
        return total

    def _of_delays(self, one: Numbers, other: Numbers, path: Path) -> float:
        total = sum(
            self._length(other, stream, length) - self._length(one, stream, length)
            for (stream, _), length in path.lengths.items()
            if self._touches(stream)
        )
        for ran in path.courses:
            if self._touches(ran.stream):
                total += _course(other.delay(ran.stream), other, ran) - _course(
                    one.delay(ran.stream), one, ran
                )
        for each in path.bounded:
            if self._touches(each.stream):
                total += self._bounded(other, each) - self._bounded(one, each)
        return total

    def _moves(self, quantity: Quantity | None) -> bool:
        """Tell whether an edit moves the value of a number in a given world."""
        if quantity is None:
            return False
        constant = isinstance(quantity.law, ConstantLaw) and quantity.stream in self._changed.laws
        return constant or bool(self._moved & set(quantity.movers))

    def _touches(self, stream: str) -> bool:
        known = self._touched.get(stream)
        if known is None:
            known = self._touched[stream] = self._is_touched(stream)
        return known

    def _is_touched(self, stream: str) -> bool:
        delay = self._own.delays.get(stream)
        if delay is not None:
            return stream in self._changed.laws or bool(self._moved & set(delay.times))
        rate, bursts = self._own.rates[stream]
        return self._moves(rate) or self._moves(bursts)

    def _touches_answer(self, answer: Answer) -> bool:
        if self._moves(self._own.answers.get(answer.outcome)):
            return True
        milestone = self._own.milestones.get(answer.outcome)
        return bool(answer.silence) and milestone is not None and self._touches(milestone.after.stream)

    def _answer(self, numbers: Numbers, answer: Answer) -> float:
        probability = min(1.0, max(0.0, numbers.value(numbers.plan.answers[answer.outcome])))
        milestone = numbers.plan.milestones.get(answer.outcome)
        known = 1.0
        if milestone is not None and answer.silence:
            course, scale = Course(milestone.after.law, answer.silence), numbers.scale(milestone.after)
            survival, seen = course.outlasted(scale), course.seen_to_end(scale)
            if milestone.reconsiders is not None:
                known = survival
            else:
                known = 1.0 - probability * seen
                probability = probability * survival / known if known > 0 else 1.0
            if not self._is_learned(
                milestone.probability.movers, milestone.after.times, milestone.probability
            ):
                known = 1.0
        return _log(probability if answer.yes else 1.0 - probability) + _log(known)

    def _length(self, numbers: Numbers, stream: str, length: Length) -> float:
        delay = numbers.delay(stream)
        scale = numbers.scale(delay)
        if length.seen:
            found = _log_mass(
                delay.law, scale, max(length.lasts, length.beyond + 1 if length.beyond else 0.0)
            )
        else:
            found = -_hazard(delay.law, length.lasts, scale)
        if length.beyond > 0 and not self._is_learned((), delay.times):
            found += _hazard(delay.law, length.beyond, scale)
        return found

    def _bounded(self, numbers: Numbers, note: Bounded) -> float:
        delay = numbers.delay(note.stream)
        scale = numbers.scale(delay)
        found = _log_mass(delay.law, scale, math.ceil(note.lasts))
        above = math.exp(-_hazard(delay.law, note.above, scale)) if note.above > 0 else 1.0
        beyond = math.exp(-_hazard(delay.law, note.at_most, scale)) if note.at_most < math.inf else 0.0
        return found if self._is_learned((), delay.times) else found - _log(above - beyond)

    def _is_learned(
        self, movers: Sequence[str], times: Sequence[str], quantity: Quantity | None = None
    ) -> bool:
        """Tell whether silence about a process teaches something about an uncertain number behind it."""
        if quantity is not None and not isinstance(quantity.law, ConstantLaw):
            return True
        laws = dict(self._own.plan.uncertain)
        return any(not isinstance(laws[name].law, ConstantLaw) for name in (*movers, *times))

    def _check(self) -> None:
        if self._changed.others:
            places = ", ".join(self._changed.others[:3])
            raise CannotWeighError(f"it changes more than the laws of numbers and delays ({places})")
        for stream, (law, new) in self._changed.laws.items():
            self._check_law(stream, law, new)
        if self._moved:
            self._check_moved()

    def _check_law(self, stream: str, law: Law, new: Law) -> None:
        if isinstance(law, ConstantLaw) != isinstance(new, ConstantLaw):
            raise CannotWeighError(f"{stream} would be {_said(new)}; the stored worlds have {_said(law)}")
        if isinstance(law, ConstantLaw) and stream in self._own.quantities:
            quantity = self._own.quantities[stream]
            if stream not in self._own.weighable and quantity.stream not in self._uncertain_streams:
                raise CannotWeighError(f"every stored world has {_said(law)} as {stream}")
            self._check_constant(stream, law.value)
        elif not _covers(law, new):
            raise CannotWeighError(
                f"{stream} could be what it is in no stored world ({_said(new)}, not {_said(law)})"
            )
        if self._own.plan.as_of > 0 and self._own.plan.drawn and self._has_records(stream):
            raise CannotWeighError(f"history records what became of {stream}, and that taught something else")

    def _check_constant(self, stream: str, value: float) -> None:
        """What was certain, or never happened, has left no world in which it was otherwise."""
        certain = any(each.stream == stream for each in self._own.answers.values()) and value in (0.0, 1.0)
        rates = [pair[0].stream for pair in self._own.rates.values()]
        single = any(each.stream == stream for each in self._own.sizes.values()) and value <= 1.0
        if certain or single or (stream in rates and value <= 0):
            raise CannotWeighError(
                f"with {stream} = {value:g} no stored world shows what would happen otherwise"
            )

    @property
    def _uncertain_streams(self) -> frozenset[str]:
        return frozenset(quantity.stream for _, quantity in self._own.plan.uncertain)

    def _check_moved(self) -> None:
        """A constant factor that moves anything with one value, or with bounds, leaves what was played."""
        for delay in self._own.delays.values():
            if set(delay.times) & self._moved and not _ends(delay.law) != (0.0, math.inf):
                raise CannotWeighError(f"{delay.stream} would take what it takes in no stored world")
        for quantity in self._own.quantities.values():
            if set(quantity.movers) & self._moved and quantity.stream not in self._own.weighable:
                raise CannotWeighError(f"{quantity.stream} would be what it is in no stored world")

    def _has_records(self, stream: str) -> bool:
        plan = self._own.plan
        if any(f"contributor.{row.contributor}." in f"{stream}." and row.records for row in plan.contingents):
            return True
        return any(
            getattr(fact, "records", ())
            and any(each == stream for each in (*delays_of(fact), *quantities_of(fact)))
            for fact in plan.facts
        )


def _course(delay: Delay, numbers: Numbers, ran: Ran) -> float:
    law, scale = delay.law, numbers.scale(delay)
    if isinstance(law, ExponentialLaw):
        gone = math.fsum(each.factor * (each.until - each.since) for each in ran.stretches)
        return -gone / (law.mean * scale) - (ran.times * math.log(law.mean * scale) if ran.ended else 0.0)
    found = 0.0
    for place, each in enumerate(ran.stretches):
        last = ran.ended and place == len(ran.stretches) - 1
        until = max(each.since, each.until - 1) if last else each.until
        found -= each.factor * _difference(law, each.since, until, scale)
        if last:
            found += _log(-math.expm1(-each.factor * _difference(law, until, each.until, scale)))
    return found


def _difference(law: Law, since: float, until: float, scale: float) -> float:
    before = _hazard(law, since, scale) if since > 0 else 0.0
    return _hazard(law, until, scale) - before if before < math.inf else math.inf


def _hazard(law: Law, seconds: float, scale: float) -> float:
    return law.hazard(seconds / scale) if scale > 0 else math.inf


def _log_mass(law: Law, scale: float, seconds: float) -> float:
    """Return the log of the chance that a delay ends in the second that ends after so many."""
    before = _hazard(law, seconds - 1, scale) if seconds >= 1 else 0.0
    if before == math.inf:
        return -math.inf
    return -before + _log(-math.expm1(-(_hazard(law, seconds, scale) - before)))


def _log_density(law: Law, value: float) -> float:
    match law:
        case ConstantLaw():
            return 0.0 if value == law.value else -math.inf
        case DiscreteLaw():
            below = (0.0, *law.cumulative)
            chances = {
                at: high - low for at, low, high in zip(law.values, below, law.cumulative, strict=False)
            }
            return _log(chances.get(value, 0.0))
        case _:
            hazard = law.hazard(value)
            return -hazard + _log(law.intensity(value)) if hazard < math.inf else -math.inf


def _log_sizes(bursts: float, clusters: int, total: int) -> float:
    if bursts <= 1.0:
        return 0.0 if clusters == total else -math.inf
    stops = 1.0 / bursts
    return clusters * math.log(stops) + (total - clusters) * math.log1p(-stops)


def _log(chance: float) -> float:
    return math.log(chance) if chance > 0 else -math.inf


def _covers(law: Law, new: Law) -> bool:
    """Tell whether every value of the new law can occur under the old one."""
    if isinstance(law, DiscreteLaw) or isinstance(new, DiscreteLaw):
        return (
            isinstance(law, DiscreteLaw)
            and isinstance(new, DiscreteLaw)
            and set(new.values) <= set(law.values)
        )
    low, high = _ends(law)
    least, most = _ends(new)
    return low <= least and most <= high


def _ends(law: Law) -> tuple[float, float]:
    match law:
        case ConstantLaw(value):
            return value, value
        case TabulatedLaw(quantiles):
            return quantiles[0], quantiles[-1]
        case ExponentialLaw() | LognormalLaw():
            return 0.0, math.inf
        case HalvesLaw():
            return 0.0, 1.0 if law.share else math.inf
        case DiscreteLaw(values, _):
            return values[0], values[-1]
        case _:
            assert_never(law)


def _said(law: Law) -> str:
    if isinstance(law, ConstantLaw):
        return f"{law.value:g}"
    low, high = _ends(law)
    return f"a number between {low:g} and {high:g}" if high < math.inf else "any number above 0"


def normalised(logs: Sequence[float]) -> NDArray[np.float64]:
    """Return weights with mean 1 from log ratios; CannotWeighError if every world becomes impossible."""
    import numpy as np

    found = np.asarray(logs, dtype=np.float64)
    most = found.max(initial=-np.inf)
    if not np.isfinite(most):
        raise CannotWeighError("every stored world becomes impossible")
    weights = np.exp(found - most)
    normal: NDArray[np.float64] = weights / weights.mean()
    return normal


def effective(weights: NDArray[np.float64]) -> float:
    """Return Kish's effective number of worlds, (Σw)² / Σw²."""
    return float(weights.sum() ** 2 / (weights**2).sum())
