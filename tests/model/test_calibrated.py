"""Simulation-based calibration: a world's own news become its history; what follows ranks uniformly in the forecast."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest
import scipy.stats as oracle

from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.scenario import Scenario
from tests.model import own_news

ACCEPTED = 0.001


def ranks(worlds: int, replications: int, seed: int = 1) -> dict[str, list[int]]:
    """Return for each measure the rank of the truth among the replications of its forecast, world by world."""
    found: dict[str, list[int]] = defaultdict(list)
    for number in range(worlds):
        chance = random.Random(seed * 1_000_003 + number)
        data = own_news.scenario(chance)
        truth = replicate(compile_plan(Scenario.model_validate(data)), Draws(seed, number, 1), number)
        known = chance.randint(5, 200)
        news = {"as_of": own_news.day(known), "history": own_news.history(data, truth, known)}
        plan = compile_plan(Scenario.model_validate({**data, **news}))
        draws = Draws(seed + 7_919 * (number + 1), 0, replications)
        forecasts = [own_news.measures(replicate(plan, draws, each), known) for each in range(replications)]
        for name, value in own_news.measures(truth, known).items():
            found[name].append(own_news.rank(chance, value, [forecast[name] for forecast in forecasts]))
    return found


def uniform(sample: list[int], replications: int, bins: int) -> float:
    """Return the chance that uniform ranks would lie so unevenly (χ²)."""
    counts = np.bincount([rank * bins // (replications + 1) for rank in sample], minlength=bins)
    return float(oracle.chisquare(counts).pvalue)


def verdicts(worlds: int, replications: int, bins: int, seed: int = 1) -> dict[str, float]:
    return {
        name: uniform(sample, replications, bins)
        for name, sample in ranks(worlds, replications, seed).items()
    }


def test_the_truth_ranks_uniformly_in_its_forecast() -> None:
    found = verdicts(worlds=60, replications=9, bins=5)
    assert min(found.values()) > 1e-5, sorted((p, name) for name, p in found.items())[:5]


@pytest.mark.slow
def test_the_truth_ranks_uniformly_in_its_forecast_over_many_worlds() -> None:
    found = verdicts(worlds=1_000, replications=59, bins=10)
    assert min(found.values()) > ACCEPTED, sorted((p, name) for name, p in found.items())[:8]
