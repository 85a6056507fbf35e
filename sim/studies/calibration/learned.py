"""Everything that missions teach, learned at once, with what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from sim.errors import MissionsError
from sim.missions.reading import Missions
from sim.missions.withdrawals import Withdrawal
from sim.studies.calibration import lessons
from sim.studies.calibration.censored import CensoredDelays, Delays
from sim.studies.calibration.choosing import ChosenLaw, DelayQuestion, choose
from sim.studies.calibration.levels import Fitted, weights_by_cluster
from sim.studies.calibration.levels import fit as fit_law

ENOUGH = 3
"""Fewer missions than these teach no law."""


@dataclass(frozen=True, slots=True)
class Without:
    """What learning and the template do without, to see what it is worth."""

    tempo: bool = False
    unnamed: bool = False
    rehat: bool = False
    kind: bool = False
    pledges: bool = False

    @property
    def words(self) -> str:
        """What is left out, in words; empty if nothing is."""
        parts = [name for name in ("tempo", "unnamed", "rehat", "kind", "pledges") if getattr(self, name)]
        return ", ".join(parts)


@dataclass(frozen=True)
class Lesson:
    """One quantity: the law, and how each law did out of sample (empty: it was not chosen here)."""

    fitted: Fitted
    scores: Mapping[str, float]


@dataclass(frozen=True)
class LearnedLaws:
    """What a set of missions teaches.

    `growth`: day 0 to the arrival of a body that nobody had pledged by name; `advance`: pledge to first
    troops; `body`: first troops to the last; `late`: by how much an announced date slips if it does. `shares`
    are the shares delivered, `handovers` what came of changes of hats.
    """

    growth: Lesson
    advance: Lesson
    body: Lesson
    late: Lesson
    kept_dates: int
    slipped_dates: int
    shares: tuple[float, ...]
    handovers: tuple[lessons.Handover, ...]
    handover_of_ceiling: float
    size: float
    missions: tuple[str, ...]
    clusters: tuple[str, ...]

    @property
    def slip_chance(self) -> float:
        """The chance that an announced date is not kept (Laplace's rule of succession)."""
        return (self.slipped_dates + 1) / (self.kept_dates + self.slipped_dates + 2)

    @property
    def handover_slip_chance(self) -> float:
        """The chance that a change of hats on a written day is late: never yet, by the same rule."""
        dated = [each for each in self.handovers if each.late is not None]
        late = sum(each.late[0] > 0 for each in dated if each.late is not None)
        return (late + 1) / (len(dated) + 2)

    @property
    def handover_shares(self) -> tuple[float, ...]:
        """The shares of the number written that changed hats; all of it where none teaches."""
        return tuple(sorted(each.share for each in self.handovers if each.share is not None)) or (1.0,)

    def lessons(self) -> Mapping[str, Lesson]:
        """Return the laws by name."""
        names = ("growth", "advance", "body", "late")
        return {name: getattr(self, name) for name in names}


def learn(
    missions: Missions, without: Without | None = None, laws: Mapping[str, str] | None = None
) -> LearnedLaws:
    """Learn from missions; `laws` fixes laws by name instead of choosing them out of sample.

    MissionsError where there are fewer than three missions to learn from.
    """
    left = without or Without()
    size = lessons.body_size(missions)
    features, clusters = lessons.features_by_mission(missions), lessons.cluster_by_mission(missions)
    kinds = () if left.kind else lessons.FEATURES
    kept, late = lessons.slips(missions)
    given = laws or {}
    settle = partial(_lesson, features=features, clusters=clusters, laws=given)
    growth = Delays.of(lessons.growth(missions, size, rehats=not left.rehat))
    if len(growth.groups) < ENOUGH:
        raise MissionsError(
            f"{len(growth.groups)} missions with counts are too few to learn from; give at least {ENOUGH}"
        )
    handovers = tuple(each for each in map(lessons.handover_of, missions.build_ups) if each is not None)
    of_ceiling = [
        each.rehat_troops / each.ceiling for each in missions.build_ups if each.rehat_on and each.rehat_troops
    ]
    own = settle("growth", growth, DelayQuestion(kinds, levels=not left.tempo, cured=True))
    pledged = Delays.of(lessons.advance(missions))
    body = Delays.of(lessons.main_body(missions))
    return LearnedLaws(
        growth=own,
        advance=settle("advance", pledged, DelayQuestion(kinds, cured=True), instead=own),
        body=settle("body", body, DelayQuestion(), instead=own),
        late=settle("late", Delays.of(late), DelayQuestion(levels=False), instead=own),
        kept_dates=kept,
        slipped_dates=len(late),
        shares=tuple(lessons.shares_delivered(missions)) or (1.0,),
        handovers=handovers,
        handover_of_ceiling=sum(of_ceiling) / len(of_ceiling) if of_ceiling else 0.25,
        size=size,
        missions=tuple(each.name for each in missions.build_ups),
        clusters=missions.clusters,
    )


def learn_boots(missions: Missions) -> Lesson:
    """Learn the days from day 0 to first boots of missions that began with nobody, clusters alike."""
    delays = Delays.of(lessons.first_boots(missions))
    chosen = choose(delays, DelayQuestion(levels=False), {}, lessons.cluster_by_mission(missions))
    return Lesson(chosen.fitted, chosen.scores)


def learn_exits(withdrawals: Iterable[Withdrawal]) -> tuple[Lesson, Lesson]:
    """Learn the days from a trigger to the decision to leave, and from that to the last soldier out."""
    cases = tuple(withdrawals)
    notice = ((each.case, (each.decided_on - each.triggered_on).days) for each in cases)
    leaving = ((each.case, (each.out_on - each.decided_on).days) for each in cases if each.out_on is not None)
    first, second = (
        choose(
            Delays.of((case, CensoredDelays.between(days, days)) for case, days in delays),
            DelayQuestion(levels=False),
            {},
            {},
        )
        for delays in (notice, leaving)
    )
    return Lesson(first.fitted, first.scores), Lesson(second.fitted, second.scores)


def _lesson(
    name: str,
    delays: Delays,
    question: DelayQuestion,
    *,
    features: Mapping[str, Mapping[str, float]],
    clusters: Mapping[str, str],
    laws: Mapping[str, str],
    instead: Lesson | None = None,
) -> Lesson:
    """Learn one law; too few delays for it teach what `instead` says."""
    if instead is not None and (delays.total - delays.open < ENOUGH or len(delays.groups) < 2):
        return replace(instead, scores={})
    if name in laws:
        weights = weights_by_cluster(delays.groups, clusters)
        return Lesson(fit_law(delays, question.shape(laws[name]), features, weights), {})
    chosen: ChosenLaw = choose(delays, question, features, clusters)
    return Lesson(chosen.fitted, chosen.scores)
