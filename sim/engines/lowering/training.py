"""Forces raised in the theatre."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError
from sim.engines.lowering.bodies import body
from sim.engines.lowering.building import Building
from sim.engines.lowering.memory import node_or_none
from sim.plan.tables import TrainingPlan


def trained(build: Building, row: TrainingPlan) -> list[int]:
    """Return the row of a trained force."""
    if row.graduates:  # more may have passed than the classes under way can yield
        raise CannotLowerError(f"cannot lower: recorded graduates of {row.name}")
    columns = body(build, row.number, row)
    columns[at.SLEEPS], columns[at.EMBARKS_BY_LIFT] = 0, 0
    columns[at.NUMBER_TROOPS], columns[at.VETTED] = build.quantity(row.recruits), build.quantity(row.vetted)
    columns[at.COURSE], columns[at.TRAINED_BY], columns[at.WHEN] = (
        build.delay(row.course),
        row.trainers,
        node_or_none(row.when),
    )
    columns[at.RATIO] = build.memory.floated([row.ratio])
    columns[at.VETTED_MOST] = build.memory.floated([row.vetted.law.quantile(1.0 - 1e-12)])
    graduates = [part for each in row.graduates for part in (each.time, int(each.value))]
    columns[at.GRADUATES], columns[at.N_GRADUATES] = build.memory.rows(graduates), len(row.graduates)
    return columns
