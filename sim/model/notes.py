"""What a rehearsal of the known time notes of each delay: for how long it ran, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.plan.observations import Course, Observation, ObservedAnswer, ObservedDelay, Stretch, uncertain
from sim.plan.tables import ApprovalPlan, Delay
from sim.plan.updating import Common


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

    def stop(self, now: int) -> None:
        if self.since is not None:
            self.longest = max(self.longest, self.delay.age(max(0, self.since), min(now, self.resumes)))
        self.since = None

    def observation(self) -> Observation:
        """Return what its course says."""
        stretches = (Stretch(1.0, 0.0, float(self.longest)),) if self.longest > 0 else ()
        course = Course(self.delay.law, stretches)
        if self.step is not None:
            return ObservedAnswer(course, self.delay.times, self.step.probability, self.answer, says_no=True)
        return ObservedDelay(course, self.delay.times, self.ended)


class Notes:
    """All that one rehearsal notes; `until` is `as_of`, beyond which nothing is known."""

    def __init__(self, until: int, now: Callable[[], int]) -> None:
        self._until = until
        self._clock = now
        self._runs: dict[tuple[str, int], _Run] = {}
        self._conclusions: list[Callable[[], Observation | None]] = []
        self.approved: set[str] = set()
        """The streams that decided whether those come who were approved."""

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

    def answered(self, step: ApprovalPlan, variate: int, answer: bool) -> None:
        """History records the answer of an approval step, whether or not it was being asked."""
        run = self._runs.setdefault((step.takes.stream, variate), self._run(step.takes, None))
        run.stop(self.now())
        run.step, run.answer = step, answer

    def _run(self, delay: Delay, since: int | None) -> _Run:
        return _Run(delay, since, self._until if delay.resumes is None else delay.resumes)

    def observations(self, scales: Common) -> tuple[Observation, ...]:
        """Return all that is known at `as_of` about numbers that are uncertain, `scales` among them."""
        self._clock = lambda: self._until
        told = [conclusion() for conclusion in self._conclusions]
        for run in self._runs.values():
            run.stop(self.now())
            told.append(run.observation())
        varying = {name for name, quantity in scales if uncertain(quantity)}
        return tuple(each for each in told if each and (each.numbers or varying.intersection(each.common)))
