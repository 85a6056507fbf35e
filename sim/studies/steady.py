"""Steady worlds: facts and consents stay as chosen, windows have elapsed, and forces grow as far as they go.

In a steady world every contingent has its median size, every approval is given, and no delay counts. From
day 0 to the date asked for, the forces grow in rounds, as an instant does in the model: all whose rule
holds commit and deploy together, and so on until nothing changes; then the next date comes that some rule,
sector or bed names. Beds limit, in the order of priority; lift and reception do not, as they only take
time. Who withdraws is gone for good. Nobody has casualties, and what history has seen arrive is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import floor, inf

from sim.durations import seconds_between
from sim.plan.laws import law_of
from sim.rules.growth import waits_only
from sim.rules.references import signals, subrules
from sim.rules.satisfiability import instants_of
from sim.rules.syntax import ALWAYS, NEVER, After, Before, Force, Quantity, Rule
from sim.scenario.analysis.bodies import Body, bodies_of, rule_of
from sim.scenario.contributors import CERTAIN, Contingent
from sim.scenario.distributions import Drawn
from sim.scenario.forces import counts_in
from sim.scenario.scenario import Scenario
from sim.studies.certificates import Places, Reader, State, compiled
from sim.studies.levers import Lever, levers_of, readings_of

SMALLEST_SERIAL = 50
"""Fewest free beds for which a larger contingent sends a serial, as in the model."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far the forces grew: troops deployed of each body, and the most that counted at once.

    As long as no lever among the bits of `decisive` is moved besides, the outcome is no better.
    """

    deployed: tuple[int, ...]
    most: int
    decisive: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A body made ready for play: its readers, its troops and whether it sleeps in the camp."""

    enters: Reader
    opens: Reader
    leaves: Reader
    troops: int
    sleeps: bool
    there: bool


@dataclass(frozen=True)
class SteadyWorlds:
    """The steady worlds of a scenario until the second `by`; `counted` says whose troops are wanted."""

    scenario: Scenario
    by: int
    counted: Callable[[Body], bool]

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """The contingents and trained forces that matter, in the order in which beds are given."""
        everybody = bodies_of(self.scenario)
        chosen = {body.title for body in everybody if self._beds_limit or self.counted(body)}
        growing = True
        while growing:
            read = {force for body in everybody if body.title in chosen for force in _forces(body)}
            further = {
                body.title
                for body in everybody
                if body.title not in chosen and any(counts_in(each, body.owner, body.block) for each in read)
            }
            chosen |= further
            growing = bool(further)
        return tuple(sorted((body for body in everybody if body.title in chosen), key=self._turn))

    @cached_property
    def levers(self) -> tuple[Lever, ...]:
        """What can be changed and makes a difference to some rule."""
        return levers_of(self.scenario, self._rules)

    @cached_property
    def one_way(self) -> bool:
        """Whether nobody's coming can keep anybody out: then only who is kept out can decide."""
        waits = all(waits_only(each) for body in self.bodies for each in (body.enters, body.opens))
        fixed = all(not instants_of(body.leaves or ALWAYS, self.scenario.start) for body in self.bodies)
        return waits and fixed and not self._beds_limit

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The bodies, ready for play."""
        places = self._places
        return tuple(
            Unit(
                compiled(body.enters, places),
                compiled(body.opens, places),
                compiled(body.leaves or NEVER, places),
                _median_troops(self.scenario, body),
                isinstance(body.block, Contingent),
                body.deployed is not None,
            )
            for body in self.bodies
        )

    @cached_property
    def instants(self) -> tuple[int, ...]:
        """Day 0 and the later instants at which the calendar alone can change something."""
        start = self.scenario.start
        dates = {time for rule in self._rules for time in _dates(rule, self.scenario)}
        beds = self.scenario.theatre.beds
        dates.update(
            seconds_between(start, each.from_) for each in (beds.grows if beds else ()) if each.from_
        )
        return (0, *sorted(time for time in dates if 0 < time <= self.by))

    @cached_property
    def forces(self) -> tuple[tuple[Force, tuple[int, ...]], ...]:
        """Each force that some rule reads, with the places of the bodies that count in it."""
        read = sorted({force for rule in self._rules for force in _read_forces(rule)}, key=str)
        return tuple(
            (
                force,
                tuple(i for i, body in enumerate(self.bodies) if counts_in(force, body.owner, body.block)),
            )
            for force in read
        )

    @cached_property
    def growths(self) -> tuple[tuple[Reader | int, int], ...]:
        """(from which instant or when, to how many) the beds grow."""
        beds = self.scenario.theatre.beds
        return tuple(
            (
                seconds_between(self.scenario.start, each.from_)
                if each.from_ is not None
                else compiled(rule_of(self.scenario, each.when), self._places),
                each.to,
            )
            for each in (beds.grows if beds else ())
        )

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        beds = self.scenario.theatre.beds
        grows = [rule_of(self.scenario, each.when) for each in (beds.grows if beds else ()) if each.when]
        own = [rule for body in self.bodies for rule in (body.embarks, body.leaves or NEVER)]
        return (*own, *(grows if self._beds_limit else ()))

    @cached_property
    def _places(self) -> Places:
        levers: dict[Quantity, tuple[int, tuple[object, ...]]] = {}
        for place, lever in enumerate(self.levers):
            levers.update({each: (place, values) for each, values in readings_of(lever).items()})
        forces: dict[Quantity, int] = {force: place for place, (force, _) in enumerate(self.forces)}
        return Places(self.scenario.start, levers, forces)

    @cached_property
    def _beds_limit(self) -> bool:
        """Say whether there may be fewer beds than troops."""
        beds = self.scenario.theatre.beds
        bodies = [body for body in bodies_of(self.scenario) if isinstance(body.block, Contingent)]
        return beds is not None and beds.at_start < sum(
            _median_troops(self.scenario, body) for body in bodies
        )

    def _turn(self, body: Body) -> tuple[int, int, str, str]:
        owner = self.scenario.contributors.get(body.owner)
        own = body.block.priority if isinstance(body.block, Contingent) else 0
        return owner.priority if owner else 0, own, body.owner, body.name


def play(worlds: SteadyWorlds, changes: Mapping[int, int]) -> Outcome:
    """Return how far the forces grow with some levers, by place, moved to other cells."""
    cells = [changes.get(place, lever.now) for place, lever in enumerate(worlds.levers)]
    growth = _Growth(worlds, cells)
    for instant in worlds.instants:
        growth.settle(instant)
    return Outcome(tuple(growth.deployed), growth.most, growth.decisive)


class _Growth:
    """One steady world in play."""

    def __init__(self, worlds: SteadyWorlds, cells: list[int]) -> None:
        self._worlds = worlds
        self._units = worlds.units
        self._counted = [worlds.counted(body) for body in worlds.bodies]
        self._state = State(cells, [0] * len(worlds.forces), 0)
        self.deployed = [unit.troops if unit.there else 0 for unit in self._units]
        self._committed = [unit.there for unit in self._units]
        self._waiting = [unit.troops - there for unit, there in zip(self._units, self.deployed, strict=True)]
        self._withdrawn = [0] * len(self._units)
        self._leaving: list[bool] | None = None
        self._grown: set[int] = set()
        self.decisive = 0
        self.most = 0

    def settle(self, time: int) -> None:
        """Play the rounds of an instant, until nothing changes."""
        self._state.time = time
        moved = True
        while moved:
            self._measure()
            moved = self._leave() | self._enter()
        self._blame()

    def _measure(self) -> None:
        """Count the forces as they are now."""
        for place, (force, members) in enumerate(self._worlds.forces):
            if force.measure == "committed":
                size = sum(self._units[each].troops for each in members if self._committed[each])
            else:
                source = self.deployed if force.measure == "deployed" else self._withdrawn
                size = sum(source[each] for each in members)
            self._state.sizes[place] = size
        there = sum(size for size, counts in zip(self.deployed, self._counted, strict=True) if counts)
        self.most = max(self.most, there)

    def _leave(self) -> bool:
        """Take out those whose contributor's rule to withdraw has just become true."""
        before, moved = self._leaving, False
        self._leaving = [self._read(unit.leaves) for unit in self._units]
        for place, leaves in enumerate(self._leaving):
            if before is not None and leaves and not before[place] and self._committed[place]:
                self._withdrawn[place] += self.deployed[place]
                self.deployed[place] = self._waiting[place] = 0
                self._committed[place] = False
                moved = True
        return moved

    def _enter(self) -> bool:
        """Commit and deploy those whose rules hold in the state of this round, as beds allow."""
        moved, free = False, self._free_beds()
        entering = [
            place
            for place in range(len(self._units))
            if self._waiting[place] and self._read(self._units[place].enters)
        ]
        embarking = [place for place in entering if self._read(self._units[place].opens)]
        for place in entering:
            moved |= not self._committed[place]
            self._committed[place] = True
        for place in embarking:
            waiting, sleeps = self._waiting[place], self._units[place].sleeps
            size = min(waiting, free) if sleeps and free >= min(SMALLEST_SERIAL, waiting) else 0
            size = size if sleeps else waiting
            free -= size if sleeps else 0
            self.deployed[place] += int(size)
            self._waiting[place] -= int(size)
            moved |= size > 0
        return moved

    def _free_beds(self) -> float:
        beds = self._worlds.scenario.theatre.beds
        if beds is None:
            return inf
        for place, (grows, _) in enumerate(self._worlds.growths):
            if self._state.time >= grows if isinstance(grows, int) else self._read(grows):
                self._grown.add(place)
        grown = [self._worlds.growths[place][1] for place in self._grown]
        taken = sum(size for size, unit in zip(self.deployed, self._units, strict=True) if unit.sleeps)
        return max(beds.at_start, *grown, 0) - taken

    def _read(self, reader: Reader) -> bool:
        holds, certificate = reader(self._state)
        if not self._worlds.one_way:
            self.decisive |= certificate
        return holds

    def _blame(self) -> None:
        """Note what keeps out those who wait, where nobody's coming can keep anybody out."""
        if not self._worlds.one_way:
            return
        for unit, waiting in zip(self._units, self._waiting, strict=True):
            if waiting:
                read = (unit.enters(self._state), unit.opens(self._state))
                self.decisive |= min(
                    (each for holds, each in read if not holds), key=int.bit_count, default=0
                )


def _forces(body: Body) -> set[Force]:
    rules = (body.embarks, body.leaves or NEVER)
    return {force for rule in rules for force in _read_forces(rule)}


def _read_forces(rule: Rule) -> set[Force]:
    return {signal for signal in signals(rule) if isinstance(signal, Force)}


def _dates(rule: Rule, scenario: Scenario) -> set[int]:
    found = [part.date for part in subrules(rule) if isinstance(part, (After, Before))]
    return {seconds_between(scenario.start, date) for date in found}


def _median_troops(scenario: Scenario, body: Body) -> int:
    block = body.block
    if not isinstance(block, Contingent):
        return floor(_median(block.recruits) * _median(block.vetted) + 0.5)
    pledged = floor(_median(block.troops) + 0.5)
    told = [
        record
        for record in scenario.history
        if record.event == "pledged"
        and record.contributor == body.owner
        and record.contingent in (None, body.name)
    ]
    if told:
        pledged = max(told, key=lambda record: record.date).troops or 0
    delivers = block.delivers or scenario.defaults.contingents.delivers or CERTAIN
    return min(pledged, floor(_median(delivers) * pledged + 0.5))


def _median(drawn: Drawn) -> float:
    return law_of(drawn.distribution).quantile(0.5)
