"""How long a contingent takes from its decision to the theatre, if nothing holds it up."""

from __future__ import annotations

from sim.plan.randomness import Draws
from sim.plan.tables import ContingentPlan, Delay, Plan, Quantity


def lead_times(
    plan: Plan, row: ContingentPlan, draws: Draws, replications: int, whole: bool = False
) -> list[float]:
    """Return, ascending, the seconds for approvals, preparation and the first trip in each replication.

    With `whole` until the main body is there too, where an advance party goes ahead.
    """
    parts = [*(approval.takes for approval in row.approvals), row.prepares_for, row.trip]
    if whole and row.advance is not None:
        parts.append(row.advance.body_follows)
    scales = dict(plan.uncertain)
    totals = [sum(_length(part, scales, draws, number) for part in parts) for number in range(replications)]
    return sorted(totals)


def _length(delay: Delay, scales: dict[str, Quantity], draws: Draws, number: int) -> float:
    """Return the first draw of a delay in a replication."""
    length = delay.law.quantile(draws.page(delay.stream, 0, number)[0])
    factors = {
        name: scales[name].law.quantile(draws.page(scales[name].stream, 0, number)[0]) for name in delay.times
    }
    return length * delay.scale(factors)
