"""Numbers drawn once a replication, given what is known by `as_of`.

Bayes' rule in the space of the variate: a number with the inverse CDF Q is Q(u) with u uniform, so given
observations u has the density L(Q(u)) / ∫ L(Q(v)) dv. That density is taken as constant on each of a fixed
number of cells of u, and the variate that is dealt is carried through the inverse of its CDF. So the same
variate stays low or high in its law whatever becomes known, and where nothing is known nothing changes.

First come the uncertain quantities that scale delays, each from all that it scales, with what else is
uncertain there averaged over; then, given those, the probabilities and rates of each process by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import exp, fsum, inf, log

from sim.plan.laws import ConstantLaw, DiscreteLaw, Law
from sim.plan.observations import Observation, Values
from sim.plan.tables import Quantity

CELLS = 400
"""How many cells a continuous law is cut into."""
CELLS_AVERAGED = 60
"""How many cells of a law are averaged over."""

Likelihood = Callable[[float], float]
Scales = tuple[tuple[str, Quantity], ...]
"""The quantities of `uncertain:`, which scale delays, by name."""


@dataclass(frozen=True, slots=True)
class Updated:
    """A law after an update: how likely each cell of its variate has become, as a cumulative share."""

    law: Law
    edges: tuple[float, ...]
    reached: tuple[float, ...]
    """The share below each edge, from 0 to 1."""

    def value(self, variate: float) -> float:
        """Return the number that a uniform variate stands for."""
        above = max(1, bisect_left(self.reached, variate))
        low, high = self.reached[above - 1], self.reached[above]
        left, right = self.edges[above - 1], self.edges[above]
        return self.law.quantile(left + (variate - low) / (high - low) * (right - left))


@dataclass(frozen=True, slots=True)
class Group:
    """The uncertain numbers of one process, and all that is known of it."""

    numbers: tuple[Quantity, ...]
    times: str | None
    observations: tuple[Observation, ...]

    def likelihood(self, scale: float, values: Values) -> float:
        """Return how likely all of it is, given the numbers in `values`, averaged over the others."""
        for number in self.numbers:
            if number.stream not in values:
                return fsum(
                    width * self.likelihood(scale, {**values, number.stream: value})
                    for width, value in cells(number.law, CELLS_AVERAGED)
                )
        product = 1.0
        for observation in self.observations:
            product *= observation.likelihood(scale, values)
        return product

    def updated(self, number: Quantity, scale: float, values: Values) -> Updated:
        """Return the law of one of its numbers, given its scale and the numbers in `values`."""
        found = log_likelihoods(
            number.law, lambda value: self.likelihood(scale, {**values, number.stream: value})
        )
        return update(number.law, [found])


@dataclass(frozen=True, slots=True)
class Learned:
    """What observations say of each number: ready to be drawn from."""

    scales: tuple[tuple[str, str, Updated], ...]
    """(name of the uncertain quantity, its stream, its law now)"""
    groups: tuple[tuple[Group, Updated | None], ...]
    """Each with the law of its first number now, if that is the same in every replication."""

    def draw(self, variate: Callable[[str], float]) -> dict[str, float]:
        """Return the numbers by stream; `variate(stream)` is the one dealt to a stream."""
        scales = {name: updated.value(variate(stream)) for name, stream, updated in self.scales}
        values = {stream: scales[name] for name, stream, _ in self.scales}
        for group, first in self.groups:
            scale = 1.0 if group.times is None else scales[group.times]
            own: dict[str, float] = {}
            for number in group.numbers:
                updated = first if first is not None and not own else group.updated(number, scale, own)
                own[number.stream] = updated.value(variate(number.stream))
            values.update(own)
        return values


def learn(uncertain: Scales, observations: tuple[Observation, ...]) -> Learned:
    """Return what observations say of the `uncertain` quantities and of the numbers that they name."""
    groups = _groups(observations)
    scales = tuple(
        (name, quantity.stream, _scale(quantity.law, tuple(each for each in groups if each.times == name)))
        for name, quantity in uncertain
    )
    settled = {
        name: quantity.law.value for name, quantity in uncertain if isinstance(quantity.law, ConstantLaw)
    }
    own = [group for group in groups if group.numbers]
    return Learned(scales, tuple((group, _first(group, settled.get(group.times or ""))) for group in own))


def _groups(observations: Iterable[Observation]) -> tuple[Group, ...]:
    """Put together what tells about the same numbers; what tells about none but its scale stands alone."""
    gathered: dict[tuple[Quantity, ...], list[Observation]] = {}
    alone = []
    for observation in observations:
        if observation.numbers:
            gathered.setdefault(observation.numbers, []).append(observation)
        else:
            alone.append(Group((), observation.times, (observation,)))
    together = [Group(numbers, told[0].times, tuple(told)) for numbers, told in gathered.items()]
    return (*alone, *together)


@lru_cache(maxsize=16)
def _scale(law: Law, groups: tuple[Group, ...]) -> Updated:
    """Return the law of a quantity that scales delays; kept, for nearly all replications know the same."""
    return update(law, [_log_likelihoods(law, group) for group in groups])


@lru_cache(maxsize=256)
def _log_likelihoods(law: Law, group: Group) -> tuple[float, ...]:
    return log_likelihoods(law, lambda scale: group.likelihood(scale, {}))


@lru_cache(maxsize=256)
def _first(group: Group, settled: float | None) -> Updated | None:
    """Return the law of a group's first number; None if it depends on a scale that differs by replication."""
    if group.times is not None and settled is None:
        return None
    return group.updated(group.numbers[0], 1.0 if settled is None else settled, {})


def log_likelihoods(law: Law, likelihood: Likelihood) -> tuple[float, ...]:
    """Return the log of a likelihood in each cell of a law; all 0 if none is possible.

    What a scenario rules out teaches nothing.
    """
    found = [likelihood(value) for _, value in cells(law, CELLS)]
    if max(found) <= 0:
        return (0.0,) * len(found)
    return tuple(log(each) if each > 0 else -inf for each in found)


def update(law: Law, logs: Sequence[tuple[float, ...]]) -> Updated:
    """Return a law given the log-likelihoods of its cells from each source; as it was if they exclude all."""
    total = [fsum(each) for each in zip(*logs, strict=True)]
    if not total or max(total) == -inf or max(total) == min(total):
        return Updated(law, (0.0, 1.0), (0.0, 1.0))
    most = max(total)
    widths = [width for width, _ in cells(law, CELLS)]
    return _tabulated(
        law, [(width, width * exp(each - most)) for width, each in zip(widths, total, strict=True)]
    )


def _tabulated(law: Law, likely: list[tuple[float, float]]) -> Updated:
    """Tabulate the law whose cells have these (widths, weights); cells without weight share an edge."""
    total = fsum(weight for _, weight in likely)
    edges = tuple(accumulate((width for width, _ in likely), initial=0.0))
    reached = tuple(accumulate((weight / total for _, weight in likely), initial=0.0))
    return Updated(law, (*edges[:-1], 1.0), (*reached[:-1], 1.0))


def cells(law: Law, count: int) -> list[tuple[float, float]]:
    """Return the (width, value in the middle) of cells that the variate of a law is cut into.

    A law of few values has a cell for each.
    """
    match law:
        case ConstantLaw(value):
            return [(1.0, value)]
        case DiscreteLaw(values, cumulative):
            below = (0.0, *cumulative)
            return [(high - low, value) for low, high, value in zip(below, cumulative, values, strict=False)]
        case _:
            return [(1.0 / count, law.quantile((place + 0.5) / count)) for place in range(count)]
