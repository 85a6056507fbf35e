"""The life of a contingent up to readiness: pledged, deciding, preparing, ready. A SimPy process each.

* `pledged` → `deciding` when rule and consents hold and its contributor neither withdraws nor is leaving.
* A rule or consent that breaks holds it where it is: `deciding` pauses with the decision, `ready` does not
  embark, and nothing is undone. Only a withdrawal sends it back to `pledged` (`sim.model.contributor`).
* `deciding` → `preparing` when its nation has decided (`sim.model.decision`) and its own conditions hold, in
  the very round of the last answer if they hold then; → `refused` when a step says no.
* `preparing` → `ready` when its batch has prepared (`sim.model.preparation`).
* `ready` → `moving` is the allocator's (`sim.model.theatre`).

Until `as_of` no delay ends by itself; `sim.model.chronicle` moves the contingent as history records.
"""

from __future__ import annotations

from sim.model.decision import Decision
from sim.model.preparation import Preparation
from sim.model.rounds import Process, Rounds
from sim.model.troops import Muster, Troops
from sim.model.world import World
from sim.plan.tables import ContingentPlan, ForceRecord
from sim.vocabulary import Stage

BEFORE_EMBARKATION: tuple[Stage, ...] = ("pledged", "deciding", "preparing", "ready")
"""The stages of a body that has not embarked, in order."""


class Contingent:
    """One contingent's decision and preparation."""

    def __init__(self, world: World, muster: Muster, row: ContingentPlan, decision: Decision) -> None:
        self._world = world
        self._rounds: Rounds = world.rounds
        self._muster = muster
        self.row = row
        self.decision = decision
        decision.contingents.append(self)
        self.troops: Troops = muster.troops[row.number]
        self.preparation = Preparation(world, muster, row, self.troops)
        self.bell = self._rounds.bell(row.gate, row.appears)
        self.troops.watchers += [self.bell, decision.bell] if row.approvals else [self.bell]
        self.contributor_leaves = False
        """Whether its contributor is on its way out: it decides nothing until the last of its troops left."""
        self.has_left = False
        """Whether its contributor has gone with all it pledged."""
        self.fallen_back = 0
        """How many were pledged when its contributor withdrew last."""
        self.offers = 0
        """How often it was offered anew after it had left."""
        self.reliefs_recorded = 0
        """How many reliefs history has recorded so far."""
        self.given: set[str] = set()
        """Approval steps that history records as given to it, or that were before one that it records."""
        self.implied: set[str] = set()
        """Those of the steps given that no record names: they were given by the time of a later one."""

    def life(self) -> Process:
        """Pledge at start, or once its contributor has appeared, then decide and go on as conditions allow."""
        yield self._rounds.until(0)
        while self.row.appears is not None and not self._rounds.truth(self.row.appears):
            yield self.bell.wait()
        pledge = self._world.pledge(self.row.troops)
        self.preparation.pledged(pledge)
        yield self._muster.move(self.troops, "", "pledged", pledge, "pledge")
        while True:
            if self.troops.count("pledged") > 0 and self.may_decide():
                amount = self.troops.count("pledged")
                yield self._muster.move(self.troops, "pledged", "deciding", amount, "rule and consents hold")
            elif self.troops.count("deciding") > 0 and self._can_go_on():
                key = ("troops", self.row.contributor, self.row.name, "deciding", "")
                yield self._rounds.post(key, self.go_on)
            else:
                yield self.bell.wait()

    def may_decide(self) -> bool:
        """Tell whether rule and consents hold and nobody leaves: neither its contributor nor the mission."""
        may = self._rounds.truth(self.row.gate) and not self.contributor_leaves
        return may and not self._world.mission.over

    def is_held_back(self) -> bool:
        """Tell whether its contributor withdraws or leaves, so that it decides and embarks nothing."""
        return self._rounds.truth(self.row.withdraws) or self.contributor_leaves

    def go_on(self) -> None:
        """Move those deciding on as their nation has decided. Within a round."""
        if self._can_go_on():
            deciding = self.troops.count("deciding")
            if (step := self.decision.refused) is not None:
                self._muster.apply(self.troops, "deciding", "refused", deciding, f"{step} refused".strip())
            elif deciding:
                self._muster.apply(self.troops, "deciding", "preparing", deciding, "approved")
                self.preparation.begin_pledge(deciding)
        self._muster.touch(self.troops)

    def _can_go_on(self) -> bool:
        if self.decision.refused is not None:
            return True
        return self.decision.approves(self) and self.may_decide()

    def fall_back(self, cause: str) -> None:
        """Send all who have not embarked back to pledged: a withdrawal, or the mission is over. In a round."""
        self.forget()
        for stage in BEFORE_EMBARKATION[1:]:
            amount = self.troops.count(stage)
            self._muster.apply(self.troops, stage, "pledged", amount, cause)
        self.fallen_back = self.troops.count("pledged")
        self._muster.touch(self.troops)

    def forget(self) -> None:
        """Forget what was given to it and what prepares."""
        self.given.clear()
        self.implied.clear()
        self.preparation.break_off()

    def pledge_again(self, cause: str) -> None:
        """Pledge those who were refused anew. Within a round."""
        if not self.has_left:
            amount = self.troops.count("refused")
            self._muster.apply(self.troops, "refused", "pledged", amount, cause)
        self._muster.touch(self.troops)

    def offer_anew(self) -> None:
        """Take it that history records a new pledge: what was refused, or had left, counts no more. Within a round."""
        self._change_of_mind()
        if self.has_left or self.troops.count("gone"):
            self.offers += 1
            self.has_left = False

    def hear(self, record: ForceRecord) -> None:
        """Take what history records now as news of its nation's decision. Within a round."""
        match record.event:
            case "approved":
                self._change_of_mind()
                steps = [approval.step for approval in self.row.approvals]
                named = steps if record.step is None else [record.step]
                before = steps[: steps.index(record.step)] if record.step in steps else []
                self.implied.update(step for step in before if step not in self.given)
                self.implied.difference_update(named)
                self.given.update(before, named)
            case "refused":
                self.decision.refuse(self, record.step)
            case "ready" | "embarked" | "arrived":
                self.decision.settle()
                self._change_of_mind()
        self._muster.touch(self.troops)

    def _change_of_mind(self) -> None:
        """Take a refusal back, its nation's or its own, because history records what none who refuse do. In a round."""
        if self.decision.refused is not None:
            self.decision.take_back()
        else:
            self.pledge_again("history: change of mind")
