"""What a rehearsal of the known time notes of each delay: for how long it ran, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sim.plan.coming import ObservedComing
from sim.plan.observations import (
    DelayCourse,
    Observation,
    ObservedAnswer,
    ObservedDelay,
    ObservedOutcome,
    ObservedShare,
    Stretch,
)
from sim.plan.tables import ApprovalPlan, ContingentPlan, Delay, Quantity

COMES = ("ready", "embarked", "arrived")
"""Recorded events that show that some come."""


class Watch:
    """A stop-watch: notes at which rates something ran, from start until `as_of`."""

    def __init__(self, age: Callable[[int], int], now: Callable[[], int]) -> None:
        self._age = age
        self._now = now
        self._at: int | None = None
        self._factor = 0.0
        self._counts = True
        self._stretches: list[Stretch] = []

    def run(self, factor: float, counts: bool = True) -> None:
        """Run on with its hazard multiplied by `factor`."""
        self.stop()
        self._at, self._factor, self._counts = self._now(), factor, counts

    def stop(self) -> tuple[Stretch, ...]:
        """Stop running, and return how it ran."""
        if self._at is not None:
            since, until = max(0, self._at), self._now()
            age = float(self._age(since)), float(self._age(until))
            if until > since and age[1] > age[0] and self._factor > 0:
                self._stretches.append(Stretch(self._factor, *age, self._counts))
        self._at = None
        return tuple(self._stretches)


@dataclass(slots=True)
class _Run:
    """The use of one variate of a delay: when it began last, and the longest it lasted before."""

    delay: Delay
    since: int | None
    resumes: int
    longest: int = 0
    ended: str = ""
    step: ApprovalPlan | None = None
    answer: bool | None = None
    dated: bool = True

    def stop(self, now: int) -> None:
        if self.since is not None:
            self.longest = max(self.longest, self.delay.age(max(0, self.since), min(now, self.resumes)))
        self.since = None

    def course(self) -> DelayCourse:
        """Return for how long it ran."""
        return DelayCourse(
            self.delay.law, (Stretch(1.0, 0.0, float(self.longest)),) if self.longest > 0 else ()
        )

    def observation(self) -> Observation:
        """Return what its course says."""
        course = self.course()
        if self.step is not None:
            return ObservedAnswer(
                course, self.delay.times, self.step.probability, self.answer, says_no=True, dated=self.dated
            )
        return ObservedDelay(course, self.delay.times, self.ended)


ContradictionKind = Literal["pace", "fell", "stood"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two measurements of a progress that cannot both be true, by their times; the later one counts.

    They ask for different paces (`pace`), it fell though nothing took it back (`fell`), or it rose though it stood
    still (`stood`). `earlier` is None for where it began.
    """

    fact: str
    kind: ContradictionKind
    earlier: int | None
    later: int


class Notes:
    """All that one rehearsal notes; `until` is `as_of`, beyond which nothing is known."""

    def __init__(self, until: int, now: Callable[[], int]) -> None:
        self._until = until
        self._clock = now
        self._runs: dict[tuple[str, int], _Run] = {}
        self.contradictions: list[Contradiction] = []
        self._conclusions: list[Callable[[], Observation | None]] = []
        self._coming: dict[tuple[str, int], ContingentPlan] = {}
        """Of which contingent those are who prepare with that variate, and may not come."""

    def now(self) -> int:
        """Return the present instant, but not beyond `as_of`."""
        return min(self._clock(), self._until)

    def watch(self, began: int, delay: Delay | None = None, until: int | None = None) -> Watch:
        """Return a stop-watch for something that began then; `until`: from then on silence says nothing."""
        last = self._until if until is None else min(until, self._until)
        age = (lambda now: now - began) if delay is None else (lambda now: delay.age(began, now))
        return Watch(age, lambda: min(self.now(), last))

    def conclude(self, conclusion: Callable[[], Observation | None]) -> None:
        """Have something asked at `as_of` what it observed."""
        self._conclusions.append(conclusion)

    def contradicted(self, contradiction: Contradiction) -> None:
        """Two measurements contradict each other."""
        if not any(
            (each.fact, each.earlier, each.later)
            == (contradiction.fact, contradiction.earlier, contradiction.later)
            for each in self.contradictions
        ):
            self.contradictions.append(contradiction)

    def begun(self, delay: Delay, variate: int, since: int) -> None:
        """A delay begins, or is waited for again, with the variate of that number."""
        run = self._runs.setdefault((delay.stream, variate), self._run(delay, since))
        run.since = since

    def broken_off(self, delay: Delay, variate: int) -> None:
        """A delay is broken off; its next use has the same length."""
        if (run := self._runs.get((delay.stream, variate))) is not None:
            run.stop(self.now())

    def ended(self, delay: Delay, variate: int, how: str) -> None:
        """History records the end of a delay: just now (`at`), some time before (`by`), or never ("")."""
        run = self._runs.get((delay.stream, variate))
        if run is not None and run.since is not None:
            run.stop(self.now())
            run.ended = how

    def answered(self, step: ApprovalPlan, variate: int, answer: bool, dated: bool) -> None:
        """History records the answer of an approval step, whether or not it was being asked."""
        run = self._runs.setdefault((step.takes.stream, variate), self._run(step.takes, None))
        run.stop(self.now())
        run.step, run.answer, run.dated = step, answer, dated

    def happened(self, chance: Quantity) -> None:
        """Something that had that chance is known to have come."""
        self.conclude(lambda: ObservedOutcome(chance))

    def passed(self, share: Quantity, size: int, passed: int, classes: int) -> None:
        """So many of those in some classes are known to have passed."""
        low, high = (passed - 0.5 * classes) / size, (passed + 0.5 * classes) / size
        self.conclude(lambda: ObservedShare(share, low, high))

    def may_not_come(self, row: ContingentPlan, delay: Delay, variate: int) -> None:
        """Those who prepare with that variate are of a contingent of which none may come."""
        self._coming[delay.stream, variate] = row

    def comings(self, rows: Iterable[ContingentPlan]) -> tuple[ObservedComing, ...]:
        """Return what is known at `as_of` of whether those come whose coming is one chance."""
        groups: dict[str, list[ContingentPlan]] = {}
        for row in rows:
            groups.setdefault(row.arrival_outcome, []).append(row)
        return tuple(self._whether_they_come(outcome, members) for outcome, members in groups.items())

    def _whether_they_come(self, outcome: str, rows: list[ContingentPlan]) -> ObservedComing:
        waiting = []
        for variate, row in self._coming.items():
            run = self._runs.get(variate)
            if row.arrival_outcome == outcome and run is not None and not run.ended:
                run.stop(self.now())
                waiting.append((run.course(), run.delay.times))
        some = any(record.event in COMES for row in rows for record in row.records)
        return ObservedComing(outcome, rows[0].never_arrives, some, tuple(waiting))

    def _run(self, delay: Delay, since: int | None) -> _Run:
        return _Run(delay, since, self._until if delay.resumes is None else delay.resumes)

    def observations(self) -> tuple[Observation, ...]:
        """Return all that is known at `as_of`."""
        self._clock = lambda: self._until
        told = [conclusion() for conclusion in self._conclusions]
        for variate, run in self._runs.items():
            run.stop(self.now())
            if variate not in self._coming or run.ended:
                told.append(run.observation())
        return tuple(each for each in told if each)
