"""Played replications as samples, and how surely a sample contradicts what it should be.

Seeds are fixed, so a test gives the same verdict every time; the threshold is the chance with which a correct
model would have been rejected when the seed was first chosen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import scipy.stats as oracle

from sim.model.replication import Logs, replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.plan.tables import Plan
from sim.scenario.scenario import Scenario

DAY = 86_400
FALSE_ALARM = 1e-6
NEVER = math.inf
Data = dict[str, Any]


def scenario(end: str = "2035-12-31", **blocks: Any) -> Scenario:
    """Return a scenario that starts on 1 January 2026."""
    return Scenario.model_validate({"scenario": "staged", "start": "2026-01-01", "end": end, **blocks})


def copies(many: int, block: Data, name: str = "fact") -> dict[str, Data]:
    """Return that many independent blocks: each draws from streams of its own name."""
    return {f"{name}{number:03}": block for number in range(many)}


def play(plan: Plan | Scenario, replications: int, seed: int = 0) -> list[Logs]:
    """Return the logs of replications 0, 1, …"""
    compiled = plan if isinstance(plan, Plan) else compile_plan(plan)
    draws = Draws(seed, 0, replications)
    return [replicate(compiled, draws, number) for number in range(replications)]


def first_changes(worlds: Iterable[Logs], names: Iterable[str], value: float = 1.0) -> np.ndarray:
    """Return for each world and fact the day on which it first took a value; NEVER if it did not."""
    wanted = list(names)
    days: list[float] = []
    for logs in worlds:
        first: dict[str, float] = {}
        for time, _, fact, new in logs.signals:
            if new == value:
                first.setdefault(fact, time / DAY)
        days.extend(first.get(name, NEVER) for name in wanted)
    return np.array(days)


def first_flows(worlds: Iterable[Logs], names: Iterable[str], source: str, target: str) -> np.ndarray:
    """Return for each world and contributor the day of its first flow between two stages; NEVER if none."""
    wanted = list(names)
    days: list[float] = []
    for logs in worlds:
        first: dict[str, float] = {}
        for time, _, contributor, _, left, entered, _, _ in logs.transitions:
            if (left, entered) == (source, target):
                first.setdefault(contributor, time / DAY)
        days.extend(first.get(name, NEVER) for name in wanted)
    return np.array(days)


def fit(sample: Sequence[float] | np.ndarray, cumulative: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the chance of so large a distance from a continuous law (Kolmogorov–Smirnov)."""
    return float(oracle.kstest(np.asarray(sample), cumulative).pvalue)


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """Return the chance that two samples of one law differ so much, NEVER counted as a value of its own."""
    far = 1.0 + max(sample[sample < NEVER].max(initial=0.0) for sample in (one, other))
    both = (np.minimum(one, far), np.minimum(other, far))
    return float(oracle.ks_2samp(*both, method="asymp").pvalue)


def share(successes: int, trials: int, probability: float) -> float:
    """Return the chance of a share so far from its probability."""
    return float(oracle.binomtest(successes, trials, probability).pvalue)


def mean(sample: np.ndarray, expected: float) -> float:
    """Return the chance of a mean so far from the one expected, by the sample's own spread."""
    error = sample.std(ddof=1) / math.sqrt(len(sample))
    return float(2 * oracle.norm.sf(abs(sample.mean() - expected) / error))
