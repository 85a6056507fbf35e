"""Simulation-based calibration: a world's own news become its history; what follows ranks uniformly in the forecast."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

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


Build = Callable[[random.Random], own_news.Data]


def ranks(
    worlds: int,
    replications: int,
    seed: int = 1,
    build: Build = own_news.scenario,
    between: tuple[int, int] = (5, 200),
) -> dict[str, list[tuple[float, int]]]:
    """Return for each measure, world by world, how much was known and the truth's rank in the forecast.

    What is known by some day `between` two is the forecast's history; how much, as numbers recorded a day.
    """
    found: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number in range(worlds):
        chance = random.Random(seed * 1_000_003 + number)
        data = build(chance)
        truth = replicate(compile_plan(Scenario.model_validate(data)), Draws(seed, number, 1), number)
        known = chance.randint(*between)
        history = own_news.history(data, truth, known)
        news = {"as_of": own_news.day(known), "history": history}
        told = sum(
            record.get("troops", 0) + record.get("count", 0)
            for record in history
            if record.get("event") != "pledged"
        )
        plan = compile_plan(Scenario.model_validate({**data, **news}))
        draws = Draws(seed + 7_919 * (number + 1), 0, replications)
        forecasts = [own_news.measures(replicate(plan, draws, each), known) for each in range(replications)]
        for name, value in own_news.measures(truth, known).items():
            place = own_news.rank(chance, value, [forecast[name] for forecast in forecasts])
            found[name].append((told / known, place))
    return found


def uniform(sample: list[int], replications: int, bins: int) -> float:
    """Return the chance that uniform ranks would lie so unevenly (χ²)."""
    counts = np.bincount([rank * bins // (replications + 1) for rank in sample], minlength=bins)
    return float(oracle.chisquare(counts).pvalue)


def verdicts(worlds: int, replications: int, bins: int, **which: Any) -> dict[str, float]:
    """Return how likely ranks as uneven as those found are: by measure, in all worlds and by what was known.

    A forecast that ignores its history is calibrated over all worlds, but not where much (or little) had happened.
    """
    found: dict[str, float] = {}
    for name, sample in ranks(worlds, replications, **which).items():
        middle = float(np.median([told for told, _ in sample]))
        much = [place for told, place in sample if told > middle]
        little = [place for told, place in sample if told <= middle]
        found[name] = uniform([place for _, place in sample], replications, bins)
        for known, places in (("much", much), ("little", little)):
            if len(places) >= 10 * bins:
                found[f"{name}, {known} known"] = uniform(places, replications, bins)
    return found


@pytest.mark.long
def test_the_truth_ranks_uniformly_in_its_forecast() -> None:
    found = verdicts(worlds=20, replications=9, bins=5)
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


def _of(facts: own_news.Data = {}, **blocks: Any) -> Build:  # noqa: B006 - never changed
    """Return how to build a scenario of a few blocks; its numbers are not random."""
    frame = {"scenario": "one construct", "start": own_news.day(0), "end": own_news.day(own_news.END)}
    return lambda _: {**frame, "facts": dict(facts), "contributors": {}, **blocks}


def _delay(median: int, p90: int, **keys: str) -> own_news.Data:
    return {"median": f"{median} days", "p90": f"{p90} days", **keys}


def _body(troops: int, role: str = "infantry", **keys: Any) -> own_news.Data:
    return {"troops": troops, "role": role, **keys}


TEMPO = {"tempo": {"one_of": {0.5: 1, 2: 1}}}
TRAINERS = {"t": {"contingents": {"u": _body(10, "trainers")}}}
POLICE = {
    "force": "police",
    "trained_by": "trainers",
    "trainees_per_trainer": 5,
    "course": _delay(20, 30),
    "recruits": 300,
    "vetted": {"one_of": {0.2: 1, 0.9: 1}},
}
TOURS = {"every": _delay(80, 200), "relief_probability": 0}

OFF: dict[str, tuple[str, object, Build, tuple[int, int]]] = {
    "never-comes": (
        "sim.plan.coming.ObservedComing.chance",
        _never_as_stated,
        _of(
            contributors={
                "b": {"never_arrives": 0.5, "contingents": {"u": _body(700, prepares_for=_delay(30, 50))}}
            }
        ),
        (50, 150),
    ),
    "the pace that delays share": (
        "sim.model.rehearsal.learn",
        _prior,
        _of(
            {"mandate": {"kind": "milestone", "after": _delay(60, 80, times="tempo")}},
            uncertain=TEMPO,
            contributors={
                "t": {"contingents": {"u": _body(10, "trainers", prepares_for=_delay(60, 80, times="tempo"))}}
            },
        ),
        (20, 110),
    ),
    "what milestones are likely to become": (
        "sim.model.facts._probability",
        _as_asked,
        _of({"mandate": {"kind": "milestone", "probability": 0.5, "after": _delay(30, 60)}}),
        (40, 150),
    ),
    "how long preparations have run": (
        "sim.model.world.World.due",
        _from_now,
        _of(contributors={"t": {"contingents": {"u": _body(10, "trainers", prepares_for=_delay(90, 110))}}}),
        (40, 90),
    ),
    "rates of casualties": (
        "sim.model.watching._watch_casualties",
        _nothing,
        _of(
            contributors={"c": {"contingents": {"u": _body(400)}}},
            theatre={
                "casualties": {
                    "rate": {"one_of": {"1 per 1000 per 30 days": 1, "20 per 1000 per 30 days": 1}}
                }
            },
        ),
        (120, 120),
    ),
    "rates of incidents": (
        "sim.model.watching._incidents",
        _no_process,
        _of(
            {
                "incidents": {
                    "kind": "events",
                    "past": {},
                    "rate": {"one_of": {"1 per 30 days": 1, "1 per 4 days": 1}},
                }
            }
        ),
        (40, 200),
    ),
    "shares delivered": (
        "sim.model.rehearsal.observed_deliveries",
        lambda plan: (),
        _of(
            contributors={
                "b": {
                    "delivers": {"one_of": {0.3: 1, 0.9: 1}},
                    "contingents": {
                        "u": _body(100, prepares_for=_delay(10, 15)),
                        "v": _body(1_000, prepares_for=_delay(120, 140)),
                    },
                }
            }
        ),
        (40, 90),
    ),
    "vetted shares": (
        "sim.model.notes.Notes.passed",
        _nothing,
        _of(contributors=TRAINERS, trained_forces={"police": POLICE}),
        (50, 100),
    ),
    "measured progress": (
        "sim.model.progress._Work._bounds",
        lambda work: (0.0, float("inf")),
        _of(
            {
                "funding": {
                    "kind": "progress",
                    "duration": {"one_of": {"60 days": 1, "150 days": 1, "290 days": 1}},
                    "steps": 10,
                }
            }
        ),
        (30, 100),
    ),
    "how long tours have run": (
        "sim.model.tour.Tours._due",
        _whole_tour,
        _of(contributors={"c": {"contingents": {"u": _body(400, tour=TOURS)}}}),
        (60, 100),
    ),
}
"""What is switched off, by what, in which scenario it shows, and between which days news are known."""


def switched_off(name: str, worlds: int, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float]:
    """Return the least chance of ranks so uneven, with the conditioning and without it."""
    where, instead, build, between = OFF[name]
    right = min(verdicts(worlds, 9, 5, build=build, between=between).values())
    with monkeypatch.context() as off:
        off.setattr(where, instead)
        wrong = min(verdicts(worlds, 9, 5, build=build, between=between).values())
    return right, wrong


@pytest.mark.slow
@pytest.mark.parametrize("name", OFF)
def test_without_conditioning_it_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right, wrong = switched_off(name, 400, monkeypatch)
    assert right > ACCEPTED / 10
    assert wrong < ACCEPTED
