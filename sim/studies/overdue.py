"""What most worlds would have seen by `as_of`, and history does not record.

Silence is evidence: what was likely to come early and is not recorded has not come, so it is late, or never comes.
Where the planner only did not write it down, that is an error, and a costly one. So the same scenario is played as
if nothing were reported (chance runs on from the last record of each thing), and what happens there by `as_of` in
most worlds stands in this list, with what silence does to it and what mends it.

It costs `WORLDS` replications, and where something is overdue and no run holds them, as many of the scenario as it is.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from sim.durations import DAY, date_at

if TYPE_CHECKING:
    from sim.model.logbook import Logs
    from sim.plan.tables import Plan
    from sim.results.run import Run
    from sim.scenario.fields import Block
    from sim.scenario.scenario import Scenario

WORLDS = 100
FEW_WORLDS = 25
"""So many are enough after a run of few replications."""
MOST_WORLDS = 0.5
"""What has happened by `as_of` in more than this share of worlds is overdue."""

_SHORT = 10
"""Where the known time is shorter than such a part of the whole, it is played alone first: often nothing is overdue."""

Kind = Literal["fact", "consent", "count", "progress", "decision", "arrival", "graduates", "casualties"]


@dataclass(frozen=True, slots=True)
class Overdue:
    """One thing that most worlds would have seen by `as_of`, and that history does not record.

    `who` is a fact, a contributor or a trained force (of a consent: the contributor, and `party` who gives it).
    `chance` is the share of worlds that would have seen it, `by` when half of those had. `expected` is how many
    incidents, casualties, troops or graduates the middle one of them saw. `before` is the chance that it comes
    by the end without the silence, `after` with it; of what is counted (`COUNTED`) how many come from `as_of` on
    in the mean world. None where the silence says nothing (a `progress`).
    """

    kind: Kind
    who: str
    party: str | None
    chance: float
    by: dt.date
    expected: float
    before: float
    after: float | None
    remedy: str


def overdue(
    scenario: Scenario, worlds: int = WORLDS, seed: int = 0, run: Run | None = None
) -> tuple[Overdue, ...]:
    """Return what is overdue, the surest first; nothing without known time.

    A stored `run` of the scenario spares the half of the worlds that it has played already.
    """
    if scenario.as_of is None or scenario.as_of <= scenario.start:
        return ()
    from sim.plan.compilation import compile_plan

    unheard = compile_plan(_unreported(scenario))
    courses = tuple(
        replace(row, course=replace(row.course, resumes=max([0, *(each.time for each in row.graduates)])))
        for row in unheard.training
    )
    unheard = replace(unheard, training=courses)

    def freely(played: Plan) -> Iterator[_Story]:
        return (_Story(scenario, logs, unheard.as_of) for logs in _played(played, worlds, seed))

    soon = replace(unheard, ends=unheard.as_of)
    if _SHORT * unheard.as_of < unheard.ends and not _is_any_likely(scenario, freely(soon), worlds):
        return ()
    free = list(freely(unheard))
    likely = list(_likely(scenario, free))
    if not likely:
        return ()
    plan = compile_plan(scenario)
    told = [_Story(scenario, logs, plan.as_of) for logs in _told(plan, worlds, seed, run)]
    found = (_found(scenario, key, free, told) for key in likely)
    return tuple(sorted(found, key=lambda each: (-each.chance, each.kind, each.who, each.party or "")))


def _told(plan: Plan, worlds: int, seed: int, run: Run | None) -> Iterable[Logs]:
    """Return worlds of the scenario as it is: stored ones, if they hold what is looked at."""
    from sim.results.stories import first_worlds

    if run is not None and all(row.log for row in plan.facts):
        stored = first_worlds(run, worlds, seed)
        if stored is not None:
            return stored
    return _played(plan, worlds, seed)


COUNTED = ("count", "casualties", "graduates")
"""Kinds of which it matters how many."""

Key = tuple[Kind, str, str | None]


class _Story:
    """What of interest happens in a world that history does not record: when first, and how much."""

    def __init__(self, scenario: Scenario, logs: Logs, as_of: int) -> None:
        self.first: dict[Key, int] = {}
        self.early: Counter[Key] = Counter()
        """How much of it happened by `as_of`."""
        self.late: Counter[Key] = Counter()
        """How much of it happens later."""
        recorded = {
            (
                record.fact or f"consent({record.party}, {record.contributor})",
                (record.date - scenario.start).days * DAY,
            )
            for record in scenario.history
        }
        before: dict[str, float] = {}
        for time, _, name, value in logs.signals:
            amount = value - before.get(name, 0.0)
            before[name] = value
            key = _key_of_signal(scenario, name)
            if key is not None and time >= 0 and (name, time) not in recorded:
                self._note(key, time, amount, as_of)
        for time, _, who, _, source, target, troops, cause in logs.transitions:
            for key in _keys_of_move(who, source, target, cause):
                self._note(key, time, troops, as_of)

    def _note(self, key: Key, time: int, amount: float, as_of: int) -> None:
        self.first.setdefault(key, time)
        counts = self.early if time < as_of else self.late
        counts[key] += int(amount) if amount >= 1 else 1


def _key_of_signal(scenario: Scenario, name: str) -> Key | None:
    fact = scenario.facts.get(name)
    if fact is not None:
        kinds: dict[str, Kind] = {"events": "count", "progress": "progress"}
        unheard = fact.kind == "schedule" or (not fact.reported and fact.kind != "progress")
        return None if unheard else (kinds.get(fact.kind, "fact"), name, None)
    if name.startswith("consent("):
        party, contributor = name[len("consent(") : -1].split(", ")
        return ("consent", contributor, party) if scenario.parties[party].reported else None
    if name == "casualties":
        return "casualties", "", None
    return None


def _keys_of_move(who: str, source: str, target: str, cause: str) -> Iterator[Key]:
    if cause.startswith("history"):
        return
    if source == "deciding":
        yield "decision", who, None
    if (source, target) == ("moving", "deployed"):
        yield "arrival", who, None
    if cause in ("course passed", "sector opens"):
        yield "graduates", who, None


def _likely(scenario: Scenario, free: list[_Story]) -> Iterator[Key]:
    """Yield what happens by `as_of` in most worlds in which nothing is reported, and would become known."""
    for key, many in Counter(key for story in free for key in story.early).items():
        if many / len(free) > MOST_WORLDS and _says_something(scenario, *key[:2]):
            yield key


def _is_any_likely(scenario: Scenario, free: Iterable[_Story], worlds: int) -> bool:
    """Tell whether `_likely` yields anything; of the worlds no more are played than it takes to know."""
    seen: Counter[Key] = Counter()
    enough = MOST_WORLDS * worlds
    for played, story in enumerate(free, 1):
        seen.update(key for key in story.early if _says_something(scenario, *key[:2]))
        most = max(seen.values(), default=0)
        if most > enough or most + worlds - played <= enough:
            return most > enough
    return False


def _found(scenario: Scenario, key: Key, free: list[_Story], told: list[_Story]) -> Overdue:
    kind, who, party = key
    early = [story for story in free if key in story.early]
    times = sorted(story.first[key] for story in early)
    before, after = (_later(stories, key) for stories in (free, told))
    return Overdue(
        kind=kind,
        who=who,
        party=party,
        chance=len(early) / len(free),
        by=date_at(scenario.start, times[len(times) // 2]),
        expected=median([story.early[key] for story in early]),
        before=before,
        after=None if kind == "progress" else after,
        remedy=_REMEDIES[kind].format(who=who, party=party),
    )


def _later(stories: list[_Story], key: Key) -> float:
    """Return the share of worlds in which it comes, or how many come from `as_of` on in the mean world."""
    if key[0] in COUNTED:
        return sum(story.late[key] for story in stories) / len(stories)
    return sum(key in story.first for story in stories) / len(stories)


def _says_something(scenario: Scenario, kind: Kind, who: str) -> bool:
    """Tell whether what happens there becomes known, and has not become known otherwise."""
    owner = scenario.contributors.get(who)
    if owner is None or kind not in ("decision", "arrival"):
        return True
    decides = owner.approvals or any(each.approvals for each in owner.contingents.values())
    known = {record.event for record in scenario.history if record.contributor == who}
    return owner.reported and (kind == "arrival" or bool(decides and known.isdisjoint(_DECIDED)))


_DECIDED = ("approved", "refused", "ready", "embarked", "arrived", "withdrew")
"""Records that show that a decision has been taken."""

_REMEDIES: Mapping[Kind, str] = MappingProxyType(
    {
        "fact": "record it (fact: {who}), or its delay (event: delayed), or set facts.{who}.reported: false",
        "count": "record how many (fact: {who}, count: …; 0 too), or set facts.{who}.reported: false",
        "progress": "record how far it has got (fact: {who}, value: …)",
        "consent": (
            "record the answer (party: {party}, contributor: {who}), or say with asked_when: when it is asked, "
            "or set parties.{party}.reported: false"
        ),
        "decision": (
            "record it (contributor: {who}, event: approved, refused or delayed), or set "
            "contributors.{who}.reported: false"
        ),
        "arrival": (
            "record it (contributor: {who}, event: arrived, embarked, ready or delayed), or set "
            "contributors.{who}.reported: false"
        ),
        "graduates": "record them (contributor: {who}, event: graduated)",
        "casualties": (
            "record them (contributor: …, event: casualties), or set reported: false of those who suffer them"
        ),
    }
)
"""What to write, in the scenario's own words."""


def _played(plan: Plan, worlds: int, seed: int) -> Iterator[Logs]:
    from sim.engines.choice import chosen_engine
    from sim.engines.spans import Span

    logged = replace(plan, facts=tuple(replace(row, log=True) for row in plan.facts), statements=())
    return chosen_engine(replications=worlds).worlds(logged, seed, Span(0, worlds))


def _unreported(scenario: Scenario) -> Scenario:
    """Return the scenario in which nothing becomes known by itself."""

    def quiet(blocks: Iterable[tuple[str, Block]]) -> dict[str, Block]:
        unheard = {"reported": False}
        return {
            name: block.model_copy(update=unheard) if "reported" in type(block).model_fields else block
            for name, block in blocks
        }

    return scenario.model_copy(
        update={
            "facts": quiet(scenario.facts.items()),
            "parties": quiet(scenario.parties.items()),
            "contributors": quiet(scenario.contributors.items()),
        }
    )
