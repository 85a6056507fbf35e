"""Facts and consents: one SimPy process each.

Until `as_of` a fact follows what `history:` records; what is not recorded has not happened. From then on chance
resumes, each delay conditioned on its age. What consumes a random number:

* switch: one variate a stay that ends by itself, when the stay begins (a forced stay consumes none);
* milestone and consent: one outcome and one delay each time it is asked, when asked;
* events: one arrival and one size variate a cluster;
* progress: one for its duration, in all; schedule: none.
"""

from __future__ import annotations

from math import ceil, exp, floor, inf, log, log1p

from sim.model.rounds import Asking, Bell, Process
from sim.model.world import HazardClock, World
from sim.plan.laws import ExponentialLaw
from sim.plan.tables import (
    Delay,
    EventsPlan,
    FactPlan,
    MilestonePlan,
    ProgressPlan,
    SchedulePlan,
    SwitchPlan,
)


def fact_process(world: World, fact: FactPlan) -> Process:
    """Return the process of a fact of any kind."""
    match fact:
        case SwitchPlan():
            return switch(world, fact)
        case MilestonePlan():
            return milestone(world, fact)
        case EventsPlan():
            return events(world, fact)
        case ProgressPlan():
            return progress(world, fact)
        case SchedulePlan():
            return schedule(world, fact)


def switch(world: World, fact: SwitchPlan) -> Process:
    """Go on and off by turns.

    While `forced_on_when` or `forced_off_when` holds (off wins), the switch is so and no stay runs; when the
    forcing ends, a new stay begins. A switch with `since` has that age at start.
    """
    rounds = world.rounds
    bell = rounds.bell(fact.forced_on, fact.forced_off, *(factor.when for factor in fact.ends + fact.starts))
    on, began = fact.initially, 0
    if fact.since is not None:
        began = fact.since
        yield rounds.until(began)
        yield world.assign_fact(fact.name, fact.signal, float(on), fact.log)
    for record in fact.records:
        yield rounds.until(record.time)
        yield world.assign_fact(fact.name, fact.signal, record.value, fact.log)
        if bool(record.value) != on:
            on, began = bool(record.value), record.time
    yield rounds.until(max(0, world.plan.as_of))
    while True:
        forced = _forced(world, fact)
        if forced is None:
            yield from _stay(world, fact, bell, on, began)
        elif forced == on:
            yield bell.wait()
            began = rounds.now
            continue
        forced = _forced(world, fact)
        on = not on if forced is None else forced
        yield world.assign_fact(fact.name, fact.signal, float(on), fact.log)
        began = rounds.now


def _forced(world: World, fact: SwitchPlan) -> bool | None:
    """Return the value that a rule forces on a switch, or None."""
    if world.rounds.truth(fact.forced_off):
        return False
    return True if world.rounds.truth(fact.forced_on) else None


def _stay(world: World, fact: SwitchPlan, bell: Bell, on: bool, began: int) -> Process:
    """Last until a stay ends by itself, or is forced."""
    delay = fact.stays_on if on else fact.stays_off
    factors = fact.ends if on else fact.starts
    clock = HazardClock(world, delay, began) if delay is not None else None
    while _forced(world, fact) is None:
        due = clock.due(world.rounds.now, world.rate_factor(factors)) if clock else None
        if (yield bell.wait(due)):
            return


def milestone(world: World, fact: MilestonePlan) -> Process:
    """Become true, or never.

    The clock starts once, the first time `when` holds. Without `reconsiders` a no is silent and final; with it a no
    is an answer, given after the same delay, and asked again after `reconsiders`. A yes that comes while
    `undone_when` holds is a no, and one that is undone later counts as a no from then on.
    """
    rounds = world.rounds
    bell = rounds.bell(fact.when, fact.undone, *(factor.when for factor in fact.rates))
    answered: bool | None = None
    for record in fact.records:
        yield rounds.until(record.time)
        answered = bool(record.value)
        yield world.assign_fact(fact.name, fact.signal, float(answered), fact.log)
    if answered is None:
        yield rounds.until(0)
        while fact.when is not None and not rounds.truth(fact.when):
            yield bell.wait()
    began = rounds.now
    while True:
        if answered is None:
            answered = yield from _answer(world, fact, bell, began)
        if answered:
            yield rounds.until(world.plan.as_of)
            yield world.assign_fact(fact.name, fact.signal, 1.0, fact.log)
            while not rounds.truth(fact.undone):
                yield bell.wait()
            yield world.assign_fact(fact.name, fact.signal, 0.0, fact.log)
        if fact.reconsiders is None:
            return
        yield rounds.until(_spent(world, fact.reconsiders, rounds.now))
        answered, began = None, rounds.now


def _answer(world: World, fact: MilestonePlan, bell: Bell, began: int) -> Asking:
    """Ask once; return the answer when it comes."""
    rounds = world.rounds
    yes = world.chance(fact.outcome, _probability(world, fact, began))
    if not yes and fact.reconsiders is None:
        return False
    clock = HazardClock(world, fact.after, began)
    expired = False
    while not expired:
        if rounds.now < world.plan.as_of:
            yield rounds.until(world.plan.as_of)
        expired = yield bell.wait(clock.due(rounds.now, world.rate_factor(fact.rates)))
    return yes and not rounds.truth(fact.undone)


def _probability(world: World, fact: MilestonePlan, began: int) -> float:
    """Return the chance of a yes, given that none had come by `as_of`: p(1 − F(a)) / (1 − p·F(a))."""
    probability = world.quantity(fact.probability)
    age = world.plan.as_of - began
    scale = world.scale(fact.after)
    if age <= 0 or fact.reconsiders is not None or scale <= 0:
        return probability
    survival = 0.0 if (hazard := fact.after.law.hazard(age / scale)) == inf else exp(-hazard)
    return probability * survival / (1.0 - probability * (1.0 - survival)) if survival > 0 else 0.0


def _spent(world: World, delay: Delay, since: int) -> int:
    due = world.due(delay, since)
    world.consume(delay)
    return due


def events(world: World, fact: EventsPlan) -> Process:
    """Count clusters of incidents, at rate / bursts clusters a second; sizes are geometric with mean `bursts`.

    Known are the `past` and the history; drawn is what comes from `as_of` on and, without a `past`, what fills the
    longest window that a rule reads before start.
    """
    yield from _recorded(world, fact, fact.past)
    yield from _incidents(world, fact, fact.runs_from, 0)
    yield from _recorded(world, fact, tuple((record.time, int(record.value)) for record in fact.records))
    yield from _incidents(world, fact, max(0, world.plan.as_of), world.plan.ends)


def _recorded(world: World, fact: EventsPlan, counts: tuple[tuple[int, int], ...]) -> Process:
    for time, count in counts:
        yield world.rounds.until(time)
        if count:
            yield world.count_fact(fact.name, fact.signal, count, fact.log)


def _incidents(world: World, fact: EventsPlan, begins: int, ends: int) -> Process:
    """Draw clusters from `begins` until before `ends`; the arrival that falls beyond is dropped."""
    rate = world.quantity(fact.rate)
    if begins >= ends or rate <= 0:
        return
    rounds = world.rounds
    bell = rounds.bell(*(factor.when for factor in fact.rates))
    bursts = max(1.0, world.quantity(fact.bursts))
    arrivals = Delay(fact.arrivals, ExponentialLaw(bursts / rate))
    yield rounds.until(begins)
    while rounds.now < ends:
        clock = HazardClock(world, arrivals, rounds.now, resumes=rounds.now)
        expired = False
        while not expired:
            due = clock.due(rounds.now, world.rate_factor(fact.rates))
            expired = yield bell.wait(ends if due is None else min(due, ends))
        if rounds.now < ends:
            size = _geometric(world.stream(fact.sizes).draw(), bursts) if bursts > 1 else 1
            yield world.count_fact(fact.name, fact.signal, size, fact.log)


def _geometric(u: float, mean: float) -> int:
    """Return a geometric variate on 1, 2, … with the given mean, by inversion."""
    return max(1, ceil(log1p(-u) / log(1.0 - 1.0 / mean)))


def progress(world: World, fact: ProgressPlan) -> Process:
    """Climb from 0 to 1 in equal steps while `when` holds, at the speed that the multipliers give.

    Each step takes duration / steps. When `slips_when` becomes true, `slips` steps and what was done of the present
    one are lost. History gives the steps done; that no further one was done by `as_of` conditions the duration.
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
        if slips and not slipping and rounds.now >= as_of:
            slipping = True
            steps_done, step.worked = max(0, steps_done - fact.slips), 0.0
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

    def advance(self) -> None:
        """Count the time since the last call at the present speed."""
        now = self._world.rounds.now
        self.worked += self.speed * (now - self._at)
        self._at = now

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
        if self.worked > 0 and scale > 0:
            threshold += delay.law.hazard(self.worked * steps / scale)
        return max(self.worked, delay.law.at_hazard(threshold) * scale / steps)


def schedule(world: World, fact: SchedulePlan) -> Process:
    """Take known values at known times."""
    for time, value in fact.values:
        yield world.rounds.until(time)
        yield world.assign_fact(fact.name, fact.signal, value, fact.log)
