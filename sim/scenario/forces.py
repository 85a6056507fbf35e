"""Which troops count in a force that a rule names."""

from __future__ import annotations

from sim.rules.domains import force_of
from sim.rules.syntax import Force
from sim.scenario.contributors import Contingent, TrainedForce


def counts_in(signal: Force, contributor: str, body: Contingent | TrainedForce) -> bool:
    """Tell whether troops count in a force.

    One that is not narrowed by force, contributor or role is the military.
    """
    wanted = (signal.contributor, signal.role, signal.sector, force_of(signal))
    return all(
        filter_ in (None, own)
        for filter_, own in zip(wanted, (contributor, body.role, body.sector, body.force), strict=True)
    )
