"""Forces raised in the theatre, such as vetted police: deployed trainers teach recruits. A process each.

A class begins whenever trainers have places free, recruits are left and `when` holds: as many as fit. A
trainer teaches `trainees_per_trainer` at once; a class once begun ends after its course (one variate a
class), whatever becomes of the trainers. The vetted share of a class, rounded half up, is deployed if its
sector is open, else `ready` until it is; the others are `undelivered`. Under an authorised ceiling all are
`ready` first, and take up service as it allows (`sim.model.theatre`).

History records how many passed on a day: as many classes are over by then as it takes, those first that began
first. Who passed beyond what these can have yielded was taught in courses that nobody recorded: with them went
those recruits who did not pass, so that the vetted share is what it is. A class that is not over by `as_of` is
known to take longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import ceil, floor

from simpy.events import Event

from sim.model.rounds import Change, Process
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
        self._classes: list[_Class] = []
        self._bell = world.rounds.bell(plan.when, plan.sector_open)
        self._troops.watchers.append(self._bell)
        world.rounds.watch_signal(plan.trainers, self._bell)

    def life(self) -> Process:
        """Begin a class whenever one fits."""
        yield self._rounds.until(0)
        recruits = self._world.pledge(self.plan.recruits)
        yield self._muster.move(self._troops, "", "pledged", recruits, "recruits")
        if self.plan.graduates:
            self._rounds.start(self._history())
        while True:
            size = self.places()
            if self._troops.count("ready") > 0 and self._may_serve() and not self.plan.ceilings:
                graduates = self._troops.count("ready")
                yield self._muster.move(self._troops, "ready", "deployed", graduates, "sector opens")
            elif size > 0:
                yield self._muster.move(self._troops, "pledged", "preparing", size, "course begins")
                course = _Class(size, self._world.take(self.plan.course))
                self._classes.append(course)
                due = self._world.due(self.plan.course, self._rounds.now, course.variate)
                self._rounds.start(self._course(course, due))
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
        if free > 0:
            self._world.counts(self.plan.number)
        return max(0, min(free, self._troops.count("pledged")))

    def _vetted(self, size: int) -> int:
        """Return how many of a class pass."""
        return self._world.rounded_share(self.plan.vetted, size)

    def _course(self, course: _Class, due: int) -> Process:
        yield self._rounds.until(due)
        if course.size > 0:
            yield self._post("course", partial(self._end, course))

    def _end(self, course: _Class) -> None:
        """Let the vetted share of a class pass, unless history has ended it. Within a round."""
        if course.size > 0:
            self._pass(course, self._vetted(course.size), "")

    def _pass(self, course: _Class, passed: int, told: str) -> None:
        size, course.size = course.size, 0
        self._classes.remove(course)
        at_once = self._may_serve() and not self.plan.ceilings  # else the allocator has the ceilings kept
        target: Stage = "deployed" if at_once else "ready"
        self._muster.apply(self._troops, "preparing", "undelivered", size - passed, f"{told}not vetted")
        self._muster.apply(self._troops, "preparing", target, passed, f"{told}course passed")

    def _history(self) -> Process:
        """Let graduate whom history records, each time on its date."""
        for record in self.plan.graduates:
            yield self._rounds.until(record.time)
            yield self._post("date", _nothing)
            yield self._post("graduates", partial(self._record, int(record.value)))

    def _record(self, many: int) -> None:
        """End as many classes as so many graduates take. Within a round."""
        most = self.plan.vetted.law.quantile(1.0 - 1e-12)
        over: list[_Class] = []
        while self._classes[len(over) :] and sum(floor(each.size * most + 0.5) for each in over) < many:
            over.append(self._classes[len(over)])
        if many > sum(floor(each.size * most + 0.5) for each in over):
            self._record_unseen(over, many)
            return
        self._world.graduated(self.plan.vetted, sum(each.size for each in over), many, len(over))
        left = many
        for place, course in enumerate(over):
            self._world.recorded(self.plan.course, "at", course.variate)
            share = left if place == len(over) - 1 else floor(course.size * most + 0.5)
            passed = min(left, course.size, share)
            left -= passed
            self._pass(course, passed, "history: ")

    def _record_unseen(self, over: list[_Class], many: int) -> None:
        """Let so many pass, more than the classes under way: others were taught unseen. Within a round."""
        recruits = self._troops.count("pledged")
        yields = {id(each): self._vetted(each.size) for each in over}
        unseen = many - sum(yields.values())
        for course in over:
            self._world.recorded(self.plan.course, "at", course.variate)
            more = min(course.size - yields[id(course)], max(0, unseen - recruits))
            unseen -= more
            self._pass(course, yields[id(course)] + more, "history: ")
        passed = min(unseen, recruits)
        vetted = self._world.quantity(self.plan.vetted)
        taught = min(recruits, ceil((passed - 0.5) / vetted)) if vetted > 0 and passed else passed
        target: Stage = "deployed" if self._may_serve() else "ready"
        self._muster.apply(
            self._troops, "pledged", "undelivered", max(0, taught - passed), "history: not vetted"
        )
        self._muster.apply(self._troops, "pledged", target, passed, "history: course passed")

    def _post(self, what: str, change: Change) -> Event:
        return self._rounds.post(("troops", self.plan.name, self.plan.name, "training", what), change)


@dataclass(slots=True, eq=False)
class _Class:
    """Recruits who are taught together, and the variate of their course."""

    size: int
    variate: int


def _nothing() -> None:
    """Change nothing: posted only to wait for the round."""
