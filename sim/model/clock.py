"""A delay whose hazard is multiplied by a rate that changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

from sim.model.chance import Arrivals, Dealer, whole_seconds
from sim.model.path import Ran
from sim.model.questions import Question
from sim.plan.laws import ConstantLaw, ExponentialLaw
from sim.plan.observations import Stretch
from sim.plan.tables import Delay

Begins = tuple[int, int]
"""When a delay began, and from when chance rules it."""
_NOTHING = Delay("", ConstantLaw(0.0))
"""What a rehearsal's clock runs through itself."""


class HazardClock:
    """One threshold, used up as time passes, faster or slower as the rate is.

    `began` is when the delay began, `since` from when chance rules (`as_of`, if it began before); its age
    then is known to be exceeded, so the hazard up to there is not part of the `threshold`. While history has it
    stand still it does not age.
    """

    def __init__(self, delay: Delay, began: int, since: int, scale: float, threshold: float) -> None:
        self._delay = delay
        self._law = delay.law
        self._scale = scale
        self._began = began
        self._left = threshold
        self._at = since
        self._factor: float | None = None
        self._due: int | None = None
        self._stretches: list[Stretch] | None = None
        self._stopped: int | None = None

    @property
    def memoryless(self) -> bool:
        """Whether its age does not matter, only how long it ran at which rate."""
        return isinstance(self._law, ExponentialLaw)

    def follow(self) -> None:
        """Note from now on what it runs through."""
        self._stretches = []

    def stop(self, now: int) -> None:
        """Note that it ended, or that nobody waits for it any more."""
        self._stopped = now

    def ran(self, ends: int) -> Ran:
        """Return what it ran through until it stopped, or until `ends`; it ended if it was due by then."""
        until = ends if self._stopped is None else self._stopped
        ended = self._due is not None and self._due <= until
        stretches = [
            *(self._stretches or []),
            *self._stretch(min(until, self._due) if ended and self._due else until),
        ]
        return Ran(self._delay.stream, tuple(stretches), ended)

    def _stretch(self, until: int) -> list[Stretch]:
        if not self._factor or until <= self._at:
            return []
        since, until = (self._delay.age(self._began, time) for time in (self._at, until))
        return [Stretch(self._factor, float(since), float(until))]

    def due(self, now: int, factor: float) -> int | None:
        """Return when the delay ends if the rate stays `factor` times as high from `now` on; None: never."""
        if factor == self._factor:
            return self._due
        if now > self._at:
            if self._stretches is not None:
                self._stretches += self._stretch(now)
            if self._factor:
                self._left -= self._factor * (self._hazard(now) - self._hazard(self._at))
            self._at = now
        self._factor = factor
        self._due = self._ends(factor)
        return self._due

    def _ends(self, factor: float) -> int | None:
        if factor <= 0:
            return None
        start = self._hazard(self._at)
        if start == inf or self._left <= 0 or self._scale <= 0:
            return self._at
        length = self._law.at_hazard(start + self._left / factor) * self._scale
        return max(self._delay.at_age(self._began, whole_seconds(length)), self._at)

    def _hazard(self, time: int) -> float:
        return self._law.hazard(self._delay.age(self._began, time) / self._scale) if self._scale > 0 else inf


class AskedClock(HazardClock):
    """The clock of a rehearsal: when it ends is asked of chance, and heard only if that is in the known time."""

    def __init__(
        self, delay: Delay | Arrivals, number: int, begins: Begins, when: Callable[[Question[int]], int]
    ) -> None:
        super().__init__(_NOTHING, *begins, 1.0, inf)
        self._which = delay, number, begins
        self._when = when
        self._readings: tuple[tuple[int, float], ...] = ()

    def due(self, now: int, factor: float) -> int | None:
        """Return when the delay ends if the rate stays so; None: never."""
        if factor != self._factor:
            self._factor = factor
            self._readings = (*self._readings, (now, factor))
            self._due = self._when(partial(_read, *self._which, self._readings)) if factor > 0 else None
        return self._due


def dealt_clock(delay: Delay | Arrivals, number: int, begins: Begins, chance: Dealer) -> HazardClock:
    """Return the clock of a delay, with the variate of that number."""
    known = delay if isinstance(delay, Delay) else delay.delay(chance)
    threshold = chance.stream(known.stream).hazard_of(number)
    return HazardClock(known, *begins, chance.scale(known), threshold)


def _read(
    delay: Delay | Arrivals,
    number: int,
    begins: Begins,
    readings: tuple[tuple[int, float], ...],
    chance: Dealer,
) -> int:
    """Return when a clock ends that was read at these instants, with these rates, the last one above 0."""
    clock = dealt_clock(delay, number, begins, chance)
    due = [clock.due(now, factor) for now, factor in readings][-1]
    assert due is not None
    return due
