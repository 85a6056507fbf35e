"""How often intervals hold the truth, over many independent repetitions of small made-up samples.

The samples are drawn from laws whose truth is known; the intervals come from the simulator's own functions.
`tests/benchmarks/interval_coverage.py` asks for thousands of repetitions, the tests for a few hundred.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.results.run import Run
from sim.studies.effects import contrast_of, effect_of, median_contrast_of
from sim.studies.intervals import IntervalEstimate
from sim.studies.measures import Measuring
from sim.studies.pairing import Pairing
from sim.studies.questions import questions_of_both
from sim.studies.samples import Kind, Sample

CONTINUOUS = (0.935, 0.97)
DISCRETE = (0.925, 1.0)
HORIZON = 365.0

Draw = Callable[[np.random.Generator, int], tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True)
class Case:
    """One measure: the pairs of values that worlds have, the two truths, and the bounds of the coverage."""

    name: str
    kind: Kind
    draw: Draw
    truth: tuple[float, float]
    bounds: tuple[float, float]
    worlds: int
    paired: bool = True
    conditional: bool = False


@dataclass(frozen=True)
class Covered:
    """How often the interval of a measure held its truth."""

    name: str
    share: float
    repetitions: int
    bounds: tuple[float, float]

    @property
    def holds(self) -> bool:
        """Whether the share lies in its bounds, with two standard errors of the repetitions to spare."""
        spare = 2 * math.sqrt(0.05 * 0.95 / self.repetitions)
        return self.bounds[0] - spare <= self.share <= self.bounds[1] + spare


def coverages(repetitions: int, seed: int = 0, medians: int | None = None) -> Iterator[Covered]:
    """Yield how often each interval holds the truth: of single numbers and of differences.

    Interactions of medians take the most time; `medians` says how often they are repeated, if not as often.
    """
    for place, case in enumerate(CASES):
        generator = np.random.default_rng([seed, place])
        hits = np.array([_hits(case, generator) for _ in range(repetitions)])
        yield Covered(case.name, float(hits[:, 0].mean()), repetitions, case.bounds)
        words = "paired difference" if case.paired else "independent difference"
        yield Covered(f"{case.name}, {words}", float(hits[:, 1].mean()), repetitions, case.bounds)
    generator = np.random.default_rng([seed, len(CASES)])
    hits_of_contrast = [_contrast_hit(generator) for _ in range(repetitions)]
    yield Covered("interaction of two probabilities", float(np.mean(hits_of_contrast)), repetitions, DISCRETE)
    for place, (name, draw, worlds) in enumerate(MEDIAN_CONTRASTS, start=1):
        generator = np.random.default_rng([seed, len(CASES) + place])
        hits_of_contrast = [
            _median_contrast_hit(generator, draw, worlds) for _ in range(medians or repetitions)
        ]
        share = float(np.mean(hits_of_contrast))
        yield Covered(f"interaction of two medians, {name}", share, len(hits_of_contrast), DISCRETE)


def played_coverages(
    run: Run, baseline: Run, truths: Mapping[tuple[str, str], tuple[float, float]], worlds: int
) -> Iterator[Covered]:
    """Yield the same from two played runs, cut into independent samples of so many worlds each.

    `truths` has what is true of the run and of the baseline, by measure and item.
    """
    asked = questions_of_both(run.scenario, baseline.scenario, "run", "baseline")
    own, other = Measuring(run).answers(asked), Measuring(baseline).answers(asked)
    repetitions = run.replications // worlds
    for (measure, item), (first, second) in truths.items():
        (key,) = (key for key in own if (key.measure, key.item) == (measure, item))
        hits = []
        for repetition in range(repetitions):
            places = np.arange(repetition * worlds, (repetition + 1) * worlds)
            effect = effect_of(own[key], other[key], Pairing(True, False, "", places, places))
            hits.append((_holds(effect.own, first), _holds(effect.difference, first - second)))
        bounds = CONTINUOUS if own[key].kind == "mean" else DISCRETE
        for name, share in zip(
            (measure, f"{measure}, paired difference"), np.mean(hits, axis=0), strict=True
        ):
            yield Covered(name, float(share), repetitions, bounds)


def _hits(case: Case, generator: np.random.Generator) -> tuple[bool, bool]:
    x, y = case.draw(generator, case.worlds)
    masks: tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None] = (None, None)
    if case.conditional:
        masks = (generator.random(case.worlds) < 0.6, generator.random(case.worlds) < 0.6)
    own, other = (Sample(case.kind, values, mask) for values, mask in zip((x, y), masks, strict=True))
    places = np.arange(case.worlds)
    effect = effect_of(own, other, Pairing(case.paired, False, "", places, places))
    first, second = case.truth
    return _holds(effect.own, first), _holds(effect.difference, first - second)


def _holds(estimate: IntervalEstimate, truth: float) -> bool:
    return estimate.low - 1e-12 <= truth <= estimate.high + 1e-12


def _normals(generator: np.random.Generator, worlds: int, correlation: float) -> tuple[NDArray, NDArray]:
    common, own, other = generator.standard_normal((3, worlds))
    share, rest = math.sqrt(correlation), math.sqrt(1 - correlation)
    return share * common + rest * own, share * common + rest * other


def _levels(correlation: float) -> Draw:
    def draw(generator: np.random.Generator, worlds: int) -> tuple[NDArray, NDArray]:
        x, y = _normals(generator, worlds, correlation)
        return 1000 * np.exp(0.5 * x), 900 * np.exp(0.5 * y)

    return draw


def _shares(first: float, second: float, correlation: float) -> Draw:
    limits = NormalDist().inv_cdf(first), NormalDist().inv_cdf(second)

    def draw(generator: np.random.Generator, worlds: int) -> tuple[NDArray, NDArray]:
        x, y = _normals(generator, worlds, correlation)
        return (x < limits[0]).astype(float), (y < limits[1]).astype(float)

    return draw


def _uniforms(generator: np.random.Generator, worlds: int) -> tuple[NDArray, NDArray]:
    x, y = _normals(generator, worlds, 0.8)
    return ndtr(x), ndtr(y)


def _times(first: float, second: float, capped: bool) -> Draw:
    """Exponential times with these means, of strongly correlated worlds; beyond the horizon never."""

    def draw(generator: np.random.Generator, worlds: int) -> tuple[NDArray, NDArray]:
        times = [
            -mean * np.log1p(-u)
            for mean, u in zip((first, second), _uniforms(generator, worlds), strict=True)
        ]
        if capped:
            return np.minimum(times[0], HORIZON), np.minimum(times[1], HORIZON)
        return tuple(np.where(time > HORIZON, np.inf, time) for time in times)  # type: ignore[return-value]

    return draw


def _capped_mean(mean: float) -> float:
    return mean * (1 - math.exp(-HORIZON / mean))


def _troops(first: float, second: float) -> Draw:
    """Nobody in many worlds, whole contingents in the others, as force levels are."""

    def draw(generator: np.random.Generator, worlds: int) -> tuple[NDArray, NDArray]:
        x, y = _uniforms(generator, worlds)
        steps = np.array([0.0, 500.0, 1200.0, 2000.0])
        return tuple(  # type: ignore[return-value]
            steps[np.searchsorted([1 - share, 1 - share / 2, 1 - share / 4], u, side="right")]
            for share, u in ((first, x), (second, y))
        )

    return draw


def _mean_troops(share: float) -> float:
    return share / 2 * 500 + share / 4 * 1200 + share / 4 * 2000


def _rare(share: float) -> Draw:
    """A cause that few worlds know, a little commoner in the first."""

    def draw(generator: np.random.Generator, worlds: int) -> tuple[NDArray, NDArray]:
        u, sizes = generator.random(worlds), 1000 * np.exp(0.5 * generator.standard_normal(worlds))
        return np.where(u < 1.5 * share, sizes, 0.0), np.where(u < share, sizes, 0.0)

    return draw


def _boots(generator: np.random.Generator, worlds: int) -> tuple[NDArray, NDArray]:
    """First boots, on other days in one world of twelve."""
    days = 60 + np.floor(20 * generator.gamma(2, 1, worlds))
    later = np.floor(generator.exponential(30, worlds))
    return days, np.where(generator.random(worlds) < 0.08, days + later, days)


_RARE = 1000 * math.exp(0.125)
_LEVEL = (1000 * math.exp(0.125), 900 * math.exp(0.125))
_MEDIANS = (1000.0, 900.0)

CASES = (
    Case("mean level", "mean", _levels(0.8), _LEVEL, CONTINUOUS, 250),
    Case(
        "mean level, many at zero",
        "mean",
        _troops(0.4, 0.3),
        (_mean_troops(0.4), _mean_troops(0.3)),
        CONTINUOUS,
        250,
    ),
    Case("mean level, independent", "mean", _levels(0.0), _LEVEL, CONTINUOUS, 250, paired=False),
    Case("troop-days of a rare cause", "mean", _rare(0.03), (0.045 * _RARE, 0.03 * _RARE), DISCRETE, 250),
    Case("first boots, few worlds differ", "median", _boots, (93.0, 95.0), DISCRETE, 250),
    Case("median level", "median", _levels(0.8), _MEDIANS, CONTINUOUS, 1000),
    Case("median of whole contingents", "median", _troops(0.7, 0.65), (500.0, 500.0), DISCRETE, 250),
    Case("probability", "share", _shares(0.5, 0.45, 0.8), (0.5, 0.45), DISCRETE, 250),
    Case("small probability", "share", _shares(0.03, 0.02, 0.6), (0.03, 0.02), DISCRETE, 250),
    Case("nearly equal probability", "share", _shares(0.3, 0.3, 0.999), (0.3, 0.3), DISCRETE, 250),
    Case(
        "probability, independent", "share", _shares(0.5, 0.1, 0.0), (0.5, 0.1), DISCRETE, 100, paired=False
    ),
    Case(
        "conditional probability",
        "share",
        _shares(0.5, 0.3, 0.8),
        (0.5, 0.3),
        DISCRETE,
        250,
        conditional=True,
    ),
    Case(
        "time to target, restricted mean",
        "mean",
        _times(200, 260, capped=True),
        (_capped_mean(200), _capped_mean(260)),
        CONTINUOUS,
        250,
    ),
    Case(
        "time to target, median",
        "median",
        _times(200, 260, capped=False),
        (200 * math.log(2), 260 * math.log(2)),
        CONTINUOUS,
        1000,
    ),
)


def _contrast_hit(generator: np.random.Generator) -> bool:
    """One repetition of two changes and both: the truth is that they add up."""
    worlds, shares = 250, (0.2, 0.25, 0.3, 0.35)
    common = generator.standard_normal(worlds)
    values = [
        (
            math.sqrt(0.8) * common + math.sqrt(0.2) * generator.standard_normal(worlds)
            < NormalDist().inv_cdf(share)
        ).astype(float)
        for share in shares
    ]
    found = contrast_of(values[0], values[1], values[2], values[3], discrete=True)
    return _holds(found, 0.0)


def _added_levels(generator: np.random.Generator, worlds: int) -> tuple[list[NDArray[np.float64]], float]:
    """Force levels that correlate, and what the four medians of their law come to."""
    medians, common = (1000.0, 1200.0, 1100.0, 1500.0), generator.standard_normal(worlds)
    parts = [0.9 * common + math.sqrt(0.19) * generator.standard_normal(worlds) for _ in medians]
    levels = [median * np.exp(0.5 * part) for median, part in zip(medians, parts, strict=True)]
    return levels, medians[3] - medians[1] - medians[2] + medians[0]


def _added_contingents(
    generator: np.random.Generator, worlds: int
) -> tuple[list[NDArray[np.float64]], float]:
    """Whole contingents, of which those of one change are the baseline's in nearly every world."""
    u, v = _uniforms(generator, worlds)
    mixed = np.where(generator.random(worlds) < 0.02, v, u)
    edges = ((0.3, 0.65), (0.3, 0.65), (0.2, 0.45), (0.2, 0.45))
    drawn = [
        500.0 * np.searchsorted(edge, part) for edge, part in zip(edges, (u, mixed, u, mixed), strict=True)
    ]
    return drawn, 1000.0 - 500.0 - 1000.0 + 500.0


MEDIAN_CONTRASTS = (
    ("levels", _added_levels, 1000),
    ("whole contingents", _added_contingents, 250),
)


def _median_contrast_hit(generator: np.random.Generator, draw: Callable[..., Any], worlds: int) -> bool:
    values, truth = draw(generator, worlds)
    return _holds(median_contrast_of([Sample("median", each, least=0.0) for each in values]), truth)
