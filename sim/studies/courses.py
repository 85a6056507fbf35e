"""What the courses of many worlds hung on, by the stream of the random numbers: the notes of `sim.model.path`.

An edit changes the laws of a few streams, so that only what was noted of those is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.model.path import Path
    from sim.plan.observations import Stretch


_PLACES = frozenset({"place", "ended"})
"""Columns that hold places of worlds."""


@dataclass(frozen=True)
class Answers:
    """Answers to one question: the world of each, whether it was a yes, how it had run unanswered."""

    place: NDArray[np.int64]
    yes: NDArray[np.bool_]
    silence: tuple[tuple[Stretch, ...], ...]

    @cached_property
    def silent(self) -> bool:
        """Whether any of them had run without an answer."""
        return any(self.silence)


@dataclass(frozen=True)
class Lengths:
    """Uses of a delay at its own rate: see `sim.model.path.Length`."""

    place: NDArray[np.int64]
    beyond: NDArray[np.float64]
    lasts: NDArray[np.float64]
    seen: NDArray[np.bool_]


@dataclass(frozen=True)
class Stretches:
    """Stretches of a delay whose rate changed; with `last` it ended at the end of this one."""

    place: NDArray[np.int64]
    factor: NDArray[np.float64]
    since: NDArray[np.float64]
    until: NDArray[np.float64]
    last: NDArray[np.bool_]
    ended: NDArray[np.int64]
    """The worlds in which it ended, one entry each time."""


@dataclass(frozen=True)
class Sizes:
    """Clusters of incidents: how many in a world, and how many incidents in all."""

    place: NDArray[np.int64]
    clusters: NDArray[np.float64]
    total: NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """Durations drawn between two bounds."""

    place: NDArray[np.int64]
    above: NDArray[np.float64]
    at_most: NDArray[np.float64]
    lasts: NDArray[np.float64]


@dataclass(frozen=True)
class Courses:
    """The notes of so many worlds, by stream; `drawn` is NaN in a world that drew no such number."""

    worlds: int
    drawn: Mapping[str, NDArray[np.float64]]
    answers: Mapping[str, Answers]
    lengths: Mapping[str, Lengths]
    stretches: Mapping[str, Stretches]
    sizes: Mapping[str, Sizes]
    bounded: Mapping[str, Bounds]
    unclear: frozenset[str]

    @property
    def size(self) -> int:
        """How many bytes they take, but for how questions had run unanswered, of which few differ."""
        import numpy as np

        parts = (self.answers, self.lengths, self.stretches, self.sizes, self.bounded)
        tables = [*self.drawn.values()]
        for notes in chain.from_iterable(each.values() for each in parts):
            tables += [value for value in vars(notes).values() if isinstance(value, np.ndarray)]
        return sum(table.nbytes for table in tables)


def courses_of(paths: Sequence[Path]) -> Courses:
    """Return the notes of these worlds, each by its place among them."""
    answers, lengths, sizes, bounded = (defaultdict[str, list[Any]](list) for _ in range(4))
    drawn: dict[str, dict[int, float]] = defaultdict(dict)
    for place, path in enumerate(paths):
        for stream, value in path.drawn.items():
            drawn[stream][place] = value
        for answer in path.answers:
            answers[answer.outcome].append((place, answer.yes, answer.silence))
        for (stream, _), length in path.lengths.items():
            lengths[stream].append((place, length.beyond, length.lasts, length.seen))
        for stream, (clusters, total) in path.sizes.items():
            sizes[stream].append((place, clusters, total))
        for each in path.bounded:
            bounded[each.stream].append((place, each.above, each.at_most, each.lasts))
    return Courses(
        worlds=len(paths),
        drawn={stream: _spread(found, len(paths)) for stream, found in drawn.items()},
        answers={
            stream: Answers(_whole(rows, 0), _truths(rows, 1), tuple(row[2] for row in rows))
            for stream, rows in answers.items()
        },
        lengths={
            stream: Lengths(_whole(rows, 0), _real(rows, 1), _real(rows, 2), _truths(rows, 3))
            for stream, rows in lengths.items()
        },
        stretches=_stretches(paths),
        sizes={
            stream: Sizes(_whole(rows, 0), _real(rows, 1), _real(rows, 2)) for stream, rows in sizes.items()
        },
        bounded={
            stream: Bounds(_whole(rows, 0), _real(rows, 1), _real(rows, 2), _real(rows, 3))
            for stream, rows in bounded.items()
        },
        unclear=frozenset(stream for path in paths for stream in path.unclear),
    )


def joined(parts: Sequence[Courses]) -> Courses:
    """Return the notes of all these worlds, one part after the other."""
    import numpy as np

    worlds = [part.worlds for part in parts]
    firsts = np.concatenate(([0], np.cumsum(worlds)))[:-1].tolist()
    known: dict[tuple[Stretch, ...], tuple[Stretch, ...]] = {}

    def of(name: str) -> dict[str, list[tuple[int, Any]]]:
        """Return the tables of each stream, with the place of the first world of their part."""
        found = defaultdict[str, list[tuple[int, Any]]](list)
        for first, part in zip(firsts, parts, strict=True):
            for stream, table in getattr(part, name).items():
                found[stream].append((first, table))
        return found

    def column(tables: Sequence[tuple[int, Any]], name: str) -> NDArray[Any]:
        own = [getattr(each, name) for _, each in tables]
        if name in _PLACES:
            own = [places + first for places, (first, _) in zip(own, tables, strict=True)]
        return np.concatenate(own)

    def tables(name: str, kind: Callable[..., Any], *columns: str) -> dict[str, Any]:
        return {
            stream: kind(*(column(found, each) for each in columns)) for stream, found in of(name).items()
        }

    silences = {
        stream: tuple(known.setdefault(each, each) for _, table in found for each in table.silence)
        for stream, found in of("answers").items()
    }
    drawn = {}
    for stream, found in of("drawn").items():
        values = drawn[stream] = np.full(sum(worlds), np.nan)
        for first, own in found:
            values[first : first + own.size] = own
    return Courses(
        worlds=sum(worlds),
        drawn=drawn,
        answers={
            stream: Answers(column(found, "place"), column(found, "yes"), silences[stream])
            for stream, found in of("answers").items()
        },
        lengths=tables("lengths", Lengths, "place", "beyond", "lasts", "seen"),
        stretches=tables("stretches", Stretches, "place", "factor", "since", "until", "last", "ended"),
        sizes=tables("sizes", Sizes, "place", "clusters", "total"),
        bounded=tables("bounded", Bounds, "place", "above", "at_most", "lasts"),
        unclear=frozenset[str]().union(*(part.unclear for part in parts)),
    )


def _stretches(paths: Sequence[Path]) -> dict[str, Stretches]:
    import numpy as np

    rows, ended = defaultdict[str, list[Any]](list), defaultdict[str, list[int]](list)
    for place, path in enumerate(paths):
        for ran in path.courses:
            final = len(ran.stretches) - 1
            rows[ran.stream].extend(
                (place, each.factor, each.since, each.until, ran.ended and number == final)
                for number, each in enumerate(ran.stretches)
            )
            ended[ran.stream].extend([place] * (ran.times if ran.ended else 0))
    return {
        stream: Stretches(
            _whole(rows[stream], 0),
            _real(rows[stream], 1),
            _real(rows[stream], 2),
            _real(rows[stream], 3),
            _truths(rows[stream], 4),
            np.array(ended[stream], dtype=np.int64),
        )
        for stream in {**rows, **ended}
    }


def _spread(found: Mapping[int, float], worlds: int) -> NDArray[np.float64]:
    import numpy as np

    values = np.full(worlds, np.nan)
    values[list(found)] = list(found.values())
    return values


def _whole(rows: Sequence[Any], column: int) -> NDArray[np.int64]:
    import numpy as np

    return np.array([row[column] for row in rows], dtype=np.int64)


def _real(rows: Sequence[Any], column: int) -> NDArray[np.float64]:
    import numpy as np

    return np.array([row[column] for row in rows], dtype=np.float64)


def _truths(rows: Sequence[Any], column: int) -> NDArray[np.bool_]:
    import numpy as np

    return np.array([row[column] for row in rows], dtype=bool)
