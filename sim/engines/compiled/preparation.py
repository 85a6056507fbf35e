"""Batches of a contingent on their way to `ready`, as `sim.model.preparation` has them. A process each."""

from __future__ import annotations

from math import floor

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.timers import finish, key_of, post, start, wait_round, wait_until
from sim.engines.compiled.troops import apply
from sim.engines.compiled.world import comes_not, due_of, give_back, take, value

SIZE, DELAY, CAUSE, RELIEF, SINCE, VARIATE, BODY, NEXT = at.A, at.B, at.C, at.D, at.E, at.F, at.G, at.H
BEGIN, OVER, ENDED = range(3)


@compiled
def _append(M: Ints, t: int, batch: int) -> None:
    M[batch + NEXT] = 0
    if M[t + at.FIRST_BATCH] == 0:
        M[t + at.FIRST_BATCH] = batch
    else:
        M[M[t + at.LAST_BATCH] + NEXT] = batch
    M[t + at.LAST_BATCH] = batch


@compiled
def _remove(M: Ints, t: int, batch: int) -> None:
    before, each = 0, M[t + at.FIRST_BATCH]
    while each != 0 and each != batch:
        before, each = each, M[each + NEXT]
    if each == 0:
        return
    if before == 0:
        M[t + at.FIRST_BATCH] = M[batch + NEXT]
    else:
        M[before + NEXT] = M[batch + NEXT]
    if M[t + at.LAST_BATCH] == batch:
        M[t + at.LAST_BATCH] = before


@compiled
def _batch(M: Ints, t: int, size: int, delay: int, cause: int, relief: int) -> int:
    batch = start(M, at.IS_BATCH, t)
    M[batch + SIZE], M[batch + DELAY], M[batch + CAUSE], M[batch + RELIEF] = size, delay, cause, relief
    M[batch + SINCE] = M[at.NOW]
    M[batch + VARIATE] = at.NONE
    _append(M, t, batch)
    return batch


@compiled
def pledged(M: Ints, t: int, change: int) -> None:
    """Note that so many were pledged (or, below 0, taken back) who have not prepared yet."""
    M[t + at.UNTRIED] = max(0, M[t + at.UNTRIED] + change)


@compiled
def begin_pledge(M: Ints, R: Floats, t: int, size: int) -> None:
    """Have so many who were approved prepare, the advance party ahead of the main body. Within a round."""
    if M[t + at.ADVANCE_SHARE] < 0:
        begin(M, t, size, M[t + at.PREPARES_FOR], at.W_PREPARED, 0)
        return
    ahead = min(size, max(1, floor(value(M, R, M[t + at.ADVANCE_SHARE]) * size + 0.5)))
    party = _batch(M, t, ahead, M[t + at.PREPARES_FOR], at.W_ADVANCE, 0)
    if size > ahead:
        body = _batch(M, t, size - ahead, M[t + at.BODY_FOLLOWS], at.W_BODY, 0)
        M[body + at.WAITS] = at.NOTHING  # it begins when the advance party is ready
        M[body + at.ARMED] = at.LONG_AGO
        M[party + BODY] = body


@compiled
def _follow(M: Ints, party: int) -> None:
    body = M[party + BODY]
    if body != 0:
        M[body + SINCE] = M[at.NOW]
        wait_until(M, body, M[at.NOW])


@compiled
def begin(M: Ints, t: int, size: int, delay: int, cause: int, relief: int) -> None:
    """Have so many, who count as preparing from this round on, be ready after a delay."""
    _batch(M, t, size, delay, cause, relief)
    M[t + at.IN_GAP] += size * relief


@compiled
def break_off_all(M: Ints, R: Floats, t: int) -> None:
    """Forget all batches, because the contributor withdraws. Within a round."""
    batch = M[t + at.FIRST_BATCH]
    while batch != 0:
        following = M[batch + NEXT]
        M[batch + SIZE] = 0
        if M[batch + VARIATE] >= 0:
            give_back(M, R, M[batch + DELAY], M[batch + VARIATE], M[batch + SINCE])
        if M[batch + at.WAITS] == at.NOTHING:
            finish(M, batch)
        batch = following
    M[t + at.FIRST_BATCH] = 0
    M[t + at.LAST_BATCH] = 0
    M[t + at.IN_GAP] = 0


@compiled
def came(M: Ints, t: int, amount: int) -> None:
    """Take it that history records so many, who had not been ready, as ready or arrived."""
    first = min(amount, M[t + at.UNTRIED])
    M[t + at.UNTRIED] -= first
    M[t + at.TRIED] += first
    M[t + at.CAME] += first


@compiled
def dropped(M: Ints, t: int, amount: int) -> None:
    """Take it that history records so many as not coming."""
    first = min(amount, M[t + at.UNTRIED])
    M[t + at.UNTRIED] -= first
    M[t + at.TRIED] += first


@compiled
def take_out(M: Ints, t: int, amount: int) -> None:
    """Take so many out of preparation, those first who began first, for what history records."""
    batch = M[t + at.FIRST_BATCH]
    while batch != 0:
        following = M[batch + NEXT]
        flow = min(M[batch + SIZE], amount)
        M[batch + SIZE] -= flow
        amount -= flow
        M[t + at.IN_GAP] -= flow * M[batch + RELIEF]
        if flow != 0 and M[batch + SIZE] == 0:
            _remove(M, t, batch)
            _follow(M, batch)
        batch = following


@compiled
def run_batch(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Go on from where a batch waited."""
    t = M[p + at.OWNER]
    if M[p + at.PC] == BEGIN:
        M[p + at.PC] = OVER
        if M[p + SIZE] != 0:
            M[p + VARIATE] = take(M, M[p + DELAY])
            wait_until(M, p, due_of(M, R, M[p + DELAY], M[p + SINCE], M[p + VARIATE]))
            return
    if M[p + at.PC] == OVER and M[p + SIZE] != 0:
        M[p + at.PC] = ENDED
        key = key_of(at.K_TROOPS, M[t + at.RANK], at.T_PREPARING)
        post(M, key, at.READY, 0, at.DO_PREPARED, p, 0, 0, 0, 0.0, R)
        wait_round(M, p)
        return
    finish(M, p)


@compiled
def prepared(M: Ints, R: Floats, p: int) -> None:
    """Have those of a batch ready who come. Within a round."""
    t, size = M[p + at.OWNER], M[p + SIZE]
    if size == 0:
        return
    _remove(M, t, p)
    M[t + at.IN_GAP] -= size * M[p + RELIEF]
    following = M[M[p + BODY] + SIZE] if M[p + BODY] != 0 else 0
    gone = 0 if M[p + RELIEF] != 0 else lost(M, R, t, size, following)
    apply(M, R, t, at.PREPARING, at.UNDELIVERED, gone, at.W_NEVER)
    apply(M, R, t, at.PREPARING, at.READY, size - gone, M[p + CAUSE])
    _follow(M, p)


@compiled
def lost(M: Ints, R: Floats, t: int, size: int, following: int) -> int:
    """Return how many of those who have prepared, or are recorded as ready, do not come after all."""
    first = min(size, M[t + at.UNTRIED])
    M[t + at.UNTRIED] -= first
    M[t + at.TRIED] += first
    coming = 0
    if first != 0:
        coming = max(0, min(first, _deliverable(M, R, t, M[t + at.TRIED] + following) - M[t + at.CAME]))
    M[t + at.CAME] += coming
    return first - coming


@compiled
def _deliverable(M: Ints, R: Floats, t: int, pledge: int) -> int:
    known = R[M[t + at.KNOWN_NEVER]]
    probability = known if known >= 0.0 else value(M, R, M[t + at.NEVER_ARRIVES])
    if comes_not(M, R, M[t + at.ARRIVES], probability):
        return 0
    return floor(value(M, R, M[t + at.DELIVERS]) * pledge + 0.5)
