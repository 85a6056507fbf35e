"""Casualties: events on a contingent's deployed troops. A SimPy process each.

The hazard is rate × deployed × the factors whose rule holds. Each casualty consumes one variate; it is
counted and does not change strength.
"""

from __future__ import annotations

from simpy.events import Event

from sim.model.chance import Arrivals
from sim.model.rounds import Process
from sim.model.troops import Troops
from sim.model.world import World
from sim.plan.tables import CasualtyPlan
from sim.rules.syntax import Casualties


def casualties(world: World, troops: Troops, plan: CasualtyPlan, resumes: int) -> Process:
    """Count casualties of one contingent from when chance `resumes` until the end."""
    rounds = world.rounds
    yield rounds.until(max(0, resumes))
    arrivals = world.arriving(Arrivals(plan.arrivals, plan.rate))
    if arrivals is None:
        return
    bell = rounds.bell(*(factor.when for factor in plan.rates))
    troops.watchers.append(bell)
    while True:
        clock = world.clock(arrivals, rounds.now, resumes=rounds.now)
        expired = False
        while not expired:
            exposed = world.rate_factor(plan.rates) * troops.count("deployed")
            expired = yield bell.wait(clock.due(rounds.now, exposed))
        clock.stop(rounds.now)
        yield count(world, troops, plan, 1)


def count(world: World, troops: Troops, plan: CasualtyPlan, many: int) -> Event:
    """Post so many casualties of a contingent; the event fires when they are counted."""
    world.count_fact(str(Casualties(troops.contributor)), plan.own, many, log=True)
    return world.count_fact(str(Casualties()), plan.total, many, log=True)
