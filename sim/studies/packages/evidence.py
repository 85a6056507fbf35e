"""What the worlds played so far say of packages: chances, differences, efforts, each on the same worlds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.batch.spans import Span
from sim.studies.packages.fortunes import Fortunes
from sim.studies.packages.playing import Cells, Settings, Variant, VariantPart

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.studies.packages.deck import Deck, Package

PART = 50
"""How many worlds a cell spans: the smallest step of the race."""


@dataclass(frozen=True)
class PackageOutcome:
    """What a package gives in `worlds` worlds: [world].

    `counts`: all that was played of it finished, and the target applies; `held`: the target is held on its
    date; `effort`: what was spent; `level`, `cost` on the target's date.
    """

    counts: NDArray[np.bool_]
    held: NDArray[np.bool_]
    effort: NDArray[np.float64]
    level: NDArray[np.int64]
    cost: NDArray[np.float64]

    @property
    def trials(self) -> int:
        """In how many worlds it can be judged."""
        return int(self.counts.sum())

    @property
    def successes(self) -> int:
        """In how many of them the target is held."""
        return int((self.held & self.counts).sum())

    @property
    def chance(self) -> float:
        """The share of them."""
        return self.successes / self.trials if self.trials else float("nan")

    @property
    def mean_effort(self) -> float:
        """The effort spent in a world on average."""
        return float(self.effort.mean())

    @property
    def mean_cost(self) -> float:
        """The mean cost of the force where the target can be judged; NaN where nothing costs."""
        return float(self.cost[self.counts].mean()) if self.trials else float("nan")


class Evidence:
    """Outcomes of packages, from cells that are played when they are first needed."""

    def __init__(self, deck: Deck, cells: Cells, seed: int, most: int, future: Settings = ()) -> None:
        self.deck = deck
        self._cells = cells
        self._fortunes = Fortunes(deck, seed, most)
        self._future = future
        self._active: dict[Package, dict[Package, NDArray[np.bool_]]] = {}
        self._able: dict[Package, NDArray[np.bool_]] = {}
        self._outcomes: dict[tuple[Package, int], PackageOutcome] = {}
        self._efforts: dict[str, NDArray[np.float64]] = {}

    def gather(self, packages: Iterable[Package], worlds: int) -> None:
        """Have all that these packages need in the first `worlds` worlds played, at once."""
        self._cells.want(self.parts(packages, worlds))

    def has(self, package: Package, worlds: int) -> bool:
        """Tell whether all that a package needs in the first `worlds` worlds is at hand."""
        return all(self._cells.has(part) for part in self.parts([package], worlds))

    def parts(self, packages: Iterable[Package], worlds: int) -> list[VariantPart]:
        """Return the cells that these packages need in the first `worlds` worlds."""
        return [
            self._part(active, span)
            for package in packages
            for active, where in self._split(package).items()
            for span in _spans(worlds)
            if where[span.first : span.end].any()
        ]

    def _part(self, active: Package, span: Span) -> VariantPart:
        """Return the part of a variant in a span: whichever package asks for it, the same."""
        if active not in self._able:
            self._able[active] = self._fortunes.able(active)
        worlds = span.first + self._able[active][span.first : span.end].nonzero()[0]
        return VariantPart(Variant(active, self._future), span, tuple(worlds.tolist()))

    def outcome(self, package: Package, worlds: int) -> PackageOutcome:
        """Return what a package gives in the first `worlds` worlds."""
        known = self._outcomes.get((package, worlds))
        if known is None:
            self.gather([package], worlds)
            known = self._outcomes[package, worlds] = self._assembled(package, worlds)
        return known

    def efforts(self, name: str) -> NDArray[np.float64]:
        """Return the effort of a lever in each world in which it is pulled."""
        if name not in self._efforts:
            self._efforts[name] = self._fortunes.effort(name)
        return self._efforts[name]

    def least_effort(self, package: Package) -> float:
        """Return the mean effort of the levers that are pulled in every world: no package takes less."""
        return float(sum(self.efforts(name).mean() for name in package if not self.deck.is_adaptive(name)))

    def _split(self, package: Package) -> dict[Package, NDArray[np.bool_]]:
        if package not in self._active:
            self._active[package] = self._fortunes.active(package)
        return self._active[package]

    def _assembled(self, package: Package, worlds: int) -> PackageOutcome:
        import numpy as np

        counts, held = np.zeros(worlds, dtype=bool), np.zeros(worlds, dtype=bool)
        level, cost = np.zeros(worlds, dtype=np.int64), np.full(worlds, np.nan)
        effort = np.zeros(worlds)
        for active, where in self._split(package).items():
            for span in _spans(worlds):
                rows = slice(span.first, span.end)
                mine = where[rows]
                if not mine.any():
                    continue
                cell = self._cells.of(self._part(active, span))
                counts[rows] |= mine & cell.finished & cell.applies
                held[rows] |= mine & cell.held
                level[rows] += np.where(mine, cell.level, 0)
                cost[rows] = np.where(mine, cell.cost, cost[rows])
                for name in package:
                    spent = self.efforts(name)[rows]
                    pulled = cell.pulled[name] if self.deck.is_adaptive(name) else True
                    effort[rows] += np.where(mine & pulled, spent, 0.0)
        return PackageOutcome(counts, held, effort, level, cost)


def _spans(worlds: int) -> list[Span]:
    return [Span(first, min(PART, worlds - first)) for first in range(0, worlds, PART)]
