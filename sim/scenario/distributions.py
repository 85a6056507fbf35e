"""How people state an uncertain number, as frozen values.

===================================  =========================================================================
written                              meaning
===================================  =========================================================================
``14 days``                          known
``{median, p90}``                    lognormal with that median and 90 % quantile (so for p75, p80, p95)
``{p10, p90}``                       lognormal with those two quantiles (so for {p5, p95}, {p25, p75}, …)
``{p10, median, p90}``               two lognormal halves that meet at the median
``{low, high}``                      uniform: any value between the bounds is as likely as any other
``{low, mode, high}``                PERT: a beta with shape 4 between absolute bounds
``{mean}``                           exponential
``{one_of: {v: weight}}``            one of the values, with chances in proportion to the weights
``{one_of: [v, v]}``                 one of the values, each as likely
``{chance, per: quarter}``            of a delay: exponential, ending with that chance within each period
``{value}``                          known (for use beside ``times`` and ``odds``)
===================================  =========================================================================

For a share or probability the quantiles are those of a logit-normal: what is lognormal elsewhere is then the
odds, so that no draw leaves 0 to 1.

Beside any of them may stand ``times: NAME`` (what is drawn is multiplied by that ``uncertain:`` quantity) and,
for a probability, ``odds: NAME`` (its odds are); a list names several. Delays are in seconds, rates in events
per second, troops in persons; `sim.plan` turns each into one inverse CDF.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import exp, inf, log, log1p
from statistics import NormalDist
from typing import Any

from sim.scenario.scalars import read_word
from sim.scenario.values import read_number

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


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any value of [low, high], each as likely (high > low)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Halves:
    """Two halves that meet at the median e^`location`: below it ln x has the scale `below`, above it `above`.

    With `share` it is the odds x / (1 - x) whose logarithm is so, and x lies between 0 and 1.
    """

    location: float
    below: float
    above: float
    share: bool = False


Distribution = Fixed | Lognormal | Pert | Exponential | OneOf | Uniform | Halves


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stated distribution, and the `uncertain:` quantities that multiply what is drawn, or its odds."""

    distribution: Distribution
    times: tuple[str, ...] = ()
    odds: tuple[str, ...] = ()

    @property
    def movers(self) -> frozenset[str]:
        """Return the `uncertain:` quantities that move what is drawn."""
        return frozenset((*self.times, *self.odds))


_FORMS = (
    "a bare value, {median, p90}, {p10, p90}, {p10, median, p90}, {low, high}, {low, mode, high}, {mean}, "
    "{one_of: {value: weight}}, {one_of: [values]}, or of a delay {chance: 10%, per: quarter}"
)
_QUANTILE = re.compile(r"p([1-9][0-9]?)\Z")
_PERCENTAGE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*\Z")
_ROUNDING = 2.0
"""By how many points percentages that were rounded may miss a hundred."""
_SPREADS = frozenset({"sd", "std", "stdev", "sigma", "variance", "var"})
_ENDS = {
    "min": "low",
    "max": "high",
    "minimum": "low",
    "maximum": "high",
    "most_likely": "mode",
    "likely": "mode",
}


def read_drawn(raw: Any, read: Reader, share: bool = False) -> Drawn:
    """Read a number or a mapping; `read` turns each written value into a number (ValueError if it cannot).

    With `share` it is a share or a probability, whose quantiles are those of a logit-normal.
    """
    if isinstance(raw, Drawn):
        return raw
    if isinstance(raw, list | tuple):
        values = ", ".join(map(str, raw))
        raise ValueError(f"a list is no number; for one of several values write {{one_of: [{values}]}}")
    if not isinstance(raw, Mapping):
        return Drawn(Fixed(read(raw)))
    stated = dict(raw)
    times, odds = (_movers(stated.pop(key, None), key) for key in ("times", "odds"))
    return Drawn(_read_distribution(stated, read, share), times, odds)


def _movers(raw: Any, key: str) -> tuple[str, ...]:
    """Read the names behind `times:` or `odds:`."""
    if raw is None:
        return ()
    names = raw if isinstance(raw, list | tuple) else [raw]
    for name in names:
        if not isinstance(name, str):
            raise ValueError(
                f"{key}: names an uncertain quantity, not {name!r}; state {name!r} under `uncertain:` and name it"
            )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{key}: names {twice} twice; name it once")
    return tuple(sorted(names))


def _read_distribution(stated: dict[Any, Any], read: Reader, share: bool) -> Distribution:  # noqa: PLR0911
    keys = set(stated)
    if keys == {"value"}:
        return Fixed(read(stated["value"]))
    if keys == {"median", "p90"} and not share:
        return _lognormal(read(stated["median"]), read(stated["p90"]))
    if keys == {"low", "mode", "high"}:
        return _pert(read(stated["low"]), read(stated["mode"]), read(stated["high"]))
    if keys == {"low", "high"}:
        return _uniform(read(stated["low"]), read(stated["high"]))
    if keys == {"mean"}:
        mean = read(stated["mean"])
        if mean <= 0:
            raise ValueError("the mean of an exponential must be above 0; for none at all write a bare 0")
        return Exponential(mean)
    if keys == {"chance", "per"}:
        return _chance_per(stated["chance"], stated["per"], read)
    if keys == {"one_of"}:
        return _one_of(stated["one_of"], read)
    if len(keys) in (2, 3) and all(key == "median" or _percent(key) for key in keys):
        return _through_quantiles({key: read(value) for key, value in stated.items()}, share)
    raise ValueError(_not_read(stated))


def _percent(key: Any) -> int:
    """Return the percentage that a key such as `p90` names, 0 for another key."""
    match = _QUANTILE.match(key) if isinstance(key, str) else None
    return int(match[1]) if match is not None else 0


_LAWS = {
    **dict.fromkeys(("uniform", "between", "range", "span"), "{low: …, high: …}"),
    **dict.fromkeys(("normal", "gaussian", "gauss"), "{p10: …, p90: …}, the range that holds eight in ten"),
    **dict.fromkeys(("triangular", "triangle", "pert", "beta"), "{low: …, mode: …, high: …}"),
    **dict.fromkeys(("lognormal", "log_normal"), "{median: …, p90: …}"),
    **dict.fromkeys(("exponential", "exp"), "{mean: …}"),
    **dict.fromkeys(("choice", "discrete", "any_of", "either"), "{one_of: {value: weight, …}}"),
    "value": "without braces",
}
"""What laws and ranges are called elsewhere, and how they are written here."""


def _not_read(stated: Mapping[Any, Any]) -> str:  # noqa: PLR0911  # one for each way of writing
    """Say why a mapping is no distribution, and what to write."""
    keys = set(stated)
    written = "{" + (", ".join(sorted(map(str, keys))) or "nothing") + "}"
    if keys & _SPREADS:
        return (
            f"a mean and a spread ({written}) do not say which law is meant; write the range that holds eight in "
            "ten, {p10: …, p90: …}, or the bounds, {low: …, mode: …, high: …}"
        )
    if keys <= {*_ENDS, "low", "mode", "high"} and keys & set(_ENDS):
        better = ", ".join(f"{_ENDS.get(key, key)}: {value}" for key, value in stated.items())
        return f"{written} is not read; the bounds are called low and high, the likeliest value mode: {{{better}}}"
    if len(keys) == 1 and (named := next(iter(keys))) in _LAWS:
        return f"{written} is not read: {named} is written {_LAWS[named]}"
    if keys == {"low", "median", "high"}:
        return (
            f"{written} is not read; between hard ends the likeliest value stands: {{low, mode, high}}; "
            "a median stands between quantiles: {p10, median, p90}"
        )
    if keys & {"low", "high"} and any(_percent(key) for key in keys):
        return (
            f"{written} mixes hard ends with quantiles; write {{low, high}} if nothing lies outside, "
            "{p10, p90} if two in ten do"
        )
    if keys & {"chance"}:
        return f"{written} is not read; a chance in each period is written {{chance: 10%, per: quarter}}"
    if keys in ({"low"}, {"high"}, {"low", "mode"}, {"mode", "high"}, {"mode"}):
        return f"{written} leaves the range open; give both bounds: {{low, high}} or {{low, mode, high}}"
    if keys & {"mean"} and keys & {"low", "high"}:
        return f"{written} is not read; between bounds the middle is the likeliest value: {{low, mode, high}}"
    return f"a distribution cannot be read from {written}; write {_FORMS}"


def _through_quantiles(stated: Mapping[str, float], share: bool) -> Distribution:
    """Return the law with the stated quantiles: of a lognormal, of its halves, or of a share's odds."""
    points = sorted((50 if key == "median" else _percent(key), value) for key, value in stated.items())
    words = " < ".join(f"p{percent}" if percent != 50 else "median" for percent, _ in points)
    if len({percent for percent, _ in points}) < len(points):
        raise ValueError("p50 is the median; state it once")
    if len(points) == 3 and points[1][0] != 50:
        raise ValueError("of three quantiles the middle one must be the median; write {p10, median, p90}")
    values = [value for _, value in points]
    if values != sorted(values):
        raise ValueError(f"quantiles must ascend ({words}), for p90 is the value that nine in ten stay under")
    if values[0] == values[-1]:
        return Fixed(values[0])
    if len(set(values)) < len(values):
        raise ValueError(f"two of the quantiles are equal; they must ascend: {words}")
    if values[0] <= 0 or (share and values[-1] >= 1):
        within = "between 0 and 1, both left out" if share else "above 0"
        raise ValueError(f"quantiles must lie {within}; for a range with hard ends write {{low, high}}")
    places = [NormalDist().inv_cdf(percent / 100) for percent, _ in points]
    heights = [log(value / (1 - value)) if share else log(value) for value in values]
    if len(points) == 3:
        below, above = (heights[0] - heights[1]) / places[0], (heights[2] - heights[1]) / places[2]
        return Halves(heights[1], below, above, share)
    scale = (heights[1] - heights[0]) / (places[1] - places[0])
    location = heights[0] - scale * places[0]
    if share:
        return Halves(location, scale, scale, share)
    return Lognormal(exp(location), exp(location + scale * NormalDist().inv_cdf(0.9)))


def _lognormal(median: float, p90: float) -> Distribution:
    if median <= 0:
        raise ValueError("the median of {median, p90} must be above 0; for none at all write a bare 0")
    if p90 < median:
        raise ValueError("p90 is below the median; p90 is the value that nine draws in ten stay under")
    return Lognormal(median, p90) if p90 > median else Fixed(median)


def _uniform(low: float, high: float) -> Distribution:
    if high < low:
        raise ValueError("{low, high} must ascend: low <= high")
    return Uniform(low, high) if high > low else Fixed(low)


def _pert(low: float, mode: float, high: float) -> Distribution:
    if not low <= mode <= high:
        raise ValueError("{low, mode, high} must ascend: low <= mode <= high")
    return Pert(low, mode, high) if high > low else Fixed(mode)


def _chance_per(chance: Any, per: Any, read: Reader) -> Distribution:
    """Return the exponential that ends within each period with the same chance: mean = period / −ln(1 − chance)."""
    share = read_number(chance)
    if not 0 < share < 1:
        raise ValueError(f"a chance per period must lie between 0 and 100 %, both excluded, not {chance}")
    period = f"1 {per}" if isinstance(per, str) and per.strip().isalpha() else per
    length = read(period)
    if length <= 0:
        raise ValueError(
            f"a chance per period needs a period above 0, not {per}; write for example per: quarter"
        )
    return Exponential(length / -log1p(-share))


def _one_of(raw: Any, read: Reader) -> Distribution:
    if isinstance(raw, list | tuple):
        if not raw:
            raise ValueError("one_of needs at least one value")
        weighted = [(value, 1.0) for value in raw]
    elif isinstance(raw, Mapping) and raw:
        weighted = [(_unquoted(value), weight_of(value, weight)) for value, weight in raw.items()]
        refuse_other_than_all(raw.values())
    else:
        raise ValueError("one_of needs at least one `value: weight`, or a list of values")
    outcomes: dict[float, float] = {}
    for value, weight in weighted:
        number = read(value)
        outcomes[number] = outcomes.get(number, 0.0) + weight
    ascending = sorted(outcomes)
    if len(ascending) == 1:
        return Fixed(ascending[0])
    return OneOf(tuple(ascending), tuple(outcomes[value] for value in ascending))


def _unquoted(key: Any) -> Any:
    """Return the number that a key is; in JSON every key stands in quotation marks."""
    word = read_word(key) if isinstance(key, str) else key
    return word if isinstance(word, int | float) and not isinstance(word, bool) else key


def refuse_other_than_all(weights: Iterable[Any]) -> None:
    """Refuse weights that are all percentages, yet not about 100 % together; ValueError."""
    shares = [_PERCENTAGE.match(weight) if isinstance(weight, str) else None for weight in weights]
    total = sum(float(share[1]) for share in shares if share is not None)
    if None not in shares and abs(total - 100) > _ROUNDING:
        raise ValueError(
            f"the percentages in one_of add up to {total:g}%, not to 100%; correct them, or write plain weights, "
            "as 2 and 1"
        )


def weight_of(value: Any, weight: Any) -> float:
    """Return the weight of one of several, a number or a percentage; ValueError if it is none above 0."""
    if isinstance(weight, str) and (share := _PERCENTAGE.match(weight)):
        weight = float(share[1]) / 100
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < inf:
        raise ValueError(
            f"the weight of {value} in one_of must be a number above 0, not {weight!r}; write for example 2 and 1, "
            "or 60% and 40%"
        )
    return float(weight)


def bounds(distribution: Distribution) -> tuple[float, float]:
    """Return the least and the greatest value that a draw can take (0 and infinity for open tails)."""
    match distribution:
        case Fixed(value):
            return value, value
        case Pert(low, _, high) | Uniform(low, high):
            return low, high
        case OneOf(values, _):
            return values[0], values[-1]
        case Halves(share=True):
            return 0.0, 1.0
        case _:
            return 0.0, inf
