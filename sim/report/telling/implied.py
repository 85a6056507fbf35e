"""Chances that a scenario implies: by formula where its clock stands alone, else from a small simulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.batch.sampling import Course, sampled_courses
from sim.durations import date_at
from sim.plan.chances import exact_chance
from sim.plan.context import Context
from sim.plan.dependence import depends_on, facts_alone
from sim.plan.tables import EventsPlan, FactPlan, MilestonePlan, ProgressPlan, SchedulePlan, SwitchPlan
from sim.results.statistics import wilson
from sim.scenario.facts import Consent, Milestone

if TYPE_CHECKING:
    import datetime as dt

    from sim.batch.allowance import Allowance
    from sim.plan.tables import Plan
    from sim.rules.syntax import Rule
    from sim.scenario.scenario import Scenario

WHOLE_WORLD_PART = 5
"""Of so many worlds one is played whole, for what troops or casualties decide."""


@dataclass(frozen=True, slots=True)
class Implied:
    """The chance that a fact or consent has come true by the end, and when.

    A switch has its chance to be on at the end, and no date. `median` is None if it comes too late or never.
    """

    name: str
    is_switch: bool
    share: float
    low: float
    high: float
    median: dt.date | None
    how: Literal["exact", "simulated", "simulated whole"]
    worlds: int = 0
    """How many worlds it was counted in."""


def implied_chances(
    scenario: Scenario, plan: Plan, worlds: int, allowance: Allowance | None = None
) -> Iterator[Implied]:
    """Yield the chance of each milestone, consent, progress (complete) and switch (on at the end).

    What formulas do not give is counted in `worlds` replications of seed 0 with the facts that it depends on,
    or in a fifth of them played whole if troops or casualties are among those. No worlds: left out. With an
    allowance, in as many as are played in time: half of it for the facts, the rest for whole worlds.
    Triggers of levers are not told.
    """
    context = Context(scenario)
    told = {*scenario.facts, *(f"consent({party}, {contributor})" for party, contributor in context.consents)}
    rows = [row for row in plan.facts if not isinstance(row, EventsPlan | SchedulePlan) and row.name in told]
    found: dict[str, Implied] = {}
    alone: dict[str, frozenset[str]] = {}
    whole: list[str] = []
    for row in rows:
        exact = _exact(context, plan, row)
        needed = None if exact is not None else depends_on(context, row.name)
        if exact is not None:
            found[row.name] = exact
        elif needed is not None:
            alone[row.name] = needed
        else:
            whole.append(row.name)
    if worlds > 0:
        played = facts_alone(plan, frozenset().union(*alone.values()))
        half = allowance.share(2) if allowance is not None and whole else allowance
        found |= _counted(scenario, played, list(alone), worlds, "simulated", allowance=half)
        number = max(1, worlds // WHOLE_WORLD_PART)
        found |= _counted(scenario, plan, whole, number, "simulated whole", allowance=allowance)
    yield from (found[row.name] for row in rows if row.name in found)


def _exact(context: Context, plan: Plan, row: FactPlan) -> Implied | None:
    if not isinstance(row, MilestonePlan):
        return None
    chance = exact_chance(plan, row, _asked(context, row.name), context)
    if chance is None:
        return None
    share, median = chance.by(plan.ends), chance.median()
    date = date_at(plan.start, median) if median is not None else None
    return Implied(row.name, False, share, share, share, date, "exact")


def _asked(context: Context, name: str) -> Rule | None:
    """Return the rule that starts the clock of a milestone or consent, bound and expanded."""
    fact = context.scenario.facts.get(name)
    if isinstance(fact, Milestone):
        return None if fact.when is None else context.rule(fact.when)
    for (party, contributor), consent in context.consents.items():
        if name == f"consent({party}, {contributor})" and isinstance(consent, Consent):
            asked = consent.asked_when
            return None if asked is None else context.rule(asked, contributor)
    return None


def _counted(
    scenario: Scenario,
    plan: Plan,
    names: Sequence[str],
    worlds: int,
    how: Literal["simulated", "simulated whole"],
    *,
    allowance: Allowance | None,
) -> dict[str, Implied]:
    if not names:
        return {}
    rows = {row.name: row for row in plan.facts}
    courses = sampled_courses(plan, names, worlds, allowance=allowance)
    return {name: _from_courses(scenario, plan, rows[name], courses[name], how) for name in names}


def _from_courses(
    scenario: Scenario,
    plan: Plan,
    row: FactPlan,
    courses: Sequence[Course],
    how: Literal["simulated", "simulated whole"],
) -> Implied:
    if isinstance(row, SwitchPlan):
        times = [_on_at_end(row, course) for course in courses]
    else:
        enough = 1.0 if isinstance(row, ProgressPlan) else 0.5
        times = [_first(course, enough) for course in courses]
    came = sorted(time for time in times if time is not None)
    low, high = wilson(len(came), len(courses))
    middle = (len(courses) - 1) // 2
    median = (
        date_at(plan.start, came[middle]) if middle < len(came) and not isinstance(row, SwitchPlan) else None
    )
    return Implied(
        row.name,
        isinstance(row, SwitchPlan),
        len(came) / len(courses),
        float(low),
        float(high),
        median,
        how,
        len(courses),
    )


def _on_at_end(row: SwitchPlan, course: Course) -> int | None:
    last = course[-1][1] if course else float(row.initially)
    return 0 if last > 0 else None


def _first(course: Course, enough: float) -> int | None:
    return next((time for time, value in course if value >= enough - 1e-9), None)
