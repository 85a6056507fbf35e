"""Numbers drawn once a replication, given what is known by `as_of`.

Bayes' rule in the space of the variate: a number with the inverse CDF Q is Q(u) with u uniform, so given
observations u has the density L(Q(u)) / ∫ L(Q(v)) dv. That density is taken as constant on each of a fixed
number of cells of u, and the variate that is dealt is carried through the inverse of its CDF. So the same
variate stays low or high in its law whatever becomes known, and where nothing is known nothing changes.

First come the `uncertain:` quantities, each from all that it moves, with what else is uncertain there averaged
over. Quantities that move the same process are learned together: one after the other, each given the cells of
those before it and averaged over those after. Then, given all of them, come the probabilities and rates of
each process by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from math import exp, fsum, inf, log

from sim.plan.laws import ConstantLaw, DiscreteLaw, Law
from sim.plan.observations import IMPOSSIBLE, Observation, Values, over, tells_no_number
from sim.plan.tables import Quantity

CELLS = 400
"""How many cells a continuous law is cut into."""
CELLS_AVERAGED = 60
"""How many cells of a law are averaged over, and into how many each of several is cut that are learned together."""
POINTS = 240
"""Over how many points two or more quantities are averaged at once."""

Likelihood = Callable[[float], float]
Common = tuple[tuple[str, Quantity], ...]
"""The quantities of `uncertain:` by name."""
Settled = tuple[tuple[str, float], ...]
"""Those that are known, by name."""
_KOROBOV = 73
"""The generator of the lattice of points."""


@dataclass(frozen=True, slots=True)
class Updated:
    """A law after an update: how likely each cell of its variate has become, as a cumulative share."""

    law: Law
    edges: tuple[float, ...]
    reached: tuple[float, ...]
    """The share below each edge, from 0 to 1."""

    def value(self, variate: float) -> float:
        """Return the number that a uniform variate stands for."""
        return self.drawn(variate)[0]

    def drawn(self, variate: float) -> tuple[float, int]:
        """Return the number that a uniform variate stands for, and the place of its cell, from 0."""
        above = max(1, bisect_left(self.reached, variate))
        low, high = self.reached[above - 1], self.reached[above]
        left, right = self.edges[above - 1], self.edges[above]
        return self.law.quantile(left + (variate - low) / (high - low) * (right - left)), above - 1


@dataclass(frozen=True)
class Group:
    """The uncertain numbers of one process, and all that is known of it."""

    numbers: tuple[Quantity, ...]
    common: tuple[str, ...]
    observations: tuple[Observation, ...]

    def __hash__(self) -> int:
        """Return the hash of all of it, worked out once: groups are keys of what is kept of them."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.numbers, self.common, self.observations))

    def likelihood(self, values: Values) -> float:
        """Return how likely all of it is, given the numbers in `values`, averaged over its other own ones."""
        for number in self.numbers:
            if number.stream not in values:
                parts = cells(number.law, CELLS_AVERAGED)
                if len(self.numbers) == 1:
                    found = self._over(number, [value for _, value in parts], values)
                    return fsum(width * each for (width, _), each in zip(parts, found, strict=True))
                return fsum(
                    width * self.likelihood({**values, number.stream: value}) for width, value in parts
                )
        product = 1.0
        for observation in self.observations:
            product *= max(IMPOSSIBLE, observation.likelihood(values))
        return product

    def updated(self, number: Quantity, values: Values) -> Updated:
        """Return the law of one of its numbers, given the numbers in `values`, the common ones included."""
        if len(self.numbers) == 1:
            parts = cells(number.law, CELLS)
            grid = [value for _, value in parts]
            return update(number.law, [_logs(self._over(number, grid, values, factors=False))])
        found = log_likelihoods(number.law, lambda value: self.likelihood({**values, number.stream: value}))
        return update(number.law, [found])

    def _over(
        self, number: Quantity, grid: Sequence[float], values: Values, factors: bool = True
    ) -> list[float]:
        """Return how likely all of it is for each value in `grid` of its only number (`over` says up to what)."""
        products = [1.0] * len(grid)
        for observation in self.observations:
            found = over(observation, number, grid, values, factors)
            products = [
                product * max(IMPOSSIBLE, each) for product, each in zip(products, found, strict=True)
            ]
        return products


@dataclass(frozen=True)
class Together:
    """Common quantities that have to be learned together, and all that tells about any of them."""

    common: Common
    groups: tuple[Group, ...]
    settled: Settled = ()

    @cached_property
    def _known(self) -> dict[tuple[int, ...], Updated]:
        """Laws by the cells of the quantities before: a pure function's memory, filled as it is asked."""
        return {}

    def draw(self, variate: Callable[[str], float]) -> dict[str, float]:
        """Return the quantities by name; `variate(stream)` is the one dealt to a stream."""
        values: dict[str, float] = {}
        chosen: tuple[int, ...] = ()
        for name, quantity in self.common:
            updated = self._law(chosen)
            values[name], cell = updated.drawn(variate(quantity.stream))
            chosen = (*chosen, cell)
        return values

    def _law(self, chosen: tuple[int, ...]) -> Updated:
        known = self._known.get(chosen)
        if known is None:
            known = self._known[chosen] = self._found(chosen)
        return known

    def _found(self, chosen: tuple[int, ...]) -> Updated:
        """Return the law of the next quantity, given the cells of those before."""
        given = dict(self.settled) | {
            name: cells(quantity.law, CELLS_AVERAGED)[cell][1]
            for (name, quantity), cell in zip(self.common, chosen, strict=False)
        }
        (name, quantity), *rest = self.common[len(chosen) :]
        if not rest and not chosen:
            return update(
                quantity.law,
                [_log_likelihoods(name, quantity.law, group, self.settled) for group in self.groups],
            )
        points = _points(tuple(rest))
        parts = cells(quantity.law, CELLS_AVERAGED)
        logs = [[self._log({**given, name: value, **others}) for _, others in points] for _, value in parts]
        most = max(max(each) for each in logs)
        widths, edges = _edges(quantity.law, CELLS_AVERAGED)
        if most == -inf:  # what a scenario rules out teaches nothing
            return _tabulated(quantity.law, edges, list(widths))
        shares = [share for share, _ in points]
        weights = [
            width * fsum([share * exp(each - most) for share, each in zip(shares, row, strict=True)])
            for width, row in zip(widths, logs, strict=True)
        ]
        return _tabulated(quantity.law, edges, weights)

    @cached_property
    def _memories(self) -> list[tuple[Group, dict[tuple[float, ...], float]]]:
        """Each group with what was worked out of it before, in this replication or another."""
        return [(group, _memory(group, self.settled)) for group in self.groups]

    def log_evidence(self) -> float:
        """Return the log of how likely all that tells about them is, averaged over them."""
        if not self.groups:
            return 0.0
        varying = tuple(each for each in self.common if each[0] not in dict(self.settled))
        logs = [(share, self._log({**dict(self.settled), **values})) for share, values in _points(varying)]
        most = max(found for _, found in logs)
        return -inf if most == -inf else most + log(fsum(share * exp(found - most) for share, found in logs))

    def _log(self, values: Values) -> float:
        """Return the log-likelihood of all that is known, given all of the quantities."""
        total = 0.0
        for group, memory in self._memories:
            key = tuple([values[name] for name in group.common])
            found = memory.get(key)
            if found is None:
                likelihood = group.likelihood(values)
                found = memory[key] = log(likelihood) if likelihood > 0 else -inf
            total += found
        return total


@dataclass(frozen=True, slots=True)
class Learned:
    """What observations say of each number: ready to be drawn from."""

    common: tuple[Together, ...]
    """The uncertain quantities, those together that tell about the same."""
    groups: tuple[tuple[Group, Updated | None], ...]
    """Each with the law of its first number now, if that is the same in every replication."""

    def draw(self, variate: Callable[[str], float]) -> dict[str, float]:
        """Return the numbers by stream; `variate(stream)` is the one dealt to a stream."""
        common: dict[str, float] = {}
        values: dict[str, float] = {}
        for together in self.common:
            found = together.draw(variate)
            common.update(found)
            values.update({quantity.stream: found[name] for name, quantity in together.common})
        for group, first in self.groups:
            own: dict[str, float] = {}
            for number in group.numbers:
                updated = first if first is not None and not own else group.updated(number, {**common, **own})
                own[number.stream] = updated.value(variate(number.stream))
            values.update(own)
        return values


def learn(uncertain: Common, observations: tuple[Observation, ...]) -> Learned:
    """Return what observations say of the `uncertain` quantities and of the numbers that they name."""
    groups = _groups(observations)
    settled = _settled(uncertain)
    own = tuple((group, _first(group, settled)) for group in groups if group.numbers)
    return Learned(_together(uncertain, groups), own)


def log_evidence(uncertain: Common, observations: tuple[Observation, ...]) -> float:
    """Return the log of how likely all that is known is, averaged over every number that is uncertain."""
    groups = _groups(observations)
    settled = dict(_settled(uncertain))
    total = 0.0
    for group in groups:
        if all(name in settled for name in group.common):
            found = group.likelihood(settled)
            if found <= 0:
                return -inf
            total += log(found)
    return total + fsum(together.log_evidence() for together in _together(uncertain, groups))


def _settled(uncertain: Common) -> Settled:
    """Return the values of those that are known."""
    return tuple(
        (name, quantity.law.value) for name, quantity in uncertain if isinstance(quantity.law, ConstantLaw)
    )


@lru_cache(maxsize=16)
def _together(uncertain: Common, groups: tuple[Group, ...]) -> tuple[Together, ...]:
    """Return the quantities, those in one that some group tells about together; the known ones alone.

    Kept, for nearly all replications know the same.
    """
    varying = {name for name, _ in uncertain} - dict(_settled(uncertain)).keys()
    leader = {name: name for name, _ in uncertain}
    for group in groups:
        met = [name for name in group.common if name in varying]
        for name in met[1:]:
            old, new = leader[name], leader[met[0]]
            leader = {each: new if of == old else of for each, of in leader.items()}
    known = _settled(uncertain)
    found = []
    for first in dict.fromkeys(leader.values()):
        members = tuple((name, quantity) for name, quantity in uncertain if leader[name] == first)
        names = {name for name, _ in members} & varying
        found.append(Together(members, tuple(group for group in groups if names & set(group.common)), known))
    return tuple(found)


def _groups(observations: Iterable[Observation]) -> tuple[Group, ...]:
    """Put together what tells about the same numbers; what tells about none but its scale stands alone."""
    gathered: dict[tuple[Quantity, ...], list[Observation]] = {}
    alone = []
    for observation in observations:
        if observation.numbers:
            gathered.setdefault(observation.numbers, []).append(observation)
        else:
            alone.append(Group((), observation.common, (observation,)))
    together = [
        Group(numbers, tuple(sorted({name for each in told for name in each.common})), tuple(told))
        for numbers, told in gathered.items()
    ]
    return (*alone, *together)


@lru_cache(maxsize=512)
def _memory(group: Group, settled: Settled) -> dict[tuple[float, ...], float]:
    """Return where log-likelihoods of a group are kept by the values of its common quantities: filled as asked."""
    return {}


@lru_cache(maxsize=256)
def _log_likelihoods(name: str, law: Law, group: Group, settled: Settled) -> tuple[float, ...]:
    return log_likelihoods(law, lambda value: group.likelihood({**dict(settled), name: value}))


@lru_cache(maxsize=256)
def _first(group: Group, settled: Settled) -> Updated | None:
    """Return the law of a group's first number; None if it hangs on a quantity that differs by replication."""
    if len(group.numbers) == 1 and all(map(tells_no_number, group.observations)):
        return Updated(group.numbers[0].law, (0.0, 1.0), (0.0, 1.0))
    known = dict(settled)
    if any(name not in known for name in group.common):
        return None
    return group.updated(group.numbers[0], known)


@lru_cache(maxsize=64)
def _points(rest: Common) -> tuple[tuple[float, Mapping[str, float]], ...]:
    """Return (share, values by name) of points over which quantities are averaged.

    Of one they are the middles of its cells; of several a rank-1 lattice of their variates (Korobov).
    """
    if not rest:
        return ((1.0, {}),)
    if len(rest) == 1:
        name, quantity = rest[0]
        return tuple((width, {name: value}) for width, value in cells(quantity.law, CELLS_AVERAGED))
    steps = [(_KOROBOV**place) % POINTS for place in range(len(rest))]
    return tuple(
        (
            1.0 / POINTS,
            {
                name: quantity.law.quantile(((point * step) % POINTS + 0.5) / POINTS)
                for (name, quantity), step in zip(rest, steps, strict=True)
            },
        )
        for point in range(POINTS)
    )


def log_likelihoods(law: Law, likelihood: Likelihood) -> tuple[float, ...]:
    """Return the log of a likelihood in each cell of a law; all 0 if none is possible.

    What a scenario rules out teaches nothing.
    """
    return _logs([likelihood(value) for _, value in cells(law, CELLS)])


def _logs(found: Sequence[float]) -> tuple[float, ...]:
    if max(found) <= 0:
        return (0.0,) * len(found)
    return tuple(log(each) if each > 0 else -inf for each in found)


def update(law: Law, logs: Sequence[tuple[float, ...]]) -> Updated:
    """Return a law given the log-likelihoods of its cells from each source; as it was if they exclude all."""
    total = list(logs[0]) if len(logs) == 1 else [fsum(each) for each in zip(*logs, strict=True)]
    if not total or max(total) == -inf or max(total) == min(total):
        return Updated(law, (0.0, 1.0), (0.0, 1.0))
    most = max(total)
    widths, edges = _edges(law, CELLS)
    return _tabulated(
        law, edges, [width * exp(each - most) for width, each in zip(widths, total, strict=True)]
    )


def _tabulated(law: Law, edges: tuple[float, ...], weights: list[float]) -> Updated:
    """Tabulate the law whose cells have these weights; cells without weight share an edge."""
    total = fsum(weights)
    reached = tuple(accumulate([weight / total for weight in weights], initial=0.0))
    return Updated(law, edges, (*reached[:-1], 1.0))


@lru_cache(maxsize=1_024)
def _edges(law: Law, count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the widths of the cells of a law, and the edges between them."""
    widths = tuple(width for width, _ in cells(law, count))
    return widths, (*tuple(accumulate(widths, initial=0.0))[:-1], 1.0)


@lru_cache(maxsize=1_024)
def cells(law: Law, count: int) -> tuple[tuple[float, float], ...]:
    """Return the (width, value in the middle) of cells that the variate of a law is cut into.

    A law of few values has a cell for each.
    """
    match law:
        case ConstantLaw(value):
            return ((1.0, value),)
        case DiscreteLaw(values, cumulative):
            below = (0.0, *cumulative)
            return tuple(
                (high - low, value) for low, high, value in zip(below, cumulative, values, strict=False)
            )
        case _:
            return tuple((1.0 / count, law.quantile((place + 0.5) / count)) for place in range(count))
