"""Simulation-based calibration: a world's own news become its history; what follows ranks uniformly in the forecast."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
import scipy.stats as oracle

from sim.model.replication import replicate
from sim.model.tour import Tours
from sim.model.world import World
from sim.plan.coming import ObservedComing
from sim.plan.compilation import compile_plan
from sim.plan.observations import value_of
from sim.plan.randomness import Draws
from sim.plan.tables import Delay
from sim.plan.updating import learn
from sim.scenario.scenario import Scenario
from tests.model import own_news

ACCEPTED = 0.001


def ranks(worlds: int, replications: int, seed: int = 1, names: tuple[str, ...] = ()) -> dict[str, list[int]]:
    """Return for each measure the rank of the truth among the replications of its forecast, world by world.

    `names`: only these facts and contributors are in the scenario.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for number in range(worlds):
        chance = random.Random(seed * 1_000_003 + number)
        data = own_news.scenario(chance)
        data = own_news.part(data, *names) if names else data
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


def verdicts(
    worlds: int, replications: int, bins: int, seed: int = 1, names: tuple[str, ...] = ()
) -> dict[str, float]:
    """Return how likely ranks as uneven as those found are, by measure; those that nothing decides are left out."""
    found = ranks(worlds, replications, seed, names)
    return {name: uniform(sample, replications, bins) for name, sample in found.items()}


def test_the_truth_ranks_uniformly_in_its_forecast() -> None:
    found = verdicts(worlds=60, replications=9, bins=5)
    assert min(found.values()) > 1e-5, sorted((p, name) for name, p in found.items())[:5]


@pytest.mark.slow
def test_the_truth_ranks_uniformly_in_its_forecast_over_many_worlds() -> None:
    found = verdicts(worlds=1_000, replications=59, bins=10)
    assert min(found.values()) > ACCEPTED, sorted((p, name) for name, p in found.items())[:8]


def _nothing(*_: object) -> None:
    """Observe nothing."""


def _prior(uncertain: object, _: object) -> object:
    return learn(uncertain, ())  # type: ignore[arg-type]


def _no_process(*_: object) -> Iterator[object]:
    """Observe nothing, as a process."""
    yield from ()


def _never_as_stated(coming: ObservedComing, values: Mapping[str, float]) -> float:
    return value_of(coming.never, values)


def _as_asked(world: object, fact: object, bell: object, began: int) -> Iterator[object]:
    """Wait until chance resumes, and answer with the probability as stated."""
    yield world.rounds.until(fact.resumes)  # type: ignore[attr-defined]
    return world.quantity(fact.probability)  # type: ignore[attr-defined]


def _whole_tour(tours: Tours, began: int) -> int:
    return max(began + tours._world.length(tours._plan.every), tours._contingent.row.resumes)


def _from_now(world: World, delay: Delay, since: int, variate: int | None = None) -> int:
    """Begin a delay anew when chance resumes."""
    number = world.stream(delay.stream).index if variate is None else variate
    length = delay.law.at_hazard(world.stream(delay.stream).hazard_of(number)) * world.scale(delay)
    return max(since, world.resumes(delay)) + int(length)


OFF: dict[str, tuple[str, object, tuple[str, ...]]] = {
    "never-comes": ("sim.plan.coming.ObservedComing.chance", _never_as_stated, ("b", "calm")),
    "the pace that delays share": ("sim.model.rehearsal.learn", _prior, ("mandate", "calm", "b", "t")),
    "what milestones are likely to become": ("sim.model.facts._probability", _as_asked, ("mandate",)),
    "how long preparations and courses have run": (
        "sim.model.world.World.due",
        _from_now,
        ("t", "b", "calm"),
    ),
    "rates of casualties": ("sim.model.watching._watch_casualties", _nothing, ("c",)),
    "rates of incidents": ("sim.model.watching._incidents", _no_process, ("incidents", "calm")),
    "shares delivered": ("sim.model.rehearsal.observed_deliveries", lambda plan: (), ("a", "mandate")),
    "vetted shares": ("sim.model.notes.Notes.passed", _nothing, ("t",)),
    "measured progress": (
        "sim.model.progress._Work._bounds",
        lambda work: (0.0, float("inf")),
        ("funding", "calm"),
    ),
    "how long tours have run": ("sim.model.tour.Tours._due", _whole_tour, ("c",)),
}
"""What is switched off, by what, and in which part of the scenario it shows."""


@pytest.mark.slow
@pytest.mark.parametrize("name", OFF)
def test_without_conditioning_it_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, instead, names = OFF[name]
    right = verdicts(300, 19, 5, names=names)
    assert min(right.values()) > ACCEPTED / 10, sorted((p, each) for each, p in right.items())[:4]
    monkeypatch.setattr(where, instead)
    wrong = verdicts(300, 19, 5, names=names)
    assert min(wrong.values()) < ACCEPTED / 100, sorted((p, each) for each, p in wrong.items())[:4]
