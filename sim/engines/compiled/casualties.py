"""Casualties: events on a contingent's deployed troops, as `sim.model.casualties` has them. A process each."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.clock import clock_due, start_arrivals
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.facts import post_count
from sim.engines.compiled.timers import end, wait_bell, wait_round, wait_until
from sim.engines.compiled.troops import troops_row
from sim.engines.compiled.world import rate_factor, value

BEGIN, NEXT, EXPOSED = range(3)


@compiled
def casualties(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where it waited."""
    t = troops_row(M, M[p + at.OWNER])
    if M[p + at.PC] == BEGIN:
        if value(M, R, M[t + at.CASUALTY_RATE]) <= 0:
            end(M, p)
            return
        M[p + at.PC] = NEXT
        wait_until(M, p, max(0, M[t + at.RESUMES]))
        return
    if M[p + at.PC] == NEXT:
        start_arrivals(M, R, p, M[t + at.CASUALTY_ARRIVALS], 1.0 / value(M, R, M[t + at.CASUALTY_RATE]))
        M[p + at.PC] = EXPOSED
        expired = False
    if not expired:
        factor = rate_factor(M, R, M[t + at.CASUALTY_RATES], M[t + at.CASUALTY_N_RATES])
        wait_bell(M, p, clock_due(M, R, p, factor * M[t + at.DEPLOYED]))
        return
    M[p + at.PC] = NEXT
    count_casualties(M, R, t, 1)
    wait_round(M, p)


@compiled
def count_casualties(M: Ints, R: Floats, t: int, many: int) -> None:
    """Post so many casualties of a contingent."""
    post_count(M, R, M[t + at.CASUALTY_OWN_RANK], M[t + at.CASUALTY_OWN], M[t + at.CASUALTY_OWN_NAME], many)
    post_count(
        M, R, M[t + at.CASUALTY_TOTAL_RANK], M[t + at.CASUALTY_TOTAL], M[t + at.CASUALTY_TOTAL_NAME], many
    )
