"""Learned laws as a scenario states numbers: by quantiles, shares by their values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sim.studies.calibration.levels import Fitted

_Z90 = 1.2815515655446004
_MOST_SHARES = 8


def delay(fitted: Fitted, median: float | None = None, times: str | None = None) -> dict[str, Any]:
    """Return a delay: the lognormal by median and p90, another law by its 10, 50 and 90 % quantiles too.

    Without `times` the spread between missions is part of it.
    """
    middle = fitted.median.value if median is None else median
    low, high = (float(fitted.family.quantile(p, fitted.within.value)) for p in (0.1, 0.9))
    if times is None and fitted.between is not None:
        wider = _Z90 * fitted.uncertainty({})
        low, high = (
            math.exp(math.copysign(math.hypot(math.log(end), wider), math.log(end))) for end in (low, high)
        )
    stated = {"median": days(middle), "p90": days(middle * high)}
    if fitted.law != "lognormal":
        stated = {"p10": days(middle * low), **stated}
    return {**stated, **({} if times is None else {"times": times})}


def slip(kept: int, slipped: int, late: Fitted) -> dict[str, dict[str, float]]:
    """Return by how much an announced date slips: not at all, or one of five quantiles of how late it then is.

    Chances are by Laplace's rule of succession.
    """
    quantiles = (float(late.family.quantile(p, late.within.value)) for p in (0.1, 0.3, 0.5, 0.7, 0.9))
    weights: dict[str, float] = {"0 days": float(kept + 1)}
    for each in quantiles:
        weights[f"{late.median.value * each:.0f} days"] = round((slipped + 1) / 5, 2)
    return {"one_of": weights}


def factor(spread: float) -> dict[str, float]:
    """Return a lognormal factor with median 1 whose logarithm has this standard deviation."""
    return {"median": 1.0, "p90": round(math.exp(_Z90 * max(spread, 0.01)), 3)}


def days(number: float) -> str:
    """Return a number of days with three figures, at least a tenth of a day."""
    return f"{max(float(f'{number:.3g}'), 0.1):g} days"


def shares(values: Sequence[float]) -> Any:
    """Return shares as one of a few values: the mean of each eighth of them, weighted by how many there are."""
    ordered = sorted(values)
    count = min(_MOST_SHARES, len(ordered))
    ends = [round(part * len(ordered) / count) for part in range(count + 1)]
    weights: dict[float, int] = {}
    for low, high in pairwise(ends):
        part = ordered[low:high]
        mean = round(sum(part) / len(part), 3)
        weights[mean] = weights.get(mean, 0) + len(part)
    return next(iter(weights)) if len(weights) == 1 else {"one_of": weights}
