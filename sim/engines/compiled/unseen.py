"""A hidden length, given that nothing was seen: `delayed_by_another` of `sim.plan.latent`, and what it takes.

The law is made anew only if its terms are others than when the delay asked last: they stand beside its table.
"""

from __future__ import annotations

from math import exp, inf, log

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.laws import hazard, quantile

KNOWN, SCALE, NEXT_SCALE, SIZE, PARTIALS = range(5)
CELLS, TABLES = at.CELLS, at.TABLES


@compiled
def exact_sum(R: Floats, first: int, many: int, partials: int) -> float:
    """Return the sum of numbers without loss, as `math.fsum` (Shewchuk 1997)."""
    n = 0
    for place in range(first, first + many):
        x = R[place]
        i = 0
        for j in range(n):
            y = R[partials + j]
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                R[partials + i] = low
                i += 1
            x = high
        n = i
        if x != 0.0:
            R[partials + n] = x
            n += 1
    if n == 0:
        return 0.0
    n -= 1
    high, low = R[partials + n], 0.0
    while n > 0:
        x = high
        n -= 1
        y = R[partials + n]
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            break
    if n > 0 and ((low < 0.0 and R[partials + n - 1] < 0.0) or (low > 0.0 and R[partials + n - 1] > 0.0)):
        y = low * 2.0
        x = high + y
        if y == x - high:
            high = x
    return high


@compiled
def _cells(M: Ints, law: int) -> int:
    row = M[at.LAWS] + law * at.LAW_WIDTH
    if M[row + at.LAW_KIND] == at.CONSTANT:
        return 1
    return M[row + at.LAW_SIZE] if M[row + at.LAW_KIND] == at.DISCRETE else CELLS


@compiled
def _width(M: Ints, R: Floats, law: int, place: int) -> float:
    row = M[at.LAWS] + law * at.LAW_WIDTH
    if M[row + at.LAW_KIND] == at.CONSTANT:
        return 1.0
    if M[row + at.LAW_KIND] == at.DISCRETE:
        cumulative = M[row + at.LAW_FLOATS] + M[row + at.LAW_SIZE]
        return R[cumulative + place] - (R[cumulative + place - 1] if place > 0 else 0.0)
    return 1.0 / CELLS


@compiled
def _middle(M: Ints, R: Floats, law: int, place: int) -> float:
    row = M[at.LAWS] + law * at.LAW_WIDTH
    if M[row + at.LAW_KIND] in (at.CONSTANT, at.DISCRETE):
        return R[M[row + at.LAW_FLOATS] + place]
    return quantile(M, R, law, (place + 0.5) / CELLS)


@compiled
def _make(
    M: Ints, R: Floats, room: int, law: int, scale: float, then: int, next_scale: float, known: int
) -> None:
    many = _cells(M, law)
    edges = room + TABLES
    reached, weights = edges + many + 1, edges + 2 * many + 2
    most, least = -inf, inf
    for place in range(many):
        left = known - _middle(M, R, law, place) * scale
        if left <= 0:
            likely = 1.0
        else:
            likely = exp(-hazard(M, R, then, left / next_scale)) if next_scale > 0 else 0.0
        found = log(likely) if likely > 0 else -inf
        R[weights + place] = found
        most, least = max(most, found), min(least, found)
    R[room + KNOWN], R[room + SCALE], R[room + NEXT_SCALE] = float(known), scale, next_scale
    if most in (-inf, least):
        R[room + SIZE] = 1.0
        R[edges], R[edges + 1], R[reached], R[reached + 1] = 0.0, 1.0, 0.0, 1.0
        return
    R[room + SIZE] = float(many)
    for place in range(many):
        R[weights + place] = _width(M, R, law, place) * exp(R[weights + place] - most)
    total = exact_sum(R, weights, many, room + PARTIALS)
    R[edges], R[reached] = 0.0, 0.0
    for place in range(many):
        R[edges + place + 1] = R[edges + place] + _width(M, R, law, place)
        R[reached + place + 1] = R[reached + place] + R[weights + place] / total
    R[edges + many], R[reached + many] = 1.0, 1.0


@compiled
def unseen_value(
    M: Ints,
    R: Floats,
    room: int,
    law: int,
    scale: float,
    then: int,
    next_scale: float,
    known: int,
    variate: float,
) -> float:
    """Return the length, in units of `scale`, that a variate stands for, if nothing was seen for `known`."""
    if R[room + KNOWN] != float(known) or R[room + SCALE] != scale or R[room + NEXT_SCALE] != next_scale:
        _make(M, R, room, law, scale, then, next_scale, known)
    cells = _cells(M, law)
    many = int(R[room + SIZE])
    edges = room + TABLES
    reached = edges + cells + 1
    low, high = 0, many + 1
    while low < high:
        middle = (low + high) // 2
        if R[reached + middle] < variate:
            low = middle + 1
        else:
            high = middle
    above = max(1, low)
    below, share = R[reached + above - 1], R[reached + above]
    left, right = R[edges + above - 1], R[edges + above]
    return quantile(M, R, law, left + (variate - below) / (share - below) * (right - left))
