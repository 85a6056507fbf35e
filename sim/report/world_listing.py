"""The table of worlds as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.results.summary import inert

if TYPE_CHECKING:
    import pandas as pd


def worlds_csv(table: pd.DataFrame) -> str:
    """Return the table as CSV: dates as YYYY-MM-DD, at most nine significant digits, nothing for never."""
    return str(
        table.rename(columns=inert).to_csv(
            index=False, date_format="%Y-%m-%d", float_format="%.9g", lineterminator="\n"
        )
    )


def worlds_parquet(table: pd.DataFrame) -> bytes:
    """Return the table as a Parquet file."""
    import io

    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
