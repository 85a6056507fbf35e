"""Tours and reliefs of a contingent: a SimPy process for each that has tours.

* A tour begins when half of the contingent is there: half of all who are pledged and have neither been refused,
  nor failed to come, nor left. What arrives later does not start it again.
* When it is over, a relief comes with the chance `relief_probability` (one outcome a tour; one `every` variate
  a tour that ran its course). The relief moves in place of those who are deployed then; the next tour begins
  when half of it has been received. While rule, consent or sector forbid embarking, or lift is short, the
  present troops stay on, but no longer than `overstays`, if that is given (one variate a relief): then those
  whose relief has not embarked go home as if it had failed.
* A relief that fails sends the unit home, with what of it is still ready or on the way (as it lands): the next
  is `ready` after `gap` (until then it counts as preparing), or without `gap` it is gone.
* A withdrawal of the contributor ends the tour, and sends those in the gap back to `pledged`.
* History: a recorded relief ends the tour, and a new one begins. A tour that has surely come due by `as_of`
  (with a chance of at least `SURELY_OVER`), though no relief is recorded, was relieved on time, for the troops
  are there: the next began as the last was due. Else it is known to last longer than it has. A tour that is
  over uses one variate of `every` and passes over one outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import exp, inf

from simpy.events import Event

from sim.model.chance import Dealer
from sim.model.contingent import Contingent
from sim.model.rounds import Asking, Change, Process
from sim.model.theatre import Theatre
from sim.model.troops import Muster
from sim.model.world import World
from sim.plan.tables import Delay, TourPlan
from sim.vocabulary import Stage

SURELY_OVER = 0.95
"""From this chance on of having come due by `as_of`, a tour was relieved though history does not record it."""

TO_COME: tuple[Stage, ...] = ("pledged", "deciding", "preparing", "ready", "moving", "deployed")
"""Stages of a contingent that are there or may still come."""


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
        self._bell = world.rounds.bell()
        self._troops.watchers.append(self._bell)

    def life(self) -> Process:
        """Serve tour after tour."""
        while True:
            while not self._half_is_there():
                yield self._bell.wait()
            yield from self._tours(self._rounds.now)

    def _half_is_there(self) -> bool:
        troops = self._troops
        deployed = troops.count("deployed")
        return self._is_there() and 2 * deployed >= sum(troops.count(stage) for stage in TO_COME)

    def _is_there(self) -> bool:
        return self._troops.count("deployed") > 0 and not self._contingent.contributor_leaves

    def _tours(self, began: int) -> Process:
        """Run tours, relief after relief, until a relief fails or the troops leave otherwise."""
        world, plan, contingent = self._world, self._plan, self._contingent
        while True:
            due = self._due(began)
            recorded = contingent.reliefs_recorded
            while not (yield self._bell.wait(due)):
                if not self._is_there():
                    return
                if contingent.reliefs_recorded != recorded:
                    break
            was_recorded = contingent.reliefs_recorded != recorded
            world.consume(plan.every)
            if was_recorded or due < contingent.row.resumes:
                world.pass_over(plan.outcome)
                world.relieved(plan.relief)
                yield self._post(_nothing)
            elif not world.chance(plan.outcome, plan.relief):
                yield from self._fail()
                return
            elif not (yield from self._relieve()):
                return
            began = self._rounds.now

    def _due(self, began: int) -> int:
        """Return when a tour ends: later than it is known to have lasted, if that is not plainly overdue."""
        world, every = self._world, self._plan.every
        known = max(0, self._contingent.row.resumes - began)
        coming = [record.time for record in self._contingent.row.records if record.event == "relieved"]
        if known > 0 and not any(time > self._rounds.now for time in coming):
            is_over = world.ask(partial(_is_over, every, known))
            return began + world.length(every) if is_over else world.due(every, began)
        if any(time > self._rounds.now for time in coming):
            return max(began + world.length(every), self._contingent.row.resumes)
        return began + world.length(every)

    def _relieve(self) -> Asking:
        """Ask for a relief of those who wait for none yet; tell whether half of it came."""
        theatre, troops, number = self._theatre, self._troops, self._contingent.row.number
        size = troops.count("deployed") - theatre.relief_waits(number) - troops.reliefs_under_way
        theatre.request_relief(number, size)
        enough = troops.relieved + (size + 1) // 2
        yield self._post(_nothing)
        if self._plan.overstays is not None:
            patience = self._world.length(self._plan.overstays)
            self._world.consume(self._plan.overstays)
            self._rounds.start(self._lose_patience(self._rounds.now + patience, size))
        while troops.relieved < enough:
            if not self._is_there() or not (theatre.relief_waits(number) or troops.reliefs_under_way):
                return False
            yield self._bell.wait()
        return True

    def _lose_patience(self, due: int, size: int) -> Process:
        """Send home at an instant those, of `size`, whose relief has not embarked by then."""
        yield self._rounds.until(due)
        number = self._contingent.row.number
        waiting = min(size, self._theatre.relief_waits(number))
        if waiting > 0 and self._is_there():
            yield self._post(partial(self._send_home, {"deployed": waiting}, "overstayed"))

    def _fail(self) -> Process:
        """Send the unit home, and what of it is on the way as it lands."""
        troops = self._troops
        late = troops.count("moving")
        unit: dict[Stage, int] = {"ready": troops.count("ready"), "deployed": troops.count("deployed")}
        yield self._post(partial(self._send_home, unit, "relief failed"))
        while late > 0 and troops.count("moving") + troops.count("deployed") > 0:
            landed = min(late, troops.count("deployed"))
            if self._contingent.contributor_leaves:
                return
            if landed > 0:
                late -= landed
                yield self._post(partial(self._send_home, {"deployed": landed}, "relief failed"))
            else:
                yield self._bell.wait()

    def _send_home(self, unit: Mapping[Stage, int], cause: str) -> None:
        """Have troops gone, or preparing until the gap is over. Within a round."""
        gap = self._plan.gap
        target: Stage = "gone" if gap is None else "preparing"
        if cause == "overstayed":
            self._theatre.cut_relief(self._contingent.row.number, unit["deployed"])
        home = sum(
            self._muster.apply(self._troops, stage, target, amount, cause) for stage, amount in unit.items()
        )
        if gap is not None and home:
            self._contingent.preparation.begin(home, gap, "gap over", relief=True)

    def _post(self, change: Change) -> Event:
        return self._rounds.post(
            ("troops", self._troops.contributor, self._troops.contingent, "tour", ""), change
        )


def _is_over(every: Delay, known: int, chance: Dealer) -> bool:
    """Tell whether a tour of that age has surely come due."""
    scale = chance.scale(every)
    hazard = every.law.hazard(known / scale) if scale > 0 else inf
    return exp(-hazard) <= 1.0 - SURELY_OVER


def _nothing() -> None:
    """Change nothing: posted only to have a round."""
