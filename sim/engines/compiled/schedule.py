"""Known values at known times, and planned ones when their slips are over: `schedule` of `sim.model.facts`."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.facts import fact_row, post_value
from sim.engines.compiled.timers import end, wait_round, wait_until
from sim.engines.compiled.world import due

BEGIN, NEXT, DUE, TAKEN = range(4)
LATEST, PLACE, AT = at.A, at.B, at.C
VALUE_WIDTH = 5
"""Columns of a value: when it is planned, where it stands in `R`, its slip, when it came, when it comes."""


@compiled
def schedule(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited."""
    f = fact_row(M, p)
    first, many = M[f + at.FACT_RECORDS], M[f + at.FACT_N_RECORDS]
    while True:
        pc = M[p + at.PC]
        if pc == BEGIN:
            for place in range(many):
                row = first + VALUE_WIDTH * place
                M[row + 4] = M[row]
                if M[row + 2] >= 0:
                    M[row + 4] = due(M, R, M[row + 2], M[row])
                    if M[row + 3] < at.NEVER:
                        M[row + 4] = M[row + 3]
            M[p + LATEST] = at.NONE
            M[p + PLACE] = at.NONE
            M[p + AT] = at.LONG_AGO
            M[p + at.PC] = NEXT
        elif pc in (NEXT, TAKEN):
            found, found_at = at.NONE, at.NEVER
            for place in range(many):
                comes = M[first + VALUE_WIDTH * place + 4]
                later = comes > M[p + AT] or (comes == M[p + AT] and place > M[p + PLACE])
                if later and (found < 0 or comes < found_at):
                    found, found_at = place, comes
            if found < 0:
                end(M, p)
                return
            M[p + PLACE], M[p + AT] = found, found_at
            M[p + at.PC] = DUE
            wait_until(M, p, found_at)
            return
        else:
            M[p + at.PC] = NEXT
            if M[p + PLACE] > M[p + LATEST]:
                M[p + LATEST] = M[p + PLACE]
                post_value(M, R, f, R[M[first + VALUE_WIDTH * M[p + PLACE] + 1]])
                wait_round(M, p)
                return
