"""From what a target asks down to what can be there: authorised, pledged, delivered, and what beds and lift allow.

Each step is a bound: so many at most, if everybody says yes and nothing is late. Who counts is said in
`sim.scenario.forces`; a step that does not limit is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import floor, inf

from sim.durations import DAY, seconds_between
from sim.rules.domains import ANY_FORCE
from sim.scenario.analysis.bodies import Body
from sim.scenario.arrivals import delivered_share
from sim.scenario.contributors import Contingent
from sim.scenario.distributions import bounds
from sim.scenario.planned import Planned
from sim.scenario.scenario import Scenario

Counted = Callable[[Body], bool]
"""Tells whether the troops of a contingent or trained force count."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: what it is called, and how many it lets through at most."""

    name: str
    most: float


def ladder(scenario: Scenario, bodies: tuple[Body, ...], counted: Counted, by: dt.date) -> tuple[Rung, ...]:
    """Return the steps for the troops that count by the end of a day, in the order in which they are met."""
    own = [body for body in bodies if counted(body)]
    delivered = {body.title: _delivered(scenario, body) for body in own}
    rungs = [Rung("authorised", _authorised(scenario, own))]
    rungs.append(Rung("pledged", sum(body.most for body in own)))
    rungs.append(Rung("deliverable", sum(delivered.values())))
    rungs.append(Rung("in sectors that are open by then", _open(scenario, own, delivered, by)))
    rungs.append(Rung("with beds by then", _bedded(scenario, own, delivered, by)))
    rungs.append(Rung("carried by then", _carried(scenario, own, delivered, by)))
    return tuple(rung for rung in rungs if rung.most < inf)


def binding_rungs(rungs: tuple[Rung, ...], troops: float) -> Iterator[Rung]:
    """Yield each step that lets through fewer than are asked for and fewer than any step before it."""
    least = inf
    for rung in rungs:
        if rung.most < troops and rung.most < least:
            yield rung
        least = min(least, rung.most)


def _authorised(scenario: Scenario, own: list[Body]) -> float:
    """Return the most that the ceilings allow; a force without one of its own is limited by `any` alone."""
    ceilings = scenario.authorised
    forces = {body.block.force for body in own}
    by_force = sum(ceilings.get(force, inf) for force in forces) if forces else inf
    return float(min(by_force, ceilings.get(ANY_FORCE, inf)))


def _delivered(scenario: Scenario, body: Body) -> float:
    """Return how many of a pledge can come; of recruits those who can pass."""
    block = body.block
    if not isinstance(block, Contingent):
        return (
            float(floor(bounds(block.vetted.distribution)[1] * body.most + 0.5)) if body.most < inf else inf
        )
    share = delivered_share(scenario, scenario.contributors[body.owner], block)
    most = min(1.0, bounds(share.distribution)[1]) if not (share.times or share.odds) else 1.0
    return float(floor(most * body.most + 0.5)) if body.most < inf else inf


def _open(scenario: Scenario, own: list[Body], delivered: dict[str, float], by: dt.date) -> float:
    def opens(body: Body) -> bool:
        sector = scenario.theatre.sectors.get(body.block.sector or "")
        return sector is None or sector.opens_on is None or _date(sector.opens_on) <= by

    shut = [body for body in own if not opens(body) and body.deployed is None]
    return sum(delivered[body.title] for body in own if body not in shut) if shut else inf


def _bedded(scenario: Scenario, own: list[Body], delivered: dict[str, float], by: dt.date) -> float:
    beds = scenario.theatre.beds
    if beds is None:
        return inf
    grown = [growth.to for growth in beds.grows if growth.from_ is None or _date(growth.from_) <= by]
    sleeping = [body for body in own if _sleeps(scenario, body)]
    elsewhere = sum(delivered[body.title] for body in own if body not in sleeping)
    known = sum(body.most for body in sleeping if body.deployed is not None)
    return max(float(max([beds.at_start, *grown])), known) + elsewhere if sleeping else inf


def _carried(scenario: Scenario, own: list[Body], delivered: dict[str, float], by: dt.date) -> float:
    """Return how many the lanes can have landed; reception and other contributors' troops are left out."""
    limited, total = False, 0.0
    for name in sorted({_lane(body) or "" for body in own}):
        users = [body for body in own if (_lane(body) or "") == name]
        wanted = sum(delivered[body.title] for body in users)
        capacity = _capacity(scenario, name, by) if name and all(b.deployed is None for b in users) else inf
        limited = limited or capacity < wanted
        total += min(wanted, capacity)
    return total if limited else inf


def _capacity(scenario: Scenario, name: str, by: dt.date) -> float:
    lane = scenario.theatre.lift[name]
    first = max(scenario.start, scenario.as_of or scenario.start, _date(lane.from_ or scenario.start))
    trip = bounds(lane.trip.distribution)[0] if not lane.trip.times else 0.0
    if trip <= 0:
        return inf
    trips = (seconds_between(first, by) + DAY) // trip
    return float(max(0, trips) * lane.slots * lane.load)


def _sleeps(scenario: Scenario, body: Body) -> bool:
    sector = scenario.theatre.sectors.get(body.block.sector or "")
    return isinstance(body.block, Contingent) and (sector is None or sector.in_theatre)


def _lane(body: Body) -> str | None:
    return body.block.lift if isinstance(body.block, Contingent) else None


def _date(date: dt.date | Planned) -> dt.date:
    return date.planned if isinstance(date, Planned) else date
