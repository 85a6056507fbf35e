"""One thing that an account tells: when it happened, whom it is about, and what it was."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sim.durations import date_at


@dataclass(frozen=True, slots=True, order=True)
class NewsLine:
    """A sentence and its instant: `time` in seconds since start, and the round (`step`) within it."""

    time: int
    step: int
    text: str


def day_said(start: dt.date, time: int) -> str:
    """Return the date of an instant, YYYY-MM-DD."""
    return date_at(start, time).isoformat()
