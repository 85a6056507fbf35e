"""Counted incidents come in clusters: `events` of `sim.model.facts`."""

from __future__ import annotations

from math import ceil, log, log1p

from sim.engines import layout as at
from sim.engines.compiled.clock import clock_due, start_arrivals
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.facts import fact_row, post_count, rates
from sim.engines.compiled.streams import draw
from sim.engines.compiled.timers import end, wait_bell, wait_round, wait_until
from sim.engines.compiled.world import value

PAST, PAST_COUNTED, RECORDS, RECORDS_COUNTED, INCIDENTS, NEXT, ARRIVING = range(7)
PLACE, ENDS, BEFORE_START = at.A, at.B, at.C
BURSTS, MEAN = at.X, at.Y


@compiled
def geometric(u: float, mean: float) -> int:
    """Return a geometric variate on 1, 2, … with the given mean, by inversion."""
    return max(1, ceil(log1p(-u) / log(1.0 - 1.0 / mean)))


@compiled
def events(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited: the past, what fills the windows before start, the records, then chance."""
    f = fact_row(M, p)
    floats = M[p + at.FLOATS]
    now = M[at.NOW]
    while True:
        pc = M[p + at.PC]
        if pc in (PAST, RECORDS):
            past = pc == PAST
            many = M[f + at.FACT_N_PAST] if past else M[f + at.FACT_N_RECORDS]
            if M[p + PLACE] < many:
                first = M[f + at.FACT_PAST] if past else M[f + at.FACT_RECORDS]
                M[p + at.PC] = PAST_COUNTED if past else RECORDS_COUNTED
                wait_until(M, p, M[first + 2 * M[p + PLACE]])
                return
            M[p + BEFORE_START] = 1 if past else 0
            M[p + PLACE] = 0
            begins = M[f + at.FACT_RUNS_FROM] if past else max(0, M[f + at.FACT_RESUMES])
            M[p + ENDS] = 0 if past else M[at.ENDS]
            rate = value(M, R, M[f + at.FACT_PROBABILITY])
            if begins >= M[p + ENDS] or rate <= 0:
                if past:
                    M[p + at.PC] = RECORDS
                    continue
                end(M, p)
                return
            R[floats + BURSTS] = max(1.0, value(M, R, M[f + at.FACT_BURSTS]))
            R[floats + MEAN] = R[floats + BURSTS] / rate
            M[p + at.PC] = INCIDENTS
            wait_until(M, p, begins)
            return
        if pc in (PAST_COUNTED, RECORDS_COUNTED):
            first = M[f + at.FACT_PAST] if pc == PAST_COUNTED else M[f + at.FACT_RECORDS]
            place = first + 2 * M[p + PLACE] + 1
            many = M[place] if pc == PAST_COUNTED else int(R[M[place]])
            M[p + PLACE] += 1
            M[p + at.PC] = PAST if pc == PAST_COUNTED else RECORDS
            if many != 0:
                _count(M, R, f, many)
                wait_round(M, p)
                return
        elif pc == INCIDENTS:
            if now >= M[p + ENDS]:
                if M[p + BEFORE_START] == 0:
                    end(M, p)
                    return
                M[p + at.PC] = RECORDS
                continue
            stream = M[f + at.FACT_BEFORE] if M[p + BEFORE_START] != 0 else M[f + at.FACT_OUTCOME]
            start_arrivals(M, R, p, stream, R[floats + MEAN])
            M[p + at.PC] = ARRIVING
            expired = False
        elif pc == ARRIVING:
            if not expired:
                wait_bell(M, p, min(M[p + ENDS], clock_due(M, R, p, rates(M, R, f))))
                return
            M[p + at.PC] = INCIDENTS
            if now < M[p + ENDS]:
                sizes = M[f + at.FACT_BEFORE_SIZES] if M[p + BEFORE_START] != 0 else M[f + at.FACT_SIZES]
                bursts = R[floats + BURSTS]
                _count(M, R, f, geometric(draw(M, R, sizes), bursts) if bursts > 1 else 1)
                wait_round(M, p)
                return


@compiled
def _count(M: Ints, R: Floats, f: int, many: int) -> None:
    name = M[f + at.FACT_NAME] if M[f + at.FACT_LOG] != 0 else at.NONE
    post_count(M, R, M[f + at.FACT_RANK], M[f + at.FACT_SIGNAL], name, many)
