"""How rows of a summary are kept: as few bytes as hold them, each column by what is seldom in it.

Many rows are of one instant of one world, so that instants are kept, with how many rows each has; whole numbers are
as narrow as all of them allow; and of the values of facts, nearly all whole, those that are not stand by themselves.
The fewer bytes there are, the less is packed when a block is played, and the less unpacked by each who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sim.batch.summary import Bookings, Courses, Moves
from sim.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Rows = TypeVar("_Rows", Moves, Bookings, Courses)

_INSTANTS = ("instants", "step", "rows")
"""Of each world how many instants, of each instant the seconds since the one before it and how many rows."""
_PLAIN = {
    "body": "i2",
    "source": "i2",
    "goal": "i2",
    "wait": "i4",
    "fact": "i2",
    "troops": "i4",
    "change": "i4",
}
"""Columns of whole numbers, as what they are read."""
_VALUES = ("value", "odd", "odd_value")
"""The whole part of each value, which rows hold another number than that, and what these hold."""
_WIDTHS = ("i1", "u1", "i2", "i4")


def names_of(kind: type[Moves | Bookings | Courses]) -> list[str]:
    """Return the columns by which rows are kept."""
    return [*_INSTANTS, *_plain_of(kind), *(_VALUES if kind is Courses else ())]


def _plain_of(kind: type[Moves | Bookings | Courses]) -> list[str]:
    return [field.name for field in fields(kind) if field.name in _PLAIN]


def kept_columns(rows: Moves | Bookings | Courses) -> dict[str, NDArray[Any]]:
    """Return rows, by world and then time, as the columns to be kept; the same rows give the same ones."""
    import numpy as np

    place, second = rows.place, rows.second
    fresh = np.ones(place.size, dtype=bool)
    fresh[1:] = (second[1:] != second[:-1]) | (place[1:] != place[:-1])
    starts = np.flatnonzero(fresh)
    if (place[starts[1:]] < place[starts[:-1]]).any():
        raise ValueError("rows of a summary are not in the order of worlds")
    found: dict[str, NDArray[Any]] = {
        "instants": np.bincount(place[starts]),
        "step": np.diff(second[starts], prepend=np.int64(0)),
        "rows": np.diff(starts, append=place.size),
        **{name: getattr(rows, name) for name in _plain_of(type(rows))},
    }
    if isinstance(rows, Courses):
        value = np.ascontiguousarray(rows.value, dtype=np.float64)
        with np.errstate(invalid="ignore"):  # what is no number is odd too
            whole = value.astype(np.int32)
        odd = np.flatnonzero(whole.astype(np.float64).view(np.int64) != value.view(np.int64))
        whole[odd] = 0
        found |= {"value": whole, "odd": odd, "odd_value": value[odd]}
    return {name: _narrow(values) for name, values in found.items()}


def rows_of(kind: type[_Rows], columns: Mapping[str, NDArray[Any]]) -> _Rows:
    """Return the rows that were kept as these columns; StoreError where they do not hold together."""
    import numpy as np

    try:
        plain: list[str] = _plain_of(kind)
        of_rows: tuple[str, ...] = (*plain, *(_VALUES[:1] if kind is Courses else ()))
        for counts, counted in (("instants", ("step", "rows")), ("rows", of_rows)):
            many = int(columns[counts].sum(dtype=np.int64))
            if any(columns[name].size != many for name in counted):
                raise ValueError(f"{counts} are not as many")
        place = np.repeat(np.arange(columns["instants"].size, dtype=np.int32), columns["instants"])
        second = np.cumsum(columns["step"], dtype=np.int64)
        found: dict[str, Any] = {
            "place": np.repeat(place, columns["rows"]),
            "second": np.repeat(second, columns["rows"]),
        }
        found |= {name: columns[name].astype(_PLAIN[name]) for name in plain}
        if kind is Courses:
            found["value"] = columns["value"].astype(np.float64)
            found["value"][columns["odd"]] = columns["odd_value"]
    except (ValueError, IndexError) as fault:
        raise StoreError(f"a summary holds rows that do not hold together ({fault})") from None
    return kind(**found)


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in as few bytes as all of them allow."""
    import numpy as np

    if values.dtype.kind == "f":
        return values
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    for width in _WIDTHS:
        room = np.iinfo(width)
        if room.min <= least and most <= room.max:
            return values.astype(width, copy=False)
    return values.astype("i8", copy=False)
