"""A lot of replications, one after the other: what is known of each is written in, and its rows are taken out.

`K` and `V` say which ones, and what is known; `S` and `Q` hold the state in which each begins; the rows go to `T` and
`F`, those of one log behind each other. `sim.engines.compiled.twin` fills them, and reads what comes out.
"""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.replication import replicate


@compiled
def play_lot(M: Ints, R: Floats, S: Ints, Q: Floats, K: Ints, V: Floats, T: Ints, F: Floats) -> int:
    """Play a lot; return before which it stopped: one of which there is more to be done than to take rows."""
    for place in range(K[at.LOT_BEGIN], K[at.LOT_MANY]):
        k = K[at.LOT_ROWS] + place * at.LOT_WIDTH
        _begin(M, R, S, Q, K, V, k)
        status = replicate(M, R)
        if status != at.FINE or M[at.N_MISSES] != 0 or M[at.N_VIOLATIONS] != 0 or not _fits(M, K):
            return place
        _take(M, R, K, T, F, k)
    return K[at.LOT_MANY]


@compiled
def _begin(M: Ints, R: Floats, S: Ints, Q: Floats, K: Ints, V: Floats, k: int) -> None:
    for place in range(K[at.LOT_STATE]):
        M[place] = S[place]
    for place in range(K[at.LOT_FLOAT_STATE]):
        R[place] = Q[place]
    M[at.REPLICATION] = K[k + at.LOT_NUMBER]
    for place in range(K[k + at.LOT_N_FLAGS]):
        M[K[K[k + at.LOT_FLAGS] + place]] = 1
    for place in range(K[k + at.LOT_N_KNOWN]):
        R[K[K[k + at.LOT_KNOWN] + place]] = V[K[k + at.LOT_VALUES] + place]


@compiled
def _fits(M: Ints, K: Ints) -> bool:
    """Tell whether there is room for the rows of one more."""
    return (
        K[at.LOT_N_MOVES] + M[at.N_TRANSITIONS] <= K[at.LOT_MOST_MOVES]
        and K[at.LOT_N_SIGNALS] + M[at.N_SIGNAL_ROWS] <= K[at.LOT_MOST_SIGNALS]
        and K[at.LOT_N_WAITS] + M[at.N_WAITS] <= K[at.LOT_MOST_WAITS]
    )


@compiled
def _take(M: Ints, R: Floats, K: Ints, T: Ints, F: Floats, k: int) -> None:
    moves, signals, waits = M[at.N_TRANSITIONS], M[at.N_SIGNAL_ROWS], M[at.N_WAITS]
    to = K[at.LOT_MOVES] + K[at.LOT_N_MOVES] * at.TRANSITION_WIDTH
    for place in range(moves * at.TRANSITION_WIDTH):
        T[to + place] = M[M[at.TRANSITIONS] + place]
    to = K[at.LOT_SIGNALS] + K[at.LOT_N_SIGNALS] * at.SIGNAL_ROW_WIDTH
    for place in range(signals * at.SIGNAL_ROW_WIDTH):
        T[to + place] = M[M[at.SIGNAL_ROWS] + place]
    to = K[at.LOT_WAITS] + K[at.LOT_N_WAITS] * at.WAIT_WIDTH
    for place in range(waits * at.WAIT_WIDTH):
        T[to + place] = M[M[at.WAITS_ROWS] + place]
    for place in range(signals):
        F[K[at.LOT_N_SIGNALS] + place] = R[M[at.SIGNAL_VALUES] + place]
    for place in range(M[at.N_DRAWN]):
        F[K[at.LOT_DRAWN] + K[at.LOT_N_DRAWN] + place] = R[M[at.NUMBER_VALUES] + place]
    K[k + at.LOT_ROW_MOVES], K[k + at.LOT_ROW_SIGNALS], K[k + at.LOT_ROW_WAITS] = moves, signals, waits
    K[at.LOT_N_MOVES] += moves
    K[at.LOT_N_SIGNALS] += signals
    K[at.LOT_N_WAITS] += waits
    K[at.LOT_N_DRAWN] += M[at.N_DRAWN]
