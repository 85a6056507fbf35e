"""Tours and reliefs of a contingent, as `sim.model.tour` has them: a process for each that has tours."""

from __future__ import annotations

from math import exp, inf

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.preparation import begin
from sim.engines.compiled.streams import consume
from sim.engines.compiled.theatre import set_relief
from sim.engines.compiled.timers import finish, key_of, post, start, wait_bell, wait_round, wait_until
from sim.engines.compiled.troops import apply, troops_row
from sim.engines.compiled.world import chance, consume_delay, delay_hazard, due, length_of, scale, value

SURELY_OVER = 0.95
LOOK, TOUR, SERVING, NEXT, RELIEVING, RELIEVED, FAILING = range(7)
BEGAN, DUE_AT, RECORDED, ENOUGH, LATE, SIZE = at.A, at.B, at.C, at.D, at.E, at.F


@compiled
def _is_there(M: Ints, t: int) -> bool:
    return M[t + at.DEPLOYED] > 0 and M[t + at.CONTRIBUTOR_LEAVES] == 0


@compiled
def _half_is_there(M: Ints, t: int) -> bool:
    deployed = M[t + at.DEPLOYED]
    to_come = (
        M[t + at.PLEDGED] + M[t + at.DECIDING] + M[t + at.PREPARING] + M[t + at.READY] + M[t + at.MOVING]
    )
    return _is_there(M, t) and 2 * deployed >= to_come + deployed


@compiled
def _post(M: Ints, R: Floats, t: int, does: int, ready: int, deployed: int, cause: int) -> None:
    key = key_of(at.K_TROOPS, M[t + at.RANK], at.T_TOUR)
    post(M, key, at.NOWHERE, 0, does, t, ready, deployed, cause, 0.0, R)


@compiled
def _due(M: Ints, R: Floats, t: int, began: int) -> int:
    """Return when a tour ends: later than it is known to have lasted, if that is not plainly overdue."""
    every = M[t + at.TOUR_EVERY]
    known = max(0, M[t + at.RESUMES] - began)
    coming = False
    for place in range(M[t + at.N_RECORDS]):
        row = M[t + at.RECORDS] + place * at.RECORD_WIDTH
        if M[row + at.RECORD_EVENT] == at.R_RELIEVED and M[row + at.RECORD_TIME] > M[at.NOW]:
            coming = True
    if coming:
        return max(began + length_of(M, R, every), M[t + at.RESUMES])
    if known > 0:
        factor = scale(M, R, every)
        hazard = delay_hazard(M, R, every, known / factor) if factor > 0 else inf
        if exp(-hazard) > 1.0 - SURELY_OVER:
            return due(M, R, every, began)
    return began + length_of(M, R, every)


@compiled
def tours(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited: tour after tour."""
    t = troops_row(M, M[p + at.OWNER])
    now = M[at.NOW]
    while True:
        pc = M[p + at.PC]
        if pc == LOOK:
            if not _half_is_there(M, t):
                wait_bell(M, p, at.NEVER)
                return
            M[p + at.PC] = TOUR
        elif pc in (TOUR, NEXT):
            M[p + BEGAN] = now
            M[p + DUE_AT] = _due(M, R, t, now)
            M[p + RECORDED] = M[t + at.RELIEFS_RECORDED]
            M[p + at.PC] = SERVING
            wait_bell(M, p, M[p + DUE_AT])
            return
        elif pc == SERVING:
            recorded = M[t + at.RELIEFS_RECORDED] != M[p + RECORDED]
            if not expired:
                if not _is_there(M, t):
                    M[p + at.PC] = LOOK
                    continue
                if not recorded:
                    wait_bell(M, p, M[p + DUE_AT])
                    return
            consume_delay(M, M[t + at.TOUR_EVERY])
            if recorded or M[p + DUE_AT] < M[t + at.RESUMES]:
                consume(M, M[t + at.TOUR_OUTCOME])
                M[p + at.PC] = NEXT
                _post(M, R, t, at.DO_NOTHING, 0, 0, 0)
            elif chance(M, R, M[t + at.TOUR_OUTCOME], value(M, R, M[t + at.TOUR_RELIEF])):
                size = M[t + at.DEPLOYED] - M[t + at.RELIEF_WAITS] - M[t + at.RELIEFS_UNDER_WAY]
                if size > 0:
                    set_relief(M, t, M[t + at.RELIEF_WAITS] + size)
                M[p + SIZE] = size
                M[p + ENOUGH] = M[t + at.RELIEVED] + (size + 1) // 2
                M[p + at.PC] = RELIEVING
                _post(M, R, t, at.DO_NOTHING, 0, 0, 0)
            else:
                M[p + LATE] = M[t + at.MOVING]
                M[p + at.PC] = FAILING
                _post(M, R, t, at.DO_SEND_HOME, M[t + at.READY], M[t + at.DEPLOYED], at.W_RELIEF_FAILED)
            wait_round(M, p)
            return
        elif pc == RELIEVING:
            M[p + at.PC] = RELIEVED
            if M[t + at.TOUR_OVERSTAYS] >= 0:
                patience = length_of(M, R, M[t + at.TOUR_OVERSTAYS])
                consume_delay(M, M[t + at.TOUR_OVERSTAYS])
                q = start(M, at.IS_PATIENCE, t)
                M[q + DUE_AT], M[q + SIZE] = now + patience, M[p + SIZE]
        elif pc == RELIEVED:
            if M[t + at.RELIEVED] >= M[p + ENOUGH]:
                M[p + at.PC] = NEXT
            elif not _is_there(M, t) or (M[t + at.RELIEF_WAITS] == 0 and M[t + at.RELIEFS_UNDER_WAY] == 0):
                M[p + at.PC] = LOOK
            else:
                wait_bell(M, p, at.NEVER)
                return
        else:
            late = M[p + LATE]
            if late <= 0 or M[t + at.MOVING] + M[t + at.DEPLOYED] <= 0 or M[t + at.CONTRIBUTOR_LEAVES] != 0:
                M[p + at.PC] = LOOK
                continue
            landed = min(late, M[t + at.DEPLOYED])
            if landed <= 0:
                wait_bell(M, p, at.NEVER)
                return
            M[p + LATE] -= landed
            _post(M, R, t, at.DO_SEND_HOME, 0, landed, at.W_RELIEF_FAILED)
            wait_round(M, p)
            return


@compiled
def patience(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Send home those whose relief has not embarked when they have waited long enough."""
    t = M[p + at.OWNER]
    M[p + at.PC] += 1
    if M[p + at.PC] == 1:
        wait_until(M, p, M[p + DUE_AT])
        return
    waiting = min(M[p + SIZE], M[t + at.RELIEF_WAITS])
    if M[p + at.PC] == 2 and waiting > 0 and _is_there(M, t):
        _post(M, R, t, at.DO_SEND_HOME, 0, waiting, at.W_OVERSTAYED)
        wait_round(M, p)
        return
    finish(M, p)


@compiled
def send_home(M: Ints, R: Floats, t: int, ready: int, deployed: int, cause: int) -> None:
    """Have troops gone, or preparing until the gap is over. Within a round."""
    gap = M[t + at.TOUR_GAP]
    target = at.GONE if gap < 0 else at.PREPARING
    if cause == at.W_OVERSTAYED:
        set_relief(M, t, M[t + at.RELIEF_WAITS] - deployed)
    home = apply(M, R, t, at.READY, target, ready, cause)
    home += apply(M, R, t, at.DEPLOYED, target, deployed, cause)
    if gap >= 0 and home != 0:
        begin(M, t, home, gap, at.W_GAP, 1)
