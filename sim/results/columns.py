"""A log's Parquet columns as numpy arrays: whole seconds, replications by place, words as codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.durations import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from sim.results.run import Run


def seconds_of(table: pa.Table) -> NDArray[np.int64]:
    """Return the whole seconds since the start that the `day` column shows."""
    import numpy as np

    seconds: NDArray[np.int64] = np.rint(table.column("day").to_numpy() * DAY).astype(np.int64)
    return seconds


def places_of(table: pa.Table, run: Run) -> NDArray[np.int64]:
    """Return each row's replication as its place among those that finished."""
    import numpy as np

    places: NDArray[np.int64] = np.searchsorted(run.numbers, table.column("replication").to_numpy())
    return places


def integers_of(table: pa.Table, column: str) -> NDArray[np.int64]:
    """Return a column of whole numbers."""
    import numpy as np

    numbers: NDArray[np.int64] = table.column(column).to_numpy().astype(np.int64)
    return numbers


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


def is_word(table: pa.Table, column: str, word: str) -> NDArray[np.bool_]:
    """Return which rows have `word` in the column."""
    codes, words = words_of(table, column)
    code = words.index(word) if word in words else -1
    matches: NDArray[np.bool_] = codes == code
    return matches


def groups_of(table: pa.Table, groups: Mapping[tuple[str, str], int]) -> NDArray[np.int64]:
    """Return the group of each row's (contributor, contingent), -1 where it belongs to none."""
    import numpy as np

    contributor, contributors = words_of(table, "contributor")
    contingent, contingents = words_of(table, "contingent")
    group = np.full((len(contributors), len(contingents)), -1, dtype=np.int64)
    for row, name in enumerate(contributors):
        for column, body in enumerate(contingents):
            group[row, column] = groups.get((name, body), -1)
    return group[contributor, contingent] if len(contributor) else contributor
