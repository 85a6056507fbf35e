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
from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

from sim.errors import UsageError
from sim.plan.changed_laws import ChangedLaws, delays_of, quantities_of
from sim.plan.laws import (
    ConstantLaw,
    DiscreteLaw,
    ExponentialLaw,
    HalvesLaw,
    Law,
    LognormalLaw,
    TabulatedLaw,
)
from sim.plan.observations import DelayCourse
from sim.plan.tables import (
    Quantity,
)
from sim.studies.hazards import hazards, log_densities, logarithms
from sim.studies.streams import Numbers, Streams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.studies.courses import Answers, Bounds, Courses, Lengths, Stretches

FEWEST = 200
"""Below so many effective worlds no weighted answer is given."""


class CannotWeighError(UsageError):
    """The stored worlds do not answer this edit; the message says why."""


class Weigher:
    """Weighs worlds of one plan as if they had been played by another."""

    def __init__(self, streams: Streams, changed: ChangedLaws) -> None:
        """CannotWeighError if more than laws is changed, or laws whose values were never played."""
        self._own, self._changed = streams, changed
        self._moved = frozenset(
            name
            for name, quantity in streams.plan.uncertain
            if quantity.stream in changed.laws and isinstance(quantity.law, ConstantLaw)
        )
        self._touched: dict[str, bool] = {}
        self._check()

    def log_ratios(self, courses: Courses) -> NDArray[np.float64]:
        """Return the logarithm of how much likelier each course becomes; −∞ if it becomes impossible."""
        import numpy as np

        if unclear := sorted(stream for stream in courses.unclear if self._touches(stream)):
            raise CannotWeighError(f"silence until now teaches about {unclear[0]} in a way that is not noted")
        self._check_memory(courses)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            total = self._log_chances(courses, 1) - self._log_chances(courses, 0)
        return np.where(np.isnan(total), -np.inf, total)

    def _check_memory(self, courses: Courses) -> None:
        for stream in courses.stretches:
            law, new = self._changed.laws.get(stream, (None, None))
            if isinstance(law, ExponentialLaw) and not isinstance(new, ExponentialLaw):
                raise CannotWeighError(
                    f"{stream} is played without memory of its age, and would have one; how old it was in the "
                    "stored worlds is not noted"
                )

    def _log_chances(self, courses: Courses, edited: int) -> NDArray[np.float64]:
        """Return the log of the chance, by world, of every use that the edit touches: before it (0) or after (1)."""
        import numpy as np

        laws = {stream: pair[edited] for stream, pair in self._changed.laws.items()}
        numbers, total = Numbers(self._own, courses, laws), np.zeros(courses.worlds)
        for stream, law in laws.items():
            if stream in courses.drawn and not isinstance(self._changed.laws[stream][0], ConstantLaw):
                total += log_densities(law, courses.drawn[stream])
        for outcome, answers in courses.answers.items():
            if self._touches_answer(outcome, answers):
                np.add.at(total, answers.place, self._answer(numbers, outcome, answers))
        for stream, sizes in courses.sizes.items():
            if self._moves(self._own.sizes[stream]):
                bursts = numbers.value(self._own.sizes[stream])[sizes.place]
                np.add.at(total, sizes.place, _log_sizes(bursts, sizes.clusters, sizes.total))
        for stream, lengths in courses.lengths.items():
            if self._touches(stream):
                np.add.at(total, lengths.place, self._length(numbers, stream, lengths))
        for stream, stretches in courses.stretches.items():
            if self._touches(stream):
                _add_course(total, numbers.clock(stream), stretches)
        for stream, bounded in courses.bounded.items():
            if self._touches(stream):
                np.add.at(total, bounded.place, self._bounded(numbers, stream, bounded))
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

    def _touches_answer(self, outcome: str, answers: Answers) -> bool:
        if self._moves(self._own.answers.get(outcome)):
            return True
        milestone = self._own.milestones.get(outcome)
        return answers.silent and milestone is not None and self._touches(milestone.after.stream)

    def _answer(self, numbers: Numbers, outcome: str, answers: Answers) -> NDArray[np.float64]:
        import numpy as np

        chance = np.clip(numbers.value(self._own.answers[outcome]), 0.0, 1.0)[answers.place]
        milestone, known = self._own.milestones.get(outcome), np.ones(chance.size)
        if milestone is not None and answers.silent:
            survival, seen = _silences(numbers.clock(milestone.after.stream), answers)
            if milestone.reconsiders is not None:
                known = survival
            else:
                known = 1.0 - chance * seen
                chance = np.where(known > 0, chance * survival / known, 1.0)
            if not self._is_learned(
                milestone.probability.movers, milestone.after.times, milestone.probability
            ):
                known = np.ones(chance.size)
        return logarithms(np.where(answers.yes, chance, 1.0 - chance)) + logarithms(known)

    def _length(self, numbers: Numbers, stream: str, lengths: Lengths) -> NDArray[np.float64]:
        import numpy as np

        law, scale = numbers.clock(stream)
        scale = scale[lengths.place]
        ends = np.maximum(lengths.lasts, np.where(lengths.beyond > 0, lengths.beyond + 1, 0.0))
        found = np.where(lengths.seen, _log_mass(law, scale, ends), -_hazards(law, lengths.lasts, scale))
        if not self._is_learned((), self._own.delays[stream].times):
            found += np.where(lengths.beyond > 0, _hazards(law, lengths.beyond, scale), 0.0)
        return found

    def _bounded(self, numbers: Numbers, stream: str, bounds: Bounds) -> NDArray[np.float64]:
        import numpy as np

        law, scale = numbers.clock(stream)
        scale = scale[bounds.place]
        found = _log_mass(law, scale, np.ceil(bounds.lasts))
        if self._is_learned((), self._own.delays[stream].times):
            return found
        above = np.where(bounds.above > 0, np.exp(-_hazards(law, bounds.above, scale)), 1.0)
        beyond = np.where(np.isfinite(bounds.at_most), np.exp(-_hazards(law, bounds.at_most, scale)), 0.0)
        return found - logarithms(above - beyond)

    def _is_learned(
        self, movers: Sequence[str], times: Sequence[str], quantity: Quantity | None = None
    ) -> bool:
        """Tell whether silence about a process teaches something about an uncertain number behind it."""
        if quantity is not None and not isinstance(quantity.law, ConstantLaw):
            return True
        uncertain = self._own.uncertain
        return any(not isinstance(uncertain[name].law, ConstantLaw) for name in (*movers, *times))

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


def _silences(
    clock: tuple[Law, NDArray[np.float64]], answers: Answers
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the chances that a question was not answered in its silence, and that an answer would have been seen.

    Until `as_of` all worlds are alike but for what scales a delay, so that few differ.
    """
    import numpy as np

    law, scales = clock[0], clock[1][answers.place].tolist()
    known: dict[tuple[object, float], tuple[float, float]] = {}
    for key in zip(answers.silence, scales, strict=True):
        if key not in known:
            course = DelayCourse(law, key[0])
            known[key] = course.outlasted(key[1]), course.seen_to_end(key[1])
    pairs = np.array([known[key] for key in zip(answers.silence, scales, strict=True)])
    return pairs[:, 0], pairs[:, 1]


def _add_course(total: NDArray[np.float64], clock: tuple[Law, NDArray[np.float64]], ran: Stretches) -> None:
    """Add the log of the chance of what a delay whose rate changes ran through, and ended."""
    import numpy as np

    law, scales = clock
    scale = scales[ran.place]
    if isinstance(law, ExponentialLaw):
        np.add.at(total, ran.place, -ran.factor * (ran.until - ran.since) / (law.mean * scale))
        np.subtract.at(total, ran.ended, np.log(law.mean * scales[ran.ended]))
        return
    until = np.where(ran.last, np.maximum(ran.since, ran.until - 1), ran.until)
    lasted = -ran.factor * _between(law, ran.since, until, scale)
    ending = -ran.factor * _between(law, until, ran.until, scale)
    np.add.at(total, ran.place, lasted + np.where(ran.last, logarithms(-np.expm1(ending)), 0.0))


def _between(
    law: Law, since: NDArray[np.float64], until: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    import numpy as np

    before = np.where(since > 0, _hazards(law, since, scale), 0.0)
    return np.where(np.isfinite(before), _hazards(law, until, scale) - before, np.inf)


def _hazards(law: Law, seconds: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    held = np.where(scale > 0, scale, 1.0)
    return np.where(scale > 0, hazards(law, seconds / held), np.inf)


def _log_mass(law: Law, scale: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log of the chance that a delay ends in the second that ends after so many."""
    import numpy as np

    before = np.where(seconds >= 1, _hazards(law, seconds - 1, scale), 0.0)
    ending = logarithms(-np.expm1(before - _hazards(law, seconds, scale)))
    return np.where(np.isfinite(before), ending - before, -np.inf)


def _log_sizes(
    bursts: NDArray[np.float64], clusters: NDArray[np.float64], total: NDArray[np.float64]
) -> NDArray[np.float64]:
    import numpy as np

    stops = 1.0 / np.maximum(bursts, 1.0)
    further = np.where(total > clusters, (total - clusters) * np.log1p(-stops), 0.0)
    return clusters * np.log(stops) + further


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


def normalised(logs: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
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
