"""What the analyses share of one scenario: which pledges can come, and what the others wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from sim.rules.references import references, signal_of
from sim.rules.syntax import And, Force, Quantity, Rule
from sim.scenario.analysis.bodies import Body, bodies_of
from sim.scenario.analysis.reach import Reach, ends_of, reach_of
from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.scenario import Scenario

MOST_WORK = 30_000
"""Questions times contingents that all analyses of one scenario may ask: some seconds."""


class TooMuchToAsk(Exception):  # noqa: N818 - no fault of anybody: the analysis ends with what it has
    """The analyses asked as much as they may."""


@dataclass(frozen=True)
class Prospects:
    """A scenario under analysis."""

    subject: Subject
    asked: list[int] = field(default_factory=lambda: [0])
    """How much was asked so far, in its only place."""

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.subject.scenario

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """Its contingents and trained forces."""
        return bodies_of(self.scenario)

    @cached_property
    def reach(self) -> Reach:
        """How soon each of them could come."""
        return reach_of(self.scenario)

    @cached_property
    def everybody(self) -> Reach:
        """The loosest bound of the forces: all are there from the start."""
        return self.with_there(range(len(self.bodies)))

    @cached_property
    def thinkable(self) -> frozenset[int]:
        """The largest choice of bodies, by place, each of which could stay if all the others were there."""
        there = frozenset(range(len(self.bodies)))
        while True:
            reach = self.with_there(there)
            left = frozenset(place for place in there if self._can_come(reach, place))
            if left == there:
                return there
            there = left

    @cached_property
    def needs(self) -> Mapping[int, tuple[int, ...]]:
        """For each body that could stay but cannot come, a smallest choice of others like it to need."""
        waiting = [place for place in sorted(self.thinkable) if place not in self.reach.deployed]
        return MappingProxyType({place: self._needed(place, waiting) for place in waiting})

    def with_there(self, places: Iterable[int]) -> Reach:
        """Return the reach in which the bodies at these places are there from the start, and no others."""
        there = MappingProxyType(dict.fromkeys(places, 0))
        return Reach(self.scenario, self.bodies, there, there)

    def can_hold(self, rules: Sequence[Rule], reach: Reach, relaxed: Iterable[Quantity] = ()) -> bool:
        """Say whether rules can hold together at some instant of the scenario; raises TooMuchToAsk at the limit."""
        self.asked[0] += 1 + len(self.bodies)
        if self.asked[0] > MOST_WORK:
            raise TooMuchToAsk
        return reach.can_hold(rules, 0, ends_of(self.scenario), relaxed)

    def conflict(self, rules: Sequence[Rule], reach: Reach) -> str:
        """Say why rules cannot hold together: a smallest choice of their conditions that already cannot."""
        core = [part for rule in rules for part in _conditions(rule)]
        for part in tuple(core):
            fewer = [other for other in core if other is not part]
            if not self.can_hold(fewer, reach):
                core = fewer
        sizes = [
            f"{force} can be at most {reach.largest(force):,.0f}"
            for force in sorted({each for part in core for each in references(part)}, key=str)
            if isinstance(signal_of(force), Force) and reach.largest(force) < float("inf")
        ]
        said = " and ".join(f"`{part}`" for part in core) + (
            " cannot hold together" if len(core) > 1 else " cannot hold"
        )
        return said + (f", as {' and '.join(sizes)}" if sizes else "")

    def _can_come(self, reach: Reach, place: int) -> bool:
        body = self.bodies[place]
        return body.deployed is not None or (
            (body.committed is not None or self.can_hold([body.enters], reach))
            and self.can_hold([body.embarks], reach)
        )

    def _needed(self, place: int, waiting: Sequence[int]) -> tuple[int, ...]:
        """Return a smallest choice of the waiting bodies that, with all who can come, would let one come."""
        chosen = list(waiting)
        for other in sorted(waiting, key=lambda each: each != place):
            fewer = [each for each in chosen if each != other]
            if self._can_come(self.with_there([*self.reach.deployed, *fewer]), place):
                chosen = fewer
        return tuple(chosen)


Analysis = Callable[[Prospects], Iterator[Fault]]
"""Yields what is certain of a scenario and hardly meant."""


def _conditions(rule: Rule) -> Iterator[Rule]:
    """Yield the conditions that a rule asks all of."""
    if isinstance(rule, And):
        for part in rule.parts:
            yield from _conditions(part)
    else:
        yield rule
