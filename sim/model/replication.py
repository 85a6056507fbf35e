"""One replication: all processes started, played to the end of the scenario, its logs returned."""

from __future__ import annotations

from sim.model.casualties import casualties
from sim.model.chronicle import Chronicle
from sim.model.contingent import Contingent
from sim.model.contributor import Contributor
from sim.model.facts import fact_process
from sim.model.logbook import Logs
from sim.model.rounds import Process
from sim.model.statements import Statements
from sim.model.theatre import Theatre
from sim.model.tour import Tours
from sim.model.training import Training
from sim.model.troops import Muster
from sim.model.waiting import Waiting
from sim.model.world import World
from sim.plan.randomness import Draws
from sim.plan.tables import Plan

__all__ = ["Logs", "replicate"]


def replicate(plan: Plan, draws: Draws, number: int) -> Logs:
    """Play replication `number` of a plan; the result depends on (plan, seed, number) alone.

    Raises EndlessInstantError if an instant does not settle.
    """
    world = World(plan, draws, number)
    muster = Muster(world)
    contingents = [Contingent(world, muster, row) for row in plan.contingents]
    theatre = Theatre(world, muster, contingents)
    training = [Training(world, muster, row) for row in plan.training]
    Waiting(world, muster, theatre, contingents, training)
    Statements(world)
    rounds = world.rounds
    rounds.at_close.append(rounds.changed.clear)
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
    rounds.play(plan.ends)
    world.logs.sort()
    return world.logs


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
