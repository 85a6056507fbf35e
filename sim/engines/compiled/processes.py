"""Who goes on where: in the model a generator that is resumed, here a place in a function of its kind."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.casualties import casualties
from sim.engines.compiled.chronicle import chronicle
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.contingent import contingent
from sim.engines.compiled.contributor import come_back, contributor, leave
from sim.engines.compiled.decision import decision, reconsider
from sim.engines.compiled.events import events
from sim.engines.compiled.milestone import milestone
from sim.engines.compiled.preparation import run_batch
from sim.engines.compiled.progress import progress
from sim.engines.compiled.schedule import schedule
from sim.engines.compiled.switch import switch
from sim.engines.compiled.theatre import serial
from sim.engines.compiled.timers import finish, key_of, post, wait_round, wait_until
from sim.engines.compiled.tour import patience, tours
from sim.engines.compiled.training import course, graduates, training


@compiled
def resume(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Have a process go on: its time has come or what it posted is applied (`expired`), or its bell rang."""
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
        _look_at_times(M, R, p)


@compiled
def _look_at_times(M: Ints, R: Floats, p: int) -> None:
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
