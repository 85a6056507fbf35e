"""Contributors: whether they withdraw, how they leave, whether they come back, as `sim.model.contributor` has them."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.contingent import decision_row, fall_back, forget
from sim.engines.compiled.decision import undo
from sim.engines.compiled.theatre import set_relief
from sim.engines.compiled.timers import end, finish, key_of, post, start, wait_bell, wait_round, wait_until
from sim.engines.compiled.troops import apply, post_move, touch, troops_row
from sim.engines.compiled.world import consume_delay, due, truth

BEGIN, STARTED, LOOK, WAITED, FALLEN, NOTICE, LEAVING, LEFT, ENDING, ENDED = range(10)
WITHDREW, LEAVES, NOTICE_ENDS = at.A, at.B, at.C
AMOUNT, CAUSE, OFFERS = at.A, at.B, at.C


@compiled
def _first(M: Ints, c: int) -> int:
    return troops_row(M, M[c + at.CONTRIBUTOR_FIRST])


@compiled
def _in_theatre(M: Ints, c: int) -> bool:
    for place in range(M[c + at.CONTRIBUTOR_N]):
        t = _first(M, c) + place * at.TROOPS_WIDTH
        if M[t + at.MOVING] + M[t + at.DEPLOYED] + M[t + at.WITHDRAWING] != 0:
            return True
    return False


@compiled
def _sat_out_by_record(M: Ints, c: int) -> bool:
    """Tell whether history records that somebody of it came later, so that an edge of now meant nothing."""
    for place in range(M[c + at.CONTRIBUTOR_N]):
        t = _first(M, c) + place * at.TROOPS_WIDTH
        for record in range(M[t + at.N_RECORDS]):
            row = M[t + at.RECORDS] + record * at.RECORD_WIDTH
            event = M[row + at.RECORD_EVENT]
            if M[row + at.RECORD_TIME] > M[at.NOW] and event in (at.R_READY, at.R_ARRIVED, at.R_WITHDREW):
                return True
    return False


@compiled
def contributor(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited: withdraw at each edge of the rule, and for good when the mission is over."""
    c = M[at.CONTRIBUTORS] + M[p + at.OWNER] * at.CONTRIBUTOR_WIDTH
    withdraws = truth(M, M[c + at.CONTRIBUTOR_WITHDRAWS])
    rank = M[c + at.CONTRIBUTOR_RANK]
    while True:
        pc = M[p + at.PC]
        if pc == BEGIN:
            if M[c + at.CONTRIBUTOR_WITHDRAWS] < 0 and M[at.ENDED] < 0:
                end(M, p)
                return
            M[p + at.PC] = STARTED
            wait_until(M, p, 1)
            return
        if pc == STARTED:
            M[p + WITHDREW] = 1 if withdraws else 0
            M[p + at.PC] = LOOK
        elif pc == LOOK:
            if M[at.OVER] != 0:
                if M[at.NOW] < M[at.AS_OF]:  # what is left of an exit that began then: the reference must say
                    M[at.STATUS] = at.REFER
                    return
                M[p + at.PC] = ENDING
                post(M, key_of(at.K_ENDS, rank, 0), 0, 0, at.DO_FALL_BACK, c, 1, at.W_OVER, 0, 0.0, R)
                wait_round(M, p)
                return
            if not withdraws or M[p + WITHDREW] != 0:
                M[p + WITHDREW] = 1 if withdraws else 0
                wait_bell(M, p, at.NEVER)
                return
            M[p + LEAVES] = 1 if _in_theatre(M, c) else 0
            if M[p + LEAVES] != 0 and M[at.NOW] < M[c + at.CONTRIBUTOR_RESUMES]:
                if _sat_out_by_record(M, c):
                    M[p + WITHDREW] = 1 if withdraws else 0
                    continue
                M[at.STATUS] = (
                    at.REFER
                )  # whether it was sat out, and what is left of it: the reference must say
                return
            M[p + at.PC] = FALLEN
            key = key_of(at.K_WITHDRAWS, rank, 0)
            post(M, key, 0, 0, at.DO_FALL_BACK, c, M[p + LEAVES], at.W_WITHDRAWS, 0, 0.0, R)
            wait_round(M, p)
            return
        elif pc == FALLEN:
            M[p + WITHDREW] = 1 if withdraws else 0
            M[p + at.PC] = LOOK
            if M[p + LEAVES] != 0:
                _take_variates(M, c)
                M[p + NOTICE_ENDS] = due(M, R, M[c + at.CONTRIBUTOR_NOTICE], M[at.NOW])
                M[p + at.PC] = NOTICE
                wait_bell(M, p, M[p + NOTICE_ENDS])
                return
        elif pc == NOTICE:
            if expired:
                M[p + at.PC] = LEAVING
                expired = False
            elif M[at.OVER] != 0:
                M[p + WITHDREW] = 1 if withdraws else 0
                M[p + at.PC] = LOOK
            else:
                wait_bell(M, p, M[p + NOTICE_ENDS])
                return
        elif pc == LEAVING:
            if not _in_theatre(M, c):
                M[p + at.PC] = LEFT
                post(M, key_of(at.K_LEFT, rank, 0), 0, 0, at.DO_STOP_LEAVING, c, 0, 0, 0, 0.0, R)
                wait_round(M, p)
                return
            if M[at.OVER] == 0:
                _start_to_leave(M, c, at.W_WITHDRAWS)
                wait_bell(M, p, at.NEVER)
                return
            M[p + WITHDREW] = 1 if withdraws else 0
            M[p + at.PC] = LOOK
        elif pc == LEFT:
            M[p + WITHDREW] = 1 if withdraws else 0
            M[p + at.PC] = LOOK
        else:
            if pc == ENDING:
                _take_variates(M, c)
                M[p + at.PC] = ENDED
            _start_to_leave(M, c, at.W_OVER)
            wait_bell(M, p, at.NEVER)
            return


@compiled
def _take_variates(M: Ints, c: int) -> None:
    """Have each leaving but the first use the next variates."""
    if M[c + at.CONTRIBUTOR_TIMES_LEFT] > 0:
        consume_delay(M, M[c + at.CONTRIBUTOR_NOTICE])
        consume_delay(M, M[c + at.CONTRIBUTOR_EXIT])
        if M[c + at.CONTRIBUTOR_RETURNS] >= 0:
            consume_delay(M, M[c + at.CONTRIBUTOR_RETURNS])
    M[c + at.CONTRIBUTOR_TIMES_LEFT] += 1


@compiled
def _start_to_leave(M: Ints, c: int, cause: int) -> None:
    for place in range(M[c + at.CONTRIBUTOR_N]):
        t = _first(M, c) + place * at.TROOPS_WIDTH
        if M[t + at.DEPLOYED] > 0:
            p = start(M, at.IS_LEAVE, t)
            M[p + CAUSE] = cause


@compiled
def all_fall_back(M: Ints, R: Floats, c: int, leaves: int, cause: int) -> None:
    """Send what has not embarked back to pledged, and undo the decisions. Within a round."""
    for place in range(M[c + at.CONTRIBUTOR_N]):
        t = _first(M, c) + place * at.TROOPS_WIDTH
        M[t + at.CONTRIBUTOR_LEAVES] = leaves
        undo(M, decision_row(M, t))
        set_relief(M, t, 0)
        fall_back(M, R, t, cause)


@compiled
def stop_leaving(M: Ints, R: Floats, c: int) -> None:
    """Have all else that it pledged be gone too. Within a round."""
    for place in range(M[c + at.CONTRIBUTOR_N]):
        t = _first(M, c) + place * at.TROOPS_WIDTH
        M[t + at.CONTRIBUTOR_LEAVES] = 0
        held = min(M[t + at.FALLEN_BACK], M[t + at.PLEDGED])
        M[t + at.HAS_LEFT] = 1 if M[c + at.CONTRIBUTOR_RETURNS] < 0 else 0
        apply(M, R, t, at.PLEDGED, at.GONE, held, at.W_LEFT)
        touch(M, t)
        if held != 0:
            _start_return(M, t, held)


@compiled
def _start_return(M: Ints, t: int, amount: int) -> None:
    p = start(M, at.IS_RETURN, t)
    M[p + AMOUNT] = amount


@compiled
def leave(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Take a contingent's deployed troops out of the theatre, and perhaps pledge them again later."""
    t = M[p + at.OWNER]
    c = M[at.CONTRIBUTORS] + M[t + at.OWN_CONTRIBUTOR] * at.CONTRIBUTOR_WIDTH
    pc = M[p + at.PC]
    M[p + at.PC] += 1
    if pc == 0:
        M[p + AMOUNT] = M[t + at.DEPLOYED]
        post_move(M, R, t, at.DEPLOYED, at.WITHDRAWING, M[p + AMOUNT], M[p + CAUSE])
        wait_round(M, p)
    elif pc == 1:
        wait_until(M, p, due(M, R, M[c + at.CONTRIBUTOR_EXIT], M[at.NOW]))
    elif pc == 2:
        post_move(M, R, t, at.WITHDRAWING, at.GONE, M[p + AMOUNT], at.W_EXIT)
        wait_round(M, p)
    else:
        M[p + at.KIND] = at.IS_RETURN
        M[p + at.PC] = 0
        come_back(M, R, p, expired)


@compiled
def come_back(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Pledge those who are gone again, if their contributor returns."""
    t = M[p + at.OWNER]
    returns = M[
        M[at.CONTRIBUTORS] + M[t + at.OWN_CONTRIBUTOR] * at.CONTRIBUTOR_WIDTH + at.CONTRIBUTOR_RETURNS
    ]
    M[p + at.PC] += 1
    if M[p + at.PC] == 1 and returns >= 0:
        M[p + OFFERS] = M[t + at.OFFERS]
        wait_until(M, p, due(M, R, returns, M[at.NOW]))
        return
    if M[p + at.PC] == 2 and M[at.OVER] == 0 and M[t + at.OFFERS] == M[p + OFFERS]:
        post_move(M, R, t, at.GONE, at.PLEDGED, M[p + AMOUNT], at.W_RETURNS)
        wait_round(M, p)
        return
    finish(M, p)


@compiled
def recorded_back(M: Ints, R: Floats, t: int) -> None:
    """Take it that history records troops of a contingent that had gone: it is pledged again. Within a round."""
    c = M[at.CONTRIBUTORS] + M[t + at.OWN_CONTRIBUTOR] * at.CONTRIBUTOR_WIDTH
    if M[c + at.CONTRIBUTOR_RETURNS] >= 0:
        M[t + at.OFFERS] += 1
        apply(M, R, t, at.GONE, at.PLEDGED, M[t + at.GONE], at.W_H_RETURNED)


@compiled
def recorded_gone(M: Ints, R: Floats, t: int) -> None:
    """Take it that history records the withdrawal of a contingent. Within a round."""
    c = M[at.CONTRIBUTORS] + M[t + at.OWN_CONTRIBUTOR] * at.CONTRIBUTOR_WIDTH
    if M[c + at.CONTRIBUTOR_RECORDED_AT] != M[at.NOW]:
        M[c + at.CONTRIBUTOR_RECORDED_AT] = M[at.NOW]
        _take_variates(M, c)
    set_relief(M, t, 0)
    forget(M, R, t)
    apply(M, R, t, at.MOVING, at.WITHDRAWING, M[t + at.MOVING], at.W_H_WITHDREW)
    apply(M, R, t, at.DEPLOYED, at.WITHDRAWING, M[t + at.DEPLOYED], at.W_H_WITHDREW)
    M[t + at.HAS_LEFT] = 1 if M[c + at.CONTRIBUTOR_RETURNS] < 0 else 0
    gone = (
        M[t + at.PLEDGED] + M[t + at.DECIDING] + M[t + at.PREPARING] + M[t + at.READY] + M[t + at.WITHDRAWING]
    )
    apply(M, R, t, at.PLEDGED, at.GONE, M[t + at.PLEDGED], at.W_H_WITHDREW)
    apply(M, R, t, at.DECIDING, at.GONE, M[t + at.DECIDING], at.W_H_WITHDREW)
    apply(M, R, t, at.PREPARING, at.GONE, M[t + at.PREPARING], at.W_H_WITHDREW)
    apply(M, R, t, at.READY, at.GONE, M[t + at.READY], at.W_H_WITHDREW)
    apply(M, R, t, at.WITHDRAWING, at.GONE, M[t + at.WITHDRAWING], at.W_H_WITHDREW)
    touch(M, t)
    if gone != 0:
        _start_return(M, t, gone)
    d = decision_row(M, t)
    first = M[d + at.DECISION_FIRST]
    for place in range(first, first + M[d + at.DECISION_N]):
        o = M[place]
        if (
            M[o + at.DECIDING] + M[o + at.PREPARING] + M[o + at.READY] + M[o + at.MOVING] + M[o + at.DEPLOYED]
            != 0
        ):
            return
    undo(M, d)
