"""What would have to change for a target to be reachable: the smallest sets, and how likely each is.

The changes are looked for in steady worlds (`sim.studies.steady`): facts and consents moved from what they
are on day 0, or at `as_of`, and then left so. A set is *smallest* if no part of it is enough. Where a
quantity has several values that are enough, the nearest to the present one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.durations import DAY, seconds_between
from sim.errors import TimeUpError
from sim.rules.syntax import And, Before, Rule
from sim.scenario.analysis.bodies import Body
from sim.studies.growth import GrownForces, play
from sim.studies.levers import FactLever
from sim.studies.steady import SteadyWorlds

if TYPE_CHECKING:
    import datetime as dt

    from sim.batch.allowance import Allowance
    from sim.batch.workers import Workers
    from sim.scenario.scenario import Scenario

MOST_CHANGES = 4
"""Most changes in a set."""

MOST_WORLDS = 50_000
"""Most steady worlds that are tried."""

Choice = frozenset[tuple[int, int]]
"""Levers, by place, with the cells that they are moved to."""


@dataclass(frozen=True)
class UnlockSet:
    """A set of changes that makes the target reachable.

    `conditions` are what the changes make true; `troops` the most that count then at once, `freed` how many
    more than without the changes; `contributors` how many more (or fewer) each of them has deployed.
    """

    conditions: tuple[Rule, ...]
    troops: int
    freed: int
    contributors: Mapping[str, int]

    def __str__(self) -> str:
        """Return the conditions as a rule."""
        return str(And(self.conditions))


@dataclass(frozen=True)
class Unlocking:
    """The smallest sets, fewest changes first and among those the most troops first.

    All sets of up to `complete` changes were tried; fewer than `MOST_CHANGES` if there are too many, or if the time
    allowed was up (`cut`). Not even the world as it stands is left out, so `complete` is 0 or more.
    `present` is what is reachable without a change.
    """

    target: int
    by: dt.date
    present: int
    sets: tuple[UnlockSet, ...]
    complete: int
    worlds: int
    pledged: int = 0
    """How many are pledged in all, at their medians: what exceeds it nobody has offered."""
    with_beds: int | None = None
    """If no set is enough and beds limit: what were reachable without a change if everybody had a bed."""
    cut: bool = False


def unlock(
    scenario: Scenario,
    target: int,
    by: dt.date | None = None,
    counted: Callable[[Body], bool] | None = None,
    *,
    most_changes: int = MOST_CHANGES,
    most_worlds: int = MOST_WORLDS,
    allowance: Allowance | None = None,
) -> Unlocking:
    """Find the smallest sets of changes that make `target` troops reachable by the end of a day.

    Without a day it is the last of the scenario. `counted` says which contingents and trained forces count;
    all if it is left out. With an allowance the search ends when it is used up.
    """
    day = scenario.end if by is None else min(by, scenario.end)
    last = seconds_between(scenario.start, day) + DAY - 1
    worlds = SteadyWorlds(scenario, last, counted or (lambda body: True))
    search = _Search(worlds, target, most_worlds, allowance)
    complete = search.run(most_changes)
    base = search.outcomes[frozenset()]
    sets = [_described(worlds, base, choice, outcome) for choice, outcome in search.nearest()]
    sets.sort(key=lambda each: (len(each.conditions), -each.troops, str(each)))
    pledged = sum(
        unit.troops for unit, body in zip(worlds.units, worlds.bodies, strict=True) if worlds.counted(body)
    )
    return Unlocking(
        target,
        day,
        base.most,
        tuple(sets),
        complete,
        len(search.outcomes),
        pledged,
        None if sets else _with_beds(scenario, last, worlds.counted),
        search.cut,
    )


def _with_beds(scenario: Scenario, last: int, counted: Callable[[Body], bool]) -> int | None:
    """Return how many were reachable as things stand if beds did not limit; None if they are not stated."""
    if scenario.theatre.beds is None:
        return None
    ample = scenario.model_copy(update={"theatre": scenario.theatre.model_copy(update={"beds": None})})
    return play(SteadyWorlds(ample, last, counted), {}).most


class _Search:
    """Sets of changes tried in the order of their size; in each world only what is decisive is changed."""

    def __init__(
        self, worlds: SteadyWorlds, target: int, most_worlds: int, allowance: Allowance | None
    ) -> None:
        self._worlds = worlds
        self._target = target
        self._most_worlds = most_worlds
        self._allowance = allowance
        self.cut = False
        self.outcomes: dict[Choice, GrownForces] = {}
        self.found: list[Choice] = []

    def run(self, most_changes: int) -> int:
        """Try sets of up to so many changes; return up to how many all were tried."""
        level: list[Choice] = [frozenset()]
        for size in range(most_changes + 1):
            following: dict[Choice, None] = {}
            for choice in level:
                if any(enough <= choice for enough in self.found):
                    continue
                if self._allowance is not None and not self._allowance.may_begin():
                    self.cut = True
                if self.cut or len(self.outcomes) >= self._most_worlds:
                    return size - 1
                outcome = self.outcomes[choice] = play(self._worlds, dict(choice))
                if outcome.most >= self._target:
                    self.found.append(choice)
                elif size < most_changes:
                    following.update(dict.fromkeys(self._extended(choice, outcome)))
            level = list(following)
        return most_changes

    def nearest(self) -> Iterator[tuple[Choice, GrownForces]]:
        """Yield what was found, without sets of which another moves the same levers less far the same way."""
        for choice in self.found:
            if not any(
                other != choice and self._is_nearer(dict(other), dict(choice)) for other in self.found
            ):
                yield choice, self.outcomes[choice]

    def _extended(self, choice: Choice, outcome: GrownForces) -> Iterator[Choice]:
        moved = {place for place, _ in choice}
        for place, lever in enumerate(self._worlds.levers):
            if outcome.decisive >> place & 1 and place not in moved:
                for cell in range(len(lever.values)):
                    if cell != lever.now:
                        yield choice | {(place, cell)}

    def _is_nearer(self, one: Mapping[int, int], other: Mapping[int, int]) -> bool:
        if one.keys() != other.keys():
            return False
        now = {place: self._worlds.levers[place].now for place in one}
        return all(
            min(now[place], other[place]) <= one[place] <= max(now[place], other[place]) for place in one
        )


def _described(worlds: SteadyWorlds, base: GrownForces, choice: Choice, outcome: GrownForces) -> UnlockSet:
    levers: Sequence[FactLever] = worlds.levers
    moved: dict[str, int] = {}
    for body, before, after in zip(worlds.bodies, base.deployed, outcome.deployed, strict=True):
        if before != after and worlds.counted(body):
            moved[body.owner] = moved.get(body.owner, 0) + after - before
    return UnlockSet(
        conditions=tuple(
            condition for place, cell in sorted(choice) for condition in levers[place].conditions(cell)
        ),
        troops=outcome.most,
        freed=outcome.most - base.most,
        contributors=dict(sorted(moved.items())),
    )


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """In how many of the worlds `played` each set's conditions hold together; `cut`: fewer were in time than asked."""

    times: tuple[int, ...]
    played: int
    cut: bool


def likelihoods(
    scenario: Scenario,
    sets: Sequence[UnlockSet],
    by: dt.date,
    *,
    replications: int = 1000,
    seed: int = 0,
    workers: Workers,
    also: Sequence[Rule] = (),
) -> Likelihoods:
    """Return in how many replications each set's conditions hold together at some instant up to a day's end.

    The same, behind them, for each of the rules `also`. Replications that failed, or were not begun in the time
    allowed to the workers, are left out. Each set is watched as a `never:` statement would be, which moves nothing.
    """
    import datetime

    from sim.batch.playing import play as play_parts
    from sim.batch.simulation import Simulation, merged, standard_model
    from sim.batch.spans import blocks_of, part_size, split

    model = standard_model()
    asked = [each.conditions for each in sets] + [(rule,) for rule in also]
    watched = tuple(And((*conditions, Before(by + datetime.timedelta(days=1)))) for conditions in asked)
    plan = model.compile(scenario.model_copy(update={"never": watched, "always": ()}))
    parts = split(blocks_of(replications), part_size(replications, workers.jobs))
    broken: list[Any] = []
    done, failed = 0, 0
    with suppress(TimeUpError):
        for played in play_parts(workers, Simulation.of(model, plan, seed), parts):
            broken.extend(played.violations)
            done, failed = done + played.span.count, failed + len(played.failures)
    times = {each.statement: each.replications for each in merged(broken)}
    held = tuple(times.get(f"never: {rule}", 0) for rule in watched)
    return Likelihoods(held, done - failed, done < replications)
