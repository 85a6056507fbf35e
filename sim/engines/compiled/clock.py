"""`HazardClock` of `sim.model.clock`: a delay whose hazard is multiplied by a rate that changes. One a process."""

from __future__ import annotations

from math import inf, log1p

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.laws import at_hazard_of, hazard_of
from sim.engines.compiled.streams import draw
from sim.engines.compiled.world import (
    age_of,
    at_age,
    delay_at_hazard,
    delay_hazard,
    resumes_of,
    scale,
    stream_of,
    whole_seconds,
)

NOT_YET = -1.0
"""The factor of a clock that nobody has read."""


@compiled
def start_clock(M: Ints, R: Floats, p: int, delay: int, began: int) -> None:
    """Start a clock of a delay."""
    M[p + at.CLOCK_DELAY] = delay
    M[p + at.CLOCK_BEGAN] = began
    R[M[p + at.FLOATS] + at.CLOCK_LEFT] = -log1p(-draw(M, R, stream_of(M, delay)))
    M[p + at.CLOCK_AT] = max(began, resumes_of(M, delay))
    R[M[p + at.FLOATS] + at.CLOCK_FACTOR] = NOT_YET
    M[p + at.CLOCK_DUE] = at.NEVER


@compiled
def start_arrivals(M: Ints, R: Floats, p: int, stream: int, mean: float) -> None:
    """Start a clock of arrivals at a rate: exponential, nothing multiplies it, it never stands still."""
    M[p + at.CLOCK_DELAY] = at.NONE
    M[p + at.CLOCK_BEGAN] = M[at.NOW]
    R[M[p + at.FLOATS] + at.CLOCK_LAW] = mean
    R[M[p + at.FLOATS] + at.CLOCK_LEFT] = -log1p(-draw(M, R, stream))
    M[p + at.CLOCK_AT] = M[at.NOW]
    R[M[p + at.FLOATS] + at.CLOCK_FACTOR] = NOT_YET
    M[p + at.CLOCK_DUE] = at.NEVER


@compiled
def _hazard(M: Ints, R: Floats, p: int, time: int) -> float:
    delay, began = M[p + at.CLOCK_DELAY], M[p + at.CLOCK_BEGAN]
    if delay < 0:
        return hazard_of(at.EXPONENTIAL, M, R, M[p + at.FLOATS] + at.CLOCK_LAW, 1, (time - began) / 1.0)
    factor = scale(M, R, delay)
    return delay_hazard(M, R, delay, age_of(M, delay, began, time) / factor) if factor > 0 else inf


@compiled
def clock_due(M: Ints, R: Floats, p: int, factor: float) -> int:
    """Return when the delay ends if the rate stays `factor` times as high from now on, or never."""
    floats = M[p + at.FLOATS]
    before = R[floats + at.CLOCK_FACTOR]
    if factor == before:
        return M[p + at.CLOCK_DUE]
    now = M[at.NOW]
    if now > M[p + at.CLOCK_AT]:
        if before > 0.0:
            R[floats + at.CLOCK_LEFT] -= before * (
                _hazard(M, R, p, now) - _hazard(M, R, p, M[p + at.CLOCK_AT])
            )
        M[p + at.CLOCK_AT] = now
    R[floats + at.CLOCK_FACTOR] = factor
    M[p + at.CLOCK_DUE] = _ends(M, R, p, factor)
    return M[p + at.CLOCK_DUE]


@compiled
def _ends(M: Ints, R: Floats, p: int, factor: float) -> int:
    if factor <= 0:
        return at.NEVER
    start = _hazard(M, R, p, M[p + at.CLOCK_AT])
    left = R[M[p + at.FLOATS] + at.CLOCK_LEFT]
    delay = M[p + at.CLOCK_DELAY]
    if delay < 0:
        if start == inf or left <= 0:
            return M[p + at.CLOCK_AT]
        h = start + left / factor
        length = at_hazard_of(at.EXPONENTIAL, M, R, M[p + at.FLOATS] + at.CLOCK_LAW, 1, h) * 1.0
        return max(M[p + at.CLOCK_BEGAN] + whole_seconds(length), M[p + at.CLOCK_AT])
    if start == inf or left <= 0 or scale(M, R, delay) <= 0:
        return M[p + at.CLOCK_AT]
    length = delay_at_hazard(M, R, delay, start + left / factor) * scale(M, R, delay)
    return max(at_age(M, delay, M[p + at.CLOCK_BEGAN], whole_seconds(length)), M[p + at.CLOCK_AT])
