"""Supply and need of every replication between two changes: the exact states that coverage is computed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.results.changes import Changes
from sim.results.requirements import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORLDS_AT_ONCE = 1_000


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

        weighted = troops * (self._ends() - self.second)[:, None]
        return np.add.reduceat(weighted, np.searchsorted(self.place, np.arange(self.replications)), axis=0).T

    def at_ends_of_days(self, holds: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return for each day of the run in how many replications it holds at its end, by row."""
        import numpy as np

        days = self.duration // DAY
        change = np.bincount(
            self.second[holds] // DAY, minlength=days + 1
        )  # a row is in force from that day's end on
        change -= np.bincount(self._ends()[holds] // DAY, minlength=days + 1)
        return np.cumsum(change)[:days]

    def _ends(self) -> NDArray[np.int64]:
        """Return until when each row is in force."""
        import numpy as np

        end = np.append(self.second[1:], self.duration)
        end[:-1][self.place[1:] != self.place[:-1]] = self.duration
        return end

    def at(self, second: int | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each replication its row in force at an instant of the run: one for all, or each its own."""
        import numpy as np

        keys = self.place * self.duration + self.second
        return np.searchsorted(keys, np.arange(self.replications) * self.duration + second, side="right") - 1


@dataclass(frozen=True)
class Need:
    """What some lines ask for: from which second on, and whether in that replication [lines, replications]."""

    lines: Sequence[Line]
    due: NDArray[np.int64]
    wanted: NDArray[np.bool_]


def timelines(deployed: Changes, bodies: int, need: Need, duration: int) -> Iterator[Timeline]:
    """Yield the states of the replications, some at a time so that memory stays flat.

    `deployed` has one group for each of the `bodies`.
    """
    import numpy as np

    troops = np.array([each.requirement.troops for each in need.lines], dtype=np.int64)
    for part in deployed.parts(_WORLDS_AT_ONCE):
        first, count = part.first, part.worlds
        line, place = np.nonzero(need.wanted[:, first : first + count])
        # Every replication gets a row at second 0, whether or not something happens then.
        everybody, nothing = np.arange(count), np.zeros(count, dtype=np.int64)
        events = np.stack(
            (
                np.concatenate((part.place - first, place, everybody)),
                np.concatenate((part.second, need.due[line, first + place], nothing)),
                np.concatenate((part.group, bodies + line, nothing)),
                np.concatenate((part.change, troops[line], nothing)),
            )
        )
        events = events[:, np.lexsort((events[1], events[0]))]
        yield Timeline(first, count, duration, *_states(events, bodies, bodies + len(need.lines)))


def _states(
    events: NDArray[np.int64], bodies: int, columns: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return place, second, supply and need after each instant of change."""
    import numpy as np

    place, second, column, change = events
    fresh = np.ones(place.size, dtype=bool)
    fresh[1:] = (place[1:] != place[:-1]) | (second[1:] != second[:-1])
    state = np.zeros((int(fresh.sum()), columns), dtype=np.int64)
    np.add.at(state.reshape(-1), (np.cumsum(fresh) - 1) * columns + column, change)
    np.cumsum(state, axis=0, out=state)
    place, second = place[fresh], second[fresh]
    before = np.searchsorted(place, place) - 1
    state -= np.where(before[:, None] >= 0, state[before], 0)
    return place, second, state[:, :bodies], state[:, bodies:]
