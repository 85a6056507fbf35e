"""Intervals and quantiles that a reviewer would accept, for samples of independent replications."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

CONFIDENCE = 0.95
"""The confidence of every interval unless another is asked for."""


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's score interval for a probability (Journal of the American Statistical Association 22, 1927).

    Without trials it is [0, 1].

    Raises UsageError if `successes` is not between 0 and `trials`, or `confidence` not strictly between 0 and
    1.
    """
    _check_confidence(confidence)
    if not 0 <= successes <= trials:
        raise UsageError(f"{successes} successes in {trials} trials cannot be; count each trial at most once")
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = successes / trials
    denominator = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / denominator
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / denominator
    # The ends are exactly 0 and 1 when no or every trial succeeds; rounding must not move them.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return low, high


def rank(quantile: float, size: int) -> int:
    """Return the 0-based place of a quantile in a sorted sample.

    It is that of the smallest value which at least that share of the sample does not exceed.

    Raises UsageError if `quantile` is not within [0, 1] or the sample is empty.
    """
    if not 0 <= quantile <= 1:
        raise UsageError(f"{quantile} is not a quantile; give a share between 0 and 1")
    if size < 1:
        raise UsageError("an empty sample has no quantile; run at least one replication")
    # The small allowance keeps 0.07 * 100 = 7.000000000000001 from counting as more than 7.
    return min(size - 1, max(0, math.ceil(quantile * size - 1e-9) - 1))


def quantile_of(sample: Sequence[float] | NDArray[Any], quantile: float) -> Any:
    """Return a quantile of a sample in any order, as one of its values."""
    import numpy as np

    values = np.asarray(sample)
    place = rank(quantile, values.size)
    return np.partition(values, place)[place].item()


def quantile_ranks(size: int, quantile: float, confidence: float = CONFIDENCE) -> tuple[int, int]:
    """Return the 0-based places of the order statistics that bound a quantile with at least this confidence.

    Exact (binomial) for any distribution and conservative, each side missing with at most half of the rest. A
    place of -1 or `size` means that a sample so small bounds that side not at all.
    """
    import numpy as np
    from scipy.special import bdtr

    _check_confidence(confidence)
    rank(quantile, size)
    miss = (1 - confidence) / 2
    spread = 10 * math.sqrt(size * quantile * (1 - quantile)) + 10
    first = max(0, math.floor(size * quantile - spread))
    last = min(size, math.ceil(size * quantile + spread))
    below = np.arange(first, last + 1)
    # B ~ Binomial(size, quantile) values lie below the quantile; the l-th smallest overshoots it if B < l.
    chance = bdtr(below, size, quantile)
    low = first + int(np.searchsorted(chance, miss, side="right"))
    high = first + int(np.searchsorted(chance, 1 - miss, side="left")) + 1
    return low - 1, high - 1


def quantile_interval(
    ordered: Sequence[float] | NDArray[Any], quantile: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return the interval for a quantile from a sorted sample; an unbounded side is infinite.

    Values may be infinite ("never"). Raises UsageError for an empty sample.
    """
    low, high = quantile_ranks(len(ordered), quantile, confidence)
    return (
        float(ordered[low]) if low >= 0 else -math.inf,
        float(ordered[high]) if high < len(ordered) else math.inf,
    )


def mean_interval(
    sample: Sequence[float] | NDArray[Any], confidence: float = CONFIDENCE, atoms: Sequence[float] = (0.0,)
) -> tuple[float, float]:
    """Return an interval for a mean; with a single value it is infinite.

    It is Student's. But where some of the values stand at one of the `atoms` (nobody there; never within the run)
    and others do not, four imaginary values are added for it: two at the atom and two as far from it as the others
    are in the root of the mean square. So does Agresti and Coull's interval for a probability (The American
    Statistician 52, 1998), which this is when
    the others are all the same; without them the interval rests on too few worlds where nearly all, or nearly none,
    stand at the atom. Raises UsageError for an empty sample.
    """
    import numpy as np
    from scipy.special import stdtrit

    _check_confidence(confidence)
    values: NDArray[np.float64] = np.asarray(sample, dtype=np.float64)
    if values.size == 0:
        raise UsageError("an empty sample has no mean; run at least one replication")
    if values.size == 1:
        return -math.inf, math.inf
    mean = float(values.mean())
    imagined = [value for atom in atoms for value in _imagined(values, atom)]
    if imagined:
        values = np.concatenate([values, imagined])
    factor = float(stdtrit(values.size - 1, 0.5 + confidence / 2))
    half = factor * float(values.std(ddof=1)) / math.sqrt(values.size)
    centre = float(values.mean())
    return min(mean, centre - half), max(mean, centre + half)


def _imagined(values: NDArray[np.float64], atom: float) -> tuple[float, ...]:
    """Return the values that are added for an atom at which some, but not all, of the sample stand."""
    import numpy as np

    if not math.isfinite(atom):
        return ()
    apart = values[values != atom] - atom
    if not 0 < apart.size < values.size:
        return ()
    far = math.sqrt(float(np.mean(apart**2))) * (1 if float(apart.sum()) >= 0 else -1)
    return atom, atom, atom + far, atom + far


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise UsageError(
            f"a confidence of {confidence} cannot be; give a share between 0 and 1, such as 0.95"
        )
