"""Days of a run as calendar dates, with "never" among them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.durations import DAY, date_at
from sim.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd


def day_of(dates: Sequence[dt.date], date: dt.date) -> int:
    """Return the index of a day among the run's days; UsageError if it is not one of them."""
    day = (date - dates[0]).days
    if not 0 <= day < len(dates):
        raise UsageError(f"{date} is not a day of the run; choose one from {dates[0]} to {dates[-1]}")
    return day


def last_second_of(start: dt.date, date: dt.date) -> int:
    """Return the last second of a day, the instant at which "by" that day and "on" that day are read."""
    return ((date - start).days + 1) * DAY - 1


def date_of(start: dt.date, second: float) -> dt.date | None:
    """Return the calendar day that holds a second; None for an infinite one (never)."""
    return None if math.isinf(second) else date_at(start, int(second))


def date_column(dates: Sequence[dt.date | None]) -> pd.DatetimeIndex:
    """Return dates as a column of a table; None (never) becomes NaT."""
    import pandas as pd

    return pd.DatetimeIndex(list(dates), dtype="datetime64[s]")
