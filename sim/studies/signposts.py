"""What to watch: the chance of an outcome given that something has happened by a day, and given that it has not.

For each thing that can happen (`sim.results.happenings`) and each day of a grid, the worlds are told apart by whether
it has happened by the end of that day. Of both kinds the share in which the outcome holds has Wilson's interval.

* It *tells* from the first day on which the interval of the difference (Newcombe, at 95 % over all things and days
  together) lies on one side of 0.
* What it would be *worth to know*: with s the share in which it has happened, p₁ and p₀ the two chances and p =
  s·p₁ + (1 − s)·p₀, knowing lowers the variance of the answer from p(1 − p) by s(1 − s)(p₁ − p₀)² on average. And who
  either relies on the outcome, losing `unprepared` where it fails, or provides against it, losing `in_vain` where
  it holds, loses least(p) = min((1 − p)·unprepared, p·in_vain) now, and s·least(p₁) + (1 − s)·least(p₀) if he
  knows.
* It may be *ignored* if it never tells, knowing it never takes away a hundredth of the variance, and on some day
  both kinds are many.

These are differences between worlds, not effects: what comes together with the cause tells as well as the cause.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.results.changes import stage_question
from sim.results.happenings import Happening, happenings_of, happenings_question
from sim.results.statistics import CONFIDENCE, wilson
from sim.results.worlds import drawn_numbers, drawn_question
from sim.studies.intervals import newcombe
from sim.words.assumptions import number_words

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.results.reading import Question
    from sim.results.run import Run
    from sim.studies.outcomes import Outcome

MOST_DAYS = 24
"""Most days of the grid."""
FEW = 30
"""With fewer worlds of a kind its chance is hardly known: said."""
WORTH = 0.01
"""The part of the variance below which knowing something is worth nothing."""


@dataclass(frozen=True, slots=True)
class Stakes:
    """What the two mistakes cost: relying on an outcome that fails, providing against one that holds."""

    unprepared: float = 1.0
    in_vain: float = 1.0

    def least(self, chance: float) -> float:
        """Return the expected loss of the better choice at this chance."""
        return min((1 - chance) * self.unprepared, chance * self.in_vain)


@dataclass(frozen=True, slots=True)
class Chance:
    """A share of worlds with its 95 % interval; of none it is 0 to 1."""

    hits: int
    worlds: int

    @property
    def value(self) -> float:
        """The share; NaN of no worlds."""
        return self.hits / self.worlds if self.worlds else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval."""
        return wilson(self.hits, self.worlds)


@dataclass(frozen=True, slots=True)
class SignpostReading:
    """One thing on one day: the chance of the outcome given that it has happened by then, and that it has not."""

    day: dt.date
    happened: Chance
    not_yet: Chance
    tells: bool
    variance: float
    """The part of the answer's variance that knowing it takes away."""
    regret: float
    """By how much knowing it lowers the expected loss of a decision, in the units of the stakes."""

    @property
    def share(self) -> float:
        """In which share of the worlds it has happened."""
        return self.happened.worlds / max(1, self.happened.worlds + self.not_yet.worlds)

    @property
    def moves(self) -> float:
        """By how much the two chances differ; 0 where one kind of world does not occur."""
        if not self.happened.worlds or not self.not_yet.worlds:
            return 0.0
        return self.happened.value - self.not_yet.value

    @property
    def few(self) -> bool:
        """Whether one of the two chances rests on few worlds."""
        return min(self.happened.worlds, self.not_yet.worlds) < FEW


@dataclass(frozen=True)
class Signpost:
    """One thing that can happen, on every day of the grid."""

    happening: Happening
    readings: tuple[SignpostReading, ...] = field(repr=False)

    @property
    def best(self) -> SignpostReading:
        """The day on which knowing it is worth most; of several the first."""
        return max(self.readings, key=lambda each: each.variance)

    @property
    def earliest(self) -> dt.date | None:
        """The first day on which it tells, None: on none."""
        return next((each.day for each in self.readings if each.tells), None)

    @property
    def ignorable(self) -> bool:
        """Whether nothing is lost by not watching it: it never tells, and that is not for want of worlds."""
        enough = any(not each.few for each in self.readings)
        return self.earliest is None and enough and self.best.variance < WORTH


@dataclass(frozen=True, slots=True)
class Knowing:
    """A number that is drawn once a world: what it would be worth to know it exactly."""

    name: str
    said: str
    """What it is, in words."""
    variance: float
    """The part of the answer's variance that it takes away; below 0 is chance."""
    low: Chance
    """The outcome in the quarter of the worlds in which it is lowest."""
    high: Chance
    """And in that in which it is highest."""


@dataclass(frozen=True)
class Signposts:
    """What to watch for an outcome: the most telling first; then numbers worth finding out."""

    outcome: Outcome
    now: Chance
    posts: tuple[Signpost, ...]
    numbers: tuple[Knowing, ...]
    stakes: Stakes

    @property
    def telling(self) -> tuple[Signpost, ...]:
        """Those that tell on some day."""
        return tuple(each for each in self.posts if each.earliest is not None)

    @property
    def ignorable(self) -> tuple[Signpost, ...]:
        """Those that may be ignored."""
        return tuple(each for each in self.posts if each.ignorable)

    @property
    def undecided(self) -> tuple[Signpost, ...]:
        """Those of which too few worlds know anything."""
        return tuple(each for each in self.posts if each.earliest is None and not each.ignorable)

    def table(self) -> pd.DataFrame:
        """Return one row a thing and day.

        Columns: `event`, `rule`, `day`, `share` (of worlds in which it has happened), `happened`,
        `happened_low`, `happened_high`, `not_yet`, `not_yet_low`, `not_yet_high`, `worlds_happened`,
        `worlds_not_yet`, `tells`, `variance`, `regret`.
        """
        import pandas as pd

        rows = [
            (
                post.happening.column,
                post.happening.rule,
                pd.Timestamp(each.day),
                each.share,
                *(each.happened.value, *each.happened.interval),
                *(each.not_yet.value, *each.not_yet.interval),
                each.happened.worlds,
                each.not_yet.worlds,
                each.tells,
                each.variance,
                each.regret,
            )
            for post in self.posts
            for each in post.readings
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))


COLUMNS = (
    "event",
    "rule",
    "day",
    "share",
    "happened",
    "happened_low",
    "happened_high",
    "not_yet",
    "not_yet_low",
    "not_yet_high",
    "worlds_happened",
    "worlds_not_yet",
    "tells",
    "variance",
    "regret",
)


def asked_for_signposts(run: Run) -> Iterator[tuple[Hashable, Question]]:
    """Yield what `signposts` asks of a run beside the outcome, with keys."""
    yield happenings_question(run)
    yield drawn_question(run)
    yield stage_question(run, ("deployed",))


def signposts(run: Run, outcome: Outcome, stakes: Stakes | None = None) -> Signposts:
    """Return what to watch for an outcome; UsageError if its date leaves no day to watch on."""
    weights = stakes or Stakes()
    days = watch_days(max(run.scenario.start, run.scenario.as_of or run.scenario.start), outcome.by)
    if not days:
        raise UsageError(f"{outcome.title}: no day is left before {outcome.by} on which anything could tell")
    start = run.scenario.start
    posts, things = [], happenings_of(run)
    confidence = 1 - 0.05 / (len(days) * max(1, len(things)))
    for happening in things:
        own = happening.second[outcome.places]
        readings = readings_of(own, outcome.holds, start, days, weights, confidence=confidence)
        if any(each.happened.worlds and each.not_yet.worlds for each in readings):
            posts.append(Signpost(happening, readings))
    posts.sort(key=lambda each: (each.earliest is None, -each.best.variance, each.happening.column))
    numbers = [
        worth_of(name, number_words(run.scenario, name), values[outcome.places], outcome.holds)
        for name, values in drawn_numbers(run).items()
    ]
    numbers.sort(key=lambda each: (-each.variance, each.name))
    now = Chance(int(outcome.holds.sum()), outcome.worlds)
    return Signposts(outcome, now, tuple(posts), tuple(numbers), weights)


def watch_days(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """Return the days on which to look: ends of months between two days; of weeks where those are under three."""
    inner = [first + dt.timedelta(days=number) for number in range((last - first).days)]
    ends = [day for day in inner if (day + dt.timedelta(days=1)).day == 1]
    if len(ends) < 3:
        ends = inner[6::7] or inner
    step = -(-len(ends) // MOST_DAYS)
    return tuple(ends[::-1][:: max(1, step)][::-1]) if ends else ()


def readings_of(
    second: NDArray[np.float64],
    holds: NDArray[np.bool_],
    start: dt.date,
    days: Sequence[dt.date],
    stakes: Stakes,
    *,
    confidence: float = CONFIDENCE,
) -> tuple[SignpostReading, ...]:
    """Return what a thing that first happens at `second` tells of an outcome on each of the days.

    `confidence` is that of the difference by which it tells.
    """
    from sim.results.dates import last_second_of

    found = []
    for day in days:
        happened = second <= last_second_of(start, day)
        first = Chance(int((holds & happened).sum()), int(happened.sum()))
        other = Chance(int(holds.sum()) - first.hits, holds.size - first.worlds)
        found.append(_reading(day, first, other, confidence, stakes))
    return tuple(found)


def _reading(
    day: dt.date, happened: Chance, not_yet: Chance, confidence: float, stakes: Stakes
) -> SignpostReading:
    if not happened.worlds or not not_yet.worlds:
        return SignpostReading(day, happened, not_yet, False, 0.0, 0.0)
    low, high = newcombe(happened.hits, happened.worlds, not_yet.hits, not_yet.worlds, confidence)
    share = happened.worlds / (happened.worlds + not_yet.worlds)
    chance = share * happened.value + (1 - share) * not_yet.value
    whole = chance * (1 - chance)
    less = share * (1 - share) * (happened.value - not_yet.value) ** 2
    knowing = share * stakes.least(happened.value) + (1 - share) * stakes.least(not_yet.value)
    return SignpostReading(
        day,
        happened,
        not_yet,
        tells=low > 0 or high < 0,
        variance=less / whole if whole > 0 else 0.0,
        regret=max(0.0, stakes.least(chance) - knowing),
    )


def worth_of(
    name: str, said: str, values: NDArray[np.float64], holds: NDArray[np.bool_], parts: int = 4
) -> Knowing:
    """Return what it is worth to know a number: the variance between quarters of its worlds, less what chance makes.

    Between k groups of n worlds chance alone makes (k − 1)/(n − 1) of the variance.
    """
    import numpy as np

    known = ~np.isnan(values)
    own, hits = values[known], holds[known]
    rank = np.argsort(np.argsort(own, kind="stable"), kind="stable")
    _, same = np.unique(own, return_inverse=True)
    first = np.full(same.max(initial=-1) + 1, own.size)
    np.minimum.at(first, same, rank)
    part = first[same] * parts // max(1, own.size)
    groups = [hits[part == each] for each in range(parts) if (part == each).any()]
    total, size = float(hits.mean()) if hits.size else 0.0, hits.size
    spread = total * (1 - total)
    between = sum(each.size * (float(each.mean()) - total) ** 2 for each in groups) / max(1, size)
    ratio = between / spread if spread > 0 else 0.0
    by_chance = (len(groups) - 1) / max(1, size - 1)
    corrected = (ratio - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0
    ends = (
        [Chance(int(each.sum()), each.size) for each in (groups[0], groups[-1])]
        if groups
        else [Chance(0, 0)] * 2
    )
    return Knowing(name, said, corrected if len(groups) > 1 else 0.0, *ends)


def worth_knowing(numbers: Iterable[Knowing], least: float = WORTH) -> tuple[Knowing, ...]:
    """Return the numbers that take away at least that part of the variance."""
    return tuple(each for each in numbers if each.variance >= least)
