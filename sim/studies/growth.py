"""Forces grow in a steady world, round by round, as far as they go (see `sim.studies.steady`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from sim.studies.certificates import Reader, State
from sim.studies.steady import SteadyWorlds

SMALLEST_SERIAL = 50
"""Fewest free beds for which a larger contingent sends a serial, as in the model."""


@dataclass(frozen=True, slots=True)
class GrownForces:
    """How far the forces grew: troops deployed of each body, and the most that counted at once.

    As long as no lever among the bits of `decisive` is moved besides, the outcome is no better.
    """

    deployed: tuple[int, ...]
    most: int
    decisive: int


def play(worlds: SteadyWorlds, changes: Mapping[int, int]) -> GrownForces:
    """Return how far the forces grow with some levers, by place, moved to other cells."""
    cells = [changes.get(place, lever.now) for place, lever in enumerate(worlds.levers)]
    growth = _Growth(worlds, cells)
    for instant in worlds.instants:
        growth.settle(instant)
    return GrownForces(tuple(growth.deployed), growth.most, growth.decisive)


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
