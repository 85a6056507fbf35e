"""A milestone or consent becomes true, or never: `milestone` of `sim.model.facts`."""

from __future__ import annotations

from math import exp

from sim.engines import layout as at
from sim.engines.compiled.clock import clock_due, start_clock
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.facts import fact_row, post_value, rates
from sim.engines.compiled.timers import end, wait_bell, wait_round, wait_until
from sim.engines.compiled.world import chance, consume_delay, due_unseen, hazard_between, truth, value

(
    BEGIN,
    RECORDED,
    TAKEN,
    ZERO,
    WHEN,
    ASK,
    SILENT,
    SILENT_WAIT,
    ANSWER,
    ANSWERED,
    TRUE,
    TRUE_WAIT,
    FALSE,
    SAID_NO,
    FORCED,
    AGAIN,
) = range(16)
ANSWER_IS, RECORD, BEGAN, SINCE, HIDDEN, YES, AGAIN_AT = at.A, at.B, at.C, at.D, at.E, at.F, at.G
SURVIVAL, SEEN, FACTOR = at.X, at.Y, at.Z
UNKNOWN = -1


@compiled
def _made_true(M: Ints, f: int) -> bool:
    return truth(M, M[f + at.FACT_FORCED]) and not truth(M, M[f + at.FACT_UNDONE])


@compiled
def milestone(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited."""
    f = fact_row(M, p)
    floats = M[p + at.FLOATS]
    now = M[at.NOW]
    while True:
        pc = M[p + at.PC]
        if pc == BEGIN:
            M[p + ANSWER_IS] = UNKNOWN
            if M[p + RECORD] < M[f + at.FACT_N_RECORDS]:
                M[p + at.PC] = RECORDED
                wait_until(M, p, M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD]])
                return
            M[p + at.PC] = ZERO
            wait_until(M, p, 0)
            return
        if pc == RECORDED:
            recorded = R[M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD] + 1]]
            M[p + ANSWER_IS] = 1 if recorded != 0.0 else 0
            M[p + at.PC] = TAKEN
            post_value(M, R, f, float(M[p + ANSWER_IS]))
            wait_round(M, p)
            return
        if pc == TAKEN:
            M[p + RECORD] += 1
            if M[p + RECORD] < M[f + at.FACT_N_RECORDS]:
                M[p + at.PC] = RECORDED
                wait_until(M, p, M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD]])
                return
            M[p + BEGAN] = now
            M[p + at.PC] = ANSWERED
        elif pc in (ZERO, WHEN):
            when = M[f + at.FACT_WHEN]
            if when >= 0 and not truth(M, when) and not _made_true(M, f):
                M[p + at.PC] = WHEN
                wait_bell(M, p, at.NEVER)
                return
            M[p + BEGAN] = now
            M[p + at.PC] = ASK
        elif pc == ASK:
            R[floats + SURVIVAL] = 1.0
            R[floats + SEEN] = 0.0
            M[p + at.PC] = SILENT
        elif pc == SILENT:
            if now < M[f + at.FACT_RESUMES]:
                M[p + SINCE] = now
                R[floats + FACTOR] = rates(M, R, f)
                M[p + HIDDEN] = 1 if truth(M, M[f + at.FACT_UNDONE]) else 0
                M[p + at.PC] = SILENT_WAIT
                wait_bell(M, p, M[f + at.FACT_RESUMES])
                return
            yes = chance(M, R, M[f + at.FACT_OUTCOME], _probability(M, R, p, f))
            M[p + YES] = 1 if yes else 0
            if not yes and M[f + at.FACT_RECONSIDERS] < 0:
                M[p + ANSWER_IS] = 0
                M[p + at.PC] = ANSWERED
                continue
            start_clock(M, R, p, M[f + at.FACT_AFTER], M[p + BEGAN])
            M[p + at.PC] = ANSWER
            expired = False
        elif pc == SILENT_WAIT:
            before, factor = R[floats + SURVIVAL], R[floats + FACTOR]
            if factor > 0:
                between = hazard_between(M, R, M[f + at.FACT_AFTER], M[p + BEGAN], M[p + SINCE], now)
                R[floats + SURVIVAL] *= exp(-factor * between)
            R[floats + SEEN] += 0.0 if M[p + HIDDEN] != 0 else before - R[floats + SURVIVAL]
            M[p + at.PC] = SILENT
        elif pc == ANSWER:
            if expired:
                M[p + ANSWER_IS] = 1 if M[p + YES] != 0 and not truth(M, M[f + at.FACT_UNDONE]) else 0
                M[p + at.PC] = ANSWERED
                continue
            if _made_true(M, f):
                M[p + ANSWER_IS] = 1
                M[p + at.PC] = ANSWERED
                continue
            wait_bell(M, p, clock_due(M, R, p, rates(M, R, f)))
            return
        elif pc == ANSWERED:
            if M[p + ANSWER_IS] == 1:
                M[p + at.PC] = TRUE
                wait_until(M, p, M[f + at.FACT_RESUMES])
                return
            M[p + at.PC] = FALSE
        elif pc == TRUE:
            M[p + at.PC] = TRUE_WAIT
            post_value(M, R, f, 1.0)
            wait_round(M, p)
            return
        elif pc == TRUE_WAIT:
            if not truth(M, M[f + at.FACT_UNDONE]):
                wait_bell(M, p, at.NEVER)
                return
            M[p + at.PC] = FALSE
        elif pc == FALSE:
            M[p + at.PC] = SAID_NO
            if M[f + at.FACT_RECONSIDERS] >= 0 or M[p + ANSWER_IS] == 1:
                post_value(M, R, f, 0.0)
                wait_round(M, p)
                return
        elif pc == SAID_NO:
            M[p + AGAIN_AT] = at.NEVER
            again = M[f + at.FACT_RECONSIDERS]
            if again >= 0:
                M[p + AGAIN_AT] = due_unseen(M, R, again, now, M[f + at.FACT_AFTER])
                consume_delay(M, again)
            elif M[f + at.FACT_FORCED] < 0:
                end(M, p)
                return
            M[p + at.PC] = FORCED
            expired = False
            if M[f + at.FACT_FORCED] < 0:
                M[p + at.PC] = AGAIN
                wait_until(M, p, M[p + AGAIN_AT])
                return
        elif pc == FORCED:
            if expired:
                M[p + at.PC] = AGAIN
            elif _made_true(M, f):
                M[p + ANSWER_IS] = 1
                M[p + BEGAN] = now
                M[p + at.PC] = ANSWERED
            else:
                wait_bell(M, p, M[p + AGAIN_AT])
                return
        else:
            M[p + ANSWER_IS] = UNKNOWN
            M[p + BEGAN] = now
            M[p + at.PC] = ASK


@compiled
def _probability(M: Ints, R: Floats, p: int, f: int) -> float:
    """Return the chance of a yes, given that none was seen by `as_of`."""
    floats = M[p + at.FLOATS]
    probability = value(M, R, M[f + at.FACT_PROBABILITY])
    survival = R[floats + SURVIVAL]
    possible = 1.0 - probability * R[floats + SEEN]
    if M[f + at.FACT_RECONSIDERS] >= 0 or survival == 1.0:
        return probability
    return probability * survival / possible if possible > 0 else 1.0
