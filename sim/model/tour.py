"""Tours and reliefs of a contingent: a SimPy process for each that has tours.

A tour begins when the last serial of the contingent is received, and begins anew when more of it arrives.
When it is over, a relief comes with the chance `relief_probability` (one outcome a tour, drawn then; one
`every` variate a tour that ran its course): it moves in place of the present troops and the next tour begins
with its last serial. While rule, consent or sector forbid embarking, or lift is short, the present troops
stay on. A relief that fails sends the unit home: the next is `ready` after `gap` (until then it counts as
preparing), or without `gap` it is gone. A withdrawal of the contributor ends the tour, and sends those in the
gap back to `pledged`.
"""

from __future__ import annotations

from simpy.events import Event

from sim.model.contingent import Contingent
from sim.model.rounds import Process
from sim.model.theatre import Theatre
from sim.model.troops import Muster
from sim.model.world import World
from sim.plan.tables import TourPlan
from sim.vocabulary import Stage


class Tours:
    """The tours of one contingent."""

    def __init__(
        self, world: World, muster: Muster, theatre: Theatre, contingent: Contingent, plan: TourPlan
    ) -> None:
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self._theatre = theatre
        self._contingent = contingent
        self._troops = contingent.troops
        self._plan = plan
        self._bell = world.rounds.bell(contingent.row.withdraws)
        self._troops.watchers.append(self._bell)

    def life(self) -> Process:
        """Serve tour after tour."""
        while True:
            while not self._complete():
                yield self._bell.wait()
            yield from self._tour()

    def _complete(self) -> bool:
        """Tell whether all that is to come of the contingent is there."""
        troops = self._troops
        on_the_way = troops.count("ready") + troops.count("moving")
        return troops.count("deployed") > 0 and not on_the_way and not self._contingent.contributor_leaves

    def _tour(self) -> Process:
        """Run one tour, until its relief is complete, has failed, or the contingent changes."""
        size = self._troops.count("deployed")
        began = self._rounds.now
        due = self._world.due(self._plan.every, began)
        while not (yield self._bell.wait(due)):
            if not self._complete() or self._troops.count("deployed") != size:
                self._world.break_off(self._plan.every, began)
                return
        self._world.consume(self._plan.every)
        if self._world.chance(self._plan.outcome, self._world.quantity(self._plan.relief)):
            yield from self._relieve(size)
        else:
            yield from self._go_home(size)

    def _relieve(self, size: int) -> Process:
        number = self._contingent.row.number
        self._theatre.request_relief(number, size)
        yield self._rounds.post(("relief", self._troops.contributor, self._troops.contingent), _nothing)
        while self._theatre.relief_waits(number) or self._troops.reliefs_under_way:
            yield self._bell.wait()

    def _go_home(self, size: int) -> Process:
        if self._plan.gap is None:
            yield self._muster.move(self._troops, "deployed", "gone", size, "relief failed")
            return
        yield self._flow("deployed", "preparing", size, "relief failed")
        due = self._world.due(self._plan.gap, self._rounds.now)
        self._world.consume(self._plan.gap)
        while not self._contingent.must_fall_back():
            if (yield self._bell.wait(due)):
                yield self._flow("preparing", "ready", size, "gap over")
                return
        yield self._flow("preparing", "pledged", size, "contributor withdraws")

    def _flow(self, source: Stage, target: Stage, size: int, cause: str) -> Event:
        """Post a flow into or out of the gap, in which troops count as preparing but not as a decision's."""
        troops = self._troops

        def change() -> None:
            flow = min(size, troops.count(source))
            troops.in_gap += flow if target == "preparing" else -flow
            self._muster.apply(troops, source, target, flow, cause)

        return self._rounds.post(
            ("troops", troops.contributor, troops.contingent, source, target, size, cause), change
        )


def _nothing() -> None:
    """Change nothing: posted only to wait for the round."""
