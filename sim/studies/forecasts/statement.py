"""What a run forecasts, as plain numbers: levels, first boots, contributors, targets and facts by dates."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import DAY
from sim.scenario.kinds import is_truth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.results.targets import Attainment
    from sim.scenario.scenario import Scenario

Counts = tuple[tuple[float, int], ...]
"""A distribution: values that occurred, ascending, each with the number of replications."""


@dataclass(frozen=True)
class Statement:
    """A forecast: made of what was known on `made_on`, for the dates after it.

    `levels` are of the headline force at the end of each date; `boots` days from the scenario's start to its
    first troops (the replications without any are left out of it); `arrivals`, `facts` and `targets` chances by
    date: that somebody of a contributor has come, that a fact holds, that a target is met.
    """

    scenario: str
    digest: str
    seed: int
    replications: int
    start: dt.date
    made_on: dt.date
    end: dt.date
    levels: Mapping[dt.date, Counts]
    boots: Counts
    arrivals: Mapping[str, Mapping[dt.date, float]]
    facts: Mapping[str, Mapping[dt.date, float]]
    targets: Mapping[str, tuple[dt.date, int, float]]

    def as_data(self) -> dict[str, Any]:
        """Return the statement as JSON has it."""
        return {
            "scenario": self.scenario,
            "digest": self.digest,
            "seed": self.seed,
            "replications": self.replications,
            "start": self.start.isoformat(),
            "made_on": self.made_on.isoformat(),
            "end": self.end.isoformat(),
            "levels": {
                day.isoformat(): [list(each) for each in counts] for day, counts in self.levels.items()
            },
            "boots": [list(each) for each in self.boots],
            "arrivals": {name: _dated(each) for name, each in self.arrivals.items()},
            "facts": {name: _dated(each) for name, each in self.facts.items()},
            "targets": {
                name: [by.isoformat(), troops, chance] for name, (by, troops, chance) in self.targets.items()
            },
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Statement:
        """Return a statement from what JSON had; KeyError, TypeError or ValueError if it is none."""
        day = dt.date.fromisoformat
        return cls(
            scenario=str(data["scenario"]),
            digest=str(data["digest"]),
            seed=int(data["seed"]),
            replications=int(data["replications"]),
            start=day(data["start"]),
            made_on=day(data["made_on"]),
            end=day(data["end"]),
            levels={day(key): _of_all(value) for key, value in data["levels"].items()},
            boots=_counts(data["boots"]),
            arrivals={name: _undated(each) for name, each in data["arrivals"].items()},
            facts={name: _undated(each) for name, each in data["facts"].items()},
            targets={
                name: (day(by), int(troops), _chance(chance))
                for name, (by, troops, chance) in data["targets"].items()
            },
        )


def statement_of(run: Run) -> Statement:
    """Return what a stored run forecasts, at the ends of the months after its `as_of` and on its last day."""
    from sim.results.applicability import course_question
    from sim.results.arrivals import first_deployed
    from sim.results.levels import daily_levels
    from sim.results.reading import read_beforehand
    from sim.results.selection import Selection, headline
    from sim.results.targets import attainments
    from sim.studies.outcomes import asked_for_outcomes

    scenario = run.scenario
    made_on = scenario.as_of or scenario.start
    dates = forecast_dates(made_on, scenario.end)
    facts = (course_question(run, name) for name in _told(scenario))
    read_beforehand(run, (*asked_for_outcomes(run), *facts))
    levels = daily_levels(run)
    arrivals = {
        name: _chances(first_deployed(run, Selection(contributor=name)), dates, scenario.start)
        for name in scenario.contributors
    }
    first = first_deployed(run, headline(scenario))
    return Statement(
        scenario=scenario.scenario,
        digest=str(run.manifest["digest"]),
        seed=int(run.manifest["seed"]),
        replications=run.replications,
        start=scenario.start,
        made_on=made_on,
        end=scenario.end,
        levels={date: counted(levels.on(date)) for date in dates},
        boots=counted(first[first < float("inf")] // DAY),
        arrivals=arrivals,
        facts=_facts(run, dates),
        targets={
            each.name: (each.target.by, each.target.troops, _met(each, run))
            for each in attainments(run)
            if each.numbers.size
        },
    )


def forecast_dates(made_on: dt.date, end: dt.date) -> tuple[dt.date, ...]:
    """Return the ends of months after a date, and the last day."""
    dates = []
    year, month = made_on.year, made_on.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        last = dt.date(year, month, 1) - dt.timedelta(days=1)
        if last >= end:
            break
        if last > made_on:
            dates.append(last)
    return (*dates, end)


def counted(values: NDArray[Any]) -> Counts:
    """Return a distribution from the value of each replication."""
    import numpy as np

    found, counts = np.unique(values, return_counts=True)
    return tuple((float(value), int(count)) for value, count in zip(found, counts, strict=True))


def _met(attained: Attainment, run: Run) -> float:
    """Return the chance that a target is met on its date, where it applies."""
    return float((attained.level_on(run.dates) >= attained.target.troops).mean())


def _chances(first: NDArray[np.float64], dates: tuple[dt.date, ...], start: dt.date) -> dict[dt.date, float]:
    return {date: float((first < ((date - start).days + 1) * DAY).mean()) for date in dates}


def _facts(run: Run, dates: tuple[dt.date, ...]) -> dict[str, dict[dt.date, float]]:
    """Return for each switch and milestone in the logs the chance that it holds at the end of each date."""
    import numpy as np

    from sim.results.applicability import course_question
    from sim.results.reading import kept_answer

    found: dict[str, dict[dt.date, float]] = {}
    for name in _told(run.scenario):
        parts = list(kept_answer(run, *course_question(run, name)).parts())
        places, seconds, values = (
            np.concatenate([each.column(column) for each in parts]) for column in ("place", "second", "value")
        )
        state = np.full(run.replications, float(_initially(run.scenario, name)))
        done, chances = 0, {}
        order = np.argsort(seconds, kind="stable")
        for date in dates:
            end = ((date - run.scenario.start).days + 1) * DAY
            until = int(np.searchsorted(seconds[order], end, side="left"))
            for row in order[done:until]:
                state[places[row]] = values[row]
            done = until
            chances[date] = float((state > 0).mean())
        found[name] = chances
    return found


def _told(scenario: Scenario) -> list[str]:
    return [name for name, fact in scenario.facts.items() if is_truth(fact.kind) and fact.log]


def _initially(scenario: Scenario, name: str) -> bool:
    fact = scenario.facts[name]
    return bool(fact.initially) if fact.kind == "switch" else False


def _dated(chances: Mapping[dt.date, float]) -> dict[str, float]:
    return {date.isoformat(): chance for date, chance in chances.items()}


def _undated(chances: Mapping[str, Any]) -> dict[dt.date, float]:
    return {dt.date.fromisoformat(date): _chance(chance) for date, chance in chances.items()}


def _counts(rows: Any) -> Counts:
    counts = tuple((float(value), int(count)) for value, count in rows)
    if not all(math.isfinite(value) and count > 0 for value, count in counts):
        raise ValueError("a distribution holds a value or a number of worlds that cannot be")
    return counts


def _of_all(rows: Any) -> Counts:
    """Return the distribution of what every world has."""
    if not (counts := _counts(rows)):
        raise ValueError("a distribution is empty")
    return counts


def _chance(raw: Any) -> float:
    chance = float(raw)
    if not 0 <= chance <= 1:
        raise ValueError(f"{raw} is no chance")
    return chance
