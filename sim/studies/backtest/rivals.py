"""Simpler forecasts of the same: what any planner could do without a simulator.

==================  ====================================================================================
``class``           reference class: the shares of the ceiling that other missions had on the day
``gap``             the class on the gap: what share of the gap above the last known level others had closed
``last``            the last value: nothing changes
``plan``            the official plan, as far as one was known: a straight line to it, then its number
==================  ====================================================================================

In the classes each cluster counts once, however many build-ups it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.missions.build_up import BuildUp

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RIVALS = ("class", "gap", "last", "plan")
"""The rivals; the first two are the reference classes that a forecast must beat."""

REFERENCES = ("class", "gap")


@dataclass(frozen=True)
class Ensemble:
    """A forecast as possible values with weights (which need not add up to 1)."""

    values: NDArray[np.float64]
    weights: NDArray[np.float64]


def ensemble(values: Sequence[float], weights: Sequence[float] | None = None) -> Ensemble:
    """Return an ensemble; without weights all values weigh the same."""
    import numpy as np

    given = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    return Ensemble(np.asarray(values, dtype=np.float64), given)


def rival(name: str, of: BuildUp, others: Sequence[BuildUp], known_day: int, day: int) -> Ensemble | None:
    """Return what a rival forecasts for the share of the ceiling on a day; None where it can say nothing."""
    level = _level(of, known_day)
    if name == "last":
        return ensemble([level])
    if name == "plan":
        return _planned(of, known_day, day, level)
    values, clusters = [], []
    for other in others:
        share = other.share_on(day)
        if share is None:
            continue
        if name == "gap":
            base = _level(other, known_day)
            if base >= 1.0:
                continue
            share = level + (1.0 - level) * (share - base) / (1.0 - base)
        values.append(share)
        clusters.append(other.cluster)
    if not values:
        return None
    return ensemble(values, [1.0 / clusters.count(cluster) for cluster in clusters])


def boots_rival(others: Sequence[BuildUp], day: int) -> float | None:
    """Return the share of other missions that began with nobody and had somebody by a day, clusters alike."""
    told = [
        (outcome, each.cluster)
        for each in others
        if each.in_place == 0 and (outcome := boots_by(each, day)) is not None
    ]
    if not told:
        return None
    clusters = [cluster for _, cluster in told]
    weights = [1.0 / clusters.count(cluster) for cluster in clusters]
    return sum(w for (came, _), w in zip(told, weights, strict=True) if came) / sum(weights)


def boots_by(build_up: BuildUp, day: int) -> bool | None:
    """Tell whether first boots came by a day; None where the counts do not tell."""
    told = build_up.first_boots()
    if told is None:
        return None
    after, by = told
    if by is not None and by <= day:
        return True
    return False if after >= day else None


def _level(of: BuildUp, day: int) -> float:
    """Return the share that was last counted by a day, of what was in place without any."""
    return [each.troops for each in of.course() if each.day <= day][-1] / of.ceiling


def _planned(of: BuildUp, known_day: int, day: int, level: float) -> Ensemble | None:
    import datetime as dt

    today = of.day_0 + dt.timedelta(days=known_day)
    known = [each for each in of.plan if each.known_on <= today and each.date > today]
    if not known:
        return None
    plan = max(known, key=lambda each: each.known_on)
    until = plan.day_of(of.day_0)
    part = min(1.0, (day - known_day) / max(1, until - known_day))
    return ensemble([level + part * (plan.troops / of.ceiling - level)])
