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
    """Changes of how many troops of a body wait for a cause; `wait` says which of both, as one number."""

    place: NDArray[np.int32]
    second: NDArray[np.int64]
    wait: NDArray[np.int32]
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
    waits: tuple[tuple[tuple[str, str], str], ...]
    """(body, cause) by code: those that are booked at any time."""
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
        """Return the words that some row holds, ascending."""
        import numpy as np

        words = self.all_words(column)
        used = np.bincount(self.values(column), minlength=len(words))
        return tuple(sorted(word for word, times in zip(words, used.tolist(), strict=True) if times))

    def all_words(self, column: str) -> tuple[str, ...]:
        """Return the words in the order of their codes."""
        return self.columns.words[self._at(column)] or ()

    def coded(self, column: str, known: Sequence[str]) -> NDArray[np.int16]:
        """Return of each row the place of its word among those that are known."""
        return _coded(self.all_words(column), known).take(self.values(column))

    def places(self, finished: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return of each row the place of its world among those that finished."""
        import numpy as np

        places: NDArray[np.int32]
        replication = self.columns.replication
        if finished.size and finished[-1] - finished[0] + 1 == finished.size:  # none is missing in between
            places = (replication - finished[0]).astype(np.int32)
        else:
            places = np.searchsorted(finished, replication).astype(np.int32)
        return places


def summarised(logs: Mapping[str, Columns], numbers: Sequence[int]) -> BlockSummary:
    """Reduce the logs of a block, by replication and then time, to the worlds that finished.

    How their words are numbered makes no difference, nor do words that no row holds.
    """
    import numpy as np

    finished = np.asarray(numbers, dtype=np.int64)
    moved, told, waited, drawn = (_Log(log, logs[log]) for log in LOGS)
    bodies, moving, waiting = _bodies(moved, waited)
    stages = tuple(sorted({*moved.words("from_stage"), *moved.words("to_stage")}))
    causes, facts, names = waited.words("cause"), told.words("fact"), drawn.words("name")
    waits, wait = _numbered(waiting, waited.coded("cause", causes))
    return BlockSummary(
        numbers=finished,
        bodies=bodies,
        stages=stages,
        causes=causes,
        waits=tuple((bodies[body], causes[cause]) for body, cause in waits),
        facts=facts,
        names=names,
        moves=Moves(
            moved.places(finished),
            moved.values("day").astype(np.int64, copy=False),
            moving,
            moved.coded("from_stage", stages),
            moved.coded("to_stage", stages),
            moved.values("troops").astype(np.int32, copy=False),
        ),
        bookings=_bookings(waited, waited.places(finished), wait),
        courses=Courses(
            told.places(finished),
            told.values("day").astype(np.int64, copy=False),
            told.coded("fact", facts),
            told.values("value").astype(np.float64, copy=False),
        ),
        drawn=_drawn(drawn, names, drawn.places(finished), finished.size),
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

    def pairs(log: _Log) -> tuple[list[tuple[str, str]], NDArray[np.int64], NDArray[np.int32]]:
        """Return the bodies that some row is of, the key of each, and the key of every row."""
        owners, names = log.all_words("contributor"), log.all_words("contingent")
        width = max(1, len(names))
        key = log.values("contributor") * np.int32(width) + log.values("contingent")
        found = np.flatnonzero(np.bincount(key))  # few keys, many rows: they are counted, not sorted
        return [(owners[each // width], names[each % width]) for each in found.tolist()], found, key

    read = (pairs(first), pairs(second))
    known = tuple(sorted({body for bodies, _, _ in read for body in bodies}))
    codes = []
    for bodies, found, key in read:
        code = np.full(int(found.max(initial=0)) + 1, -1, dtype=np.int16)
        code[found] = _coded(bodies, known)[: found.size]
        codes.append(code.take(key))
    return known, codes[0], codes[1]


def _bookings(log: _Log, place: NDArray[np.int32], wait: NDArray[Any]) -> Bookings:
    """Turn numbers into changes: each row less the one before it of the same world and wait.

    Of several rows of one instant the last counts.
    """
    import numpy as np

    second, troops = log.values("day").astype(np.int64, copy=False), log.values("troops")
    order = np.argsort(wait, kind="stable")  # a log's rows are in the order of world, time and step already
    course, own, when, many = wait.take(order), place.take(order), second.take(order), troops.take(order)
    goes_on = (course[1:] == course[:-1]) & (own[1:] == own[:-1])
    again = goes_on & (when[1:] == when[:-1])
    if again.any():
        last = np.flatnonzero(np.append(~again, True))
        order, course, own, many = order.take(last), course.take(last), own.take(last), many.take(last)
        goes_on = (course[1:] == course[:-1]) & (own[1:] == own[:-1])
    change = many.astype(np.int32)
    change[1:] -= many[:-1] * goes_on
    of_row = np.zeros(place.size, dtype=np.int32)
    of_row[order] = change
    at = np.flatnonzero(of_row != 0)
    return Bookings(place.take(at), second.take(at), wait.take(at).astype(np.int32), of_row.take(at))


def _numbered(
    body: NDArray[np.int16], cause: NDArray[np.int16]
) -> tuple[list[tuple[int, int]], NDArray[Any]]:
    """Return the (body, cause) that occur, ascending, and of each row its number among them.

    These numbers are as narrow as they can be: such are sorted by counting.
    """
    import numpy as np

    width = int(cause.max(initial=0)) + 1
    key = body.astype(np.int32) * width + cause
    found = np.flatnonzero(np.bincount(key))
    kind = np.uint8 if found.size <= 1 << 8 else np.uint16 if found.size <= 1 << 16 else np.int32
    number = np.zeros(int(found.max(initial=0)) + 1, dtype=kind)
    number[found] = np.arange(found.size)
    return [divmod(each, width) for each in found.tolist()], number.take(key)


def _drawn(log: _Log, names: Sequence[str], place: NDArray[np.int32], worlds: int) -> NDArray[np.float64]:
    import numpy as np

    values = np.full((len(names), worlds), np.nan)
    values[log.coded("name", names), place] = log.values("value")
    return values
