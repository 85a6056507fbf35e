"""Facts and consents: one SimPy process each.

Until `as_of` a fact follows what `history:` records; what is not recorded has not happened. From then on
chance resumes, each delay conditioned on its age. Of a fact that is not `reported` silence says nothing: chance
runs from its last record on, or from start, and what happened unseen differs by world. While history has it
delayed, what is under way stands still and does not age. What consumes a random number:

* switch: one variate a stay that ends by itself, when the stay begins (a forced stay consumes none);
* milestone and consent: one outcome and one delay each time it is asked, when asked;
* events: one arrival and one size variate a cluster;
* progress: one for its duration, in all; schedule: none.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from math import exp
from typing import Any

from simpy.events import Event

from sim.model.chance import Arrivals
from sim.model.progress import progress
from sim.model.rounds import Asking, Bell, Process
from sim.model.world import World
from sim.plan.observations import Stretch
from sim.plan.tables import (
    Delay,
    EventsPlan,
    FactPlan,
    MilestonePlan,
    ProgressPlan,
    Quantity,
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
        began = yield from _known_until(world, fact, bell, record.time, began)
        yield world.assign_fact(fact.name, fact.signal, record.value, fact.log)
        if bool(record.value) != on:
            on, began = bool(record.value), record.time
    began = yield from _known_until(world, fact, bell, max(0, fact.resumes), began)
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


def _known_until(
    world: World, fact: SwitchPlan, bell: Bell, due: int, began: int
) -> Generator[Event, bool, int]:
    """Let known time pass; return when the present stay began: anew when a forcing ended."""
    rounds = world.rounds
    yield rounds.until(min(due, 0))
    while rounds.now < due:
        forced = _forced(world, fact) is not None
        yield bell.wait(due)
        if forced:
            began = rounds.now
    return began


def _stay(world: World, fact: SwitchPlan, bell: Bell, on: bool, began: int) -> Process:
    """Last until a stay ends by itself, or is forced."""
    delay = fact.stays_on if on else fact.stays_off
    factors = fact.ends if on else fact.starts
    clock = world.clock(delay, began) if delay is not None else None
    while _forced(world, fact) is None:
        due = clock.due(world.rounds.now, world.rate_factor(factors)) if clock else None
        if (yield bell.wait(due)):
            break
    if clock is not None:
        clock.stop(world.rounds.now)


def milestone(world: World, fact: MilestonePlan) -> Process:
    """Become true, or never.

    The clock starts once, the first time `when` holds. Without `reconsiders` a no is silent and final; with
    it a no is an answer, given after the same delay, and asked again after `reconsiders`. A yes that comes
    while `undone_when` holds is a no, and one that is undone later counts as a no from then on. While a lever
    forces it, and nothing undoes it, it is true; what was drawn before stays drawn, and no more is.
    """
    rounds = world.rounds
    bell = rounds.bell(fact.when, fact.undone, fact.forced, *(factor.when for factor in fact.rates))
    answered: bool | None = None
    for record in fact.records:
        yield rounds.until(record.time)
        answered = bool(record.value)
        yield world.assign_fact(fact.name, fact.signal, float(answered), fact.log)
    if answered is None:
        yield rounds.until(0)
        while fact.when is not None and not rounds.truth(fact.when) and not _made_true(world, fact):
            yield bell.wait()
    began = rounds.now
    while True:
        if answered is None:
            answered = yield from _answer(world, fact, bell, began)
        if answered:
            yield rounds.until(fact.resumes)
            yield world.assign_fact(fact.name, fact.signal, 1.0, fact.log)
            while not rounds.truth(fact.undone):
                yield bell.wait()
        if fact.reconsiders is not None or answered:
            # a no too is an answer, and takes a round
            yield world.assign_fact(fact.name, fact.signal, 0.0, fact.log)
        due = None
        if fact.reconsiders is not None:
            due = _asked_again(world, fact, fact.reconsiders)
        elif fact.forced is None:
            return
        answered = yield from _forced_before(world, fact, bell, due)
        began = rounds.now


def _made_true(world: World, fact: MilestonePlan) -> bool:
    """Tell whether a lever makes it true now."""
    return world.rounds.truth(fact.forced) and not world.rounds.truth(fact.undone)


def _forced_before(
    world: World, fact: MilestonePlan, bell: Bell, due: int | None
) -> Generator[Event, Any, bool | None]:
    """Return True when a lever makes it true, or None when it is `due` to be asked again before that."""
    if fact.forced is None:
        assert due is not None
        yield world.rounds.until(due)
        return None
    while not _made_true(world, fact):
        if (yield bell.wait(due)):
            return None
    return True


def _answer(world: World, fact: MilestonePlan, bell: Bell, began: int) -> Asking:
    """Ask once; return the answer when it comes."""
    rounds = world.rounds
    yes = world.chance(fact.outcome, (yield from _probability(world, fact, bell, began)))
    if not yes and fact.reconsiders is None:
        return False
    clock = world.clock(fact.after, began)
    expired = False
    while not expired:
        if _made_true(world, fact):
            clock.stop(rounds.now)
            return True
        expired = yield bell.wait(clock.due(rounds.now, world.rate_factor(fact.rates)))
    clock.stop(rounds.now)
    return yes and not rounds.truth(fact.undone)


def _probability(
    world: World, fact: MilestonePlan, bell: Bell, began: int
) -> Generator[Event, bool, Quantity | float]:
    """Wait until `as_of`; return the chance of a yes, given that none was seen by then.

    That is p·S / (1 − p·seen): S is the chance that the answer takes longer, with the rates as they were, and
    `seen` the chance of an answer by then at a time at which a yes counts. Without `undone_when` seen = 1 −
    S. A certain yes that is overdue comes at `as_of`. With `reconsiders` a no too is an event that history
    records.
    """
    rounds = world.rounds
    ran: list[tuple[int, int, float, bool]] = []
    while rounds.now < fact.resumes:
        since, factor, hidden = rounds.now, world.rate_factor(fact.rates), rounds.truth(fact.undone)
        yield bell.wait(fact.resumes)
        ran.append((since, rounds.now, factor, hidden))
    if world.path is not None:
        world.path.silent(fact.outcome, [_silent(fact.after, began, stretch) for stretch in ran])
    survival, seen = 1.0, 0.0
    for since, until, factor, hidden in ran:
        before = survival
        if factor > 0:
            survival *= exp(-factor * world.hazard_between(fact.after, began, since, until))
        seen += 0.0 if hidden else before - survival
    if fact.reconsiders is not None or survival == 1.0:
        return fact.probability
    probability = world.quantity(fact.probability)
    possible = 1.0 - probability * seen
    return probability * survival / possible if possible > 0 else 1.0


def _silent(after: Delay, began: int, ran: tuple[int, int, float, bool]) -> Stretch:
    since, until, factor, hidden = ran
    young, old = (float(after.age(began, time)) for time in (since, until))
    return Stretch(factor, young, old, not hidden)


def _asked_again(world: World, fact: MilestonePlan, delay: Delay) -> int:
    """Return when it is asked again after a no of now.

    Nobody records that: only that no new answer has come by `as_of`, later than it is asked by its own delay.
    """
    now = world.rounds.now
    if world.rehearses and fact.resumes >= world.plan.ends:
        return world.plan.ends  # whenever it is asked, nothing is seen of it in the known time
    due = world.due_unseen(delay, now, fact.after)
    world.consume(delay)
    return due


def events(world: World, fact: EventsPlan) -> Process:
    """Count clusters of incidents, rate / bursts a second; sizes are geometric with mean `bursts`.

    Known are the `past` and the history; drawn is what comes from `as_of` on and, without a `past`, what
    fills the longest window that a rule reads before start: from streams of its own, for the window changes
    with the rules.
    """
    yield from _recorded(world, fact, fact.past)
    before = replace(fact, arrivals=f"{fact.arrivals}.before_start", sizes=f"{fact.sizes}.before_start")
    yield from _incidents(world, before, fact.runs_from, 0)
    yield from _recorded(world, fact, tuple((record.time, int(record.value)) for record in fact.records))
    yield from _incidents(world, fact, max(0, fact.resumes), world.plan.ends)


def _recorded(world: World, fact: EventsPlan, counts: tuple[tuple[int, int], ...]) -> Process:
    for time, count in counts:
        yield world.rounds.until(time)
        if count:
            yield world.count_fact(fact.name, fact.signal, count, fact.log)


def _incidents(world: World, fact: EventsPlan, begins: int, ends: int) -> Process:
    """Draw clusters from `begins` until before `ends`; the arrival that falls beyond is dropped."""
    rounds = world.rounds
    if begins >= ends:
        return
    yield rounds.until(begins)
    arrivals = world.arriving(Arrivals(fact.arrivals, fact.rate, fact.bursts))
    if arrivals is None:
        return
    bell = rounds.bell(*(factor.when for factor in fact.rates))
    while rounds.now < ends:
        clock = world.clock(arrivals, rounds.now, resumes=rounds.now)
        expired = False
        while not expired:
            due = clock.due(rounds.now, world.rate_factor(fact.rates))
            expired = yield bell.wait(ends if due is None else min(due, ends))
        clock.stop(rounds.now)
        if rounds.now < ends:
            size = world.cluster(fact.sizes, fact.bursts)
            if world.path is not None:
                world.path.cluster(fact.sizes, size)
            yield world.count_fact(fact.name, fact.signal, size, fact.log)


def schedule(world: World, fact: SchedulePlan) -> Process:
    """Take known values at known times, and planned ones when their slips are over.

    A planned time slips by its delay; history records that it came, or else it had not come by `as_of`. What
    was planned later overrides what was planned earlier, whichever comes first.
    """
    arrivals = sorted((_comes(world, fact, place), place) for place in range(len(fact.values)))
    latest = -1
    for due, place in arrivals:
        yield world.rounds.until(due)
        if place > latest:
            latest = place
            yield world.assign_fact(fact.name, fact.signal, fact.values[place][1], fact.log)


def _comes(world: World, fact: SchedulePlan, place: int) -> int:
    """Return when a value of a schedule comes."""
    time = fact.values[place][0]
    slips = fact.slips[place] if fact.slips else None
    if slips is None:
        return time
    came = dict(fact.came).get(time)
    due = world.due(slips, time)
    if came is not None:
        world.rounds.start(_came(world, slips, came))
        return came
    return due


def _came(world: World, slips: Delay, time: int) -> Process:
    """Say at its time that a planned date came, for what is learned from it."""
    yield world.rounds.until(time)
    world.recorded(slips, "at")
