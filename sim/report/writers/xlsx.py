"""Tables as an Excel file for staff who paste: numbers are numbers, no text is a formula or a link."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
_WIDEST = 60
_EPOCH = dt.datetime(2000, 1, 1)  # a spreadsheet's times have no zone


def xlsx_of(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Return tables as a workbook, a worksheet each, with a head that stays and typed cells.

    Raises UsageError if the extra `report` is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError(
            "XLSX needs the extra `report`: pip install '.[report]' in the simulator's folder"
        ) from None
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


def _write(sheet: Any, table: pd.DataFrame, formats: Mapping[str, Any]) -> None:
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, str(column), formats["head"])
        longest = len(str(column))
        share = formats["percent"] if _is_share(str(column)) else None
        for row, value in enumerate(table.iloc[:, place].tolist(), start=1):
            longest = max(longest, _write_cell(sheet, row, place, value, formats["date"], share=share))
        sheet.set_column(place, place, min(_WIDEST, longest + 2))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)  # all columns on one sheet of paper, as many of them as the rows need
    sheet.repeat_rows(0)
    if len(table.columns):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


_SHARES = re.compile(r"(^|_)(share|chance|held|reached|applies|met)(_|$)")


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
