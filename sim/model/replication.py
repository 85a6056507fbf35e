"""One replication: all processes started, played to the end of the scenario, its logs returned.

Before, if it can say anything about numbers that are drawn once, the time up to `as_of` is rehearsed.
"""

from __future__ import annotations

from functools import lru_cache

from sim.model.casualties import casualties
from sim.model.chronicle import Chronicle
from sim.model.contingent import Contingent
from sim.model.contributor import Contributor
from sim.model.facts import fact_process
from sim.model.logbook import Logs
from sim.model.notes import Notes
from sim.model.rehearsal import can_learn, known_time, watch
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
from sim.plan.updating import Learned, learn

__all__ = ["Logs", "replicate"]


def replicate(plan: Plan, draws: Draws, number: int) -> Logs:
    """Play replication `number` of a plan; the result depends on (plan, seed, number) alone.

    Raises EndlessInstantError if an instant does not settle.
    """
    world = World(plan, draws, number, _numbers(plan, draws, number) if can_learn(plan) else None)
    rounds = world.rounds
    muster = Muster(world)
    theatre, contingents, training = _start(world, muster)
    Waiting(world, muster, theatre, contingents, training)
    Statements(world)
    rounds.at_close.append(rounds.changed.clear)
    rounds.play(plan.ends)
    world.logs.sort()
    return world.logs


def _numbers(plan: Plan, draws: Draws, number: int) -> dict[str, float]:
    """Return the numbers drawn once, by stream, that the known time says something about."""
    learned = _learned_by_all(_Same(plan))
    if learned is None:
        learned, _ = _rehearse(plan, draws, number)
    return learned.draw(lambda stream: draws.page(stream, 0, number)[0])


class _Same:
    """A plan as a key: the same object, for to compare two plans takes longer than to rehearse one."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.plan is self.plan


@lru_cache(maxsize=4)
def _learned_by_all(same: _Same) -> Learned | None:
    """Return what every replication learns; None if that depends on what each draws."""
    learned, met_chance = _rehearse(same.plan, Draws(0, 0, 1), 0)
    return None if met_chance else learned


def _rehearse(plan: Plan, draws: Draws, number: int) -> tuple[Learned, bool]:
    """Play the known time; return what it teaches, and whether anything drawn decided on its course."""
    known = known_time(plan)
    world = World(known, draws, number)
    notes = world.notes = Notes(plan.as_of, lambda: world.rounds.now)
    _, contingents, _ = _start(world, Muster(world))
    watch(world, notes, contingents)
    world.rounds.play(known.ends)
    return learn(plan.uncertain, notes.observations(plan.uncertain)), world.met_chance


def _start(world: World, muster: Muster) -> tuple[Theatre, list[Contingent], list[Training]]:
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
