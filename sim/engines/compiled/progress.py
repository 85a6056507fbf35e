"""A fact that climbs from 0 to 1 in whole steps, as `sim.model.progress` has it."""

from __future__ import annotations

from math import ceil, exp, floor, inf, log, log1p

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.facts import fact_row, post_value, rates
from sim.engines.compiled.streams import draw
from sim.engines.compiled.timers import wait_bell, wait_round, wait_until
from sim.engines.compiled.world import delay_at_hazard, delay_hazard, scale, stream_of, truth

BEGIN, ZERO, LOOK, WAITED, SLIPS = range(5)
DONE, STEPS_BEFORE, AT, SLIPPING, RECORD, DRAWN, MEASURED, BASE = (
    at.A,
    at.B,
    at.C,
    at.D,
    at.E,
    at.F,
    at.G,
    at.H,
)
MEASURED_AT = at.CLOCK_BEGAN  # it has no clock
SPEED, WORKED, LENGTH = at.X, at.Y, at.Z
NEARLY = 1e-9


@compiled
def _begin_at(M: Ints, R: Floats, p: int, f: int, steps: int) -> None:
    """Begin anew with so many steps done."""
    M[p + DONE] = steps
    M[p + STEPS_BEFORE] = steps
    M[p + BASE] = steps
    M[f + at.FACT_N_LOST] = 0
    R[M[p + at.FLOATS] + WORKED] = 0.0


@compiled
def _post(M: Ints, R: Floats, p: int, f: int) -> None:
    post_value(M, R, f, M[p + DONE] / M[f + at.FACT_STEPS])


@compiled
def _slip(M: Ints, R: Floats, p: int, f: int) -> None:
    """Lose steps, and what was done of the present one."""
    _begin_at(M, R, p, f, max(0, M[p + DONE] - M[f + at.FACT_SLIPS]))
    _post(M, R, p, f)
    wait_round(M, p)


@compiled
def _slip_unseen(M: Ints, R: Floats, p: int, f: int) -> None:
    """Lose steps between two measurements: how many are left then, the next one says."""
    floats = M[p + at.FLOATS]
    if M[f + at.FACT_N_LOST] >= at.MOST_LOST:
        M[at.STATUS] = at.REFER
        return
    R[M[f + at.FACT_LOST] + M[f + at.FACT_N_LOST]] = R[floats + WORKED]
    M[f + at.FACT_N_LOST] += 1
    R[floats + WORKED] = 0.0
    if M[p + DONE] == M[f + at.FACT_STEPS]:  # it was complete, and has work again
        M[p + DONE] = max(0, M[p + DONE] - M[f + at.FACT_SLIPS])


@compiled
def _steps_in(work: float, length: float) -> int:
    """Return how many steps of a length are in some work."""
    steps = work / length + NEARLY
    return floor(steps) if steps < 1e15 else 10**15


@compiled
def _done(M: Ints, R: Floats, p: int, f: int, length: float) -> int:
    """Return how many steps are done if each takes so long."""
    steps, most = M[p + BASE], M[f + at.FACT_STEPS]
    for place in range(M[f + at.FACT_N_LOST]):
        steps = min(most, steps + _steps_in(R[M[f + at.FACT_LOST] + place], length))
        steps = max(0, steps - M[f + at.FACT_SLIPS])
    if steps < most:
        return min(most, steps + _steps_in(R[M[p + at.FLOATS] + WORKED], length))
    return steps


@compiled
def _longest(M: Ints, R: Floats, p: int, f: int, steps: int) -> float:
    """Return the longest step with which at least so many are done now; 0 if none is short enough."""
    if _done(M, R, p, f, inf) >= steps:
        return inf
    longest = 0.0
    for place in range(M[f + at.FACT_N_LOST] + 1):
        work = R[M[p + at.FLOATS] + WORKED]
        if place < M[f + at.FACT_N_LOST]:
            work = R[M[f + at.FACT_LOST] + place]
        if work > 0:
            for count in range(M[f + at.FACT_STEPS]):
                length = work / (count + 1)
                if length > longest and _done(M, R, p, f, length) >= steps:
                    longest = length
    return longest


@compiled
def progress(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited."""
    f = fact_row(M, p)
    floats = M[p + at.FLOATS]
    now = M[at.NOW]
    while True:
        pc = M[p + at.PC]
        if pc == BEGIN:
            M[p + at.PC] = ZERO
            wait_until(M, p, 0)
            return
        if pc == ZERO:
            M[p + DONE] = M[f + at.FACT_BEGUN]
            M[p + STEPS_BEFORE] = M[f + at.FACT_BEGUN]
            M[p + BASE] = M[f + at.FACT_BEGUN]
            M[p + MEASURED_AT] = at.LONG_AGO
            M[p + AT] = now
            R[floats + SPEED] = 0.0
            R[floats + WORKED] = 0.0
            M[p + SLIPPING] = 1 if truth(M, M[f + at.FACT_SLIPS_WHEN]) else 0
            M[p + at.PC] = LOOK
        elif pc == LOOK:
            slips = 1 if truth(M, M[f + at.FACT_SLIPS_WHEN]) else 0
            known = M[p + RECORD] < M[f + at.FACT_N_RECORDS]
            if slips == 1 and M[p + SLIPPING] == 0:
                M[p + SLIPPING] = 1
                if known:
                    _slip_unseen(M, R, p, f)
                elif M[p + MEASURED_AT] == now:  # the record holds on its date; the slip comes after it
                    M[p + at.PC] = SLIPS
                    wait_until(M, p, now + 1)
                    return
                else:
                    _slip(M, R, p, f)
                    return
                continue
            M[p + SLIPPING] = slips
            R[floats + SPEED] = _speed(M, R, p, f)
            M[p + at.PC] = WAITED
            if known:
                wait_bell(M, p, M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD]])
            else:
                wait_bell(M, p, _due(M, R, p, f))
            return
        elif pc == SLIPS:
            R[floats + WORKED] += R[floats + SPEED] * (now - M[p + AT])
            M[p + AT] = now
            M[p + at.PC] = LOOK
            _slip(M, R, p, f)
            return
        else:
            R[floats + WORKED] += R[floats + SPEED] * (now - M[p + AT])
            M[p + AT] = now
            M[p + at.PC] = LOOK
            if expired:
                if M[p + RECORD] < M[f + at.FACT_N_RECORDS]:
                    _take(M, R, p, f)
                else:
                    _begin_at(M, R, p, f, M[p + DONE] + 1)
                _post(M, R, p, f)
                wait_round(M, p)
                return


@compiled
def _speed(M: Ints, R: Floats, p: int, f: int) -> float:
    when = M[f + at.FACT_WHEN]
    holds = when < 0 or truth(M, when)
    stands = truth(M, M[f + at.FACT_STANDING])
    return rates(M, R, f) if holds and not stands and M[p + DONE] < M[f + at.FACT_STEPS] else 0.0


@compiled
def _measures(M: Ints, f: int) -> int:
    """Return where the measurements of a fact stand in `R`: two numbers for each record."""
    return M[f + at.FACT_PAST]


@compiled
def _take(M: Ints, R: Floats, p: int, f: int) -> None:
    """Take over how many steps history records as done."""
    recorded = R[M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD] + 1]]
    M[p + MEASURED_AT] = M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD]]
    M[p + RECORD] += 1
    many = M[f + at.FACT_STEPS]
    steps = min(many, floor(recorded * many + NEARLY))
    at_most, more_than = _longest(M, R, p, f, steps), _longest(M, R, p, f, steps + 1)
    if more_than == inf or at_most == 0:
        _begin_at(M, R, p, f, steps)
    elif more_than > 0 or at_most < inf:
        place = _measures(M, f) + 2 * M[p + MEASURED]
        R[place] = more_than
        R[place + 1] = at_most
        M[p + MEASURED] += 1
    M[p + DONE] = steps


@compiled
def _due(M: Ints, R: Floats, p: int, f: int) -> int:
    """Return when the next step is done at the present speed, or never."""
    floats = M[p + at.FLOATS]
    if R[floats + SPEED] <= 0:
        return at.NEVER
    if M[p + DRAWN] == 0:
        M[p + DRAWN] = 1
        R[floats + LENGTH] = _draw_length(M, R, p, f)
        if M[f + at.FACT_N_LOST] > 0 and R[floats + LENGTH] > 0:
            M[p + STEPS_BEFORE] = M[p + DONE] - _steps_in(R[floats + WORKED], R[floats + LENGTH])
        else:
            M[p + STEPS_BEFORE] = M[p + BASE]
    left = R[floats + LENGTH] * (M[p + DONE] + 1 - M[p + STEPS_BEFORE]) - R[floats + WORKED]
    wait = left / R[floats + SPEED]
    if wait > 1e15:  # beyond any end
        return at.NEVER
    return M[at.NOW] + max(0, ceil(wait))


@compiled
def _draw_length(M: Ints, R: Floats, p: int, f: int) -> float:
    """Draw how long a step takes, between what the measurements say; the later ones count first."""
    longer, at_most = 0.0, inf
    for turn in range(M[p + MEASURED]):
        place = _measures(M, f) + 2 * (M[p + MEASURED] - 1 - turn)
        if max(longer, R[place]) < min(at_most, R[place + 1]):
            longer, at_most = max(longer, R[place]), min(at_most, R[place + 1])
    delay, steps = M[f + at.FACT_AFTER], M[f + at.FACT_STEPS]
    factor = scale(M, R, delay)
    threshold = -log1p(-draw(M, R, stream_of(M, delay)))
    if factor > 0:
        before = delay_hazard(M, R, delay, longer * steps / factor) if longer > 0 else 0.0
        after = delay_hazard(M, R, delay, at_most * steps / factor)
        if after < inf and before < after:
            threshold = -log(exp(-threshold) * (1.0 - exp(before - after)) + exp(before - after))
        threshold += before
    return min(max(longer, delay_at_hazard(M, R, delay, threshold) * factor / steps), at_most)
