"""What history records of a contingent: its troops are moved as it happened, whatever the rules say.

===========  ===============================================================================================
event        effect on the date, in the round after the rules are read
===========  ===============================================================================================
`pledged`    the pledge becomes `troops`: the difference is pledged too, or taken back from the furthest away
`approved`   the step has been given and is not asked again (no `step`: all steps)
`refused`    all who have not embarked are refused: for good, or until the `step` named reconsiders
`ready`      `troops` (or all) of those not yet ready are ready
`arrived`    `troops` (or all) of those not yet there are deployed, the readiest first
`withdrew`   all who are deployed are gone
===========  ===============================================================================================
"""

from __future__ import annotations

from functools import partial

from sim.model.contingent import Contingent
from sim.model.rounds import Process
from sim.model.troops import Muster, Place
from sim.model.world import World
from sim.plan.tables import ForceRecord
from sim.vocabulary import Stage

NEAREST_FIRST: tuple[Stage, ...] = ("ready", "preparing", "deciding", "pledged")
"""Stages before embarkation, the readiest first."""


class Chronicle:
    """Plays the records of one contingent."""

    def __init__(self, world: World, muster: Muster, contingent: Contingent) -> None:
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self._contingent = contingent
        self._troops = contingent.troops

    def life(self) -> Process:
        """Apply each record on its date."""
        for place, record in enumerate(self._contingent.row.records):
            yield self._rounds.until(record.time)
            key = ("history", self._troops.contributor, self._troops.contingent, place)
            yield self._rounds.post((*key, "date"), _nothing)
            yield self._rounds.post((*key, "event"), partial(self._apply, record))
            if record.event == "refused" and record.step is not None:
                self._rounds.start(self._reconsider(record.step))

    def _apply(self, record: ForceRecord) -> None:
        self._contingent.hear(record)
        if record.troops is not None:  # what is left of the pledge hangs on its size, which is drawn
            self._world.met_chance = True
        match record.event:
            case "pledged":
                self._pledge(record.troops or 0)
            case "approved":
                steps = [approval.step for approval in self._contingent.row.approvals]
                self._contingent.given.update(steps if record.step is None else [record.step])
                self._muster.touch(self._troops)
            case "refused":
                self._take(NEAREST_FIRST, "refused", None, "refused")
            case "ready":
                self._take(NEAREST_FIRST[1:], "ready", record.troops, "ready")
            case "arrived":
                self._take(NEAREST_FIRST, "deployed", record.troops, "arrived")
            case "withdrew":
                self._take(("deployed",), "withdrawing", None, "withdrew")
                self._take(("withdrawing",), "gone", None, "withdrew")

    def _pledge(self, troops: int) -> None:
        change = troops - sum(self._troops.counts.values())
        if change >= 0:
            self._muster.apply(self._troops, "", "pledged", change, "history: pledged")
        else:
            self._take(NEAREST_FIRST[::-1], "", -change, "pledged")

    def _take(self, sources: tuple[Stage, ...], target: Place, amount: int | None, event: str) -> None:
        """Move `amount` (None: all) from the sources, in their order."""
        left = sum(self._troops.count(source) for source in sources) if amount is None else amount
        for source in sources:
            flow = min(left, self._troops.count(source))
            self._muster.apply(self._troops, source, target, flow, f"history: {event}")
            left -= flow

    def _reconsider(self, step: str) -> Process:
        for approval in self._contingent.row.approvals:
            if approval.step == step and approval.reconsiders is not None:
                due = self._world.due(approval.reconsiders, self._rounds.now)
                self._world.consume(approval.reconsiders)
                yield self._rounds.until(due)
                amount = self._troops.count("refused")
                yield self._muster.move(self._troops, "refused", "pledged", amount, f"{step} reconsiders")


def _nothing() -> None:
    """Change nothing: posted only to wait for the round."""
