"""Forces raised in the theatre, as `sim.model.training` has them. A process each, and one for each class."""

from __future__ import annotations

from math import floor

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.timers import finish, key_of, post, start, wait_bell, wait_round, wait_until
from sim.engines.compiled.troops import apply, post_move, troops_row
from sim.engines.compiled.world import due_of, take, troops_of, truth, value

BEGIN, ZERO, RECRUITED, LOOK, BEGUN = range(5)
SIZE, VARIATE, NEXT, DUE_AT = at.A, at.B, at.C, at.D
PLACE = at.B


@compiled
def permitted(M: Ints, t: int) -> bool:
    """Tell whether its rule allows a class to begin, and the mission goes on."""
    if M[at.OVER] != 0:
        return False
    return M[t + at.WHEN] < 0 or truth(M, M[t + at.WHEN])


@compiled
def _may_serve(M: Ints, t: int) -> bool:
    return truth(M, M[t + at.SECTOR_OPEN])


@compiled
def _places(M: Ints, R: Floats, t: int) -> int:
    """Return how many recruits can begin a course now."""
    if not permitted(M, t):
        return 0
    trainers = R[M[at.VALUES] + M[t + at.TRAINED_BY]]
    free = floor(trainers * R[M[t + at.RATIO]]) - M[t + at.PREPARING]
    return max(0, min(free, M[t + at.PLEDGED]))


@compiled
def training(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited: begin a class whenever one fits."""
    t = troops_row(M, M[p + at.OWNER])
    while True:
        pc = M[p + at.PC]
        if pc == BEGIN:
            M[p + at.PC] = ZERO
            wait_until(M, p, 0)
            return
        if pc == ZERO:
            M[p + at.PC] = RECRUITED
            recruits = troops_of(M, R, M[t + at.NUMBER_TROOPS])
            post_move(M, R, t, at.NOWHERE, at.PLEDGED, recruits, at.W_RECRUITS)
            wait_round(M, p)
            return
        if pc == RECRUITED:
            if M[t + at.N_GRADUATES] > 0:
                start(M, at.IS_GRADUATES, t)
            M[p + at.PC] = LOOK
        elif pc == LOOK:
            size = _places(M, R, t)
            if M[t + at.READY] > 0 and _may_serve(M, t) and M[t + at.N_CEILINGS] == 0:
                post_move(M, R, t, at.READY, at.DEPLOYED, M[t + at.READY], at.W_SECTOR)
                wait_round(M, p)
            elif size > 0:
                M[p + SIZE] = size
                M[p + at.PC] = BEGUN
                post_move(M, R, t, at.PLEDGED, at.PREPARING, size, at.W_COURSE_BEGINS)
                wait_round(M, p)
            else:
                wait_bell(M, p, at.NEVER)
            return
        else:
            course = start(M, at.IS_COURSE, t)
            M[course + SIZE] = M[p + SIZE]
            M[course + VARIATE] = take(M, M[t + at.COURSE])
            M[course + DUE_AT] = due_of(M, R, M[t + at.COURSE], M[at.NOW], M[course + VARIATE])
            if M[t + at.FIRST_COURSE] == 0:
                M[t + at.FIRST_COURSE] = course
            else:
                M[M[t + at.LAST_COURSE] + NEXT] = course
            M[t + at.LAST_COURSE] = course
            M[p + at.PC] = LOOK


@compiled
def _post(M: Ints, R: Floats, t: int, fifth: int, does: int, whom: int, many: int) -> None:
    post(M, key_of(at.K_TROOPS, M[t + at.RANK], at.T_TRAINING), fifth, 0, does, whom, many, 0, 0, 0.0, R)


@compiled
def course(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Teach a class until its course is over."""
    M[p + at.PC] += 1
    if M[p + at.PC] == 1:
        wait_until(M, p, M[p + DUE_AT])
    elif M[p + at.PC] == 2 and M[p + SIZE] > 0:
        _post(M, R, M[p + at.OWNER], 0, at.DO_END_COURSE, p, 0)
        wait_round(M, p)
    else:
        finish(M, p)


@compiled
def end_course(M: Ints, R: Floats, p: int) -> None:
    """Let the vetted share of a class pass, unless history has ended it. Within a round."""
    t = M[p + at.OWNER]
    if M[p + SIZE] > 0:
        passed = floor(M[p + SIZE] * value(M, R, M[t + at.VETTED]) + 0.5)
        _pass(M, R, t, p, passed, at.W_NOT_VETTED, at.W_COURSE_PASSED)


@compiled
def _pass(M: Ints, R: Floats, t: int, p: int, passed: int, failed_word: int, passed_word: int) -> None:
    size = M[p + SIZE]
    M[p + SIZE] = 0
    before, each = 0, M[t + at.FIRST_COURSE]
    while each != p:
        before, each = each, M[each + NEXT]
    if before == 0:
        M[t + at.FIRST_COURSE] = M[p + NEXT]
    else:
        M[before + NEXT] = M[p + NEXT]
    if M[t + at.LAST_COURSE] == p:
        M[t + at.LAST_COURSE] = before
    target = at.DEPLOYED if _may_serve(M, t) and M[t + at.N_CEILINGS] == 0 else at.READY
    apply(M, R, t, at.PREPARING, at.UNDELIVERED, size - passed, failed_word)
    apply(M, R, t, at.PREPARING, target, passed, passed_word)


@compiled
def graduates(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Let graduate whom history records, each time on its date."""
    t = M[p + at.OWNER]
    row = M[t + at.GRADUATES] + 2 * M[p + PLACE]
    pc = M[p + at.PC]
    if pc == 0:
        if M[p + PLACE] >= M[t + at.N_GRADUATES]:
            finish(M, p)
            return
        M[p + at.PC] = 1
        wait_until(M, p, M[row])
        return
    if pc == 1:
        M[p + at.PC] = 2
        _post(M, R, t, 1, at.DO_NOTHING, 0, 0)
    else:
        M[p + at.PC] = 0
        M[p + PLACE] += 1
        _post(M, R, t, 2, at.DO_RECORD_GRADUATES, t, M[row + 1])
    wait_round(M, p)


@compiled
def record_graduates(M: Ints, R: Floats, t: int, many: int) -> None:
    """End as many classes as so many graduates take. Within a round."""
    most = R[M[t + at.VETTED_MOST]]
    over, enough, each = 0, 0, M[t + at.FIRST_COURSE]
    while each != 0 and enough < many:
        enough += floor(M[each + SIZE] * most + 0.5)
        over += 1
        each = M[each + NEXT]
    if enough < many:  # others were taught unseen: the reference must say how many
        M[at.STATUS] = at.REFER
        return
    left, each = many, M[t + at.FIRST_COURSE]
    for place in range(over):
        following = M[each + NEXT]
        share = left if place == over - 1 else floor(M[each + SIZE] * most + 0.5)
        passed = min(left, M[each + SIZE], share)
        left -= passed
        _pass(M, R, t, each, passed, at.W_H_NOT_VETTED, at.W_H_COURSE)
        each = following
    target = at.DEPLOYED if _may_serve(M, t) else at.READY
    apply(M, R, t, at.PLEDGED, target, left, at.W_H_COURSE)
