"""Supply and need of every replication between two changes: the exact states that coverage is computed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.results.changes import Changes
from sim.results.requirements import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REPLICATIONS_AT_ONCE = 250


@dataclass(frozen=True)
class Timeline:
    """The states of some replications: one row an instant of change, by replication and time."""

    first: int
    """Place of the first of these replications in the run."""
    replications: int
    duration: int
    place: NDArray[np.int64]
    second: NDArray[np.int64]
    supply: NDArray[np.int64]
    """Deployed troops [rows, bodies]."""
    needed: NDArray[np.int64]
    """Troops asked for [rows, lines]."""

    def integral(self, troops: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the troop-seconds [columns, replications] of troops [rows, columns] over the whole run."""
        import numpy as np

        end = np.append(self.second[1:], self.duration)
        end[:-1][self.place[1:] != self.place[:-1]] = self.duration
        weighted = troops * (end - self.second)[:, None]
        return np.add.reduceat(weighted, np.searchsorted(self.place, np.arange(self.replications)), axis=0).T

    def at(self, second: int) -> NDArray[np.int64]:
        """Return for each replication its row in force at an instant of the run."""
        import numpy as np

        keys = self.place * self.duration + self.second
        return np.searchsorted(keys, np.arange(self.replications) * self.duration + second, side="right") - 1


def timelines(
    deployed: Changes, bodies: int, lines: Sequence[Line], wanted: NDArray[np.bool_], duration: int
) -> Iterator[Timeline]:
    """Yield the states of the replications, some at a time so that memory stays flat.

    `deployed` has one group for each of the `bodies`; `wanted` [lines, replications] says where a line is
    needed.
    """
    import numpy as np

    line, place = np.nonzero(wanted)
    start = np.array([each.needed_from for each in lines], dtype=np.int64)
    troops = np.array([each.requirement.troops for each in lines], dtype=np.int64)
    # Every replication gets a row at second 0, whether or not something happens then.
    all_places = np.arange(deployed.replications)
    nothing = np.zeros_like(all_places)
    events = np.stack(
        (
            np.concatenate((deployed.place, place, all_places)),
            np.concatenate((deployed.second, start[line], nothing)),
            np.concatenate((deployed.group, bodies + line, nothing)),
            np.concatenate((deployed.change, troops[line], nothing)),
        )
    )
    events = events[:, np.lexsort((events[1], events[0]))]
    for first in range(0, deployed.replications, _REPLICATIONS_AT_ONCE):
        count = min(_REPLICATIONS_AT_ONCE, deployed.replications - first)
        begin, end = np.searchsorted(events[0], (first, first + count))
        yield _timeline(events[:, begin:end], first, count, (bodies, len(lines)), duration)


def _timeline(
    events: NDArray[np.int64], first: int, count: int, shape: tuple[int, int], duration: int
) -> Timeline:
    import numpy as np

    place, second, column, change = events
    fresh = np.ones(place.size, dtype=bool)
    fresh[1:] = (place[1:] != place[:-1]) | (second[1:] != second[:-1])
    state = np.zeros((int(fresh.sum()), sum(shape)), dtype=np.int64)
    np.add.at(state, (np.cumsum(fresh) - 1, column), change)
    np.cumsum(state, axis=0, out=state)
    place, second = place[fresh] - first, second[fresh]
    before = np.searchsorted(place, place) - 1
    state -= np.where(before[:, None] >= 0, state[before], 0)
    return Timeline(first, count, duration, place, second, state[:, : shape[0]], state[:, shape[0] :])
