"""What happened in a replication, rebuilt from its scenario and its logs alone.

A `Past` is the history that a rule reads in one round: every earlier instant as it settled, and of the
present instant the rounds up to that one. Nothing here uses the model, so that what is checked on it is
checked independently.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from sim.durations import seconds_between
from sim.rules.binding import bind
from sim.rules.history import Signal
from sim.rules.syntax import (
    ALWAYS,
    And,
    Chosen,
    Consent,
    Force,
    Holds,
    Not,
    Once,
    Quantity,
    Rule,
    Value,
)
from sim.scenario.contributors import Contingent, TrainedForce
from sim.scenario.facts import Consent as ConsentBlock
from sim.scenario.facts import Fact, Progress, Schedule, Switch
from sim.scenario.planned import lane_gate, sector_gate, since
from sim.scenario.rules import completed
from sim.scenario.scenario import Scenario

COMMITTED = frozenset({"preparing", "ready", "moving", "deployed"})
IN_THEATRE = frozenset({"moving", "deployed", "withdrawing"})
LEAVING = frozenset({"deployed", "withdrawing"})


class SortedLogs(Protocol):
    """The logs of one replication, as sorted rows with times in seconds."""

    @property
    def transitions(self) -> list[tuple[int, int, str, str, str, str, int, str]]:
        """Rows of time, step, contributor, contingent, from stage, to stage, troops, cause."""

    @property
    def signals(self) -> list[tuple[int, int, str, float]]:
        """Rows of time, step, fact, value."""

    @property
    def waits(self) -> list[tuple[int, int, str, str, str, int]]:
        """Rows of time, step, contributor, contingent, cause, troops."""


class QuantityCourse:
    """A quantity in every round of a replication."""

    def __init__(self, initial: float, rounds: Iterable[tuple[int, int, float]]) -> None:
        self.initial = initial
        self._rounds = list(rounds)
        self._places = [(time, step) for time, step, _ in self._rounds]
        settled: dict[int, float] = {}
        for time, _, value in self._rounds:
            settled[time] = value
        self._times = tuple(settled)
        self._values = tuple(settled.values())

    def seen(self, time: int, step: int) -> Signal:
        """Return the quantity as it is seen in a round: settled before the instant, present since."""
        earlier = bisect_left(self._times, time)
        times, values = self._times[:earlier], self._values[:earlier]
        place = bisect_right(self._places, (time, step)) - 1
        if place >= 0 and self._rounds[place][0] == time:
            return Signal(self.initial, (*times, time), (*values, self._rounds[place][2]))
        return Signal(self.initial, times, values)

    def at(self, time: int, step: int) -> float:
        """Return the value in a round."""
        place = bisect_right(self._places, (time, step)) - 1
        return self._rounds[place][2] if place >= 0 else self.initial

    @property
    def rounds(self) -> list[tuple[int, int]]:
        """The rounds in which it changed."""
        return list(self._places)


@dataclass(frozen=True)
class View:
    """The history that a rule reads in one round."""

    past: Past
    time: int
    step: int

    @property
    def start(self) -> dt.date:
        """The day whose 00:00 is second 0."""
        return self.past.scenario.start

    def signal(self, quantity: Quantity) -> Signal:
        """Return the course of a quantity."""
        return self.past.course(quantity).seen(self.time, self.step)


class Past:
    """All that the logs of one replication tell."""

    def __init__(self, scenario: Scenario, logs: SortedLogs) -> None:
        self.scenario = scenario
        self.logs = logs
        self._courses: dict[Quantity, QuantityCourse] = {}

    def in_round(self, time: int, step: int) -> View:
        """Return what rules read in a round; step −1 is what was settled before the instant."""
        return View(self, time, step)

    @property
    def settled(self) -> View:
        """What rules read after all."""
        return View(self, 10**15, 0)

    def course(self, quantity: Quantity) -> QuantityCourse:
        """Return a quantity in every round."""
        known = self._courses.get(quantity)
        if known is None:
            known = self._courses[quantity] = self._found(quantity)
        return known

    def _found(self, quantity: Quantity) -> QuantityCourse:
        if isinstance(quantity, Force):
            return self._force(quantity)
        name = str(quantity)
        fact = self.scenario.facts.get(name)
        if fact is not None and not (fact.log or (isinstance(fact, Schedule) and fact.slips)):
            return self._unlogged(name, fact)
        rows = [(time, step, value) for time, step, fact, value in self.logs.signals if fact == name]
        if isinstance(quantity, Chosen) or name in self.scenario.uncertain:
            return QuantityCourse(rows[0][2], ())  # drawn once, and so at all times
        return QuantityCourse(self._initial(quantity), _last_in_each_round(rows))

    def _unlogged(self, name: str, fact: Fact) -> QuantityCourse:
        """Return a schedule as the scenario states it: each value from the first round of its day on."""
        if not isinstance(fact, Schedule):
            raise ValueError(
                f"facts.{name} is not in the logs (`log: false`), so its effects cannot be checked"
            )
        start = self.scenario.start
        known = sorted((seconds_between(start, day), float(value)) for day, value in fact.values.items())
        return QuantityCourse(float(fact.initially), [(time, 0, value) for time, value in known])

    def _initial(self, quantity: Quantity) -> float:
        fact = self.scenario.facts.get(quantity.name) if isinstance(quantity, Value) else None
        if isinstance(fact, Switch):
            return float(fact.initially if fact.since is None else not fact.initially)
        return float(fact.initially) if isinstance(fact, (Schedule, Progress)) else 0.0

    def _force(self, force: Force) -> QuantityCourse:
        level = 0
        rows: list[tuple[int, int, float]] = []
        for time, step, contributor, contingent, source, target, troops, _ in self.logs.transitions:
            change = troops * _change(force.measure, source, target)
            if change and self.belongs(force, contributor, self.body(contributor, contingent)):
                level += change
                rows.append((time, step, float(level)))
        return QuantityCourse(0.0, _last_in_each_round(rows))

    def belongs(self, force: Force, contributor: str, body: Any) -> bool:
        """Tell whether troops count in a force: unnarrowed it is the military, or everybody if there is none."""
        narrowed = force.contributor or force.role or force.sector or force.force
        if not narrowed and body.force != "military":
            owners = self.scenario.contributors.values()
            everybody: list[Any] = [each for owner in owners for each in owner.contingents.values()]
            everybody += self.scenario.trained_forces.values()
            if any(each.force == "military" for each in everybody):
                return False
        return (
            force.contributor in (None, contributor)
            and force.role in (None, body.role)
            and force.sector in (None, body.sector)
            and force.force in (None, "any", body.force)
        )

    def body(self, contributor: str, contingent: str) -> Contingent | TrainedForce:
        """Return the block of a contingent or trained force."""
        if contributor in self.scenario.trained_forces:
            return self.scenario.trained_forces[contributor]
        return self.scenario.contributors[contributor].contingents[contingent]

    def rule(self, rule: Rule | None, contributor: str | None = None) -> Rule:
        """Return a rule of the scenario, definitions filled in and `self` bound; none is always true."""
        complete = completed(self.scenario, rule if rule is not None else ALWAYS)
        return bind(complete, contributor) if contributor is not None else complete

    def gate(self, contributor: str, contingent: str) -> Rule:
        """Return what must hold for a contingent to decide: rules, consents, and no withdrawal."""
        block = self.scenario.contributors[contributor]
        parts = [self.rule(block.commits_when, contributor)]
        parts.append(self.rule(block.contingents[contingent].commits_when, contributor))
        parts += [Holds(Consent(party, contributor)) for party in self.parties_asked(contributor)]
        if block.withdraws_when is not None:
            parts.append(Not(self.rule(block.withdraws_when, contributor)))
        return And(tuple(parts))

    def parties_asked(self, contributor: str) -> list[str]:
        """Return the parties whose consent a contributor needs."""
        own = self.scenario.contributors[contributor].consents
        answers = {party: own.get(party, block.consent) for party, block in self.scenario.parties.items()}
        return [party for party, answer in answers.items() if isinstance(answer, ConsentBlock)]

    def way_open(self, contributor: str, contingent: str) -> Rule:
        """Return what must hold besides for a contingent to embark: its sector and its lane are open."""
        body = self.scenario.contributors[contributor].contingents[contingent]
        parts = self.sector_open(body.sector)
        if body.lift is not None:
            lane = self.scenario.theatre.lift[body.lift]
            if lane.from_ is not None:
                parts.append(since(lane.from_, lane_gate(body.lift)))
            parts.append(self.rule(lane.when))
        return And(tuple(parts))

    def sector_open(self, name: str | None) -> list[Rule]:
        """Return what must hold, all of it, for a sector to be open."""
        parts: list[Rule] = []
        sector = self.scenario.theatre.sectors.get(name) if name is not None else None
        if sector is not None:
            if sector.opens_on is not None:
                parts.append(since(sector.opens_on, sector_gate(name or "")))
            if sector.opens_when is not None:
                parts.append(Once(self.rule(sector.opens_when)))
            if sector.closes_when is not None:
                parts.append(Not(self.rule(sector.closes_when)))
        return parts


def _change(measure: str, source: str, target: str) -> int:
    if measure == "deployed":
        return (target == "deployed") - (source == "deployed")
    if measure == "committed":
        return (target in COMMITTED) - (source in COMMITTED)
    return (source in LEAVING) * (target not in LEAVING)


def _last_in_each_round(rows: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Return one row a round: of several changes in one the last, which for counts is the highest."""
    last = {(time, step): value for time, step, value in rows}
    return [(time, step, value) for (time, step), value in sorted(last.items())]
