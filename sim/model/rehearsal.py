"""The known time, played once before a replication: what it says about numbers that are drawn once.

Until `as_of` the world follows what history records, so whatever the numbers are, the rules take the same
course there, the same delays run and the same questions are open. A rehearsal plays that time and notes how
long each delay ran without ending, at which rates, and which ends history records; `sim.plan.updating` makes
of it what the numbers are likely to be. It consumes no random number that the replication does not deal again.

====================================  ======================================================================
known                                 says about
====================================  ======================================================================
a stay of a switch                    what scales it: the chance to last so long, the density of its end
the first answer of a milestone or    its probability, and what scales its delay: the chance of no answer by
consent                               then, or of that answer just then
an approval, preparation, notice, …   its probability, what scales it: likewise (`arrived`: over before then)
progress                              what scales it: the duration is longer than what is still to be done
                                      has waited, at most what is recorded as done allows
counted events                        rate and bursts: their total since `start`
casualties                            their rate: none has happened, for history cannot record any
====================================  ======================================================================

Numbers that the known time does not test (sizes of pledges, shares delivered, vetted shares, reception) stay
as stated. What cannot have happened under the scenario says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sim.model.contingent import Contingent
from sim.model.notes import Notes, Watch
from sim.model.rounds import Process
from sim.model.troops import Troops
from sim.model.world import World
from sim.plan.laws import ConstantLaw, Law
from sim.plan.observations import Course, Observation, ObservedAnswer, ObservedCount, ObservedDelay, uncertain
from sim.plan.tables import CasualtyPlan, Delay, EventsPlan, MilestonePlan, Plan, Quantity, SwitchPlan


def can_learn(plan: Plan) -> bool:
    """Tell whether there is known time, and a number drawn once that it can say something about."""
    return plan.as_of > 0 and any(not isinstance(law, ConstantLaw) for law in _learnable(plan))


def _learnable(plan: Plan) -> list[Law]:
    laws = [quantity.law for _, quantity in plan.uncertain]
    for fact in plan.facts:
        if isinstance(fact, MilestonePlan):
            laws.append(fact.probability.law)
        elif isinstance(fact, EventsPlan):
            laws += [fact.rate.law, fact.bursts.law]
    for row in plan.contingents:
        laws += [approval.probability.law for approval in row.approvals]
        laws += [row.casualties.rate.law] if row.casualties else []
    return laws


def known_time(plan: Plan) -> Plan:
    """Return the plan of the rehearsal: what history records of the very day `as_of` is known too."""
    return replace(plan, as_of=plan.as_of + 1, ends=plan.as_of + 1)


def watch(world: World, notes: Notes, contingents: Iterable[Contingent]) -> None:
    """Have everything watched that can say something and does not report by itself."""
    scales = {name for name, quantity in world.plan.uncertain if uncertain(quantity)}
    for fact in world.plan.facts:
        match fact:
            case SwitchPlan() if _tells([fact.stays_on, fact.stays_off], (), scales):
                world.rounds.start(_stays(world, notes, fact))
            case MilestonePlan() if _tells([fact.after], (fact.probability,), scales):
                world.rounds.start(_first_answer(world, notes, fact))
            case EventsPlan() if _tells((), (fact.rate, fact.bursts), scales):
                world.rounds.start(_incidents(world, notes, fact))
    for contingent in contingents:
        casualties = contingent.row.casualties
        if casualties is not None and uncertain(casualties.rate):
            world.rounds.start(_casualties(world, notes, contingent.troops, casualties))


def _tells(delays: Iterable[Delay | None], numbers: Iterable[Quantity], scales: set[str]) -> bool:
    scaled = any(delay is not None and delay.times in scales for delay in delays)
    return scaled or any(uncertain(number) for number in numbers)


class _Stay:
    """One stay of a switch, as far as it is known."""

    def __init__(self, notes: Notes, delay: Delay | None, began: int) -> None:
        self._delay = delay
        self.stopwatch = notes.watch(began)
        self.ended = ""
        notes.conclude(self._observation)

    def end(self) -> None:
        """Note that history records its end now."""
        self.stopwatch.stop()
        self.ended = "at"

    def _observation(self) -> Observation | None:
        stretches = self.stopwatch.stop()
        if self._delay is None or not stretches:
            return None
        return ObservedDelay(Course(self._delay.law, stretches), self._delay.times, self.ended)


def _stays(world: World, notes: Notes, fact: SwitchPlan) -> Process:
    """Watch stay after stay; while the switch is forced none runs, and when that ends a new one begins."""
    rounds = world.rounds
    bell = rounds.bell(fact.forced_on, fact.forced_off, *(factor.when for factor in fact.ends + fact.starts))
    on = fact.initially
    began: int | None = 0 if fact.since is None else fact.since
    stay: _Stay | None = None
    yield rounds.until(0)
    for due, value in (*((record.time, bool(record.value)) for record in fact.records), (None, None)):
        expired = False
        while not expired:
            if rounds.truth(fact.forced_on) or rounds.truth(fact.forced_off):
                if stay is not None:
                    stay.stopwatch.stop()
                stay = began = None
            else:
                if stay is None:
                    since = rounds.now if began is None else began
                    stay = _Stay(notes, fact.stays_on if on else fact.stays_off, since)
                stay.stopwatch.run(world.rate_factor(fact.ends if on else fact.starts))
            expired = yield bell.wait(due)
        if value != on:
            if stay is not None:
                stay.end()
            stay, on, began = None, bool(value), due


def _first_answer(world: World, notes: Notes, fact: MilestonePlan) -> Process:
    """Watch the first question; what is asked again after a recorded answer tells about its delay only."""
    rounds = world.rounds
    bell = rounds.bell(fact.when, fact.undone, *(factor.when for factor in fact.rates))
    first = fact.records[0] if fact.records else None
    due = None if first is None else first.time
    answer = None if first is None else first.value > 0
    stopwatch: Watch | None = None

    def observation() -> Observation | None:
        stretches = stopwatch.stop() if stopwatch is not None else ()
        course = Course(fact.after.law, stretches)
        asked = stretches or answer is not None
        says_no = fact.reconsiders is not None
        return ObservedAnswer(course, fact.after.times, fact.probability, answer, says_no) if asked else None

    notes.conclude(observation)
    yield rounds.until(0)
    expired = False
    while not expired:
        if stopwatch is None and (fact.when is None or rounds.truth(fact.when)):
            stopwatch = notes.watch(rounds.now)
        if stopwatch is not None:
            stopwatch.run(world.rate_factor(fact.rates), counts=not rounds.truth(fact.undone))
        expired = yield bell.wait(due)
    if stopwatch is not None:
        stopwatch.stop()


def _incidents(world: World, notes: Notes, fact: EventsPlan) -> Process:
    """Watch for how long, at which rates, incidents were counted."""
    rounds = world.rounds
    bell = rounds.bell(*(factor.when for factor in fact.rates))
    stopwatch = notes.watch(0)
    total = sum(int(record.value) for record in fact.records)

    def observation() -> Observation:
        return ObservedCount(fact.rate, fact.bursts, _exposure(stopwatch), total)

    notes.conclude(observation)
    yield rounds.until(0)
    while True:
        stopwatch.run(world.rate_factor(fact.rates))
        yield bell.wait()


def _casualties(world: World, notes: Notes, troops: Troops, plan: CasualtyPlan) -> Process:
    """Watch how many of a contingent were exposed, and for how long."""
    rounds = world.rounds
    bell = rounds.bell(*(factor.when for factor in plan.rates))
    troops.watchers.append(bell)
    stopwatch = notes.watch(0)
    one = Quantity(f"{plan.arrivals}.size", ConstantLaw(1.0))
    notes.conclude(lambda: ObservedCount(plan.rate, one, _exposure(stopwatch), 0))
    yield rounds.until(0)
    while True:
        stopwatch.run(world.rate_factor(plan.rates) * troops.count("deployed"))
        yield bell.wait()


def _exposure(stopwatch: Watch) -> float:
    return sum(stretch.factor * (stretch.until - stretch.since) for stretch in stopwatch.stop())
