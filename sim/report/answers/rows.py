"""What the tables of all answers share: how many rows they show, and what stands for the others."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.blocks import Cell
from sim.words.numbers import counted

MOST_ROWS = 20
"""So many rows a table shows; what is left out stands in the CSV files and the workbook."""


def shown_rows(
    rows: Sequence[tuple[Cell, ...]], noun: str, most: int = MOST_ROWS
) -> tuple[tuple[Cell, ...], ...]:
    """Return the first rows, and one that counts the others where there are more than a few."""
    if len(rows) <= most + 1:
        return tuple(rows)
    rest = f"{counted(len(rows) - most, f'other {noun}')} (in summary.csv)"
    return (*rows[:most], (rest, *[""] * (len(rows[0]) - 1)))


def counted_troops(force: str | None, role: str | None, *where: str) -> str:
    """Return which troops are counted: `military`, `all forces`, `military, engineers, Rafah`.

    `where` are the titles of a sector and a contributor.
    """
    words = [force.replace("_", " ") if force and force != "any" else "all forces"]
    return ", ".join(
        [*words, *([role.replace("_", " ")] if role else []), *(title for title in where if title)]
    )
