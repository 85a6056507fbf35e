"""The mean of whole numbers, one a world, from counts that are added up block by block: nothing is held a world."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.results.statistics import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_HALF = 24
"""Bits of the lower part of a number: of up to 2^48 the squares of a block's worlds add up without overflow."""
_LARGEST = 1 << 2 * _HALF
_WORLDS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Moments:
    """How many of the numbers are not 0, their sum and the sum of their squares, all exact."""

    nonzero: int = 0
    total: int = 0
    squares: int = 0

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of the numbers of both."""
        return Moments(self.nonzero + other.nonzero, self.total + other.total, self.squares + other.squares)

    def interval(self, worlds: int, unit: int = 1, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Return what `mean_interval` says of the numbers divided by `unit`, those of all other worlds being 0."""
        from scipy.special import stdtrit

        if worlds < 1:
            raise UsageError("an empty sample has no mean; run at least one replication")
        if worlds == 1:
            return -math.inf, math.inf
        mean = centre = self.total / worlds / unit
        apart = float(Fraction(worlds * self.squares - self.total**2, worlds * unit**2))
        size = worlds
        if 0 < self.nonzero < worlds:
            # Four imaginary worlds more: two at 0, two as far from it as the others.
            far = math.copysign(math.sqrt(self.squares / self.nonzero) / unit, self.total)
            size += 4
            centre = (self.total / unit + 2 * far) / size
            apart += worlds * (mean - centre) ** 2 + 2 * centre**2 + 2 * (far - centre) ** 2
        factor = float(stdtrit(size - 1, 0.5 + confidence / 2))
        half = factor * math.sqrt(apart / (size - 1)) / math.sqrt(size)
        return min(mean, centre - half), max(mean, centre + half)


def moments_of(values: NDArray[np.int64]) -> list[Moments]:
    """Return the moments of each row of numbers [rows, worlds], of which there are at most thousands in a row."""
    import numpy as np

    if values.size and max(-int(values.min()), int(values.max())) >= _LARGEST:
        rows = values.tolist()
        squares = [sum(each * each for each in row) for row in rows]
        totals = [sum(row) for row in rows]
    else:
        high, low = values >> _HALF, values & ((1 << _HALF) - 1)
        parts = (np.einsum("rw,rw->r", *pair).tolist() for pair in ((high, high), (high, low), (low, low)))
        squares = [
            (upper << 2 * _HALF) + (mixed << _HALF + 1) + lower
            for upper, mixed, lower in zip(*parts, strict=True)
        ]
        totals = values.sum(axis=1).tolist()
    nonzero = np.count_nonzero(values, axis=1).tolist()
    return [Moments(*row) for row in zip(nonzero, totals, squares, strict=True)]


class MomentsByKey:
    """Sums of rows of whole numbers by key, in each world; some worlds are added up before their moments are taken."""

    def __init__(self) -> None:
        import numpy as np

        self._found: dict[tuple[str, ...], Moments] = {}
        self._row: dict[tuple[str, ...], int] = {}
        self._sums = np.zeros((0, _WORLDS_AT_ONCE), dtype=np.int64)
        """Of each key, in the order of `_row`, the sum in each world that waits to be counted; else 0."""
        self._used = 0

    def row_of(self, key: tuple[str, ...]) -> int:
        """Return the number under which the sum of a key is kept."""
        return self._row.setdefault(key, len(self._row))

    def add(self, places: Sequence[int], rows: Sequence[int], amounts: NDArray[np.int64]) -> None:
        """Add amounts [places, worlds] of further worlds: what stands at a place, to the sum of that number."""
        import numpy as np

        worlds = amounts.shape[1]
        if self._used + worlds > self._sums.shape[1]:
            self._count()
        missing = len(self._row) - len(self._sums), max(0, worlds - self._sums.shape[1])
        if max(missing) > 0:
            self._sums = np.pad(self._sums, [(0, max(0, more)) for more in missing])
        if rows:
            order = np.argsort(rows, kind="stable")
            row = np.array(rows)[order]
            first = np.flatnonzero(np.diff(row, prepend=-1))
            mine = amounts[np.array(places)[order]]
            self._sums[row[first], self._used : self._used + worlds] = np.add.reduceat(mine, first, axis=0)
        self._used += worlds

    def moments(self) -> dict[tuple[str, ...], Moments]:
        """Return the moments of each key's sums over all worlds that were added."""
        self._count()
        return self._found

    def _count(self) -> None:
        if self._row and self._used:
            told = moments_of(self._sums[:, : self._used])
            for key, moments in zip(self._row, told, strict=False):  # a new key was 0 in all of these worlds
                self._found[key] = self._found.get(key, Moments()) + moments
        self._sums[:] = 0
        self._used = 0
