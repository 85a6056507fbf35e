"""Progress: a fact that climbs from 0 to 1 in whole steps. One SimPy process, one random number in all."""

from __future__ import annotations

from math import ceil, exp, floor, inf, log

from sim.model.path import Bounded
from sim.model.rounds import Process
from sim.model.world import World
from sim.plan.observations import ObservedProgress
from sim.plan.tables import ProgressPlan, Record


def progress(world: World, fact: ProgressPlan) -> Process:
    """Climb from where it stands to 1 in equal steps while `when` holds, at the speed that the multipliers give.

    Each step takes duration / steps. When `slips_when` becomes true, `slips` steps and what was done of the
    present one are lost; before the last record only the latter, for history gives the steps done. While history
    has it delayed, it stands still.

    It is *measured*, not announced: a record says how far it had got by its date, and between records and after
    the last one it goes on unseen. So silence says nothing, and from the last record (or from start) chance runs
    on. k steps done after the work W say that a step takes more than W / (k + 1) and at most W / k. Where two
    measurements contradict each other, the later one counts.
    """
    rounds = world.rounds
    bell = rounds.bell(fact.when, fact.slips_when, fact.standing, *(factor.when for factor in fact.rates))
    yield rounds.until(0)
    work = _Work(world, fact)
    records = list(fact.records)
    slipping = rounds.truth(fact.slips_when)
    while True:
        slips = rounds.truth(fact.slips_when)
        if slips and not slipping:
            slipping, known = True, bool(records)
            work.begin_anew(work.steps_done - (0 if known else fact.slips))
            if not known:
                yield world.assign_fact(fact.name, fact.signal, work.value, fact.log)
            continue
        slipping = slips
        work.speed = _speed(world, fact, work.steps_done)
        expired = yield bell.wait(records[0].time if records else work.due())
        work.advance(rounds.now)
        if not expired:
            continue
        if records:
            work.take(records.pop(0))
        else:
            work.begin_anew(work.steps_done + 1)
        yield world.assign_fact(fact.name, fact.signal, work.value, fact.log)


def _speed(world: World, fact: ProgressPlan, steps_done: int) -> float:
    holds = fact.when is None or world.rounds.truth(fact.when)
    stands = world.rounds.truth(fact.standing)
    return world.rate_factor(fact.rates) if holds and not stands and steps_done < fact.steps else 0.0


class _Work:
    """The work done since a step was last known to begin, and how long a step takes at speed 1."""

    def __init__(self, world: World, fact: ProgressPlan) -> None:
        self.steps_done = fact.begun
        self.speed = 0.0
        self._world = world
        self._fact = fact
        self._at = world.rounds.now
        self._steps_before = fact.begun
        """How many steps were done when the work since then began."""
        self._worked = 0.0
        self._length: float | None = None
        self._measured: list[tuple[float, float]] = []
        """What each measurement says: a step takes more than the one, and at most the other."""
        if world.notes is not None:
            world.notes.conclude(self._observation)

    @property
    def value(self) -> float:
        """How far it has got, from 0 to 1."""
        return self.steps_done / self._fact.steps

    def advance(self, now: int) -> None:
        """Count the time since the last call at the present speed."""
        self._worked += self.speed * (now - self._at)
        self._at = now

    def begin_anew(self, steps_done: int) -> None:
        """Begin a step: one was done, or what was done of it is lost."""
        self.steps_done = self._steps_before = max(0, steps_done)
        self._worked = 0.0

    def take(self, record: Record) -> None:
        """Take over how many steps history records as done."""
        steps = min(self._fact.steps, floor(record.value * self._fact.steps + 1e-9))
        done = steps - self._steps_before
        if done < 0 or (done > 0 and self._worked <= 0):
            self.begin_anew(steps)
            return
        self.steps_done = steps
        if self._worked > 0:
            more_than = self._worked / (done + 1) if steps < self._fact.steps else 0.0
            self._measured.append((more_than, self._worked / done if done else inf))

    def due(self) -> int | None:
        """Return when the next step is done at the present speed; None: never."""
        if self.speed <= 0:
            return None
        if self._length is None:
            self._length = self._draw_length()
        left = self._length * (self.steps_done + 1 - self._steps_before) - self._worked
        return self._world.rounds.now + max(0, ceil(left / self.speed))

    def _bounds(self) -> tuple[float, float]:
        """Return what a step takes more than, and at most, at speed 1: the later measurements first."""
        longer, at_most = 0.0, inf
        for more_than, not_more in reversed(self._measured):
            if max(longer, more_than) < min(at_most, not_more):
                longer, at_most = max(longer, more_than), min(at_most, not_more)
        return longer, at_most

    def _draw_length(self) -> float:
        """Draw how long a step takes: F⁻¹(F(a) + u(F(b) − F(a))) between the bounds."""
        delay, steps = self._fact.duration, self._fact.steps
        scale = self._world.scale(delay)
        longer, at_most = self._bounds()
        threshold = self._world.stream(delay.stream).draw_hazard()
        if scale > 0:
            before = delay.law.hazard(longer * steps / scale) if longer > 0 else 0.0
            after = delay.law.hazard(at_most * steps / scale)
            if after < inf and before < after:
                threshold = -log(exp(-threshold) * (1.0 - exp(before - after)) + exp(before - after))
            threshold += before
        length = min(max(longer, delay.law.at_hazard(threshold) * scale / steps), at_most)
        if self._world.path is not None:
            note = Bounded(delay.stream, longer * steps, at_most * steps, length * steps)
            self._world.path.bounded.append(note)
        return length

    def _observation(self) -> ObservedProgress | None:
        longer, at_most = self._bounds()
        if not self._measured:
            return None
        return ObservedProgress(self._fact.duration, longer * self._fact.steps, at_most * self._fact.steps)
