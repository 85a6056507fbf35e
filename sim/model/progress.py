"""Progress: a fact that climbs from 0 to 1 in whole steps. One SimPy process, one random number in all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import ceil, exp, floor, inf, log

from sim.model.chance import Dealer
from sim.model.network import RuleNetwork
from sim.model.notes import Contradiction, ContradictionKind
from sim.model.path import Bounded
from sim.model.questions import Question
from sim.model.rounds import Process
from sim.model.world import World
from sim.plan.observations import ObservedProgress
from sim.plan.tables import ProgressPlan, Record


def progress(world: World, fact: ProgressPlan) -> Process:
    """Climb from where it stands to 1 in equal steps while `when` holds, at the speed that the multipliers give.

    Each step takes duration / steps. When `slips_when` becomes true, `slips` steps and what was done of the
    present one are lost; before the last record nobody sees how many are left, but the next record says it, and a
    slip of the very instant of the last record comes a second after it. While history has it delayed, it stands
    still.

    It is *measured*, not announced: a record says how far it had got by its date, and between records and after
    the last one it goes on unseen. So silence says nothing, and from the last record (or from start) chance runs
    on. k steps done after the work W say that a step takes more than W / (k + 1) and at most W / k; after slips
    it says which lengths of a step would have left as many. Where two
    measurements contradict each other, the later one counts, and a rehearsal notes it (`sim.studies.contradictions`).
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
            slipping = True
            if records:
                work.slip_unseen()
            else:
                if work.measured_at == rounds.now:  # the record holds on its date; the slip comes after it
                    yield rounds.until(rounds.now + 1)
                    work.advance(rounds.now)
                work.slip()
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
            work.step()
        yield world.assign_fact(fact.name, fact.signal, work.value, fact.log)


def _speed(world: World, fact: ProgressPlan, steps_done: int) -> float:
    holds = fact.when is None or world.rounds.truth(fact.when)
    stands = world.rounds.truth(fact.standing)
    return world.rate_factor(fact.rates) if holds and not stands and steps_done < fact.steps else 0.0


_NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a measurement says: a step takes more than the one, and at most the other (seconds at speed 1)."""

    time: int
    more_than: float
    at_most: float

    def agrees_with(self, other: _Measured) -> bool:
        return max(self.more_than, other.more_than) < min(self.at_most, other.at_most)


class _Work:
    """The work done since a step was last known to begin, and how long a step takes at speed 1."""

    def __init__(self, world: World, fact: ProgressPlan) -> None:
        self.steps_done = fact.begun
        self.speed = 0.0
        self._world = world
        self._fact = fact
        self._at = world.rounds.now
        self._base = fact.begun
        """How many steps were done when the work that is known began."""
        self._lost: list[float] = []
        """The work between slips since then, of which what was done of a step is lost."""
        self._worked = 0.0
        """The work since the last slip, or since then."""
        self._length: Question[float] | None = None
        self._steps_before = fact.begun
        """How many steps were done when that work began; known once the length of a step is."""
        self._measured: list[_Measured] = []
        self._slipped = False
        """Whether steps were lost since the last measurement."""
        self.measured_at: int | None = None
        """When it was measured last."""
        self._worked_by_then = 0.0
        self._seen = _seen_steps(world.network, fact) if world.rehearses else frozenset()
        """Which steps some rule tells from the one before: a rehearsal passes over the others."""
        self._next: int | None = None
        """Which step is done next in a rehearsal, if any is in the known time."""
        self._unseen: tuple[_Ahead, int] | None = None
        """What a rehearsal passes over, and until when."""
        if world.notes is not None:
            world.notes.conclude(self._observation)

    @property
    def value(self) -> float:
        """How far it has got, from 0 to 1."""
        return self.steps_done / self._fact.steps

    def advance(self, now: int) -> None:
        """Count the time since the last call at the present speed."""
        if self._unseen is not None:
            self._catch_up(now, *self._unseen)
        self._worked += self.speed * (now - self._at)
        self._at = now

    def step(self) -> None:
        """Take it that a step is done."""
        self._begin_at(self.steps_done + 1 if self._next is None else self._next)
        self._next = None

    def slip(self) -> None:
        """Lose steps, and what was done of the present one."""
        self._begin_at(max(0, self.steps_done - self._fact.slips))

    def slip_unseen(self) -> None:
        """Lose steps between two measurements: how many are left then, the next one says."""
        self._lost.append(self._worked)
        self._worked = 0.0
        if self.steps_done == self._fact.steps:  # it was complete, and has work again
            self.steps_done = max(0, self.steps_done - self._fact.slips)
        self._slipped = True

    def take(self, record: Record) -> None:
        """Take over how many steps history records as done."""
        steps = min(self._fact.steps, floor(record.value * self._fact.steps + _NEARLY))
        at_most, more_than = self._longest(steps), self._longest(steps + 1)
        fell, rose = steps < self.steps_done, steps > self.steps_done
        stood = self._worked <= self._worked_by_then and not self._slipped
        if fell and (more_than == inf or not self._slipped):
            self._contradicted("fell", self.measured_at, record.time)
        elif rose and record.time > 0 and (at_most == 0 or stood):
            self._contradicted("stood", self.measured_at, record.time)
        self.measured_at, self._slipped = record.time, False
        if more_than == inf or at_most == 0:
            self._begin_at(steps)
        elif more_than > 0 or at_most < inf:
            self._measured.append(_Measured(record.time, more_than, at_most))
        self.steps_done, self._worked_by_then = steps, self._worked

    def due(self) -> int | None:
        """Return when the next step is done at the present speed; None: never."""
        if self.speed <= 0:
            return None
        if self._length is None:
            self._length = self._draw_length()
            self._steps_before = self._base
            if self._lost:  # how many steps were left after a slip is known only now
                done = self._world.ask(partial(_done_in, self._worked, self._length))
                self._steps_before = self._base if done is None else self.steps_done - done
        ahead = _Ahead(
            self.steps_done,
            self._steps_before,
            self._worked,
            self.speed,
            self._world.rounds.now,
            self._fact.steps,
        )
        if not self._world.rehearses:
            return next(ahead.steps(self._length(self._world.dealt)))
        ends = self._world.plan.ends
        self._next, due = self._world.ask(partial(_next_seen, ahead, self._seen, ends, self._length))
        self._unseen = None if self._next == ahead.steps_done + 1 else (ahead, due)
        return due

    def _begin_at(self, steps: int) -> None:
        """Begin anew with so many steps done."""
        self.steps_done = self._steps_before = self._base = steps
        self._lost.clear()
        self._worked = self._worked_by_then = 0.0

    def _longest(self, steps: int) -> float:
        """Return the longest step with which at least so many are done now; 0 if none is short enough."""
        if self._done(inf) >= steps:
            return inf
        most = self._fact.steps
        lengths = {
            work / (count + 1) for work in (*self._lost, self._worked) if work > 0 for count in range(most)
        }
        return max((length for length in lengths if self._done(length) >= steps), default=0.0)

    def _done(self, length: float) -> int:
        """Return how many steps are done if each takes so long."""
        steps, most = self._base, self._fact.steps
        for work in self._lost:
            steps = max(0, min(most, steps + floor(work / length + _NEARLY)) - self._fact.slips)
        return min(most, steps + floor(self._worked / length + _NEARLY)) if steps < most else steps

    def _bounds(self) -> tuple[float, float]:
        """Return what a step takes more than, and at most, at speed 1: the later measurements first."""
        longer, at_most = 0.0, inf
        for each in reversed(self._measured):
            if max(longer, each.more_than) < min(at_most, each.at_most):
                longer, at_most = max(longer, each.more_than), min(at_most, each.at_most)
        return longer, at_most

    def _contradicted(self, kind: ContradictionKind, earlier: int | None, later: int) -> None:
        if self._world.notes is not None:
            self._world.notes.contradicted(Contradiction(self._fact.name, kind, earlier, later))

    def _note_contradictions(self, longer: float, at_most: float) -> None:
        """Note each measurement that is left out, with the last one that it contradicts."""
        for place, each in enumerate(self._measured):
            if max(longer, each.more_than) >= min(at_most, each.at_most):
                others = self._measured[place + 1 :]
                against = [other for other in others if not each.agrees_with(other)] or others
                self._contradicted("pace", each.time, against[-1].time)

    def _catch_up(self, now: int, ahead: _Ahead, due: int) -> None:
        """Take it that the steps are done that no rule told apart, unless the next that one does is due."""
        self._unseen = None
        if now == due:
            return
        assert self._length is not None
        steps, since = self._world.ask(partial(_done_by, ahead, now, self._length))
        if steps > ahead.steps_done:
            self._begin_at(steps)
            self._at = since
            self.speed = self.speed if steps < self._fact.steps else 0.0

    def _draw_length(self) -> Question[float]:
        """Draw how long a step takes: F⁻¹(F(a) + u(F(b) − F(a))) between the bounds."""
        delay, world = self._fact.duration, self._world
        number = world.stream(delay.stream).take()
        bounds = self._bounds()
        question = partial(_length_of_step, self._fact, number, bounds)
        if world.rehearses:
            return question
        length, steps = question(world.dealt), self._fact.steps
        if world.path is not None:
            note = Bounded(delay.stream, bounds[0] * steps, bounds[1] * steps, length * steps)
            world.path.bounded.append(note)
        return lambda _: length

    def _observation(self) -> ObservedProgress | None:
        longer, at_most = self._bounds()
        if not self._measured:
            return None
        self._note_contradictions(longer, at_most)
        return ObservedProgress(self._fact.duration, longer * self._fact.steps, at_most * self._fact.steps)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What comes of steps if the speed stays as it is: so many are done, and so much of the work."""

    steps_done: int
    steps_before: int
    worked: float
    speed: float
    now: int
    most: int

    def steps(self, length: float) -> Iterator[int]:
        """Yield when one step after the other is done, if each takes so long."""
        left = length * (self.steps_done + 1 - self.steps_before) - self.worked
        time = self.now + max(0, ceil(left / self.speed))
        yield time
        for _ in range(self.steps_done + 1, self.most):
            time += max(0, ceil(length / self.speed))
            yield time


def _next_seen(
    ahead: _Ahead, seen: frozenset[int], ends: int, length: Question[float], chance: Dealer
) -> tuple[int | None, int]:
    """Return which step that rules tell apart is done next, and when; none, and the end, if none is before that."""
    first, at = ahead.steps_done + 1, ahead.now
    for place, time in enumerate(ahead.steps(length(chance)), first):
        if time >= ends:
            break
        first, at = (first, at) if time == at else (place, time)
        if place in seen:
            return first, at  # those of one instant come one after the other
    return None, ends


def _done_by(ahead: _Ahead, now: int, length: Question[float], chance: Dealer) -> tuple[int, int]:
    """Return how many steps are done by now, and since when."""
    done, since = ahead.steps_done, ahead.now
    for time in ahead.steps(length(chance)):
        if time > now:
            break
        done, since = done + 1, time
    return done, since


def _seen_steps(network: RuleNetwork, fact: ProgressPlan) -> frozenset[int]:
    """Return which steps change what some rule says of the progress."""
    return frozenset(
        step
        for step in range(1, fact.steps + 1)
        if network.tells_apart(fact.signal, (step - 1) / fact.steps, step / fact.steps)
    )


def _done_in(work: float, length: Question[float], chance: Dealer) -> int | None:
    """Return how many steps are done in so much work; None if a step takes none."""
    takes = length(chance)
    return floor(work / takes + _NEARLY) if takes > 0 else None


def _length_of_step(fact: ProgressPlan, number: int, bounds: tuple[float, float], chance: Dealer) -> float:
    """Return how long a step takes at speed 1, between bounds."""
    delay, steps, (longer, at_most) = fact.duration, fact.steps, bounds
    scale = chance.scale(delay)
    threshold = chance.stream(delay.stream).hazard_of(number)
    if scale > 0:
        before = delay.law.hazard(longer * steps / scale) if longer > 0 else 0.0
        after = delay.law.hazard(at_most * steps / scale)
        if after < inf and before < after:
            threshold = -log(exp(-threshold) * (1.0 - exp(before - after)) + exp(before - after))
        threshold += before
    return min(max(longer, delay.law.at_hazard(threshold) * scale / steps), at_most)
