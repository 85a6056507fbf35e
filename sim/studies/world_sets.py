"""Sets of worlds, a bit a world: thousands of conditions on a million worlds stay small, and are counted fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORD = 64
_TOGETHER = 1 << 17
"""Words that are counted at once: what is put together for that stays small."""


@dataclass(frozen=True, eq=False)
class WorldSet:
    """Which of so many worlds something holds in."""

    words: NDArray[np.uint64]
    size: int

    @classmethod
    def of(cls, holds: NDArray[np.bool_]) -> WorldSet:
        """Return the set of the worlds [worlds] that are marked."""
        import numpy as np

        content = np.zeros(-(-holds.size // _WORD) * 8, dtype=np.uint8)
        bits = np.packbits(holds)
        content[: bits.size] = bits
        return cls(content.view(np.uint64), holds.size)

    @property
    def marks(self) -> NDArray[np.bool_]:
        """The same as a mark a world."""
        import numpy as np

        return np.unpackbits(self.words.view(np.uint8), count=self.size).view(np.bool_)


@dataclass(frozen=True, eq=False)
class WorldSets:
    """Several sets of the same worlds."""

    sets: Sequence[WorldSet]

    def among(self, places: NDArray[np.int64]) -> WorldSets:
        """Return the sets of these worlds alone, in this order; a place may come more than once."""
        return WorldSets([WorldSet.of(each.marks[places]) for each in self.sets])

    def counts(self, worlds: WorldSet) -> NDArray[np.int64]:
        """Return how many of some worlds lie in each set."""
        import numpy as np

        step = max(1, _TOGETHER // max(1, worlds.words.size))
        return np.concatenate(
            [
                np.bitwise_count(
                    np.array([each.words for each in self.sets[first : first + step]]) & worlds.words
                ).sum(axis=1, dtype=np.int64)
                for first in range(0, len(self.sets), step)
            ]
        )

    def all_of(self, numbers: Sequence[int]) -> NDArray[np.bool_]:
        """Mark the worlds that lie in all sets of these numbers."""
        import numpy as np

        words = np.bitwise_and.reduce([self.sets[number].words for number in numbers])
        return WorldSet(words, self.sets[0].size).marks
