"""Targets and requirements that are due before the troops they count could be there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sim.durations import DAY, date_at, seconds_between
from sim.scenario.aims import Requirement, Target
from sim.scenario.analysis.bodies import Body, bodies_of
from sim.scenario.analysis.ladder import Rung, binding_rungs, ladder
from sim.scenario.analysis.prospects import Prospects
from sim.scenario.analysis.reach import ends_of
from sim.scenario.faults import Fault
from sim.scenario.forces import force_counted
from sim.scenario.planned import latest
from sim.scenario.positions import Path
from sim.scenario.scenario import Scenario


def needs_before_lead_time(prospects: Prospects) -> Iterator[Fault]:
    """Every target and requirement is due when its troops could be there, if all goes as fast as it can.

    One that asks for more than all pledges together is reported by `needs_out_of_reach`.
    """
    for name, target in prospects.scenario.targets.items():
        path: Path = ("targets", name)
        yield from _too_early(
            prospects, path, target.troops, target.by, _counted_in_target(prospects, target)
        )
    for place, line in enumerate(prospects.scenario.requirements):
        path = ("requirements", place)
        due = latest(line.by, prospects.scenario.end)
        yield from _too_early(prospects, path, line.troops, due, _counted_in_line(prospects, line))


def needs_out_of_reach(prospects: Prospects) -> Iterator[Fault]:
    """Every target and requirement asks for no more than is authorised, pledged, and has beds and lift."""
    scenario = prospects.scenario
    for name, target in scenario.targets.items():
        yield from _out_of_reach(
            prospects, ("targets", name), target.troops, target.by, _counted_in_target(prospects, target)
        )
    for place, line in enumerate(scenario.requirements):
        counted = _counted_in_line(prospects, line)
        yield from _out_of_reach(
            prospects, ("requirements", place), line.troops, latest(line.by, scenario.end), counted
        )


def _out_of_reach(
    prospects: Prospects, path: Path, troops: int, by: dt.date, counted: Callable[[Body], bool]
) -> Iterator[Fault]:
    rungs = ladder(prospects.scenario, prospects.bodies, counted, by)
    short = [f"{rung.most:,.0f} {rung.name}" for rung in binding_rungs(rungs, troops)]
    if short:
        what = f"asks for {troops:,} troops by {by}, more than there can be: {', '.join(short)}"
        yield prospects.subject.at((*path, "troops"), f"{what}; lower it, or raise what limits it", "warning")


def reach_of_targets(scenario: Scenario) -> Iterator[tuple[str, Target, tuple[Rung, ...]]]:
    """Yield each target with the steps from what is authorised to what can be there by its date."""
    bodies = bodies_of(scenario)
    for name, target in scenario.targets.items():
        counted = _counted(scenario, target.contributor, target)
        yield name, target, ladder(scenario, bodies, counted, target.by)


def _too_early(
    prospects: Prospects, path: Path, troops: int, by: dt.date, counted: Callable[[Body], bool]
) -> Iterator[Fault]:
    due = min(seconds_between(prospects.scenario.start, by) + DAY - 1, ends_of(prospects.scenario))
    arrivals = sorted(
        (prospects.reach.deployed[place], body.most)
        for place, body in enumerate(prospects.bodies)
        if place in prospects.reach.deployed and counted(body)
    )
    there = sum(most for time, most in arrivals if time <= due)
    if there >= troops:
        return
    size, reached = 0.0, None
    for time, most in arrivals:
        size += most
        if reached is None and size >= troops:
            reached = time
    if reached is not None:
        first = date_at(prospects.scenario.start, reached)
        what = (
            f"asks for {troops:,} troops by {by}, when no more than {there:,.0f} can be there at the soonest"
        )
        remedy = (
            f"so many can be there from {first} on; move the date, or shorten approvals, preparation or trips"
        )
        yield prospects.subject.at((*path, "by"), f"{what}; {remedy}", "warning")


def _counted_in_target(prospects: Prospects, target: Target) -> Callable[[Body], bool]:
    return _counted(prospects.scenario, target.contributor, target)


def _counted_in_line(prospects: Prospects, line: Requirement) -> Callable[[Body], bool]:
    fits = _counted(prospects.scenario, None, line)
    return lambda body: fits(body) and line.task not in body.block.will_not


def _counted(
    scenario: Scenario, contributor: str | None, filters: Target | Requirement
) -> Callable[[Body], bool]:
    """Return whether a body counts under filters, by the one rule of `sim.scenario.forces`."""
    force = force_counted(
        scenario,
        contributor=contributor,
        role=filters.role,
        sector=filters.sector,
        force=filters.force,
    )
    wanted = (contributor, filters.role, filters.sector, force)

    def counts(body: Body) -> bool:
        own = (body.owner, body.block.role, body.block.sector, body.block.force)
        return all(want in (None, have) for want, have in zip(wanted, own, strict=True))

    return counts
