"""The logs as columns: gathered from rows, joined from parts, encoded as Parquet.

The bytes of a block depend on its rows alone, not on how the block was cut into parts: words are numbered
by their alphabetical order when a block is encoded, never by the order in which workers met them.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from sim.batch.spans import Span
from sim.vocabulary import LOG_COLUMNS, ColumnKind

Kind = ColumnKind
LOGS = LOG_COLUMNS
"""The columns of each log after `replication`; `sim.vocabulary` has them."""

SECONDS_PER_DAY = 86_400
_METADATA = "isf-block"
_SELDOM_REPEATED = ("day", "value", "troops")
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


def joined(log: str, parts: Sequence[Columns]) -> Columns:
    """Join parts in the order given; words become ascending and each is one that some row holds."""
    arrays: list[Any] = []
    words: list[tuple[str, ...] | None] = []
    for index, (_, kind) in enumerate(LOGS[log]):
        if kind == "word":
            known = tuple(sorted({word for part in parts for word in _used(part, index)}))
            arrays.append(_recoded(parts, index, known))
            words.append(known)
        else:
            arrays.append(np.concatenate([part.arrays[index] for part in parts]))
            words.append(None)
    return Columns(np.concatenate([part.replication for part in parts]), tuple(arrays), tuple(words))


def _used(part: Columns, index: int) -> list[str]:
    words = part.words[index] or ()
    counts = np.bincount(part.arrays[index], minlength=len(words))
    return [word for word, times in zip(words, counts, strict=True) if times]


def _recoded(parts: Iterable[Columns], index: int, known: tuple[str, ...]) -> Any:
    code_of = {word: code for code, word in enumerate(known)}
    pieces = []
    for part in parts:
        codes = np.array([code_of.get(word, -1) for word in part.words[index] or ()], dtype="int32")
        pieces.append(codes[part.arrays[index]])
    return np.concatenate(pieces)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the file of a block says of itself: the run's scenario and seed, and the replications it holds."""

    digest: str
    seed: int
    span: Span

    def metadata(self) -> dict[str, str]:
        """Return it as the key-value metadata of a Parquet file."""
        span = self.span
        said = {"digest": self.digest, "seed": self.seed, "first": span.first, "count": span.count}
        return {_METADATA: json.dumps(said, sort_keys=True)}

    def is_told_by(self, metadata: Mapping[bytes, bytes] | None) -> bool:
        """Tell whether the metadata of a file says the same."""
        ((key, value),) = self.metadata().items()
        return metadata is not None and metadata.get(key.encode()) == value.encode()


def encoded(log: str, columns: Columns, identity: Identity) -> bytes:
    """Return one block of a log as a Parquet file; the same rows of the same run give the same bytes."""
    import pyarrow as pa
    from pyarrow import parquet

    names, arrays = ["replication"], [pa.array(columns.replication)]
    for (name, kind), values, words in zip(LOGS[log], columns.arrays, columns.words, strict=True):
        names.append(name)
        if words is not None:
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(values), pa.array(words, pa.string())))
        else:
            arrays.append(pa.array(values / SECONDS_PER_DAY if kind == "day" else values))
    sink = pa.BufferOutputStream()
    parquet.write_table(
        pa.Table.from_arrays(arrays, names=names, metadata=identity.metadata()),
        sink,
        use_dictionary=[name for name in names if name not in _SELDOM_REPEATED],
        compression="zstd",  # a quarter smaller than snappy on the ISF scenario's logs, written as fast
        compression_level=3,
        version="2.6",
        row_group_size=1 << 20,
    )
    return bytes(sink.getvalue())
