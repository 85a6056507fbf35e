"""Measurements of a progress that contradict each other: which, and what counts.

What was measured later counts, but the planner should know: either one of the numbers is wrong, or the scenario
lacks what slowed, hastened or took back the work. The known time is rehearsed in a few worlds, which costs about as
much as so many replications; where worlds differ before `as_of`, what contradicts in most of them is told.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.durations import DAY

if TYPE_CHECKING:
    from sim.model.notes import ContradictionKind
    from sim.scenario.scenario import Scenario

WORLDS = 5
"""Worlds in which the known time is rehearsed."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two measurements that cannot both be true. The later counts.

    `place` is that of the later record in `history`; `earlier` and `later` are (date, share). Of what began too
    high, `earlier` is the start.
    """

    fact: str
    kind: ContradictionKind
    place: int
    earlier: tuple[dt.date, float]
    later: tuple[dt.date, float]
    remedy: str


def contradictions(scenario: Scenario, seed: int = 0) -> tuple[Contradiction, ...]:
    """Return what contradicts each other, in the order of the dates."""
    measured = [
        record
        for record in scenario.history
        if record.fact in scenario.facts and scenario.facts[record.fact].kind == "progress"
    ]
    if scenario.as_of is None or not any(record.value is not None for record in measured):
        return ()
    from sim.model.rehearsal import contradictions as rehearsed
    from sim.plan.compilation import compile_plan
    from sim.plan.randomness import Draws

    plan = compile_plan(scenario)
    draws = Draws(seed, 0, WORLDS)
    found = Counter(each for number in range(WORLDS) for each in rehearsed(plan, draws, number))
    told = [
        _told(scenario, each.fact, each.kind, each.earlier, each.later)
        for each, many in found.items()
        if 2 * many > WORLDS
    ]
    return tuple(sorted(told, key=lambda each: (each.later[0], each.fact, each.earlier[0])))


def _told(
    scenario: Scenario, fact: str, kind: ContradictionKind, earlier: int | None, later: int
) -> Contradiction:
    def at(time: int) -> tuple[int, tuple[dt.date, float]]:
        day = scenario.start + dt.timedelta(days=round(time / DAY))
        place, record = next(
            (place, record)
            for place, record in enumerate(scenario.history)
            if record.fact == fact and record.date == day and record.value is not None
        )
        return place, (day, float(record.value or 0))

    block = scenario.facts[fact]
    began = (scenario.start, block.initially if block.kind == "progress" else 0.0)
    place, after = at(later)
    before = began if earlier is None else at(earlier)[1]
    return Contradiction(fact, kind, place, before, after, _REMEDIES[kind].format(fact=fact))


_REMEDIES: dict[ContradictionKind, str] = {
    "pace": (
        "correct one of them, or say what slowed or hastened it (`when:` or `rate_multiplier:` of facts.{fact}, or a "
        "record `event: delayed`)"
    ),
    "fell": "correct one of them, or say what takes it back (`slips_when:` of facts.{fact})",
    "stood": "correct one of them, or the `when:` of facts.{fact}, or a record that has it delayed",
}
