"""Force levels as a table of text: for the terminal, and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.report.tables import rows_of, tables_of
from sim.words.dates import short_day
from sim.words.names import printable, readable
from sim.words.numbers import whole

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.tables import Tables
    from sim.results.run import Run

_COLUMNS = ("Mean", "5 %", "Median", "95 %")


def level_lines(run: Run | Tables, table: pd.DataFrame, by: str | None) -> Iterator[str]:
    """Yield the rows of `sim.results.levels.level_table` in columns, a date said once.

    Groups that have no troops on a day in any replication are left out of that day.
    """
    tables = tables_of(run)
    kept = [row for row in rows_of(table) if by is None or row.q95 > 0 or row.mean > 0]
    if by is not None:
        kept.sort(key=lambda row: row.date)
    names = [_name(tables, by, str(getattr(row, by))) if by else "" for row in kept]
    width = max((len(name) for name in (*names, by or "")), default=0)
    numbers = max([7, *(len(whole(row.q95)) for row in kept)])
    yield _line("Date", readable(by) if by else "", width, _COLUMNS, numbers)
    before = None
    for row, name in zip(kept, names, strict=True):
        date = short_day(row.date) if row.date != before else ""
        before = row.date
        yield _line(
            date, name, width, tuple(whole(x) for x in (row.mean, row.q05, row.q50, row.q95)), numbers
        )
    if not kept:
        yield "no troops on any of these days"


def level_csv(table: pd.DataFrame) -> str:
    """Return the table as CSV; dates are written YYYY-MM-DD."""
    return str(
        table.assign(date=table["date"].dt.strftime("%Y-%m-%d")).to_csv(index=False, lineterminator="\n")
    )


def _name(tables: Tables, by: str, label: str) -> str:
    if by == "contributor":
        return tables.contributor_name(label)
    if by == "sector":
        known: Any = tables.scenario.theatre.sectors.get(label)
        return printable((known.name if known else None) or readable(label))
    return printable(label.replace("_", " "))


def _line(date: str, name: str, width: int, cells: tuple[str, ...], numbers: int) -> str:
    columns = "  ".join(f"{cell:>{numbers}}" for cell in cells)
    return f"{date:<11}  {name:<{width}}  {columns}" if width else f"{date:<11}  {columns}"
