"""National decisions: the approval steps of a contributor, for all its contingents. A SimPy process each.

A nation decides once. The contingents of a contributor share one decision; one with `approvals` of its own
has one for itself. Each step, in the order of the file, takes its delay and is answered yes or no.

* A decision begins when the first of its contingents is `deciding`, and proceeds while rule and consents of
  one that is `deciding` hold and its contributor does not withdraw. Else it *pauses*: the step keeps its age
  and the rest of its delay, and nobody moves.
* What is answered stays answered. After the last yes those `deciding` whose conditions hold prepare in that
  very round, and whoever is permitted later goes straight on. A no refuses all who are `deciding`, and whoever
  is permitted later; after `reconsiders`, if the step has one, all who were refused are pledged again, and
  that step alone is asked again.
* Only a withdrawal of the contributor undoes it: what had not been refused is asked anew. A step that it
  broke off has the same delay when it is taken up.
* An answer that is due at the instant at which the conditions break has been given.
* History: a step recorded as given for every contingent that is still undecided is not asked; recorded for
  some of them only, it is given for those. Steps are answered in order, so one that is recorded as given shows
  that those before it had been. A contingent that is recorded as ready or arrived shows that every step was
  a yes by then. A refusal recorded for all is the nation's, else it is of the contingents named; an approval, a
  new pledge, or that somebody is ready or there, recorded after it, takes it back.

An answered step consumes one variate of its delay and one of its outcome, a no that is reconsidered one of
that delay. A pause consumes nothing, nor does what history records.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from simpy.events import Event

from sim.model.rounds import Change, Process
from sim.model.troops import Troops
from sim.model.world import World
from sim.plan.tables import ApprovalPlan, ContingentPlan


class Proposal(Protocol):
    """A contingent as its nation decides on it."""

    row: ContingentPlan
    troops: Troops
    given: set[str]
    implied: set[str]

    def may_decide(self) -> bool:
        """Tell whether its conditions hold."""
        ...

    def go_on(self) -> None:
        """Heed an answer."""
        ...

    def pledge_again(self, cause: str) -> None:
        """Be pledged once more, after a refusal."""
        ...


class Decision:
    """One decision on the contingents that share it."""

    def __init__(self, world: World, rows: Sequence[ContingentPlan]) -> None:
        self._world = world
        self._rounds = world.rounds
        self._approvals = rows[0].approvals
        self.contingents: list[Proposal] = []
        """Whom it decides on, in the order of names."""
        self.bell = world.rounds.bell(*(row.gate for row in rows))
        """Rung when troops or conditions of its contingents change."""
        self.refused: str | None = None
        """Which step said no, if one did: "" if history does not name it."""
        self._answered = 0
        self._age = 0
        """How long the present step has been decided on, pauses left out."""
        self._takings = 0
        """How often the decision was undone, or settled by a record: what ran before is void."""
        self._told: list[tuple[Proposal, str]] = []

    @property
    def step(self) -> str | None:
        """The step that is to be answered next; None if all have been answered yes."""
        return self._approvals[self._answered].step if self._answered < len(self._approvals) else None

    def approves(self, contingent: Proposal) -> bool:
        """Tell whether every step has been answered yes, or is recorded as given for that contingent."""
        return all(step.step in contingent.given for step in self._approvals[self._answered :])

    def life(self) -> Process:
        """Answer step after step while the conditions hold."""
        while True:
            if self._told:
                self._hear_refusals()
            elif self.step is not None and self.refused is None and self._proceeds():
                yield from self._ask(self._approvals[self._answered])
            else:
                yield self.bell.wait()

    def undo(self) -> None:
        """Have all asked anew, because the contributor withdraws; a no stays a no. Within a round."""
        if self.refused is None:
            self._answered, self._age = 0, 0
            self._takings += 1

    def settle(self) -> None:
        """Take every step as given, because history records that troops came of it. Within a round."""
        if self.refused is not None or self._answered < len(self._approvals):
            if self.refused is not None:
                self.take_back()
            for step in self._approvals[self._answered :]:
                self._world.recorded_answer(step, True, dated=False)
            self._answered, self._age = len(self._approvals), 0
            self._takings += 1
            self._tell_all()

    def take_back(self) -> None:
        """Take back a refusal, because history records an approval or a pledge after it. Within a round."""
        self.refused = None
        for contingent in self.contingents:
            contingent.pledge_again("history: change of mind")

    def refuse(self, contingent: Proposal, step: str | None) -> None:
        """Take it that history records a refusal of a contingent, by the step named. Within a round."""
        self._told.append((contingent, step or ""))
        self._rounds.ring_after_round((self.bell,))

    def _proceeds(self) -> bool:
        return any(
            contingent.troops.count("deciding") > 0 and contingent.may_decide()
            for contingent in self.contingents
        )

    def _ask(self, step: ApprovalPlan) -> Process:
        """Decide on a step until it is answered, or the conditions break."""
        if self._is_given(step):
            implied = any(step.step in contingent.implied for contingent in self.contingents)
            self._world.recorded_answer(step, True, dated=not implied)
            yield self._post(self._yes)
            return
        since, takings = step.takes.since(self._rounds.now, self._age), self._takings
        due = self._world.due(step.takes, since)
        while not (yield self.bell.wait(due)):
            void = takings != self._takings
            if void or self._told or self._is_given(step) or not self._proceeds():
                self._world.break_off(step.takes, since)
                self._age = 0 if void else step.takes.age(since, self._rounds.now)
                return
        self._world.consume(step.takes)
        if self._world.chance(step.outcome, step.probability):
            yield self._post(self._yes)
        else:
            yield self._post(partial(self._no, step))
            self._reconsider_later(step, self.contingents)

    def _is_given(self, step: ApprovalPlan) -> bool:
        """Tell whether history records the step as given for all who are still undecided."""
        undecided = [
            contingent
            for contingent in self.contingents
            if contingent.troops.count("pledged") or contingent.troops.count("deciding")
        ]
        return bool(undecided) and all(step.step in contingent.given for contingent in undecided)

    def _yes(self) -> None:
        self._answered, self._age = self._answered + 1, 0
        self._tell_all()

    def _no(self, step: ApprovalPlan) -> None:
        self.refused, self._age = step.step, 0
        self._tell_all()

    def _tell_all(self) -> None:
        for contingent in self.contingents:
            contingent.go_on()

    def _hear_refusals(self) -> None:
        """Take a refusal that is recorded of all as the nation's own, another as of the contingents named."""
        told, self._told = self._told, []
        refused = [contingent for contingent in self.contingents if contingent in dict(told)]
        named = [step for step in self._approvals if step.step in {step for _, step in told}]
        if len(refused) == len(self.contingents):
            self.refused, self._age = told[-1][1], 0
            for step in named:
                self._world.recorded_answer(step, False)
        for step in named:
            self._reconsider_later(step, refused)

    def _reconsider_later(self, step: ApprovalPlan, refused: list[Proposal]) -> None:
        if step.reconsiders is not None:
            self._rounds.start(self._reconsider(step, refused))

    def _reconsider(self, step: ApprovalPlan, refused: list[Proposal]) -> Process:
        """Proposal again those who were refused; the step that said no is asked again."""
        assert step.reconsiders is not None
        due = self._world.due_unseen(step.reconsiders, self._rounds.now, step.takes)
        self._world.consume(step.reconsiders)
        yield self._rounds.until(due)

        def change() -> None:
            if self.refused == step.step:
                self.refused = None
            for contingent in refused:
                contingent.pledge_again(f"{step.step} reconsiders")

        yield self._post(change)

    def _post(self, change: Change) -> Event:
        first = self.contingents[0].row
        return self._rounds.post(("troops", first.contributor, first.name, "decision"), change)
