"""What troops of each body are booked to in a block: counted once, for all who ask.

Troops in the theatre, who wait for nothing, are booked to `deployed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.results.selection import members
from sim.vocabulary import DEPLOYED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.results.run import Run

_LAST = "booked in the last block"


@dataclass(frozen=True)
class Booked:
    """Changes of how many troops of a body are booked to a cause, in the worlds of one block.

    `pairs` lists the bodies and causes that any row is of; `pair` is the row's place among them.
    """

    summary: BlockSummary
    duration: int
    pairs: tuple[tuple[tuple[str, str], str], ...]
    pair: NDArray[np.int64]
    place: NDArray[np.int32]
    second: NDArray[np.int64]
    change: NDArray[np.int32]

    @cached_property
    def seconds(self) -> NDArray[np.int64]:
        """The troop-seconds until the run's end [pairs, worlds]."""
        import numpy as np

        total = np.zeros((len(self.pairs), self.summary.numbers.size), dtype=np.int64)
        amount = self.change * (self.duration - self.second)
        np.add.at(total.reshape(-1), self.pair * total.shape[1] + self.place, amount)
        return total

    @cached_property
    def daily(self) -> NDArray[np.int64]:
        """The changes of all worlds together [pairs, days]."""
        import numpy as np

        days = self.duration // DAY
        total = np.zeros((len(self.pairs), days), dtype=np.int64)
        # Of one type with the total: numbers that must be cast are added ten times as slowly.
        change = self.change.astype(np.int64)
        np.add.at(total.reshape(-1), self.pair * days + self.second // DAY, change)
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
    ours = {member.key for member in members(run.scenario)}
    known = np.array([body in ours for body in summary.bodies] or [False])
    width = len(summary.causes) + 1  # the last stands for the theatre
    pair = rows.body.astype(np.int64) * width + rows.cause
    into = np.where(moves.goal == _code(summary), moves.troops, 0)
    into -= np.where(moves.source == _code(summary), moves.troops, 0)
    moved = np.flatnonzero((into != 0) & known[moves.body])
    pair = np.concatenate((pair, moves.body[moved].astype(np.int64) * width + width - 1))
    found = np.flatnonzero(np.bincount(pair))
    number = np.zeros(int(pair.max(initial=0)) + 1, dtype=np.int64)
    number[found] = np.arange(found.size)
    causes = (*summary.causes, DEPLOYED)
    return Booked(
        summary,
        run.duration,
        tuple((summary.bodies[each // width], causes[each % width]) for each in found.tolist()),
        number[pair],
        np.concatenate((rows.place, moves.place[moved])),
        np.concatenate((rows.second, moves.second[moved])),
        np.concatenate((rows.change, into[moved])),
    )


def _code(summary: BlockSummary) -> int:
    return summary.stages.index(DEPLOYED) if DEPLOYED in summary.stages else -1
