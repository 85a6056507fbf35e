"""An instant runs in rounds, as `sim.model.rounds` plays them, and who goes on where."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.casualties import casualties
from sim.engines.compiled.changes import apply_posts
from sim.engines.compiled.chronicle import chronicle
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.contingent import contingent
from sim.engines.compiled.contributor import come_back, contributor, leave
from sim.engines.compiled.decision import decision, reconsider
from sim.engines.compiled.events import events
from sim.engines.compiled.milestone import milestone
from sim.engines.compiled.network import expire, propagate
from sim.engines.compiled.preparation import run_batch
from sim.engines.compiled.progress import progress
from sim.engines.compiled.schedule import schedule
from sim.engines.compiled.switch import switch
from sim.engines.compiled.theatre import allocate, graduate, serial
from sim.engines.compiled.timers import (
    finish,
    key_of,
    next_time,
    pop,
    post,
    process_row,
    ring,
    wait_round,
    wait_until,
)
from sim.engines.compiled.tour import patience, tours
from sim.engines.compiled.training import course, graduates, training
from sim.engines.compiled.waiting import book, read_statements
from sim.engines.compiled.world import truth

MOST_ROUNDS_IN_ALL = 200_000


@compiled
def play(M: Ints, R: Floats) -> None:
    """Play instant after instant, up to before the end; what cannot go on says so in `STATUS`."""
    while M[at.STATUS] == at.FINE and next_time(M) < M[at.ENDS]:
        M[at.NOW] = next_time(M)
        M[at.INSTANT] = M[at.NOW]
        M[at.STEP] = -1
        _let_happen(M, R)
        while M[at.REQUESTED] != 0 and M[at.STATUS] == at.FINE:
            M[at.STEP] += 1
            M[at.PLAYED] += 1
            if M[at.STEP] >= M[at.MOST_ROUNDS] or M[at.PLAYED] > MOST_ROUNDS_IN_ALL:
                M[at.STATUS] = at.REFER  # it fails, and the reference says how
                return
            _settle(M, R)
            _let_happen(M, R)
        if M[at.STEP] >= 0:
            book(M, R)
            read_statements(M, R)
            for place in range(M[at.N_CHANGED]):
                M[M[at.NODES] + M[M[at.CHANGED_LIST] + place] * at.NODE_WIDTH + at.NODE_CHANGED] = 0
            M[at.N_CHANGED] = 0


@compiled
def _let_happen(M: Ints, R: Floats) -> None:
    """Let the timers of the present instant go off."""
    while next_time(M) == M[at.NOW] and M[at.STATUS] == at.FINE:
        whom = pop(M)
        if whom < 0:
            expire(M, -1 - whom)
            M[at.REQUESTED] = 1
            continue
        p = process_row(M, whom)
        if M[p + at.ARMED] == M[at.NOW]:
            M[p + at.ARMED] = at.LONG_AGO
        waits = M[p + at.WAITS]
        if waits in (at.A_BELL, at.AN_INSTANT) and M[p + at.DUE] == M[at.NOW]:
            _go_on(M, R, p, True)


@compiled
def _settle(M: Ints, R: Floats) -> None:
    """Run a round: apply what was posted, read the rules, decide on the whole, wake whom it concerns."""
    many, waiting = M[at.N_POSTS], M[at.N_APPLIED]
    first = M[at.SCRATCH]
    for place in range(waiting):
        M[first + place] = M[M[at.APPLIED] + place]
    M[at.N_POSTS] = 0
    M[at.N_APPLIED] = 0
    M[at.REQUESTED] = 0
    apply_posts(M, R, many)
    changes = first + waiting
    changed = propagate(M, R, changes)
    for place in range(changed):
        row = M[at.NODES] + M[changes + place] * at.NODE_WIDTH
        if M[row + at.NODE_CHANGED] == 0:
            M[row + at.NODE_CHANGED] = 1
            M[M[at.CHANGED_LIST] + M[at.N_CHANGED]] = M[changes + place]
            M[at.N_CHANGED] += 1
        bells = M[row + at.NODE_WATCHERS]
        for watcher in range(bells, bells + M[row + at.NODE_N_WATCHERS]):
            ring(M, M[watcher])
    rung = M[at.N_RUNG]
    M[at.N_RUNG] = 0
    for place in range(rung):
        M[M[M[at.RUNG] + place] + at.RUNG_FLAG] = 0
        M[changes + place] = M[M[at.RUNG] + place]
    if M[at.ENDED] >= 0 and truth(M, M[at.ENDED]):
        M[at.OVER] = 1
    allocate(M, R)
    graduate(M, R)
    for place in range(rung):
        p = M[changes + place]
        if M[p + at.WAITS] == at.A_BELL:
            _go_on(M, R, p, False)
    for place in range(waiting):
        _go_on(M, R, M[first + place], True)


@compiled
def _go_on(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Have a process go on: its time has come (`expired`), what it posted is applied, or its bell rang."""
    M[p + at.WAITS] = at.NOTHING
    kind = M[p + at.KIND]
    if kind == at.IS_SWITCH:
        switch(M, R, p, expired)
    elif kind == at.IS_MILESTONE:
        milestone(M, R, p, expired)
    elif kind == at.IS_EVENTS:
        events(M, R, p, expired)
    elif kind == at.IS_PROGRESS:
        progress(M, R, p, expired)
    elif kind == at.IS_SCHEDULE:
        schedule(M, R, p, expired)
    elif kind == at.IS_CONTINGENT:
        contingent(M, R, p, expired)
    elif kind == at.IS_DECISION:
        decision(M, R, p, expired)
    elif kind == at.IS_BATCH:
        run_batch(M, R, p, expired)
    elif kind in (at.IS_SERIAL, at.IS_RELIEF):
        serial(M, R, p, expired)
    elif kind == at.IS_CONTRIBUTOR:
        contributor(M, R, p, expired)
    elif kind == at.IS_TOURS:
        tours(M, R, p, expired)
    elif kind == at.IS_CASUALTIES:
        casualties(M, R, p, expired)
    elif kind == at.IS_LEAVE:
        leave(M, R, p, expired)
    elif kind == at.IS_RETURN:
        come_back(M, R, p, expired)
    elif kind == at.IS_RECONSIDER:
        reconsider(M, R, p, expired)
    elif kind == at.IS_CHRONICLE:
        chronicle(M, R, p, expired)
    elif kind == at.IS_TRAINING:
        training(M, R, p, expired)
    elif kind == at.IS_COURSE:
        course(M, R, p, expired)
    elif kind == at.IS_PATIENCE:
        patience(M, R, p, expired)
    elif kind == at.IS_GRADUATES:
        graduates(M, R, p, expired)
    else:
        _resume(M, R, p)


@compiled
def _resume(M: Ints, R: Floats, p: int) -> None:
    """Have a round at start and at `as_of`, so that the allocator looks even if nothing else happens then."""
    place, pc = M[p + at.A], M[p + at.PC]
    if pc == 1:
        M[p + at.PC] = 0
        M[p + at.A] += 1
        post(M, key_of(at.K_RESUME, 0, 0), 0, 0, at.DO_LOOK, 0, 0, 0, 0, 0.0, R)
        wait_round(M, p)
    elif place < M[at.N_RESUMES]:
        M[p + at.PC] = 1
        wait_until(M, p, M[M[at.RESUMES_LIST] + place])
    else:
        finish(M, p)
