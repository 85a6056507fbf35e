"""What a run would answer with other numbers, from the worlds that are stored: each one weighed, none played."""

from __future__ import annotations

import datetime as dt
import math
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from statistics import NormalDist
from typing import TYPE_CHECKING

from sim.batch.following import key_of, paths_of
from sim.batch.manifest import present_versions
from sim.errors import TimeUpError, UsageError
from sim.plan.changed_laws import ChangedLaws, changed_laws
from sim.results.changes import deployed_changes
from sim.results.levels import daily_levels
from sim.results.selection import members
from sim.results.statistics import CONFIDENCE, mean_interval, rank
from sim.studies.courses import Courses, courses_of, joined
from sim.studies.intervals import IntervalEstimate
from sim.studies.outcomes import outcomes_of
from sim.studies.streams import Streams
from sim.studies.views import of_blocks
from sim.studies.weights import FEWEST, CannotWeighError, Weigher, effective, normalised

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from sim.batch.spans import Span
    from sim.batch.workers import Workers
    from sim.model.path import Path
    from sim.plan.tables import Plan
    from sim.results.run import Run

FEWEST_FOLLOWED, MOST_FOLLOWED = 2_000, 20_000
"""Of a longer run so many worlds are replayed and weighed; fewer where they would take more than 512 MiB."""
_MOST_BYTES = 1 << 29

COLUMNS = ("measure", "item", "date", "value", "low", "high", "as_run", "as_run_low", "as_run_high")


@dataclass(frozen=True)
class Worlds:
    """A run's stored worlds with what their course hung on, in the order of the run's replications.

    `left` is how many worlds of the stored run were not replayed in the time allowed, `spared` how many since the
    others are enough; `run` is without them.
    """

    run: Run
    plan: Plan
    courses: Courses
    """What the courses hung on, by stream."""
    left: int = 0
    spared: int = 0

    @cached_property
    def streams(self) -> Streams:
        """The plan's tables by stream."""
        return Streams(self.plan)


@dataclass(frozen=True, slots=True)
class WeighedNumber:
    """One number of the run: as it was played, and as weighed."""

    measure: str
    item: str
    date: str
    weighed: IntervalEstimate
    as_run: IntervalEstimate


@dataclass(frozen=True)
class WhatIf:
    """The answers of a run with other numbers; they rest on so many effective worlds."""

    settings: tuple[str, ...]
    effective: float
    worlds: int
    weights: NDArray[np.float64]
    answers: tuple[WeighedNumber, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a number: `measure`, `item`, `date`, `value`, `low`, `high`, `as_run` with its ends."""
        import pandas as pd

        rows = [
            (
                each.measure,
                each.item,
                each.date,
                *(each.weighed.value, each.weighed.low, each.weighed.high),
                *(each.as_run.value, each.as_run.low, each.as_run.high),
            )
            for each in self.answers
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))


def worlds_of(run: Run, workers: Workers) -> Worlds:
    """Return the worlds of a run with their courses, replayed if they were not before.

    Of a run of more than 20,000 the first so many: further ones would make little difference to an answer, and cost as
    much time and memory as they all did to play by SimPy.

    UsageError if other versions of the simulator made the run: they would not replay the same worlds. Where the time
    allowed to the workers is up, the worlds of those blocks that were replayed.
    """
    from sim.plan.compilation import compile_plan

    if dict(run.manifest["versions"]) != present_versions():
        raise UsageError(
            f"{run.folder}: was made by other versions, whose worlds cannot be replayed; run the scenario again"
        )
    plan, seed = compile_plan(run.scenario), int(run.manifest["seed"])
    key = key_of(str(run.manifest["digest"]), seed)
    parts: dict[Span, Courses] = {}

    def follow(spans: Sequence[Span]) -> None:
        for span, paths in paths_of(run.folder, plan, seed, spans, key=key, workers=workers):
            parts[span] = courses_of(_in_order(run, span, paths))

    asked = run.spans
    if run.replications > FEWEST_FOLLOWED:
        follow(asked[:1])
        asked = _enough(asked, next(iter(parts.values()), None))
    follow([span for span in asked if span not in parts])
    whole, replayed = of_blocks(run, asked), of_blocks(run, parts)
    if not replayed.replications:
        raise TimeUpError(
            f"{run.folder}: the time given was up before any world was replayed; ask again to go on"
        )
    courses = joined([parts[span] for span in run.spans if span in parts])
    left, spared = whole.replications - replayed.replications, run.replications - whole.replications
    return Worlds(replayed, plan, courses, left, spared)


def _in_order(run: Run, span: Span, paths: Mapping[int, Path]) -> list[Path]:
    """Return the paths of a block's worlds in the order of the run's; UsageError if one cannot be replayed."""
    numbers = of_blocks(run, [span]).numbers.tolist()
    missing = [number for number in numbers if number not in paths]
    if missing:
        raise UsageError(f"{run.folder}: replication {missing[0]} cannot be replayed; run the scenario again")
    return [paths[number] for number in numbers]


def _enough(spans: Sequence[Span], first: Courses | None) -> tuple[Span, ...]:
    """Return the first blocks, of at most so many worlds as are weighed, and as the memory for them holds."""
    most = MOST_FOLLOWED
    if first is not None and first.worlds:
        most = max(FEWEST_FOLLOWED, min(most, _MOST_BYTES * first.worlds // max(1, first.size)))
    total = list(accumulate(span.count for span in spans))
    return tuple(span for span, reached in zip(spans, total, strict=True) if reached <= most)


def plan_with(run: Run, settings: Sequence[str]) -> Plan:
    """Return the plan of a run's scenario with other values, each `path=value`; ScenarioError as in `isf run`."""
    from sim.plan.compilation import compile_plan
    from sim.scenario.loading import load_resolved

    return compile_plan(load_resolved(run.folder / "scenario.yaml", settings).scenario)


def whatif(worlds: Worlds, settings: Sequence[str]) -> WhatIf:
    """Return what a run would answer with other values.

    CannotWeighError, with the command that plays it, if the stored worlds do not hold the answer: the edit is no
    edit of laws, leads to values that were never played, or leaves fewer than 200 effective worlds.
    """
    try:
        weights = weights_of(worlds, plan_with(worlds.run, settings))
    except CannotWeighError as error:
        raise CannotWeighError(f"{error}; play it: {command(worlds.run, settings)}") from None
    found = effective(weights)
    if found < FEWEST:
        raise CannotWeighError(
            f"the answer would rest on {found:.0f} of {len(weights):,} worlds, fewer than {FEWEST}; "
            f"play it: {command(worlds.run, settings)}"
        )
    return WhatIf(tuple(settings), found, len(weights), weights, tuple(answers_of(worlds.run, weights)))


def weights_of(worlds: Worlds, other: Plan) -> NDArray[np.float64]:
    """Return the weight of each world, with mean 1; CannotWeighError as `Weigher` and `normalised`."""
    return weights_by(worlds, changed_laws(worlds.plan, other))


def weights_by(worlds: Worlds, changed: ChangedLaws) -> NDArray[np.float64]:
    """Return the weight of each world with laws exchanged; CannotWeighError as `Weigher` and `normalised`."""
    return normalised(Weigher(worlds.streams, changed).log_ratios(worlds.courses))


def command(run: Run, settings: Sequence[str]) -> str:
    """Return the command that plays an edit."""
    file = shlex.quote(str(run.folder / "scenario.yaml"))
    sets = " ".join(f"--set {shlex.quote(each)}" for each in settings)
    number = len(run.numbers)
    return f"isf run {file} {sets} -n {number} --seed {run.manifest['seed']}"


def answers_of(run: Run, weights: NDArray[np.float64]) -> Iterator[WeighedNumber]:
    """Yield the chance of each target, levels at their dates and the end, and the chance of each arrival."""
    import numpy as np

    same = np.ones(run.replications)
    for outcome in outcomes_of(run):
        holds, own = outcome.holds.astype(float), outcome.places
        date = outcome.by.isoformat()
        yield _answer(("target_held", outcome.name, date), holds, weights[own], same[own], share_of)
    for day, level in _levels(run):
        yield _answer(("level_mean", "force", day.isoformat()), level, weights, same, mean_of)
        yield _answer(("level_q50", "force", day.isoformat()), level, weights, same, median_of)
    bodies = members(run.scenario)
    deployed = deployed_changes(run, bodies)
    for name in sorted({body.contributor for body in bodies}):
        first = deployed.of([n for n, body in enumerate(bodies) if body.contributor == name]).first_at_least(
            1
        )
        yield _answer(("arrival", name, ""), np.isfinite(first).astype(float), weights, same, share_of)


def _levels(run: Run) -> Iterator[tuple[dt.date, NDArray[np.float64]]]:
    scenario, levels = run.scenario, daily_levels(run)
    asked = {target.by for target in scenario.targets.values() if scenario.start <= target.by <= scenario.end}
    for date in sorted({*asked, scenario.end}):
        yield date, levels.on(date).astype(float)


def _answer(
    key: tuple[str, str, str],
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    same: NDArray[np.float64],
    estimate: Callable[[NDArray[np.float64], NDArray[np.float64]], IntervalEstimate],
) -> WeighedNumber:
    return WeighedNumber(*key, estimate(values, weights), estimate(values, same))


def mean_of(values: NDArray[np.float64], weights: NDArray[np.float64]) -> IntervalEstimate:
    """Return a weighted mean with the interval of a ratio estimate, Student's with the effective number.

    Where all worlds weigh alike it is the run's own, with the interval that the run has.
    """
    import numpy as np
    from scipy.special import stdtrit

    if (weights == weights[0]).all():
        low, high = mean_interval(values)
        return IntervalEstimate(float(values.mean()), max(0.0, low), high)
    parts = weights / weights.sum()
    mean = float(np.dot(parts, values))
    variance = float(np.dot(parts**2, (values - mean) ** 2))
    freedom = max(1.0, effective(weights) - 1)
    half = float(stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * math.sqrt(variance * (freedom + 1) / freedom)
    return IntervalEstimate(mean, max(0.0, mean - half), mean + half)


def share_of(hits: NDArray[np.float64], weights: NDArray[np.float64]) -> IntervalEstimate:
    """Return a weighted share with Wilson's interval for as many worlds as its variance is worth."""
    import numpy as np

    if not weights.sum() > 0:
        return IntervalEstimate(math.nan, 0.0, 1.0)
    parts = weights / weights.sum()
    share = min(1.0, max(0.0, float(np.dot(parts, hits))))
    variance = float(np.dot(parts**2, (hits - share) ** 2))
    worth = share * (1 - share) / variance if variance > 0 and 0 < share < 1 else effective(weights)
    return IntervalEstimate(share, *_wilson(share, worth))


def _wilson(share: float, trials: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    whole = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / whole
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / whole
    return max(0.0, centre - half), min(1.0, centre + half)


def median_of(values: NDArray[np.float64], weights: NDArray[np.float64]) -> IntervalEstimate:
    """Return a weighted median with the interval that Wilson's for the share below it gives."""
    low, high = _wilson(0.5, effective(weights))
    at = [quantile_weighed(values, weights, share) for share in (0.5, low, high)]
    return IntervalEstimate(*at)


def quantile_weighed(values: NDArray[np.float64], weights: NDArray[np.float64], share: float) -> float:
    """Return the smallest value that at least that share of the weight does not exceed."""
    import numpy as np

    if (weights == weights[0]).all():
        return float(np.sort(values)[rank(share, values.size)])
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order[min(values.size - 1, int(np.searchsorted(reached, share - 1e-12)))]])


def headline(answers: Sequence[WeighedNumber]) -> Mapping[tuple[str, str, str], WeighedNumber]:
    """Return the answers by what they answer."""
    return {(each.measure, each.item, each.date): each for each in answers}
