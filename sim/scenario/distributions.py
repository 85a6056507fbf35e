"""How people state an uncertain number, as frozen values.

==========================  ==================================================================
written                     meaning
==========================  ==================================================================
``14 days``                 known
``{median, p90}``           lognormal with that median and 90 % quantile
``{low, mode, high}``       PERT: a beta with shape 4 between absolute bounds
``{mean}``                  exponential
``{one_of: {v: weight}}``   one of the values, with chances in proportion to the weights
``{value}``                 known (for use beside ``times``)
==========================  ==================================================================

A delay may also carry ``times: NAME``: it is multiplied by an ``uncertain:`` quantity. Delays are in
seconds, rates in events per second, troops in persons; `sim.plan` turns each into one inverse CDF.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Reader = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A known number."""

    value: float


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Lognormal with median `median` and 90 % quantile `p90` (p90 > median > 0)."""

    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Pert:
    """PERT (beta with shape 4) on [low, high] with mode `mode`."""

    low: float
    mode: float
    high: float


@dataclass(frozen=True, slots=True)
class Exponential:
    """Exponential with mean `mean`."""

    mean: float


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the values, each with a weight; values ascend, weights are positive."""

    values: tuple[float, ...]
    weights: tuple[float, ...]


Distribution = Fixed | Lognormal | Pert | Exponential | OneOf


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stated distribution, and the `uncertain:` quantity that multiplies what is drawn, if any."""

    distribution: Distribution
    times: str | None = None


_FORMS = "a bare value, {median, p90}, {low, mode, high}, {mean} or {one_of: {value: weight}}"


def read_drawn(raw: Any, read: Reader) -> Drawn:
    """Read a number or a mapping; `read` turns each written value into a number (ValueError if it cannot)."""
    if isinstance(raw, Drawn):
        return raw
    if not isinstance(raw, Mapping):
        return Drawn(Fixed(read(raw)))
    stated = dict(raw)
    times = stated.pop("times", None)
    if times is not None and not isinstance(times, str):
        raise ValueError(f"times: names an uncertain quantity, not {times!r}")
    return Drawn(_read_distribution(stated, read), times)


def _read_distribution(stated: dict[Any, Any], read: Reader) -> Distribution:
    keys = set(stated)
    if keys == {"value"}:
        return Fixed(read(stated["value"]))
    if keys == {"median", "p90"}:
        return _lognormal(read(stated["median"]), read(stated["p90"]))
    if keys == {"low", "mode", "high"}:
        return _pert(read(stated["low"]), read(stated["mode"]), read(stated["high"]))
    if keys == {"mean"}:
        mean = read(stated["mean"])
        if mean <= 0:
            raise ValueError("the mean of an exponential must be above 0; for none at all write a bare 0")
        return Exponential(mean)
    if keys == {"one_of"}:
        return _one_of(stated["one_of"], read)
    written = ", ".join(sorted(map(str, keys))) or "nothing"
    raise ValueError(f"a distribution cannot be read from {{{written}}}; write {_FORMS}")


def _lognormal(median: float, p90: float) -> Distribution:
    if median <= 0:
        raise ValueError("the median of {median, p90} must be above 0; for none at all write a bare 0")
    if p90 < median:
        raise ValueError("p90 is below the median; p90 is the value that nine draws in ten stay under")
    return Lognormal(median, p90) if p90 > median else Fixed(median)


def _pert(low: float, mode: float, high: float) -> Distribution:
    if not low <= mode <= high:
        raise ValueError("{low, mode, high} must ascend: low <= mode <= high")
    return Pert(low, mode, high) if high > low else Fixed(mode)


def _one_of(raw: Any, read: Reader) -> Distribution:
    if not isinstance(raw, Mapping) or not raw:
        raise ValueError("one_of needs at least one `value: weight`")
    outcomes: dict[float, float] = {}
    for value, weight in raw.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < float("inf"):
            raise ValueError(f"the weight of {value} in one_of must be a number above 0, not {weight!r}")
        number = read(value)
        outcomes[number] = outcomes.get(number, 0.0) + float(weight)
    ascending = sorted(outcomes)
    if len(ascending) == 1:
        return Fixed(ascending[0])
    return OneOf(tuple(ascending), tuple(outcomes[value] for value in ascending))


def bounds(distribution: Distribution) -> tuple[float, float]:
    """Return the least and the greatest value that a draw can take (0 and infinity for open tails)."""
    match distribution:
        case Fixed(value):
            return value, value
        case Pert(low, _, high):
            return low, high
        case OneOf(values, _):
            return values[0], values[-1]
        case _:
            return 0.0, float("inf")
