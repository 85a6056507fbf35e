"""What of a scenario comes on a planned date that slips: sectors open, lanes run, beds grow, requirements are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.planned import Planned, SlippingValue, beds_gate, lane_gate, requirement_gate, sector_gate
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that opens on a planned date: its name in rules and logs, its path in the file, its date."""

    name: str
    path: str
    date: Planned


def gates(scenario: Scenario) -> Iterator[Gate]:
    """Yield every planned date of the theatre, and of a requirement, that slips."""
    theatre = scenario.theatre
    for name, sector in theatre.sectors.items():
        if isinstance(sector.opens_on, Planned):
            yield Gate(sector_gate(name), f"theatre.sectors.{name}.opens_on", sector.opens_on)
    for name, lane in theatre.lift.items():
        if isinstance(lane.from_, Planned):
            yield Gate(lane_gate(name), f"theatre.lift.{name}.from", lane.from_)
    for growth in theatre.beds.grows if theatre.beds is not None else ():
        if isinstance(growth.from_, Planned):
            path = f"theatre.beds.grows.{growth.from_.planned}"
            yield Gate(beds_gate(growth.from_, growth.to), path, growth.from_)
    for line in scenario.requirements:
        if isinstance(line.by, Planned):
            yield Gate(requirement_gate(line.spelt), f"requirements.{line.spelt}.by", line.by)


def planned_day(scenario: Scenario, path: str) -> dt.date:
    """Return the day that is planned for something that slips, by its path."""
    known = {gate.path: gate.date.planned for gate in gates(scenario)}
    return known[path] if path in known else dt.date.fromisoformat(path.rpartition(".")[2])


def planned_paths(scenario: Scenario) -> tuple[str, ...]:
    """Return the paths of all that is planned and slips, values of schedules included."""
    values = [
        f"facts.{name}.values.{day}"
        for name, fact in scenario.facts.items()
        if fact.kind == "schedule"
        for day, value in fact.values.items()
        if isinstance(value, SlippingValue)
    ]
    return (*(gate.path for gate in gates(scenario)), *values)
