"""The random numbers of `sim.plan.randomness`: Philox4x64-10, keyed by stream, counted by replication and page."""

from __future__ import annotations

from math import log1p
from typing import Any

import numpy as np

from sim.engines.compiled.compiling import Floats, Ints, compiled, upper_word
from sim.engines.compiled.plainly import PURE
from sim.engines.layout import (
    REPLICATION,
    STREAM_FLOATS,
    STREAM_INDEX,
    STREAM_KEY,
    STREAM_KEY_2,
    STREAM_PAGE,
    STREAM_WIDTH,
    STREAMS,
)

_MASK = (1 << 64) - 1


def _masked(value: Any) -> Any:
    return value & _MASK


def _unchanged(value: Any) -> Any:
    return value


# Words of 64 bits: to the compiler they wrap by themselves, whole numbers of Python are cut off.
_word: Any = _masked if PURE else np.uint64
_wrapped: Any = _masked if PURE else compiled(_unchanged)

_MULTIPLIER, _MULTIPLIER_2 = _word(0xD2E7470EE14C6C93), _word(0xCA5A826395121157)
_BUMP, _BUMP_2 = _word(0x9E3779B97F4A7C15), _word(0xBB67AE8584CAA73B)
_12, _ONE = _word(12), _word(1)


@compiled
def deal(M: Ints, R: Floats, row: int, page: int) -> None:
    """Deal the four variates of a page of a stream."""
    key, key_2 = _word(M[row + STREAM_KEY]), _word(M[row + STREAM_KEY_2])
    c0, c1, c2, c3 = _wrapped(_word(M[REPLICATION]) + _ONE), _word(page), _word(0), _word(0)
    for turn in range(10):
        if turn > 0:
            key, key_2 = _wrapped(key + _BUMP), _wrapped(key_2 + _BUMP_2)
        high, low = upper_word(_MULTIPLIER, c0), _wrapped(_MULTIPLIER * c0)
        high_2, low_2 = upper_word(_MULTIPLIER_2, c2), _wrapped(_MULTIPLIER_2 * c2)
        c0, c1, c2, c3 = high_2 ^ c1 ^ key, low_2, high ^ c3 ^ key_2, low
    at = M[row + STREAM_FLOATS]
    R[at] = (float(c0 >> _12) + 0.5) * 2.0**-52
    R[at + 1] = (float(c1 >> _12) + 0.5) * 2.0**-52
    R[at + 2] = (float(c2 >> _12) + 0.5) * 2.0**-52
    R[at + 3] = (float(c3 >> _12) + 0.5) * 2.0**-52
    M[row + STREAM_PAGE] = page


@compiled
def variate(M: Ints, R: Floats, stream: int, index: int) -> float:
    """Return the uniform variate of that number of a stream."""
    row = M[STREAMS] + stream * STREAM_WIDTH
    page = index >> 2
    if M[row + STREAM_PAGE] != page:
        deal(M, R, row, page)
    return R[M[row + STREAM_FLOATS] + (index & 3)]


@compiled
def index_of(M: Ints, stream: int) -> int:
    """Return how many variates of a stream were consumed."""
    return M[M[STREAMS] + stream * STREAM_WIDTH + STREAM_INDEX]


@compiled
def consume(M: Ints, stream: int) -> None:
    """Pass over the next variate of a stream."""
    M[M[STREAMS] + stream * STREAM_WIDTH + STREAM_INDEX] += 1


@compiled
def peek(M: Ints, R: Floats, stream: int) -> float:
    """Return the next variate of a stream without consuming it."""
    return variate(M, R, stream, index_of(M, stream))


@compiled
def draw(M: Ints, R: Floats, stream: int) -> float:
    """Consume and return the next variate of a stream."""
    drawn = peek(M, R, stream)
    consume(M, stream)
    return drawn


@compiled
def threshold_of(M: Ints, R: Floats, stream: int, index: int) -> float:
    """Return a variate as a unit-exponential hazard threshold."""
    return -log1p(-variate(M, R, stream, index))
