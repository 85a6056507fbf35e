"""One allocator for lift slots and beds, serials under way, one reception queue, as `sim.model.theatre` has them."""

from __future__ import annotations

from math import ceil

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.timers import finish, key_of, post, start, wait_round, wait_until
from sim.engines.compiled.troops import apply, log_move, note_asks, note_touched, room, take_room, troops_row
from sim.engines.compiled.world import consume_delay, due, truth, value

SMALLEST_SERIAL = 50
DAY = 86_400
SIZE, SERIAL, LANDS, DONE, QUEUES = at.A, at.B, at.C, at.D, at.E
BEGIN, EMBARKED, LANDED, ARRIVED, RECEIVED, OVER = range(6)


@compiled
def free_beds(M: Ints) -> int:
    """Return how many beds are neither held nor reserved; NEVER: beds do not limit."""
    if M[at.HAS_BEDS] == 0:
        return at.NEVER
    beds = max(M[at.BEDS_START], 0)
    for place in range(M[at.GROWS], M[at.GROWS] + 2 * M[at.N_GROWS], 2):
        if truth(M, M[place]):
            beds = max(beds, M[place + 1])
    return beds - M[at.IN_THEATRE] - M[at.RESERVED]


@compiled
def _lane(M: Ints, t: int) -> int:
    return M[at.LANES] + M[t + at.LANE] * at.LANE_WIDTH


@compiled
def _hold_slot(M: Ints, t: int, slots: int) -> None:
    M[_lane(M, t) + at.LANE_SLOTS] -= slots
    M[at.SLOTS_CHANGED] = 1


@compiled
def lacks(M: Ints, t: int, ready: int) -> int:
    """Return what keeps ready troops that may embark from doing so, as a word of the log of waits."""
    if M[t + at.N_CEILINGS] > 0 and room(M, t) == 0:
        return M[at.WORD_AUTHORISED]
    if M[t + at.LANE] >= 0 and (M[_lane(M, t) + at.LANE_SLOTS] <= 0 or not truth(M, M[t + at.LANE_OPEN])):
        return M[t + at.WORD_LIFT]
    short = M[t + at.SLEEPS] != 0 and free_beds(M) < min(SMALLEST_SERIAL, ready)
    return M[at.WORD_BEDS] if short else M[at.WORD_NEWS]


@compiled
def allocate(M: Ints, R: Floats) -> None:
    """Grant serials in the state of the round that was just read."""
    if M[at.NOW] < M[at.EMBARKS_FROM]:
        return
    _forget_who_has_none(M)
    order, waiting = M[at.ORDER], 0
    for asks in range(M[at.N_ASKING]):
        t = M[M[at.ASKING] + asks]
        if _may_embark(M, t):
            place = waiting
            while place > 0 and _before(M, t, M[order + place - 1]):
                M[order + place] = M[order + place - 1]
                place -= 1
            M[order + place] = t
            waiting += 1
    for place in range(waiting):
        t = M[order + place]
        granted = True
        while granted and M[at.STATUS] == at.FINE:
            granted = _grant_relief(M, R, t) if M[t + at.RELIEF_WAITS] != 0 else _grant(M, R, t)


@compiled
def _forget_who_has_none(M: Ints) -> None:
    """Keep only those who ask whose troops are ready, or whose relief waits."""
    asking, kept = M[at.ASKING], 0
    for place in range(M[at.N_ASKING]):
        t = M[asking + place]
        if M[t + at.READY] > 0 or M[t + at.RELIEF_WAITS] > 0:
            M[asking + kept] = t
            kept += 1
        else:
            M[t + at.ASKS] = 0
    M[at.N_ASKING] = kept


@compiled
def _before(M: Ints, one: int, other: int) -> bool:
    """Tell whether a contingent has its turn before another; their rows stand in the order of names."""
    if M[one + at.PRIORITY] != M[other + at.PRIORITY]:
        return M[one + at.PRIORITY] < M[other + at.PRIORITY]
    if M[one + at.PRIORITY_2] != M[other + at.PRIORITY_2]:
        return M[one + at.PRIORITY_2] < M[other + at.PRIORITY_2]
    if M[one + at.READY_SINCE] != M[other + at.READY_SINCE]:
        return M[one + at.READY_SINCE] < M[other + at.READY_SINCE]
    return one < other


@compiled
def _ready(M: Ints, t: int) -> int:
    return M[t + at.READY] - M[t + at.GRANTED]


@compiled
def _may_embark(M: Ints, t: int) -> bool:
    if _ready(M, t) == 0 and M[t + at.RELIEF_WAITS] == 0:
        return False
    if M[t + at.CONTRIBUTOR_LEAVES] != 0 or M[at.OVER] != 0 or M[at.NOW] < max(0, M[t + at.RESUMES]):
        return False
    return truth(M, M[t + at.EMBARKS])


@compiled
def graduate(M: Ints, R: Floats) -> None:
    """Have graduates take up service as the ceilings allow, once all contingents had their turn."""
    for number in range(M[at.N_CONTINGENTS], M[at.N_TROOPS]):
        t = troops_row(M, number)
        if M[t + at.N_CEILINGS] > 0 and M[t + at.READY] > 0 and truth(M, M[t + at.SECTOR_OPEN]):
            size = min(M[t + at.READY], room(M, t))
            if size > 0:
                take_room(M, t, size)
                key = key_of(at.K_TROOPS, M[t + at.RANK], at.T_READY)
                post(M, key, at.DEPLOYED, 0, at.DO_TAKE_SERVICE, t, size, 0, 0, 0.0, R)


@compiled
def take_up_service(M: Ints, R: Floats, t: int, size: int) -> None:
    """Have graduates be deployed. Within a round."""
    take_room(M, t, -size)
    apply(M, R, t, at.READY, at.DEPLOYED, size, at.W_SERVICE)


@compiled
def _grant(M: Ints, R: Floats, t: int) -> bool:
    """Embark one serial if a slot, beds and the ceilings allow it."""
    ready = _ready(M, t)
    if ready <= 0 or (M[t + at.LANE] >= 0 and M[_lane(M, t) + at.LANE_SLOTS] <= 0):
        return False
    size = min(ready, M[_lane(M, t) + at.LANE_LOAD]) if M[t + at.LANE] >= 0 else ready
    free = free_beds(M) if M[t + at.SLEEPS] != 0 else at.NEVER
    if free < at.NEVER:
        if free < min(SMALLEST_SERIAL, ready):
            return False
        size = min(size, free)
    if M[t + at.N_CEILINGS] > 0:
        size = min(size, room(M, t))
        if size <= 0:
            return False
        take_room(M, t, size)
    if M[t + at.LANE] >= 0:
        _hold_slot(M, t, 1)
    M[at.RESERVED] += size * M[t + at.SLEEPS]
    M[t + at.GRANTED] += size
    _send(M, R, t, at.IS_SERIAL, size)
    return True


@compiled
def _send(M: Ints, R: Floats, t: int, kind: int, size: int) -> None:
    M[at.SERIALS] += 1
    lands = due(M, R, M[t + at.TRIP], M[at.NOW])
    consume_delay(M, M[t + at.TRIP])
    p = start(M, kind, t)
    M[p + SIZE], M[p + SERIAL], M[p + LANDS] = size, M[at.SERIALS], lands


@compiled
def _grant_relief(M: Ints, R: Floats, t: int) -> bool:
    """Embark one serial of a relief if a slot is free."""
    amount = M[t + at.RELIEF_WAITS]
    if M[t + at.LANE] >= 0:
        if M[_lane(M, t) + at.LANE_SLOTS] <= 0:
            return False
        _hold_slot(M, t, 1)
        amount = min(amount, M[_lane(M, t) + at.LANE_LOAD])
    set_relief(M, t, M[t + at.RELIEF_WAITS] - amount)
    M[t + at.RELIEFS_UNDER_WAY] += amount
    _send(M, R, t, at.IS_RELIEF, amount)
    return True


@compiled
def set_relief(M: Ints, t: int, amount: int) -> None:
    """Set how many of a relief have not embarked."""
    M[t + at.RELIEF_WAITS] = max(amount, 0)
    if amount > 0:
        note_asks(M, t)


@compiled
def _post(M: Ints, R: Floats, p: int, does: int) -> None:
    t = M[p + at.OWNER]
    post(M, key_of(at.K_TROOPS, M[t + at.RANK], at.T_SERIAL), M[p + SERIAL], 0, does, p, 0, 0, 0, 0.0, R)


@compiled
def serial(M: Ints, R: Floats, p: int, expired: bool) -> None:
    """Embark, travel, be received, be deployed; a relief sends as many home. Goes on from where it waited."""
    t = M[p + at.OWNER]
    relief = M[p + at.KIND] == at.IS_RELIEF
    while True:
        pc = M[p + at.PC]
        M[p + at.PC] = pc + 1
        if pc == BEGIN:
            _post(M, R, p, at.DO_RELIEF_EMBARKS if relief else at.DO_EMBARK)
            wait_round(M, p)
            return
        if pc == EMBARKED:
            if relief or M[p + SIZE] > 0:
                wait_until(M, p, M[p + LANDS])
                return
            M[p + at.PC] = RECEIVED
        elif pc == LANDED:
            queues = M[at.RECEPTION] >= 0 and M[t + at.SLEEPS] != 0 and (not relief or M[t + at.DEPLOYED] > 0)
            if queues:
                M[p + QUEUES] = 0 if relief else M[p + SIZE]
                M[p + DONE] = M[at.NOW]
                key = key_of(at.K_ARRIVAL, M[t + at.RANK], 0)
                post(M, key, M[p + SERIAL], 0, at.DO_ARRIVE, p, 0, 0, 0, 0.0, R)
                wait_round(M, p)
                return
            M[p + at.PC] = RECEIVED
        elif pc == ARRIVED:
            wait_until(M, p, M[p + DONE])
            return
        elif pc == RECEIVED:
            _post(M, R, p, at.DO_RELIEF_RECEIVED if relief else at.DO_RECEIVED)
            wait_round(M, p)
            return
        else:
            finish(M, p)
            return


@compiled
def embark(M: Ints, R: Floats, p: int) -> None:
    """Embark a serial: fewer than were granted if history moved some. Within a round."""
    t, size = M[p + at.OWNER], M[p + SIZE]
    M[t + at.GRANTED] -= size
    M[at.RESERVED] -= size * M[t + at.SLEEPS]
    take_room(M, t, -size)
    M[p + SIZE] = apply(M, R, t, at.READY, at.MOVING, size, M[t + at.WORD_EMBARKS])


@compiled
def arrive(M: Ints, R: Floats, p: int) -> None:
    """Queue for reception. Within a round."""
    t = M[p + at.OWNER]
    M[t + at.QUEUED] += M[p + QUEUES]
    note_touched(M, t)
    M[at.SERVER_FREE] = max(M[at.NOW], M[at.SERVER_FREE]) + _reception_time(M, R, M[p + SIZE])
    M[p + DONE] = M[at.SERVER_FREE]


@compiled
def _reception_time(M: Ints, R: Floats, size: int) -> int:
    rate = value(M, R, M[at.RECEPTION])
    if rate == 0.0:
        return 10**12
    takes = size * DAY / rate
    if takes > 1e15:  # beyond any end; whole numbers are not that large here
        M[at.STATUS] = at.REFER
        return 10**12
    return ceil(takes)


@compiled
def received(M: Ints, R: Floats, p: int) -> None:
    """Deploy a serial. Within a round."""
    t, size = M[p + at.OWNER], M[p + SIZE]
    if M[t + at.LANE] >= 0:
        _hold_slot(M, t, -1)
    if M[at.RECEPTION] >= 0 and M[t + at.SLEEPS] != 0:
        M[t + at.QUEUED] -= size
    apply(M, R, t, at.MOVING, at.DEPLOYED, size, at.W_RECEIVED)


@compiled
def relief_embarks(M: Ints, R: Floats, p: int) -> None:
    """Note that a serial of a relief embarks. Within a round."""
    log_move(M, M[p + at.OWNER], at.DEPLOYED, at.DEPLOYED, M[p + SIZE], at.W_RELIEF_EMBARKS)


@compiled
def relief_received(M: Ints, R: Floats, p: int) -> None:
    """Have a serial of a relief relieve whom it finds. Within a round."""
    t, size = M[p + at.OWNER], M[p + SIZE]
    if M[t + at.LANE] >= 0:
        _hold_slot(M, t, -1)
    M[t + at.RELIEFS_UNDER_WAY] -= size
    relieved = min(size, M[t + at.DEPLOYED])
    M[t + at.RELIEVED] += relieved
    word = at.W_RELIEF_RECEIVED if relieved != 0 else at.W_RELIEF_BACK
    log_move(M, t, at.DEPLOYED, at.DEPLOYED, size, word)
