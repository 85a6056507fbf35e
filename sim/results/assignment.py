"""The best assignment of troops to requirement lines, by maximum flow or what bounds it.

Lines come in order of precedence. The best assignment fills the first as far as it goes, then the second as
far as that leaves it, and so on. Nothing is lost by it: what lines can be filled to is a polymatroid, so
filling greedily in any order also fills most in all, and line i gets maxflow(lines 1…i) − maxflow(lines
1…i−1).

Many states of the force are solved at once. Where few kinds of bodies compete (kinds differ in which lines they may
serve), the maximum flow is the least of the cuts (Ford and Fulkerson 1956): for each set of kinds, all who are in it
and what those lines ask for that anybody else may serve. That is a handful of sums over all states together. Else the
library does it: the states' networks share nothing but source and sink, so one maximum flow through all of them is a
maximum flow through each, and it is called a few times instead of many thousands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LARGEST_FLOW = 2**31 - 1
_STATES_AT_ONCE = 4_000
_LARGEST_KEY = 2**62
_FEW_KINDS = 6
"""Up to so many the cuts, which double with each kind, are sooner added up than the library is done."""


def best_assignment(
    able: NDArray[np.bool_], supply: NDArray[np.int64], needed: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the troops [states, lines] that the best assignment gives each line.

    `able` [bodies, lines] says who may serve which line, `supply` [states, bodies] how many there are,
    `needed` [states, lines] how many each line asks for (0 while it asks for none).
    """
    import numpy as np

    filled = np.zeros_like(needed)
    for bodies, lines in _parts(able):
        own = able[np.ix_(bodies, lines)]
        filled[:, lines] = _assign_part(own, supply[:, bodies], needed[:, lines])
    return filled


def _parts(able: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the bodies and lines that compete with each other, directly or through others."""
    import numpy as np

    left = np.ones(able.shape[1], dtype=bool)
    while left.any():
        lines = np.zeros(left.size, dtype=bool)
        lines[np.argmax(left)] = True
        while True:
            bodies = able[:, lines].any(axis=1)
            grown = lines | able[bodies].any(axis=0)
            if (grown == lines).all():
                break
            lines = grown
        left &= ~lines
        yield np.flatnonzero(bodies), np.flatnonzero(lines)


def _assign_part(
    able: NDArray[np.bool_], supply: NDArray[np.int64], needed: NDArray[np.int64]
) -> NDArray[np.int64]:
    import numpy as np

    if able.shape[1] == 1:
        alone: NDArray[np.int64] = np.minimum(needed, supply.sum(axis=1, keepdims=True))
        return alone
    kinds, kind = np.unique(able, axis=0, return_inverse=True)
    pooled = np.zeros((len(supply), len(kinds)), dtype=np.int64)
    np.add.at(pooled.T, kind.ravel(), supply.T)
    if len(kinds) <= _FEW_KINDS:
        return _by_cuts(kinds, pooled, needed)
    # No line gets more than all who may serve it, so nobody needs to ask for more.
    needed = np.minimum(needed, pooled @ kinds.astype(np.int64))
    # More of a kind than its lines ask for changes nothing; cutting it makes many states equal.
    pooled = np.minimum(pooled, needed @ kinds.T.astype(np.int64))
    states, state = _distinct(np.hstack((pooled, needed)))
    return _fill(kinds, states[:, : len(kinds)], states[:, len(kinds) :])[state]


def _by_cuts(
    able: NDArray[np.bool_], supply: NDArray[np.int64], needed: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return what each line gets: what the least cut grows by with it."""
    import numpy as np

    asked = np.ascontiguousarray(needed.T)
    least = np.full(asked.shape, np.iinfo(np.int64).max)
    for chosen in product((False, True), repeat=len(able)):
        inside = np.array(chosen, dtype=bool)
        cut = supply[:, inside].sum(axis=1)
        for line, open_to_others in enumerate(able[~inside].any(axis=0)):
            if open_to_others:
                cut += asked[line]
            np.minimum(least[line], cut, out=least[line])
    return np.diff(least, axis=0, prepend=0).T


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct rows of numbers from 0 on, and the place of each row among them."""
    import numpy as np

    # A row is one number: they are sorted without comparing row with row. Where that number would be too large,
    # the columns so far are numbered anew by what they are; of so few rows such numbers are small.
    key, span = np.zeros(len(rows), dtype=np.int64), 1
    for column, most in zip(rows.T, rows.max(axis=0, initial=0).tolist(), strict=True):
        if span * (most + 1) >= _LARGEST_KEY:
            different, key = np.unique(key, return_inverse=True)
            span = max(1, different.size)
        key = key * (most + 1) + column
        span *= most + 1
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return rows[first], place


def _fill(able: NDArray[np.bool_], supply: NDArray[np.int64], needed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what each line gets; states in which everything can be met need only the one flow."""
    import numpy as np

    filled = needed.copy()
    total = _most(able, supply, needed)
    scarce = np.flatnonzero(total < needed.sum(axis=1))
    supply, needed = supply[scarce], needed[scarce]
    before = np.zeros(scarce.size, dtype=np.int64)
    for line in range(needed.shape[1]):
        if line == needed.shape[1] - 1:
            upto = total[scarce]
        elif line == 0:
            upto = np.minimum(needed[:, 0], supply @ able[:, 0].astype(np.int64))
        else:
            upto = _most(able[:, : line + 1], supply, needed[:, : line + 1])
        filled[scarce, line] = upto - before
        before = upto
    return filled


def _most(able: NDArray[np.bool_], supply: NDArray[np.int64], needed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most troops that can be assigned in each state; the library counts flows in 32 bits."""
    import numpy as np

    largest = int(needed.sum(axis=1).max(initial=1))
    size = max(1, min(_STATES_AT_ONCE, _LARGEST_FLOW // max(1, largest)))
    parts = [
        _flow(able, supply[first : first + size], needed[first : first + size])
        for first in range(0, len(supply), size)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _flow(able: NDArray[np.bool_], supply: NDArray[np.int64], needed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the maximum flow of each state: source → bodies → lines → sink, side by side in one network."""
    import numpy as np
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    states, (bodies, lines) = len(supply), able.shape
    base = 2 + np.arange(states)[:, None] * (bodies + lines)
    body, line = base + np.arange(bodies), base + bodies + np.arange(lines)
    giver, taker = np.nonzero(able)
    ends = (
        (np.zeros(body.size, dtype=np.int64), body.ravel(), supply.ravel()),
        (
            body[:, giver].ravel(),
            line[:, taker].ravel(),
            np.minimum(supply[:, giver], needed[:, taker]).ravel(),
        ),
        (line.ravel(), np.ones(line.size, dtype=np.int64), needed.ravel()),
    )
    tail, head, capacity = (np.concatenate(column) for column in zip(*ends, strict=True))
    nodes = 2 + states * (bodies + lines)
    network = csr_array((capacity.astype(np.int32), (tail, head)), shape=(nodes, nodes))
    flow = maximum_flow(network, 0, 1).flow
    sent = np.zeros(nodes, dtype=np.int64)
    first, last = flow.indptr[0], flow.indptr[1]
    sent[flow.indices[first:last]] = flow.data[first:last]
    total: NDArray[np.int64] = sent[body].sum(axis=1)
    return total
