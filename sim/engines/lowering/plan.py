"""A plan is lowered: each of its parts, then all placed."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import Capacity, Lowered
from sim.engines.lowering.building import Building
from sim.engines.lowering.contingents import contingent
from sim.engines.lowering.contributors import contributors, decisions
from sim.engines.lowering.facts import facts
from sim.engines.lowering.placing import placed
from sim.engines.lowering.training import trained
from sim.plan.tables import Plan


def lowered(plan: Plan, capacity: Capacity | None = None) -> Lowered:
    """Lower a plan. CannotLowerError names a construct that the twin does not play."""
    build = Building(plan, capacity or Capacity())
    for quantity in plan.drawn:
        build.quantity(quantity)
    fact_rows = facts(build)
    contributor_rows, contributor_processes = contributors(build)
    troops = [contingent(build, row) for row in plan.contingents]
    decision_rows, decision_of = decisions(build)
    for row in plan.contingents:
        troops[row.number][at.DECISION] = decision_of[row.number]
        owner = troops[row.number][at.OWN_CONTRIBUTOR]
        process = build.process(at.IS_CONTINGENT, row.number, row.gate, row.appears)
        build.bells[row.number].append(process)
        build.bells[row.number].append(contributor_processes[owner])
        if row.tour is not None:
            build.bells[row.number].append(build.process(at.IS_TOURS, row.number))
        if row.records:
            build.process(at.IS_CHRONICLE, row.number)
        if row.casualties is not None:
            whens = [factor.when for factor in row.casualties.rates]
            build.bells[row.number].append(build.process(at.IS_CASUALTIES, row.number, *whens))
    for number, (decision, numbers) in enumerate(decision_rows):
        if plan.contingents[numbers[0]].approvals:
            gates = [plan.contingents[each].gate for each in numbers]
            decision[at.DECISION_PROCESS] = build.process(at.IS_DECISION, number, *gates)
            for each in numbers:
                build.bells[each].append(decision[at.DECISION_PROCESS])
    for force in plan.training:
        troops.append(trained(build, force))
        process = build.process(at.IS_TRAINING, force.number, force.when, force.sector_open)
        build.bells[force.number].append(process)
        build.signal_watchers.setdefault(force.trainers, []).append(process)
    build.process(at.IS_RESUME, 0)
    return placed(build, fact_rows, contributor_rows, troops, [row for row, _ in decision_rows])
