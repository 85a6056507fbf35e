"""The logs of a span as columns: one array a column, words as codes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from sim.vocabulary import LOG_COLUMNS, ColumnKind

Kind = ColumnKind
LOGS = LOG_COLUMNS
"""The columns of each log after `replication`; `sim.vocabulary` has them."""

SECONDS_PER_DAY = 86_400
_TYPECODES: Mapping[Kind, str] = {"int16": "h", "int32": "i", "day": "q", "float64": "d", "word": "i"}
_DTYPES: Mapping[Kind, str] = {
    "int16": "int16",
    "int32": "int32",
    "day": "int64",
    "float64": "float64",
    "word": "int32",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Some rows of one log: replication numbers, one array a column, and the words that codes stand for."""

    replication: Any
    arrays: tuple[Any, ...]
    words: tuple[tuple[str, ...] | None, ...]


class Gathering:
    """Collects the rows of one log, replication after replication, in a few bytes a value."""

    def __init__(self, log: str) -> None:
        self._kinds = tuple(kind for _, kind in LOGS[log])
        self._replication = array("i")
        self._arrays = tuple(array(_TYPECODES[kind]) for kind in self._kinds)
        self._codes: tuple[defaultdict[str, int] | None, ...] = tuple(
            defaultdict(count().__next__) if kind == "word" else None for kind in self._kinds
        )

    def add(self, number: int, rows: Sequence[tuple[Any, ...]]) -> None:
        """Append the rows of replication `number`, numbers ascending.

        TypeError, ValueError or OverflowError if a row does not fit; `forget` then takes back its parts.
        """
        if not rows:
            return
        for values, codes, column in zip(self._arrays, self._codes, zip(*rows, strict=True), strict=True):
            values.extend(column if codes is None else map(codes.__getitem__, column))
        self._replication.extend([number] * len(rows))

    def forget(self, number: int) -> None:
        """Take back every row, whole or half added, of replication `number` and those after it."""
        keep = bisect_left(self._replication, number)
        for values in (self._replication, *self._arrays):
            del values[keep:]

    def columns(self) -> Columns:
        """Return what was gathered."""
        return Columns(
            replication=np.array(self._replication, dtype="int32"),
            arrays=tuple(
                np.array(values, dtype=_DTYPES[kind])
                for values, kind in zip(self._arrays, self._kinds, strict=True)
            ),
            words=tuple(None if codes is None else tuple(codes) for codes in self._codes),
        )
