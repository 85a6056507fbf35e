"""A replication's logs as a history that rules can be read against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sim.durations import seconds_between
from sim.model.logbook import Logs
from sim.model.troops import COMMITTED
from sim.rules.history import Signal
from sim.rules.syntax import Casualties, Chosen, Consent, Force, Quantity, Value
from sim.scenario.contributors import Contingent, TrainedForce
from sim.scenario.facts import value_before
from sim.scenario.forces import counts_in
from sim.scenario.scenario import Scenario
from sim.vocabulary import goes_home


@dataclass(frozen=True)
class Past:
    """What the logs of one replication say happened, quantity by quantity.

    A signal has one value an instant, the one after its last round. Before anything happened forces and
    counts are 0, a fact has its initial value, a switch with `since` the opposite.
    A schedule that is not logged is read from the scenario; ValueError for another fact with `log: false`.
    """

    scenario: Scenario
    logs: Logs

    @property
    def start(self) -> dt.date:
        """The day whose 00:00 is second 0."""
        return self.scenario.start

    def signal(self, quantity: Quantity) -> Signal:
        """Return the course of a quantity; of counted ones the cumulative count."""
        match quantity:
            case Value(name) if name in self.scenario.uncertain:
                return self._constant(name)
            case Value(name):
                return self._fact(name)
            case Chosen():
                return self._constant(str(quantity))
            case Consent() | Casualties():
                return self._logged(str(quantity), 0.0)
            case Force():
                return self._force(quantity)
        raise ValueError(f"`{quantity}` has no course of its own; ask for what it counts")

    def before(self, time: int, step: int) -> Past:
        """Return the past before round `step` of the instant `time`: the state that the moves of it read."""
        return Past(
            self.scenario,
            Logs(
                [row for row in self.logs.transitions if row[:2] < (time, step)],
                [row for row in self.logs.signals if row[:2] < (time, step)],
            ),
        )

    def _fact(self, name: str) -> Signal:
        fact = self.scenario.facts.get(name)
        if fact is None:  # a planned date
            return self._logged(name, 0.0)
        initial = value_before(fact)
        if fact.log or (fact.kind == "schedule" and fact.slips):
            return self._logged(name, initial)
        if fact.kind != "schedule":
            raise ValueError(f"facts.{name} is not in the logs (`log: false`); set `log: true` and run again")
        known = sorted((seconds_between(self.start, day), float(value)) for day, value in fact.known.items())
        return _signal(initial, known)

    def _constant(self, name: str) -> Signal:
        """Return a number that was drawn once and holds for all of time."""
        return Signal(next((row[3] for row in self.logs.signals if row[2] == name), 0.0))

    def _logged(self, name: str, initial: float) -> Signal:
        return _signal(initial, ((row[0], row[3]) for row in self.logs.signals if row[2] == name))

    def _force(self, force: Force) -> Signal:
        level, course = 0, []
        bodies: dict[tuple[str, str], bool] = {}
        for time, _, contributor, contingent, source, target, troops, _ in self.logs.transitions:
            body = contributor, contingent
            if body not in bodies:
                bodies[body] = counts_in(self.scenario, force, contributor, _block(self.scenario, *body))
            change = _change(force.measure, source, target) if bodies[body] else 0
            if change:
                level += change * troops
                course.append((time, float(level)))
        return _signal(0.0, course)


def _change(measure: str, source: str, target: str) -> int:
    """Return whether a flow adds to a measure (1), takes from it (-1) or neither."""
    if measure == "deployed":
        return (target == "deployed") - (source == "deployed")
    if measure == "committed":
        return (target in COMMITTED) - (source in COMMITTED)
    return int(goes_home(source, target))


def _block(scenario: Scenario, contributor: str, contingent: str) -> Contingent | TrainedForce:
    owner = scenario.contributors.get(contributor)
    return scenario.trained_forces[contributor] if owner is None else owner.contingents[contingent]


def _signal(initial: float, rows: Iterable[tuple[int, float]]) -> Signal:
    """Return the signal that has at each instant the value of its last row; repeated values are left out."""
    times: list[int] = []
    values: list[float] = []
    for time, value in dict(rows).items():
        if value != (values[-1] if values else initial):
            times.append(time)
            values.append(value)
    return Signal(initial, tuple(times), tuple(values))
