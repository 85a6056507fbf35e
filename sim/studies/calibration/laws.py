"""Families of delays, each by its median and the spread of its logarithm.

All are scale families: a delay is `median` times a draw with median 1, so that a mission's level multiplies it.
`spread` is the standard deviation of ln(delay) for the lognormal, the reciprocal of the shape for the Weibull
and the log-logistic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Family:
    """A family of laws; each function takes x, or p, relative to the median, and the spread."""

    name: str
    cumulative: Callable[[Any, Any], Any]
    quantile: Callable[[Any, Any], Any]
    from_scipy: Callable[[Any], tuple[float, float]]
    """Fit SciPy's law of that name to `CensoredData` with location 0: (median, spread)."""


def _lognormal(x: Any, spread: Any) -> Any:
    import numpy as np
    from scipy.special import ndtr

    with np.errstate(divide="ignore"):
        return ndtr(np.log(x) / spread)


def _lognormal_quantile(p: Any, spread: Any) -> Any:
    import numpy as np
    from scipy.special import ndtri

    return np.exp(spread * ndtri(p))


def _weibull(x: Any, spread: Any) -> Any:
    import numpy as np

    return -np.expm1(-math.log(2.0) * np.power(x, 1.0 / spread))


def _weibull_quantile(p: Any, spread: Any) -> Any:
    import numpy as np

    return np.power(-np.log1p(-np.asarray(p)) / math.log(2.0), spread)


def _log_logistic(x: Any, spread: Any) -> Any:
    import numpy as np
    from scipy.special import expit

    with np.errstate(divide="ignore"):
        return expit(np.log(x) / spread)


def _log_logistic_quantile(p: Any, spread: Any) -> Any:
    import numpy as np
    from scipy.special import logit

    return np.exp(spread * logit(p))


def _fit(name: str, spread_of: Callable[[float], float]) -> Callable[[Any], tuple[float, float]]:
    def fit(data: Any) -> tuple[float, float]:
        from scipy import stats

        law = getattr(stats, name)
        shape, _, scale = law.fit(data, floc=0)
        return float(law.median(shape, scale=scale)), spread_of(float(shape))

    return fit


FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family("lognormal", _lognormal, _lognormal_quantile, _fit("lognorm", lambda shape: shape)),
        Family("Weibull", _weibull, _weibull_quantile, _fit("weibull_min", lambda shape: 1.0 / shape)),
        Family(
            "log-logistic", _log_logistic, _log_logistic_quantile, _fit("fisk", lambda shape: 1.0 / shape)
        ),
    )
}
"""The families that a fit chooses among."""
