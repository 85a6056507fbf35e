"""A switch goes on and off by turns: `switch` of `sim.model.facts`."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.clock import clock_due, start_clock
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.facts import fact_row, post_value
from sim.engines.compiled.timers import wait_bell, wait_round, wait_until
from sim.engines.compiled.world import rate_factor, truth

BEGIN, SINCE, NEXT_RECORD, KNOWN, KNOWN_WAIT, TAKEN, TURN, STAY, FORCED, TURNED = range(10)
ON, BEGAN, RECORD, UNTIL, WAS_FORCED, CLOCKED = at.A, at.B, at.C, at.D, at.E, at.F


@compiled
def _forced(M: Ints, f: int) -> int:
    """Return the value that a rule forces on a switch, or -1."""
    if truth(M, M[f + at.FACT_FORCED_OFF]):
        return 0
    return 1 if truth(M, M[f + at.FACT_FORCED]) else -1


@compiled
def _start_stay(M: Ints, R: Floats, p: int, f: int) -> None:
    delay = M[f + at.FACT_ON] if M[p + ON] != 0 else M[f + at.FACT_OFF]
    M[p + CLOCKED] = 0
    if delay >= 0:
        M[p + CLOCKED] = 1
        start_clock(M, R, p, delay, M[p + BEGAN])


@compiled
def _stay_due(M: Ints, R: Floats, p: int, f: int) -> int:
    if M[p + CLOCKED] == 0:
        return at.NEVER
    if M[p + ON] != 0:
        factor = rate_factor(M, R, M[f + at.FACT_RATES], M[f + at.FACT_N_RATES])
    else:
        factor = rate_factor(M, R, M[f + at.FACT_RATES_2], M[f + at.FACT_N_RATES_2])
    return clock_due(M, R, p, factor)


@compiled
def switch(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited."""
    f = fact_row(M, p)
    now = M[at.NOW]
    while True:
        pc = M[p + at.PC]
        if pc == BEGIN:
            M[p + ON] = M[f + at.FACT_INITIALLY]
            M[p + BEGAN] = 0
            M[p + RECORD] = 0
            M[p + at.PC] = NEXT_RECORD
            if M[f + at.FACT_SINCE] < at.NEVER:
                M[p + BEGAN] = M[f + at.FACT_SINCE]
                M[p + at.PC] = SINCE
                wait_until(M, p, M[p + BEGAN])
                return
        elif pc == SINCE:
            M[p + at.PC] = NEXT_RECORD
            post_value(M, R, f, float(M[p + ON]))
            wait_round(M, p)
            return
        elif pc == NEXT_RECORD:
            if M[p + RECORD] < M[f + at.FACT_N_RECORDS]:
                M[p + UNTIL] = M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD]]
            else:
                M[p + UNTIL] = max(0, M[f + at.FACT_RESUMES])
            M[p + at.PC] = KNOWN
            wait_until(M, p, min(M[p + UNTIL], 0))
            return
        elif pc in (KNOWN, KNOWN_WAIT):
            if pc == KNOWN_WAIT and M[p + WAS_FORCED] != 0:
                M[p + BEGAN] = now
            if now < M[p + UNTIL]:
                M[p + WAS_FORCED] = 1 if _forced(M, f) >= 0 else 0
                M[p + at.PC] = KNOWN_WAIT
                wait_bell(M, p, M[p + UNTIL])
                return
            if M[p + RECORD] >= M[f + at.FACT_N_RECORDS]:
                M[p + at.PC] = TURN
            else:
                M[p + at.PC] = TAKEN
                post_value(M, R, f, R[M[M[f + at.FACT_RECORDS] + 2 * M[p + RECORD] + 1]])
                wait_round(M, p)
                return
        elif pc == TAKEN:
            place = M[f + at.FACT_RECORDS] + 2 * M[p + RECORD]
            recorded = 1 if R[M[place + 1]] != 0.0 else 0
            if recorded != M[p + ON]:
                M[p + ON] = recorded
                M[p + BEGAN] = M[place]
            M[p + RECORD] += 1
            M[p + at.PC] = NEXT_RECORD
        elif pc == TURN:
            forced = _forced(M, f)
            if forced < 0:
                _start_stay(M, R, p, f)
                M[p + at.PC] = STAY
                wait_bell(M, p, _stay_due(M, R, p, f))
                return
            if forced == M[p + ON]:
                M[p + at.PC] = FORCED
                wait_bell(M, p, at.NEVER)
                return
            M[p + at.PC] = TURNED
            M[p + ON] = forced
            post_value(M, R, f, float(forced))
            wait_round(M, p)
            return
        elif pc == FORCED:
            M[p + BEGAN] = now
            M[p + at.PC] = TURN
        elif pc == STAY:
            forced = _forced(M, f)
            if not expired and forced < 0:
                wait_bell(M, p, _stay_due(M, R, p, f))
                return
            M[p + ON] = 1 - M[p + ON] if forced < 0 else forced
            M[p + at.PC] = TURNED
            post_value(M, R, f, float(M[p + ON]))
            wait_round(M, p)
            return
        else:
            M[p + BEGAN] = now
            M[p + at.PC] = TURN
