"""Binding constraints: what every pledged soldier not deployed waits for, booked at the end of each instant.

Each is booked to exactly one cause, so the causes and the deployed add up to the pledge:

=====================  ====================================================================================
stage                  cause
=====================  ====================================================================================
any before `moving`    `mission over` once it is
pledged                the false atoms of the rule and the missing consents, shared out (see below); if
                       there are none, `withdrawn` (its contributor withdraws or leaves)
deciding               as pledged, else `approval STEP`
preparing              `preparation` or `relief gap`, also if the rule is broken meanwhile
ready                  as pledged, else `sector NAME` (closed), `authorised` (the ceiling), `lift LANE` (closed,
                       or no slot free), `beds`,
                       or `news`: before `as_of`, for history records no embarkation
moving                 `moving`, then `reception`
withdrawing, gone      `withdrawn`
refused, undelivered   `refused`, `undelivered`
=====================  ====================================================================================

n troops over the m causes of a rule are n//m each, and the remainder one each in the order of names. A
trained force waits for its rule, for `trainers`, is in `training`, or has passed and waits for its sector.
"""

from __future__ import annotations

from typing import assert_never

from sim.model.contingent import Contingent
from sim.model.theatre import Theatre
from sim.model.training import Training
from sim.model.troops import Muster, Troops
from sim.model.world import World
from sim.plan.conditions import Conditions
from sim.vocabulary import Stage, cause_text

Bookings = dict[str, int]


class Waiting:
    """Keeps the bookings of one replication and logs their changes."""

    def __init__(
        self,
        world: World,
        muster: Muster,
        theatre: Theatre,
        contingents: list[Contingent],
        training: list[Training],
    ) -> None:
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self._theatre = theatre
        self._contingents = contingents
        self._training = training
        self._booked: list[Bookings] = [{} for _ in muster.troops]
        self._interested: dict[int, list[int]] = {}
        if world.plan.ended is not None:
            self._interested[world.plan.ended] = [troops.number for troops in muster.troops]
        conditions = [(row.number, row.conditions) for row in world.plan.contingents]
        conditions += [(row.number, row.conditions) for row in world.plan.training]
        for number, condition in conditions:
            for node in condition.nodes:
                self._interested.setdefault(node, []).append(number)
        for contingent in contingents:
            for other in (contingent.row.sector_open, contingent.row.lane_open, contingent.row.withdraws):
                if other is not None:
                    self._interested.setdefault(other, []).append(contingent.row.number)
        world.rounds.at_close.append(self.book)

    def book(self) -> None:
        """Book all whose troops, rule or place in the queue may have changed in this instant."""
        numbers = self._muster.touched
        for node in self._rounds.changed:
            numbers.update(self._interested.get(node, ()))
        if self._muster.ceilings.changed:
            self._muster.ceilings.changed = False
            numbers.update(troops.number for troops in self._muster.troops if troops.count("ready"))
        if self._theatre.slots_changed or self._rounds.now <= self._world.plan.as_of:
            # ready troops may wait for something else now: for beds, for lift again, or for news
            self._theatre.slots_changed = False
            numbers.update(self._muster.ready)
        if numbers:
            for number in numbers:
                self._log(number, self._bookings(number))
            numbers.clear()

    def _log(self, number: int, bookings: Bookings) -> None:
        before, troops = self._booked[number], self._muster.troops[number]
        if bookings == before:
            return
        now, step, waits = self._rounds.now, self._rounds.step, self._world.logs.waits
        for cause in before.keys() | bookings.keys():
            amount = bookings.get(cause, 0)
            if amount != before.get(cause, 0):
                waits.append((now, step, troops.contributor, troops.contingent, cause, amount))
        self._booked[number] = bookings

    def _bookings(self, number: int) -> Bookings:
        troops = self._muster.troops[number]
        bookings: Bookings = {}
        if number < len(self._contingents):
            contingent = self._contingents[number]
            for stage, amount in troops.counts.items():
                if amount:
                    self._book_stage(contingent, stage, amount, bookings)
        else:
            self._book_training(self._training[number - len(self._contingents)], troops, bookings)
        return bookings

    def _book_stage(self, contingent: Contingent, stage: Stage, amount: int, bookings: Bookings) -> None:
        troops = contingent.troops
        match stage:
            case "pledged":
                self._share(bookings, self._hindrances(contingent) or ("preparation",), amount)
            case "deciding":
                step = (cause_text("approval", contingent.decision.step or ""),)
                self._share(bookings, self._hindrances(contingent) or step, amount)
            case "preparing":
                _add(bookings, "relief gap", troops.in_gap)
                _add(bookings, "preparation", amount - troops.in_gap)
            case "ready":
                self._share(
                    bookings, self._hindrances(contingent) or (self._held_up(contingent, amount),), amount
                )
            case "moving":
                _add(bookings, "moving", amount - troops.queued)
                _add(bookings, "reception", troops.queued)
            case "withdrawing" | "gone":
                _add(bookings, "withdrawn", amount)
            case "refused" | "undelivered":
                _add(bookings, stage, amount)
            case "deployed":
                pass
            case _:
                assert_never(stage)

    def _hindrances(self, contingent: Contingent) -> tuple[str, ...]:
        """Return that the mission is over, the false atoms of rule and consents, or a withdrawal; else none."""
        if self._world.mission.over:
            return ("mission over",)
        if not self._rounds.truth(contingent.row.permitted):
            return self._causes(contingent.row.conditions)
        return ("withdrawn",) if contingent.is_held_back() else ()

    def _held_up(self, contingent: Contingent, ready: int) -> str:
        if not self._rounds.truth(contingent.row.sector_open):
            return cause_text("sector", contingent.row.sector or "")
        return self._theatre.lacks(contingent.row, ready)

    def _causes(self, conditions: Conditions) -> tuple[str, ...]:
        truths = self._world.network.truths
        drawn = tuple([self._world.readings[name] for name in conditions.readings])
        return conditions.causes(tuple([truths[node] for node in conditions.nodes]), drawn)

    def _book_training(self, training: Training, troops: Troops, bookings: Bookings) -> None:
        if pledged := troops.count("pledged"):
            causes: tuple[str, ...]
            if self._world.mission.over:
                causes = ("mission over",)
            else:
                causes = () if training.permitted() else self._causes(training.plan.conditions)
            self._share(bookings, causes or ("trainers",), pledged)
        _add(bookings, "training", troops.count("preparing"))
        closed = not self._rounds.truth(training.plan.sector_open)
        waits = cause_text("sector", training.plan.sector or "") if closed else "authorised"
        _add(bookings, waits, troops.count("ready"))
        _add(bookings, "undelivered", troops.count("undelivered"))

    @staticmethod
    def _share(bookings: Bookings, causes: tuple[str, ...], amount: int) -> None:
        each, over = divmod(amount, len(causes))
        for place, cause in enumerate(causes):
            _add(bookings, cause, each + (place < over))


def _add(bookings: Bookings, cause: str, amount: int) -> None:
    if amount:
        bookings[cause] = bookings.get(cause, 0) + amount
