"""Targets and requirements that are due before the troops they count could be there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from sim.durations import DAY, date_at, seconds_between
from sim.scenario.aims import Requirement, Target
from sim.scenario.analysis.bodies import Body
from sim.scenario.analysis.prospects import Prospects
from sim.scenario.analysis.reach import ends_of
from sim.scenario.faults import Fault
from sim.scenario.forces import force_counted
from sim.scenario.positions import Path


def needs_before_lead_time(prospects: Prospects) -> Iterator[Fault]:
    """Every target and requirement is due when its troops could be there, if all goes as fast as it can.

    One that asks for more than all pledges together is not reported: that is what a scenario may be about.
    """
    for name, target in prospects.scenario.targets.items():
        path: Path = ("targets", name)
        yield from _too_early(
            prospects, path, target.troops, target.by, _counted_in_target(prospects, target)
        )
    for place, line in enumerate(prospects.scenario.requirements):
        path = ("requirements", place)
        yield from _too_early(prospects, path, line.troops, line.by, _counted_in_line(prospects, line))


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
    return _counted(prospects, target.contributor, target)


def _counted_in_line(prospects: Prospects, line: Requirement) -> Callable[[Body], bool]:
    fits = _counted(prospects, None, line)
    return lambda body: fits(body) and line.task not in body.block.will_not


def _counted(
    prospects: Prospects, contributor: str | None, filters: Target | Requirement
) -> Callable[[Body], bool]:
    """Return whether a body counts under filters, by the one rule of `sim.scenario.forces`."""
    force = force_counted(
        prospects.scenario,
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
