"""One replication, as `sim.model.replication` plays it, and its rows in the order of the logs."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.network import begin_network
from sim.engines.compiled.processes import resume
from sim.engines.compiled.rounds import begin_instant, close_instant, next_process
from sim.engines.compiled.timers import process_row, wait_until
from sim.engines.compiled.troops import log_signal
from sim.engines.compiled.world import draw_numbers, raw, value


@compiled
def replicate(M: Ints, R: Floats) -> int:
    """Play the replication whose number the head holds, from a fresh state; return how it ended."""
    _begin(M, R)
    while begin_instant(M):
        p = next_process(M, R)
        while p >= 0:
            resume(M, R, p, M[at.EXPIRED] != 0)
            p = next_process(M, R)
        close_instant(M, R)
    if M[at.STATUS] == at.FINE:
        _end(M, R)
    status: int = M[at.STATUS]
    return status


@compiled
def _begin(M: Ints, R: Floats) -> None:
    """Draw the numbers, read the rules, and start what starts with the replication."""
    draw_numbers(M, R)
    M[at.NOW] = M[at.BEGINS]
    M[at.STEP] = -1
    for place in range(M[at.N_CONSTANTS]):
        row = M[at.CONSTANTS] + place * at.CONSTANT_WIDTH
        drawn = raw(M, R, M[row + at.CONSTANT_QUANTITY])
        R[M[at.VALUES] + M[row + at.CONSTANT_SIGNAL]] = drawn
        M[M[at.NUMBERS] + place] = int(drawn)
        log_signal(M, R, M[row + at.CONSTANT_NAME], drawn)
    begin_network(M, R)
    for number in range(M[at.N_PROCESSES]):
        wait_until(M, process_row(M, number), M[at.BEGINS])


@compiled
def _end(M: Ints, R: Floats) -> None:
    """Note the numbers that were drawn, and put the rows in order."""
    for place in range(M[at.N_DRAWN]):
        R[M[at.NUMBER_VALUES] + place] = value(M, R, M[M[at.DRAWN] + place])
    _sort_transitions(M)
    _sort_waits(M)
    _sort_signals(M, R)


@compiled
def _sort_transitions(M: Ints) -> None:
    """Sort the moves by time, step, names, stages, troops, cause: rows come nearly in that order."""
    first, ranks = M[at.TRANSITIONS], M[at.MOVE_RANKS]
    for number in range(1, M[at.N_TRANSITIONS]):
        row = first + number * at.TRANSITION_WIDTH
        while row > first and _earlier(M, row, row - at.TRANSITION_WIDTH, at.TRANSITION_WIDTH, 7, ranks):
            for column in range(at.TRANSITION_WIDTH):
                above = row - at.TRANSITION_WIDTH
                M[row + column], M[above + column] = M[above + column], M[row + column]
            row -= at.TRANSITION_WIDTH


@compiled
def _sort_waits(M: Ints) -> None:
    first, ranks = M[at.WAITS_ROWS], M[at.RANKS]
    for number in range(1, M[at.N_WAITS]):
        row = first + number * at.WAIT_WIDTH
        while row > first and _earlier(M, row, row - at.WAIT_WIDTH, at.WAIT_WIDTH, 4, ranks):
            for column in range(at.WAIT_WIDTH):
                above = row - at.WAIT_WIDTH
                M[row + column], M[above + column] = M[above + column], M[row + column]
            row -= at.WAIT_WIDTH


@compiled
def _earlier(M: Ints, one: int, other: int, width: int, ranked: int, ranks: int) -> bool:
    """Tell whether a row comes before another; the words of one column are compared by their rank."""
    for column in range(width):
        left, right = M[one + column], M[other + column]
        if column == ranked:
            left, right = M[ranks + left], M[ranks + right]
        if left != right:
            return left < right
    return False


@compiled
def _sort_signals(M: Ints, R: Floats) -> None:
    first, values = M[at.SIGNAL_ROWS], M[at.SIGNAL_VALUES]
    for number in range(1, M[at.N_SIGNAL_ROWS]):
        place = number
        while place > 0 and _signal_earlier(M, R, first, values, place, place - 1):
            row, above = first + place * at.SIGNAL_ROW_WIDTH, first + (place - 1) * at.SIGNAL_ROW_WIDTH
            for column in range(at.SIGNAL_ROW_WIDTH):
                M[row + column], M[above + column] = M[above + column], M[row + column]
            R[values + place], R[values + place - 1] = R[values + place - 1], R[values + place]
            place -= 1


@compiled
def _signal_earlier(M: Ints, R: Floats, first: int, values: int, one: int, other: int) -> bool:
    row, above = first + one * at.SIGNAL_ROW_WIDTH, first + other * at.SIGNAL_ROW_WIDTH
    for column in range(at.SIGNAL_ROW_WIDTH):
        if M[row + column] != M[above + column]:
            return M[row + column] < M[above + column]
    return R[values + one] < R[values + other]
