"""Tables that were kept as CSV, read again as they were."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.plain_files import read_plain
from sim.results.summary import inert

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = re.compile(r"-?(\d+(\.\d+)?(e[+-]?\d+)?|inf)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def text_table(path: Path) -> pd.DataFrame:
    """Read a table of texts, without the apostrophes that keep them from being formulas.

    Raises OSError or ValueError if it cannot be read.
    """
    import pandas as pd

    table = pd.read_csv(io.BytesIO(read_plain(path)), dtype=str, keep_default_na=False)
    return table.map(_as_it_was)


def typed_table(path: Path) -> pd.DataFrame:
    """Read a table whose columns are numbers, dates or truths where all of their cells are; None if empty.

    Raises OSError or ValueError if it cannot be read.
    """
    table = text_table(path)
    for column in table.columns:
        table[column] = _typed([cell or None for cell in table[column]])
    return table


def _as_it_was(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and inert(cell[1:]) == cell else cell


def _typed(cells: list[str | None]) -> Any:
    import pandas as pd

    stated = [cell for cell in cells if cell is not None]
    if not stated:
        return cells
    if all(_NUMBER.fullmatch(cell) for cell in stated):
        return [math.nan if cell is None else float(cell) for cell in cells]
    if all(_DATE.fullmatch(cell) for cell in stated):
        return pd.Series([cell and dt.date.fromisoformat(cell) for cell in cells], dtype=object)
    if all(cell in ("True", "False") for cell in stated):
        return pd.Series([None if cell is None else cell == "True" for cell in cells], dtype=object)
    return pd.Series(cells, dtype=object)
