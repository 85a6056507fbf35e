"""Axes of dates and of troops, with ticks at round values whose labels have room."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.report.style import LINE
from sim.vocabulary import MONTHS
from sim.words.dates import as_date

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes

_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_INCHES_A_LABEL = 0.36
_MOST_POINTS = 260
_EPOCH = dt.date(1970, 1, 1).toordinal()


def position(value: Any) -> float:
    """Where a date stands on an axis of dates: its proleptic ordinal; NaN for a date that never comes."""
    date = as_date(value)
    return math.nan if date is None else float(date.toordinal())


def positions(values: Iterable[Any]) -> np.ndarray:
    """Where dates stand on an axis of dates."""
    import numpy as np

    dtype = getattr(values, "dtype", None)
    if dtype is not None and dtype.kind == "M":  # a column of a table, or an array of it
        days = np.asarray(values).astype("datetime64[D]")
        ordinals = days.astype(np.int64) + _EPOCH
        return np.where(np.isnat(days), np.nan, ordinals.astype(float))
    return np.array([position(value) for value in values], dtype=float)


def thinned(table: pd.DataFrame) -> pd.DataFrame:
    """A daily table with no more days than a plot can show, the last one always among them."""
    step = max(1, len(table) // _MOST_POINTS)
    kept = sorted({*range(0, len(table), step), len(table) - 1} if len(table) else set())
    return table.iloc[kept]


def date_ticks(first: dt.date, last: dt.date, most: int) -> list[tuple[dt.date, str]]:
    """At most `most` ticks from `first` to `last`: days, months or years, the year named where it turns."""
    days = max(1, (last - first).days)
    for step in _DAY_STEPS:
        if days / step + 1 <= most and days <= 100:
            return _labelled([first + dt.timedelta(n) for n in range(0, days + 1, step)], "day")
    for step in _MONTH_STEPS:
        starts = _month_starts(first, last, step)
        if len(starts) <= most:
            return _labelled(starts or [first], "year" if step >= 12 else "month")
    return _labelled([first, last], "year")


def _month_starts(first: dt.date, last: dt.date, step: int) -> list[dt.date]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = (dt.date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0)
    return [start for start in starts if first <= start <= last]


def _labelled(dates: list[dt.date], unit: str) -> list[tuple[dt.date, str]]:
    labels: list[tuple[dt.date, str]] = []
    year: int | None = None
    for date in dates:
        name = MONTHS[date.month - 1][:3]
        words = {"day": f"{date.day} {name}", "month": name, "year": f"{date.year}"}[unit]
        if unit != "year" and date.year != year:
            words = f"{words}\n{date.year}"
        year = date.year
        labels.append((date, words))
    return labels


def date_axis(axes: Axes, first: dt.date, last: dt.date, inches: float) -> None:
    """Make the x-axis run from `first` to `last`; `inches` is the room it has."""
    ticks = date_ticks(first, last, max(3, int(inches / _INCHES_A_LABEL)))
    axes.set_xlim(first.toordinal(), max(last, first + dt.timedelta(1)).toordinal())
    axes.set_xticks([date.toordinal() for date, _ in ticks], [words for _, words in ticks])


def round_step(largest: float, most: int) -> float:
    """The smallest 1, 2, 2.5 or 5 times a power of ten that reaches `largest` in at most `most` steps."""
    scale = 10.0 ** math.floor(math.log10(max(largest, 1) / most))
    steps = (factor * scale for factor in (1, 2, 2.5, 5, 10))
    return max(1.0, next(step for step in steps if largest <= step * most * (1 + 1e-9)))


def troop_axis(axes: Axes, largest: float, most: int = 6) -> None:
    """Make the y-axis run from 0 to a little over `largest` troops, with light lines to read it by."""
    import numpy as np

    largest = (
        max(largest, 1.0) if math.isfinite(largest) else 1.0
    )  # where nobody is pledged, nothing is stacked
    step = math.ceil(round_step(largest, most))
    top = largest * 1.06
    axes.set_ylim(0, top)
    ticks = np.arange(0, top, step)
    axes.set_yticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    axes.grid(axis="y", color=LINE, linewidth=0.5)
    axes.tick_params(axis="y", length=0)
