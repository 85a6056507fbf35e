"""`never:` and `always:` statements, read at the end of every instant from start on."""

from __future__ import annotations

from sim.model.world import World
from sim.plan.tables import StatementPlan


class Statements:
    """Watches the statements of a plan; a violation is logged at the instant at which it begins."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._violated = [False] * len(world.plan.statements)
        self._nodes = {statement.node for statement in world.plan.statements}
        self._begun = False
        if world.plan.statements:
            world.rounds.at_close.append(self.read)

    def read(self) -> None:
        """Log the statements that are violated now and were not when the last instant closed."""
        rounds = self._world.rounds
        if rounds.now < 0 or (self._begun and self._nodes.isdisjoint(rounds.changed)):
            return
        self._begun = True
        for place, statement in enumerate(self._world.plan.statements):
            violated = rounds.truth(statement.node)
            if violated and not self._violated[place]:
                self._world.logs.violations.append((rounds.now, rounds.step, statement.text))
                self._world.logs.circumstances.setdefault(statement.text, self._circumstances(statement))
            self._violated[place] = violated

    def _circumstances(self, statement: StatementPlan) -> str:
        """Return the present value of all that a statement reads."""
        values = self._world.network.values
        return ", ".join(f"{name} = {values[signal]:.12g}" for name, signal in statement.reads)
