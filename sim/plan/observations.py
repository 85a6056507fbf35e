"""What is known by `as_of` about numbers that are drawn once a replication, as likelihoods.

A delay that has not ended, an answer that has not come, an incident that has not happened says something about
the pace, the probability or the rate behind it; so does one that history records. Each observation tells how
likely what is known is for given numbers, up to a factor that does not depend on them. Among the numbers are
the `uncertain:` quantities (`common`) that multiply its delay or move its probability or rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, inf, lgamma, log, log1p, prod
from typing import Protocol

from sim.durations import DAY
from sim.plan.laws import ConstantLaw, DiscreteLaw, Law
from sim.plan.tables import Delay, Quantity

Values = Mapping[str, float]
"""Numbers by the name of their stream, and `uncertain:` quantities by their own name."""

NEAR = 0.05
"""How far from a recorded end a known length of time may be, as a share of its age, if that is more than a day."""

RULED_OUT = 1e-15
"""How likely is taken the date of an answer at an age that its delay cannot have. So it speaks for another number, if
there is one under which it can be, and what the answer itself says is not silenced."""

IMPOSSIBLE = 1e-25
"""How likely is taken what a scenario rules out, and history records all the same: it silences nothing else."""

MOST_COUNTED = 2_000
"""Above so many incidents their number counts as normal."""


def over(
    observation: Observation, number: Quantity, grid: Sequence[float], values: Values, factors: bool = True
) -> list[float]:
    """Return the likelihood for each value in `grid` of the only number of its own, given all others.

    What does not hang on that number is worked out once; without `factors` it is left out, so that what came at a
    time at which it could not come still tells about the number.
    """
    given: Given | None = getattr(observation, "given" if factors else "answered", None)
    given = given or getattr(observation, "given", None)
    if given is not None:
        chance = given(values)
        if not number.movers:
            return [chance(each) for each in grid]
        return [chance(number.moved(each, values)) for each in grid]
    return [observation.likelihood({**values, number.stream: each}) for each in grid]


Given = Callable[[Values], Callable[[float], float]]
"""What an observation of one probability or share is, once the common numbers are given: how likely for each."""


class Observation(Protocol):
    """What is known of one process."""

    @property
    def common(self) -> tuple[str, ...]:
        """The `uncertain:` quantities that it tells about, by name, each once."""
        ...

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """The uncertain numbers of its own that it tells about."""
        ...

    def likelihood(self, values: Values) -> float:
        """Return how likely what is known is, up to a factor, given its numbers and the common ones."""
        ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """A delay ran from one age to another (in seconds) with its hazard multiplied by `factor`.

    `counts`: whether its end would have been seen then (a yes while `undone_when` holds is not).
    """

    factor: float
    since: float
    until: float
    counts: bool = True


@dataclass(frozen=True, slots=True)
class DelayCourse:
    """The stretches that a delay ran through: seconds on the scale of its law."""

    law: Law
    stretches: tuple[Stretch, ...]

    def outlasted(self, scale: float) -> float:
        """Return the chance that it did not end in any of the stretches."""
        return exp(-fsum(self._hazard(stretch, scale) for stretch in self.stretches))

    def seen_to_end(self, scale: float) -> float:
        """Return the chance that it ended in one of the stretches that count."""
        survival, seen = 1.0, 0.0
        for stretch in self.stretches:
            before = survival
            survival *= exp(-self._hazard(stretch, scale))
            seen += before - survival if stretch.counts else 0.0
        return seen

    def ended(self, scale: float) -> float:
        """Return the density of its ending just at the end of the last stretch.

        A law of known lengths has none: there it is the mean one around that end, since records know days only.
        """
        if scale <= 0 or not self.stretches:
            return 0.0
        if isinstance(self.law, (ConstantLaw, DiscreteLaw)):
            return self._ended_about(scale)
        last = self.stretches[-1]
        return self.outlasted(scale) * last.factor * self.law.intensity(last.until / scale) / scale

    def _ended_about(self, scale: float) -> float:
        *before, last = self.stretches
        away = max(DAY, NEAR * last.until)
        first, end = max(last.since if before else -1.0, last.until - away), last.until + away
        if last.factor <= 0:
            return 0.0
        survived = exp(-fsum(self._hazard(stretch, scale) for stretch in before))
        hazard = [last.factor * self.law.hazard(age / scale) for age in (first, end)]
        return survived * (exp(-hazard[0]) - exp(-hazard[1])) / (2.0 * away)

    def _hazard(self, stretch: Stretch, scale: float) -> float:
        if stretch.factor <= 0:
            return 0.0
        before = self.law.hazard(stretch.since / scale) if scale > 0 else inf
        return stretch.factor * (self.law.hazard(stretch.until / scale) - before) if before < inf else inf


@dataclass(frozen=True, slots=True)
class ObservedDelay:
    """A delay that still runs, that ended at the end of its last stretch (`at`), or some time before (`by`)."""

    course: DelayCourse
    times: tuple[str, ...]
    ended: str = ""

    @property
    def common(self) -> tuple[str, ...]:
        """Return what scales it."""
        return self.times

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """It has none."""
        return ()

    def likelihood(self, values: Values) -> float:
        """Return the chance that it outlasted its course, or ended with or in it."""
        scale = _scale(self.times, values)
        match self.ended:
            case "at":
                return self.course.ended(scale)
            case "by":
                return 1.0 - self.course.outlasted(scale)
            case _:
                return self.course.outlasted(scale)


@dataclass(frozen=True, slots=True)
class ObservedAnswer:
    """A question that a milestone, consent or approval was asked: no answer yet (None), a yes or a no.

    With `says_no` a no is an answer that would have been seen at its time; else it is silent. An answer that is
    `dated` came just at the end of its course, another some time before.
    """

    course: DelayCourse
    times: tuple[str, ...]
    probability: Quantity
    answer: bool | None
    says_no: bool
    dated: bool = True

    @property
    def common(self) -> tuple[str, ...]:
        """Return what scales its delay, and what moves its probability."""
        return tuple(sorted({*self.times, *self.probability.movers}))

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """Return the probability of a yes, if that is uncertain."""
        return uncertain(self.probability)

    def likelihood(self, values: Values) -> float:
        """Return p or 1 − p, and the density of when, of an answer; else the chance that none was seen."""
        return self.given(values)(value_of(self.probability, values))

    def given(self, values: Values) -> Callable[[float], float]:
        """Return the same for each probability of a yes."""
        when = self._when(_scale(self.times, values))
        answered = self.answered(values)
        return lambda yes: answered(yes) * when

    def answered(self, values: Values) -> Callable[[float], float]:
        """Return the same without what does not hang on the probability: the density of when."""
        if self.answer is None:
            seen = 0.0 if self.says_no else self.course.seen_to_end(_scale(self.times, values))
            return lambda yes: 1.0 - yes * seen
        return (lambda yes: yes) if self.answer else (lambda yes: 1.0 - yes)

    def _when(self, scale: float) -> float:
        """Return the density, or chance, of when there was an answer, or that there was none yet."""
        if self.answer is None:
            return max(RULED_OUT, self.course.outlasted(scale)) if self.says_no else 1.0
        if not (self.answer or self.says_no) or not self.course.stretches:
            return 1.0
        found = self.course.ended(scale) if self.dated else 1.0 - self.course.outlasted(scale)
        return max(RULED_OUT, found)


def tells_no_number(observation: Observation) -> bool:
    """Tell whether it is as likely whatever its own numbers are: a question that has no answer yet, not even a no."""
    return isinstance(observation, ObservedAnswer) and observation.answer is None and observation.says_no


@dataclass(frozen=True, slots=True)
class ObservedCount:
    """`total` incidents while the rate was in force for `exposure` seconds (times its multipliers).

    They come in clusters: Poisson at rate / bursts, geometric sizes of mean `bursts` (Pólya–Aeppli).
    """

    rate: Quantity
    bursts: Quantity
    exposure: float
    total: int

    @property
    def common(self) -> tuple[str, ...]:
        """Return what moves the rate and the size of clusters."""
        return tuple(sorted({*self.rate.movers, *self.bursts.movers}))

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """Return rate and size of clusters, those that are uncertain."""
        return (*uncertain(self.rate), *uncertain(self.bursts))

    def likelihood(self, values: Values) -> float:
        """Return the chance of so many."""
        size = max(1.0, value_of(self.bursts, values))
        mean = value_of(self.rate, values) * self.exposure
        if mean <= 0:
            return 1.0 if self.total == 0 else 0.0
        return exp(log_chance_of_total(self.total, mean / size, size))


@dataclass(frozen=True, slots=True)
class ObservedOutcome:
    """Something that had a chance, such as a relief, and came."""

    chance: Quantity

    @property
    def common(self) -> tuple[str, ...]:
        """Return what moves the chance."""
        return self.chance.movers

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """Return the chance, if that is uncertain."""
        return uncertain(self.chance)

    def likelihood(self, values: Values) -> float:
        """Return the chance."""
        return value_of(self.chance, values)


@dataclass(frozen=True, slots=True)
class ObservedShare:
    """A share of which what became of it, rounded, says that it is at least `low` and below `high`."""

    share: Quantity
    low: float
    high: float

    @property
    def common(self) -> tuple[str, ...]:
        """Return what moves the share."""
        return self.share.movers

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """Return the share, if that is uncertain."""
        return uncertain(self.share)

    def likelihood(self, values: Values) -> float:
        """Return 1 if the share can be, else 0."""
        return float(self.low <= value_of(self.share, values) < self.high)


@dataclass(frozen=True, slots=True)
class ObservedProgress:
    """A progress whose duration exceeds `above` and is at most `at_most` (seconds at speed 1)."""

    duration: Delay
    above: float
    at_most: float

    @property
    def common(self) -> tuple[str, ...]:
        """Return what scales the duration."""
        return self.duration.times

    @property
    def numbers(self) -> tuple[Quantity, ...]:
        """It has none."""
        return ()

    def likelihood(self, values: Values) -> float:
        """Return the chance of a duration between the two."""
        scale = _scale(self.duration.times, values)
        if scale <= 0:
            return 0.0
        law = self.duration.law
        above = exp(-law.hazard(self.above / scale)) if self.above > 0 else 1.0
        return above - (exp(-law.hazard(self.at_most / scale)) if self.at_most < inf else 0.0)


def uncertain(quantity: Quantity) -> tuple[Quantity, ...]:
    """Return the quantity if it is more than one number, else nothing."""
    return () if isinstance(quantity.law, ConstantLaw) else (quantity,)


def value_of(quantity: Quantity, values: Values) -> float:
    """Return the value given for a quantity, or its only one, as the common numbers in `values` move it."""
    law = quantity.law
    return quantity.moved(law.value if isinstance(law, ConstantLaw) else values[quantity.stream], values)


def _scale(times: tuple[str, ...], values: Values) -> float:
    return prod(values[name] for name in times) if times else 1.0


def log_chance_of_total(total: int, clusters: float, size: float) -> float:
    """Return the log of the chance of a total: Poisson many clusters of geometric sizes with mean `size`.

    Where n incidents form k clusters with chance C(n − 1, k − 1) q^k (1 − q)^(n − k), q = 1 / size. A large
    total is taken as normal with the same mean and variance, clusters · size · (2 · size − 1).
    """
    if total > MOST_COUNTED:
        mean, variance = clusters * size, clusters * size * (2.0 * size - 1.0)
        return -0.5 * ((total - mean) ** 2 / variance + log(variance))
    if total == 0 or size <= 1.0:
        return total * log(clusters) - clusters - lgamma(total + 1)
    stops, goes_on = -log(size), log1p(-1.0 / size)
    ways = [
        k * log(clusters)
        - lgamma(k + 1)
        + lgamma(total)
        - lgamma(k)
        - lgamma(total - k + 1)
        + k * stops
        + (total - k) * goes_on
        for k in range(1, total + 1)
    ]
    most = max(ways)
    return most + log(fsum(exp(way - most) for way in ways)) - clusters
