"""What a posted change does: in the model a function that was posted, here a number and its terms."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.chronicle import apply_record
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.contingent import go_on
from sim.engines.compiled.contributor import all_fall_back, stop_leaving
from sim.engines.compiled.decision import answer_no, answer_yes, reconsidered
from sim.engines.compiled.network import add, assign
from sim.engines.compiled.preparation import prepared
from sim.engines.compiled.theatre import (
    arrive,
    embark,
    received,
    relief_embarks,
    relief_received,
    take_up_service,
)
from sim.engines.compiled.tour import send_home
from sim.engines.compiled.training import end_course, record_graduates
from sim.engines.compiled.troops import apply, log_signal, note_touched, signal_changed, troops_row


@compiled
def apply_posts(M: Ints, R: Floats, many: int) -> None:
    """Apply what was posted, in the order of keys; what is posted with the same key keeps its order."""
    posts, order = M[at.POSTS], M[at.APPLYING]
    for number in range(many):
        row = posts + number * at.POST_WIDTH
        place = number
        while place > 0 and _before(M, row, posts + M[order + place - 1] * at.POST_WIDTH):
            M[order + place] = M[order + place - 1]
            place -= 1
        M[order + place] = number
    for place in range(many):
        number = M[order + place]
        _apply_post(M, R, posts + number * at.POST_WIDTH, R[M[at.POST_FLOATS] + number])


@compiled
def _before(M: Ints, one: int, other: int) -> bool:
    for part in range(3):
        if M[one + part] != M[other + part]:
            return M[one + part] < M[other + part]
    return False


@compiled
def _apply_post(M: Ints, R: Floats, row: int, x: float) -> None:
    does, a, b, c = M[row + at.POST_DOES], M[row + at.POST_A], M[row + at.POST_B], M[row + at.POST_C]
    if does == at.DO_ASSIGN:
        if R[M[at.VALUES] + a] != x:
            assign(M, R, a, x)
            signal_changed(M, a)
            if b >= 0:
                log_signal(M, R, b, x)
    elif does == at.DO_COUNT:
        add(M, R, a, c)
        signal_changed(M, a)
        if b >= 0:
            log_signal(M, R, b, R[M[at.VALUES] + a])
    elif does == at.DO_MOVE:
        apply(M, R, a, b // at.N_STAGES, b % at.N_STAGES, c, M[row + at.POST_D])
    elif does == at.DO_GO_ON:
        go_on(M, R, a)
    elif does == at.DO_PREPARED:
        prepared(M, R, a)
    elif does == at.DO_EMBARK:
        embark(M, R, a)
    elif does == at.DO_ARRIVE:
        arrive(M, R, a)
    elif does == at.DO_RECEIVED:
        received(M, R, a)
    elif does == at.DO_RELIEF_EMBARKS:
        relief_embarks(M, R, a)
    elif does == at.DO_RELIEF_RECEIVED:
        relief_received(M, R, a)
    else:
        _apply_rarer(M, R, row, does, a, b, c)


@compiled
def _apply_rarer(M: Ints, R: Floats, row: int, does: int, a: int, b: int, c: int) -> None:
    if does == at.DO_YES:
        answer_yes(M, R, a)
    elif does == at.DO_NO:
        answer_no(M, R, a, b)
    elif does == at.DO_RECONSIDER:
        reconsidered(M, R, a, b, c)
    elif does == at.DO_FALL_BACK:
        all_fall_back(M, R, a, b, c)
    elif does == at.DO_STOP_LEAVING:
        stop_leaving(M, R, a)
    elif does == at.DO_SEND_HOME:
        send_home(M, R, a, b, c, M[row + at.POST_D])
    elif does == at.DO_TAKE_SERVICE:
        take_up_service(M, R, a, b)
    elif does == at.DO_END_COURSE:
        end_course(M, R, a)
    elif does == at.DO_RECORD_GRADUATES:
        record_graduates(M, R, a, b)
    elif does == at.DO_RECORD:
        apply_record(M, R, a, b)
    elif does == at.DO_LOOK:
        for number in range(M[at.N_CONTINGENTS]):
            if M[troops_row(M, number) + at.READY] > 0:
                note_touched(M, troops_row(M, number))
