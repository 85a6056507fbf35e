"""Contingents, and what history records of them."""

from __future__ import annotations

from collections.abc import Sequence

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError
from sim.engines.lowering.bodies import body
from sim.engines.lowering.building import Building
from sim.engines.lowering.memory import node_or_none
from sim.plan.tables import ContingentPlan, ForceRecord
from sim.rules.syntax import Casualties
from sim.vocabulary import cause_text

_EVENTS = {
    "pledged": at.R_PLEDGED, "approved": at.R_APPROVED, "refused": at.R_REFUSED, "ready": at.R_READY,
    "arrived": at.R_ARRIVED, "undelivered": at.R_UNDELIVERED, "relieved": at.R_RELIEVED,
    "casualties": at.R_CASUALTIES, "withdrew": at.R_WITHDREW,
}  # fmt: skip
_MOST_RECORDS = 250


def contingent(build: Building, row: ContingentPlan) -> list[int]:
    """Return the row of a contingent."""
    columns = body(build, row.number, row)
    plan = build.plan
    columns[at.SLEEPS], columns[at.EMBARKS_BY_LIFT] = int(row.in_theatre), 1
    columns[at.OWN_CONTRIBUTOR] = [each.name for each in plan.contributors].index(row.contributor)
    columns[at.NUMBER_TROOPS] = build.quantity(row.troops)
    columns[at.PREPARES_FOR], columns[at.DELIVERS] = (
        build.delay(row.prepares_for),
        build.quantity(row.delivers),
    )
    columns[at.NEVER_ARRIVES], columns[at.ARRIVES] = (
        build.quantity(row.never_arrives),
        build.stream(row.arrival_outcome),
    )
    columns[at.KNOWN_NEVER] = build.memory.floated([-1.0])
    build.never.setdefault(row.arrival_outcome, []).append(columns[at.KNOWN_NEVER])
    lanes = [lane.name for lane in plan.lanes]
    columns[at.LANE] = at.NONE if row.lane is None else lanes.index(row.lane)
    columns[at.TRIP] = build.delay(row.trip)
    columns[at.WORD_LIFT] = build.waits.code(cause_text("lift", row.lane or ""))
    how = f"by {row.lane}" if row.lane is not None else "without lift"
    columns[at.WORD_EMBARKS] = build.moves.code(f"embarks {how}")
    columns[at.PRIORITY], columns[at.PRIORITY_2] = row.priority
    columns[at.PERMITTED], columns[at.GATE], columns[at.EMBARKS] = row.permitted, row.gate, row.embarks
    columns[at.RESUMES], columns[at.WITHDRAWS] = row.resumes, node_or_none(row.withdraws)
    columns[at.LANE_OPEN], columns[at.APPEARS] = row.lane_open, node_or_none(row.appears)
    if row.advance is not None:
        columns[at.ADVANCE_SHARE] = build.quantity(row.advance.share)
        columns[at.BODY_FOLLOWS] = build.delay(row.advance.body_follows)
    if row.tour is not None:
        columns[at.TOUR_EVERY], columns[at.TOUR_GAP] = (
            build.delay(row.tour.every),
            build.delay(row.tour.gap),
        )
        columns[at.TOUR_RELIEF], columns[at.TOUR_OUTCOME] = (
            build.quantity(row.tour.relief),
            build.stream(row.tour.outcome),
        )
        columns[at.TOUR_OVERSTAYS] = build.delay(row.tour.overstays)
    if row.casualties is not None:
        columns[at.CASUALTY_RATE] = build.quantity(row.casualties.rate)
        columns[at.CASUALTY_ARRIVALS] = build.stream(row.casualties.arrivals)
        columns[at.CASUALTY_RATES], columns[at.CASUALTY_N_RATES] = build.factors(row.casualties.rates)
        columns[at.CASUALTY_OWN], columns[at.CASUALTY_TOTAL] = row.casualties.own, row.casualties.total
        own, total = str(Casualties(row.contributor)), str(Casualties())
        columns[at.CASUALTY_OWN_NAME] = columns[at.CASUALTY_OWN_RANK] = build.signal_codes[own]
        columns[at.CASUALTY_TOTAL_NAME] = columns[at.CASUALTY_TOTAL_RANK] = build.signal_codes[total]
    _records(build, row, columns)
    return columns


def _records(build: Building, row: ContingentPlan, columns: list[int]) -> None:
    steps = [approval.step for approval in row.approvals]
    if len(row.records) > _MOST_RECORDS:
        raise CannotLowerError(
            f"cannot lower: more than {_MOST_RECORDS} records of {row.contributor} {row.name}"
        )
    if _is_beyond_the_twin(row.records, steps):
        raise CannotLowerError(f"cannot lower: what the records of {row.contributor} {row.name} imply")
    values: list[int] = []
    for record in row.records:
        if record.event not in _EVENTS:
            raise CannotLowerError(f"cannot lower: a record of `{record.event}`")
        if record.step is not None and record.step not in steps:
            raise CannotLowerError(
                f"cannot lower: a record of a step that {row.contributor} {row.name} does not have"
            )
        step = at.NOT_NAMED if record.step is None else steps.index(record.step)
        troops = at.NONE if record.troops is None else record.troops
        values += [record.time, _EVENTS[record.event], step, troops]
    columns[at.RECORDS], columns[at.N_RECORDS] = build.memory.rows(values), len(row.records)


def _is_beyond_the_twin(records: Sequence[ForceRecord], steps: Sequence[str]) -> bool:
    """Tell whether records imply what only the reference plays: a return, or steps given before a later one."""
    withdrew, given = False, set[str | None]()
    for record in records:
        match record.event:
            case "withdrew":
                withdrew = True
                given.clear()
            case "pledged":
                withdrew = False
            case "ready" | "arrived" if withdrew:
                return True
            case "approved" if record.step in steps:
                if not given.issuperset(steps[: steps.index(record.step)]):
                    return True
                given.add(record.step)
            case "approved":
                given.update(steps)
            case _:
                pass
    return False
