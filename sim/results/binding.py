"""What holds the force back: troop-days that pledged soldiers spend waiting, by cause."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.errors import UsageError
from sim.results.booked import Booked, booked, forget
from sim.results.dates import date_column
from sim.results.moments import Moments, MomentsByKey
from sim.results.reading import Reading, kept_answer
from sim.results.selection import Selection, chosen, numbered
from sim.results.spilled import ReadWhenAsked, SpilledColumns
from sim.scenario.unnamed import summed
from sim.vocabulary import DEPLOYED

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.run import Run

Keys = tuple[str, ...]

Totals = Mapping[Keys, "NDArray[np.int64]"]
"""Troop-seconds of each replication by (contributor, cause)."""


def troop_seconds(
    run: Run, by: str | None = None, selection: Selection | None = None, sums: bool = False
) -> Totals:
    """Return the exact troop-seconds of each replication, by (cause,) or (contributor, cause).

    Time in the theatre has the cause `deployed`, so that all causes together are the pledge times the
    duration. Without a `selection` the headline force counts; `Selection()` counts every force. With `sums`
    those that nobody can name yet, where they are many, are one contributor, also in what is waited for. Raises
    UsageError for a `by` other than None and `contributor`.
    """
    if by not in (None, "contributor"):
        raise _no_division(by)
    key, question = seconds_question(run, selection, sums)
    totals = kept_answer(run, key, question)
    del run.kept[key]  # of many replications it is large, and who asks keeps what he needs of it
    return _divided(totals, by)


def seconds_question(
    run: Run, selection: Selection | None, sums: bool = False
) -> tuple[Hashable, Callable[[], Reading[Totals]]]:
    """Return what `troop_seconds` asks of a run, with its key; it is kept until it is asked for."""
    sums = sums and bool(summed(run.scenario.contributors))
    key = ("troop seconds", chosen(run.scenario, selection), sums, run.duration)
    return key, lambda: _booked(run, selection, sums)


def _booked(run: Run, selection: Selection | None, sums: bool) -> Reading[Totals]:
    """Return the troop-seconds by (contributor, cause)."""
    import numpy as np

    totals = SpilledColumns(np.int64)
    division = _Division(run, selection, sums)
    while (block := (yield)) is not None:
        summary = block[1]
        found = booked(run, summary)
        keyed = dict(zip(*division.rows_of(found, found.seconds), strict=True))
        totals.append(summary.numbers.size, keyed, 0)
    forget(run)
    known = frozenset(totals.names)
    return ReadWhenAsked(totals, tuple(key for key in division.order() if key in known))


class _Division:
    """How what is booked in a block is divided by contributor and cause, of the bodies that are selected."""

    def __init__(self, run: Run, selection: Selection | None, sums: bool) -> None:
        self._named = _named(run, sums)
        self._bodies = chosen(run.scenario, selection)
        self._counted = numbered(self._bodies)
        self._order: dict[Keys, None] = {}
        self._seen: set[Hashable] = set()
        self._rows: dict[tuple[tuple[str, str], str], tuple[int, ...]] = {}

    def places_of(self, found: Booked, row_of: Callable[[Keys], int]) -> tuple[list[int], list[int]]:
        """Return the places of the pairs that are selected, each twice, and the rows of the sums that they go to.

        These are the sum of its (contributor, cause) and that of its (cause,).
        """
        known = self._rows
        for pair in found.pairs:
            if pair not in known:
                key = self._key_of(pair)
                known[pair] = (row_of(key), row_of(key[1:])) if key else ()
        both = [known[pair] for pair in found.pairs]
        if any(both):
            self._note(found)
        places = [place for place, rows in enumerate(both) for _ in rows]
        return places, [row for rows in both for row in rows]

    def _key_of(self, pair: tuple[tuple[str, str], str]) -> Keys:
        """Return (contributor, cause) as they are named; nothing for a body that is not selected."""
        body, cause = pair
        return (self._named(body[0]), self._named(cause)) if body in self._counted else ()

    def rows_of(self, found: Booked, amounts: NDArray[np.int64]) -> tuple[list[Keys], NDArray[np.int64]]:
        """Return the keys of amounts [pairs, …] that are selected, and the sums of each [keys, …]."""
        keyed = [(place, key) for place, pair in enumerate(found.pairs) if (key := self._key_of(pair))]
        if keyed:
            self._note(found)
        return _summed([key for _, key in keyed], amounts[[place for place, _ in keyed]])

    def order(self) -> tuple[Keys, ...]:
        """Return all keys that could be booked, in the order in which blocks name them; the theatre comes last."""
        theatre = ((self._named(body.contributor), DEPLOYED) for body in self._bodies)
        return (*dict.fromkeys((*self._order, *theatre)),)

    def _note(self, found: Booked) -> None:
        summary = found.summary
        if (summary.bodies, summary.causes) not in self._seen:
            self._seen.add((summary.bodies, summary.causes))
            for contributor in dict.fromkeys(contributor for contributor, _ in summary.bodies):
                for cause in summary.causes:
                    self._order.setdefault((self._named(contributor), self._named(cause)))


def _summed(keys: Sequence[Keys], amounts: NDArray[np.int64]) -> tuple[list[Keys], NDArray[np.int64]]:
    """Return the distinct keys, and the sum of the rows of each."""
    import numpy as np

    row: dict[Keys, int] = {}
    rows = [row.setdefault(key, len(row)) for key in keys]
    if len(row) == len(rows):
        return list(row), amounts
    total = np.zeros((len(row), *amounts.shape[1:]), dtype=np.int64)
    for place, amount in zip(rows, amounts, strict=True):
        total[place] += amount
    return list(row), total


def _divided(totals: Totals, by: str | None) -> Totals:
    """Return what is booked by (contributor, cause), or by (cause,) in the order of causes."""
    if by:
        return totals
    found: dict[Keys, NDArray[np.int64]] = {}
    for (_, cause), seconds in totals.items():
        found[cause,] = found[cause,] + seconds if (cause,) in found else seconds
    return found


def _no_division(by: str | None) -> UsageError:
    return UsageError(f"causes cannot be split by '{by}'; choose contributor or nothing")


def _named(run: Run, sums: bool) -> Callable[[str], str]:
    """Return how a contributor, or a cause that speaks of one, is named in a table."""
    names = summed(run.scenario.contributors) if sums else {}
    if not names:
        return lambda words: words
    each = re.compile(rf"\b(?:{'|'.join(sorted(names, key=len, reverse=True))})\b")
    return cache(lambda words: each.sub(lambda found: names[found[0]], words))


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
    division, counted = _Division(run, selection, sums), MomentsByKey()
    while (block := (yield)) is not None:
        _, summary = block
        here = booked(run, summary)
        counted.add(*division.places_of(here, counted.row_of), here.seconds)
    forget(run)
    found = counted.moments()
    keys = list(division.order())
    return {
        None: _table(run, None, found, dict.fromkeys(key[1:] for key in keys)),
        "contributor": _table(run, "contributor", found, keys),
    }


def _table(run: Run, by: str | None, found: Mapping[Keys, Moments], keys: Iterable[Keys]) -> pd.DataFrame:
    import pandas as pd

    names = ["cause"] if by is None else ["contributor", "cause"]
    rows = []
    for key in keys:
        if key in found and found[key].nonzero:
            low, high = found[key].interval(run.replications, DAY)
            rows.append((*key, found[key].total / run.replications / DAY, max(0.0, low), high))
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

    division = _Division(run, selection, sums)
    daily: dict[str, NDArray[np.int64]] = {}
    while (block := (yield)) is not None:
        found = booked(run, block[1])
        for (_, cause), changes in zip(*division.rows_of(found, found.daily), strict=True):
            daily.setdefault(cause, np.zeros(run.days, dtype=np.int64))[:] += changes
    forget(run)
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
