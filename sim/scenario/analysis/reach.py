"""How soon each contingent could come, whatever the facts do: forces grow from zero, instant by instant.

Each rule chooses its own course of the facts, so this is a bound: what is never reached here is never
reached in any replication; what is reached here may not be. A rule that is too large to read counts as one
that can hold.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import ceil, floor, inf
from types import MappingProxyType

from sim.durations import DAY, seconds_between
from sim.rules.calendar import instants_of
from sim.rules.domains import ANYTHING, COUNT, SHARE, TRUTH, Domain, by_kind
from sim.rules.references import references, signal_of, subrules
from sim.rules.satisfiability import Setting, possible
from sim.rules.syntax import Casualties, Chosen, Compare, Consent, Force, Quantity, Recent, Rule, Value
from sim.scenario.analysis.bodies import Body, bodies_of
from sim.scenario.distributions import bounds
from sim.scenario.forces import counts_in
from sim.scenario.scenario import Scenario

MOST_STEPS = 200
"""Most steps of a progress fact that are told apart."""


@dataclass(frozen=True)
class Reach:
    """The first instant at which each body, by its place in `bodies`, can have committed and be deployed.

    A body that never can is missing.
    """

    scenario: Scenario
    bodies: tuple[Body, ...]
    committed: Mapping[int, int]
    deployed: Mapping[int, int]

    @cached_property
    def _counted(self) -> dict[Force, tuple[int, ...]]:
        return {}

    def counted(self, force: Force) -> tuple[int, ...]:
        """Return the places of the bodies that count in a force."""
        known = self._counted.get(force)
        if known is None:
            known = tuple(
                place
                for place, body in enumerate(self.bodies)
                if counts_in(self.scenario, force, body.owner, body.block)
            )
            self._counted[force] = known
        return known

    def largest(self, quantity: Quantity, by: float = inf) -> float:
        """Return a bound of a quantity by an instant; infinite for what is no force and no casualties."""
        counted = signal_of(quantity)
        if isinstance(counted, Casualties):
            return inf if self._can_suffer(counted, by) else 0.0
        if not isinstance(counted, Force):
            return inf
        times = self.committed if counted.measure == "committed" else self.deployed
        there = [
            self.bodies[place] for place in self.counted(counted) if place in times and times[place] <= by
        ]
        return sum(body.withdrawn if counted.measure == "withdrawn" else body.most for body in there)

    def can_hold(
        self, rules: Iterable[Rule], first: int, last: int, relaxed: Iterable[Quantity] = ()
    ) -> bool:
        """Say whether rules can hold together at some instant between two, with the forces of the later one.

        The `relaxed` quantities are not bounded.
        """
        free = frozenset(relaxed)

        def domain(quantity: Quantity) -> Domain:
            return domain_in(
                self.scenario, quantity, inf if quantity in free else self.largest(quantity, last)
            )

        return possible(list(rules), Setting(self.scenario.start, domain, first, last)) is not False

    def _can_suffer(self, casualties: Casualties, by: float) -> bool:
        if self.scenario.theatre.casualties is None:
            return False
        return any(
            place in self.deployed
            and self.deployed[place] <= by
            and casualties.contributor in (None, body.owner)
            for place, body in enumerate(self.bodies)
        )


def domain_in(  # noqa: PLR0911  # one branch for each kind
    scenario: Scenario, quantity: Quantity, largest: float = inf
) -> Domain:
    """Return which values a quantity of a scenario can have; forces and casualties up to the `largest`."""
    counted = signal_of(quantity)
    if isinstance(quantity, (Consent, Chosen)):
        return by_kind(quantity)
    if isinstance(counted, (Force, Casualties)):
        return Domain(0, largest, whole=True)
    if isinstance(quantity, Recent) or not isinstance(counted, Value):
        return COUNT
    fact = scenario.facts.get(counted.name)
    if fact is None and counted.name in scenario.uncertain:
        least, most = bounds(scenario.uncertain[counted.name].distribution)
        return Domain(least, most)
    if fact is None:
        return ANYTHING
    match fact.kind:
        case "switch" | "milestone":
            return TRUTH
        case "events":
            return COUNT
        case "schedule":
            return Domain(values=tuple({float(fact.initially), *map(float, fact.values.values())}))
    if fact.steps > MOST_STEPS:
        return SHARE
    return Domain(values=tuple(step / fact.steps for step in range(fact.steps + 1)))


def ends_of(scenario: Scenario) -> int:
    """Return the last second of a scenario."""
    return seconds_between(scenario.start, scenario.end) + DAY - 1


def reach_of(scenario: Scenario) -> Reach:
    """Return how soon each contingent and trained force of a scenario without faults could come."""
    growth = _Growth(scenario, bodies_of(scenario))
    growth.run()
    committed, deployed = MappingProxyType(growth.committed), MappingProxyType(growth.deployed)
    return Reach(scenario, growth.bodies, committed, deployed)


@dataclass
class _Growth:
    """Forces as they grow, each instant at which something can change in turn."""

    scenario: Scenario
    bodies: tuple[Body, ...]
    committed: dict[int, int] = field(default_factory=dict)
    deployed: dict[int, int] = field(default_factory=dict)
    refused: dict[int, object] = field(default_factory=dict)
    """For each body the state in which its rule was last found unable to hold."""
    sizes: dict[tuple[Quantity, int], float] = field(default_factory=dict)
    """How large forces can be at an instant, until somebody moves."""

    def __post_init__(self) -> None:
        self.so_far = Reach(self.scenario, self.bodies, self.committed, self.deployed)
        as_of = self.scenario.as_of
        self.as_of = seconds_between(self.scenario.start, as_of) if as_of else 0
        self.dates = [sorted(instants_of(body.embarks, self.scenario.start)) for body in self.bodies]
        self.forces = [_bounded(body.embarks) for body in self.bodies]
        self.marks = [_marks(body.embarks) for body in self.bodies]
        told = {time for body in self.bodies for time in (body.committed, body.deployed) if time is not None}
        self.instants = [0, self.as_of, *told, *(time for dates in self.dates for time in dates if time > 0)]
        heapify(self.instants)

    def run(self) -> None:
        """Let everything happen that can, until the end of the scenario."""
        ends = ends_of(self.scenario)
        while self.instants:
            now = heappop(self.instants)
            while self.instants and self.instants[0] == now:
                heappop(self.instants)
            if now > ends or len(self.deployed) == len(self.bodies):
                return
            moving = True
            while moving:
                moved = [place for place in range(len(self.bodies)) if self._moved(place, now)]
                moving = bool(moved)

    def _moved(self, place: int, now: int) -> bool:
        """Move a body on if it can be moved; say whether it was."""
        body = self.bodies[place]
        if place in self.deployed:
            return False
        if body.deployed is not None and body.deployed <= now:
            self.committed.setdefault(place, body.deployed)
            return self._note(self.deployed, place, body.deployed)
        return self._embarked(place, now) if place in self.committed else self._decided(place, now)

    def _decided(self, place: int, now: int) -> bool:
        body = self.bodies[place]
        if body.committed is not None and body.committed <= now:
            return self._note(self.committed, place, body.committed)
        if not self._can(place, body.enters, now):
            return False
        approved = max(now + body.approval, self.as_of) if body.approval else now
        return self._note(self.committed, place, approved)

    def _embarked(self, place: int, now: int) -> bool:
        body = self.bodies[place]
        ready = max(self.committed[place] + body.preparation, self.as_of)
        if now < ready:
            heappush(self.instants, ready)
            return False
        return self._can(place, body.embarks, now) and self._note(self.deployed, place, now + body.trip)

    def _note(self, times: dict[int, int], place: int, time: int) -> bool:
        times[place] = time
        self.sizes.clear()
        heappush(self.instants, time)
        return True

    def _size(self, quantity: Quantity, now: int) -> float:
        known = self.sizes.get((quantity, now))
        if known is None:
            known = self.sizes[quantity, now] = self.so_far.largest(quantity, now)
        return known

    def _can(self, place: int, rule: Rule, now: int) -> bool:
        """Say whether a rule of a body can hold now; it is read again only when something changed for it."""
        sizes = tuple(bisect_right(self.marks[place], self._size(each, now)) for each in self.forces[place])
        state = place in self.committed, sizes, bisect_right(self.dates[place], now)
        if self.refused.get(place) == state:
            return False
        if self.so_far.can_hold([rule], now, now):
            return True
        self.refused[place] = state
        return False


def _bounded(rule: Rule) -> tuple[Quantity, ...]:
    """Return the quantities of a rule that grow with the forces."""
    return tuple(each for each in references(rule) if isinstance(signal_of(each), (Force, Casualties)))


def _marks(rule: Rule) -> list[float]:
    """Return the sizes, ascending, at which a force makes a comparison of the rule come out otherwise."""
    numbers = {part.number.value for part in subrules(rule) if isinstance(part, Compare)} | {0.0}
    return sorted({mark for number in numbers for mark in (ceil(number), floor(number) + 1)})
