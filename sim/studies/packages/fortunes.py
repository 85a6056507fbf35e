"""What is drawn once a world for each lever: whether it works, and what effort it takes.

The streams are `levers.NAME.works` (one variate), `levers.NAME.works.chance` where the chance itself is
uncertain, and `levers.NAME.effort`: the same worlds have the same luck in every package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.plan.laws import ConstantLaw
from sim.plan.randomness import Draws

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.plan.laws import Law
    from sim.studies.packages.deck import Deck, Package


@dataclass(frozen=True)
class Fortunes:
    """The luck of `count` worlds from number 0 on."""

    deck: Deck
    seed: int
    count: int
    _known: dict[str, NDArray[np.bool_]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def works(self, name: str) -> NDArray[np.bool_]:
        """Return in which worlds a lever that is pulled takes effect: [world]."""
        if name not in self._known:
            self._known[name] = self._worked(name)
        return self._known[name]

    def _worked(self, name: str) -> NDArray[np.bool_]:
        import numpy as np

        chance = self._drawn(self.deck.works_law(name), f"levers.{name}.works.chance")
        if float(chance.min()) >= 1.0:
            return np.ones(self.count, dtype=bool)
        worked: NDArray[np.bool_] = self._uniform(f"levers.{name}.works") < chance
        return worked

    def effort(self, name: str) -> NDArray[np.float64]:
        """Return the effort that a lever takes in each world in which it is pulled: [world]."""
        return self._drawn(self.deck.effort_law(name), f"levers.{name}.effort")

    def able(self, names: Package) -> NDArray[np.bool_]:
        """Return in which worlds each of these levers works, if pulled: [world]. In no other can they take effect."""
        import numpy as np

        able = np.ones(self.count, dtype=bool)
        for name in names:
            able &= self.works(name)
        return able

    def replications(self, packages: Iterable[Package]) -> int:
        """Return how many replications it takes at the most to know what these packages give in all worlds."""
        variants = {active for package in packages for active in self.active(package)}
        return sum(int(self.able(active).sum()) for active in variants)

    def active(self, package: Package) -> dict[Package, NDArray[np.bool_]]:
        """Return which levers of a package take effect, and in which worlds: disjoint, and all worlds.

        A lever whose need does not take effect, takes none.
        """
        import numpy as np

        found: dict[Package, NDArray[np.bool_]] = {frozenset(): np.ones(self.count, dtype=bool)}
        for name in sorted(package):
            worked = self.works(name)
            split: dict[Package, NDArray[np.bool_]] = {}
            for names, worlds in found.items():
                for part, where in ((names | {name}, worlds & worked), (names, worlds & ~worked)):
                    if where.any():
                        split[part] = split[part] | where if part in split else where
            found = split
        settled: dict[Package, NDArray[np.bool_]] = {}
        for names, worlds in found.items():
            part = self._with_needs(names)
            settled[part] = settled[part] | worlds if part in settled else worlds
        return settled

    def _with_needs(self, names: Package) -> Package:
        while True:
            kept = frozenset(name for name in names if set(self.deck.levers[name].needs) <= names)
            if kept == names:
                return kept
            names = kept

    def _uniform(self, stream: str) -> NDArray[np.float64]:
        import numpy as np

        draws = Draws(self.seed, 0, self.count)
        return np.array([draws.page(stream, 0, number)[0] for number in range(self.count)])

    def _drawn(self, law: Law, stream: str) -> NDArray[np.float64]:
        import numpy as np

        if isinstance(law, ConstantLaw):
            return np.full(self.count, law.value)
        return np.array([law.quantile(u) for u in self._uniform(stream).tolist()])
