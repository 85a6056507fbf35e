"""All processes of one replication, started."""

from __future__ import annotations

from functools import partial

from sim.model.casualties import casualties
from sim.model.chronicle import Chronicle
from sim.model.contingent import Contingent
from sim.model.contributor import Contributor
from sim.model.decision import Decision
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
    decisions = _decisions(world)
    contingents = [Contingent(world, muster, row, decisions[row.number]) for row in plan.contingents]
    theatre = Theatre(world, muster, contingents)
    training = [Training(world, muster, row) for row in plan.training]
    for fact in plan.facts:
        rounds.start(fact_process(world, fact))
    contributors = {
        row.name: Contributor(world, muster, theatre, row, contingents) for row in plan.contributors
    }
    for contributor in contributors.values():
        rounds.start(contributor.life())
    for contingent in contingents:
        rounds.start(contingent.life())
        _start_companions(world, muster, theatre, contingent, contributors[contingent.row.contributor])
    for row in plan.contributors:
        for first, *_ in row.decisions:
            if plan.contingents[first].approvals:
                rounds.start(decisions[first].life())
    for force in training:
        rounds.start(force.life())
    rounds.start(_resume(world, muster))
    return theatre, contingents, training


def _decisions(world: World) -> dict[int, Decision]:
    """Return by contingent the decision that is taken on it."""
    plan = world.plan
    decisions = {}
    for contributor in plan.contributors:
        for numbers in contributor.decisions:
            decision = Decision(world, [plan.contingents[number] for number in numbers])
            decisions.update(dict.fromkeys(numbers, decision))
    return decisions


def _start_companions(
    world: World, muster: Muster, theatre: Theatre, contingent: Contingent, contributor: Contributor
) -> None:
    row = contingent.row
    if row.tour is not None:
        world.rounds.start(Tours(world, muster, theatre, contingent, row.tour).life())
    if row.records:
        world.rounds.start(Chronicle(world, muster, contingent, contributor, theatre).life())
    if row.casualties is not None:
        world.rounds.start(casualties(world, contingent.troops, row.casualties, row.resumes))


def _resume(world: World, muster: Muster) -> Process:
    """Have a round at start and at `as_of`, so that the allocator looks even if nothing else happens then."""
    resumes = {row.resumes for row in world.plan.contingents}
    for time in sorted({0, world.plan.as_of, *resumes}):
        yield world.rounds.until(time)
        yield world.rounds.post(("resume",), partial(_look, muster))


def _look(muster: Muster) -> None:
    """Change nothing; what held up the ready until now may not do so from now on."""
    muster.touched.update(muster.ready)
