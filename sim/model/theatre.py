"""The theatre: one allocator for lift slots and beds, serials under way, and one reception queue.

After each round the allocator grants what the state of that round allows, in the order of (contributor's
priority, contingent's priority, time ready, contributor, contingent), lowest and earliest first. Each
contingent in turn gets serials until it cannot be served; whom it cannot serve it skips.

* A serial is min(ready, the lane's load, free beds) troops. It waits while fewer beds are free than min(50,
  ready), so one-man trickles do not occur. Nobody embarks before `as_of` but whom history records.
* It holds one slot from embarkation until it is received; its beds are reserved with the slot, and held until
  its troops are gone. A contingent without a lane needs beds but no slot, and is at the reception as soon as
  it embarks.
* Reception serves one serial after the other, in the order of arrival (ties: contributor, contingent,
  number), at so many troops a day. It is over at the second in which the last soldier is received.
* Troops of a sector outside the theatre need neither beds nor reception: their trip brings them there.
* Nobody embarks beyond an authorised ceiling: what exceeds it waits, however few may still come. Graduates of
  a trained force whose force is limited take up service as it allows, after all contingents, in the order of
  names.
* Whom history records as embarked holds a slot and beds like any serial, even beyond what there are, and lands
  when its trip is over, which takes until `as_of` at least unless history records the arrival.
* A relief in place moves in serials of the lane's load, needs slot and reception but no bed, and changes no
  level. Whom it finds gone when it lands it does not relieve: it turns back, and its slot is free.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import ceil

from sim.durations import DAY
from sim.model.contingent import Contingent
from sim.model.rounds import Process
from sim.model.troops import Muster
from sim.model.world import World
from sim.plan.tables import ContingentPlan, TrainingPlan
from sim.vocabulary import cause_text

SMALLEST_SERIAL = 50
"""Fewest free beds for which a larger contingent sends a serial."""


@dataclass(slots=True, eq=False)
class _Recorded:
    """A serial that history records: how many are still under way, its number, the variate of its trip."""

    size: int
    number: int
    variate: int


class Theatre:
    """Lift, beds and reception of one replication."""

    def __init__(self, world: World, muster: Muster, contingents: list[Contingent]) -> None:
        self._world = world
        self._rounds = world.rounds
        self._muster = muster
        self._contingents = contingents
        self._slots = {lane.name: lane.slots for lane in world.plan.lanes}
        self._loads = {lane.name: lane.load for lane in world.plan.lanes}
        self.slots_changed = False
        """Whether slots were taken or given back since somebody last cleared this."""
        self._reserved = 0
        self._reliefs: dict[int, int] = {}
        self._granted: dict[int, int] = {}
        self._serials = 0
        self._recorded: dict[int, list[_Recorded]] = {}
        """Serials that history records as embarked, by contingent, in order."""
        self._server_free = 0
        self._begins = max(0, min((row.resumes for row in world.plan.contingents), default=0))
        """Before this nobody embarks but whom history records."""
        self._limited_forces = [row for row in world.plan.training if row.ceilings]
        """Trained forces that an authorised ceiling limits."""
        world.rounds.after_round.append(self._allocate)
        if self._limited_forces:
            world.rounds.after_round.append(self._graduate)

    def request_relief(self, number: int, amount: int) -> None:
        """Ask for lift to relieve troops in place; served by the allocator from the next round on."""
        if amount > 0:
            self._reliefs[number] = self._reliefs.get(number, 0) + amount

    def cancel_relief(self, number: int) -> None:
        """Give up the part of a relief that has not embarked."""
        self._reliefs.pop(number, None)

    def cut_relief(self, number: int, amount: int) -> None:
        """Give up so many of a relief that has not embarked."""
        left = self._reliefs.pop(number, 0) - amount
        if left > 0:
            self._reliefs[number] = left

    def relief_waits(self, number: int) -> int:
        """Return how many of a relief have not embarked."""
        return self._reliefs.get(number, 0)

    @property
    def free_beds(self) -> int | None:
        """Return how many beds are neither held nor reserved; None: beds do not limit."""
        beds = self._world.plan.beds
        if beds is None:
            return None
        truths = self._world.network.truths
        grown = [to for node, to in beds.grows if truths[node]]
        return max(beds.at_start, *grown, 0) - self._muster.in_theatre - self._reserved

    def _hold_slot(self, lane: str, slots: int) -> None:
        self._slots[lane] -= slots
        self.slots_changed = True

    def lacks(self, row: ContingentPlan, ready: int) -> str:
        """Return what keeps ready troops that may embark from doing so: a ceiling, their lane, beds, or `news`.

        Before `as_of` nobody embarks but whom history records: what nothing else holds up waits for that.
        """
        if self._muster.ceilings.room(row.ceilings) == 0:
            return "authorised"
        if row.lane is not None and (self._slots[row.lane] <= 0 or not self._rounds.truth(row.lane_open)):
            return cause_text("lift", row.lane)
        free = self.free_beds if row.in_theatre else None
        return "beds" if free is not None and free < min(SMALLEST_SERIAL, ready) else "news"

    def _allocate(self) -> None:
        """Grant serials in the state of the round that was just read."""
        if not (self._muster.ready or self._reliefs) or self._rounds.now < self._begins:
            return
        asking = [self._contingents[number] for number in self._muster.ready | self._reliefs.keys()]
        waiting = [contingent for contingent in asking if self._may_embark(contingent)]
        waiting.sort(key=_turn)
        for contingent in waiting:
            number = contingent.row.number
            while self._grant_relief(contingent) if self._reliefs.get(number) else self._grant(contingent):
                pass

    def _graduate(self) -> None:
        """Have graduates take up service as the ceilings allow, once all contingents had their turn."""
        for force in self._limited_forces:
            troops = self._muster.troops[force.number]
            waiting = troops.count("ready") if self._rounds.truth(force.sector_open) else 0
            size = min(waiting, self._muster.ceilings.room(force.ceilings) or 0)
            if size > 0:
                self._muster.ceilings.take(force.ceilings, size)
                key = ("troops", force.name, force.name, "ready", "deployed")
                self._rounds.post(key, partial(self._take_up_service, force, size))

    def _take_up_service(self, force: TrainingPlan, size: int) -> None:
        self._muster.ceilings.take(force.ceilings, -size)
        self._muster.apply(self._muster.troops[force.number], "ready", "deployed", size, "takes up service")

    def _may_embark(self, contingent: Contingent) -> bool:
        number = contingent.row.number
        if not self._ready(contingent) and not self._reliefs.get(number):
            return False
        row = contingent.row
        if (
            contingent.contributor_leaves
            or self._world.mission.over
            or self._rounds.now < max(0, row.resumes)
        ):
            return False
        return self._rounds.truth(row.embarks)

    def _ready(self, contingent: Contingent) -> int:
        """Return how many are ready and not granted a serial in this very round."""
        return contingent.troops.count("ready") - self._granted.get(contingent.row.number, 0)

    def _grant(self, contingent: Contingent) -> bool:
        """Embark one serial if a slot, beds and the ceilings allow it."""
        row, ready = contingent.row, self._ready(contingent)
        if ready <= 0 or (row.lane is not None and self._slots[row.lane] <= 0):
            return False
        size = min(ready, self._loads[row.lane]) if row.lane is not None else ready
        free = self.free_beds if row.in_theatre else None
        if free is not None:
            if free < min(SMALLEST_SERIAL, ready):
                return False
            size = min(size, free)
        if row.ceilings:
            size = min(size, self._muster.ceilings.room(row.ceilings) or 0)
            if size <= 0:
                return False
            self._muster.ceilings.take(row.ceilings, size)
        if row.lane is not None:
            self._hold_slot(row.lane, 1)
        self._reserved += size * row.in_theatre
        self._granted[row.number] = self._granted.get(row.number, 0) + size
        self._serials += 1
        self._rounds.start(self._serial(contingent, size, self._serials, self._trip_ends(row)))
        return True

    def embarked(self, contingent: Contingent, size: int) -> None:
        """Take it that history records so many, who are `moving` now, as embarked. Within a round."""
        row = contingent.row
        load = size if row.lane is None else self._loads[row.lane]
        for embarked in range(0, size, max(1, load)):
            if row.lane is not None:
                self._hold_slot(row.lane, 1)
            self._serials += 1
            serial = _Recorded(min(load, size - embarked), self._serials, self._world.take(row.trip))
            self._recorded.setdefault(row.number, []).append(serial)
            due = self._world.due(row.trip, self._rounds.now, serial.variate)
            self._rounds.start(self._recorded_serial(contingent, serial, due))

    def landed(self, contingent: Contingent, amount: int) -> int:
        """Take it that history records so many as arrived; return how many of them had embarked. Within a round."""
        row, landed = contingent.row, 0
        for serial in self._recorded.get(row.number, []):
            flow = min(serial.size, amount - landed)
            serial.size -= flow
            landed += flow
            if flow and not serial.size:
                received_at_once = self._world.plan.reception is None or not row.in_theatre
                self._world.recorded(row.trip, "at" if received_at_once else "by", serial.variate)
                self._leave_slot(row)
        return landed

    def turned_back(self, contingent: Contingent) -> None:
        """Take it that history records that all who are under way have gone. Within a round."""
        for serial in self._recorded.get(contingent.row.number, []):
            if serial.size:
                serial.size = 0
                self._leave_slot(contingent.row)

    def _leave_slot(self, row: ContingentPlan) -> None:
        if row.lane is not None:
            self._hold_slot(row.lane, -1)

    def _recorded_serial(self, contingent: Contingent, serial: _Recorded, lands: int) -> Process:
        """Travel, be received and be deployed, as many as history does not land before."""
        row, troops = contingent.row, contingent.troops
        key = ("troops", row.contributor, row.name, "serial", serial.number)
        yield self._rounds.until(lands)
        if serial.size > 0:
            yield from self._be_received(contingent, serial.size, serial.number, queued=serial.size)

            def received() -> None:
                self._leave_slot(row)
                if self._world.plan.reception is not None and row.in_theatre:
                    troops.queued -= serial.size
                self._muster.apply(troops, "moving", "deployed", serial.size, "received")

            yield self._rounds.post(key, received)

    def _serial(self, contingent: Contingent, size: int, serial: int, lands: int) -> Process:
        """Embark, travel, be received, be deployed."""
        row, troops, rounds = contingent.row, contingent.troops, self._rounds
        by = f"by {row.lane}" if row.lane is not None else "without lift"

        def embark() -> None:
            nonlocal size
            self._granted[row.number] -= size
            self._reserved -= size * row.in_theatre
            self._muster.ceilings.take(row.ceilings, -size)
            size = self._muster.apply(
                troops, "ready", "moving", size, f"embarks {by}"
            )  # fewer: history moved some

        def received() -> None:
            if row.lane is not None:
                self._hold_slot(row.lane, -1)
            if self._world.plan.reception is not None and row.in_theatre:
                troops.queued -= size
            self._muster.apply(troops, "moving", "deployed", size, "received")

        key = ("troops", row.contributor, row.name, "serial", serial)
        yield rounds.post(key, embark)
        if size > 0:
            yield rounds.until(lands)
            yield from self._be_received(contingent, size, serial, queued=size)
        yield rounds.post(key, received)

    def _trip_ends(self, row: ContingentPlan) -> int:
        """Draw the trip of a serial granted now; the allocator's order decides which variate it gets."""
        due = self._world.due(row.trip, self._rounds.now)
        self._world.consume(row.trip)
        return due

    def _be_received(self, contingent: Contingent, size: int, serial: int, queued: int) -> Process:
        """Wait for reception and be received; `queued` of the serial are troops not yet deployed."""
        rounds, row = self._rounds, contingent.row
        if self._world.plan.reception is None or not row.in_theatre:
            return
        done = rounds.now

        def arrive() -> None:
            nonlocal done
            contingent.troops.queued += queued
            self._muster.touched.add(row.number)
            self._server_free = max(rounds.now, self._server_free) + self._reception_time(size)
            done = self._server_free

        yield rounds.post(("arrival", row.contributor, row.name, serial), arrive)
        yield rounds.until(done)

    def _reception_time(self, size: int) -> int:
        reception = self._world.plan.reception
        rate = self._world.quantity(reception) if reception else 0.0
        return ceil(size * DAY / rate) if rate else 10**12

    def _grant_relief(self, contingent: Contingent) -> bool:
        """Embark one serial of a relief if a slot is free."""
        row = contingent.row
        amount = self._reliefs[row.number]
        if row.lane is not None:
            if self._slots[row.lane] <= 0:
                return False
            self._hold_slot(row.lane, 1)
            amount = min(amount, self._loads[row.lane])
        self._reliefs[row.number] -= amount
        if not self._reliefs[row.number]:
            del self._reliefs[row.number]
        contingent.troops.reliefs_under_way += amount
        self._serials += 1
        self._rounds.start(self._relief(contingent, amount, self._serials, self._trip_ends(row)))
        return True

    def _relief(self, contingent: Contingent, size: int, serial: int, lands: int) -> Process:
        """Embark, travel, be received, and send as many home."""
        row, troops, rounds = contingent.row, contingent.troops, self._rounds

        def embark() -> None:
            self._muster.note_relief(troops, size, "relief embarks")

        def received() -> None:
            if row.lane is not None:
                self._hold_slot(row.lane, -1)
            troops.reliefs_under_way -= size
            relieved = min(size, troops.count("deployed"))
            troops.relieved += relieved
            self._muster.note_relief(troops, size, "relief received" if relieved else "relief turns back")

        key = ("troops", row.contributor, row.name, "serial", serial)
        yield rounds.post(key, embark)
        yield rounds.until(lands)
        if troops.count("deployed") > 0:
            yield from self._be_received(contingent, size, serial, queued=0)
        yield rounds.post(key, received)


def _turn(contingent: Contingent) -> tuple[tuple[int, int], int, str, str]:
    row = contingent.row
    return row.priority, contingent.troops.ready_since, row.contributor, row.name
