"""How many troops each body has pledged by the end, in each world."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from sim.results.changes import into_or_out_of
from sim.results.reading import Reading, kept_answer
from sim.results.selection import Member, members, numbered
from sim.results.spilled import SpilledTable
from sim.vocabulary import STAGES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.results.run import Run


def pledged(run: Run, bodies: Sequence[Member]) -> NDArray[np.int64]:
    """Return the troops of these bodies that are pledged and have not left at the run's end: [replications]."""
    place = numbered(members(run.scenario))
    mine = [place[body.key] for body in bodies]
    return kept_answer(run, *pledge_question(run)).total(mine)


def pledge_question(run: Run) -> tuple[Hashable, Callable[[], Reading[SpilledTable]]]:
    """Return what `pledged` asks of a run, for all bodies, with its key."""
    bodies = members(run.scenario)
    key = ("pledged", run.duration, tuple(body.key for body in bodies))
    return key, lambda: _reading(run, bodies)


def _reading(run: Run, bodies: Sequence[Member]) -> Reading[SpilledTable]:
    import numpy as np

    groups = numbered(bodies)
    found = SpilledTable(len(bodies), np.int32)
    while (block := (yield)) is not None:
        _, summary = block
        moves, worlds = summary.moves, summary.numbers.size
        change = moves.troops * into_or_out_of(STAGES, summary)
        number = np.array([groups.get(body, -1) for body in summary.bodies] or [-1])[moves.body]
        rows = np.flatnonzero((change != 0) & (number >= 0))
        total = np.zeros((len(bodies), worlds), dtype=np.int64)
        np.add.at(total.reshape(-1), number[rows] * worlds + moves.place[rows], change[rows])
        found.append(total)
    return found
