"""Which troops count: one rule for rules, targets, requirements, estimates, levels and tables.

* Without any filter the **military** counts; in a scenario that has no military at all, everybody does.
* A filter by contributor, role or sector counts every force that fits, so that `deployed(jordan)` counts
  Jordan's trainers too; `force=` narrows further.
* `force=any` counts every force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.rules.domains import ANY_FORCE, MILITARY, force_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.rules.syntax import Force
    from sim.scenario.contributors import Contingent, TrainedForce
    from sim.scenario.scenario import Scenario


def has_military(scenario: Scenario) -> bool:
    """Say whether some contingent or trained force counts as military."""
    return any(body.force == MILITARY for body in _blocks(scenario))


def force_counted(
    scenario: Scenario, *, contributor: str | None, role: str | None, sector: str | None, force: str | None
) -> str | None:
    """Return the force to which troops must belong in order to count under these filters; None: any."""
    if force == ANY_FORCE:
        return None
    if force is None and (contributor, role, sector) == (None, None, None) and has_military(scenario):
        return MILITARY
    return force


def counts_in(scenario: Scenario, signal: Force, contributor: str, body: Contingent | TrainedForce) -> bool:
    """Tell whether troops count in a force that a rule names."""
    force = force_of(signal)
    if force == MILITARY and signal.force is None and body.force != MILITARY and not has_military(scenario):
        force = None
    wanted = (signal.contributor, signal.role, signal.sector, force)
    return all(
        filter_ in (None, own)
        for filter_, own in zip(wanted, (contributor, body.role, body.sector, body.force), strict=True)
    )


def _blocks(scenario: Scenario) -> Iterator[Contingent | TrainedForce]:
    for owner in scenario.contributors.values():
        yield from owner.contingents.values()
    yield from scenario.trained_forces.values()
