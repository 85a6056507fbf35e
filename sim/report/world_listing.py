"""The table of worlds as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from sim.results.summary import inert

if TYPE_CHECKING:
    import pandas as pd


def worlds_csv(table: pd.DataFrame, *, header: bool = True) -> str:
    """Return the table as CSV: dates as YYYY-MM-DD, at most nine significant digits, nothing for never."""
    return str(
        table.rename(columns=inert).to_csv(
            index=False, header=header, date_format="%Y-%m-%d", float_format="%.9g", lineterminator="\n"
        )
    )


def csv_parts(parts: Iterable[pd.DataFrame]) -> Iterator[str]:
    """Yield the CSV of a table that comes in parts, part by part."""
    for number, part in enumerate(parts):
        yield worlds_csv(part, header=number == 0)


def write_parquet(file: BinaryIO, parts: Iterable[pd.DataFrame]) -> None:
    """Write a table that comes in parts, one at least, as a Parquet file, a row group each."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    tables = (pa.Table.from_pandas(part, preserve_index=False, nthreads=1) for part in parts)
    first = next(tables)
    with ParquetWriter(file, first.schema, compression="snappy") as writer:
        for table in chain((first,), tables):
            writer.write_table(table.cast(first.schema))
