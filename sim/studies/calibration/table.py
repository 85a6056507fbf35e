"""The table of learned numbers as one scenario file that other scenarios extend.

Each law stands with its n, its intervals and how it did out of sample in the comments, and the value as a
scenario states it below. The same tables of missions give the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sim.missions.reading import Missions
from sim.missions.withdrawals import read_withdrawals
from sim.studies.calibration import lessons
from sim.studies.calibration.censored import Delays
from sim.studies.calibration.learned import LearnedLaws, Lesson, learn, learn_boots, learn_exits
from sim.studies.calibration.levels import ParameterEstimate
from sim.studies.calibration.quantiles import QuantileFit, compare
from sim.studies.calibration.stating import delay, factor, shares, slip

KINDS: Mapping[str, Mapping[str, float]] = {
    "usual": {},
    "hard": {"hard": 1.0},
    "own": {"own": 1.0},
}
"""Kinds of mission: paid by assessment with the host's consent; donors or consent are lacking; states pay."""

KIND_WORDS = {
    "usual": "paid by assessment, with the host's consent",
    "hard": "donors must be found, or the host's consent is contested",
    "own": "each state pays its own troops",
}
_TITLES = {
    "growth": "build-up of what nobody had pledged by name: day 0 to the arrival of a body",
    "advance": "pledge to the first troops",
    "body": "first troops to the last of those that ever came",
    "late": "how late an announced arrival was, if late",
    "boots": "day 0 to first boots, of missions that began with nobody",
    "notice": "withdrawal: trigger to decision",
    "exit": "withdrawal: decision to the last soldier out",
}
_VALUES = """\
scenario: Learned from real missions (a base to extend)
question: |
  How late, how surely and how completely do pledges become troops?
  Nothing is simulated here: other scenarios inherit these values.
start: 2025-11-17
end: 2027-12-31
source: {{uncertain: build_ups_of_missions}}

sources:
  build_ups_of_missions:
    title: Build-ups of twenty missions and pledges to them, 1992-2017
    publisher: compiled for this project from UN monthly reports (Perry and Smith 2013), SIPRI, UN pages, news
    date: {latest}
    quote: "sim/missions/data, tables {digest}"
    grade: A
  withdrawal_cases:
    title: Seven dated withdrawals from Rwanda, Somalia, Iraq and the Golan, 1993-2013
    publisher: compiled for this project; each date is cited in withdrawals/*.yaml
    date: 2013-07-31
    quote: "sim/missions/data/withdrawals.csv"
    grade: A
  sipri_deaths:
    title: Are UN peace operations becoming more deadly? (van der Lijn and Smit)
    publisher: SIPRI
    date: 2015-09-01
    url: https://www.sipri.org/media/press-release/2015/
    quote: "about 1 per 1,000 uniformed personnel a year since 2008; peak 3.3 in 1993"
    grade: A

uncertain:
  # how missions of this kind differ as wholes, and what is not known of their median: one factor for all delays
  tempo: {tempo}

defaults:
  contingents:
    prepares_for: {prepares}                  # from the pledge to the first troops
    delivers: {delivers}
    never_arrives: {never}                    # beside the delay's slow tail: both are fitted together
    source:
      prepares_for: build_ups_of_missions
      delivers: build_ups_of_missions
      never_arrives: build_ups_of_missions
  contributors:
    notice: {notice}
    exit: {exit}
    source: {{notice: withdrawal_cases, exit: withdrawal_cases}}

facts:
  early_end:                                  # a rare shock: {ended} such end was seen in {years} mission-years
    name: The mission ends early
    kind: milestone
    after: {{mean: {early_end}}}
    source: {{after: build_ups_of_missions}}
ends_when: early_end

theatre:
  reception: {reception}                      # the fastest month of a UN mission in which nobody changed hats
  source: {{reception: build_ups_of_missions}}
  casualties:                                 # deaths from all causes
    rate: 1 per 1000 per year
    source: {{rate: sipri_deaths}}
"""


@dataclass(frozen=True)
class Table:
    """Everything that a table file says."""

    learned: LearnedLaws
    boots: Lesson
    notice: Lesson
    exit: Lesson
    kind: str
    left_out: tuple[str, ...]
    digest: str
    reception: float
    latest: str
    ends: lessons.Ends

    def laws(self) -> Mapping[str, Lesson]:
        """Return every law by name."""
        return {**self.learned.lessons(), "boots": self.boots, "notice": self.notice, "exit": self.exit}

    @property
    def features(self) -> Mapping[str, float]:
        """The features of the kind of mission that the table is for."""
        return KINDS[self.kind]


def fastest_growth(missions: Missions) -> float:
    """Return the most troops a day between two counts a month apart at most, where nobody changed hats."""
    rates = [
        (later.troops - earlier.troops) / (later.day - earlier.day)
        for each in missions.build_ups
        if each.rehat_on is None and not each.rehat_troops and each.funding == "assessed"
        for earlier, later in pairwise(each.course())
        if earlier.day > 0 and later.day - earlier.day <= 31
    ]
    return max(rates, default=120.0)


def table_of(missions: Missions, kind: str, left_out: Sequence[str], digest: str) -> Table:
    """Learn from missions (what is left out is out already) what a table says."""
    notice, leaving = learn_exits(read_withdrawals())
    dates = [each.observed_until for each in missions.pledges]
    dates += [each.day_0 + dt.timedelta(days=each.counted_until) for each in missions.build_ups]
    return Table(
        learned=learn(missions),
        boots=learn_boots(missions),
        notice=notice,
        exit=leaving,
        kind=kind,
        left_out=tuple(left_out),
        digest=digest,
        reception=fastest_growth(missions),
        latest=max(dates).isoformat(),
        ends=lessons.early_ends(missions),
    )


def compared_laws(table: Table, missions: Missions) -> dict[str, QuantileFit]:
    """Return for each law learned from missions its quantiles beside those that were seen."""
    features = lessons.features_by_mission(missions)
    seen = {
        "growth": lessons.growth(missions, table.learned.size),
        "advance": lessons.advance(missions),
        "body": lessons.main_body(missions),
        "late": iter(lessons.slips(missions)[1]),
        "boots": lessons.first_boots(missions),
    }
    titles = {
        "growth": "Day 0 to a body",
        "advance": "Pledge to first troops",
        "body": "First troops to last",
        "late": "Announced date, if late",
        "boots": "Day 0 to first boots",
    }
    return {
        titles[name]: compare(Delays.of(rows), table.laws()[name].fitted, features)
        for name, rows in seen.items()
    }


def written(table: Table) -> str:
    """Return the file."""
    return "\n".join([*_head(table), *_evidence(table), *_values(table), ""])


def _head(table: Table) -> Iterator[str]:
    learned = table.learned
    left_out = ", ".join(table.left_out) or "none"
    yield "# yaml-language-server: $schema=schema.json"
    yield "# What real missions teach, learned by `isf calibrate`. Do not edit, calibrate again. Scenarios extend it."
    yield (
        f"# Learned from {len(learned.missions)} build-ups in {len(learned.clusters)} clusters; "
        f"left out: {left_out}. Tables of missions: {table.digest[:16]}."
    )
    yield f"# Kind of mission: {table.kind} ({KIND_WORDS[table.kind]})."


def _evidence(table: Table) -> Iterator[str]:
    yield "#"
    yield "# Delays in days with 95 % intervals, by censored maximum likelihood with a level per mission. `within` and"
    yield "# `between` are log standard deviations (Weibull, log-logistic: 1/shape) within and between missions; `fit`"
    yield "# is the mean log-likelihood of a cluster left out, by law: the best was taken."
    for name, lesson in table.laws().items():
        yield f"#   {_TITLES[name]}"
        for line in _of_law(lesson):
            yield f"#     {line}"
    learned = table.learned
    came, dates = len(learned.shares), learned.kept_dates + learned.slipped_dates
    full = sum(each >= 0.999 for each in learned.shares)
    yield f"#   share of a pledge that came (n = {came}): mean {sum(learned.shares) / came:.2f}, in full {full}"
    yield (
        f"#   announced dates (n = {dates}): {learned.kept_dates} kept; chance of a slip {learned.slip_chance:.2f} "
        "(rule of succession)"
    )
    stated = slip(learned.kept_dates, learned.slipped_dates, learned.late.fitted)
    yield f"#     as a scenario states it: slips: {_flow(stated)}"
    yield (
        f"#   changes of hats on a written day: chance of a slip {learned.handover_slip_chance:.2f}; "
        f"share of the number written: {', '.join(f'{each:.2f}' for each in learned.handover_shares)}"
    )
    low, high = table.ends.interval
    yield (
        "#   early end (a count below half of an earlier one, before the mandate was to be over): "
        f"{table.ends.ended} in {table.ends.years:.1f} mission-years;"
    )
    yield f"#     rate a year {table.ends.rate:.4f} [{low:.5f}, {high:.3f}] (Jeffreys' prior, mean)"
    yield f"#   a body (the median pledge): {learned.size:.0f} troops"


def _of_law(lesson: Lesson) -> Iterator[str]:
    fitted = lesson.fitted
    yield f"n = {fitted.delays}, open {fitted.open}, missions {fitted.missions}; {fitted.law}"
    parts = [f"median {_interval(fitted.median, 0)}", f"within {_interval(fitted.within, 2)}"]
    if fitted.between is not None:
        parts.append(f"between {_interval(fitted.between, 2)}")
    if fitted.comes is not None:
        parts.append(f"ever comes {_interval(fitted.comes, 2)}")
    yield "; ".join(parts)
    if fitted.effects:
        yield "; ".join(f"{name}: times {_interval(each, 2)}" for name, each in fitted.effects.items())
    if lesson.scores:
        yield "fit: " + ", ".join(f"{law} {value:.2f}" for law, value in lesson.scores.items())


def _values(table: Table) -> Iterator[str]:
    learned, features = table.learned, table.features
    pledge = learned.advance.fitted
    yield _VALUES.format(
        latest=table.latest,
        digest=table.digest[:16],
        tempo=_flow(factor(learned.growth.fitted.uncertainty(features))),
        prepares=_flow(delay(pledge, pledge.median_of(features), "tempo")),
        delivers=_flow(shares(learned.shares)),
        never=_never(learned),
        notice=_flow(delay(table.notice.fitted)),
        exit=_flow(delay(table.exit.fitted)),
        ended="no" if table.ends.ended == 0 else str(table.ends.ended),
        years=f"{table.ends.years:.0f}",
        early_end=f"{lessons.DAYS_A_YEAR / table.ends.rate:.0f} days",
        reception=f"{table.reception:.0f} per day",
    ).rstrip("\n")


def _never(learned: LearnedLaws) -> float:
    """Return the chance that a pledge never comes, beside the law's slow tail (both are fitted together)."""
    comes = learned.advance.fitted.comes
    return 0.0 if comes is None else round(1.0 - comes.value, 3)


def _interval(estimate: ParameterEstimate, digits: int) -> str:
    def short(value: float) -> str:
        return f"{value:.{digits}f}" if value < 10_000 else f"{value:.0e}"

    return f"{short(estimate.value)} [{short(estimate.low)}, {short(estimate.high)}]"


def _flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return str(value)
