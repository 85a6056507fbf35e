"""A law as its kind, its size and its numbers."""

from __future__ import annotations

import math

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError
from sim.plan.laws import (
    ConstantLaw,
    DiscreteLaw,
    ExponentialLaw,
    HalvesLaw,
    Law,
    LognormalLaw,
    TabulatedLaw,
)


def law_values(law: Law) -> tuple[int, int, tuple[float, ...]]:
    """Return kind, size and numbers of a law. CannotLowerError if the twin has none of its kind."""
    match law:
        case ConstantLaw(value):
            return at.CONSTANT, 1, (value,)
        case ExponentialLaw(mean):
            return at.EXPONENTIAL, 1, (mean,)
        case LognormalLaw(location, scale):
            return at.LOGNORMAL, 2, (location, scale)
        case HalvesLaw(location, below, above, share):
            return at.HALVES, 4, (location, below, above, float(share))
        case TabulatedLaw(quantiles):
            return at.TABULATED, len(quantiles), quantiles
        case DiscreteLaw(values, cumulative):
            hazards = tuple(-math.log1p(-c) if c < 1.0 else math.inf for c in cumulative)
            return at.DISCRETE, len(values), (*values, *cumulative, *hazards)
        case _:
            raise CannotLowerError(f"cannot lower: a law of the kind {type(law).__name__}")
