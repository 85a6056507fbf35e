"""What history records of a contingent: its troops are moved as it happened, whatever the rules say.

===========  ===============================================================================================
event        effect on the date, in the round after the rules are read
===========  ===============================================================================================
`pledged`    the pledge becomes `troops`: the difference is pledged too, or taken back from the furthest away;
             after a withdrawal or a refusal it is a new offer
`approved`   the step has been given and is not asked again (no `step`: all steps); a refusal is taken back
`refused`    all who have not embarked are refused: for good, or until the `step` named reconsiders
`ready`      `troops` of those not yet ready are ready, or all who come; so its nation has decided
`embarked`   `troops` of those not yet there are on their way, the readiest first, with slots of their lane and
             beds; likewise. Their trip takes until `as_of` at least, unless they are recorded as arrived
`arrived`    those who embarked arrive first; else `troops` of those not yet there are deployed, the readiest
             first, or all who come; likewise
`undelivered` `troops` of those not yet there will not come after all
`relieved`   those who are there have been relieved, and a new tour begins (`sim.model.tour`)
`casualties` `troops` of its contributor fell; they are counted and do not change strength
`withdrew`   all that is left of the pledge is gone, and pledged again after `returns`; who is `ready` or has
             `arrived` after that shows that all of it is pledged again
===========  ===============================================================================================

What an answer means to the other contingents on which the same decision is taken stands in
`sim.model.decision`.
"""

from __future__ import annotations

from functools import partial

from sim.model.casualties import count
from sim.model.contingent import Contingent
from sim.model.contributor import Contributor
from sim.model.rounds import Process
from sim.model.theatre import Theatre
from sim.model.troops import Muster, Place
from sim.model.world import World
from sim.plan.tables import ForceRecord
from sim.vocabulary import Stage

SHOWS_COMING = ("ready", "embarked", "arrived")
"""Events that show that some come, and so that their nation has decided."""
NEAREST_FIRST: tuple[Stage, ...] = ("ready", "preparing", "deciding", "pledged")
"""Stages before embarkation, the readiest first."""


class Chronicle:
    """Plays the records of one contingent."""

    def __init__(
        self,
        world: World,
        muster: Muster,
        contingent: Contingent,
        contributor: Contributor,
        theatre: Theatre,
    ) -> None:
        self._contributor = contributor
        self._theatre = theatre
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self._contingent = contingent
        self._troops = contingent.troops
        self._withdrew = False

    def life(self) -> Process:
        """Apply each record on its date."""
        for place, record in enumerate(self._contingent.row.records):
            yield self._rounds.until(record.time)
            key = ("history", self._troops.contributor, self._troops.contingent, place)
            yield self._rounds.post((*key, "date"), _nothing)
            yield self._rounds.post((*key, "event"), partial(self._apply, record))

    def _apply(self, record: ForceRecord) -> None:
        self._contingent.hear(record)
        if record.troops is not None:  # what is left of the pledge hangs on its size, unless that is recorded
            self._world.counts(self._contingent.row.number, ask=not self._is_all_pledged_by(record))
        if record.event in SHOWS_COMING and self._withdrew:
            self._contributor.recorded_back(self._contingent)
            self._withdrew = False
        match record.event:
            case "pledged":
                self._pledge(record.troops or 0)
            case "refused":
                self._take(NEAREST_FIRST, "refused", None, "refused")
            case "ready":
                self._come(NEAREST_FIRST[1:], "ready", record.troops, "ready")
            case "embarked":
                self._come(NEAREST_FIRST, "moving", record.troops, "embarked")
                self._theatre.embarked(self._contingent, record.troops or 0)
            case "arrived":
                under_way = self._troops.count("moving")
                many = under_way if record.troops is None else record.troops
                landed = self._theatre.landed(self._contingent, many)
                self._muster.apply(self._troops, "moving", "deployed", landed, "history: arrived")
                left = None if record.troops is None else record.troops - landed
                self._come(NEAREST_FIRST, "deployed", left, "arrived")
            case "undelivered":
                lost = record.troops or 0
                self._take(NEAREST_FIRST[::-1], "undelivered", lost, "undelivered")
                self._contingent.preparation.dropped(lost)
            case "relieved":
                self._muster.note_relief(self._troops, self._troops.count("deployed"), "history: relieved")
                self._contingent.reliefs_recorded += 1
            case "casualties" if self._contingent.row.casualties is not None:
                count(self._world, self._troops, self._contingent.row.casualties, record.troops or 0)
            case "withdrew":
                self._contributor.recorded_gone(self._contingent)
                self._withdrew = True

    def _is_all_pledged_by(self, record: ForceRecord) -> bool:
        """Tell whether a record says how many are pledged of whom nobody has gone any further."""
        counts = self._troops.counts.items()
        none_further = all(stage == "pledged" or not many for stage, many in counts)
        return record.event == "pledged" and not self._withdrew and none_further

    def _pledge(self, troops: int) -> None:
        self._contingent.offer_anew()
        again = min(troops, self._troops.count("gone")) if self._withdrew else 0
        gone = self._troops.count("gone") if self._withdrew else 0
        self._muster.apply(self._troops, "gone", "pledged", again, "history: pledged")
        self._withdrew = False
        change = troops - sum(self._troops.counts.values()) + gone - again
        if change >= 0:
            self._muster.apply(self._troops, "", "pledged", change, "history: pledged")
            self._contingent.preparation.pledged(change)
        else:
            self._take(NEAREST_FIRST[::-1], "", -change, "pledged")
            self._contingent.preparation.pledged(change)

    def _come(self, sources: tuple[Stage, ...], target: Place, amount: int | None, event: str) -> None:
        """Have so many come, or all who come: who never does is known then."""
        if amount is not None:
            self._contingent.preparation.came(self._take(sources, target, amount, event))
            return
        lost = self._contingent.preparation.lost(
            sum(self._troops.count(stage) for stage in NEAREST_FIRST[1:])
        )
        self._take(NEAREST_FIRST[:0:-1], "undelivered", lost, event)
        self._take(sources, target, None, event)

    def _take(self, sources: tuple[Stage, ...], target: Place, amount: int | None, event: str) -> int:
        """Move `amount` (None: all) from the sources, in their order; return how many were not yet ready."""
        left = sum(self._troops.count(source) for source in sources) if amount is None else amount
        came = 0
        for source in sources:
            flow = min(left, self._troops.count(source))
            came += flow * (source != "ready")
            if source == "preparing":
                self._contingent.preparation.take_out(flow, event)
            self._muster.apply(self._troops, source, target, flow, f"history: {event}")
            left -= flow
        return came


def _nothing() -> None:
    """Change nothing: posted only to wait for the round."""
