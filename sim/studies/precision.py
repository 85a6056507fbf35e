"""How many replications are enough: `--precision MEASURE=WIDTH`.

A run is extended until the 95 % interval of each measure is at most so wide from end to end. Looking after
every replication and stopping at the first narrow interval would make the intervals too narrow: chance makes
some look precise early. So the rule looks at 1,000, 2,000, 4,000, … replications only, and what it sees does
not count

* if the interval has no width at all (every replication alike says nothing about how alike the next ones
  are), or
* if fewer than ten replications differ from the commonest value; for a probability: fewer than ten of either
  outcome.

===================  ===========================================================  =========================
measure              what it is                                                   interval
===================  ===========================================================  =========================
`target.NAME`        chance that the target is held at the end of its date        Wilson
`reached.NAME`       chance that it is reached at some instant up to then         Wilson
`level.DATE`         mean level of the headline force at the end of a day         Student
`median.DATE`        median of that level                                         order statistics
===================  ===========================================================  =========================
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.results.run import Run
    from sim.scenario.scenario import Scenario

FIRST_LOOK = 1_000
"""Replications at the first look; each further look is at twice as many."""
MOST = 128_000
"""Replications at which it ends, precise or not, unless another number is given."""
FEWEST_OF_EITHER = 10
"""Replications that must differ from the commonest value."""

_CHANCES = ("target", "reached")
_LEVELS = ("level", "median")


@dataclass(frozen=True, slots=True)
class WantedWidth:
    """One measure, such as `target` of `initial`, and how wide its interval may be."""

    kind: str
    subject: str
    width: float

    @property
    def measure(self) -> str:
        """Return the measure as it was written."""
        return f"{self.kind}.{self.subject}"

    @property
    def date(self) -> dt.date:
        """Return the day of a level."""
        return dt.date.fromisoformat(self.subject)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at one measure saw: its interval, and how many differ from the commonest value."""

    aim: WantedWidth
    replications: int
    low: float
    high: float
    differing: int

    @property
    def precise(self) -> bool:
        """Tell whether this look may stop the run."""
        return 0 < self.high - self.low <= self.aim.width and self.differing >= FEWEST_OF_EITHER

    def __str__(self) -> str:
        """Return the interval and what it lacks, in words."""
        width = self.high - self.low
        found = f"{self.aim.measure}: {self.low:.4g} to {self.high:.4g}, {width:.3g} wide"
        if self.precise:
            return f"{found}: precise enough"
        if self.differing < FEWEST_OF_EITHER:
            return (
                f"{found}: only {self.differing} of {self.replications:,} replications differ from the rest"
            )
        return f"{found}: {self.aim.width:g} is wanted"


def aims_of(texts: Sequence[str]) -> tuple[WantedWidth, ...]:
    """Read `MEASURE=WIDTH` texts; UsageError for what is none."""
    return tuple(_aim(text) for text in texts)


def _aim(text: str) -> WantedWidth:
    measure, equals, width = text.partition("=")
    kind, point, subject = measure.strip().partition(".")
    if not equals or not point or not subject or kind not in (*_CHANCES, *_LEVELS):
        raise UsageError(
            f"'{text}' is no precision; write MEASURE=WIDTH with target.NAME, reached.NAME, level.DATE or "
            "median.DATE, for example target.initial=0.02 or level.2026-12-31=200"
        )
    aim = WantedWidth(kind, subject, _width(text, width))
    if kind in _LEVELS:
        try:
            return WantedWidth(kind, aim.date.isoformat(), aim.width)
        except ValueError:
            raise UsageError(f"'{text}': '{subject}' is no date; write it as 2026-12-31") from None
    return aim


def _width(text: str, width: str) -> float:
    try:
        number = float(width)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise UsageError(
            f"'{text}': '{width}' is no width; give a number above 0, the interval from end to end"
        )
    return number


def check_aims(aims: Sequence[WantedWidth], scenario: Scenario) -> None:
    """Raise UsageError for a measure that the scenario does not have."""
    from sim.rules.suggestions import nearest

    for aim in aims:
        if aim.kind in _CHANCES and aim.subject not in scenario.targets:
            close = nearest(aim.subject, scenario.targets)
            known = f"did you mean {close}?" if close else f"it has {', '.join(scenario.targets) or 'none'}"
            raise UsageError(f"{aim.measure}: {scenario.scenario} has no target '{aim.subject}'; {known}")
        if aim.kind in _LEVELS and not scenario.start <= aim.date <= scenario.end:
            raise UsageError(
                f"{aim.measure}: {scenario.scenario} goes from {scenario.start} to {scenario.end}; "
                "choose a day of it"
            )


def looks(most: int) -> tuple[int, ...]:
    """Return the numbers of replications to look at, 1,000·2^k up to `most`; UsageError if there is none."""
    if most < FIRST_LOOK:
        raise UsageError(
            f"--precision looks at {FIRST_LOOK:,} replications first; ask for at least so many with -n"
        )
    return tuple(FIRST_LOOK << doublings for doublings in range((most // FIRST_LOOK).bit_length()))


def look(run: Run, aims: Sequence[WantedWidth]) -> tuple[Look, ...]:
    """Look at each measure in the run as it stands."""
    return tuple(_look(run, aim) for aim in aims)


def _look(run: Run, aim: WantedWidth) -> Look:
    values = _sample(run, aim)
    differing = len(values) - max(Counter(values).values(), default=0)
    return Look(aim, len(values), *_interval(aim, values), differing)


def _sample(run: Run, aim: WantedWidth) -> list[float]:
    """Return the measure's value in each replication that counts."""
    from sim.results.dates import last_second_of
    from sim.results.levels import daily_levels
    from sim.results.targets import attainments

    if aim.kind in _LEVELS:
        return [float(level) for level in daily_levels(run).on(aim.date).tolist()]
    (attained,) = attainments(run, [aim.subject])
    if aim.kind == "target":
        truths = attained.level_on(run.dates) >= attained.target.troops
    else:
        truths = attained.first <= last_second_of(run.scenario.start, attained.target.by)
    return [float(truth) for truth in truths.tolist()]


def _interval(aim: WantedWidth, values: list[float]) -> tuple[float, float]:
    from sim.results.statistics import mean_interval, quantile_interval, wilson

    if aim.kind in _CHANCES:
        return wilson(round(sum(values)), len(values))
    if aim.kind == "median":
        return quantile_interval(sorted(values), 0.5)
    return mean_interval(values)
