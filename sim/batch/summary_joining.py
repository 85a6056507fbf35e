"""Summaries of consecutive parts of a block joined to the block's own, where no rows are left to be joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sim.batch.summary import BlockSummary, Bookings, Courses, Moves

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Rows = TypeVar("_Rows", Moves, Bookings, Courses)
_KINDS = {"body": "bodies", "source": "stages", "goal": "stages", "wait": "waits", "fact": "facts"}
"""For each column of codes the list that they point to."""
_WORDS = ("bodies", "stages", "causes", "waits", "facts", "names")


def joined_summary(parts: Sequence[BlockSummary]) -> BlockSummary:
    """Join summaries of different worlds, in the order of their numbers.

    The result equals, array by array, the summary of the joined logs: each word that a part knows is one that some
    row holds, words are ascending, and no row of a world hangs on another world.
    """
    import numpy as np

    known = {
        words: tuple(sorted({word for part in parts for word in getattr(part, words)})) for words in _WORDS
    }
    places = np.cumsum([0, *(part.numbers.size for part in parts)])

    def rows(kind: Callable[..., _Rows], name: str) -> _Rows:
        return kind(
            **{
                field.name: np.concatenate(
                    [
                        _column(part, name, field.name, int(place), known)
                        for part, place in zip(parts, places, strict=False)
                    ]
                )
                for field in fields(getattr(parts[0], name))
            }
        )

    return BlockSummary(
        numbers=np.concatenate([part.numbers for part in parts]),
        moves=rows(Moves, "moves"),
        bookings=rows(Bookings, "bookings"),
        courses=rows(Courses, "courses"),
        drawn=_drawn(parts, known["names"]),
        **known,
    )


def _column(
    part: BlockSummary, rows: str, column: str, place: int, known: dict[str, tuple[Any, ...]]
) -> NDArray[Any]:
    """Return a column with the codes and places of the whole block."""
    import numpy as np

    values: NDArray[Any] = getattr(getattr(part, rows), column)
    if column == "place":
        moved: NDArray[Any] = values + values.dtype.type(place)
        return moved
    if column not in _KINDS:
        return values
    words = _KINDS[column]
    number = {word: code for code, word in enumerate(known[words])}
    codes = np.array([number[word] for word in getattr(part, words)] or [-1], dtype=values.dtype)
    recoded: NDArray[Any] = codes[values]
    return recoded


def _drawn(parts: Sequence[BlockSummary], names: tuple[str, ...]) -> NDArray[Any]:
    """Return the numbers drawn [names, worlds]; NaN where a world drew none."""
    import numpy as np

    place = {name: row for row, name in enumerate(names)}
    drawn = np.full((len(names), sum(part.numbers.size for part in parts)), np.nan)
    first = 0
    for part in parts:
        rows = [place[name] for name in part.names]
        drawn[rows, first : first + part.numbers.size] = part.drawn
        first += part.numbers.size
    return drawn
