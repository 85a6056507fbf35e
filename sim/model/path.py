"""What a world's course hung on: each use of a random number, and what it came to.

By it the world can be weighed: how much likelier, or less likely, would the same course be with another
probability, delay or rate (`sim.studies.weights`)? Nothing is noted while nobody asks. Times are seconds.

=========== ================================================================================================
note        what is noted
=========== ================================================================================================
`drawn`     numbers drawn once, by stream, before anything moves them
`answers`   a yes or no: its stream, and how the question had run without a visible answer until `as_of`
`lengths`   a delay that runs at its own rate: how long it took, or at least takes if its end is not seen
`courses`   a delay whose rate changes: the stretches that it ran through, and whether it ended with the last
`sizes`     clusters of incidents: how many, and how many incidents in all
`bounded`   a duration drawn between bounds
`unclear`   delays of which something was known that is not noted here: those cannot be weighed
=========== ================================================================================================
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sim.plan.observations import Stretch

if TYPE_CHECKING:
    from sim.plan.tables import Delay


@dataclass(slots=True)
class Length:
    """A delay of the length `lasts`, known to exceed `beyond` when chance took over; `seen`: it ended in the run.

    One that is not seen to end exceeds `lasts`.
    """

    beyond: float
    lasts: float
    seen: bool


@dataclass(slots=True)
class Answer:
    """A yes or no to a question; `silence`: how it ran unanswered until `as_of`."""

    outcome: str
    yes: bool
    silence: tuple[Stretch, ...]


@dataclass(slots=True)
class Ran:
    """A delay whose rate changed; with `ended` it ended at the end of its last stretch.

    Courses of a delay without memory are put together: `times` of them ended.
    """

    stream: str
    stretches: tuple[Stretch, ...]
    ended: bool
    times: int = 1


@dataclass(slots=True)
class Bounded:
    """A duration between two bounds, drawn in seconds at speed 1."""

    stream: str
    above: float
    at_most: float
    lasts: float


class Clock(Protocol):
    """A delay whose rate changes, as its path is asked of it."""

    @property
    def memoryless(self) -> bool:
        """Whether its age says nothing of when it ends."""
        ...

    def ran(self, ends: int) -> Ran:
        """Return what it ran through until it stopped, or until `ends`."""
        ...


@dataclass(slots=True)
class Path:
    """The notes of one replication that ends at `ends`."""

    ends: int
    drawn: dict[str, float] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    lengths: dict[tuple[str, int], Length] = field(default_factory=dict)
    courses: list[Ran] = field(default_factory=list)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    bounded: list[Bounded] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    _silence: dict[str, tuple[Stretch, ...]] = field(default_factory=dict, compare=False, repr=False)
    _clocks: list[Clock] = field(default_factory=list, compare=False, repr=False)
    _settled: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def silent(self, outcome: str, stretches: list[Stretch]) -> None:
        """Note how a question ran unanswered, before chance answers it."""
        self._silence[outcome] = tuple(stretches)

    def answered(self, outcome: str, yes: bool) -> None:
        """Note an answer."""
        self.answers.append(Answer(outcome, yes, self._silence.pop(outcome, ())))

    def settled(self, outcome: str, yes: bool) -> None:
        """Note an answer that is the same whenever it is asked for."""
        if outcome not in self._settled:
            self._settled[outcome] = yes
            self.answers.append(Answer(outcome, yes, ()))

    def lasted(self, delay: Delay, variate: int, beyond: int, between: tuple[int, int]) -> None:
        """Note a use of a delay's variate between two instants; asked again, it counts once."""
        since, due = between
        seen = due <= self.ends
        lasts = float(max(0, delay.age(since, min(due, self.ends))))
        known = self.lengths.get((delay.stream, variate))
        if known is None or (seen and not known.seen) or (seen == known.seen and lasts > known.lasts):
            self.lengths[delay.stream, variate] = Length(float(max(0, beyond)), lasts, seen)

    def started(self, clock: Clock) -> None:
        """Note a clock; what it ran through is asked of it when it stops, or at the end."""
        self._clocks.append(clock)

    def cluster(self, stream: str, size: int) -> None:
        """Note a cluster of incidents."""
        clusters, total = self.sizes.get(stream, (0, 0))
        self.sizes[stream] = (clusters + 1, total + size)

    def close(self) -> None:
        """Gather what the clocks ran through; those that still run have not ended."""
        exposed: dict[str, list[Ran]] = defaultdict(list)
        for clock in self._clocks:
            ran = clock.ran(self.ends)
            if clock.memoryless:
                exposed[ran.stream].append(ran)
            else:
                self.courses.append(ran)
        self._clocks.clear()
        self.unclear = sorted(set(self.unclear))
        for stream, rans in exposed.items():
            self.courses.extend(_together(stream, rans))


def _together(stream: str, rans: list[Ran]) -> list[Ran]:
    """Put the courses of an exponential delay together: one exposure, and how many ended, matter."""
    exposure = sum(each.factor * (each.until - each.since) for ran in rans for each in ran.stretches)
    whole = [Ran(stream, (Stretch(1.0, 0.0, exposure),), ended=False)] if exposure > 0 else []
    ended = sum(ran.ended for ran in rans)
    return [*whole, *([Ran(stream, (), ended=True, times=ended)] if ended else [])]
