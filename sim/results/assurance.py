"""What can be counted on: the level that a stated share of the worlds has at least, and from when on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.results.statistics import quantile_interval

if TYPE_CHECKING:
    import datetime as dt

    from sim.results.levels import Levels

SURE = 0.8
"""The chance with which a planner counts on something, unless another is asked for."""


@dataclass(frozen=True, slots=True)
class Assured:
    """At least `troops` with the chance asked for; the 95 % interval `low` to `high` of that number."""

    troops: int
    low: float
    high: float


def count_on(levels: Levels, chance: float, date: dt.date) -> Assured:
    """Return how many troops are there at the end of a day in at least that share of the worlds.

    It is the largest number that so many worlds reach, with the interval of order statistics. Raises UsageError
    for a chance outside (0, 1] or a day outside the run.
    """
    import numpy as np

    if not 0 < chance <= 1:
        raise UsageError(f"a chance of {chance} cannot be counted on; give a share above 0 and up to 1")
    # Descending order: the k-th largest level is what k worlds reach, as the quantile `chance` of the negated.
    ordered = np.sort(-levels.on(date))
    low, high = quantile_interval(ordered, chance)
    place = max(0, int(np.ceil(chance * ordered.size - 1e-9)) - 1)
    return Assured(-int(ordered[place]), max(0.0, -high), -low)


def counted_on_from(levels: Levels, troops: int, chance: float) -> dt.date | None:
    """Return the first day at whose end `troops` are there in at least that share of the worlds, or None."""
    import numpy as np

    enough = levels.count_at_least(troops) >= chance * levels.replications - 1e-9
    return levels.dates[int(np.argmax(enough))] if enough.any() else None


def chance_of_none(levels: Levels, date: dt.date) -> int:
    """Return in how many worlds nobody is there at the end of a day."""
    return int((levels.on(date) == 0).sum())
