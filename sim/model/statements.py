"""`never:` and `always:` statements, read at the end of every instant from start on."""

from __future__ import annotations

from sim.model.world import World


class Statements:
    """Watches the statements of a plan; a violation is logged at the instant at which it begins."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._violated = [False] * len(world.plan.statements)
        if world.plan.statements:
            world.rounds.at_close.append(self.read)

    def read(self) -> None:
        """Log the statements that are violated now and were not when the last instant closed."""
        rounds = self._world.rounds
        if rounds.now < 0:
            return
        for place, statement in enumerate(self._world.plan.statements):
            violated = rounds.truth(statement.node)
            if violated and not self._violated[place]:
                self._world.logs.violations.append((rounds.now, rounds.step, statement.text))
            self._violated[place] = violated
