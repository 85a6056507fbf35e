"""The smallest set of changes of its facts and decisions with which a world that missed would have made it.

The world is played again with some of its facts or decisions otherwise and all else as it was: the same random
numbers, the same numbers drawn. What can be otherwise: a milestone or consent comes (at its own time, or at once), an
approval is given, a pledge is kept, a switch stays on or off, a progress takes a day, no incidents happen. First all
of them together, in the better of two directions; then sets of one, of two and of three; beyond that one by one is
given up that is not needed, which gives a set of which none can be left out, though perhaps not the smallest.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, assert_never

from sim.durations import DAY
from sim.errors import UsageError
from sim.model.replication import replicate_otherwise
from sim.plan.laws import ConstantLaw
from sim.plan.randomness import Draws
from sim.plan.rewriting import rewritten
from sim.plan.tables import (
    ApprovalPlan,
    ContingentPlan,
    EventsPlan,
    FactPlan,
    MilestonePlan,
    Plan,
    ProgressPlan,
    SchedulePlan,
    SwitchPlan,
)
from sim.results.selection import members
from sim.results.targets import target_selection
from sim.words.names import agreeing, readable, within
from sim.words.titles import titles_of

if TYPE_CHECKING:
    from sim.batch.allowance import Allowance
    from sim.model.logbook import Logs
    from sim.results.run import Run
    from sim.scenario.aims import Target

MOST_SEARCHED = 3
"""Sets up to that size are searched through."""
MOST_PLAYED = 4_000
"""Most plays of the world."""


@dataclass(frozen=True)
class Otherwise:
    """One thing that could have been otherwise: `thing` names it, `said` says it, `change` rewrites the tables."""

    thing: str
    said: str
    change: Callable[[Any], Any] = field(repr=False)
    milder: Otherwise | None = field(default=None, repr=False)
    """The same at its own time, which is tried once the set is known."""


@dataclass(frozen=True)
class Nearest:
    """The sets of changes found, all of one size; `played` is how often the world was played for it.

    `smallest`: no smaller set of changes would do. Without sets nothing that is tried would have done.
    """

    number: int
    level: int
    sets: tuple[tuple[Otherwise, ...], ...]
    levels: tuple[int, ...]
    """The level reached with each set."""
    smallest: bool
    played: int
    before: Logs = field(repr=False)
    after: Logs | None = field(repr=False)
    """The world with the first set."""
    cut: bool = False
    """Whether the time allowed was up before the search was at its end."""


class _World:
    """One world, played with changes."""

    def __init__(
        self, run: Run, plan: Plan, target: Target, number: int, allowance: Allowance | None
    ) -> None:
        self._allowance = allowance
        self.cut = False
        self._plan, self._number, self._target = plan, number, target
        self._draws = Draws(int(run.manifest["seed"]), number, 1)
        wanted = target_selection(run.scenario, target)
        self._counted = {body.key for body in members(run.scenario) if wanted.admits(body)}
        self._until = ((target.by - run.scenario.start).days + 1) * DAY
        self._known: dict[tuple[tuple[str, str], ...], Logs] = {}

    @property
    def played(self) -> int:
        return len(self._known)

    def logs(self, changes: Sequence[Otherwise]) -> Logs:
        key = tuple((each.thing, each.said) for each in changes)
        if key not in self._known:
            other = rewritten(self._plan, partial(_all_of, changes)) if changes else self._plan
            self._known[key] = replicate_otherwise(self._plan, other, self._draws, self._number)
        return self._known[key]

    def is_in_time(self) -> bool:
        """Tell whether there is time to play it once more."""
        if self._allowance is not None and not self._allowance.may_begin():
            self.cut = True
        return not self.cut

    def may_search_on(self) -> bool:
        """Tell whether there is time, and number of plays, for another set."""
        return self.is_in_time() and self.played < MOST_PLAYED

    def level(self, changes: Sequence[Otherwise]) -> int:
        level = 0
        for time, _, contributor, contingent, source, goal, troops, _ in self.logs(changes).transitions:
            if time < self._until and (contributor, contingent) in self._counted:
                level += troops * ((goal == "deployed") - (source == "deployed"))
        return level

    def makes_it(self, changes: Sequence[Otherwise]) -> bool:
        return self.level(changes) >= self._target.troops


def _all_of(changes: Sequence[Otherwise], part: Any) -> Any:
    for each in changes:
        part = each.change(part)
    return part


def nearest(run: Run, target: Target, number: int, allowance: Allowance | None = None) -> Nearest:
    """Return the smallest sets of changes with which a world would have had the target's troops on its day.

    After 4,000 plays of the world, or where an allowance is used up, what was found so far, reduced as far as is left.
    UsageError for a world that the run does not hold, that made it, or that this version would play otherwise.
    """
    from sim.plan.compilation import compile_plan

    if number not in run.numbers:
        raise UsageError(
            f"{run.folder}: replication {number} is not among the {run.replications:,} that finished"
        )
    plan = compile_plan(run.scenario)
    world = _World(run, plan, target, number, allowance)
    level = world.level(())
    if level >= target.troops:
        raise UsageError(f"replication {number} made it, with {level:,} troops; name one that missed")
    things = _by_thing(changes_of(plan, titles_of(run.scenario)))
    everything = _best_of_all(world, things)
    if everything is None:
        return Nearest(number, level, (), (), True, world.played, world.logs(()), None, world.cut)
    sets, smallest = _smallest(world, things, everything)
    milder = tuple(dict.fromkeys(_milder(world, found) for found in sets))
    levels = tuple(world.level(found) for found in milder)
    before, after = world.logs(()), world.logs(milder[0])
    return Nearest(number, level, milder, levels, smallest, world.played, before, after, world.cut)


def _by_thing(changes: Iterator[Otherwise]) -> list[list[Otherwise]]:
    found: dict[str, list[Otherwise]] = {}
    for each in changes:
        found.setdefault(each.thing, []).append(each)
    return list(found.values())


def _best_of_all(world: _World, things: list[list[Otherwise]]) -> list[Otherwise] | None:
    """Return a change of everything that makes it: of things with two directions the better, one after the other."""
    chosen = [options[0] for options in things]
    best = world.level(chosen)
    for place, options in enumerate(things):
        for option in options[1:] if world.may_search_on() else ():
            tried = [*chosen[:place], option, *chosen[place + 1 :]]
            if (level := world.level(tried)) > best:
                chosen, best = tried, level
    return chosen if world.makes_it(chosen) else None


def _smallest(
    world: _World, things: list[list[Otherwise]], everything: list[Otherwise]
) -> tuple[list[tuple[Otherwise, ...]], bool]:
    for size in range(1, MOST_SEARCHED + 1):
        found: list[tuple[Otherwise, ...]] = []
        for group in itertools.combinations(things, size):
            for changes in itertools.product(*group):
                if not world.may_search_on():
                    return ([*found] or [_reduced(world, everything)]), False
                if world.makes_it(changes):
                    found.append(changes)
        if found:
            return found, True
    return [_reduced(world, everything)], False


def _reduced(world: _World, everything: list[Otherwise]) -> tuple[Otherwise, ...]:
    kept = list(everything)
    for each in everything:
        fewer = [other for other in kept if other is not each]
        if world.is_in_time() and world.makes_it(fewer):
            kept = fewer
    return tuple(kept)


def _milder(world: _World, found: tuple[Otherwise, ...]) -> tuple[Otherwise, ...]:
    for place, each in enumerate(found):
        if each.milder is not None and world.may_search_on():
            tried = (*found[:place], each.milder, *found[place + 1 :])
            if world.makes_it(tried):
                found = tried
    return found


def changes_of(plan: Plan, titles: Mapping[str, str]) -> Iterator[Otherwise]:
    """Yield everything that could have been otherwise, facts first, by name."""
    for fact in plan.facts:
        yield from _of_fact(fact, titles)
    steps = {step.outcome: (row, step) for row in plan.contingents for step in row.approvals}
    for outcome, (row, step) in sorted(steps.items()):
        if not (isinstance(step.probability.law, ConstantLaw) and step.probability.law.value >= 1):
            who = titles.get(row.contributor, row.contributor)
            yield Otherwise(outcome, f"{readable(step.step)} of {who} approves", partial(_approves, outcome))
    for outcome in sorted({row.arrival_outcome for row in plan.contingents}):
        rows = [row for row in plan.contingents if row.arrival_outcome == outcome]
        if any(not _is(row.never_arrives.law, 0.0) or not _is(row.delivers.law, 1.0) for row in rows):
            who = titles.get(rows[0].contributor, rows[0].contributor)
            yield Otherwise(outcome, f"{who} delivers all that it pledged", partial(_delivers, outcome))


def _is(law: object, value: float) -> bool:
    return isinstance(law, ConstantLaw) and law.value == value


def _of_fact(fact: FactPlan, titles: Mapping[str, str]) -> Iterator[Otherwise]:
    name = fact.name
    title = f"“{titles.get(name, name)}”"
    match fact:
        case MilestonePlan():
            if name.startswith("consent("):
                party, contributor = name.removeprefix("consent(").removesuffix(")").split(", ")
                whom = within(titles.get(contributor, contributor))
                what = f"{agreeing(titles.get(party, party), 'consent')} to {whom}"
            else:
                what = f"{title} comes"
            if not fact.records:
                milder = Otherwise(name, what, partial(_comes, name, False))
                yield Otherwise(
                    name, f"{what} as soon as it is asked for", partial(_comes, name, True), milder
                )
        case SwitchPlan():
            yield Otherwise(name, f"{title} holds and does not end", partial(_stays, name, True))
            yield Otherwise(name, f"{title} does not hold and does not begin", partial(_stays, name, False))
        case EventsPlan():
            yield Otherwise(name, f"no {title} from then on", partial(_none, name))
        case ProgressPlan():
            yield Otherwise(name, f"{title} takes a day", partial(_takes_a_day, name))
        case SchedulePlan():
            return
        case _:
            assert_never(fact)


def _comes(name: str, at_once: bool, part: Any) -> Any:
    if not (isinstance(part, MilestonePlan) and part.name == name):
        return part
    certain = replace(part.probability, law=ConstantLaw(1.0), times=(), odds=())
    after = replace(part.after, law=ConstantLaw(0.0), times=()) if at_once else part.after
    return replace(part, probability=certain, after=after)


def _stays(name: str, on: bool, part: Any) -> Any:
    if not (isinstance(part, SwitchPlan) and part.name == name):
        return part
    leaves = part.stays_off if on else part.stays_on
    leaves = replace(leaves, law=ConstantLaw(0.0), times=()) if leaves is not None else None
    return replace(part, stays_on=None if on else leaves, stays_off=leaves if on else None)


def _none(name: str, part: Any) -> Any:
    if not (isinstance(part, EventsPlan) and part.name == name):
        return part
    return replace(part, rate=replace(part.rate, law=ConstantLaw(0.0), times=()))


def _takes_a_day(name: str, part: Any) -> Any:
    if not (isinstance(part, ProgressPlan) and part.name == name):
        return part
    return replace(part, duration=replace(part.duration, law=ConstantLaw(float(DAY)), times=()))


def _approves(outcome: str, part: Any) -> Any:
    if not (isinstance(part, ApprovalPlan) and part.outcome == outcome):
        return part
    return replace(part, probability=replace(part.probability, law=ConstantLaw(1.0), times=(), odds=()))


def _delivers(outcome: str, part: Any) -> Any:
    if not (isinstance(part, ContingentPlan) and part.arrival_outcome == outcome):
        return part
    return replace(
        part,
        never_arrives=replace(part.never_arrives, law=ConstantLaw(0.0), times=(), odds=()),
        delivers=replace(part.delivers, law=ConstantLaw(1.0), times=(), odds=()),
    )
