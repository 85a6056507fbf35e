"""Random numbers as a pure function of (seed, replication, stream name, index).

A stream is named by what it decides (`contributor.turkey.brigade.approval.parliament.takes`), never by its
position in a file, so adding, removing or reordering anything leaves every other stream as it was.

Each (seed, name) is a 128-bit key, the BLAKE2b digest of both, of the counter-based generator Philox4x64-10
(Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) as numpy ships it. Its 256-bit counter
is (replication, page); a page holds four 64-bit words. numpy advances the lowest counter word, which is the
replication, so one call deals a page to a whole block of replications, and re-running one replication alone
reads the same words.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

WORDS_A_PAGE = 4


def stream_key(seed: int, name: str) -> tuple[int, int]:
    """Return the two 64-bit words of the Philox key of stream `name` under `seed`."""
    digest = hashlib.blake2b(f"{seed}\x00{name}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


class Draws:
    """The variates of the replications `first` … `first + count − 1`, dealt page by page when first asked for.

    Uniform variates lie strictly between 0 and 1 (53 random bits, plus one half), so every inverse CDF is finite.
    """

    def __init__(self, seed: int, first: int, count: int) -> None:
        self._seed = seed
        self._first = first
        self._count = count
        self._pages: dict[str, list[list[list[float]]]] = {}

    def page(self, name: str, number: int, replication: int) -> list[float]:
        """Return the four uniform variates of page `number` of stream `name` in `replication`."""
        pages = self._pages.get(name)
        if pages is None:
            pages = self._pages[name] = []
        while len(pages) <= number:
            pages.append(self._deal(name, len(pages)))
        return pages[number][replication - self._first]

    def _deal(self, name: str, page: int) -> list[list[float]]:
        import numpy as np

        generator = np.random.Philox(key=stream_key(self._seed, name), counter=(self._first, page, 0, 0))
        words: Any = generator.random_raw(WORDS_A_PAGE * self._count)
        uniform = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
        dealt: list[list[float]] = uniform.reshape(self._count, WORDS_A_PAGE).tolist()
        return dealt


class Stream:
    """One named stream in one replication: `draw()` gives the next variate, `peek()` the same one unconsumed."""

    __slots__ = ("_draws", "_name", "_page", "_replication", "index")

    def __init__(self, draws: Draws, name: str, replication: int) -> None:
        self._draws = draws
        self._name = name
        self._replication = replication
        self._page: list[float] = []
        self.index = 0
        """How many variates this replication has consumed."""

    def peek(self) -> float:
        """Return the next uniform variate without consuming it."""
        place = self.index & 3
        if place == 0 or not self._page:
            self._page = self._draws.page(self._name, self.index >> 2, self._replication)
        return self._page[place]

    def draw(self) -> float:
        """Consume and return the next uniform variate in (0, 1)."""
        variate = self.peek()
        self.index += 1
        return variate

    def peek_hazard(self) -> float:
        """Return the next variate as a unit-exponential hazard threshold, unconsumed."""
        return -math.log1p(-self.peek())

    def draw_hazard(self) -> float:
        """Consume the next variate and return it as a unit-exponential hazard threshold."""
        return -math.log1p(-self.draw())
