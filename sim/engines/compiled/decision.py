"""National decisions: the approval steps of a contributor, as `sim.model.decision` has them. A process each."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.contingent import go_on, may_decide, pledge_again
from sim.engines.compiled.streams import index_of
from sim.engines.compiled.timers import finish, key_of, post, ring, start, wait_bell, wait_round, wait_until
from sim.engines.compiled.world import (
    age_of,
    break_off,
    chance,
    consume_delay,
    due,
    due_unseen,
    since_of,
    stream_of,
    value,
)

LOOK, ASKED, SAID_NO = range(3)
STEP, SINCE, TAKINGS, DUE_AT = at.A, at.B, at.C, at.D
RECONSIDERS, REFUSED = at.A, at.B
TOLD_WIDTH = 2


@compiled
def _approval(M: Ints, d: int, step: int) -> int:
    return M[d + at.DECISION_APPROVALS] + step * at.APPROVAL_WIDTH


@compiled
def _proceeds(M: Ints, d: int) -> bool:
    first = M[d + at.DECISION_FIRST]
    for place in range(first, first + M[d + at.DECISION_N]):
        if M[M[place] + at.DECIDING] > 0 and may_decide(M, M[place]):
            return True
    return False


@compiled
def _is_given(M: Ints, d: int, step: int) -> bool:
    """Tell whether history records the step as given for all who are still undecided."""
    undecided = False
    first = M[d + at.DECISION_FIRST]
    for place in range(first, first + M[d + at.DECISION_N]):
        t = M[place]
        if M[t + at.PLEDGED] != 0 or M[t + at.DECIDING] != 0:
            undecided = True
            if (M[t + at.GIVEN] >> step) & 1 == 0:
                return False
    return undecided


@compiled
def _post(M: Ints, R: Floats, d: int, does: int, step: int, whom: int) -> None:
    post(M, key_of(at.K_TROOPS, M[d + at.DECISION_RANK], at.T_DECISION), 0, 0, does, d, step, whom, 0, 0.0, R)


@compiled
def decision(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited."""
    d = M[at.DECISIONS] + M[p + at.OWNER] * at.DECISION_WIDTH
    while True:
        pc = M[p + at.PC]
        if pc == LOOK:
            if M[d + at.DECISION_N_TOLD] > 0:
                _hear_refusals(M, d)
                continue
            step = M[d + at.DECISION_ANSWERED]
            asks = step < M[d + at.DECISION_N_APPROVALS] and M[d + at.DECISION_REFUSED] == at.NOT_REFUSED
            if not asks or not _proceeds(M, d):
                wait_bell(M, p, at.NEVER)
                return
            if _is_given(M, d, step):
                _post(M, R, d, at.DO_YES, step, 0)
                wait_round(M, p)
                return
            takes = M[_approval(M, d, step) + at.APPROVAL_TAKES]
            M[p + STEP] = step
            M[p + SINCE] = since_of(M, takes, M[at.NOW], M[d + at.DECISION_AGE])
            M[p + TAKINGS] = M[d + at.DECISION_TAKINGS]
            M[p + DUE_AT] = due(M, R, takes, M[p + SINCE])
            M[p + at.PC] = ASKED
            wait_bell(M, p, M[p + DUE_AT])
            return
        row = _approval(M, d, M[p + STEP])
        if pc == ASKED:
            takes = M[row + at.APPROVAL_TAKES]
            if not expired:
                void = M[p + TAKINGS] != M[d + at.DECISION_TAKINGS]
                told = M[d + at.DECISION_N_TOLD] > 0
                if not (void or told or _is_given(M, d, M[p + STEP]) or not _proceeds(M, d)):
                    wait_bell(M, p, M[p + DUE_AT])
                    return
                break_off(M, R, takes, M[p + SINCE], index_of(M, stream_of(M, takes)))
                M[d + at.DECISION_AGE] = 0 if void else age_of(M, takes, M[p + SINCE], M[at.NOW])
                M[p + at.PC] = LOOK
                continue
            consume_delay(M, takes)
            if chance(M, R, M[row + at.APPROVAL_OUTCOME], value(M, R, M[row + at.APPROVAL_PROBABILITY])):
                M[p + at.PC] = LOOK
                _post(M, R, d, at.DO_YES, M[p + STEP], 0)
            else:
                M[p + at.PC] = SAID_NO
                _post(M, R, d, at.DO_NO, M[p + STEP], 0)
            wait_round(M, p)
            return
        _reconsider_later(M, d, M[p + STEP], (1 << M[d + at.DECISION_N]) - 1)
        M[p + at.PC] = LOOK


@compiled
def undo(M: Ints, d: int) -> None:
    """Have all asked anew, because the contributor withdraws; a no stays a no. Within a round."""
    if M[d + at.DECISION_REFUSED] == at.NOT_REFUSED:
        M[d + at.DECISION_ANSWERED] = 0
        M[d + at.DECISION_AGE] = 0
        M[d + at.DECISION_TAKINGS] += 1


@compiled
def take_back(M: Ints, R: Floats, d: int) -> None:
    """Take back a refusal, because history records an approval or a pledge after it. Within a round."""
    M[d + at.DECISION_REFUSED] = at.NOT_REFUSED
    first = M[d + at.DECISION_FIRST]
    for place in range(first, first + M[d + at.DECISION_N]):
        pledge_again(M, R, M[place], at.W_H_CHANGE)


@compiled
def change_of_mind(M: Ints, R: Floats, d: int, t: int) -> None:
    """Take a refusal back, the nation's or of the contingent alone. Within a round."""
    if M[d + at.DECISION_REFUSED] != at.NOT_REFUSED:
        take_back(M, R, d)
    else:
        pledge_again(M, R, t, at.W_H_CHANGE)


@compiled
def settle(M: Ints, R: Floats, d: int) -> None:
    """Take every step as given, because history records that troops came of it. Within a round."""
    refused = M[d + at.DECISION_REFUSED] != at.NOT_REFUSED
    if refused or M[d + at.DECISION_ANSWERED] < M[d + at.DECISION_N_APPROVALS]:
        if refused:
            take_back(M, R, d)
        M[d + at.DECISION_ANSWERED] = M[d + at.DECISION_N_APPROVALS]
        M[d + at.DECISION_AGE] = 0
        M[d + at.DECISION_TAKINGS] += 1
        _tell_all(M, R, d)


@compiled
def refuse(M: Ints, d: int, place: int, step: int) -> None:
    """Take it that history records a refusal of a contingent, by the step named. Within a round."""
    told = M[d + at.DECISION_TOLD] + TOLD_WIDTH * M[d + at.DECISION_N_TOLD]
    M[told], M[told + 1] = place, step
    M[d + at.DECISION_N_TOLD] += 1
    if M[d + at.DECISION_PROCESS] != 0:
        ring(M, M[d + at.DECISION_PROCESS])


@compiled
def answer_yes(M: Ints, R: Floats, d: int) -> None:
    """Take a yes to the present step. Within a round."""
    M[d + at.DECISION_ANSWERED] += 1
    M[d + at.DECISION_AGE] = 0
    _tell_all(M, R, d)


@compiled
def answer_no(M: Ints, R: Floats, d: int, step: int) -> None:
    """Take a no. Within a round."""
    M[d + at.DECISION_REFUSED] = step
    M[d + at.DECISION_AGE] = 0
    _tell_all(M, R, d)


@compiled
def _tell_all(M: Ints, R: Floats, d: int) -> None:
    first = M[d + at.DECISION_FIRST]
    for place in range(first, first + M[d + at.DECISION_N]):
        go_on(M, R, M[place])


@compiled
def _hear_refusals(M: Ints, d: int) -> None:
    """Take a refusal that is recorded of all as the nation's own, another as of the contingents named."""
    whom, named, last = 0, 0, at.NOT_NAMED
    told = M[d + at.DECISION_TOLD]
    for place in range(M[d + at.DECISION_N_TOLD]):
        whom |= 1 << M[told + TOLD_WIDTH * place]
        last = M[told + TOLD_WIDTH * place + 1]
        if last >= 0:
            named |= 1 << last
    M[d + at.DECISION_N_TOLD] = 0
    if whom == (1 << M[d + at.DECISION_N]) - 1:
        M[d + at.DECISION_REFUSED] = last
        M[d + at.DECISION_AGE] = 0
    for step in range(M[d + at.DECISION_N_APPROVALS]):
        if (named >> step) & 1 != 0:
            _reconsider_later(M, d, step, whom)


@compiled
def _reconsider_later(M: Ints, d: int, step: int, whom: int) -> None:
    if M[_approval(M, d, step) + at.APPROVAL_RECONSIDERS] >= 0:
        p = start(M, at.IS_RECONSIDER, d)
        M[p + RECONSIDERS], M[p + REFUSED] = step, whom


@compiled
def reconsider(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Pledge again those who were refused; the step that said no is asked again."""
    d, step = M[p + at.OWNER], M[p + RECONSIDERS]
    row = _approval(M, d, step)
    M[p + at.PC] += 1
    if M[p + at.PC] == 1:
        delay = M[row + at.APPROVAL_RECONSIDERS]
        then = due_unseen(M, R, delay, M[at.NOW], M[row + at.APPROVAL_TAKES])
        consume_delay(M, delay)
        wait_until(M, p, then)
    elif M[p + at.PC] == 2:
        _post(M, R, d, at.DO_RECONSIDER, step, M[p + REFUSED])
        wait_round(M, p)
    else:
        finish(M, p)


@compiled
def reconsidered(M: Ints, R: Floats, d: int, step: int, whom: int) -> None:
    """Pledge again those who were refused. Within a round."""
    if M[d + at.DECISION_REFUSED] == step:
        M[d + at.DECISION_REFUSED] = at.NOT_REFUSED
    word = M[_approval(M, d, step) + at.APPROVAL_RECONSIDERS_WORD]
    first = M[d + at.DECISION_FIRST]
    for place in range(M[d + at.DECISION_N]):
        if (whom >> place) & 1 != 0:
            pledge_again(M, R, M[first + place], word)
