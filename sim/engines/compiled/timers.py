"""What SimPy's queue and the bells of `sim.model.rounds` are here: a heap of timers, and processes that wait."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled


@compiled
def _push(M: Ints, time: int, whom: int) -> None:
    """Put a timer on the heap: by time, then in the order in which they were set."""
    place = M[at.N_HEAP]
    if place >= M[at.MOST_HEAP]:
        M[at.STATUS] = at.FULL
        return
    heap = M[at.HEAP]
    M[at.N_HEAP] = place + 1
    M[at.SEQUENCE] += 1
    while place > 0:
        above = (place - 1) >> 1
        if M[heap + 3 * above] <= time:
            break
        M[heap + 3 * place] = M[heap + 3 * above]
        M[heap + 3 * place + 1] = M[heap + 3 * above + 1]
        M[heap + 3 * place + 2] = M[heap + 3 * above + 2]
        place = above
    M[heap + 3 * place], M[heap + 3 * place + 1], M[heap + 3 * place + 2] = time, M[at.SEQUENCE], whom


@compiled
def _earlier(M: Ints, one: int, other: int) -> bool:
    return M[one] < M[other] or (M[one] == M[other] and M[one + 1] < M[other + 1])


@compiled
def next_time(M: Ints) -> int:
    """Return when the next timer goes off."""
    return M[M[at.HEAP]] if M[at.N_HEAP] > 0 else at.NEVER


@compiled
def pop(M: Ints) -> int:
    """Take the next timer from the heap; return whom it is for."""
    heap = M[at.HEAP]
    whom = M[heap + 2]
    M[at.N_HEAP] -= 1
    size = M[at.N_HEAP]
    last = heap + 3 * size
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and _earlier(M, heap + 3 * below + 3, heap + 3 * below):
            below += 1
        if not _earlier(M, heap + 3 * below, last):
            break
        M[heap + 3 * place] = M[heap + 3 * below]
        M[heap + 3 * place + 1] = M[heap + 3 * below + 1]
        M[heap + 3 * place + 2] = M[heap + 3 * below + 2]
        place = below
    M[heap + 3 * place] = M[last]
    M[heap + 3 * place + 1] = M[last + 1]
    M[heap + 3 * place + 2] = M[last + 2]
    return whom


@compiled
def wake_node(M: Ints, time: int, node: int) -> None:
    """Have a node expire at `time`."""
    _push(M, max(time, M[at.NOW]), -1 - node)


@compiled
def process_row(M: Ints, number: int) -> int:
    """Return the row of a process."""
    return M[at.PROCESSES] + number * at.PROCESS_WIDTH


@compiled
def wait_bell(M: Ints, p: int, due: int) -> None:
    """Have a process wait until it is `due` or somebody rings; NEVER: until somebody rings."""
    M[p + at.WAITS] = at.A_BELL
    M[p + at.DUE] = due
    if due < at.NEVER:
        _set_timer(M, p, due)


@compiled
def wait_until(M: Ints, p: int, due: int) -> None:
    """Have a process wait until an instant, or go on now if that is past."""
    M[p + at.WAITS] = at.AN_INSTANT
    _set_timer(M, p, due)


@compiled
def _set_timer(M: Ints, p: int, due: int) -> None:
    due = max(due, M[at.NOW])
    M[p + at.DUE] = due
    if M[p + at.ARMED] != due:  # else the timer that it set before goes off then
        M[p + at.ARMED] = due
        _push(M, due, (p - M[at.PROCESSES]) // at.PROCESS_WIDTH)


@compiled
def wait_round(M: Ints, p: int) -> None:
    """Have a process wait until what it posted is applied and the rules are read."""
    M[p + at.WAITS] = at.A_ROUND
    if M[at.N_APPLIED] >= M[at.MOST_APPLIED]:
        M[at.STATUS] = at.FULL
        return
    M[M[at.APPLIED] + M[at.N_APPLIED]] = p
    M[at.N_APPLIED] += 1


@compiled
def start(M: Ints, kind: int, owner: int) -> int:
    """Start a process at the present instant; return its row, in which its terms are to be written."""
    number = M[at.FREE_PROCESS]
    if number >= 0:
        M[at.FREE_PROCESS] = M[process_row(M, number) + at.NEXT_FREE]
    else:
        number = M[at.N_PROCESSES]
        if number + 1 >= M[at.MOST_PROCESSES]:  # the last row takes what has no place until it is noticed
            M[at.STATUS] = at.FULL
            number -= 1
        M[at.N_PROCESSES] = number + 1
    p = process_row(M, number)
    for column in range(at.PROCESS_WIDTH):
        M[p + column] = 0
    M[p + at.KIND] = kind
    M[p + at.OWNER] = owner
    M[p + at.FLOATS] = M[at.PROCESS_FLOATS] + number * at.PROCESS_FLOAT_WIDTH
    M[p + at.ARMED] = at.LONG_AGO
    wait_until(M, p, M[at.NOW])
    return p


@compiled
def finish(M: Ints, p: int) -> None:
    """End a process; its row may be used again."""
    M[p + at.WAITS] = at.NOTHING
    M[p + at.NEXT_FREE] = M[at.FREE_PROCESS]
    M[at.FREE_PROCESS] = (p - M[at.PROCESSES]) // at.PROCESS_WIDTH


@compiled
def end(M: Ints, p: int) -> None:
    """End a process that others know by its row: it stays, and does nothing more."""
    M[p + at.WAITS] = at.NOTHING


@compiled
def ring(M: Ints, p: int) -> None:
    """Note that the bell of a process rings after this round."""
    if M[p + at.RUNG_FLAG] == 0:
        M[p + at.RUNG_FLAG] = 1
        M[M[at.RUNG] + M[at.N_RUNG]] = p
        M[at.N_RUNG] += 1


@compiled
def post(
    M: Ints, key: int, key_2: int, key_3: int, does: int, a: int, b: int, c: int, d: int, x: float, R: Floats
) -> None:
    """Have a change applied in the next round."""
    number = M[at.N_POSTS]
    if number >= M[at.MOST_POSTS]:
        M[at.STATUS] = at.FULL
        return
    row = M[at.POSTS] + number * at.POST_WIDTH
    M[row + at.POST_KEY], M[row + at.POST_KEY_2], M[row + at.POST_KEY_3] = key, key_2, key_3
    M[row + at.POST_DOES] = does
    M[row + at.POST_A], M[row + at.POST_B], M[row + at.POST_C], M[row + at.POST_D] = a, b, c, d
    R[M[at.POST_FLOATS] + number] = x
    M[at.N_POSTS] = number + 1
    M[at.REQUESTED] = 1


@compiled
def key_of(first: int, who: int, fourth: int) -> int:
    """Return the first parts of a change's key as one number: what it is, whose, and the fourth part."""
    return (first << 40) + (who << 8) + fourth
