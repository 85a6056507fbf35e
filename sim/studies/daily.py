"""The difference of two runs in the force level, day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.results.changes import deployed_changes
from sim.results.dates import date_column
from sim.results.levels import FAN_QUANTILES, Levels, levels_of, quantile_name
from sim.results.selection import Selection, chosen
from sim.results.statistics import CONFIDENCE, rank
from sim.studies.intervals import paired_mean
from sim.studies.pairing import pairing_of
from sim.studies.questions import questions_of_both
from sim.studies.views import until

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run

BANDS = tuple(quantile_name(quantile) for quantile in FAN_QUANTILES)


def difference_fan(run: Run, baseline: Run) -> pd.DataFrame:
    """Return by how much more troops of the headline force are deployed in a run than in the baseline.

    Columns: `date`, `mean` with its 95 % interval `low`, `high`, and the quantiles `q05` … `q95` of the
    difference world by world, NaN where the two do not have the same worlds. The days are those that both
    have.
    """
    import pandas as pd

    pairing = pairing_of(run, baseline)
    asked = questions_of_both(run.scenario, baseline.scenario, "", "")
    sides = [
        _levels(until(side, asked.end), Selection(force=asked.force), places)
        for side, places in ((run, pairing.places), (baseline, pairing.baseline_places))
    ]
    columns = _by_world(*sides) if pairing.paired else _apart(*sides)
    days = date_column(_common_days(*sides))
    return pd.DataFrame({"date": days, **columns})


def _levels(run: Run, selection: Selection, places: NDArray[np.int64]) -> Levels:
    import numpy as np

    compared = np.zeros(run.replications, dtype=bool)
    compared[places] = True
    return levels_of(deployed_changes(run, chosen(run.scenario, selection)).within(compared), run.dates)


def _common_days(own: Levels, other: Levels) -> list[Any]:
    known = set(other.dates)
    return [date for date in own.dates if date in known]


def _by_world(own: Levels, other: Levels) -> dict[str, NDArray[np.float64]]:
    """Mean, interval and quantiles of the difference; both have the same worlds and days."""
    import numpy as np

    ranks = [rank(quantile, own.replications) for quantile in FAN_QUANTILES]
    means, intervals, bands = [], [], []
    for (_, one), (_, two) in zip(own.slabs(), other.slabs(), strict=True):
        difference = one - two
        means.append(difference.mean(axis=1))
        intervals += [paired_mean(day.astype(float)) for day in difference]
        bands.append(np.partition(difference, sorted(set(ranks)), axis=1)[:, ranks])
    low, high = np.array(intervals).T
    band = np.concatenate(bands).T.astype(float)
    return {"mean": np.concatenate(means), "low": low, "high": high} | dict(zip(BANDS, band, strict=True))


def _apart(own: Levels, other: Levels) -> dict[str, NDArray[np.float64]]:
    """Mean and Welch's interval of the difference of two independent samples, on the days that both have."""
    import numpy as np
    from scipy.special import stdtrit

    days = _common_days(own, other)
    (mean, error), (other_mean, other_error) = (_moments(side, days) for side in (own, other))
    total = error + other_error
    parts = error**2 / max(1, own.replications - 1) + other_error**2 / max(1, other.replications - 1)
    freedom = np.divide(total**2, parts, out=np.ones_like(total), where=parts > 0)
    half = stdtrit(freedom, 0.5 + CONFIDENCE / 2) * np.sqrt(total)
    difference, nothing = mean - other_mean, np.full(total.shape, np.nan)
    ends = {"mean": difference, "low": difference - half, "high": difference + half}
    return ends | dict.fromkeys(BANDS, nothing)


def _moments(levels: Levels, days: list[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np

    means, squares = [], []
    for _, slab in levels.slabs():
        means.append(slab.mean(axis=1))
        squares.append(slab.var(axis=1, ddof=1 if levels.replications > 1 else 0) / levels.replications)
    place = {date: number for number, date in enumerate(levels.dates)}
    kept = [place[date] for date in days]
    return np.concatenate(means)[kept], np.concatenate(squares)[kept]
