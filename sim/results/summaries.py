"""The summaries of a run's blocks: read from beside the logs, or made from the logs where they are missing."""

from __future__ import annotations

import contextlib
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sim.batch.columns import LOGS, Columns
from sim.batch.manifest import BlockRecord
from sim.batch.store import Store
from sim.batch.summary import BlockSummary, Bookings, Courses, Moves, summarised
from sim.errors import StoreError
from sim.results.columns import seconds_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


_Rows = TypeVar("_Rows", Moves, Bookings, Courses)


def summary_of(
    store: Store, record: BlockRecord, finished: NDArray[np.int64], read: Callable[[str], pa.Table]
) -> BlockSummary:
    """Return the summary of a block's finished worlds, whose numbers are among `finished`.

    One that is missing, damaged, of another version or of other logs than the record lists is made from the
    logs, which `read` gives by name, and kept, where the folder can be written. StoreError if the logs are
    needed and cannot be read.
    """
    numbers = finished[(finished >= record.span.first) & (finished < record.span.end)].tolist()
    found = store.summary(record)
    if found is not None and found.numbers.tolist() == numbers:
        return found
    made = summarised({log: _columns(log, read(log)) for log in LOGS}, numbers)
    if _is_to_be_kept(store, record):
        with contextlib.suppress(StoreError):  # a folder that only others may write is read all the same
            store.save_summary(record, made)
    return made


def _is_to_be_kept(store: Store, record: BlockRecord) -> bool:
    """Tell whether the block stands as recorded but for its summary; without logs that is what the manifest says."""
    if record.files:
        return not store.faults(record)
    try:
        manifest = store.manifest()
    except (ValueError, StoreError):
        return False
    return manifest is not None and manifest.blocks.get(record.span.block) == record


def _columns(log: str, table: pa.Table) -> Columns:
    """Return a table as the columns that it was encoded from."""
    arrays: list[Any] = []
    words: list[tuple[str, ...] | None] = []
    for name, kind in LOGS[log]:
        if kind == "word":
            codes, known = words_of(table, name)
            arrays.append(codes)
            words.append(tuple(known))
        else:
            arrays.append(seconds_of(table) if kind == "day" else table.column(name).to_numpy())
            words.append(None)
    return Columns(table.column("replication").to_numpy(), tuple(arrays), tuple(words))


def until_second(summary: BlockSummary, end: int) -> BlockSummary:
    """Return a summary without what happens from an instant on."""
    return BlockSummary(
        numbers=summary.numbers,
        bodies=summary.bodies,
        stages=summary.stages,
        causes=summary.causes,
        waits=summary.waits,
        facts=summary.facts,
        names=summary.names,
        moves=rows_where(summary.moves, summary.moves.second < end),
        bookings=rows_where(summary.bookings, summary.bookings.second < end),
        courses=rows_where(summary.courses, summary.courses.second < end),
        drawn=summary.drawn,
    )


def rows_where(rows: _Rows, kept: NDArray[np.bool_]) -> _Rows:
    """Return the rows that are marked."""
    if kept.all():
        return rows
    return type(rows)(**{field.name: getattr(rows, field.name)[kept] for field in fields(rows)})
