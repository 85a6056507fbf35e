"""What holds the force back: troop-days that pledged soldiers spend waiting, by cause."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.changes import deployed_changes
from sim.results.dates import date_column
from sim.results.reading import Reading, kept_answer, read
from sim.results.selection import Member, Selection, chosen, numbered
from sim.results.statistics import mean_interval
from sim.scenario.unnamed import summed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.results.run import Run

DEPLOYED = "deployed"
"""The cause under which troops are booked that wait for nothing."""

_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class CauseBookings:
    """Changes of how many troops of a contributor are booked to a cause (an index into `items`)."""

    items: tuple[tuple[str, str], ...]
    """(contributor, cause)."""
    place: NDArray[np.int64]
    second: NDArray[np.int64]
    item: NDArray[np.int64]
    change: NDArray[np.int64]


def troop_seconds(
    run: Run, by: str | None = None, selection: Selection | None = None, sums: bool = False
) -> dict[tuple[str, ...], NDArray[np.int64]]:
    """Return the exact troop-seconds of each replication, by (cause,) or (contributor, cause).

    Time in the theatre has the cause `deployed`, so that all causes together are the pledge times the
    duration. Without a `selection` the headline force counts; `Selection()` counts every force. With `sums`
    those that nobody can name yet, where they are many, are one contributor, also in what is waited for. Raises
    UsageError for a `by` other than None and `contributor`.
    """
    if by not in (None, "contributor"):
        raise _no_division(by)
    (booked,) = read(run, [_booked(run, selection, sums)])
    return _divided(booked, by)


Keys = tuple[str, ...]


Totals = dict[Keys, "NDArray[np.int64] | None"]
"""Troop-seconds of each replication by (contributor, cause); None for what is never booked, but could be."""


def _booked(run: Run, selection: Selection | None, sums: bool) -> Reading[Totals]:
    """Return the troop-seconds by (contributor, cause)."""
    totals: Totals = {}
    named, bodies = _named(run, sums), chosen(run.scenario, selection)
    counted = numbered(bodies)
    while (block := (yield)) is not None:
        _add_totals(run, totals, _waits(*block, counted), named)
    for bookings in _deployed_bookings(run, bodies):
        _add_totals(run, totals, bookings, named)
    return totals


def _add_totals(run: Run, totals: Totals, bookings: CauseBookings, named: Callable[[str], str]) -> None:
    import numpy as np

    if not bookings.place.size:
        return
    keys: list[Keys] = [(named(contributor), named(cause)) for contributor, cause in bookings.items]
    for key in keys:
        totals.setdefault(key)
    unique, rows = _rows_of(bookings, keys)
    first, last = int(bookings.place.min()), int(bookings.place.max())
    added = np.zeros((len(unique), last - first + 1), dtype=np.int64)
    amount = bookings.change * (run.duration - bookings.second)
    np.add.at(added.reshape(-1), rows * added.shape[1] + (bookings.place - first), amount)
    for row, key in enumerate(unique):
        total = totals[key]
        if total is None:
            total = totals[key] = np.zeros(run.replications, dtype=np.int64)
        total[first : last + 1] += added[row]


def _divided(
    booked: Mapping[Keys, NDArray[np.int64] | None], by: str | None
) -> dict[Keys, NDArray[np.int64]]:
    """Return what is booked by (contributor, cause), or by (cause,) in the order of causes."""
    found: dict[Keys, NDArray[np.int64]] = {}
    order = dict.fromkeys(key if by else key[1:] for key in booked)
    for key, seconds in booked.items():
        short = key if by else key[1:]
        if seconds is not None:
            found[short] = found[short] + seconds if short in found else seconds
    return {key: found[key] for key in order if key in found}


def _no_division(by: str | None) -> UsageError:
    return UsageError(f"causes cannot be split by '{by}'; choose contributor or nothing")


def _named(run: Run, sums: bool) -> Callable[[str], str]:
    """Return how a contributor, or a cause that speaks of one, is named in a table."""
    names = summed(run.scenario.contributors) if sums else {}
    if not names:
        return lambda words: words
    each = re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b")
    return cache(lambda words: each.sub(lambda found: names[found[0]], words))


def _rows_of(bookings: CauseBookings, keys: Sequence[Keys]) -> tuple[list[Keys], NDArray[np.int64]]:
    """Return the distinct keys of what is booked, and for each booking the place of its key among them.

    Of all pairs few are booked. `keys` are those of the bookings' items.
    """
    import numpy as np

    booked = np.flatnonzero(np.bincount(bookings.item, minlength=len(keys))).tolist()
    row: dict[Keys, int] = {}
    rows = np.zeros(len(keys), dtype=np.int64)
    rows[booked] = [row.setdefault(keys[item], len(row)) for item in booked]
    return list(row), rows[bookings.item]


def binding_table(
    run: Run, by: str | None = None, selection: Selection | None = None, sums: bool = False
) -> pd.DataFrame:
    """Return the mean troop-days spent on each cause from the start to the end of the run.

    Columns: (`contributor`), `cause`, `troop_days`, `low`, `high` (a 95 % interval of the mean), `share` of
    all troop-days pledged (of the contributor's own with `by`), so that shares add to 1. Rows are in
    descending order of troop-days, with `by` within each contributor. Causes that never cost anything are
    left out. Without a `selection` the headline force counts; `Selection()` counts every force. `sums` is that of
    `troop_seconds`.
    """
    if by not in (None, "contributor"):
        raise _no_division(by)
    return kept_answer(run, *binding_question(run, selection, sums))[by].copy()


_Tables = dict["str | None", "pd.DataFrame"]


def binding_question(
    run: Run, selection: Selection | None, sums: bool
) -> tuple[Hashable, Callable[[], Reading[_Tables]]]:
    """Return what `binding_table` asks of a run, with its key."""
    sums = sums and bool(summed(run.scenario.contributors))
    key = ("binding", chosen(run.scenario, selection), sums, run.duration)
    return key, lambda: _binding_tables(run, selection, sums)


def _binding_tables(run: Run, selection: Selection | None, sums: bool) -> Reading[_Tables]:
    """Return the table of all together and that by contributor, from one reading of the bookings."""
    booked = yield from _booked(run, selection, sums)
    divisions: tuple[str | None, ...] = (None, "contributor")
    return {by: _table(run, by, _divided(booked, by)) for by in divisions}


def _table(run: Run, by: str | None, found: Mapping[tuple[str, ...], NDArray[np.int64]]) -> pd.DataFrame:
    import pandas as pd

    names = ["cause"] if by is None else ["contributor", "cause"]
    rows = []
    for key, seconds in found.items():
        if seconds.any():
            low, high = mean_interval(seconds / DAY)
            rows.append((*key, int(seconds.sum()) / run.replications / DAY, max(0.0, low), high))
    table = pd.DataFrame(rows, columns=[*names, "troop_days", "low", "high"])
    whole = table["troop_days"].sum() if by is None else table.groupby(by)["troop_days"].transform("sum")
    order = [*names[:-1], "troop_days", "cause"]
    ascending = [True] * (len(names) - 1) + [False, True]
    return table.assign(share=table["troop_days"] / whole).sort_values(
        order, ascending=ascending, ignore_index=True
    )


def binding_stack(run: Run, selection: Selection | None = None, sums: bool = False) -> pd.DataFrame:
    """Return the mean number of troops booked to each cause at the end of each day: `date`, `cause`, `mean`.

    Every cause that ever holds somebody has a row a day; together they are the mean pledge of the day. Causes
    come in descending order of their troop-days, `deployed` first. Without a `selection` the headline force
    counts; `Selection()` counts every force. `sums` is that of `troop_seconds`.
    """
    return kept_answer(run, *stack_question(run, selection, sums)).copy()


def stack_question(
    run: Run, selection: Selection | None, sums: bool
) -> tuple[Hashable, Callable[[], Reading[pd.DataFrame]]]:
    """Return what `binding_stack` asks of a run, with its key."""
    sums = sums and bool(summed(run.scenario.contributors))
    key = ("binding stack", chosen(run.scenario, selection), sums, run.duration)
    return key, lambda: _stack(run, selection, sums)


def _stack(run: Run, selection: Selection | None, sums: bool) -> Reading[pd.DataFrame]:
    import numpy as np
    import pandas as pd

    named, bodies = _named(run, sums), chosen(run.scenario, selection)
    counted = numbered(bodies)
    daily: dict[str, NDArray[np.int64]] = {}
    while (block := (yield)) is not None:
        _add_daily(run, daily, _waits(*block, counted), named)
    for bookings in _deployed_bookings(run, bodies):
        _add_daily(run, daily, bookings, named)
    levels = {cause: np.cumsum(change) for cause, change in daily.items()}
    held = [cause for cause, level in levels.items() if level.any()]
    order = sorted(held, key=lambda cause: (cause != DEPLOYED, -int(levels[cause].sum()), cause))
    parts = [
        pd.DataFrame(
            {"date": date_column(run.dates), "cause": cause, "mean": levels[cause] / run.replications}
        )
        for cause in order
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["date", "cause", "mean"])


def _add_daily(
    run: Run,
    daily: dict[str, NDArray[np.int64]],
    bookings: CauseBookings,
    named: Callable[[str], str],
) -> None:
    import numpy as np

    unique, rows = _rows_of(bookings, [(named(cause),) for _, cause in bookings.items])
    added = np.zeros((len(unique), run.days), dtype=np.int64)
    np.add.at(added.reshape(-1), rows * run.days + bookings.second // DAY, bookings.change)
    for row, (cause,) in enumerate(unique):
        daily.setdefault(cause, np.zeros(run.days, dtype=np.int64))[:] += added[row]


def _deployed_bookings(run: Run, bodies: Sequence[Member]) -> Iterator[CauseBookings]:
    """Yield the troops of these bodies in the theatre, some rows at a time."""
    import numpy as np

    items = tuple((body.contributor, DEPLOYED) for body in bodies)
    deployed = deployed_changes(run, bodies)
    for first in range(0, max(1, deployed.place.size), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        yield CauseBookings(
            items,
            deployed.place[rows].astype(np.int64),
            deployed.second[rows],
            deployed.group[rows].astype(np.int64),
            deployed.change[rows].astype(np.int64),
        )


def _waits(first: int, summary: BlockSummary, counted: Mapping[tuple[str, str], int]) -> CauseBookings:
    """Return the waits of a block, of those who count."""
    import numpy as np

    rows = summary.bookings
    contributors = list(dict.fromkeys(contributor for contributor, _ in summary.bodies))
    owner = np.array([contributors.index(each) for each, _ in summary.bodies] or [0], dtype=np.int64)
    kept = np.array([body in counted for body in summary.bodies] or [False])[rows.body]
    item = owner[rows.body[kept]] * len(summary.causes) + rows.cause[kept]
    items = tuple((name, cause) for name in contributors for cause in summary.causes)
    place = rows.place[kept].astype(np.int64) + first
    return CauseBookings(items, place, rows.second[kept], item, rows.change[kept].astype(np.int64))
