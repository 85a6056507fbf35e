"""Columns joined from parts and encoded as Parquet.

The bytes of a block depend on its rows alone, not on how the block was cut into parts: words are numbered
by their alphabetical order when a block is encoded, never by the order in which workers met them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engines.columns import LOGS, SECONDS_PER_DAY, Columns, Gathering
from sim.engines.spans import Span

__all__ = ["LOGS", "SECONDS_PER_DAY", "Columns", "Gathering", "Identity", "encoded", "joined"]

_METADATA = "isf-block"
_SELDOM_REPEATED = ("day", "value", "troops")


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

    names, arrays = ["replication"], [_array(columns.replication)]
    for (name, kind), values, words in zip(LOGS[log], columns.arrays, columns.words, strict=True):
        names.append(name)
        if words is not None:
            arrays.append(pa.DictionaryArray.from_arrays(_array(values), _words(words)))
        else:
            arrays.append(_array(values / SECONDS_PER_DAY if kind == "day" else values))
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


def _array(values: NDArray[Any]) -> Any:
    """Return an Arrow array of numbers. `pyarrow.array` would import pandas, half a second in every worker."""
    import pyarrow as pa

    buffers = [None, pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), buffers)


def _words(words: Sequence[str]) -> Any:
    """Return an Arrow array of words, likewise."""
    import pyarrow as pa

    texts = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(texts), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
    )
