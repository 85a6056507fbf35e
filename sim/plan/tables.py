"""The frozen tables of a plan. Times are whole seconds since `start`; nodes and signals as in `network`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, prod

from sim.plan.conditions import Conditions
from sim.plan.laws import Law
from sim.plan.network import Network


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number drawn once a replication: variate 0 of its stream.

    What is drawn is multiplied by the uncertain quantities that `times` names, its odds by those that `odds`
    names; it never exceeds `most` by that.
    """

    stream: str
    law: Law
    times: tuple[str, ...] = ()
    odds: tuple[str, ...] = ()
    most: float = inf

    @property
    def movers(self) -> tuple[str, ...]:
        """Return the uncertain quantities that move it, each once, in the order of names."""
        return tuple(sorted({*self.times, *self.odds}))

    def moved(self, drawn: float, factors: Mapping[str, float]) -> float:
        """Return what is drawn, moved by the uncertain quantities, whose values `factors` gives by name."""
        if self.odds:
            odds = prod(factors[name] for name in self.odds)
            if odds != 1.0:  # at 1 not a bit changes
                drawn = drawn * odds / (1.0 - drawn + drawn * odds)
        if self.times:
            drawn = min(self.most, drawn * prod(factors[name] for name in self.times))
        return drawn


Window = tuple[int, int]
"""From an instant until another."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A length of time drawn whenever it is used; `times` names the uncertain quantities that multiply it.

    Until `resumes` its end would have become known, so that silence says that it had not ended; None: until
    `as_of`. In each of the `stands` (ascending, apart) it stands still and does not age: history records that
    it is delayed.
    """

    stream: str
    law: Law
    times: tuple[str, ...] = ()
    resumes: int | None = None
    stands: tuple[Window, ...] = ()

    def scale(self, factors: Mapping[str, float]) -> float:
        """Return the product of what multiplies it, whose values `factors` gives by name."""
        return prod(factors[name] for name in self.times) if self.times else 1.0

    def age(self, since: int, now: int) -> int:
        """Return how old it is at an instant, if it began at `since`."""
        if not self.stands:  # asked at every reading of a hazard, and nearly nothing stands still
            return now - since
        stood = sum(max(0, min(now, until) - max(since, begins)) for begins, until in self.stands)
        return now - since - stood

    def at_age(self, since: int, age: int) -> int:
        """Return the instant at which it is that old, if it began at `since`; the inverse of `age`."""
        at = since + age
        for begins, until in self.stands:
            if until > since and begins < at:
                at += until - max(since, begins)
        return at

    def since(self, now: int, age: int) -> int:
        """Return when it began, if it is that old at an instant."""
        began = now - age
        for begins, until in reversed(self.stands):
            if begins < now and until > began:
                began -= min(now, until) - begins
        return began


@dataclass(frozen=True, slots=True)
class Factor:
    """While the node `when` is true, a rate is `times` as high."""

    when: int
    times: float


@dataclass(frozen=True, slots=True)
class ConstantSignal:
    """A signal that keeps for a whole replication the number drawn: a reading, or a quantity of `uncertain:`.

    `log` is its name in the log of signals. With `reading`, it is which reading of that statement was drawn.
    """

    signal: int
    log: str
    quantity: Quantity
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A dated entry of `history:` about a fact or consent: its value then, a count, or 0 for a refusal."""

    time: int
    value: float


@dataclass(frozen=True, slots=True)
class SwitchPlan:
    """A fact that goes on and off by turns; None: the stay never ends by itself."""

    name: str
    signal: int
    log: bool
    records: tuple[Record, ...]
    resumes: int
    """From when chance rules: `as_of`, or the last record of what is not reported."""
    initially: bool
    since: int | None
    stays_on: Delay | None
    stays_off: Delay | None
    forced_on: int | None
    forced_off: int | None
    ends: tuple[Factor, ...]
    starts: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class MilestonePlan:
    """A fact or consent that becomes true, or never."""

    name: str
    signal: int
    log: bool
    records: tuple[Record, ...]
    resumes: int
    """From when chance rules: `as_of`, or the last record of what is not reported."""
    probability: Quantity
    outcome: str
    """Stream of the yes-or-no draws."""
    after: Delay
    when: int | None
    reconsiders: Delay | None
    undone: int | None
    rates: tuple[Factor, ...]
    forced: int | None
    """While it is true, and the fact is not undone, the fact is true whatever chance would have made of it."""


@dataclass(frozen=True, slots=True)
class EventsPlan:
    """A counted fact: clusters at rate / bursts (per second), sizes geometric with mean `bursts`."""

    name: str
    signal: int
    log: bool
    records: tuple[Record, ...]
    resumes: int
    """From when chance rules: `as_of`, or the last record of what is not reported."""
    rate: Quantity
    bursts: Quantity
    arrivals: str
    sizes: str
    rates: tuple[Factor, ...]
    past: tuple[tuple[int, int], ...]
    runs_from: int
    """When incidents begin to be drawn: 0 with a known past, else start minus the longest window read."""


@dataclass(frozen=True, slots=True)
class ProgressPlan:
    """A fact that climbs from 0 to 1 in steps."""

    name: str
    signal: int
    log: bool
    records: tuple[Record, ...]
    resumes: int
    """From when chance rules: `as_of`, or the last record of what is not reported."""
    begun: int
    """How many steps are done at the start."""
    duration: Delay
    when: int | None
    steps: int
    slips_when: int | None
    slips: int
    rates: tuple[Factor, ...]
    standing: int | None = None
    """True while history has it stand still."""


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """A fact with values at known or planned times, in the order of the times.

    `slips` says of each value by how much its time slips, None for one that is known. `came` are the (time
    planned, time it came) that history records.
    """

    name: str
    signal: int
    log: bool
    initially: float
    values: tuple[tuple[int, float], ...]
    slips: tuple[Delay | None, ...] = ()
    came: tuple[tuple[int, int], ...] = ()


FactPlan = SwitchPlan | MilestonePlan | EventsPlan | ProgressPlan | SchedulePlan


@dataclass(frozen=True, slots=True)
class ApprovalPlan:
    """One step of a national decision."""

    step: str
    takes: Delay
    probability: Quantity
    outcome: str
    reconsiders: Delay | None


@dataclass(frozen=True, slots=True)
class TourPlan:
    """Tours and reliefs of a contingent."""

    every: Delay
    relief: Quantity
    outcome: str
    gap: Delay | None
    overstays: Delay | None


@dataclass(frozen=True, slots=True)
class AdvancePlan:
    """A contingent in two parts: which share is the advance party, and how long after it the main body is ready."""

    share: Quantity
    body_follows: Delay


@dataclass(frozen=True, slots=True)
class ForceRecord:
    """A dated entry of `history:` about a contingent."""

    time: int
    event: str
    step: str | None
    troops: int | None


@dataclass(frozen=True, slots=True)
class ContingentPlan:
    """A body of troops, its conditions as nodes, and which signals its troops count in."""

    contributor: str
    name: str
    number: int
    troops: Quantity
    approvals: tuple[ApprovalPlan, ...]
    """Steps of the decision on it, which it may share with others of its contributor."""
    prepares_for: Delay
    delivers: Quantity
    never_arrives: Quantity
    arrival_outcome: str
    """Stream by whose variate 0 it never comes; like `delivers` its contributor's, or its own."""
    lane: str | None
    trip: Delay
    sector: str | None
    in_theatre: bool
    """Whether its troops need the theatre's beds and reception."""
    priority: tuple[int, int]
    tour: TourPlan | None
    advance: AdvancePlan | None
    conditions: Conditions
    """What its rule and the consents ask: the false atoms are what it waits for."""
    permitted: int
    """True while `conditions` holds."""
    gate: int
    """True while rule and consents hold and its contributor does not withdraw."""
    embarks: int
    """True while, besides, its sector and lane are open and history does not have it delayed."""
    resumes: int
    """From when chance rules: `as_of`, or the last record of a contributor that is not reported."""
    withdraws: int | None
    sector_open: int
    lane_open: int
    deployed: tuple[int, ...]
    committed: tuple[int, ...]
    withdrawn: tuple[int, ...]
    ceilings: tuple[int, ...]
    """Under which ceilings its troops count."""
    casualties: CasualtyPlan | None
    records: tuple[ForceRecord, ...]
    appears: int | None = None
    """True once its contributor, whom nobody can name yet, has appeared: only then it pledges."""


@dataclass(frozen=True, slots=True)
class CasualtyPlan:
    """Casualties of one contingent: events per soldier and second, as factors change."""

    rate: Quantity
    arrivals: str
    rates: tuple[Factor, ...]
    own: int
    total: int


@dataclass(frozen=True, slots=True)
class ContributorPlan:
    """A contributor, when it leaves, and its contingents' numbers."""

    name: str
    resumes: int
    """From when chance rules: `as_of`, or its last record if it is not reported."""
    withdraws: int | None
    notice: Delay
    exit: Delay
    returns: Delay | None
    contingents: tuple[int, ...]
    decisions: tuple[tuple[int, ...], ...]
    """Which of its contingents are decided on together: their approvals are one and the same."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """A force raised in the theatre by trainers; its pledge is its recruits."""

    name: str
    number: int
    graduates: tuple[Record, ...]
    """What history records: so many passed their course then."""
    recruits: Quantity
    vetted: Quantity
    ratio: float
    course: Delay
    trainers: int
    """The signal of deployed trainers."""
    when: int | None
    conditions: Conditions
    deployed: tuple[int, ...]
    committed: tuple[int, ...]
    sector: str | None
    sector_open: int
    ceilings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CeilingPlan:
    """At most so many troops of a force (None: of every one) may be there or on their way."""

    force: str | None
    most: int


@dataclass(frozen=True, slots=True)
class LanePlan:
    """A lift lane."""

    name: str
    slots: int
    load: int


@dataclass(frozen=True, slots=True)
class BedsPlan:
    """Beds at start, and (node, to): at least `to` from the first instant the node is true."""

    at_start: int
    grows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class StatementPlan:
    """A `never:` or `always:` statement; it is violated when `node` is true. `reads`: (name, signal)."""

    text: str
    node: int
    reads: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario compiled: what every engine reads. Picklable, and equal for equal scenarios."""

    scenario: str
    start: dt.date
    begins: int
    """The first instant simulated (at most 0): before `start` only facts move."""
    as_of: int
    ends: int
    """The end of the day `end`."""
    network: Network
    rule_names: tuple[tuple[str, int], ...]
    """(whose rule, node), for messages."""
    initial: tuple[float, ...]
    uncertain: tuple[tuple[str, Quantity], ...]
    constants: tuple[ConstantSignal, ...]
    """The drawn numbers that rules read, in the order of their names in the log."""
    facts: tuple[FactPlan, ...]
    contributors: tuple[ContributorPlan, ...]
    contingents: tuple[ContingentPlan, ...]
    training: tuple[TrainingPlan, ...]
    lanes: tuple[LanePlan, ...]
    reception: Quantity | None
    """Troops received a day."""
    beds: BedsPlan | None
    ceilings: tuple[CeilingPlan, ...]
    ended: int | None
    """True from the first instant at which the mission is over; None: it does not end."""
    statements: tuple[StatementPlan, ...]
    drawn: tuple[Quantity, ...] = ()
    """Every number drawn once a replication that can have more than one value, by stream."""
