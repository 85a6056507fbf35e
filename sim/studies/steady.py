"""Steady worlds: facts and consents stay as chosen, windows have elapsed, and forces grow as far as they go.

In a steady world every contingent has its median size, every approval is given, and no delay counts. From
day 0 to the date asked for, the forces grow in rounds, as an instant does in the model: all whose rule
holds commit and deploy together, and so on until nothing changes; then the next date comes that some rule,
sector or bed names. Beds limit, in the order of priority; lift and reception do not, as they only take
time. A `schedule` goes by its calendar, as planned; an `uncertain:` quantity is its median. Who withdraws is gone for
good. Nobody has casualties, and what history has seen arrive is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import floor, inf

from sim.durations import seconds_between
from sim.rules.calendar import instants_of
from sim.rules.growth import waits_only
from sim.rules.references import signals, subrules
from sim.rules.syntax import NEVER, After, Before, Force, Quantity, Rule, Value
from sim.scenario.analysis.bodies import Body, bodies_of, rule_of
from sim.scenario.arrivals import delivered_share
from sim.scenario.contributors import Contingent
from sim.scenario.forces import counts_in
from sim.scenario.planned import earliest
from sim.scenario.scenario import Scenario
from sim.studies.certificates import Places, Reader, compiled
from sim.studies.levers import FactLever, levers_of, readings_of
from sim.words.stated import median_of


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
                if body.title not in chosen
                and any(counts_in(self.scenario, each, body.owner, body.block) for each in read)
            }
            chosen |= further
            growing = bool(further)
        return tuple(sorted((body for body in everybody if body.title in chosen), key=self._turn))

    @cached_property
    def levers(self) -> tuple[FactLever, ...]:
        """What can be changed and makes a difference to some rule."""
        return levers_of(self.scenario, self._rules)

    @cached_property
    def one_way(self) -> bool:
        """Whether nobody's coming can keep anybody out: then only who is kept out can decide."""
        waits = all(waits_only(each) for body in self.bodies for each in (body.enters, body.opens))
        fixed = all(not self._turns(body.leaves) for body in self.bodies if body.leaves is not None)
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
        read = {signal for rule in self._rules for signal in signals(rule)}
        dates.update(int(time) for known in read & self._known.keys() for time, _ in self._known[known][1:])
        beds = self.scenario.theatre.beds
        dates.update(
            seconds_between(start, earliest(each.from_))
            for each in (beds.grows if beds else ())
            if each.from_
        )
        return (0, *sorted(time for time in dates if 0 < time <= self.by))

    @cached_property
    def forces(self) -> tuple[tuple[Force, tuple[int, ...]], ...]:
        """Each force that some rule reads, with the places of the bodies that count in it."""
        read = sorted({force for rule in self._rules for force in _read_forces(rule)}, key=str)
        return tuple(
            (
                force,
                tuple(
                    i
                    for i, body in enumerate(self.bodies)
                    if counts_in(self.scenario, force, body.owner, body.block)
                ),
            )
            for force in read
        )

    @cached_property
    def growths(self) -> tuple[tuple[Reader | int, int], ...]:
        """(from which instant or when, to how many) the beds grow."""
        beds = self.scenario.theatre.beds
        return tuple(
            (
                seconds_between(self.scenario.start, earliest(each.from_))
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
        return Places(self.scenario.start, levers, forces, self._known)

    @cached_property
    def _known(self) -> dict[Quantity, tuple[tuple[float, float], ...]]:
        """What is known beforehand: schedules by their calendar, uncertain quantities at their medians."""
        start = self.scenario.start
        known: dict[Quantity, tuple[tuple[float, float], ...]] = {
            Value(name): ((-inf, median_of(drawn)),) for name, drawn in self.scenario.uncertain.items()
        }
        for name, fact in self.scenario.facts.items():
            if fact.kind == "schedule":
                turns = [
                    (seconds_between(start, day), float(fact.values[day])) for day in sorted(fact.values)
                ]
                known[Value(name)] = ((-inf, float(fact.initially)), *turns)
        return known

    def _turns(self, rule: Rule) -> bool:
        """Say whether the calendar alone can change a rule."""
        return bool(instants_of(rule, self.scenario.start)) or any(
            len(self._known.get(signal, ())) > 1 for signal in signals(rule)
        )

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
        return floor(median_of(block.recruits) * median_of(block.vetted) + 0.5)
    pledged = floor(median_of(block.troops) + 0.5)
    told = [
        record
        for record in scenario.history
        if record.event == "pledged"
        and record.contributor == body.owner
        and record.contingent in (None, body.name)
    ]
    if told:
        pledged = max(told, key=lambda record: record.date).troops or 0
    delivers = delivered_share(scenario, scenario.contributors[body.owner], block)
    return min(pledged, floor(median_of(delivers) * pledged + 0.5))
