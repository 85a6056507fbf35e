"""Forces raised in the theatre, such as vetted police: deployed trainers teach recruits. A process each.

A class begins whenever trainers have places free, recruits are left and `when` holds: as many as fit. A
trainer teaches `trainees_per_trainer` at once; a class once begun ends after its course (one variate a
class), whatever becomes of the trainers. The vetted share of a class, rounded half up, is deployed if its
sector is open, else `ready` until it is; the others are `undelivered`. Under an authorised ceiling all are
`ready` first, and take up service as it allows (`sim.model.theatre`).
"""

from __future__ import annotations

from math import floor

from sim.model.rounds import Process
from sim.model.troops import Muster, Troops
from sim.model.world import World
from sim.plan.tables import TrainingPlan
from sim.vocabulary import Stage


class Training:
    """One trained force."""

    def __init__(self, world: World, muster: Muster, plan: TrainingPlan) -> None:
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self.plan = plan
        self._troops: Troops = muster.troops[plan.number]
        self._vetted = world.quantity(plan.vetted)
        self._bell = world.rounds.bell(plan.when, plan.sector_open)
        self._troops.watchers.append(self._bell)
        world.rounds.watch_signal(plan.trainers, self._bell)

    def life(self) -> Process:
        """Begin a class whenever one fits."""
        yield self._rounds.until(0)
        recruits = self._world.troops(self.plan.recruits)
        yield self._muster.move(self._troops, "", "pledged", recruits, "recruits")
        yield self._rounds.until(self._world.plan.as_of)
        while True:
            size = self.places()
            if self._troops.count("ready") > 0 and self._may_serve() and not self.plan.ceilings:
                graduates = self._troops.count("ready")
                yield self._muster.move(self._troops, "ready", "deployed", graduates, "sector opens")
            elif size > 0:
                yield self._muster.move(self._troops, "pledged", "preparing", size, "course begins")
                due = self._world.due(self.plan.course, self._rounds.now)
                self._world.consume(self.plan.course)
                self._rounds.start(self._course(size, due))
            else:
                yield self._bell.wait()

    def permitted(self) -> bool:
        """Tell whether its rule allows a class to begin, and the mission goes on."""
        if self._world.mission.over:
            return False
        return self.plan.when is None or self._rounds.truth(self.plan.when)

    def _may_serve(self) -> bool:
        return self._rounds.truth(self.plan.sector_open)

    def places(self) -> int:
        """Return how many recruits can begin a course now."""
        if not self.permitted():
            return 0
        trainers = self._world.network.values[self.plan.trainers]
        free = floor(trainers * self.plan.ratio) - self._troops.count("preparing")
        return max(0, min(free, self._troops.count("pledged")))

    def _course(self, size: int, due: int) -> Process:
        yield self._rounds.until(due)
        passed = floor(size * self._vetted + 0.5)
        failed = self._muster.move(self._troops, "preparing", "undelivered", size - passed, "not vetted")
        at_once = self._may_serve() and not self.plan.ceilings  # else the allocator has the ceilings kept
        target: Stage = "deployed" if at_once else "ready"
        self._muster.move(self._troops, "preparing", target, passed, "course passed")
        yield failed
