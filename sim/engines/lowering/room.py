"""Room for what a replication writes from its beginning on, and tables that never change."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import WORDS_AT_MOST
from sim.engines.lowering.building import Building
from sim.engines.lowering.memory import flat


def place_room(build: Building, troops: int) -> None:
    """Place what need not be copied: rows that are counted, and tables that never change."""
    memory, head, capacity = build.memory, build.head, build.capacity
    processes, nodes = head[at.MOST_PROCESSES], head[at.N_NODES]

    def room(place: int, size: int) -> None:
        head[place] = len(memory.ints)
        memory.ints.extend([0] * size)

    first = memory.floated(build.law_values)
    head[at.LAWS] = memory.rows(flat([kind, first + place, size] for kind, place, size in build.laws))
    for row in build.delays:
        if row[at.DELAY_THEN] >= 0:
            row[at.DELAY_UNSEEN] = memory.floated(
                [-1.0] * (at.TABLES + 3 * _cells(build, row[at.DELAY_LAW]) + 3)
            )
    delays = head[at.DELAYS]
    memory.ints[delays : delays + len(build.delays) * at.DELAY_WIDTH] = flat(build.delays)
    room(at.HEAP, 3 * capacity.heap)
    room(at.POSTS, capacity.posts * at.POST_WIDTH)
    room(at.APPLIED, capacity.posts)
    room(at.APPLYING, capacity.posts)
    room(at.DIRTY, nodes + 1)
    room(at.CHANGED_LIST, nodes)
    room(at.RUNG, processes)
    room(at.TOUCHED_LIST, troops)
    room(at.ORDER, troops)
    room(at.ASKING, troops)
    room(at.BOOKED, 2 * at.MOST_BOOKED * troops)
    room(at.SCRATCH, capacity.posts + nodes + processes)
    room(at.SCRATCH_2, 2 * at.MOST_BOOKED + 2)
    room(at.GIVEN_BACK, 2 * head[at.MOST_GIVEN_BACK])
    room(at.OUTLASTED, 3 * head[at.MOST_OUTLASTED])
    room(at.MISSES, 64 * at.MISS_WIDTH)
    room(at.TRANSITIONS, capacity.transitions * at.TRANSITION_WIDTH)
    room(at.SIGNAL_ROWS, capacity.signals * at.SIGNAL_ROW_WIDTH)
    room(at.WAITS_ROWS, capacity.waits * at.WAIT_WIDTH)
    room(at.VIOLATIONS, capacity.waits * at.VIOLATION_WIDTH)
    room(at.MOVE_RANKS, 0)
    memory.ints.extend(build.moves.ranks())
    room(at.RANKS, WORDS_AT_MOST)
    room(at.CAUSES, 3 * 2 * capacity.causes)
    head[at.CAUSES_SIZE] = 2 * capacity.causes
    head[at.POST_FLOATS] = memory.floated([0.0] * capacity.posts)
    head[at.SIGNAL_VALUES] = memory.floated([0.0] * capacity.signals)
    head[at.MOST_HEAP], head[at.MOST_POSTS], head[at.MOST_APPLIED] = (
        capacity.heap,
        capacity.posts,
        capacity.posts,
    )
    head[at.MOST_TRANSITIONS], head[at.MOST_SIGNAL_ROWS] = capacity.transitions, capacity.signals
    head[at.MOST_WAITS], head[at.MOST_VIOLATIONS], head[at.MOST_MISSES] = (
        capacity.waits,
        capacity.waits,
        64,
    )


def _cells(build: Building, law: int) -> int:
    kind, _, size = build.laws[law]
    return size if kind in (at.CONSTANT, at.DISCRETE) else at.CELLS
