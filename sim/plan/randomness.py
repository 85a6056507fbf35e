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
LEAST = 2.0**-53
"""The least variate."""


def stream_key(seed: int, name: str) -> tuple[int, int]:
    """Return the two 64-bit words of the Philox key of stream `name` under `seed`."""
    digest = hashlib.blake2b(f"{seed}\x00{name}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


class Draws:
    """The variates of `count` replications from `first` on, dealt page by page when first asked for.

    Uniform variates lie strictly between 0 and 1, so every inverse CDF is finite: 52 random bits plus one
    half, times 2⁻⁵², all exact. (With 53 bits the largest would round to 1.)
    """

    def __init__(self, seed: int, first: int, count: int) -> None:
        self._seed = seed
        self._first = first
        self._count = count
        self._pages: dict[str, list[Any]] = {}
        """Of each stream its pages so far: arrays with a row of four variates for each replication."""

    def page(self, name: str, number: int, replication: int) -> list[float]:
        """Return the four uniform variates of page `number` of stream `name` in `replication`."""
        place = replication - self._first
        if not 0 <= place < self._count:
            raise ValueError(
                f"replication {replication} is not one of the {self._count} from {self._first} on"
            )
        variates: list[float] = self._dealt(name, number)[place].tolist()
        return variates

    def first_of_each(self, name: str) -> Any:
        """Return the first variate of a stream in each replication."""
        return self._dealt(name, 0)[:, 0]

    def _dealt(self, name: str, number: int) -> Any:
        pages = self._pages.get(name)
        if pages is None:
            pages = self._pages[name] = []
        while len(pages) <= number:
            pages.append(self._deal(name, len(pages)))
        return pages[number]

    def _deal(self, name: str, page: int) -> Any:
        import numpy as np

        # as arrays: numpy turns a tuple of words below and above 2⁶³ into floats, which lose low bits
        key = np.array(stream_key(self._seed, name), dtype=np.uint64)
        counter = np.array((self._first, page, 0, 0), dtype=np.uint64)
        words = np.random.Philox(key=key, counter=counter).random_raw(WORDS_A_PAGE * self._count)
        uniform = ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
        return uniform.reshape(self._count, WORDS_A_PAGE)


class Stream:
    """One named stream in one replication: its variates by number, and how many of them are consumed."""

    __slots__ = ("_draws", "_name", "_number", "_page", "_replication", "index")

    def __init__(self, draws: Draws, name: str, replication: int) -> None:
        self._draws = draws
        self._name = name
        self._replication = replication
        self._page: list[float] = []
        self._number = -1
        self.index = 0
        """How many variates this replication has consumed."""

    def take(self) -> int:
        """Consume the next variate; return its number."""
        self.index += 1
        return self.index - 1

    def hazard_of(self, index: int) -> float:
        """Return the variate of that number as a unit-exponential hazard threshold."""
        return -math.log1p(-self.variate(index))

    def variate(self, index: int) -> float:
        """Return the uniform variate of that number."""
        number = index >> 2
        if number != self._number:
            self._number, self._page = number, self._draws.page(self._name, number, self._replication)
        return self._page[index & 3]
