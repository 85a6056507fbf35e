"""One inverse CDF per distribution, shared by every engine.

A law answers in *hazard*: `hazard(x)` is the cumulative hazard −ln(1 − F(x)), `at_hazard(h)` the smallest x
with hazard(x) ≥ h. A draw with the uniform variate u is `at_hazard(−ln(1 − u))`, which is F⁻¹(u); one that is
known to exceed `a` is `at_hazard(hazard(a) − ln(1 − u))`, which is F⁻¹(F(a) + u(1 − F(a))); and a rate that
is m times as high uses the hazard up m times as fast. `intensity(x)` is the derivative of the hazard: the
chance, a unit of x, of coming just then if not before. Delays are in seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist

from sim.scenario.distributions import (
    Distribution,
    Exponential,
    Fixed,
    Halves,
    Lognormal,
    OneOf,
    Pert,
    Uniform,
)

_STANDARD_NORMAL = NormalDist()
_Z90 = _STANDARD_NORMAL.inv_cdf(0.9)
_SQRT2 = math.sqrt(2.0)
PERT_TABLE_SIZE = 1_025


@dataclass(frozen=True, slots=True)
class ConstantLaw:
    """Always `value`; a rate multiplier above 0 changes nothing."""

    value: float

    def hazard(self, x: float) -> float:
        """Return 0 before the value and infinity from it on."""
        return math.inf if x >= self.value else 0.0

    def intensity(self, x: float) -> float:
        """Return 0: it has no density."""
        return 0.0

    def at_hazard(self, h: float) -> float:
        """Return the value, whatever `h` is."""
        return self.value

    def quantile(self, u: float) -> float:
        """Return the value."""
        return self.value


@dataclass(frozen=True, slots=True)
class ExponentialLaw:
    """Exponential with the given mean."""

    mean: float

    def hazard(self, x: float) -> float:
        """Return x / mean."""
        return max(x, 0.0) / self.mean

    def intensity(self, x: float) -> float:
        """Return 1 / mean."""
        return 1.0 / self.mean

    def at_hazard(self, h: float) -> float:
        """Return h · mean."""
        return h * self.mean

    def quantile(self, u: float) -> float:
        """Return F⁻¹(u)."""
        return -math.log1p(-u) * self.mean


@dataclass(frozen=True, slots=True)
class LognormalLaw:
    """Lognormal: ln x is normal with mean `location` and standard deviation `scale`."""

    location: float
    scale: float

    def hazard(self, x: float) -> float:
        """Return −ln(1 − F(x)), taken from the nearer tail; infinity where 1 − F underflows."""
        if x <= 0:
            return 0.0
        place = (math.log(x) - self.location) / (self.scale * _SQRT2)
        if place < 0:
            return -math.log1p(-0.5 * math.erfc(-place))
        survival = 0.5 * math.erfc(place)
        return -math.log(survival) if survival > 0 else math.inf

    def intensity(self, x: float) -> float:
        """Return the density divided by 1 − F(x)."""
        hazard = self.hazard(x)
        if x <= 0 or hazard == math.inf:
            return 0.0
        place = (math.log(x) - self.location) / self.scale
        return math.exp(hazard - 0.5 * place * place) / (x * self.scale * math.sqrt(2.0 * math.pi))

    def at_hazard(self, h: float) -> float:
        """Return F⁻¹(1 − e^(−h)), taken from the nearer tail so that both stay exact."""
        survival = math.exp(-h)
        if survival <= 0.0:
            return math.inf
        if h <= 0.0:
            return 0.0
        upper = survival <= 0.5
        z = -_STANDARD_NORMAL.inv_cdf(survival) if upper else _STANDARD_NORMAL.inv_cdf(-math.expm1(-h))
        return math.exp(self.location + self.scale * z)

    def quantile(self, u: float) -> float:
        """Return F⁻¹(u)."""
        return math.exp(self.location + self.scale * _STANDARD_NORMAL.inv_cdf(u))


@dataclass(frozen=True, slots=True)
class HalvesLaw:
    """Two lognormal halves that meet at the median: ln x has the scale `below` there, `above` beyond it.

    With `share` ln x is ln(x / (1 − x)), so that x lies between 0 and 1.
    """

    location: float
    below: float
    above: float
    share: bool = False

    def hazard(self, x: float) -> float:
        """Return −ln(1 − F(x)), taken from the nearer tail; infinity where 1 − F underflows."""
        if x <= 0:
            return 0.0
        if self.share and x >= 1:
            return math.inf
        place = self._place(x) / _SQRT2
        if place < 0:
            return -math.log1p(-0.5 * math.erfc(-place))
        survival = 0.5 * math.erfc(place)
        return -math.log(survival) if survival > 0 else math.inf

    def intensity(self, x: float) -> float:
        """Return the density divided by 1 − F(x)."""
        hazard = self.hazard(x)
        if x <= 0 or hazard == math.inf:
            return 0.0
        place = self._place(x)
        width = (self.below if place < 0 else self.above) * x * (1.0 - x if self.share else 1.0)
        return math.exp(hazard - 0.5 * place * place) / (width * math.sqrt(2.0 * math.pi))

    def at_hazard(self, h: float) -> float:
        """Return F⁻¹(1 − e^(−h)), taken from the nearer tail so that both stay exact."""
        survival = math.exp(-h)
        if survival <= 0.0:
            return 1.0 if self.share else math.inf
        if h <= 0.0:
            return 0.0
        upper = survival <= 0.5
        return self._at(
            -_STANDARD_NORMAL.inv_cdf(survival) if upper else _STANDARD_NORMAL.inv_cdf(-math.expm1(-h))
        )

    def quantile(self, u: float) -> float:
        """Return F⁻¹(u)."""
        return self._at(_STANDARD_NORMAL.inv_cdf(u))

    def _place(self, x: float) -> float:
        height = (math.log(x / (1.0 - x)) if self.share else math.log(x)) - self.location
        return height / (self.below if height < 0 else self.above)

    def _at(self, z: float) -> float:
        height = self.location + (self.below if z < 0 else self.above) * z
        if not self.share:
            return math.exp(height)
        return 1.0 / (1.0 + math.exp(-height)) if height > -700 else 0.0


@dataclass(frozen=True)
class TabulatedLaw:
    """A continuous law as its quantiles at equally spaced probabilities from 0 to 1, linear between them."""

    quantiles: tuple[float, ...]

    def __hash__(self) -> int:
        """Return the hash of the quantiles, which are many: worked out once."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.quantiles)

    def quantile(self, u: float) -> float:
        """Return F⁻¹(u)."""
        place = u * (len(self.quantiles) - 1)
        below = min(int(place), len(self.quantiles) - 2)
        low, high = self.quantiles[below], self.quantiles[below + 1]
        return low + (high - low) * (place - below)

    def cumulative(self, x: float) -> float:
        """Return F(x)."""
        if x <= self.quantiles[0]:
            return 0.0
        if x >= self.quantiles[-1]:
            return 1.0
        above = bisect_right(self.quantiles, x)
        low, high = self.quantiles[above - 1], self.quantiles[above]
        return (above - 1 + (x - low) / (high - low)) / (len(self.quantiles) - 1)

    def hazard(self, x: float) -> float:
        """Return −ln(1 − F(x))."""
        cumulative = self.cumulative(x)
        return -math.log1p(-cumulative) if cumulative < 1.0 else math.inf

    def intensity(self, x: float) -> float:
        """Return the density divided by 1 − F(x); 0 outside the range."""
        if not self.quantiles[0] <= x < self.quantiles[-1]:
            return 0.0
        above = bisect_right(self.quantiles, x)
        width = self.quantiles[above] - self.quantiles[above - 1]
        return 1.0 / (width * (len(self.quantiles) - 1) * (1.0 - self.cumulative(x)))

    def at_hazard(self, h: float) -> float:
        """Return F⁻¹(1 − e^(−h))."""
        return self.quantile(-math.expm1(-h))


@dataclass(frozen=True)
class DiscreteLaw:
    """One of `values` (ascending), with `cumulative[i]` the chance of at most `values[i]`."""

    values: tuple[float, ...]
    cumulative: tuple[float, ...]

    @cached_property
    def _hazards(self) -> tuple[float, ...]:
        return tuple(-math.log1p(-c) if c < 1.0 else math.inf for c in self.cumulative)

    def hazard(self, x: float) -> float:
        """Return −ln(1 − F(x))."""
        at_most = bisect_right(self.values, x)
        return self._hazards[at_most - 1] if at_most else 0.0

    def intensity(self, x: float) -> float:
        """Return 0: it has no density."""
        return 0.0

    def at_hazard(self, h: float) -> float:
        """Return the least value whose hazard is at least `h`."""
        return self.values[min(bisect_left(self._hazards, h), len(self.values) - 1)]

    def quantile(self, u: float) -> float:
        """Return F⁻¹(u)."""
        return self.values[min(bisect_left(self.cumulative, u), len(self.values) - 1)]


@dataclass(frozen=True, slots=True)
class PartLaw:
    """The part of a continuous law between two of its shares, as a law of its own."""

    whole: ExponentialLaw | LognormalLaw | HalvesLaw | TabulatedLaw
    low: float
    high: float

    def hazard(self, x: float) -> float:
        """Return −ln(1 − F(x))."""
        share = (1.0 - math.exp(-self.whole.hazard(x)) - self.low) / (self.high - self.low)
        return -math.log1p(-max(share, 0.0)) if share < 1.0 else math.inf

    def intensity(self, x: float) -> float:
        """Return the density divided by 1 − F(x); 0 outside the part."""
        below = 1.0 - math.exp(-self.whole.hazard(x))
        if not self.low <= below < self.high:
            return 0.0
        return self.whole.intensity(x) * (1.0 - below) / (self.high - below)

    def at_hazard(self, h: float) -> float:
        """Return F⁻¹(1 − e^(−h))."""
        return self.quantile(-math.expm1(-h))

    def quantile(self, u: float) -> float:
        """Return F⁻¹(u)."""
        return self.whole.quantile(self.low + u * (self.high - self.low))


Law = ConstantLaw | ExponentialLaw | LognormalLaw | HalvesLaw | TabulatedLaw | DiscreteLaw


def law_of(distribution: Distribution) -> Law:  # noqa: PLR0911  # one branch for each construct
    """Compile a stated distribution; a lognormal's p90 and median fix its two parameters."""
    match distribution:
        case Fixed(value):
            return ConstantLaw(value)
        case Exponential(mean):
            return ExponentialLaw(mean)
        case Lognormal(median, p90):
            return LognormalLaw(math.log(median), math.log(p90 / median) / _Z90)
        case Pert(low, mode, high):
            return TabulatedLaw(_pert_quantiles(low, mode, high))
        case Uniform(low, high):
            return TabulatedLaw((low, high))
        case Halves(location, below, above, share):
            return HalvesLaw(location, below, above, share)
        case OneOf(values, weights):
            return DiscreteLaw(values, _cumulative(weights))


def _cumulative(weights: tuple[float, ...]) -> tuple[float, ...]:
    total = math.fsum(weights)
    shares = [math.fsum(weights[: place + 1]) / total for place in range(len(weights) - 1)]
    return (*shares, 1.0)


def _pert_quantiles(low: float, mode: float, high: float) -> tuple[float, ...]:
    """Tabulate the PERT: a beta with α = 1 + 4(mode − low)/(high − low), β = 6 − α (Malcolm et al. 1959)."""
    shares = _beta_quantiles(1.0 + 4.0 * (mode - low) / (high - low))
    return (low, *(low + (high - low) * share for share in shares), high)


@lru_cache(maxsize=256)
def _beta_quantiles(alpha: float) -> tuple[float, ...]:
    """Return the inner quantiles of the beta on [0, 1] with α and 6 − α; kept, for each takes 10 ms."""
    import numpy as np
    from scipy.special import betaincinv

    last = PERT_TABLE_SIZE - 1
    quantiles: list[float] = betaincinv(alpha, 6.0 - alpha, np.arange(1, last) / last).tolist()
    return tuple(quantiles)
