"""A log's Parquet columns as numpy arrays: whole seconds, words as codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.durations import DAY

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def seconds_of(table: pa.Table) -> NDArray[np.int64]:
    """Return the whole seconds since the start that the `day` column shows."""
    import numpy as np

    seconds: NDArray[np.int64] = np.rint(table.column("day").to_numpy() * DAY).astype(np.int64)
    return seconds


def words_of(table: pa.Table, column: str) -> tuple[NDArray[np.int64], list[str]]:
    """Return a column of words as codes, and the word that each code stands for."""
    import numpy as np
    import pyarrow as pa

    chunked = table.column(column)
    if not pa.types.is_dictionary(chunked.type):
        chunked = chunked.dictionary_encode()
    if len(chunked) == 0:
        return np.empty(0, dtype=np.int64), []
    encoded = chunked.unify_dictionaries().combine_chunks()
    array = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    return array.indices.to_numpy().astype(np.int64), array.dictionary.to_pylist()
