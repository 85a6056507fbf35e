"""Preparation: batches of a contingent on their way to `ready`, each with a delay of its own.

A batch is what is approved at once (or a part of it), or the next relief after a gap. Batches do not wait for
each other. Each takes a variate of its delay when it begins; one that a withdrawal breaks off gives it back, and
the next that begins has the same delay. `preparing` runs on whatever the rule does.

A contingent with an `advance` prepares in two parts: a share of those approved (rounded half up, one at least) as
advance party, for `prepares_for`; the main body is ready `body_follows` after the advance party is, or after
history has it ready or there. What will never come is then taken from the main body first.

What will never come prepares like the rest, for until then nobody can know: of those who prepare for the first
time all go to `undelivered` with the chance `never_arrives` (one outcome a contributor, or one of a contingent
that has its own), else what exceeds `delivers` of all that prepared so far, rounded half up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sim.model.rounds import Process
from sim.model.troops import Muster, Troops
from sim.model.world import World
from sim.plan.tables import ContingentPlan, Delay

ENDS = {"ready": "at", "embarked": "by", "arrived": "by"}
"""What a recorded event says of a preparation: over just then, or by then."""


@dataclass(slots=True, eq=False)
class Batch:
    """Troops that prepare together."""

    size: int
    delay: Delay
    cause: str
    relief: bool
    """Whether it is the next relief after a gap, not a pledge that was approved."""
    since: int
    variate: int | None = None
    body: Batch | None = None
    """The main body, if it is an advance party: it begins when the advance party is ready."""
    ended: str = ""
    """What history says of its end: `at`, `by` or nothing."""


class Preparation:
    """All batches of one contingent that prepare."""

    def __init__(self, world: World, muster: Muster, row: ContingentPlan, troops: Troops) -> None:
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self._row = row
        self._troops = troops
        self._batches: list[Batch] = []
        self._untried = 0
        """How many of the pledge have not prepared yet: of them some may never come."""
        self._tried = 0
        self._came = 0

    def pledged(self, change: int) -> None:
        """Note that so many were pledged (or, below 0, taken back) who have not prepared yet."""
        self._untried = max(0, self._untried + change)

    def begin_pledge(self, size: int) -> None:
        """Have so many who were approved prepare, the advance party ahead of the main body. Within a round."""
        plan = self._row.advance
        if plan is None:
            self.begin(size, self._row.prepares_for, "prepared")
            return
        self._world.counts(self._row.number)
        ahead = min(size, max(1, self._world.rounded_share(plan.share, size)))
        party = Batch(ahead, self._row.prepares_for, "advance party prepared", False, self._rounds.now)
        self._batches.append(party)
        if size > ahead:
            party.body = Batch(size - ahead, plan.body_follows, "main body follows", False, self._rounds.now)
            self._batches.append(party.body)
        self._rounds.start(self._run(party))

    def _follow(self, party: Batch) -> None:
        """Have the main body follow an advance party that is ready now. Within a round."""
        if party.body is not None:
            party.body.since = self._rounds.now
            self._rounds.start(self._run(party.body))

    def begin(self, size: int, delay: Delay, cause: str, relief: bool = False) -> None:
        """Have so many, who count as preparing from this round on, be ready after a delay."""
        batch = Batch(size, delay, cause, relief, self._rounds.now)
        self._batches.append(batch)
        self._troops.in_gap += size * relief
        self._rounds.start(self._run(batch))

    def break_off(self) -> None:
        """Forget all batches, because the contributor withdraws. Within a round."""
        for batch in self._batches:
            batch.size = 0
            if batch.variate is not None:
                self._world.give_back(batch.delay, batch.variate, batch.since)
        self._batches.clear()
        self._troops.in_gap = 0

    def came(self, amount: int) -> None:
        """Take it that history records so many, who had not been ready, as ready or arrived."""
        first = min(amount, self._untried)
        self._untried -= first
        self._tried += first
        self._came += first

    def dropped(self, amount: int) -> None:
        """Take it that history records so many as not coming."""
        first = min(amount, self._untried)
        self._untried -= first
        self._tried += first

    def take_out(self, amount: int, event: str) -> None:
        """Take so many out of preparation, those first who began first, for what history records."""
        for batch in list(self._batches):
            flow = min(batch.size, amount)
            batch.size -= flow
            amount -= flow
            self._troops.in_gap -= flow * batch.relief
            batch.ended = ENDS.get(event, "") if flow and event in ENDS else batch.ended
            if flow and not batch.size:
                self._batches.remove(batch)
                if batch.variate is not None:
                    self._world.recorded(batch.delay, batch.ended, batch.variate)
                self._follow(batch)

    def _run(self, batch: Batch) -> Process:
        if batch.size:
            batch.variate = self._world.take(batch.delay)
            if not batch.relief and self._untried > 0:
                self._world.prepares_first(self._row, batch.delay, batch.variate)
            yield self._rounds.until(self._world.due(batch.delay, batch.since, batch.variate))
        if batch.size:
            troops = self._troops
            key = ("troops", troops.contributor, troops.contingent, "preparing", "ready")
            yield self._rounds.post(key, partial(self._end, batch))

    def _end(self, batch: Batch) -> None:
        size = batch.size
        if not size:
            return
        self._batches.remove(batch)
        self._troops.in_gap -= size * batch.relief
        lost = 0 if batch.relief else self.lost(size, batch.body.size if batch.body is not None else 0)
        self._muster.apply(self._troops, "preparing", "undelivered", lost, "never delivered")
        self._muster.apply(self._troops, "preparing", "ready", size - lost, batch.cause)
        self._follow(batch)

    def lost(self, size: int, following: int = 0) -> int:
        """Return how many of those who have prepared, or are recorded as ready, do not come after all.

        The main body bears what it can.
        """
        first = min(size, self._untried)
        self._untried -= first
        self._tried += first
        coming = max(0, min(first, self._deliverable(self._tried + following) - self._came)) if first else 0
        self._came += coming
        return first - coming

    def _deliverable(self, pledge: int) -> int:
        row, world = self._row, self._world
        if world.comes_not(row.arrival_outcome, row.never_arrives):
            return 0
        world.counts(row.number)
        return world.rounded_share(row.delivers, pledge)
