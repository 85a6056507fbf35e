"""What has happened: one signal a quantity, over all of time."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sim.rules.syntax import Quantity


@dataclass(frozen=True, slots=True)
class Signal:
    """A quantity over time: right-continuous and piecewise constant.

    The signal is `initial` before `times[0]`, and `values[i]` from `times[i]` (included) until `times[i + 1]`
    (excluded). Times are seconds since 00:00 of the start, strictly increasing, negative before the start. Of
    events and casualties it is the cumulative count.

    Raises ValueError if the times do not increase or are not as many as the values.
    """

    initial: float = 0.0
    times: tuple[int, ...] = ()
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.times) != len(self.values):
            raise ValueError(f"a signal has {len(self.times)} times but {len(self.values)} values")
        if any(later <= earlier for earlier, later in zip(self.times, self.times[1:], strict=False)):
            raise ValueError(f"the times of a signal must strictly increase, not {self.times}")

    def at(self, time: int) -> float:
        """Return the value at the instant `time`."""
        position = bisect_right(self.times, time)
        return self.values[position - 1] if position else self.initial

    def until(self, time: int) -> Signal:
        """Return the signal as it is up to and including `time`, and unchanged from then on."""
        position = bisect_right(self.times, time)
        return Signal(self.initial, self.times[:position], self.values[:position])


class History(Protocol):
    """What a rule is read against."""

    @property
    def start(self) -> dt.date:
        """The day whose 00:00 is second 0."""

    def signal(self, quantity: Quantity) -> Signal:
        """Return the course of a quantity; for counted ones the cumulative count. Never a `Recent`."""


@dataclass(frozen=True, slots=True)
class RecordedHistory:
    """A history held in a mapping; a quantity that it lacks raises KeyError."""

    start: dt.date
    courses: Mapping[Quantity, Signal]

    def signal(self, quantity: Quantity) -> Signal:
        """Return the course of `quantity`."""
        return self.courses[quantity]

    def __str__(self) -> str:
        """Return one line a quantity: its initial value, then the dates and values of its changes."""
        return "\n".join(
            f"{quantity}: {' → '.join(_steps(self.start, self.courses[quantity]))}"
            for quantity in sorted(self.courses, key=str)
        )


@dataclass(frozen=True, slots=True)
class StoppedHistory:
    """A history in which nothing changes after the instant `time`."""

    history: History
    time: int

    @property
    def start(self) -> dt.date:
        """The day whose 00:00 is second 0."""
        return self.history.start

    def signal(self, quantity: Quantity) -> Signal:
        """Return the course of `quantity`, constant after the instant."""
        return self.history.signal(quantity).until(self.time)


def _steps(start: dt.date, signal: Signal) -> list[str]:
    midnight = dt.datetime.combine(start, dt.time())
    changes = zip(signal.times, signal.values, strict=True)
    return [f"{signal.initial:g}"] + [
        f"{value:g} from {_instant(midnight + dt.timedelta(seconds=time))}" for time, value in changes
    ]


def _instant(moment: dt.datetime) -> str:
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ")
