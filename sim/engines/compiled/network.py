"""The truth of every rule, kept up to date, as `sim.model.network` does."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.timers import wake_node


@compiled
def begin_network(M: Ints, R: Floats) -> None:
    """Say of every node what it always was, children first, and arm those that know their time."""
    M[at.INSTANT] = at.LONG_AGO
    for node in range(M[at.N_NODES]):
        row = M[at.NODES] + node * at.NODE_WIDTH
        kind = M[row + at.NODE_KIND]
        M[row + at.NODE_ARMED] = at.NEVER
        M[row + at.NODE_AT] = at.LONG_AGO
        if kind in (at.HELD, at.LATELY, at.EVER):
            child = _truth_of(M, M[row + at.NODE_A])
            M[row + at.NODE_TRUE] = child
            M[row + at.NODE_BEFORE] = child
            M[row + at.NODE_SINCE] = 2 * at.LONG_AGO
            M[row + at.NODE_SINCE_BEFORE] = 2 * at.LONG_AGO
        M[row + at.NODE_TRUTH] = _read(M, R, node, row)
    M[at.INSTANT] = M[at.BEGINS]
    for node in range(M[at.N_NODES]):
        row = M[at.NODES] + node * at.NODE_WIDTH
        if M[row + at.NODE_KIND] == at.FROM:
            arm(M, node, row, M[row + at.NODE_A])


@compiled
def _truth_of(M: Ints, node: int) -> int:
    return M[M[at.NODES] + node * at.NODE_WIDTH + at.NODE_TRUTH]


@compiled
def assign(M: Ints, R: Floats, signal: int, new: float) -> None:
    """Set a signal's value."""
    if R[M[at.VALUES] + signal] != new:
        R[M[at.VALUES] + signal] = new
        _mark_readers(M, signal)


@compiled
def add(M: Ints, R: Floats, signal: int, amount: int) -> None:
    """Add to a signal; on a counted one each unit is stamped with the present instant."""
    R[M[at.VALUES] + signal] += amount
    row = M[at.SIGNALS] + signal * at.SIGNAL_WIDTH
    ring = M[row + at.SIGNAL_RING]
    if ring > 0:
        count = M[row + at.SIGNAL_COUNT]
        stamps = M[row + at.SIGNAL_STAMPS]
        for place in range(count + max(0, amount - ring), count + amount):
            M[stamps + place % ring] = M[at.INSTANT]
        M[row + at.SIGNAL_COUNT] = count + max(amount, 0)
    _mark_readers(M, signal)


@compiled
def expire(M: Ints, node: int) -> None:
    """Have a node read again because time may have changed it."""
    M[M[at.NODES] + node * at.NODE_WIDTH + at.NODE_ARMED] = at.NEVER
    _mark(M, node)


@compiled
def arm(M: Ints, node: int, row: int, time: int) -> None:
    """Have a node read at `time`, unless it will be read before anyway and can be armed again then."""
    if time < M[row + at.NODE_ARMED]:
        M[row + at.NODE_ARMED] = time
        wake_node(M, time, node)


@compiled
def _mark_readers(M: Ints, signal: int) -> None:
    row = M[at.SIGNALS] + signal * at.SIGNAL_WIDTH
    first = M[row + at.SIGNAL_READERS]
    for place in range(first, first + M[row + at.SIGNAL_N_READERS]):
        _mark(M, M[place])


@compiled
def _mark(M: Ints, node: int) -> None:
    """Queue a node to be read, the lowest first."""
    row = M[at.NODES] + node * at.NODE_WIDTH
    if M[row + at.NODE_QUEUED] != 0:
        return
    M[row + at.NODE_QUEUED] = 1
    dirty, place = M[at.DIRTY], M[at.N_DIRTY]
    M[at.N_DIRTY] = place + 1
    while place > 0:
        above = (place - 1) >> 1
        if M[dirty + above] <= node:
            break
        M[dirty + place] = M[dirty + above]
        place = above
    M[dirty + place] = node


@compiled
def _lowest(M: Ints) -> int:
    dirty = M[at.DIRTY]
    lowest = M[dirty]
    M[at.N_DIRTY] -= 1
    size = M[at.N_DIRTY]
    last = M[dirty + size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and M[dirty + below + 1] < M[dirty + below]:
            below += 1
        if M[dirty + below] >= last:
            break
        M[dirty + place] = M[dirty + below]
        place = below
    M[dirty + place] = last
    return lowest


@compiled
def propagate(M: Ints, R: Floats, first_changed: int) -> int:
    """Bring every node up to date; list those whose truth changed in `SCRATCH` and return how many they are."""
    changed = 0
    while M[at.N_DIRTY] > 0:
        node = _lowest(M)
        row = M[at.NODES] + node * at.NODE_WIDTH
        M[row + at.NODE_QUEUED] = 0
        truth = _read(M, R, node, row)
        if truth != M[row + at.NODE_TRUTH]:
            M[row + at.NODE_TRUTH] = truth
            M[first_changed + changed] = node
            changed += 1
            parents = M[row + at.NODE_PARENTS]
            for place in range(parents, parents + M[row + at.NODE_N_PARENTS]):
                _mark(M, M[place])
    return changed


@compiled
def _read(M: Ints, R: Floats, node: int, row: int) -> int:
    kind = M[row + at.NODE_KIND]
    if kind == at.LEVEL:
        left, right = R[M[at.VALUES] + M[row + at.NODE_A]], R[M[row + at.NODE_FLOAT]]
        return _compare(M[row + at.NODE_B], left, right)
    if kind == at.QUORUM:
        return _quorum(M, row)
    if kind == at.NEGATION:
        return 1 - _truth_of(M, M[row + at.NODE_A])
    if kind == at.FROM:
        return 1 if M[at.INSTANT] >= M[row + at.NODE_A] else 0
    if kind == at.COUNT:
        return _count(M, node, row)
    if kind == at.CHOICE:
        return _truth_of(M, M[M[row + at.NODE_CHILDREN] + int(R[M[at.VALUES] + M[row + at.NODE_A]])])
    return _temporal(M, node, row, kind)


@compiled
def _compare(operator: int, left: float, right: float) -> int:
    if operator == at.GE:
        true = left >= right
    elif operator == at.LE:
        true = left <= right
    elif operator == at.GT:
        true = left > right
    elif operator == at.LT:
        true = left < right
    elif operator == at.EQ:
        true = left == right
    else:
        true = left != right
    return 1 if true else 0


@compiled
def _quorum(M: Ints, row: int) -> int:
    first, many, asked = M[row + at.NODE_CHILDREN], M[row + at.NODE_N_CHILDREN], M[row + at.NODE_A]
    true = 0
    for place in range(first, first + many):
        true += _truth_of(M, M[place])
    return 1 if true >= asked else 0


@compiled
def _count(M: Ints, node: int, row: int) -> int:
    """Compare a count in a window; the steps say from which count on the truth is which, the highest first."""
    signal = M[at.SIGNALS] + M[row + at.NODE_A] * at.SIGNAL_WIDTH
    ring, stamps, total = (
        M[signal + at.SIGNAL_RING],
        M[signal + at.SIGNAL_STAMPS],
        M[signal + at.SIGNAL_COUNT],
    )
    length = M[row + at.NODE_B]
    opened = M[at.INSTANT] - length
    first = M[row + at.NODE_CHILDREN]
    for place in range(first, first + 2 * M[row + at.NODE_N_CHILDREN], 2):
        count = M[place]
        if total >= count:
            stamp = M[stamps + (total - count) % ring]
            if stamp > opened:
                arm(M, node, row, stamp + length)
                return M[place + 1]
    return M[row + at.NODE_SINCE]


@compiled
def _temporal(M: Ints, node: int, row: int, kind: int) -> int:
    now = M[at.INSTANT]
    if now != M[row + at.NODE_AT]:
        M[row + at.NODE_AT] = now
        if kind == at.EVER:
            M[row + at.NODE_BEFORE] |= M[row + at.NODE_TRUE]
        else:
            M[row + at.NODE_BEFORE] = M[row + at.NODE_TRUE]
            M[row + at.NODE_SINCE_BEFORE] = M[row + at.NODE_SINCE]
    child = _truth_of(M, M[row + at.NODE_A])
    M[row + at.NODE_TRUE] = child
    if kind == at.EVER:
        return M[row + at.NODE_BEFORE] | child
    if kind == at.HELD:
        if child == 0:
            return 0
        M[row + at.NODE_SINCE] = M[row + at.NODE_SINCE_BEFORE] if M[row + at.NODE_BEFORE] != 0 else now
        due = M[row + at.NODE_SINCE] + M[row + at.NODE_B]
        if now < due:
            arm(M, node, row, due)
            return 0
        return 1
    if child != 0:
        return 1
    M[row + at.NODE_SINCE] = now if M[row + at.NODE_BEFORE] != 0 else M[row + at.NODE_SINCE_BEFORE]
    due = M[row + at.NODE_SINCE] + M[row + at.NODE_B]
    if now < due:
        arm(M, node, row, due)
        return 1
    return 0
