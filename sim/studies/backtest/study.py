"""The whole backtest: learn without a cluster, draw its missions, play them, score them and their rivals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sim.engines.choice import EngineName, asked_engine
from sim.errors import MissionsError
from sim.missions.build_up import HORIZONS, BuildUp
from sim.missions.reading import Missions
from sim.studies.backtest import rivals
from sim.studies.backtest.playing import Forecast, play
from sim.studies.backtest.rivals import RIVALS, ensemble
from sim.studies.backtest.scores import ScoredShare, scored
from sim.studies.backtest.template import scenario_of
from sim.studies.calibration.learned import Without, learn

if TYPE_CHECKING:
    from sim.batch.workers import Workers

Window = Literal["leave-out", "expanding"]
MODEL = "template"
KNOWN_DAYS = (0, 90)
"""Forecasts are made on day 0, and again on day 90 with what was known by then."""

BOOTS_BY = (90, 180, 365)
FAN_DAYS = tuple(range(0, 731, 15))
ABLATIONS: Mapping[str, Without] = {
    "without tempo": Without(tempo=True),
    "without unnamed": Without(unnamed=True),
    "without re-hat": Without(rehat=True),
    "without kind": Without(kind=True),
    "without pledges": Without(pledges=True),
}
_FEWEST_BEFORE = 5
_BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
_DAYS = tuple(sorted({*HORIZONS, *FAN_DAYS}))


@dataclass(frozen=True, slots=True)
class Fold:
    """What is learned and played together: a cluster (or one mission), with what is left out of the template."""

    name: str
    window: Window = "leave-out"
    ablation: str = ""

    @property
    def by(self) -> str:
        """What its forecasts are called."""
        return self.ablation or MODEL


@dataclass(frozen=True, slots=True)
class Boots:
    """The forecast chance that first boots come by a day, and whether they did."""

    mission: str
    cluster: str
    known_day: int
    day: int
    by: str
    chance: float
    came: bool


@dataclass(frozen=True, slots=True)
class Fan:
    """A mission's forecast as shares of its ceiling: quantiles (5 … 95 %) on `FAN_DAYS`, and its counts."""

    mission: str
    known_day: int
    bands: tuple[tuple[float, ...], ...]
    counts: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class FoldResult:
    """What a part gave."""

    part: Fold
    scores: tuple[ScoredShare, ...]
    boots: tuple[Boots, ...]
    fans: tuple[Fan, ...]
    laws: Mapping[str, str]
    learned_from: int


@dataclass(frozen=True)
class Backtest:
    """All outcomes, with what they were made from."""

    missions: Missions
    outcomes: tuple[FoldResult, ...]
    replications: int
    seed: int
    remarks: tuple[str, ...] = field(default=())

    def scores(self, window: Window = "leave-out") -> list[ScoredShare]:
        """Return the scores of one window, rivals and ablations among them."""
        return [each for outcome in self.outcomes if outcome.part.window == window for each in outcome.scores]

    def boots(self, window: Window = "leave-out") -> list[Boots]:
        """Return the forecasts of first boots of one window."""
        return [each for outcome in self.outcomes if outcome.part.window == window for each in outcome.boots]

    @property
    def fans(self) -> list[Fan]:
        """The fans of the template with clusters left out."""
        return [each for outcome in self.outcomes for each in outcome.fans]


@dataclass(frozen=True)
class Playing:
    """Plays parts; workers hold it. `teachers` are learned from, `missions` are forecast."""

    missions: Missions
    teachers: Missions
    replications: int
    seed: int
    laws: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    engine: EngineName = field(default_factory=asked_engine)

    def __call__(self, part: Fold) -> FoldResult:
        """Learn for one part, and forecast and score its missions."""
        by_name = part.window == "expanding"
        own = [
            each for each in self.missions.build_ups if part.name == (each.name if by_name else each.cluster)
        ]
        teachers = self._teachers(part, own)
        without = ABLATIONS[part.ablation] if part.ablation else Without()
        try:
            learned = learn(teachers, without, self.laws.get(part.name))
        except MissionsError:
            return FoldResult(part, (), (), (), {}, len(teachers.build_ups))
        scores: list[ScoredShare] = []
        boots: list[Boots] = []
        fans: list[Fan] = []
        for build_up in own:
            for known_day in KNOWN_DAYS if not part.ablation else KNOWN_DAYS[:1]:
                case = Case(build_up, known_day, part, teachers.build_ups)
                known = build_up.known_by(build_up.day_0 + dt.timedelta(days=known_day))
                drawn = scenario_of(known, learned, without)
                forecast = play(drawn.scenario, _DAYS, self.replications, self.seed, self.engine)
                scores += case.scores(forecast)
                boots += case.boots(forecast)
                fans += case.fans(forecast)
        laws = {name: lesson.fitted.law for name, lesson in learned.lessons().items()}
        return FoldResult(part, tuple(scores), tuple(boots), tuple(fans), laws, len(teachers.build_ups))

    def _teachers(self, part: Fold, own: Sequence[BuildUp]) -> Missions:
        """Return what may be learned from: never the mission's own cluster, nor a mission of the same name."""
        if part.window == "expanding":
            return self.teachers.begun_before(min(each.day_0 for each in own)).without_missions(
                {each.name for each in own}
            )
        left = self.teachers
        stories = {each.cluster.casefold() for each in own}
        for cluster in left.clusters:
            if cluster.casefold() in stories:
                left = left.without(cluster)
        return left.without_missions({each.name for each in own})


@dataclass(frozen=True)
class Case:
    """One mission forecast on one day, and those that its rivals learn from."""

    build_up: BuildUp
    known_day: int
    part: Fold
    others: Sequence[BuildUp]

    def scores(self, forecast: Forecast) -> Iterator[ScoredShare]:
        """Yield the scores of the forecast and, where nothing is left out of the template, of its rivals."""
        of = self.build_up
        for day in HORIZONS:
            observed = of.share_on(day) if day > self.known_day else None
            if observed is None:
                continue
            said = {self.part.by: ensemble((forecast.on(day) / of.ceiling).tolist())}
            for name in () if self.part.ablation else RIVALS:
                other = rivals.rival(name, of, self.others, self.known_day, day)
                if other is not None:
                    said[name] = other
            for name, values in said.items():
                yield scored(
                    values,
                    observed,
                    mission=of.name,
                    cluster=of.cluster,
                    known_day=self.known_day,
                    day=day,
                    by=name,
                )

    def boots(self, forecast: Forecast) -> Iterator[Boots]:
        """Yield the forecast chances of first boots, of missions that began with nobody."""
        of = self.build_up
        if self.known_day or of.in_place:
            return
        for day in BOOTS_BY:
            came = rivals.boots_by(of, day)
            if came is None:
                continue
            said = {self.part.by: float((forecast.boots < day + 1).mean())}
            frequency = None if self.part.ablation else rivals.boots_rival(self.others, day)
            if frequency is not None:
                said["class"] = frequency
            for name, chance in said.items():
                yield Boots(of.name, of.cluster, 0, day, name, chance, came)

    def fans(self, forecast: Forecast) -> Iterator[Fan]:
        """Yield the fan that a reader sees: of the whole template, the mission's cluster left out."""
        import numpy as np

        if self.part.window != "leave-out" or self.part.ablation:
            return
        of = self.build_up
        bands = tuple(
            tuple(float(value) for value in np.quantile(forecast.on(day) / of.ceiling, _BANDS))
            for day in FAN_DAYS
        )
        counts = tuple((each.day, each.troops / of.ceiling) for each in of.course())
        yield Fan(of.name, self.known_day, bands, counts)


def parts_of(missions: Missions, ablations: Iterable[str], expanding: bool) -> list[Fold]:
    """Return the parts of a backtest: each cluster, with each ablation, and each mission after earlier ones."""
    parts = [Fold(cluster) for cluster in missions.clusters]
    parts += [Fold(cluster, "leave-out", name) for name in ablations for cluster in missions.clusters]
    if expanding:
        parts += [Fold(each.name, "expanding") for each in missions.build_ups]
    return parts


def backtest(
    missions: Missions,
    teachers: Missions,
    workers: Workers,
    *,
    replications: int,
    seed: int,
    ablations: Sequence[str] = tuple(ABLATIONS),
    expanding: bool = True,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> Backtest:
    """Run it: first each cluster as it is, which settles the laws, then ablations and the expanding window."""
    from sim.batch.playing import performed

    main = [Fold(cluster) for cluster in missions.clusters]
    rest = [part for part in parts_of(missions, ablations, expanding) if part not in main]
    if expanding:
        early = {
            each.name
            for each in missions.build_ups
            if len(teachers.begun_before(each.day_0).clusters) < _FEWEST_BEFORE
        }
        rest = [part for part in rest if part.window == "leave-out" or part.name not in early]
    wanted = len(main) + len(rest)
    found: dict[Fold, FoldResult] = {}

    def perform(parts: list[Fold], laws: Mapping[str, Mapping[str, str]]) -> None:
        task = Playing(missions, teachers, replications, seed, laws)
        with closing(performed(workers, task, parts)) as playing:
            for part, outcome in playing:
                found[part] = outcome
                progress(len(found), wanted)

    perform(main, {})
    perform(rest, {part.name: found[part].laws for part in main})
    return Backtest(
        missions, tuple(found[part] for part in (*main, *rest)), replications, seed, missions.remarks
    )
