"""Progress: a fact that climbs from 0 to 1 in whole steps. One SimPy process, one random number in all."""

from __future__ import annotations

from math import ceil, floor

from sim.model.rounds import Process
from sim.model.world import World
from sim.plan.tables import ProgressPlan


def progress(world: World, fact: ProgressPlan) -> Process:
    """Climb from 0 to 1 in equal steps while `when` holds, at the speed that the multipliers give.

    Each step takes duration / steps. When `slips_when` becomes true, `slips` steps and what was done of the
    present one are lost; before `as_of` only the latter, for history gives the steps done. That no further
    one was done by
    `as_of` conditions the duration.
    """
    rounds = world.rounds
    as_of = max(0, world.plan.as_of)
    bell = rounds.bell(fact.when, fact.slips_when, *(factor.when for factor in fact.rates))
    steps_done = 0
    for record in fact.records:
        yield rounds.until(record.time)
        steps_done = min(fact.steps, floor(record.value * fact.steps + 1e-9))
        yield world.assign_fact(fact.name, fact.signal, steps_done / fact.steps, fact.log)
    yield rounds.until(0)
    step = _Step(world, fact)
    slipping = rounds.truth(fact.slips_when)
    while True:
        slips = rounds.truth(fact.slips_when)
        if slips and not slipping:
            slipping, step.worked = True, 0.0
            if rounds.now >= as_of:
                steps_done = max(0, steps_done - fact.slips)
                yield world.assign_fact(fact.name, fact.signal, steps_done / fact.steps, fact.log)
            continue
        slipping = slips
        step.speed = _speed(world, fact, steps_done)
        early = rounds.now < as_of
        expired = yield bell.wait(as_of if early else step.due())
        step.advance()
        if expired and not early:
            steps_done, step.worked = steps_done + 1, 0.0
            yield world.assign_fact(fact.name, fact.signal, steps_done / fact.steps, fact.log)


def _speed(world: World, fact: ProgressPlan, steps_done: int) -> float:
    holds = fact.when is None or world.rounds.truth(fact.when)
    return world.rate_factor(fact.rates) if holds and steps_done < fact.steps else 0.0


class _Step:
    """The present step of a progress: how long it has been worked at, and how long it takes at speed 1."""

    def __init__(self, world: World, fact: ProgressPlan) -> None:
        self._world = world
        self._fact = fact
        self._length: float | None = None
        self._at = world.rounds.now
        self.worked = 0.0
        self.speed = 0.0
        self._outlasted = 0.0
        """The longest that a step was worked at in vain before its length was drawn."""

    def advance(self) -> None:
        """Count the time since the last call at the present speed."""
        now = self._world.rounds.now
        self.worked += self.speed * (now - self._at)
        self._at = now
        self._outlasted = max(self._outlasted, self.worked)

    def due(self) -> int | None:
        """Return when the step is done at the present speed; None: never."""
        if self.speed <= 0:
            return None
        if self._length is None:
            self._length = self._draw_length()
        return self._world.rounds.now + max(0, ceil((self._length - self.worked) / self.speed))

    def _draw_length(self) -> float:
        delay, steps = self._fact.duration, self._fact.steps
        scale = self._world.scale(delay)
        threshold = self._world.stream(delay.stream).draw_hazard()
        if self._outlasted > 0 and scale > 0:
            threshold += delay.law.hazard(self._outlasted * steps / scale)
        return max(self._outlasted, delay.law.at_hazard(threshold) * scale / steps)
