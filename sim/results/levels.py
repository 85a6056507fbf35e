"""The force level: how many troops stand in a stage at the end of each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.changes import Changes, ChangesOfWorlds, stage_changes, stage_question
from sim.results.dates import date_column, day_of
from sim.results.reading import read_beforehand
from sim.results.selection import Selection, chosen, grouped, headline, numbered
from sim.results.spilled import Spilled, SpilledTable
from sim.results.statistics import rank
from sim.vocabulary import STAGES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run

FAN_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles of a fan chart."""

_SLAB = 1_000_000
_WORLDS_AT_ONCE = 10_000
_DAYS_AT_ONCE = 30
_NARROW = 1 << 31


@dataclass(frozen=True)
class Levels:
    """Levels at the end of each of `dates` in every replication, kept as changes, unfolded by slabs of days.

    Each slab holds at most about a million levels, so that memory does not grow with days times replications.
    """

    dates: tuple[dt.date, ...]
    changes: Changes

    @property
    def replications(self) -> int:
        """How many replications there are."""
        return self.changes.replications

    def slabs(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield the index of a slab's first day, and the levels [days, replications] of its days."""
        import numpy as np

        level = np.zeros(self.replications, dtype=np.int64)
        size = max(1, _SLAB // max(1, self.replications))
        for first in range(0, len(self.dates), size):
            days = min(size, len(self.dates) - first)
            slab = np.zeros((days, self.replications), dtype=np.int64)
            for day, place, change in self._by_day.of(first, first + days):
                slab[day - first, place] = change
            slab[0] += level
            np.cumsum(slab, axis=0, out=slab)
            level = slab[-1].copy()
            yield first, slab

    @cached_property
    def _by_day(self) -> _ByDay:
        """The net changes of each day, by day in each of some large parts."""
        found = _ByDay(len(self.dates))
        for part in self.changes.parts(_WORLDS_AT_ONCE):
            found.append(part)
        return found

    def quantiles(self, quantiles: Sequence[float]) -> NDArray[np.int64]:
        """Return the quantiles [quantiles, days], each a level that occurred."""
        return self.orders([rank(quantile, self.replications) for quantile in quantiles])

    def orders(self, ranks: Sequence[int]) -> NDArray[np.int64]:
        """Return the order statistics [ranks, days] at these 0-based ranks."""
        import numpy as np

        found = np.empty((len(ranks), len(self.dates)), dtype=np.int64)
        for first, slab in self.slabs():
            # Narrow numbers are sorted several at once, four times as fast as wide ones are partitioned.
            narrow = slab.astype(np.int32) if slab.max() < _NARROW and slab.min() >= -_NARROW else slab
            ordered = np.sort(narrow, axis=1)
            found[:, first : first + len(slab)] = ordered[:, list(ranks)].T
        return found

    def mean(self) -> NDArray[np.float64]:
        """Return the mean level of each day."""
        import numpy as np

        days = len(self.dates)
        total = np.zeros(days)
        for part in self.changes.parts():
            total += np.bincount(part.second // DAY, weights=part.change, minlength=days)[:days]
        return np.cumsum(total) / self.replications

    def count_at_least(self, troops: int) -> NDArray[np.int64]:
        """Return in how many replications each day's level is at least `troops`."""
        import numpy as np

        days, nobody = len(self.dates), int(troops <= 0)
        more = np.zeros(days, dtype=np.int64)
        for part in self.changes.parts():
            place, day, level = part.settled(DAY)
            enough = (level >= troops).astype(np.int64)
            before = np.concatenate(([nobody], enough))[:-1]
            before[np.diff(place, prepend=-1) != 0] = nobody  # until its first change a world has nobody
            within = day < days
            np.add.at(more, day[within], (enough - before)[within])
        return nobody * self.replications + np.cumsum(more)

    def on(self, date: dt.date) -> NDArray[np.int64]:
        """Return the level of each replication at the end of a day.

        Raises UsageError for a day outside the run.
        """
        return self.on_day(day_of(self.dates, date))

    def on_day(self, day: int) -> NDArray[np.int64]:
        """Return the level of each replication at the end of the day with this index."""
        import numpy as np

        level = np.zeros(self.replications, dtype=np.int64)
        for part in self.changes.parts():
            before = np.flatnonzero(part.second < (day + 1) * DAY)
            worlds = slice(part.first, part.first + part.worlds)
            at, change = part.place[before] - part.first, part.change[before]
            level[worlds] = np.bincount(at, weights=change, minlength=part.worlds)  # exact below 2^53
        return level

    def on_days(self, days: Sequence[int]) -> SpilledTable:
        """Return the level of each replication at the end of some days, ascending: a row each."""
        import numpy as np

        found, sampled = SpilledTable(len(days), np.int64), np.asarray(days)
        for part in self.changes.parts():
            row = np.searchsorted(sampled, part.second // DAY)  # the first of the days that shows it
            seen = np.flatnonzero(row < len(days))
            at = row[seen] * part.worlds + part.place[seen] - part.first
            change = np.bincount(at, weights=part.change[seen], minlength=len(days) * part.worlds)
            found.append(np.cumsum(change.reshape(len(days), part.worlds), axis=0))  # exact below 2^53
        return found


class _ByDay:
    """What each day changes in each world, written down by part and day, so that some days are found together."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._rows = Spilled()
        self._parts: list[tuple[int, NDArray[np.int32]]] = []
        """Of each part the byte at which it begins, and of each day how many rows of the part come before it."""

    def append(self, part: ChangesOfWorlds) -> None:
        """Write down a part."""
        import numpy as np

        day = (part.second // DAY).astype(np.int32)
        narrow = day.astype(np.uint16) if self._days < 1 << 16 and (day < 1 << 16).all() else day
        order = np.argsort(narrow, kind="stable")  # they come by replication, and stay so within a day
        day, place, change = day[order], part.place[order], part.change[order]
        fresh = np.ones(day.size, dtype=bool)
        fresh[1:] = (day[1:] != day[:-1]) | (place[1:] != place[:-1])
        net = np.add.reduceat(change, np.flatnonzero(fresh), dtype=np.int32) if day.size else change
        day, place = day[fresh], place[fresh]
        kept = (net != 0) & (day < self._days)
        before = np.searchsorted(day[kept], np.arange(self._days + 1)).astype(np.int32)
        self._parts.append((self._rows.size, before))
        self._rows.append(np.stack((place[kept], net[kept]), axis=1).astype(np.int32))

    def of(
        self, first: int, end: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]]:
        """Yield day, place and change of each net change of some days, part by part."""
        import numpy as np

        for offset, before in self._parts:
            begin, count = int(before[first]), int(before[end] - before[first])
            rows = self._rows.read(np.int32, offset + 8 * begin, 2 * count).reshape(count, 2)
            day = np.repeat(np.arange(first, end), np.diff(before[first : end + 1]))
            yield day, rows[:, 0], rows[:, 1]


def levels_of(changes: Changes, dates: tuple[dt.date, ...]) -> Levels:
    """Return the daily levels that these changes add up to, all groups together."""
    return Levels(dates, changes)


def daily_levels(run: Run, selection: Selection | None = None, stage: str = "deployed") -> Levels:
    """Return how many of the selected troops stand in a stage at the end of each day.

    Without a `selection` the headline force counts. Raises UsageError for a stage that does not exist.
    """
    if stage not in STAGES:
        raise UsageError(f"'{stage}' is not a stage; choose one of {', '.join(STAGES)}")
    bodies = chosen(run.scenario, selection)
    return levels_of(stage_changes(run, (stage,), numbered(bodies)), run.dates)


def fan(
    run: Run, selection: Selection | None = None, quantiles: Sequence[float] = FAN_QUANTILES
) -> pd.DataFrame:
    """Return the deployed level by day: `date`, one column a quantile (`q05`, `q50`, …), `mean`.

    Without a `selection` it is that of the headline force.
    """
    import pandas as pd

    levels = daily_levels(run, selection)
    bands = levels.quantiles(quantiles)
    columns = {quantile_name(quantile): band for quantile, band in zip(quantiles, bands, strict=True)}
    return pd.DataFrame({"date": date_column(levels.dates), **columns, "mean": levels.mean()})


def quantile_name(quantile: float) -> str:
    """Return the column name of a quantile: `q05`, `q50`, `q97.5`."""
    whole, point, rest = f"{100 * quantile:g}".partition(".")
    return f"q{whole:0>2}{point}{rest}"


def level_table(
    run: Run,
    by: str | None = None,
    every: int = 30,
    selection: Selection | None = None,
    sums: bool = False,
) -> pd.DataFrame:
    """Return deployed levels every so many days, and on the last.

    Columns: `date`, (`by`), `mean`, `q05`, `q50`, `q95`. `by` is None, `contributor`, `contingent`, `role`,
    `sector`, `force` or `stage` (then the levels of every stage). Without a `selection` each group counts
    what a filter by it counts (`sim.scenario.forces`), thus every force; undivided and by `stage` it is the
    headline force. With `sums` those that nobody can name yet, where they are many, are one contributor.
    Raises UsageError for another `by`.
    """
    import pandas as pd

    wanted = selection or (headline(run.scenario) if by in (None, "stage") else Selection())
    dates = run.dates
    days = sorted({*range(0, len(dates), max(1, every)), len(dates) - 1})
    parts = [
        _sampled(levels, days).assign(**({} if by is None else {by: label}))
        for label, levels in _grouped_levels(run, by, wanted, sums)
    ]
    columns = ["date", *([] if by is None else [by]), "mean", "q05", "q50", "q95"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _grouped_levels(
    run: Run, by: str | None, selection: Selection, sums: bool
) -> Iterator[tuple[str, Levels]]:
    if by is None:
        yield "", daily_levels(run, selection)
    elif by == "stage":
        read_beforehand(run, (stage_question(run, (stage,)) for stage in STAGES))
        for stage in STAGES:
            yield stage, daily_levels(run, selection, stage)
    elif by in ("contributor", "contingent", "role", "sector", "force"):
        groups = grouped(run.scenario, selection, by, sums)
        number = {body.key: place for place, bodies in enumerate(groups.values()) for body in bodies}
        changes = stage_changes(run, ("deployed",), number)
        for place, label in enumerate(groups):
            yield label, levels_of(changes.of([place]), run.dates)
    else:
        raise UsageError(
            f"levels cannot be split by '{by}'; choose contributor, contingent, role, sector, force or stage"
        )


def _sampled(levels: Levels, days: Sequence[int]) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    ranks = [rank(quantile, levels.replications) for quantile in (0.05, 0.5, 0.95)]
    ordered, means = [], []
    for first in range(0, len(days), _DAYS_AT_ONCE):
        for row in levels.on_days(days[first : first + _DAYS_AT_ONCE]):
            means.append(row.mean())
            row.partition(sorted(set(ranks)))
            ordered.append(row[ranks])
    table = pd.DataFrame(np.array(ordered), columns=["q05", "q50", "q95"])
    return table.assign(date=date_column([levels.dates[day] for day in days]), mean=means)
