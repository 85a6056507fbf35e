"""Where the troops are: stage counts, the force signals that follow from them, and the log of every flow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from simpy.events import Event

from sim.model.ceilings import Ceilings
from sim.model.rounds import Bell
from sim.model.world import World
from sim.plan.tables import ContingentPlan, TrainingPlan
from sim.vocabulary import Stage, goes_home

Place = Stage | Literal[""]
"""A stage, or nowhere: what is not pledged yet, or no more."""

IN_THEATRE = frozenset({"moving", "deployed", "withdrawing"})
"""Stages that hold a bed: from embarkation until the troops are gone."""
COMMITTED = frozenset({"preparing", "ready", "moving", "deployed"})
"""Stages that count as committed: the decision is taken and the troops are not on their way out."""


@dataclass
class Troops:
    """The troops of one contingent (or trained force) by stage; the counts always sum to the pledge."""

    contributor: str
    contingent: str
    number: int
    sleeps_in_camp: bool
    """Whether its troops need beds; locally trained forces live at home, some sectors lie elsewhere."""
    deployed_signals: tuple[int, ...]
    committed_signals: tuple[int, ...]
    withdrawn_signals: tuple[int, ...]
    ceilings: tuple[int, ...] = ()
    """Under which authorised ceilings its troops count."""
    embarks: bool = True
    """Whether it comes by lift from elsewhere; a force trained in the theatre is there already."""
    counts: dict[Stage, int] = field(default_factory=dict)
    watchers: list[Bell] = field(default_factory=list)
    """Rung after a round in which any of its counts changed."""
    ready_since: int = 0
    in_gap: int = 0
    """How many of those preparing are the next relief after a gap."""
    queued: int = 0
    """How many of those moving have arrived and wait for reception."""
    reliefs_under_way: int = 0
    """How many troops of a relief in place have embarked and are not received."""
    relieved: int = 0
    """How many have been relieved in place so far."""

    def count(self, stage: Stage) -> int:
        """Return how many are in a stage."""
        return self.counts.get(stage, 0)


class Muster:
    """All troops of one replication; every flow between stages goes through `move`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rounds = world.rounds
        self.touched: set[int] = set()
        """Numbers of contingents whose counts changed since the last closed instant."""
        self.ready: set[int] = set()
        """Numbers of contingents of which some are ready."""
        self.in_theatre = 0
        """How many beds are held."""
        self.ceilings = Ceilings(world.plan.ceilings)
        self.troops: list[Troops] = [self._contingent(row) for row in world.plan.contingents]
        self.troops.extend(self._trained(row) for row in world.plan.training)

    def _contingent(self, row: ContingentPlan) -> Troops:
        return Troops(
            contributor=row.contributor,
            contingent=row.name,
            number=row.number,
            sleeps_in_camp=row.in_theatre,
            deployed_signals=row.deployed,
            committed_signals=row.committed,
            withdrawn_signals=row.withdrawn,
            ceilings=row.ceilings,
        )

    def _trained(self, row: TrainingPlan) -> Troops:
        return Troops(
            contributor=row.name,
            contingent=row.name,
            number=row.number,
            sleeps_in_camp=False,
            deployed_signals=row.deployed,
            committed_signals=row.committed,
            withdrawn_signals=(),
            ceilings=row.ceilings,
            embarks=False,
        )

    def move(self, troops: Troops, source: Place, target: Place, amount: int, cause: str) -> Event:
        """Post a flow of troops from one stage to another; the event fires when it is applied.

        Between "" and "pledged" a pledge is made or taken back. What moves is never more than there is then.
        """

        def change() -> None:
            self.apply(troops, source, target, amount, cause)

        return self._rounds.post(
            ("troops", troops.contributor, troops.contingent, source, target, amount, cause), change
        )

    def apply(self, troops: Troops, source: Place, target: Place, amount: int, cause: str) -> int:
        """Carry out a flow within the round that is being applied; return how many moved."""
        flow = amount if not source else min(amount, troops.count(source))
        if flow <= 0:
            return 0
        counts = troops.counts
        if source:
            counts[source] -= flow
        if target:
            counts[target] = counts.get(target, 0) + flow
        self._count(troops, troops.deployed_signals, flow * ((target == "deployed") - (source == "deployed")))
        self._count(troops, troops.committed_signals, flow * ((target in COMMITTED) - (source in COMMITTED)))
        self._count(troops, troops.withdrawn_signals, flow * goes_home(source, target))
        if troops.sleeps_in_camp:
            self.in_theatre += flow * ((target in IN_THEATRE) - (source in IN_THEATRE))
        if troops.ceilings:
            self.ceilings.take(troops.ceilings, flow * ((target in IN_THEATRE) - (source in IN_THEATRE)))
        if target == "ready" and troops.embarks:
            if counts["ready"] == flow:  # others who were ready before keep their turn
                troops.ready_since = self._rounds.now
            self.ready.add(troops.number)
        elif source == "ready" and not counts["ready"]:
            self.ready.discard(troops.number)
        self._log(troops, source, target, flow, cause)
        return flow

    def note_relief(self, troops: Troops, amount: int, cause: str) -> None:
        """Log a move of a relief in place: as many go home as come, so no count changes."""
        self._log(troops, "deployed", "deployed", amount, cause)

    def touch(self, troops: Troops) -> None:
        """Note, within a round, that something about the troops changed: who watches them looks after it."""
        self.touched.add(troops.number)
        self._rounds.ring_after_round(troops.watchers)

    def _log(self, troops: Troops, source: str, target: str, amount: int, cause: str) -> None:
        self.touch(troops)
        now, step = self._rounds.now, self._rounds.step
        row = (now, step, troops.contributor, troops.contingent, source, target, amount, cause)
        self._world.logs.transitions.append(row)

    def _count(self, troops: Troops, signals: tuple[int, ...], amount: int) -> None:
        if amount and signals:
            self._world.counts(troops.number)
            for signal in signals:
                self._world.network.add(signal, amount)
                self._rounds.signal_changed(signal)
