"""Where the troops are, and the authorised ceilings, as `sim.model.troops` and `sim.model.ceilings` have them."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.network import add
from sim.engines.compiled.timers import key_of, post, ring


@compiled
def troops_row(M: Ints, number: int) -> int:
    """Return the row of a contingent or trained force."""
    return M[at.TROOPS] + number * at.TROOPS_WIDTH


@compiled
def post_move(M: Ints, R: Floats, t: int, source: int, target: int, amount: int, cause: int) -> None:
    """Post a flow of troops from one stage to another."""
    key = key_of(at.K_TROOPS, M[t + at.RANK], _fourth(source))
    rank = M[M[at.MOVE_RANKS] + cause]
    post(
        M,
        key,
        target,
        (amount << 20) + rank,
        at.DO_MOVE,
        t,
        source * at.N_STAGES + target,
        amount,
        cause,
        0.0,
        R,
    )


@compiled
def _fourth(stage: int) -> int:
    """Return the place of a stage among the words that stand fourth in a key."""
    if stage == at.NOWHERE:
        return at.T_NOWHERE
    if stage == at.DEPLOYED:
        return at.T_DEPLOYED
    if stage == at.GONE:
        return at.T_GONE
    if stage == at.PLEDGED:
        return at.T_PLEDGED
    if stage == at.PREPARING:
        return at.T_PREPARING
    if stage == at.READY:
        return at.T_READY
    return at.T_WITHDRAWING


@compiled
def _in_theatre(stage: int) -> int:
    return 1 if stage in (at.MOVING, at.DEPLOYED, at.WITHDRAWING) else 0


@compiled
def _committed(stage: int) -> int:
    return 1 if stage in (at.PREPARING, at.READY, at.MOVING, at.DEPLOYED) else 0


@compiled
def _leaving(stage: int) -> int:
    return 1 if stage in (at.DEPLOYED, at.WITHDRAWING) else 0


@compiled
def apply(M: Ints, R: Floats, t: int, source: int, target: int, amount: int, cause: int) -> int:
    """Carry out a flow within the round that is being applied; return how many moved."""
    flow = amount if source == at.NOWHERE else min(amount, M[t + source])
    if flow <= 0:
        return 0
    if source != at.NOWHERE:
        M[t + source] -= flow
    if target != at.NOWHERE:
        M[t + target] += flow
    deployed = (1 if target == at.DEPLOYED else 0) - (1 if source == at.DEPLOYED else 0)
    _count(M, R, M[t + at.SIGNALS_DEPLOYED], M[t + at.N_DEPLOYED], flow * deployed)
    _count(
        M,
        R,
        M[t + at.SIGNALS_COMMITTED],
        M[t + at.N_COMMITTED],
        flow * (_committed(target) - _committed(source)),
    )
    home = 1 if _leaving(source) == 1 and _leaving(target) == 0 else 0
    _count(M, R, M[t + at.SIGNALS_WITHDRAWN], M[t + at.N_WITHDRAWN], flow * home)
    there = flow * (_in_theatre(target) - _in_theatre(source))
    if M[t + at.SLEEPS] != 0:
        M[at.IN_THEATRE] += there
    take_room(M, t, there)
    if target == at.READY and M[t + at.EMBARKS_BY_LIFT] != 0 and M[t + at.READY] == flow:
        M[t + at.READY_SINCE] = M[at.NOW]  # else others were ready before, and keep their turn
        note_asks(M, t)
    log_move(M, t, source, target, flow, cause)
    return flow


@compiled
def _count(M: Ints, R: Floats, first: int, many: int, amount: int) -> None:
    if amount != 0 and many > 0:
        for place in range(first, first + many):
            add(M, R, M[place], amount)
            signal_changed(M, M[place])


@compiled
def signal_changed(M: Ints, signal: int) -> None:
    """Note that a signal changed in this round, for those who watch it."""
    row = M[at.SIGNALS] + signal * at.SIGNAL_WIDTH
    first = M[row + at.SIGNAL_WATCHER]
    for place in range(first, first + M[row + at.SIGNAL_N_WATCHERS]):
        ring(M, M[place])


@compiled
def take_room(M: Ints, t: int, amount: int) -> None:
    """Take up so much room under each ceiling of the troops (below 0: give it back)."""
    if amount != 0 and M[t + at.N_CEILINGS] > 0:
        first = M[t + at.CEILINGS]
        for place in range(first, first + M[t + at.N_CEILINGS]):
            M[M[at.ROOM] + M[place]] -= amount
        M[at.ROOM_CHANGED] = 1


@compiled
def room(M: Ints, t: int) -> int:
    """Return how many may still embark under all ceilings of the troops; only where there are some."""
    least = at.NEVER
    first = M[t + at.CEILINGS]
    for place in range(first, first + M[t + at.N_CEILINGS]):
        least = min(least, M[M[at.ROOM] + M[place]])
    return max(0, least)


@compiled
def touch(M: Ints, t: int) -> None:
    """Note, within a round, that something about the troops changed: who watches them looks after it."""
    note_touched(M, t)
    first = M[t + at.BELLS]
    for place in range(first, first + M[t + at.N_BELLS]):
        ring(M, M[place])


@compiled
def note_touched(M: Ints, t: int) -> None:
    """Note that what the troops wait for is to be booked again when the instant closes."""
    if M[t + at.TOUCHED] == 0:
        M[t + at.TOUCHED] = 1
        M[M[at.TOUCHED_LIST] + M[at.N_TOUCHED]] = t
        M[at.N_TOUCHED] += 1


@compiled
def note_asks(M: Ints, t: int) -> None:
    """Note that troops of a contingent are ready, or a relief of it waits: the allocator looks until none are left."""
    if M[t + at.ASKS] == 0:
        M[t + at.ASKS] = 1
        M[M[at.ASKING] + M[at.N_ASKING]] = t
        M[at.N_ASKING] += 1


@compiled
def log_move(M: Ints, t: int, source: int, target: int, amount: int, cause: int) -> None:
    """Write a row of the log of moves."""
    touch(M, t)
    number = M[at.N_TRANSITIONS]
    if number >= M[at.MOST_TRANSITIONS]:
        M[at.STATUS] = at.FULL
        return
    row = M[at.TRANSITIONS] + number * at.TRANSITION_WIDTH
    M[row], M[row + 1] = M[at.NOW], M[at.STEP]
    M[row + 2], M[row + 3] = M[t + at.CONTRIBUTOR], M[t + at.CONTINGENT]
    M[row + 4], M[row + 5], M[row + 6], M[row + 7] = source, target, amount, cause
    M[at.N_TRANSITIONS] = number + 1


@compiled
def log_signal(M: Ints, R: Floats, name: int, value: float) -> None:
    """Write a row of the log of signals."""
    number = M[at.N_SIGNAL_ROWS]
    if number >= M[at.MOST_SIGNAL_ROWS]:
        M[at.STATUS] = at.FULL
        return
    row = M[at.SIGNAL_ROWS] + number * at.SIGNAL_ROW_WIDTH
    M[row], M[row + 1], M[row + 2] = M[at.NOW], M[at.STEP], name
    R[M[at.SIGNAL_VALUES] + number] = value
    M[at.N_SIGNAL_ROWS] = number + 1
