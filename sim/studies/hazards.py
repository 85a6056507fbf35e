"""The hazards of laws at many places at once, as `sim.plan.laws` gives them one by one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.plan.laws import ConstantLaw, DiscreteLaw, ExponentialLaw, HalvesLaw, Law, LognormalLaw

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def hazards(law: Law, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return −ln(1 − F(x)) at each place; infinity where 1 − F underflows."""
    import numpy as np

    match law:
        case ConstantLaw(value):
            return np.where(places >= value, np.inf, 0.0)
        case ExponentialLaw(mean):
            return np.maximum(places, 0.0) / mean
        case LognormalLaw(location, scale):
            return _normal(places, location, scale, scale)
        case HalvesLaw(location, below, above, False):
            return _normal(places, location, below, above)
        case _:
            return _one_by_one(law.hazard, places)


def log_densities(law: Law, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the density, or of the chance, of each value; −∞ where it cannot be."""
    import numpy as np

    match law:
        case ConstantLaw(value):
            return np.where(values == value, 0.0, -np.inf)
        case DiscreteLaw():
            below = (0.0, *law.cumulative)
            chances = {
                at: high - low for at, low, high in zip(law.values, below, law.cumulative, strict=False)
            }
            return logarithms(_one_by_one(lambda value: chances.get(value, 0.0), values))
        case _:
            found = hazards(law, values)
            with np.errstate(invalid="ignore"):
                density = logarithms(_one_by_one(law.intensity, values)) - found
            return np.where(np.isfinite(found), density, -np.inf)


def logarithms(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of each chance; −∞ of what is not above 0."""
    import numpy as np

    found = np.full(chances.shape, -np.inf)
    return np.log(chances, out=found, where=chances > 0)


def _normal(places: NDArray[np.float64], location: float, below: float, above: float) -> NDArray[np.float64]:
    """Return the hazard where ln x is normal, with a width of its own on either side of the median."""
    import numpy as np
    from scipy.special import erfc

    height = logarithms(places) - location
    place = height / np.where(height < 0, below, above) / math.sqrt(2.0)
    upper = -logarithms(0.5 * erfc(place))
    lower = -np.log1p(-0.5 * erfc(-np.minimum(place, 0.0)))
    return np.where(place < 0, lower, upper)


def _one_by_one(of: Any, places: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.array([of(place) for place in places.tolist()], dtype=np.float64)
