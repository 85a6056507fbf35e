"""What history records of a contingent, as `sim.model.chronicle` plays it. A process each."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.casualties import count_casualties
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.contingent import decision_row
from sim.engines.compiled.contributor import recorded_back, recorded_gone
from sim.engines.compiled.decision import change_of_mind, refuse, settle
from sim.engines.compiled.preparation import came, dropped, lost, pledged, take_out
from sim.engines.compiled.timers import finish, key_of, post, wait_round, wait_until
from sim.engines.compiled.troops import apply, log_move, touch, troops_row

NEXT, DATE, EVENT = range(3)
PLACE = at.A


@compiled
def chronicle(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Apply each record on its date."""
    t = troops_row(M, M[p + at.OWNER])
    row = M[t + at.RECORDS] + M[p + PLACE] * at.RECORD_WIDTH
    pc = M[p + at.PC]
    if pc == NEXT:
        if M[p + PLACE] >= M[t + at.N_RECORDS]:
            finish(M, p)
            return
        M[p + at.PC] = DATE
        wait_until(M, p, M[row + at.RECORD_TIME])
        return
    key = key_of(at.K_HISTORY, M[t + at.RANK], M[p + PLACE])
    if pc == DATE:
        M[p + at.PC] = EVENT
        post(M, key, 0, 0, at.DO_NOTHING, 0, 0, 0, 0, 0.0, R)
    else:
        M[p + at.PC] = NEXT
        M[p + PLACE] += 1
        post(M, key, 1, 0, at.DO_RECORD, t, row, 0, 0, 0.0, R)
    wait_round(M, p)


@compiled
def _hear(M: Ints, R: Floats, t: int, row: int) -> None:
    """Take what history records now as news of its nation's decision. Within a round."""
    event, step = M[row + at.RECORD_EVENT], M[row + at.RECORD_STEP]
    d = decision_row(M, t)
    if event == at.R_APPROVED:
        change_of_mind(M, R, d, t)
        # with a step those before it: they are answered in order
        M[t + at.GIVEN] |= (1 << (M[d + at.DECISION_N_APPROVALS] if step < 0 else step + 1)) - 1
    elif event == at.R_REFUSED:
        place = 0
        while M[M[d + at.DECISION_FIRST] + place] != t:
            place += 1
        refuse(M, d, place, step)
    elif event in (at.R_READY, at.R_ARRIVED):
        settle(M, R, d)
        change_of_mind(M, R, d, t)
    touch(M, t)


@compiled
def apply_record(M: Ints, R: Floats, t: int, row: int) -> None:
    """Move the troops as it happened. Within a round."""
    event, troops = M[row + at.RECORD_EVENT], M[row + at.RECORD_TROOPS]
    _hear(M, R, t, row)
    if event in (at.R_READY, at.R_ARRIVED) and M[t + at.WITHDREW] != 0:
        recorded_back(M, R, t)
        M[t + at.WITHDREW] = 0
    if event == at.R_PLEDGED:
        _pledge(M, R, t, max(troops, 0))
    elif event == at.R_REFUSED:
        _take(M, R, t, at.READY, at.PLEDGED, at.REFUSED, at.NONE, at.W_H_REFUSED)
    elif event == at.R_READY:
        _come(M, R, t, at.PREPARING, at.READY, troops, at.W_H_READY)
    elif event == at.R_ARRIVED:
        _come(M, R, t, at.READY, at.DEPLOYED, troops, at.W_H_ARRIVED)
    elif event == at.R_UNDELIVERED:
        gone = max(troops, 0)
        _take(M, R, t, at.PLEDGED, at.READY, at.UNDELIVERED, gone, at.W_H_UNDELIVERED)
        dropped(M, t, gone)
    elif event == at.R_RELIEVED:
        log_move(M, t, at.DEPLOYED, at.DEPLOYED, M[t + at.DEPLOYED], at.W_H_RELIEVED)
        M[t + at.RELIEFS_RECORDED] += 1
    elif event == at.R_CASUALTIES:
        if M[t + at.CASUALTY_RATE] >= 0:
            count_casualties(M, R, t, max(troops, 0))
    elif event == at.R_WITHDREW:
        recorded_gone(M, R, t)
        M[t + at.WITHDREW] = 1


@compiled
def _pledge(M: Ints, R: Floats, t: int, troops: int) -> None:
    _offer_anew(M, R, t)
    gone = M[t + at.GONE] if M[t + at.WITHDREW] != 0 else 0
    again = min(troops, gone)
    apply(M, R, t, at.GONE, at.PLEDGED, again, at.W_H_PLEDGED)
    M[t + at.WITHDREW] = 0
    there = 0
    for stage in range(1, at.N_STAGES):
        there += M[t + stage]
    change = troops - there + gone - again
    if change >= 0:
        apply(M, R, t, at.NOWHERE, at.PLEDGED, change, at.W_H_PLEDGED)
    else:
        _take(M, R, t, at.PLEDGED, at.READY, at.NOWHERE, -change, at.W_H_PLEDGED)
    pledged(M, t, change)


@compiled
def _offer_anew(M: Ints, R: Floats, t: int) -> None:
    change_of_mind(M, R, decision_row(M, t), t)
    if M[t + at.HAS_LEFT] != 0 or M[t + at.GONE] != 0:
        M[t + at.OFFERS] += 1
        M[t + at.HAS_LEFT] = 0


@compiled
def _nearest(place: int) -> int:
    """Return the stages before embarkation, the readiest first."""
    if place == 0:
        return at.READY
    if place == 1:
        return at.PREPARING
    return at.DECIDING if place == 2 else at.PLEDGED


@compiled
def _come(M: Ints, R: Floats, t: int, first: int, target: int, amount: int, cause: int) -> None:
    """Have so many come, or all who come: who never does is known then."""
    if amount >= 0:
        came(M, t, _take(M, R, t, first, at.PLEDGED, target, amount, cause))
        return
    gone = lost(M, R, t, M[t + at.PREPARING] + M[t + at.DECIDING] + M[t + at.PLEDGED], 0)
    _take(M, R, t, at.PLEDGED, at.PREPARING, at.UNDELIVERED, gone, cause)
    _take(M, R, t, first, at.PLEDGED, target, at.NONE, cause)


@compiled
def _rank(stage: int) -> int:
    if stage == at.READY:
        return 0
    if stage == at.PREPARING:
        return 1
    return 2 if stage == at.DECIDING else 3


@compiled
def _take(M: Ints, R: Floats, t: int, first: int, last: int, target: int, amount: int, cause: int) -> int:
    """Move `amount` (below 0: all) from the stages from `first` to `last`; return how many were not yet ready."""
    begin, end = _rank(first), _rank(last)
    step = 1 if end >= begin else -1
    left = amount
    if amount < 0:
        left = 0
        for place in range(begin, end + step, step):
            left += M[t + _nearest(place)]
    found = 0
    for place in range(begin, end + step, step):
        source = _nearest(place)
        flow = min(left, M[t + source])
        found += flow if source != at.READY else 0
        if source == at.PREPARING:
            take_out(M, t, flow)
        apply(M, R, t, source, target, flow, cause)
        left -= flow
    return found
