"""Processes that only watch: what a rehearsal of the known time observes of facts and casualties.

They read the same rules as the processes of the facts themselves, change nothing and draw nothing. Delays of
contributors and contingents, and progress, report by themselves (`sim.model.world`, `sim.model.progress`).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from sim.model.contingent import Contingent
from sim.model.notes import Notes, Watch
from sim.model.rounds import Process
from sim.model.troops import Troops
from sim.model.world import World
from sim.plan.laws import ConstantLaw
from sim.plan.network import Choice
from sim.plan.observations import (
    DelayCourse,
    Observation,
    ObservedAnswer,
    ObservedCount,
    ObservedDelay,
    uncertain,
)
from sim.plan.tables import (
    CasualtyPlan,
    ContingentPlan,
    Delay,
    EventsPlan,
    MilestonePlan,
    Quantity,
    SwitchPlan,
)


class Kept:
    """Since when the rule of each contingent of which history records something has ever held."""

    def __init__(self, world: World, contingents: Iterable[Contingent]) -> None:
        self._first: dict[int, int] = {}
        self._told = [each.row for each in contingents if each.row.records]
        for row in self._told:
            world.rounds.start(self._watch(world, row))

    def _watch(self, world: World, row: ContingentPlan) -> Process:
        bell = world.rounds.bell(row.permitted)
        yield world.rounds.until(0)
        while not world.rounds.truth(row.permitted):
            yield bell.wait()
        self._first[row.number] = world.rounds.now

    def broken(self) -> int:
        """Return how many were ready or there, as history records, before their rule had ever held."""
        return sum(
            any(
                self._first.get(row.number, inf) > record.time + 1
                for record in row.records
                if record.event in ("approved", "ready", "embarked", "arrived")
            )
            for row in self._told
        )


class Disagreements:
    """Whether the readings of a statement ever disagree: as long as none do, it is the same which one is drawn."""

    def __init__(self, world: World) -> None:
        self.any = False
        self._truths = world.network.truths
        self._statements = [node.children for node in world.plan.network.nodes if isinstance(node, Choice)]
        self._look()
        world.rounds.after_round.append(self._look)

    def _look(self) -> None:
        truths = self._truths
        self.any = self.any or any(len({truths[child] for child in each}) > 1 for each in self._statements)


def watch(world: World, notes: Notes, contingents: Iterable[Contingent], everything: bool = False) -> None:
    """Have watched what can say something and does not report by itself; `everything`: also what is known."""
    scales = {name for name, quantity in world.plan.uncertain if uncertain(quantity)}
    for fact in world.plan.facts:
        match fact:
            case SwitchPlan() if everything or _tells([fact.stays_on, fact.stays_off], (), scales):
                world.rounds.start(_stays(world, notes, fact))
            case MilestonePlan() if everything or _tells([fact.after], (fact.probability,), scales):
                world.rounds.start(_first_answer(world, notes, fact))
            case EventsPlan() if everything or _tells((), (fact.rate, fact.bursts), scales):
                world.rounds.start(_incidents(world, notes, fact))
    exposed = [each for each in contingents if each.row.casualties is not None]
    rate = next((each.row.casualties.rate for each in exposed if each.row.casualties), None)
    if rate is not None and _tells((), (rate,), scales):
        _watch_casualties(world, notes, exposed, rate)


def _tells(delays: Iterable[Delay | None], numbers: Iterable[Quantity], scales: set[str]) -> bool:
    scaled = any(delay is not None and scales.intersection(delay.times) for delay in delays)
    return scaled or any(uncertain(number) or scales.intersection(number.movers) for number in numbers)


class _Stay:
    """One stay of a switch, as far as it is known."""

    def __init__(self, notes: Notes, delay: Delay | None, began: int, resumes: int) -> None:
        self._delay = delay
        self.stopwatch = notes.watch(began, delay, resumes)
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
        return ObservedDelay(DelayCourse(self._delay.law, stretches), self._delay.times, self.ended)


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
                    stay = _Stay(notes, fact.stays_on if on else fact.stays_off, since, fact.resumes)
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
        course = DelayCourse(fact.after.law, stretches)
        asked = stretches or answer is not None
        says_no = fact.reconsiders is not None
        return ObservedAnswer(course, fact.after.times, fact.probability, answer, says_no) if asked else None

    notes.conclude(observation)
    yield rounds.until(0)
    expired = False
    while not expired:
        if stopwatch is None and (fact.when is None or rounds.truth(fact.when)):
            stopwatch = notes.watch(rounds.now, fact.after, fact.resumes)
        if stopwatch is not None:
            stopwatch.run(world.rate_factor(fact.rates), counts=not rounds.truth(fact.undone))
        expired = yield bell.wait(due)
    if stopwatch is not None:
        stopwatch.stop()


def _incidents(world: World, notes: Notes, fact: EventsPlan) -> Process:
    """Watch for how long, at which rates, incidents were counted."""
    rounds = world.rounds
    bell = rounds.bell(*(factor.when for factor in fact.rates))
    stopwatch = notes.watch(0, until=fact.resumes)
    total = sum(int(record.value) for record in fact.records)

    def observation() -> Observation:
        return ObservedCount(fact.rate, fact.bursts, _exposure(stopwatch), total)

    notes.conclude(observation)
    yield rounds.until(0)
    while True:
        stopwatch.run(world.rate_factor(fact.rates))
        yield bell.wait()


def _watch_casualties(world: World, notes: Notes, contingents: list[Contingent], rate: Quantity) -> None:
    """Watch how many fell of how many exposed: one rate holds for all of them, each with its multipliers."""
    stopwatches = [notes.watch(0, until=each.row.resumes) for each in contingents]
    records = [record for each in contingents for record in each.row.records]
    total = sum(record.troops or 0 for record in records if record.event == "casualties")
    one = Quantity(f"{rate.stream}.size", ConstantLaw(1.0))
    notes.conclude(lambda: ObservedCount(rate, one, sum(map(_exposure, stopwatches)), total))
    for contingent, stopwatch in zip(contingents, stopwatches, strict=True):
        if contingent.row.casualties is not None:
            world.rounds.start(_exposed(world, stopwatch, contingent.troops, contingent.row.casualties))


def _exposed(world: World, stopwatch: Watch, troops: Troops, plan: CasualtyPlan) -> Process:
    """Watch how many of a contingent were exposed, and for how long."""
    rounds = world.rounds
    bell = rounds.bell(*(factor.when for factor in plan.rates))
    troops.watchers.append(bell)
    yield rounds.until(0)
    while True:
        stopwatch.run(world.rate_factor(plan.rates) * troops.count("deployed"))
        yield bell.wait()


def _exposure(stopwatch: Watch) -> float:
    return sum(stretch.factor * (stretch.until - stretch.since) for stretch in stopwatch.stop())
