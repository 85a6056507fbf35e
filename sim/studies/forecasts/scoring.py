"""A forecast against what happened: levels, first boots, facts, targets, who came that nobody stood for."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.studies.backtest.rivals import ensemble
from sim.studies.backtest.scores import crps
from sim.studies.forecasts.observed import Observed
from sim.studies.forecasts.statement import Statement


@dataclass(frozen=True, slots=True)
class LevelScore:
    """The level of one date: CRPS in troops, and the percentile of what came (half of those equal below it).

    `possible` is False where no world reached so little, or so much.
    """

    date: dt.date
    observed: int
    crps: float
    percentile: float
    possible: bool


@dataclass(frozen=True, slots=True)
class ChanceScore:
    """A yes or no of one date: Brier score, and log score, infinite where what happened had no chance at all."""

    what: str
    date: dt.date
    chance: float
    happened: bool

    @property
    def brier(self) -> float:
        """The square of the error (Brier 1950)."""
        return (self.chance - self.happened) ** 2

    @property
    def log(self) -> float:
        """Minus the logarithm of the chance that what happened had (Good 1952)."""
        given = self.chance if self.happened else 1.0 - self.chance
        return -math.log(given) if given > 0 else math.inf


@dataclass(frozen=True)
class ScoredForecast:
    """Everything that could be scored of one forecast.

    `strangers` came though the forecast had no contributor of that name; `impossible` lists in words what
    happened though the forecast gave it no chance.
    """

    name: str
    statement: Statement
    known_until: dt.date
    levels: tuple[LevelScore, ...]
    chances: tuple[ChanceScore, ...]
    boots: tuple[ChanceScore, ...]
    strangers: tuple[tuple[str, dt.date], ...]

    @property
    def mean_crps(self) -> float:
        """The mean over dates, in troops; NaN without any."""
        return _mean([each.crps for each in self.levels])

    @property
    def mean_brier(self) -> float:
        """The mean over facts, arrivals and targets; NaN without any."""
        return _mean([each.brier for each in self.chances])

    @property
    def impossible(self) -> tuple[str, ...]:
        """What happened though no world had it."""
        levels = [
            f"{each.observed:,} troops on {each.date}: no world had so {'many' if each.percentile > 0.5 else 'few'}"
            for each in self.levels
            if not each.possible
        ]
        chances = [
            f"{each.what} by {each.date} {'came' if each.happened else 'did not come'}: no world had that"
            for each in (*self.boots, *self.chances)
            if math.isinf(each.log)
        ]
        return (
            *levels,
            *chances,
            *(f"{name} came on {date}: nobody stood for it" for name, date in self.strangers),
        )


def score(name: str, statement: Statement, observed: Observed) -> ScoredForecast:
    """Score a forecast on what is known; only what lies after it was made counts."""
    came = observed.arrivals()
    return ScoredForecast(
        name=name,
        statement=statement,
        known_until=observed.known_until,
        levels=tuple(_levels(statement, observed)),
        chances=tuple(_chances(statement, observed)),
        boots=tuple(_boots(statement, observed)),
        strangers=tuple(
            (who, date)
            for who, date in sorted(came.items())
            if who not in statement.arrivals and date > statement.made_on
        ),
    )


def _levels(statement: Statement, observed: Observed) -> Iterator[LevelScore]:
    for date, counts in statement.levels.items():
        came = observed.level(date)
        if came is None:
            continue
        total = max(1, sum(count for _, count in counts))
        below = sum(count for value, count in counts if value < came) / total
        equal = sum(count for value, count in counts if value == came) / total
        forecast = ensemble([value for value, _ in counts], [count for _, count in counts])
        possible = bool(counts) and counts[0][0] <= came <= counts[-1][0]
        yield LevelScore(date, came, crps(forecast, came), below + equal / 2, possible)


def _chances(statement: Statement, observed: Observed) -> Iterator[ChanceScore]:
    for fact, chances in statement.facts.items():
        for date, chance in chances.items():
            held = observed.holds(fact, date)
            if held is not None:
                yield ChanceScore(fact, date, chance, held)
    came = observed.arrivals()
    for who, chances in statement.arrivals.items():
        if who in came and came[who] <= statement.made_on:
            continue  # known when the forecast was made
        for date, chance in chances.items():
            if date <= observed.known_until:
                yield ChanceScore(f"arrival of {who}", date, chance, who in came and came[who] <= date)


def _boots(statement: Statement, observed: Observed) -> Iterator[ChanceScore]:
    first = observed.first_boots()
    if first is not None and first <= statement.made_on:
        return
    for date in statement.levels:
        if date <= observed.known_until:
            day = (date - statement.start).days
            chance = sum(count for value, count in statement.boots if value <= day) / statement.replications
            yield ChanceScore("first boots", date, chance, first is not None and first <= date)


def common_levels(scored: Sequence[ScoredForecast]) -> list[dt.date]:
    """Return the dates whose level every forecast was scored on: what an update can be judged by."""
    dates = [{each.date for each in one.levels} for one in scored]
    return sorted(set.intersection(*dates)) if dates else []


def calibration(
    scored: Sequence[ScoredForecast], bins: int = 10
) -> list[tuple[float, float, int, float, float]]:
    """Return for each part of the chances (low, high): how many, the mean chance, the share that happened."""
    told = [each for one in scored for each in (*one.chances, *one.boots)]
    rows = []
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        inside = [
            each for each in told if low <= each.chance < high or (place == bins - 1 and each.chance == 1.0)
        ]
        if inside:
            mean = _mean([each.chance for each in inside])
            rows.append((low, high, len(inside), mean, _mean([float(each.happened) for each in inside])))
    return rows


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
