"""Contingents and trained forces as an analysis sees them: their conditions, and bounds of size and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, inf

from sim.durations import seconds_between
from sim.rules.binding import bind
from sim.rules.syntax import ALWAYS, And, Consent, Force, Holds, Not, Once, Or, Rule
from sim.scenario.aims import Record
from sim.scenario.contributors import Contingent, Contributor, Tour, TrainedForce
from sim.scenario.distributions import Drawn, bounds
from sim.scenario.facts import Consent as ConsentBlock
from sim.scenario.fields import MOST_TROOPS
from sim.scenario.planned import lane_gate, sector_gate, since_at_least
from sim.scenario.positions import Path, dotted
from sim.scenario.rules import completed
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Body:
    """A contingent or a trained force.

    `permits` must hold to commit, `leaves` must not; `opens` must hold besides to embark. `most` bounds its
    troops; it takes at least `approval` seconds to commit, `preparation` more to embark, `trip` more to
    arrive. `committed` and `deployed` are when history has it so, whatever its rules say.
    """

    owner: str
    name: str
    path: Path
    block: Contingent | TrainedForce
    permits: Rule
    leaves: Rule | None
    opens: Rule
    most: float
    approval: int = 0
    preparation: int = 0
    trip: int = 0
    committed: int | None = None
    deployed: int | None = None
    withdrawn: float = 0.0
    """Most of its troops that can ever have been withdrawn."""

    @property
    def title(self) -> str:
        """What messages call it."""
        return dotted(self.path[1:2]) if self.path[0] == "trained_forces" else f"{self.owner}.{self.name}"

    @property
    def enters(self) -> Rule:
        """What must hold for it to commit."""
        return self.permits if self.leaves is None else And((self.permits, Not(self.leaves)))

    @property
    def embarks(self) -> Rule:
        """What must hold for it to embark."""
        return And((self.enters, self.opens))


def bodies_of(scenario: Scenario) -> tuple[Body, ...]:
    """Return every contingent and trained force of a scenario without faults."""
    contingents = [
        _contingent(scenario, owner, name)
        for owner, block in scenario.contributors.items()
        for name in block.contingents
    ]
    return (*contingents, *(_trained(scenario, name) for name in scenario.trained_forces))


def rule_of(scenario: Scenario, rule: Rule | None, owner: str | None = None) -> Rule:
    """Return a rule of the file with its definitions expanded and `self` bound; none is always true."""
    if rule is None:
        return ALWAYS
    complete = completed(scenario, rule)
    return complete if owner is None else bind(complete, owner)


def consents_of(scenario: Scenario, owner: str) -> tuple[Rule, ...]:
    """Return the consents that a contributor needs."""
    block = scenario.contributors[owner]
    needed = [
        party
        for party, stated in sorted(scenario.parties.items())
        if isinstance(block.consents.get(party, stated.consent), ConsentBlock)
    ]
    return tuple(Holds(Consent(party, owner)) for party in needed)


def _contingent(scenario: Scenario, owner: str, name: str) -> Body:
    block = scenario.contributors[owner]
    body = block.contingents[name]
    rules = [
        rule_of(scenario, rule, owner) for rule in (block.commits_when, body.commits_when) if rule is not None
    ]
    records = [
        record
        for record in scenario.history
        if record.contributor == owner and record.contingent in (None, name) and record.event
    ]
    most = max([_most(scenario, body.troops), *(record.troops or 0 for record in records)])
    committed = _first(scenario, records, ("ready", "embarked", "arrived"))
    deployed = _first(scenario, records, ("arrived",))
    lane = scenario.theatre.lift.get(body.lift or "")
    own = scenario.defaults.contingents
    return Body(
        owner=owner,
        name=name,
        path=("contributors", owner, "contingents", name),
        block=body,
        permits=And((*rules, *consents_of(scenario, owner))),
        leaves=_leaves(scenario, owner, block),
        opens=And((*_sector(scenario, body.sector), *_lane(scenario, body.lift), *_goes_on(scenario))),
        most=most,
        approval=0
        if _told(records, "approved")
        else sum(
            _least(scenario, step.takes)
            for step in (block.approvals if body.approvals is None else body.approvals)
        ),
        preparation=0 if committed is not None else _least(scenario, body.prepares_for or own.prepares_for),
        trip=_least(scenario, lane.trip if lane else None),
        committed=committed,
        deployed=deployed,
        withdrawn=_withdrawn(block, body, records, most, scenario.ends_when is not None),
    )


def _trained(scenario: Scenario, name: str) -> Body:
    block = scenario.trained_forces[name]
    trainers = Holds(Force("deployed", role=block.trained_by))
    return Body(
        owner=name,
        name=name,
        path=("trained_forces", name),
        block=block,
        permits=And((rule_of(scenario, block.when), trainers, *_goes_on(scenario))),
        leaves=None,
        opens=ALWAYS,
        most=_most(scenario, block.recruits),
        trip=_least(scenario, block.course),
    )


def _goes_on(scenario: Scenario) -> Iterable[Rule]:
    """Yield what must hold for the mission not to be over."""
    if scenario.ends_when is not None:
        yield Not(Once(rule_of(scenario, scenario.ends_when)))


def _leaves(scenario: Scenario, owner: str, block: Contributor) -> Rule | None:
    """Return when a contributor's troops leave: by its own rule, or because the mission is over."""
    rules = []
    if block.withdraws_when is not None:
        rules.append(rule_of(scenario, block.withdraws_when, owner))
    if scenario.ends_when is not None:
        rules.append(rule_of(scenario, scenario.ends_when))
    return Or(tuple(rules)) if len(rules) > 1 else rules[0] if rules else None


def _sector(scenario: Scenario, name: str | None) -> Iterable[Rule]:
    """Yield what must hold for a sector to be open."""
    sector = scenario.theatre.sectors.get(name or "")
    if sector is None:
        return
    if sector.opens_on is not None:
        yield since_at_least(sector.opens_on, sector_gate(name or ""))
    if sector.opens_when is not None:
        yield Once(rule_of(scenario, sector.opens_when))
    if sector.closes_when is not None:
        yield Not(rule_of(scenario, sector.closes_when))


def _lane(scenario: Scenario, name: str | None) -> Iterable[Rule]:
    """Yield what must hold for a lane to run."""
    lane = scenario.theatre.lift.get(name or "")
    if lane is not None and lane.from_ is not None:
        yield since_at_least(lane.from_, lane_gate(name or ""))
    yield rule_of(scenario, lane.when if lane else None)


def _first(scenario: Scenario, records: Iterable[Record], events: tuple[str, ...]) -> int | None:
    times = [seconds_between(scenario.start, each.date) for each in records if each.event in events]
    return min(times, default=None)


def _told(records: Iterable[Record], event: str) -> bool:
    return any(record.event == event for record in records)


def _withdrawn(
    block: Contributor, body: Contingent, records: Sequence[Record], most: float, ends: bool
) -> float:
    leaves = block.withdraws_when is not None or ends or _told(records, "withdrew")
    if body.tour is not None and may_go_home(body.tour):
        return most if body.tour.gap is None and block.returns is None else inf
    if not leaves:
        return 0.0
    again = block.returns is not None or (_told(records, "withdrew") and _told(records, "pledged"))
    return inf if again else most


def may_go_home(tour: Tour) -> bool:
    """Tell whether troops on tours may go home because no relief came."""
    return tour.overstays is not None or bounds(tour.relief_probability.distribution)[0] < 1.0


def _most(scenario: Scenario, troops: Drawn) -> float:
    greatest = bounds(troops.distribution)[1]
    for name in troops.times:
        greatest *= bounds(scenario.uncertain[name].distribution)[1]
    greatest = min(greatest, MOST_TROOPS) if troops.times else greatest
    return float(floor(greatest + 0.5)) if greatest < inf else inf


def _least(scenario: Scenario, delay: Drawn | None) -> int:
    """Return the fewest seconds that a delay can take."""
    if delay is None:
        return 0
    least = bounds(delay.distribution)[0]
    for name in delay.times:
        least *= bounds(scenario.uncertain[name].distribution)[0]
    return floor(least)
