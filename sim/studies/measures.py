"""What a comparison measures, and how a run answers each question in every one of its worlds.

=========================== ========= ========================================================================
measure                     kind      meaning
=========================== ========= ========================================================================
``level_mean``              mean      troops of the headline force deployed at the end of the date
``level_q50``               median    the same
``target_held``             share     the target's troops are there at the end of its date
``target_reached``          share     they were there at some instant up to then
``target_day_mean``         mean      days until they first are; the whole length of the run where never
``target_day``              median    the same, where never counts as such
``first_boots``             share     any troops of the headline force ever arrive
``first_boots_day_mean``    mean      days until the first do; the whole length of the run where never
``first_boots_day``         median    the same, where never counts as such
``coverage``                mean      share of the required troop-days that are served: of a line, of all
``contributor_level``       mean      troops of one contributor in the headline force at the end of the date
``own_level``               mean      the same of those contributors together whose own entries were changed
``others_level``            mean      the same of all others: those who follow
``arrival``                 share     any troops of a contributor, of whatever force, ever arrive
``arrival_day_mean``        mean      days until the first do; the whole length of the run where never
``troop_days``              mean      troop-days of every force that a cause holds back; `deployed`: served
``contributor_troop_days``  mean      the same of one contributor; the item is `contributor: cause`
``cost``                    mean      what the force has cost by the end of the date; the item is the unit
=========================== ========= ========================================================================
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.results.applicability import rule_questions
from sim.results.binding import seconds_question, troop_seconds
from sim.results.changes import Changes, deployed_changes, stage_question
from sim.results.costs import costs_by, costs_question
from sim.results.dates import last_second_of
from sim.results.levels import levels_of
from sim.results.reading import Question, read_beforehand
from sim.results.requirements import lines_questions
from sim.results.selection import Selection, members
from sim.results.targets import Attainment, attainments
from sim.studies.questions import Questions, can_be_judged
from sim.studies.samples import Key, Sample, StoredSamples
from sim.studies.views import until, with_requirements, with_targets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.scenario.aims import Requirement, Target

UNITS: Mapping[str, str] = {
    "level_mean": "troops",
    "level_q50": "troops",
    "target_held": "probability",
    "target_reached": "probability",
    "target_day_mean": "days",
    "target_day": "days",
    "first_boots": "probability",
    "first_boots_day_mean": "days",
    "first_boots_day": "days",
    "coverage": "share",
    "own_level": "troops",
    "others_level": "troops",
    "contributor_level": "troops",
    "arrival": "probability",
    "arrival_day_mean": "days",
    "troop_days": "troop-days",
    "contributor_troop_days": "troop-days",
    "cost": "currency",
}
"""The unit of each measure, in the order of the table."""

ZERO_WHERE_ABSENT = frozenset({"troop_days", "contributor_troop_days"})
"""Measures whose items come from the logs: what one of two runs does not have is zero there."""

FORCE = "force"
"""The item of measures of the headline force."""

ALL_LINES = "all lines"
"""The item of the coverage of a whole statement of requirements."""

Answers = Mapping[Key, Sample]


def rank_of(key: Key) -> tuple[int, str, str]:
    """Return where a row stands in a table: by measure, item and date."""
    return list(UNITS).index(key.measure), key.item, key.date


class Measuring:
    """A run being measured; what several pairs ask is read from the logs once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._until: dict[dt.date, _Reading] = {}

    def read(self, asked: Iterable[Questions], further: Iterable[tuple[Hashable, Question]] = ()) -> None:
        """Read what the answers to all of these hang on in one pass, with `further` questions to the run."""
        views: dict[dt.date, dict[Hashable, Question]] = {}
        for each in asked:
            views.setdefault(each.end, {}).update(self._reading(each.end).turns_on(each))
        own = views.pop(self.run.scenario.end, {})
        others = [(self._reading(end).run, found) for end, found in views.items()]
        read_beforehand(self.run, (*own.items(), *further), others)

    def answers(self, questions: Questions) -> Answers:
        """Return the sample of every measure that the questions ask for."""
        return StoredSamples(self._reading(questions.end).answers(questions))

    def _reading(self, end: dt.date) -> _Reading:
        if end not in self._until:
            self._until[end] = _Reading(until(self.run, end))
        return self._until[end]


class _Reading:
    """What the logs of a run say up to one end."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.bodies = members(run.scenario)
        self._attained: dict[str, Attainment | None] = {}
        self._covered: dict[str, Answers] = {}

    def turns_on(self, asked: Questions) -> Iterator[tuple[Hashable, Question]]:
        """Yield what the answers are computed from, with keys."""
        yield stage_question(self.run, ("deployed",))
        rules = (target.when for target in asked.targets.values())
        yield from rule_questions(
            self.run, (rule for rule in rules if can_be_judged(rule, self.run.scenario))
        )
        for statement in asked.statements.values():
            if all(can_be_judged(line.when, self.run.scenario) for line in statement):
                own = with_requirements(self.run, statement)
                yield from lines_questions(own, own.scenario.requirements)
        if self.run.scenario.costs is not None:
            yield costs_question(self.run, asked.dates)
        if not asked.brief and "waited" not in self.__dict__:
            yield seconds_question(self.run, Selection())

    @cached_property
    def deployed(self) -> Changes:
        return deployed_changes(self.run, self.bodies)

    @cached_property
    def waited(self) -> Mapping[tuple[str, ...], NDArray[np.int64]]:
        return troop_seconds(self.run, "contributor", Selection())

    def answers(self, asked: Questions) -> Iterator[tuple[Key, Sample]]:
        yield from self._levels(asked)
        for item, target in asked.targets.items():
            yield from self._target(item, target)
        headline = self._members(force=asked.force)
        yield from self._arrival(headline, "first_boots", FORCE)
        yield from self._first_day(self._first(headline), "first_boots_day", FORCE)
        yield from self._costs(asked)
        for suffix, statement in asked.statements.items():
            yield from self._coverage(suffix, statement).items()
        if not asked.brief:
            yield from self._parts(asked)

    def _parts(self, asked: Questions) -> Iterator[tuple[Key, Sample]]:
        """What is asked of single contributors and causes."""
        for name in asked.contributors:
            own = self._members(contributor=name)
            yield from self._arrival(own, "arrival", name)
            yield self._mean_day(self._first(own), "arrival_day_mean", name)
        yield from self._troop_days()

    def _members(self, contributor: str | None = None, force: str | None = None) -> list[int]:
        return [
            number
            for number, body in enumerate(self.bodies)
            if contributor in (None, body.contributor) and force in (None, body.force)
        ]

    def _levels(self, asked: Questions) -> Iterator[tuple[Key, Sample]]:
        groups = {("level_mean", FORCE): self._members(force=asked.force)}
        for name in asked.contributors if not asked.brief else ():
            groups["contributor_level", name] = self._members(name, asked.force)
        if asked.own:
            own = [number for name in sorted(asked.own) for number in groups["contributor_level", name]]
            groups["own_level", FORCE] = own
            groups["others_level", FORCE] = [n for n in groups["level_mean", FORCE] if n not in own]
        for (measure, item), numbers in groups.items():
            levels = levels_of(self.deployed.of(numbers), self.run.dates)
            for date in asked.dates:
                level = levels.on(date).astype(float)
                yield Key(measure, item, date.isoformat()), Sample("mean", level, least=0.0)
                if measure == "level_mean":
                    yield Key("level_q50", item, date.isoformat()), Sample("median", level, least=0.0)

    def _costs(self, asked: Questions) -> Iterator[tuple[Key, Sample]]:
        stated = self.run.scenario.costs
        if stated is not None:
            for date, cost in zip(asked.dates, costs_by(self.run, asked.dates), strict=True):
                yield Key("cost", stated.unit, date.isoformat()), Sample("mean", cost, least=0.0)

    def _target(self, item: str, target: Target) -> Iterator[tuple[Key, Sample]]:
        import numpy as np

        attained = self._attainment(target)
        if attained is None or not attained.numbers.size:
            return
        places = np.searchsorted(self.run.numbers, attained.numbers)
        everywhere = places.size == self.run.replications
        applies = np.zeros(self.run.replications, dtype=bool)
        applies[places] = True

        def full(values: NDArray[np.float64]) -> NDArray[np.float64]:
            spread = np.zeros(self.run.replications)
            spread[places] = values
            return spread

        def sample(measure: str, sample: Sample, date: str = "") -> tuple[Key, Sample]:
            whole = replace(sample, values=full(sample.values), applies=None if everywhere else applies)
            return Key(measure, item, date), whole

        date = target.by.isoformat()
        held = (attained.level_on(self.run.dates) >= target.troops).astype(float)
        reached = attained.first <= last_second_of(self.run.scenario.start, target.by)
        yield sample("target_held", Sample("share", held), date)
        yield sample("target_reached", Sample("share", reached.astype(float)), date)
        for key, own in self._first_day(attained.first, "target_day", item):
            yield sample(key.measure, own)

    def _attainment(self, target: Target) -> Attainment | None:
        """One target in this run; None where it cannot tell whether the target applies."""
        name = repr(target)
        if name not in self._attained:
            known = can_be_judged(target.when, self.run.scenario)
            judged = with_targets(self.run, {"it": target})
            self._attained[name] = attainments(judged)[0] if known else None
        return self._attained[name]

    def _coverage(self, suffix: str, statement: tuple[Requirement, ...]) -> Answers:
        """Each line and all together; nothing where this run cannot tell whether a line is needed."""
        name = suffix + repr(statement)
        if name not in self._covered:
            self._covered[name] = StoredSamples(self._lines(suffix, statement))
        return self._covered[name]

    def _lines(self, suffix: str, statement: tuple[Requirement, ...]) -> Iterator[tuple[Key, Sample]]:
        import numpy as np

        from sim.results.coverage import fulfilment

        if not all(can_be_judged(line.when, self.run.scenario) for line in statement):
            return
        found = fulfilment(with_requirements(self.run, statement))
        for row, line in enumerate(found.lines):
            key = Key("coverage", f"{line.name}{suffix}", "")
            yield from _shares(key, found.filled[row], found.needed[row], found.wanted[row])
        filled, needed = found.filled.total(), found.needed.total()
        key = Key("coverage", f"{ALL_LINES}{suffix}", "")
        yield from _shares(key, filled, needed, np.any(found.wanted, axis=0))

    def _first(self, numbers: list[int]) -> NDArray[np.float64]:
        return self.deployed.of(numbers).first_at_least(1)

    def _arrival(self, numbers: list[int], measure: str, item: str) -> Iterator[tuple[Key, Sample]]:
        arrives = (self._first(numbers) < math.inf).astype(float)
        yield Key(measure, item, ""), Sample("share", arrives)

    def _first_day(self, first: NDArray[np.float64], measure: str, item: str) -> Iterator[tuple[Key, Sample]]:
        yield self._mean_day(first, f"{measure}_mean", item)
        yield Key(measure, item, ""), Sample("median", first / DAY, least=0.0)

    def _mean_day(self, first: NDArray[np.float64], measure: str, item: str) -> tuple[Key, Sample]:
        """The restricted mean: whoever never comes counts with the whole length of the run."""
        import numpy as np

        days = np.minimum(first, self.run.duration) / DAY
        return Key(measure, item, ""), Sample("mean", days, least=0.0, most=self.run.duration / DAY)

    def _troop_days(self) -> Iterator[tuple[Key, Sample]]:
        totals: dict[str, NDArray[np.int64]] = {}
        for (contributor, cause), seconds in self.waited.items():
            if seconds.any():
                totals[cause] = totals.get(cause, 0) + seconds
                item = f"{contributor}: {cause}"
                yield Key("contributor_troop_days", item, ""), Sample("mean", seconds / DAY, least=0.0)
        for cause, seconds in totals.items():
            yield Key("troop_days", cause, ""), Sample("mean", seconds / DAY, least=0.0)


def _shares(
    key: Key, filled: NDArray[np.int64], needed: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> Iterator[tuple[Key, Sample]]:
    import numpy as np

    if wanted.any():
        shares = np.divide(filled, needed, out=np.ones(filled.shape), where=needed > 0)
        applies = None if wanted.all() else wanted
        yield key, Sample("mean", shares, applies, least=0.0, most=1.0)
