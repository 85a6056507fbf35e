"""What a backtest found, each number once: for the terminal, the page and the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.studies.backtest.rivals import REFERENCES
from sim.studies.backtest.scores import ScoredShare, flatness, pit_histogram
from sim.studies.backtest.scoring_library import scoring_rules
from sim.studies.backtest.skill import (
    PIT_BINS,
    Skill,
    better,
    by_day,
    coverage,
    mean_crps,
    mission_means,
    skill,
)
from sim.studies.backtest.study import ABLATIONS, BOOTS_BY, FAN_DAYS, MODEL, Backtest, Fan, Window
from sim.studies.calibration.lessons import features_of
from sim.studies.calibration.table import KIND_WORDS
from sim.words.differences import by_percent
from sim.words.numbers import percentage

WORDS: Mapping[str, str] = {
    MODEL: "the simulator's template",
    "class": "class on shares",
    "gap": "class on the gap",
    "last": "last value",
    "plan": "official plan",
    **{name: f"template {name}" for name in ABLATIONS},
}
WANTED_SKILL = 0.15
WANTED_COVERAGE = (0.7, 0.9)
WANTED_FLATNESS = 0.05


@dataclass(frozen=True)
class Summary:
    """One forecaster on one set of scores."""

    by: str
    crps: float
    skill: Skill
    within_50: float
    within_80: float
    flat: float
    scores: int
    missions: int


@dataclass(frozen=True)
class Findings:
    """What was found on day 0 with clusters left out, and the same for other days and windows."""

    result: Backtest

    @property
    def words(self) -> Mapping[str, str]:
        """Forecasters in words."""
        return WORDS

    @property
    def days(self) -> list[int]:
        """The horizons that were scored."""
        return sorted({each.day for each in self.main})

    @cached_property
    def main(self) -> list[ScoredShare]:
        """The scores of day 0, clusters left out."""
        return self.of("leave-out", 0)

    def of(self, window: Window, known_day: int) -> list[ScoredShare]:
        """Return the scores of a window of forecasts made on a day."""
        return [each for each in self.result.scores(window) if each.known_day == known_day]

    @cached_property
    def reference(self) -> str:
        """The better of the two reference classes on day 0."""
        return better(self.main, REFERENCES)

    def summaries(self, window: Window, known_day: int) -> list[Summary]:
        """Return all forecasters on a set of scores, the template first; skill over the better class there."""
        scores = self.of(window, known_day)
        if not any(each.by == MODEL for each in scores):
            return []
        reference = better(scores, REFERENCES)
        names = [name for name in WORDS if any(each.by == name for each in scores)]
        return [_summary(scores, name, reference) for name in names]

    @cached_property
    def template(self) -> Summary:
        """The template on day 0 with clusters left out: what is accepted or missed."""
        return self.summaries("leave-out", 0)[0]

    def crps_by_day(self, by: str) -> dict[int, float]:
        """Return a forecaster's mean CRPS by horizon."""
        return by_day([each for each in self.main if each.by == by], lambda scores: mean_crps(scores, by))

    @cached_property
    def pit(self) -> list[float]:
        """The PIT histogram of the template on day 0."""
        return [
            float(part) for part in pit_histogram([each for each in self.main if each.by == MODEL], PIT_BINS)
        ]

    @property
    def fans(self) -> list[Fan]:
        """The fans of day 0, by the missions' order in the tables."""
        order = {each.name: place for place, each in enumerate(self.result.missions.build_ups)}
        return sorted(
            (each for each in self.result.fans if not each.known_day), key=lambda fan: order[fan.mission]
        )

    @property
    def fan_days(self) -> tuple[int, ...]:
        """The days of the fans."""
        return FAN_DAYS

    def by_mission(self) -> list[tuple[str, int, float, float, float]]:
        """Return for each mission the horizons scored and the mean CRPS of template and reference classes."""
        means = {name: mission_means(self.main, name) for name in (MODEL, *REFERENCES)}
        counts = {
            name: sum(each.mission == name and each.by == MODEL for each in self.main)
            for name in means[MODEL]
        }
        ordered = [each.name for each in self.result.missions.build_ups if each.name in means[MODEL]]
        nan = float("nan")
        return [
            (name, counts[name], means[MODEL][name], *(means[each].get(name, nan) for each in REFERENCES))  # type: ignore[misc]
            for name in ordered
        ]

    def by_kind(self) -> list[tuple[str, int, float, float]]:
        """Return for each kind of mission how many, and the mean CRPS of template and better class."""
        own, other = (mission_means(self.main, name) for name in (MODEL, self.reference))
        kinds: dict[str, list[str]] = {}
        for each in self.result.missions.build_ups:
            if each.name in own and each.name in other:
                features = features_of(each)
                kind = "hard" if features["hard"] else "own" if features["own"] else "usual"
                kinds.setdefault(KIND_WORDS[kind], []).append(each.name)
        rows = []
        for kind, names in sorted(kinds.items()):
            mean, theirs = (sum(means[name] for name in names) / len(names) for means in (own, other))
            rows.append((kind, len(names), mean, theirs))
        return rows

    def brier(self) -> list[tuple[int, int, float, float]]:
        """Return for 90, 180 and 365 days: missions, Brier scores of the template and of the class."""
        brier_score = scoring_rules().brier_score
        rows = []
        for day in BOOTS_BY:
            told = {
                name: [
                    (each.chance, each.came)
                    for each in self.result.boots()
                    if (each.day, each.by) == (day, name)
                ]
                for name in (MODEL, "class")
            }
            means = [
                sum(float(brier_score(float(came), chance, backend="numpy")) for chance, came in pairs)
                / len(pairs)
                if pairs
                else float("nan")
                for pairs in told.values()
            ]
            rows.append((day, len(told[MODEL]), *means))
        return rows  # type: ignore[return-value]

    @property
    def verdicts(self) -> list[tuple[str, bool]]:
        """Return each thing that a good forecast must do, with whether it was done."""
        own, better_class = self.template, WORDS[self.reference]
        low, high = WANTED_COVERAGE
        off = "below" if own.skill.value >= 0 else "above"
        below = (
            f"mean CRPS {_size(own.skill)} {off} the {better_class} (wanted {percentage(WANTED_SKILL)} below)"
        )
        bound = f"lower end of its 90 % interval {by_percent(own.skill.low)} (wanted above 0)"
        covers = (
            f"80 % bands cover {percentage(own.within_80)} (wanted {percentage(low)} to {percentage(high)})"
        )
        flat = f"PIT flat, p = {own.flat:.2f} (wanted above {WANTED_FLATNESS})"
        return [
            (below, own.skill.value >= WANTED_SKILL),
            (bound, own.skill.low > 0),
            (covers, low <= own.within_80 <= high),
            (flat, own.flat > WANTED_FLATNESS),
        ]

    @property
    def headline(self) -> str:
        """The finding in a sentence."""
        own = self.template.skill
        better_or_worse = "better" if own.value >= 0 else "worse"
        return (
            f"Forecasts of {self.template.missions} missions are {_size(own)} {better_or_worse} than the "
            f"{WORDS[self.reference]} (90 %: {by_percent(own.low)} to {by_percent(own.high)})"
        )

    @property
    def pit_headline(self) -> str:
        """What the PIT says."""
        own = self.template
        fits = (
            "what came spreads over the forecasts as it should"
            if own.flat > WANTED_FLATNESS
            else "forecasts are off"
        )
        return f"{percentage(own.within_80)} of what came lies in the 80 % bands; {fits} (p = {own.flat:.2f})"

    @property
    def fan_headline(self) -> str:
        """What the fans show."""
        return f"{len(self.fans)} missions forecast as if on day 0"

    @property
    def source(self) -> str:
        """Where the numbers come from."""
        return f"Source: ISF simulator, backtest, {self.result.replications} replications, seed {self.result.seed}."


def _size(own: Skill) -> str:
    """A skill without its sign: `43 %`."""
    return by_percent(abs(own.value)).lstrip("+")


def _summary(scores: Sequence[ScoredShare], name: str, reference: str) -> Summary:
    own = [each for each in scores if each.by == name]
    return Summary(
        by=name,
        crps=mean_crps(own, name),
        skill=skill(scores, name, reference),
        within_50=coverage(own, name, 0.5),
        within_80=coverage(own, name, 0.8),
        flat=flatness(pit_histogram(own, PIT_BINS)),
        scores=len(own),
        missions=len({each.mission for each in own}),
    )
