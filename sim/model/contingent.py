"""The life of a contingent up to readiness: pledged, deciding, preparing, ready. A SimPy process each.

* `pledged` → `deciding` when rule and consents hold and its contributor neither withdraws nor is leaving.
* `deciding` → back to `pledged` in the round after they break; an approval that is due at that very instant
  has been given. Each approval step, in the order of the file, takes its delay and is answered yes or no; a
  step broken off is taken up anew and draws no other number, one that was answered has consumed a delay and
  an outcome. All answered yes → `preparing`; a no → `refused`, and back to `pledged` after `reconsiders` if
  the step has one.
* The first time it is approved, the part that will never come goes to `undelivered` instead: all of it with
  the chance `never_arrives` (one outcome, drawn then), else what exceeds `delivers` of the pledge, rounded
  half up.
* `preparing` runs on whatever the rule does; only a withdrawal breaks it off (back to `pledged`).
* `ready` → `moving` is the allocator's (`sim.model.theatre`).

Until `as_of` no delay ends by itself; `sim.model.chronicle` moves the contingent as history records.
"""

from __future__ import annotations

from math import floor

from simpy.events import Event

from sim.model.rounds import Process, Rounds
from sim.model.troops import Muster, Place, Troops
from sim.model.world import World
from sim.plan.tables import ApprovalPlan, ContingentPlan, ForceRecord

ENDS = {"ready": "at", "arrived": "by", "refused": ""}
"""What a recorded event says of a preparation: over just then, over some time before, or given up."""


class Contingent:
    """One contingent's decision and preparation."""

    def __init__(self, world: World, muster: Muster, row: ContingentPlan) -> None:
        self._world = world
        self._rounds: Rounds = world.rounds
        self._muster = muster
        self.row = row
        self.troops: Troops = muster.troops[row.number]
        self.bell = self._rounds.bell(row.gate, row.withdraws)
        self.troops.watchers.append(self.bell)
        self.contributor_leaves = False
        """Whether its contributor is on its way out: it decides nothing until the last of its troops left."""
        self.steps_done = 0
        """How many approval steps of the present decision have been answered yes."""
        self.step_since = 0
        """When the present approval step, or the preparation, began."""
        self.given: set[str] = set()
        """Approval steps that history records as given."""
        self._delivered = False

    def life(self) -> Process:
        """Pledge at start, then decide and prepare whenever the conditions allow."""
        row = self.row
        yield self._rounds.until(0)
        yield self._muster.move(self.troops, "", "pledged", self._world.troops(row.troops), "pledge")
        while True:
            if self.preparing > 0:
                yield from self._prepare()
            elif self.troops.count("deciding") > 0:
                yield from self._decide()
            elif self.troops.count("pledged") > 0 and self.may_decide():
                self.steps_done = 0
                yield self._move(
                    "pledged", "deciding", self.troops.count("pledged"), "rule and consents hold"
                )
                self.step_since = self._rounds.now
            else:
                yield self.bell.wait()

    @property
    def preparing(self) -> int:
        """How many prepare, but for the next relief after a gap."""
        return self.troops.count("preparing") - self.troops.in_gap

    def may_decide(self) -> bool:
        """Tell whether rule and consents hold and the contributor does not leave."""
        return self._rounds.truth(self.row.gate) and not self.contributor_leaves

    def must_fall_back(self) -> bool:
        """Tell whether the contributor withdraws: what has not embarked goes back to pledged."""
        return self._rounds.truth(self.row.withdraws) or self.contributor_leaves

    def _decide(self) -> Process:
        """Wait for the present approval step, or for the conditions to break."""
        if not self.may_decide():
            if self.steps_done < len(self.row.approvals):
                self._world.break_off(self.row.approvals[self.steps_done].takes, self.step_since)
            cause = "contributor withdraws" if self.must_fall_back() else "rule or consent no longer holds"
            yield self._move("deciding", "pledged", self.troops.count("deciding"), cause)
            return
        if self.steps_done >= len(self.row.approvals):
            yield from self._approved()
            return
        step = self.row.approvals[self.steps_done]
        if step.step in self.given:
            self._world.recorded_answer(step, True)
            self._next_step()
        elif (yield self.bell.wait(self._world.due(step.takes, self.step_since))):
            yield from self._answered(step)

    def _answered(self, step: ApprovalPlan) -> Process:
        self._world.consume(step.takes)
        if self._world.chance(step.outcome, self._world.quantity(step.probability)):
            self._next_step()
            return
        amount = self.troops.count("deciding")
        yield self._move("deciding", "refused", amount, f"{step.step} refused")
        if step.reconsiders is not None:
            due = self._world.due(step.reconsiders, self._rounds.now)
            self._world.consume(step.reconsiders)
            yield self._rounds.until(due)
            yield self._move("refused", "pledged", amount, f"{step.step} reconsiders")

    def hear(self, record: ForceRecord) -> None:
        """Take what history records now as news of the delays that are under way."""
        world = self._world
        if record.event == "withdrew":
            for row in world.plan.contributors:
                if row.name == self.row.contributor:
                    world.recorded(row.notice, "by")
        for step in self.row.approvals:
            if record.event == "refused" and record.step == step.step:
                world.recorded_answer(step, False)
        under_way = self.troops.count("deciding") + self.preparing
        if record.event in ENDS and (record.troops is None or record.troops >= under_way):
            if self.troops.count("deciding") > 0 and self.steps_done < len(self.row.approvals):
                how = "" if record.event == "refused" else "by"
                world.recorded(self.row.approvals[self.steps_done].takes, how)
            elif self.preparing > 0:
                world.recorded(self.row.prepares_for, ENDS[record.event])

    def _next_step(self) -> None:
        """Take up the next approval step; what the troops wait for changes in the next round."""
        self.steps_done += 1
        self.step_since = self._rounds.now
        key = ("step", self.row.contributor, self.row.name)
        self._rounds.post(key, lambda: self._muster.touch(self.troops))

    def _approved(self) -> Process:
        """Begin to prepare, less the part that will never come."""
        amount = self.troops.count("deciding")
        lost = 0 if self._delivered else amount - self._deliverable(amount)
        self._delivered = True
        self.step_since = self._rounds.now
        if lost:
            applied = self._move("deciding", "undelivered", lost, "approved but never delivered")
        if amount > lost:
            applied = self._move("deciding", "preparing", amount - lost, "approved")
        yield applied

    def _deliverable(self, amount: int) -> int:
        row, world = self.row, self._world
        if world.comes_not(row.arrival_outcome, world.quantity(row.never_arrives)):
            return 0
        return min(amount, floor(world.quantity(row.delivers) * amount + 0.5))

    def _prepare(self) -> Process:
        """Wait until the preparation is over, or the contributor withdraws."""
        if self.must_fall_back():
            self._world.break_off(self.row.prepares_for, self.step_since)
            yield self._move("preparing", "pledged", self.preparing, "contributor withdraws")
            return
        if (yield self.bell.wait(self._world.due(self.row.prepares_for, self.step_since))):
            self._world.consume(self.row.prepares_for)
            yield self._move("preparing", "ready", self.preparing, "prepared")

    def _move(self, source: Place, target: Place, amount: int, cause: str) -> Event:
        return self._muster.move(self.troops, source, target, amount, cause)
