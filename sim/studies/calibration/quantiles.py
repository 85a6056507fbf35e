"""Observed quantiles beside a law's: the data of a Q–Q figure for delays seen only in part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, log

from sim.studies.calibration.censored import Delays
from sim.studies.calibration.levels import Fitted


@dataclass(frozen=True, slots=True)
class QuantileFit:
    """Quantiles in days that were seen, and the law's at the same chances; `words` say n and law."""

    law: tuple[float, ...]
    seen: tuple[float, ...]
    words: str


def compare(delays: Delays, fitted: Fitted, features: Mapping[str, Mapping[str, float]]) -> QuantileFit:
    """Return the Kaplan–Meier quantiles of delays over the law's.

    A delay in a range counts at its middle, and is divided by what its mission's features multiply.
    """
    import numpy as np
    from scipy.stats import CensoredData, ecdf

    ended, still = [], []
    for group, above, at_most, count in zip(
        delays.group, delays.above, delays.at_most, delays.count, strict=True
    ):
        factor = fitted.median_of(features.get(delays.groups[group], {})) / fitted.median.value
        if isfinite(at_most):
            ended += [(above + at_most) / 2 / factor] * int(count)
        else:
            still += [above / factor] * int(count)
    found = ecdf(CensoredData(uncensored=np.array(ended), right=np.array(still))).cdf
    law, seen, before = [], [], 0.0
    for day, reached in zip(found.quantiles, found.probabilities, strict=True):
        middle = (before + reached) / 2
        if reached > before and day > 0 and (quantile := _quantile(fitted, middle)) is not None:
            law.append(quantile)
            seen.append(float(day))
        before = float(reached)
    return QuantileFit(tuple(law), tuple(seen), f"{fitted.law}, n = {fitted.delays}, open {fitted.open}")


def _quantile(fitted: Fitted, chance: float) -> float | None:
    """Return the day by which this share has come, missions taken together; None where it never has."""
    low, high = log(1e-3), log(1e6)
    if fitted.cumulative(exp(high)) < chance:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if fitted.cumulative(exp(middle)) < chance else (low, middle)
    return exp(high)
