"""Tables as an Excel file for staff who paste: numbers are numbers, no text is a formula or a link."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim.report.writers.formats import check_format
from sim.results.summary import is_share

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.charts import Chart

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
_WIDEST = 60
_LONGEST_TITLE = 250
_EPOCH = dt.datetime(2000, 1, 1)  # a spreadsheet's times have no zone


def xlsx_of(sheets: Mapping[str, pd.DataFrame], charts: Mapping[str, Chart] = MappingProxyType({})) -> bytes:
    """Return tables as a workbook, a worksheet each, with a head that stays and typed cells.

    Each chart has a worksheet with its table and the chart beside it, which the reader's program draws.

    Raises UsageError if the extra `report` is not installed.
    """
    check_format("XLSX")
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": _EPOCH})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "percent": book.add_format({"num_format": "0.0 %"}),
    }
    taken: set[str] = set()
    for name, table in sheets.items():
        _write(book.add_worksheet(_sheet_name(name, taken)), table, formats)
    for name, chart in charts.items():
        sheet = book.add_worksheet(_sheet_name(f"chart {name}", taken))
        _write(sheet, chart.table, formats, shares=chart.layout.share)
        _draw(book, sheet, chart)
    book.close()
    return out.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that Excel admits and that no other sheet has."""
    base = _FORBIDDEN.sub("-", name).strip() or "sheet"
    candidate, number = base[:_LONGEST_NAME], 2
    while candidate.lower() in taken:
        candidate = f"{base[: _LONGEST_NAME - 4]} {number}"
        number += 1
    taken.add(candidate.lower())
    return candidate


def _draw(book: Any, sheet: Any, chart: Chart) -> None:
    """Put a chart to the right of its table; areas and bars of several parts are stacked."""
    lines = len(chart.table.columns) - 1
    kind: dict[str, str] = {"type": chart.layout.kind}
    if chart.layout.kind == "area" or (chart.layout.kind == "bar" and lines > 1):
        kind["subtype"] = "stacked"
    drawn = book.add_chart(kind)
    last = len(chart.table)
    for place in range(1, lines + 1):
        drawn.add_series(
            {
                "name": [sheet.name, 0, place],
                "categories": [sheet.name, 1, 0, last, 0],
                "values": [sheet.name, 1, place, last, place],
            }
        )
    drawn.set_title({"name": chart.title[:_LONGEST_TITLE], "overlay": False, "name_font": {"size": 11}})
    axis = {"num_format": "0 %", "min": 0, "max": 1} if chart.layout.share else {"num_format": "#,##0"}
    drawn.set_y_axis(axis if chart.layout.kind != "bar" else {"reverse": True, "label_position": "low"})
    drawn.set_x_axis(
        {"num_format": "#,##0"}
        if chart.layout.kind == "bar"
        else {"date_axis": True, "num_format": "mmm yyyy", "major_unit_type": "months"}
    )
    drawn.set_legend({"position": "bottom"} if lines > 1 else {"none": True})
    drawn.set_size({"width": 900, "height": 460})
    sheet.insert_chart(1, lines + 2, drawn, {"description": chart.title})


def _write(sheet: Any, table: pd.DataFrame, formats: Mapping[str, Any], *, shares: bool = False) -> None:
    of_shares = _rows_of_shares(table)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, str(column), formats["head"])
        longest = len(str(column))
        everywhere = shares or _is_share(str(column))
        for row, value in enumerate(table.iloc[:, place].tolist(), start=1):
            percent = everywhere or (row in of_shares and str(column) in _NUMBERS)
            share = formats["percent"] if percent else None
            longest = max(longest, _write_cell(sheet, row, place, value, formats["date"], share=share))
        sheet.set_column(place, place, min(_WIDEST, longest + 2))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)  # all columns on one sheet of paper, as many of them as the rows need
    sheet.repeat_rows(0)
    if len(table.columns):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


_SHARES = re.compile(r"(^|_)(share|chance|held|reached|applies|met)(_|$)")


_NUMBERS = frozenset(
    {
        "value",
        "low",
        "high",
        "baseline",
        "baseline_low",
        "baseline_high",
        "difference",
        "diff_low",
        "diff_high",
    }
    | {
        f"{which}{end}"
        for which in ("first", "second", "both", "interaction")
        for end in ("", "_low", "_high")
    }
)
"""Columns of tables that hold a measure a row, each in its own unit."""


def _rows_of_shares(table: pd.DataFrame) -> frozenset[int]:
    """The rows, counted from 1, whose numbers are shares of 1: by their unit, or by what they measure."""
    if "unit" in table.columns:
        units = [str(unit) for unit in table["unit"]]
        return frozenset(row for row, unit in enumerate(units, start=1) if unit in ("probability", "share"))
    if "measure" in table.columns:
        measures = [str(measure) for measure in table["measure"]]
        return frozenset(row for row, measure in enumerate(measures, start=1) if is_share(measure))
    return frozenset()


def _is_share(column: str) -> bool:
    """Whether a column holds probabilities or shares, by its name."""
    return bool(_SHARES.search(column)) and not column.endswith("_day")


def _write_cell(sheet: Any, row: int, place: int, value: Any, date: Any, *, share: Any = None) -> int:
    """Write one value by its type; return how many letters it takes."""
    if value is None or str(value) == "NaT" or (isinstance(value, float) and math.isnan(value)):
        return 0
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, place, value, share)
        return len(f"{value:.6g}")
    elif isinstance(value, dt.date | dt.datetime):
        sheet.write_datetime(row, place, value, date)
        return 10
    else:
        sheet.write_string(row, place, str(value)[:_LONGEST_TEXT])
    return len(str(value))
