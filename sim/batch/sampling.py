"""A few replications in memory, for a question that needs no stored run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.batch.allowance import Allowance
    from sim.plan.tables import Plan

Course = tuple[tuple[int, float], ...]
"""The changes of a fact or consent in one replication: (time in seconds, value from then on)."""


def sampled_courses(
    plan: Plan,
    names: Collection[str],
    replications: int,
    seed: int = 0,
    allowance: Allowance | None = None,
) -> dict[str, list[Course]]:
    """Return the courses of facts and consents, by name, in the first replications of a seed.

    They are the same as in a run of that seed. What a replication raises goes through. With an allowance, as many as
    are played in time, one at the least.
    """
    from sim.engines.choice import chosen_engine
    from sim.engines.spans import Span

    worlds = Span(0, replications)
    logged = replace(plan, facts=tuple(replace(row, log=True) for row in plan.facts))
    courses: dict[str, list[Course]] = {name: [] for name in names}
    for logs in chosen_engine(replications=replications).worlds(logged, seed, worlds):
        changes: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
        for time, _, name, value in logs.signals:
            if name in changes:
                changes[name].append((time, value))
        for name, found in changes.items():
            courses[name].append(tuple(found))
        if allowance is not None and not allowance.may_begin():
            break
    return courses
