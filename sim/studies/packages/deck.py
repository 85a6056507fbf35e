"""The levers of a scenario, and the packages that can be made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.plan.laws import law_of

if TYPE_CHECKING:
    from sim.plan.laws import Law
    from sim.scenario.levers import Lever
    from sim.scenario.scenario import Scenario

Package = frozenset[str]
"""The names of the levers that are pulled together."""

NOTHING: Package = frozenset()

EXACTLY = 12
"""Up to how many levers every package is looked at."""


@dataclass(frozen=True)
class Deck:
    """Levers by name, in the order of names."""

    levers: Mapping[str, Lever]

    @classmethod
    def of(cls, scenario: Scenario) -> Deck:
        """Return the levers of a scenario; UsageError if it has none."""
        if not scenario.levers:
            raise UsageError(
                "the scenario has no `levers:`, so there is nothing to choose from; add them to the file, or "
                "name a file that has them with --levers (`scenarios/README.md` shows how)"
            )
        return cls({name: scenario.levers[name] for name in sorted(scenario.levers)})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all levers."""
        return tuple(self.levers)

    @property
    def unit(self) -> str:
        """The unit in which efforts are counted."""
        return next((lever.unit for lever in self.levers.values() if lever.unit), "units of effort")

    def effort_law(self, name: str) -> Law:
        """Return the law of a lever's effort."""
        return law_of(self.levers[name].effort.distribution)

    def works_law(self, name: str) -> Law:
        """Return the law of the chance that a lever takes effect."""
        return law_of(self.levers[name].works.distribution)

    def is_adaptive(self, name: str) -> bool:
        """Tell whether the lever is pulled only in worlds in which its rule comes true."""
        happens = self.levers[name].happens
        return happens is not None and happens.when is not None

    def feasible(self, package: Package) -> bool:
        """Tell whether every lever has what it needs and none excludes another."""
        return all(
            set(self.levers[name].needs) <= package and not set(self.levers[name].excludes) & package
            for name in package
        )

    def packages(self) -> tuple[Package, ...]:
        """Return every feasible package, the smallest first and then by names; the empty one is the first."""
        return tuple(
            package
            for size in range(len(self.names) + 1)
            for package in map(frozenset, combinations(self.names, size))
            if self.feasible(package)
        )

    def largest_within(self, package: Package) -> Iterator[Package]:
        """Yield the largest feasible packages among the levers of a package: itself, if it is feasible.

        Each is as large as it can be: no lever of `package` can be added without breaking `excludes`.
        """
        if self.feasible(package):
            yield package
            return
        found: list[Package] = []
        for size in range(len(package) - 1, -1, -1):
            for names in combinations(sorted(package), size):
                part = frozenset(names)
                if self.feasible(part) and not any(part < larger for larger in found):
                    found.append(part)
        yield from found
