"""What troops of each body are booked to in a block: counted once, for all who ask.

Troops in the theatre, who wait for nothing, are booked to `deployed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.vocabulary import DEPLOYED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.results.run import Run

_LAST = "booked in the last block"


@dataclass(frozen=True)
class BookedRows:
    """Changes of how many troops are booked to a pair of body and cause; `pair` is its place among all pairs."""

    pair: NDArray[np.int64]
    place: NDArray[np.int32]
    second: NDArray[np.int64]
    change: NDArray[np.int32]


@dataclass(frozen=True)
class Booked:
    """Changes of how many troops of a body are booked to a cause, in the worlds of one block.

    `pairs` lists the bodies and causes that any row is of: those who wait first, then those in the theatre.
    """

    summary: BlockSummary
    duration: int
    pairs: tuple[tuple[tuple[str, str], str], ...]
    parts: tuple[BookedRows, ...]

    @cached_property
    def seconds(self) -> NDArray[np.int64]:
        """The troop-seconds until the run's end [pairs, worlds]."""
        import numpy as np

        total = np.zeros((len(self.pairs), self.summary.numbers.size), dtype=np.int64)
        for rows in self.parts:
            amount = rows.change * (self.duration - rows.second)
            np.add.at(total.reshape(-1), rows.pair * total.shape[1] + rows.place, amount)
        return total

    @cached_property
    def daily(self) -> NDArray[np.int64]:
        """The changes of all worlds together [pairs, days]."""
        import numpy as np

        days = self.duration // DAY
        total = np.zeros((len(self.pairs), days), dtype=np.int64)
        for rows in self.parts:
            # Of one type with the total: numbers that must be cast are added ten times as slowly.
            change = rows.change.astype(np.int64)
            np.add.at(total.reshape(-1), rows.pair * days + rows.second // DAY, change)
        return total


def booked(run: Run, summary: BlockSummary) -> Booked:
    """Return what is booked in a block; several readings that are sent the same block share it."""
    known: Booked | None = run.kept.get(_LAST)
    if known is None or known.summary is not summary or known.duration != run.duration:
        known = run.kept[_LAST] = _booked(run, summary)
    return known


def forget(run: Run) -> None:
    """Let go of the last block."""
    run.kept.pop(_LAST, None)


def _booked(run: Run, summary: BlockSummary) -> Booked:
    import numpy as np

    rows, moves = summary.bookings, summary.moves
    waiting, which = _numbered(rows.wait)
    into = moves.troops * ((moves.goal == _code(summary)).astype(np.int8) - (moves.source == _code(summary)))
    moved = np.flatnonzero(into != 0)
    there, whose = _numbered(moves.body[moved])
    pairs = [summary.waits[each] for each in waiting.tolist()]
    pairs += [(summary.bodies[each], DEPLOYED) for each in there.tolist()]
    return Booked(
        summary,
        run.duration,
        tuple(pairs),
        (
            BookedRows(which, rows.place, rows.second, rows.change),
            BookedRows(whose + waiting.size, moves.place[moved], moves.second[moved], into[moved]),
        ),
    )


def _numbered(codes: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different codes, ascending, and of each row the place of its code among them."""
    import numpy as np

    row = codes.astype(np.int64)
    found = np.flatnonzero(np.bincount(row))
    if not found.size or found[-1] == found.size - 1:  # none is missing in between
        return found, row
    number = np.zeros(int(found.max(initial=0)) + 1, dtype=np.int64)
    number[found] = np.arange(found.size)
    return found, number.take(row)


def _code(summary: BlockSummary) -> int:
    return summary.stages.index(DEPLOYED) if DEPLOYED in summary.stages else -1
