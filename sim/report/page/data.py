"""What a page holds: levels, dates and weights of every world, as small integers.

Weights of a slider are the logarithms of how much likelier each world becomes at each degree, to a thousandth; so a
number on the page is that of `isf whatif` to well within what is shown. Weights of several sliders multiply, as
likelihoods of different uses of chance do; two numbers of one and the same use are not offered together.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.report.sensitivity_findings import percents, setting_words
from sim.report.telling.whatif import left_words, spared_words
from sim.results.arrivals import first_deployed
from sim.results.levels import daily_levels
from sim.results.reading import read_beforehand
from sim.results.selection import headline
from sim.scenario.loading import load_resolved
from sim.studies.assumptions import PROBABILITIES
from sim.studies.edits import Edits
from sim.studies.outcomes import asked_for_outcomes, outcomes_of
from sim.studies.sliders import DEGREES, Slider, sliders_of
from sim.studies.weights import FEWEST, CannotWeighError, effective
from sim.studies.whatif import Worlds, mean_of, share_of, weights_by
from sim.words.assumptions import assumption_words
from sim.words.dates import day, short_day
from sim.words.names import printable, readable
from sim.words.numbers import counted, left_out, whole

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    from numpy.typing import NDArray

    from sim.batch.allowance import Allowance
    from sim.plan.changed_laws import ChangedLaws
    from sim.results.run import Run
    from sim.scenario.scenario import Scenario

MOST_SLIDERS = 6
MOST_DAYS = 40
SCREENED_AT_ONCE = 500
"""So many numbers are weighed before it is asked whether there is time for more: compiling a plan costs most."""
LOG_STEP = 0.001
_LEAST_LOG = -30_000
_NEVER = -1
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Weighed:
    """A slider with the log weights [degrees, worlds] of its degrees; None where the worlds do not hold one."""

    slider: Slider
    logs: tuple[NDArray[np.float64] | None, ...]
    moves: float
    """By how much the mean force on the last day differs between its ends."""


def page_data(
    worlds: Worlds,
    others: Sequence[Run],
    paths: Sequence[str],
    progress: Progress = lambda message: None,
    *,
    allowance: Allowance | None = None,
    cut: Progress = lambda message: None,
) -> dict[str, Any]:
    """Return all that a page holds, ready for JSON.

    `paths` names the sliders; without any those are chosen that move the force most. UsageError for a path that is
    no number of the scenario that can be moved by degrees, or that the stored worlds cannot be weighed by. With an
    allowance only those numbers are tried that can be in time, and `cut` is told how many are not.
    """
    run = worlds.run
    resolved = load_resolved(run.folder / "scenario.yaml")
    sliders = {each.path: each for each in sliders_of(resolved)}
    unknown = [path for path in paths if path not in sliders]
    if unknown:
        raise UsageError(
            f"{unknown[0]}: is no number that can be moved by degrees; for example: {', '.join(list(sliders)[:3])}"
        )
    for number in range(len(paths)):
        if path := _clash(run, [sliders[each] for each in paths[: number + 1]]):
            raise UsageError(
                f"{path}: does not go together with another --slider of the same process; leave one out"
            )
    read_beforehand(run, asked_for_outcomes(run))
    chosen = (
        _weighed(Edits(worlds, tuple(sliders[path] for path in paths)))
        if paths
        else _telling(worlds, tuple(sliders.values()), progress, allowance, cut)
    )
    days = _days(run)
    levels = daily_levels(run)
    return {
        "title": printable(run.scenario.scenario),
        "subtitle": _subtitle(worlds),
        "worlds": run.replications,
        "fewest": FEWEST,
        "logStep": LOG_STEP,
        "days": [each.isoformat() for each in days],
        "levels": _packed([levels.on(each) for each in days]),
        "outcomes": _outcomes(run),
        "dates": _dates(run, levels),
        "boots": _boots(run),
        "start": run.scenario.start.isoformat(),
        "sliders": [_slider(each, run.scenario) for each in chosen],
        "others": [_other(other, days) for other in others],
    }


def _weighed(edits: Edits, degrees: Sequence[int] = range(-DEGREES, DEGREES + 1)) -> list[Weighed]:
    """Return each number with the log weights of its degrees; UsageError for one that holds none."""
    found = _weights(edits, degrees)
    for each in found:
        if all(logs is None or not logs.any() for logs in each.logs):
            raise UsageError(
                f"{each.slider.path}: the stored worlds cannot be weighed by it; `isf whatif` says why"
            )
    return found


def _weights(edits: Edits, degrees: Sequence[int]) -> list[Weighed]:
    import numpy as np

    worlds = edits.worlds
    level = daily_levels(worlds.run).on_day(worlds.run.days - 1).astype(float)
    logs: dict[Slider, list[NDArray[np.float64] | None]] = {slider: [] for slider in edits.sliders}
    for degree in degrees:
        changes = edits.changes(dict.fromkeys(edits.sliders, degree)) if degree else {}
        for slider, found in logs.items():
            if degree == 0:
                found.append(np.zeros(worlds.run.replications))
            else:
                found.append(_log_weights(worlds, changes.get(slider)))
    return [
        Weighed(slider, tuple(found), _moved(level, [each for each in found if each is not None]))
        for slider, found in logs.items()
    ]


def _log_weights(worlds: Worlds, changed: ChangedLaws | None) -> NDArray[np.float64] | None:
    import numpy as np

    if changed is None:
        return None
    try:
        with np.errstate(divide="ignore"):
            return np.log(weights_by(worlds, changed))
    except CannotWeighError:
        return None


def _moved(level: NDArray[np.float64], logs: Sequence[NDArray[np.float64]]) -> float:
    """Return the range of the mean force on the last day over the degrees that enough worlds hold."""
    import numpy as np

    means = [
        float(np.dot(np.exp(each), level) / np.exp(each).sum())
        for each in logs
        if effective(np.exp(each)) >= min(FEWEST, len(level) / 4)
    ]
    return max(means) - min(means) if means else 0.0


def _telling(
    worlds: Worlds,
    sliders: tuple[Slider, ...],
    progress: Progress,
    allowance: Allowance | None,
    cut: Progress,
) -> list[Weighed]:
    """Return the sliders that move the force most, each with all its degrees."""
    progress(f"weighing {len(sliders)} numbers, to see which matter most")
    screened: list[Weighed] = []
    for first in range(0, len(sliders), SCREENED_AT_ONCE):
        if allowance is not None and not allowance.may_begin():
            cut(
                f"{len(sliders) - first:,} of {counted(len(sliders), 'number')} could not be tried as sliders"
            )
            break
        screened += _weights(Edits(worlds, sliders[first : first + SCREENED_AT_ONCE]), (-2, 2))
    chosen: list[Slider] = []
    for each in sorted(screened, key=lambda each: (-each.moves, each.slider.path)):
        if each.moves > 0 and len(chosen) < MOST_SLIDERS and not _clash(worlds.run, [*chosen, each.slider]):
            chosen.append(each.slider)
    return _weighed(Edits(worlds, tuple(chosen)))


def _clash(run: Run, sliders: Sequence[Slider]) -> str:
    """Return the last slider's path if it moves the same use of chance as another, whose weights do not multiply.

    So do rate and size of the same incidents, and, where silence until `as_of` counts, all numbers of one process.
    """
    *others, last = (each.path.rpartition(".") for each in sliders)
    for block, _, key in others:
        same = block == last[0]
        if same and (run.scenario.as_of is not None or {key, last[2]} <= {"rate", "bursts"}):
            return sliders[-1].path
    return ""


def _days(run: Run) -> list[dt.date]:
    number = min(MOST_DAYS, run.days)
    places = {round(step * (run.days - 1) / max(1, number - 1)) for step in range(number)}
    return [run.dates[place] for place in sorted(places)]


def _packed(columns: Sequence[NDArray[Any]]) -> dict[str, Any]:
    """Return columns of whole numbers as base64 of 16-bit integers, in steps that fit."""
    import numpy as np

    most = max((int(np.abs(column).max(initial=0)) for column in columns), default=0)
    step = -(-most // 32_000) if most > 32_000 else 1
    return {
        "step": step,
        "columns": [_base64((np.asarray(column) / step).round().astype("<i2")) for column in columns],
    }


def _base64(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def _slider(each: Weighed, scenario: Scenario) -> dict[str, Any]:
    import numpy as np

    degrees = []
    for degree, logs in zip(range(-DEGREES, DEGREES + 1), each.logs, strict=True):
        if logs is None:
            continue
        packed = np.clip(np.round(logs / LOG_STEP), _LEAST_LOG, 30_000)
        packed[np.isneginf(logs)] = -32_768
        degrees.append(
            {
                "value": printable(each.slider.at(degree)),
                "said": _said(each.slider, degree),
                "asRun": degree == 0,
                "logs": "" if degree == 0 else _base64(packed.astype("<i2")),
            }
        )
    return {
        "path": printable(each.slider.path),
        "title": assumption_words(scenario, each.slider.path),
        "degrees": degrees,
    }


def _said(slider: Slider, degree: int) -> str:
    """Say a number at a degree; a probability or share in percent."""
    words = setting_words(slider.at(degree))
    return percents(words) if slider.path.rpartition(".")[2] in PROBABILITIES else words


def _outcomes(run: Run) -> list[dict[str, Any]]:
    """Return for each target whether it holds in each world: 1, 0, or −1 where it does not apply."""
    import numpy as np

    found = []
    for outcome in outcomes_of(run):
        holds = np.full(run.replications, _NEVER)
        holds[outcome.places] = outcome.holds
        found.append(
            {
                "title": f"{printable(readable(outcome.name))}: {outcome.title}",
                "name": outcome.name,
                "holds": _base64(holds.astype("<i2")),
                "asRun": _ends(share_of(outcome.holds.astype(float), np.ones(outcome.worlds))),
            }
        )
    return found


def _dates(run: Run, levels: Any) -> list[dict[str, Any]]:
    """Return the force at the end of each target's date, and of the run."""
    import numpy as np

    scenario = run.scenario
    asked = {target.by for target in scenario.targets.values() if scenario.start <= target.by <= scenario.end}
    found = []
    for date in sorted({*asked, scenario.end}):
        level = levels.on(date)
        found.append(
            {
                "title": f"Mean force on {short_day(date)}",
                "date": date.isoformat(),
                "level": _packed([level]),
                "asRun": _ends(mean_of(level.astype(float), np.ones(level.size))),
            }
        )
    return found


def _ends(estimate: Any) -> list[float]:
    return [estimate.value, estimate.low, estimate.high]


def _boots(run: Run) -> str:
    import numpy as np

    from sim.durations import DAY

    first = first_deployed(run, headline(run.scenario))
    days = np.where(np.isfinite(first), np.where(np.isfinite(first), first, 0) // DAY, _NEVER)
    return _base64(days.astype("<i2"))


def _other(run: Run, days: Sequence[dt.date]) -> dict[str, Any]:
    """Return the medians of a run that is only compared, on the days that it has."""
    import numpy as np

    levels, known = daily_levels(run), set(run.dates)
    medians = [
        float(np.quantile(levels.on(each), 0.5, method="inverted_cdf")) if each in known else math.nan
        for each in days
    ]
    shares = {outcome.name: float(outcome.holds.mean()) for outcome in outcomes_of(run)}
    return {
        "title": printable(run.scenario.scenario),
        "median": [None if math.isnan(each) else each for each in medians],
        "shares": shares,
        "worlds": whole(run.replications),
    }


def _subtitle(worlds: Worlds) -> str:
    run = worlds.run
    ends = f"{day(run.scenario.start)} to {day(run.scenario.end)}"
    failed = len(run.manifest.get("failed", ()))
    said = [ends, f"{run.replications:,} worlds", f"seed {run.manifest['seed']}"]
    said += [each for each in (spared_words(worlds), left_words(worlds)) if each]
    return ", ".join([*said, *([left_out(failed, run.replications + failed)] if failed else [])])
