"""Looking for a world in which something happens, and the simplest such world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sim.model.replication import Logs
from sim.plan.compilation import compile_plan
from sim.plan.tables import Plan
from sim.scenario.scenario import Scenario
from sim.testing.worlds import World, play_plan, worlds_of

EXAMPLES = 200
"""How many worlds are tried, unless a number is given."""


@dataclass(frozen=True)
class FoundWorld:
    """A world, the logs of the replication in it, and the second and round in which something happened."""

    world: World
    logs: Logs
    time: int
    step: int


Sought = Callable[[Logs], tuple[int, int] | None]
"""Says in which second and round something happens in the logs of a replication; None if it does not."""


def hunt(scenario: Scenario, sought: Sought, examples: int = EXAMPLES, seed: int = 0) -> FoundWorld | None:
    """Look for a world in which something happens; return the simplest found, None if there was none.

    The search is the same for the same seed. That nothing was found proves nothing.
    """
    plan = compile_plan(scenario)
    world = hunt_world(plan, lambda each: sought(play_plan(plan, each, seed)) is not None, examples, seed)
    if world is None:
        return None
    logs = play_plan(plan, world, seed)
    place = sought(logs)
    assert place is not None
    return FoundWorld(world, logs, *place)


def hunt_world(
    plan: Plan, happens: Callable[[World], bool], examples: int = EXAMPLES, seed: int = 0
) -> World | None:
    """Look for a world of a compiled scenario in which something happens; see `hunt`."""
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import NoSuchExample

    try:
        return find(
            worlds_of(plan),
            happens,
            settings=settings(
                max_examples=examples,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate, Phase.shrink),
            ),
            random=Random(seed),
        )
    except NoSuchExample:
        return None
