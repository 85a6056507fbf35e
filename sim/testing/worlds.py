"""Worlds in which the facts of a scenario do whatever they may.

A `World` fixes the course of every fact and consent, and takes all other chances (delays, approvals,
troops) from one replication. Facts keep to their kind and to the dates in their `when:`, not to their rates and
rules: a switch goes on and off, a milestone or consent becomes true once (and false only if something can undo
it), a progress climbs (and falls only if it can slip), events come in any number. What history records, and what
a `schedule` knows, stays as it is::

    >>> from sim.scenario.loading import load
    >>> from sim.testing.worlds import play, worlds
    >>> scenario = load("scenarios/tutorial.yaml")
    >>> from hypothesis import given
    >>> @given(worlds(scenario))
    ... def nobody_comes_unpledged(world):
    ...     logs = play(scenario, world)
    ...     assert {row[2] for row in logs.transitions} <= {"northland", "southland"}
    >>> nobody_comes_unpledged()
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from math import floor

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sim.durations import DAY, date_at
from sim.engines.choice import chosen_engine
from sim.engines.spans import Span
from sim.model.logbook import Logs
from sim.plan.compilation import compile_plan
from sim.plan.laws import ConstantLaw
from sim.plan.network import Ever, From, Held, Quorum
from sim.plan.tables import (
    EventsPlan,
    FactPlan,
    MilestonePlan,
    Plan,
    ProgressPlan,
    Quantity,
    SchedulePlan,
    SwitchPlan,
)
from sim.scenario.scenario import Scenario

Course = tuple[tuple[int, float], ...]
"""(second since the start, value from then on; of events: how many happen then), ascending."""

MOST_CHANGES = 4
"""Most changes of a fact in a world."""

MOST_EVENTS = 40
"""Most events at one instant of a world."""

REPLICATIONS = 20
"""From how many replications the other chances are taken."""


@dataclass(frozen=True)
class World:
    """The course of every fact and consent, by name, and the replication that decides everything else."""

    courses: Mapping[str, Course]
    replication: int
    start: dt.date

    def __str__(self) -> str:
        """Return a line for each change, in the order of dates."""
        courses = self.courses.items()
        changes = sorted((time, name, value) for name, course in courses for time, value in course)
        lines = [f"{date_at(self.start, time)}  {name} = {value:g}" for time, name, value in changes]
        rest = f"delays, approvals and troops as in replication {self.replication}"
        return "\n".join([rest, *(lines or ["no fact changes"])])


def worlds(scenario: Scenario) -> SearchStrategy[World]:
    """Worlds of a scenario; they shrink to few, early changes."""
    return worlds_of(compile_plan(scenario))


def worlds_of(plan: Plan) -> SearchStrategy[World]:
    """Worlds of a compiled scenario."""
    drawn = {fact.name: _courses(plan, fact) for fact in plan.facts if not isinstance(fact, SchedulePlan)}
    return st.builds(
        World,
        st.fixed_dictionaries(drawn),
        st.integers(0, REPLICATIONS - 1),
        st.just(plan.start),
    )


def play(scenario: Scenario, world: World, seed: int = 0) -> Logs:
    """Play a scenario in a world and return the logs; every fact is logged, also one with `log: false`."""
    return play_plan(compile_plan(scenario), world, seed)


def play_plan(plan: Plan, world: World, seed: int = 0) -> Logs:
    """Play a compiled scenario in a world."""
    facts = tuple(_fixed(fact, world.courses.get(fact.name, ())) for fact in plan.facts)
    fixed = replace(plan, facts=facts)
    logs: Logs = next(chosen_engine(replications=1).worlds(fixed, seed, Span(world.replication, 1)))
    return logs


def _courses(plan: Plan, fact: FactPlan) -> SearchStrategy[Course]:
    """Courses that a fact may take from `as_of` on, or from its last record, if it is not reported."""
    if isinstance(fact, SchedulePlan):
        return st.just(())
    last = plan.ends // DAY - 1
    known = _known(fact)
    held = known[-1][0] // DAY + 1 if known else 0  # a record holds on its day
    first = max(held, -(-max(0, fact.resumes, _asked(plan, fact)) // DAY))
    if first > last:
        return st.just(())
    days = st.lists(st.integers(first, last), max_size=MOST_CHANGES, unique=True).map(sorted)
    match fact:
        case SwitchPlan():
            rises = fact.stays_off is not None or fact.forced_on is not None
            falls = fact.stays_on is not None or fact.forced_off is not None
            on = bool(_last(known, fact.initially))
            return days.map(lambda chosen: _by_turns(chosen, on, rises, falls))
        case MilestonePlan():
            refused = bool(known) and not known[-1][1] and fact.reconsiders is None
            again = fact.reconsiders is not None
            return days.map(
                lambda chosen: _by_turns(
                    chosen, bool(_last(known, 0)), not refused, fact.undone is not None, again
                )
            )
        case ProgressPlan():
            return _climbs(days, fact, _last(known, fact.begun / fact.steps))
        case EventsPlan():
            counts = st.lists(st.integers(1, MOST_EVENTS), min_size=MOST_CHANGES, max_size=MOST_CHANGES)
            return st.builds(_counted, days, counts)


def _asked(plan: Plan, fact: FactPlan) -> int:
    """Return before when nothing can come of a fact, because a date stands in its `when:`; 0 if none does."""
    if isinstance(fact, MilestonePlan | ProgressPlan) and fact.when is not None and not _known(fact):
        return _earliest(plan, fact.when)
    return 0


def _earliest(plan: Plan, node: int) -> int:
    """Return before which instant a rule is false whatever happens, as far as its dates say; 0 if they do not."""
    match plan.network.nodes[node]:
        case From(time):
            return time
        case Ever(child):
            return _earliest(plan, child)
        case Held(child, length):
            return _earliest(plan, child) + length if _earliest(plan, child) else 0
        case Quorum(count, children) if children:
            return sorted(_earliest(plan, child) for child in children)[min(count, len(children)) - 1]
        case _:
            return 0


def _by_turns(days: list[int], on: bool, rises: bool, falls: bool, again: bool = True) -> Course:
    """Return the course that changes on the days as far as it may; `again`: it may rise more than once."""
    course: list[tuple[int, float]] = []
    risen = False
    for day in days:
        if (falls if on else rises and (again or not risen)) is False:
            break
        on = not on
        risen |= on
        course.append((day * DAY, float(on)))
    return tuple(course)


def _climbs(days: SearchStrategy[list[int]], fact: ProgressPlan, begins: float) -> SearchStrategy[Course]:
    """Courses of a progress: steps up, and down if it can slip."""
    done, least = floor(begins * fact.steps + 1e-9), -fact.steps if fact.slips_when is not None else 0
    moves = st.lists(st.integers(least, fact.steps), min_size=MOST_CHANGES, max_size=MOST_CHANGES)

    def course(chosen: list[int], steps: list[int]) -> Course:
        heights = accumulate(steps, lambda at, step: min(fact.steps, max(0, at + step)), initial=done)
        reached = list(heights)[1:]
        return tuple((day * DAY, at / fact.steps) for day, at in zip(chosen, reached, strict=False))

    return st.builds(course, days, moves)


def _counted(days: list[int], counts: list[int]) -> Course:
    return tuple((day * DAY, float(count)) for day, count in zip(days, counts, strict=False))


def _known(fact: FactPlan) -> Course:
    """Return what history has of a fact."""
    return () if isinstance(fact, SchedulePlan) else tuple((each.time, each.value) for each in fact.records)


def _last(course: Course, before: float) -> float:
    return course[-1][1] if course else before


def _fixed(fact: FactPlan, course: Course) -> FactPlan:
    """Return a fact that takes a course, after what is known of it."""
    if isinstance(fact, SchedulePlan):
        return replace(fact, log=True)
    known = _known(fact)
    if isinstance(fact, EventsPlan):
        happened = (*fact.past, *known, *course)
        past = tuple((time, int(count)) for time, count in happened)
        silent = Quantity(fact.rate.stream, ConstantLaw(0.0))
        return replace(fact, log=True, rate=silent, past=past, records=())
    initially = 0.0
    if isinstance(fact, SwitchPlan):
        initially = float(fact.initially if fact.since is None else not fact.initially)
        since = () if fact.since is None else ((fact.since, float(fact.initially)),)
        known = (*since, *known)
    if isinstance(fact, ProgressPlan):
        initially = fact.begun / fact.steps
        known = tuple((time, floor(value * fact.steps + 1e-9) / fact.steps) for time, value in known)
    values = tuple(sorted(dict((*known, *course)).items()))
    return SchedulePlan(fact.name, fact.signal, True, initially, values)
