"""Figures as a spreadsheet draws them: a table with a column a line, and how it is to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sim.report.exhibit import Exhibit, Layout

_MOST_ROWS = 200
_MOST_SERIES = 12


@dataclass(frozen=True)
class Chart:
    """A chart: its title, the table with the axis in the first column and a column a line, and its layout."""

    title: str
    table: pd.DataFrame
    layout: Layout


def charts_of(exhibits: Iterable[Exhibit], subject: Any) -> dict[str, Chart]:
    """Return the charts of the figures that a spreadsheet can draw, by the figure's name."""
    found: dict[str, Chart] = {}
    for exhibit in exhibits:
        if exhibit.layout is not None:
            table = _wide(exhibit.data(subject), exhibit.layout)
            if len(table) and len(table.columns) > 1:
                found[exhibit.name] = Chart(
                    exhibit.finding(subject), _in_words(table, exhibit.layout, subject), exhibit.layout
                )
    return found


def _in_words(table: pd.DataFrame, layout: Layout, subject: Any) -> pd.DataFrame:
    """The same with lines, of a bar chart the bars, called as readers know them."""
    words = layout.words
    if words is None:
        return table
    if layout.kind == "bar":
        return table.assign(**{layout.by: [words(subject, str(each)) for each in table[layout.by]]})
    first, *lines = map(str, table.columns)
    return table.set_axis([first, *(words(subject, line) for line in lines)], axis="columns")


def _wide(table: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """The axis, then a column a line: at most so many lines and rows, the last row always among them."""
    if layout.parts and len(table):
        (value,) = layout.values
        spread = table.pivot_table(
            index=layout.by, columns=layout.parts, values=value, sort=False
        ).sort_index()
        ordered = spread.sum().sort_values(ascending=False, kind="stable").index[:_MOST_SERIES]
        wide = spread[ordered].rename(columns=str).reset_index()
    else:
        names = layout.values or tuple(str(name) for name in table.columns if name != layout.by)
        wide = table[[layout.by, *names[:_MOST_SERIES]]]
    step = -(-len(wide) // _MOST_ROWS)
    places = sorted({*range(0, len(wide), max(1, step)), len(wide) - 1}) if len(wide) else []
    return wide.iloc[places].reset_index(drop=True)
