"""All processes of one replication, started."""

from __future__ import annotations

from sim.model.casualties import casualties
from sim.model.chronicle import Chronicle
from sim.model.contingent import Contingent
from sim.model.contributor import Contributor
from sim.model.facts import fact_process
from sim.model.rounds import Process
from sim.model.theatre import Theatre
from sim.model.tour import Tours
from sim.model.training import Training
from sim.model.troops import Muster
from sim.model.world import World


def start_processes(world: World, muster: Muster) -> tuple[Theatre, list[Contingent], list[Training]]:
    """Start every process of a world."""
    plan, rounds = world.plan, world.rounds
    contingents = [Contingent(world, muster, row) for row in plan.contingents]
    theatre = Theatre(world, muster, contingents)
    training = [Training(world, muster, row) for row in plan.training]
    for fact in plan.facts:
        rounds.start(fact_process(world, fact))
    for row in plan.contributors:
        rounds.start(Contributor(world, muster, theatre, row, contingents).life())
    for contingent in contingents:
        rounds.start(contingent.life())
        _start_companions(world, muster, theatre, contingent)
    for force in training:
        rounds.start(force.life())
    rounds.start(_resume(world))
    return theatre, contingents, training


def _start_companions(world: World, muster: Muster, theatre: Theatre, contingent: Contingent) -> None:
    row = contingent.row
    if row.tour is not None:
        world.rounds.start(Tours(world, muster, theatre, contingent, row.tour).life())
    if row.records:
        world.rounds.start(Chronicle(world, muster, contingent).life())
    if row.casualties is not None:
        world.rounds.start(casualties(world, contingent.troops, row.casualties))


def _resume(world: World) -> Process:
    """Have a round at start and at `as_of`, so that the allocator looks even if nothing else happens then."""
    for time in (0, world.plan.as_of):
        yield world.rounds.until(time)
        yield world.rounds.post(("resume",), _nothing)


def _nothing() -> None:
    """Change nothing: posted only to have a round."""
