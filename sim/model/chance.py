"""What chance deals to one replication: the variates of its streams, and the numbers that are drawn once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, inf, log, log1p

from sim.plan.latent import delayed_by_another
from sim.plan.laws import ConstantLaw, ExponentialLaw
from sim.plan.randomness import Draws, Stream
from sim.plan.tables import Delay, Plan, Quantity


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The time until the next of many that arrive at a rate, in clusters of a mean size: both drawn once."""

    stream: str
    rate: Quantity
    bursts: Quantity | None = None

    def delay(self, chance: Dealer) -> Delay:
        """Return it as a delay: exponential, with the mean size / rate."""
        size = 1.0 if self.bursts is None else max(1.0, chance.quantity(self.bursts))
        return Delay(self.stream, ExponentialLaw(size / chance.quantity(self.rate)))


Use = tuple[Delay, int]
"""The use of a delay: it, and the number of the variate of its stream."""


class Dealer:
    """Numbers and delays of one replication. `numbers` are known already, by stream; all others are drawn.

    It is asked, and changes nothing: how many variates a stream has given is the world's to say.
    """

    def __init__(
        self, plan: Plan, draws: Draws, replication: int, numbers: Mapping[str, float] | None = None
    ) -> None:
        self._plan = plan
        self._draws = draws
        self._replication = replication
        self._numbers = numbers or {}
        self._streams: dict[str, Stream] = {}

    @cached_property
    def common(self) -> dict[str, float]:
        """The quantities of `uncertain:` by name."""
        return {name: self.drawn(quantity) for name, quantity in self._plan.uncertain}

    def stream(self, name: str) -> Stream:
        """Return a named stream of this replication."""
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = Stream(self._draws, name, self._replication)
        return stream

    def first(self, name: str) -> float:
        """Return variate 0 of a stream."""
        return self._draws.page(name, 0, self._replication)[0]

    def known(self, stream: str) -> float | None:
        """Return what is known of the number of a stream; None if it is drawn."""
        return self._numbers.get(stream)

    def drawn(self, quantity: Quantity) -> float:
        """Return a number as it was drawn, before anything that it shares with others moves it."""
        known = self._numbers.get(quantity.stream)
        if known is not None:
            return known
        if isinstance(quantity.law, ConstantLaw):  # most are: no page need be dealt
            return quantity.law.value
        return quantity.law.quantile(self._draws.page(quantity.stream, 0, self._replication)[0])

    def quantity(self, quantity: Quantity) -> float:
        """Return a number drawn once a replication; asking again gives the same.

        It is drawn from its law, or by what is known, and moved by what it shares with others.
        """
        drawn = self.drawn(quantity)
        return quantity.moved(drawn, self.common) if quantity.times or quantity.odds else drawn

    def troops(self, quantity: Quantity) -> int:
        """Return a number of troops drawn once a replication, rounded half up."""
        return floor(min(self.quantity(quantity), quantity.most) + 0.5)

    def scale(self, delay: Delay) -> float:
        """Return the product of the uncertain quantities that multiply a delay, or 1."""
        return delay.scale(self.common) if delay.times else 1.0

    def threshold(self, use: Use, age: int) -> float:
        """Return up to which hazard a delay lasts if it is known to exceed `age`."""
        delay, number = use
        threshold, scale = self.stream(delay.stream).hazard_of(number), self.scale(delay)
        if age > 0 and scale > 0:
            threshold += delay.law.hazard(age / scale)
        return threshold


def due(use: Use, since: int, age: int, resumes: int, chance: Dealer) -> int:
    """Return when a delay ends that began at `since` and is known to exceed `age`; not before it `resumes`."""
    delay = use[0]
    threshold = chance.threshold(use, age)
    if threshold == inf:
        return max(since, resumes)
    length = delay.law.at_hazard(threshold) * chance.scale(delay)
    return max(delay.at_age(since, whole_seconds(length)), resumes)


def due_unseen(use: Use, since: int, known: int, then: Delay, chance: Dealer) -> int:
    """Return when a delay ends that nobody sees end, but only what takes `then` after it.

    If that has not been seen for as long as is `known`, either may be late: the length r has the density
    f(r) S(A − r) up to a factor, where S is the chance that what follows takes longer and A is how long.
    """
    delay, number = use
    u, scale = chance.stream(delay.stream).variate(number), chance.scale(delay)
    if known <= 0 or scale <= 0:
        length = delay.law.quantile(u) * scale
    else:
        length = delayed_by_another(delay.law, scale, then.law, chance.scale(then), known).value(u) * scale
    return delay.at_age(since, whole_seconds(length))


def length(use: Use, chance: Dealer) -> int:
    """Return how long a delay takes, whatever is known."""
    delay, number = use
    return whole_seconds(
        delay.law.at_hazard(chance.stream(delay.stream).hazard_of(number)) * chance.scale(delay)
    )


def can_exceed(delay: Delay, age: int, chance: Dealer) -> bool:
    """Tell whether a delay can last longer than that."""
    scale = chance.scale(delay)
    return scale > 0 and delay.law.hazard(age / scale) < inf


def rounded_share(share: Quantity, whole: int, chance: Dealer) -> int:
    """Return a share of so many, rounded half up."""
    return floor(chance.quantity(share) * whole + 0.5)


def yes(outcome: str, number: int, probability: Quantity | float, chance: Dealer) -> bool:
    """Return the outcome of a question that is answered yes with that probability."""
    likely = probability if isinstance(probability, float) else chance.quantity(probability)
    return chance.stream(outcome).variate(number) < likely


def cluster(sizes: str, number: int, bursts: Quantity, chance: Dealer) -> int:
    """Return the size of a cluster: a geometric variate on 1, 2, … with the given mean, by inversion."""
    mean = chance.quantity(bursts)
    if mean <= 1.0:
        return 1
    return max(1, ceil(log1p(-chance.stream(sizes).variate(number)) / log(1.0 - 1.0 / mean)))


def happens(rate: Quantity, chance: Dealer) -> bool:
    """Tell whether something with that rate happens at all."""
    return chance.quantity(rate) > 0


def number(quantity: Quantity, chance: Dealer) -> float:
    """Return a number drawn once a replication."""
    return chance.quantity(quantity)


def size(troops: Quantity, chance: Dealer) -> int:
    """Return a number of troops drawn once a replication."""
    return chance.troops(troops)


def factor(delay: Delay, chance: Dealer) -> float:
    """Return what multiplies a delay."""
    return chance.scale(delay)


def comes_not(outcome: str, probability: Quantity, chance: Dealer) -> bool:
    """Tell whether a nation's pledge never comes: variate 0 of `outcome`, the same whenever asked.

    The chance is `probability`, or by what is known.
    """
    known = chance.known(outcome)
    never = chance.quantity(probability) if known is None else known
    return never > 0.0 and chance.first(outcome) < never


def whole_seconds(length: float) -> int:
    """Round up to a second; beyond ten thousand years it never comes."""
    return ceil(min(length, 3.2e11))
