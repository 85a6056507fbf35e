"""The summary of a block: what all answers need of its logs, as integers, made once by whoever plays the block.

It holds no word but in the lists that its codes point to, no row that cancels another one of the same instant,
and no step: an instant counts as it is after its last round. It stands beside the logs and names the checksums
of those it was made of, so that one that is missing, damaged, foreign or of another version is known and made
anew; the manifest need not list it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.batch.columns import LOGS, Columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Moves:
    """Troops that went from one stage to another; `place` is the world's place among those of the block."""

    place: NDArray[np.int32]
    second: NDArray[np.int64]
    body: NDArray[np.int16]
    source: NDArray[np.int16]
    goal: NDArray[np.int16]
    troops: NDArray[np.int32]


@dataclass(frozen=True)
class Bookings:
    """Changes of how many troops of a body wait for a cause."""

    place: NDArray[np.int32]
    second: NDArray[np.int64]
    body: NDArray[np.int16]
    cause: NDArray[np.int16]
    change: NDArray[np.int32]


@dataclass(frozen=True)
class Courses:
    """The value that a fact, consent or count takes at an instant."""

    place: NDArray[np.int32]
    second: NDArray[np.int64]
    fact: NDArray[np.int16]
    value: NDArray[np.float64]


@dataclass(frozen=True)
class BlockSummary:
    """What a block's worlds did, for all who ask; rows by world, then time."""

    numbers: NDArray[np.int64]
    """The replications that finished, ascending."""
    bodies: tuple[tuple[str, str], ...]
    """(contributor, contingent) by code."""
    stages: tuple[str, ...]
    causes: tuple[str, ...]
    facts: tuple[str, ...]
    names: tuple[str, ...]
    """The streams of the numbers drawn."""
    moves: Moves
    bookings: Bookings
    courses: Courses
    drawn: NDArray[np.float64]
    """The numbers drawn [names, worlds]; NaN where a world drew none."""


@dataclass(frozen=True)
class _Log:
    """The columns of one log by name."""

    name: str
    columns: Columns

    def _at(self, column: str) -> int:
        return [name for name, _ in LOGS[self.name]].index(column)

    def values(self, column: str) -> NDArray[Any]:
        found: NDArray[Any] = self.columns.arrays[self._at(column)]
        return found

    def words(self, column: str) -> tuple[str, ...]:
        return self.columns.words[self._at(column)] or ()

    def places(self, finished: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        places: NDArray[np.int64] = np.searchsorted(finished, self.columns.replication).astype(np.int64)
        return places


def summarised(logs: Mapping[str, Columns], numbers: Sequence[int]) -> BlockSummary:
    """Reduce the joined logs of a block to the worlds that finished."""
    import numpy as np

    finished = np.asarray(numbers, dtype=np.int64)
    moved, told, waited, drawn = (_Log(log, logs[log]) for log in LOGS)
    bodies, moving, waiting = _bodies(moved, waited)
    stages = tuple(sorted({*moved.words("from_stage"), *moved.words("to_stage")}))
    return BlockSummary(
        numbers=finished,
        bodies=bodies,
        stages=stages,
        causes=waited.words("cause"),
        facts=told.words("fact"),
        names=drawn.words("name"),
        moves=Moves(
            moved.places(finished).astype("int32"),
            moved.values("day").astype("int64"),
            moving,
            _coded(moved.words("from_stage"), stages)[moved.values("from_stage")],
            _coded(moved.words("to_stage"), stages)[moved.values("to_stage")],
            moved.values("troops").astype("int32"),
        ),
        bookings=_bookings(waited, waited.places(finished), waiting),
        courses=Courses(
            told.places(finished).astype("int32"),
            told.values("day").astype("int64"),
            told.values("fact").astype("int16"),
            told.values("value").astype("float64"),
        ),
        drawn=_drawn(drawn, drawn.places(finished), finished.size),
    )


def _coded(words: Sequence[Any], known: Sequence[Any]) -> NDArray[np.int16]:
    """Return for each word its place among all that are known."""
    import numpy as np

    number = {word: place for place, word in enumerate(known)}
    return np.array([number.get(word, -1) for word in words] or [-1], dtype=np.int16)


def _bodies(
    first: _Log, second: _Log
) -> tuple[tuple[tuple[str, str], ...], NDArray[np.int16], NDArray[np.int16]]:
    """Number the (contributor, contingent) of two logs together, in the order of names."""
    import numpy as np

    def pairs(log: _Log) -> tuple[list[tuple[str, str]], NDArray[np.int64]]:
        owners, names = log.words("contributor"), log.words("contingent")
        width = max(1, len(names))
        code = log.values("contributor").astype(np.int64) * width + log.values("contingent")
        found = np.flatnonzero(np.bincount(code))  # few codes, many rows: they are counted, not sorted
        place = np.zeros(int(code.max(initial=0)) + 1, dtype=np.int64)
        place[found] = np.arange(found.size)
        return [(owners[each // width], names[each % width]) for each in found.tolist()], place[code]

    (one, own), (other, its) = pairs(first), pairs(second)
    known = tuple(sorted({*one, *other}))
    return known, _coded(one, known)[own], _coded(other, known)[its]


def _bookings(log: _Log, place: NDArray[np.int64], body: NDArray[np.int16]) -> Bookings:
    """Turn numbers into changes: each row less the one before it of the same world, body and cause.

    Of several rows of one instant the last counts.
    """
    import numpy as np

    second, cause = log.values("day").astype(np.int64), log.values("cause").astype(np.int64)
    bodies, causes = int(body.max(initial=0)) + 1, max(1, len(log.words("cause")))
    course = (place * bodies + body) * causes + cause
    order = _sorted(place, body * causes + cause)  # a log's rows are in the order of time and step already
    last = np.ones(course.size, dtype=bool)
    last[:-1] = (np.diff(course[order]) != 0) | (np.diff(second[order]) != 0)
    order = order[last]
    course, troops = course[order], log.values("troops").astype(np.int64)[order]
    change = troops.copy()
    change[1:] -= np.where(np.diff(course) == 0, troops[:-1], 0)
    of_row = np.zeros(place.size, dtype=np.int64)
    of_row[order] = change
    at = np.flatnonzero(of_row)
    return Bookings(
        place[at].astype("int32"),
        second[at],
        body[at],
        cause[at].astype("int16"),
        of_row[at].astype("int32"),
    )


def _sorted(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of rows by two columns, ties as they stand; of numbers of 16 bits without comparing them."""
    import numpy as np

    if max(first.max(initial=0), second.max(initial=0)) >= 1 << 16:
        return np.lexsort((second, first))
    order = np.argsort(second.astype(np.uint16), kind="stable")
    return order[np.argsort(first[order].astype(np.uint16), kind="stable")]


def _drawn(log: _Log, place: NDArray[np.int64], worlds: int) -> NDArray[np.float64]:
    import numpy as np

    values = np.full((len(log.words("name")), worlds), np.nan)
    values[log.values("name"), place] = log.values("value")
    return values
