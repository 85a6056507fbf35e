"""One replication: all processes started, played to the end of the scenario, its logs returned.

Numbers that are drawn once are drawn by what is known at `as_of` (`sim.model.rehearsal`).
"""

from __future__ import annotations

from sim.model.logbook import Logs
from sim.model.path import Path
from sim.model.processes import start_processes
from sim.model.rehearsal import known_numbers
from sim.model.statements import Statements
from sim.model.troops import Muster
from sim.model.waiting import Waiting
from sim.model.world import World
from sim.plan.randomness import Draws
from sim.plan.tables import Plan

__all__ = ["Logs", "followed", "replicate", "replicate_otherwise"]


def replicate(plan: Plan, draws: Draws, number: int) -> Logs:
    """Play replication `number` of a plan; the result depends on (plan, seed, number) alone.

    Raises EndlessInstantError if an instant does not settle.
    """
    return _played(plan, draws, number, None)


def followed(plan: Plan, draws: Draws, number: int) -> tuple[Logs, Path]:
    """Play a replication as `replicate` does; return also what its course hung on."""
    path = Path(plan.ends)
    logs = _played(plan, draws, number, path)
    path.close()
    return logs, path


def replicate_otherwise(plan: Plan, other: Plan, draws: Draws, number: int) -> Logs:
    """Play replication `number` of another plan with the numbers that the first plan's replication has.

    So nothing changes but what the other plan says: what silence taught about a number it does not teach anew.
    """
    known = dict(known_numbers(plan, draws, number) or {})
    own = {each.stream: each.law for each in plan.drawn}
    kept = {each.stream for each in other.drawn if own.get(each.stream) == each.law}
    return _played(other, draws, number, None, {name: value for name, value in known.items() if name in kept})


def _played(
    plan: Plan, draws: Draws, number: int, path: Path | None, numbers: dict[str, float] | None = None
) -> Logs:
    world = World(plan, draws, number, known_numbers(plan, draws, number) if numbers is None else numbers)
    if path is not None:
        world.path = path
        path.drawn.update((each.stream, world.drawn(each)) for each in plan.drawn)
    muster = Muster(world)
    theatre, contingents, training = start_processes(world, muster)
    Waiting(world, muster, theatre, contingents, training)
    Statements(world)
    world.rounds.at_close.append(world.rounds.changed.clear)
    world.logs.numbers.extend((each.stream, world.quantity(each)) for each in plan.drawn)
    world.rounds.play(plan.ends)
    world.logs.sort()
    return world.logs
