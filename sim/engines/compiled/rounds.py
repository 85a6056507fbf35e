"""An instant runs in rounds, as `sim.model.rounds` plays them, and wakes one process after the other."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.changes import apply_posts
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.network import expire, propagate
from sim.engines.compiled.theatre import allocate, graduate
from sim.engines.compiled.timers import next_time, pop, process_row, ring
from sim.engines.compiled.waiting import book, read_statements
from sim.engines.compiled.world import truth

MOST_ROUNDS_IN_ALL = 200_000


@compiled
def begin_instant(M: Ints) -> bool:
    """Go to the next instant at which a timer goes off; False: it is over, or what cannot go on said so in `STATUS`."""
    time = next_time(M)
    if M[at.STATUS] != at.FINE or time >= M[at.ENDS]:
        return False
    M[at.NOW] = time
    M[at.INSTANT] = time
    M[at.STEP] = -1
    M[at.WOKEN], M[at.N_WOKEN] = 0, 0
    return True


@compiled
def next_process(M: Ints, R: Floats) -> int:
    """Return who goes on next in this instant, and in `EXPIRED` why; NONE: it is to be closed.

    First whom the last round woke, then whose timers go off now; then a round is run if anything was posted.
    """
    while M[at.STATUS] == at.FINE:
        if M[at.WOKEN] < M[at.N_WOKEN]:
            p = _next_woken(M)
        elif next_time(M) == M[at.NOW]:
            p = _next_due(M)
        elif M[at.REQUESTED] == 0:
            return at.NONE
        else:
            p = at.NONE
            M[at.STEP] += 1
            M[at.PLAYED] += 1
            if M[at.STEP] >= M[at.MOST_ROUNDS] or M[at.PLAYED] > MOST_ROUNDS_IN_ALL:
                M[at.STATUS] = at.REFER  # it fails, and the reference says how
            else:
                _settle(M, R)
        if p >= 0:
            M[p + at.WAITS] = at.NOTHING
            return p
    return at.NONE


@compiled
def close_instant(M: Ints, R: Floats) -> None:
    """Book what everybody waits for, and read the statements, if a round was run."""
    if M[at.STEP] < 0 or M[at.STATUS] != at.FINE:
        return
    book(M, R)
    read_statements(M, R)
    for place in range(M[at.N_CHANGED]):
        M[M[at.NODES] + M[M[at.CHANGED_LIST] + place] * at.NODE_WIDTH + at.NODE_CHANGED] = 0
    M[at.N_CHANGED] = 0


@compiled
def _next_due(M: Ints) -> int:
    """Take a timer that goes off now; return the process for which it does, if that still waits for it."""
    whom = pop(M)
    if whom < 0:
        expire(M, -1 - whom)
        M[at.REQUESTED] = 1
        return at.NONE
    p = process_row(M, whom)
    if M[p + at.ARMED] == M[at.NOW]:
        M[p + at.ARMED] = at.LONG_AGO
    waits = M[p + at.WAITS]
    M[at.EXPIRED] = 1
    return p if waits in (at.A_BELL, at.AN_INSTANT) and M[p + at.DUE] == M[at.NOW] else at.NONE


@compiled
def _next_woken(M: Ints) -> int:
    """Return the next one whom the last round woke: first whose bells rang, if they still wait for that."""
    place = M[at.WOKEN]
    M[at.WOKEN] = place + 1
    p = M[M[at.SCRATCH] + place]
    rang = place < M[at.N_RANG]
    M[at.EXPIRED] = 0 if rang else 1
    return p if not rang or M[p + at.WAITS] == at.A_BELL else at.NONE


@compiled
def _settle(M: Ints, R: Floats) -> None:
    """Run a round: apply what was posted, read the rules, decide on the whole; whom it wakes stands in `SCRATCH`."""
    many, waiting = M[at.N_POSTS], M[at.N_APPLIED]
    applied, scratch = M[at.APPLIED], M[at.SCRATCH]
    M[at.N_POSTS] = 0
    M[at.REQUESTED] = 0
    apply_posts(M, R, many)
    changed = propagate(M, R, scratch)
    for place in range(changed):
        row = M[at.NODES] + M[scratch + place] * at.NODE_WIDTH
        if M[row + at.NODE_CHANGED] == 0:
            M[row + at.NODE_CHANGED] = 1
            M[M[at.CHANGED_LIST] + M[at.N_CHANGED]] = M[scratch + place]
            M[at.N_CHANGED] += 1
        bells = M[row + at.NODE_WATCHERS]
        for watcher in range(bells, bells + M[row + at.NODE_N_WATCHERS]):
            ring(M, M[watcher])
    rang = M[at.N_RUNG]
    M[at.N_RUNG] = 0
    for place in range(rang):
        M[M[M[at.RUNG] + place] + at.RUNG_FLAG] = 0
        M[scratch + place] = M[M[at.RUNG] + place]
    for place in range(waiting):
        M[scratch + rang + place] = M[applied + place]
    M[at.N_APPLIED] = 0
    M[at.WOKEN], M[at.N_RANG], M[at.N_WOKEN] = 0, rang, rang + waiting
    if M[at.ENDED] >= 0 and truth(M, M[at.ENDED]):
        M[at.OVER] = 1
    allocate(M, R)
    graduate(M, R)
