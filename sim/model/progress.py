"""Progress: a fact that climbs from 0 to 1 in whole steps. One SimPy process, one random number in all."""

from __future__ import annotations

from math import ceil, exp, floor, inf, log

from sim.model.rounds import Process
from sim.model.world import World
from sim.plan.observations import ObservedProgress
from sim.plan.tables import ProgressPlan, Record


def progress(world: World, fact: ProgressPlan) -> Process:
    """Climb from where it stands to 1 in equal steps while `when` holds, at the speed that the multipliers give.

    Each step takes duration / steps. When `slips_when` becomes true, `slips` steps and what was done of the
    present one are lost; before `as_of` only the latter, for history gives the steps done.

    A recorded value says how far the work had got by that date, not that a step was done on that very day. So
    the latest one bounds the duration from above, and that no further step was done by `as_of` bounds it from
    below; if the two contradict each other, the work has stalled, and only the lower bound counts.
    """
    rounds = world.rounds
    as_of = max(0, world.plan.as_of)
    bell = rounds.bell(fact.when, fact.slips_when, *(factor.when for factor in fact.rates))
    yield rounds.until(0)
    work = _Work(world, fact)
    records = list(fact.records)
    slipping = rounds.truth(fact.slips_when)
    while True:
        slips = rounds.truth(fact.slips_when)
        if slips and not slipping:
            slipping, known = True, rounds.now < as_of
            work.begin_anew(work.steps_done - (0 if known else fact.slips))
            if not known:
                yield world.assign_fact(fact.name, fact.signal, work.value, fact.log)
            continue
        slipping = slips
        work.speed = _speed(world, fact, work.steps_done)
        early = rounds.now < as_of
        known_until = records[0].time if records else as_of
        expired = yield bell.wait(known_until if early or records else work.due())
        work.advance(rounds.now)
        if not expired:
            continue
        if records:
            work.take(records.pop(0))
        elif early:
            continue
        else:
            work.begin_anew(work.steps_done + 1)
        yield world.assign_fact(fact.name, fact.signal, work.value, fact.log)


def _speed(world: World, fact: ProgressPlan, steps_done: int) -> float:
    holds = fact.when is None or world.rounds.truth(fact.when)
    return world.rate_factor(fact.rates) if holds and steps_done < fact.steps else 0.0


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
        self._longer_than = 0.0
        self._at_most = inf
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
        self._longer_than, _ = self._bounds()
        self.steps_done = self._steps_before = max(0, steps_done)
        self._worked = 0.0

    def take(self, record: Record) -> None:
        """Take over how many steps history records as done."""
        steps = min(self._fact.steps, floor(record.value * self._fact.steps + 1e-9))
        if steps > self.steps_done and self._worked > 0:
            self.steps_done = steps
            self._at_most = self._worked / (steps - self._steps_before)
        elif steps != self.steps_done:
            self.begin_anew(steps)

    def due(self) -> int | None:
        """Return when the next step is done at the present speed; None: never."""
        if self.speed <= 0:
            return None
        if self._length is None:
            self._length = self._draw_length()
        left = self._length * (self.steps_done + 1 - self._steps_before) - self._worked
        return self._world.rounds.now + max(0, ceil(left / self.speed))

    def _bounds(self) -> tuple[float, float]:
        """Return what a step takes more than, and at most, at speed 1."""
        longer = self._longer_than
        if self._length is None and self.steps_done < self._fact.steps:
            longer = max(longer, self._worked / (self.steps_done + 1 - self._steps_before))
        return longer, self._at_most if self._at_most > longer else inf

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
        return min(max(longer, delay.law.at_hazard(threshold) * scale / steps), at_most)

    def _observation(self) -> ObservedProgress:
        assert self._world.notes is not None
        self.advance(self._world.notes.now())
        longer, at_most = self._bounds()
        return ObservedProgress(self._fact.duration, longer * self._fact.steps, at_most * self._fact.steps)
