"""Bodies of troops: what contingents and trained forces have in common."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError
from sim.engines.lowering.building import Building
from sim.plan.tables import ContingentPlan, TrainingPlan
from sim.vocabulary import cause_text

_MOST_ATOMS = 60
_MOST_READINGS = 6
_ZERO = (
    at.READY_SINCE, at.IN_GAP, at.QUEUED, at.ASKS, at.RELIEFS_UNDER_WAY, at.RELIEVED, at.TOUCHED,
    at.RELIEF_WAITS, at.GRANTED, at.N_BOOKED, at.CONTRIBUTOR_LEAVES, at.HAS_LEFT, at.FALLEN_BACK, at.OFFERS,
    at.RELIEFS_RECORDED, at.GIVEN, at.UNTRIED, at.TRIED, at.CAME, at.N_RECORDS, at.WITHDREW, at.FIRST_BATCH,
    at.LAST_BATCH, at.FIRST_COURSE, at.LAST_COURSE, at.N_GRADUATES, at.CASUALTY_N_RATES,
)  # fmt: skip
"""What begins at zero, besides the troops in each stage; all else is not there unless it is said."""


def body(build: Building, number: int, row: ContingentPlan | TrainingPlan) -> list[int]:
    """Return what contingents and trained forces have in common."""
    columns = [at.NONE] * at.TROOPS_WIDTH
    for stage in range(at.N_STAGES):
        columns[stage] = 0
    who, name = build.bodies[number]
    columns[at.CONTRIBUTOR], columns[at.CONTINGENT] = (
        build.contributors.index(who),
        build.contingents.index(name),
    )
    columns[at.RANK] = build.ranks[who, name]
    withdrawn = row.withdrawn if isinstance(row, ContingentPlan) else ()
    for column, signals in (
        (at.SIGNALS_DEPLOYED, row.deployed),
        (at.SIGNALS_COMMITTED, row.committed),
        (at.SIGNALS_WITHDRAWN, withdrawn),
        (at.CEILINGS, row.ceilings),
    ):
        columns[column], columns[column + 1] = build.memory.rows(signals), len(signals)
    for column in _ZERO:
        columns[column] = 0
    conditions = row.conditions
    if len(conditions.nodes) > _MOST_ATOMS:
        raise CannotLowerError(f"cannot lower: a rule of more than {_MOST_ATOMS} atoms ({who} {name})")
    columns[at.ATOMS], columns[at.N_ATOMS] = build.memory.rows(conditions.nodes), len(conditions.nodes)
    places = {each.reading: place for place, each in enumerate(build.plan.constants)}
    readings = [places[reading] for reading in conditions.readings]
    if len(readings) > _MOST_READINGS:
        raise CannotLowerError(
            f"cannot lower: a rule that hangs on more than {_MOST_READINGS} readings ({who} {name})"
        )
    columns[at.READINGS], columns[at.N_READINGS] = build.memory.rows(readings), len(readings)
    columns[at.SECTOR_WORD] = build.waits.code(cause_text("sector", row.sector or ""))
    columns[at.SECTOR_OPEN] = row.sector_open
    build.conditions.append(conditions)
    nodes = [*conditions.nodes] + ([] if build.plan.ended is None else [build.plan.ended])
    if isinstance(row, ContingentPlan):
        nodes += [node for node in (row.sector_open, row.lane_open, row.withdraws) if node is not None]
    for node in dict.fromkeys(nodes):
        build.interested.setdefault(node, []).append(number)
    build.bells[number] = []
    return columns
