"""The network of rules: a row for each node and for each signal that nodes read."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError
from sim.engines.lowering.building import Building
from sim.engines.lowering.memory import flat
from sim.plan.network import Choice, Count, Ever, From, Held, Lately, Level, Negation, Quorum

_OPERATORS = {">=": at.GE, "<=": at.LE, ">": at.GT, "<": at.LT, "==": at.EQ, "!=": at.NE}
_MOST_WINDOW = 200_000


def place_network(build: Building, troops: int) -> None:
    """Place nodes and signals; the rows of troops begin at `troops`, and processes are placed already."""
    plan, memory, head = build.plan, build.memory, build.head
    network = plan.network
    rings = [0] * len(network.signals)
    rows = []
    for number, node in enumerate(network.nodes):
        row = [0] * at.NODE_WIDTH
        match node:
            case Level(signal, operator, bound):
                row[at.NODE_KIND], row[at.NODE_A], row[at.NODE_B] = at.LEVEL, signal, _OPERATORS[operator]
                row[at.NODE_FLOAT] = memory.floated([bound])
            case Count(signal, length, _, _):
                steps, below = _steps(node)
                row[at.NODE_KIND], row[at.NODE_A], row[at.NODE_B] = at.COUNT, signal, length
                row[at.NODE_CHILDREN], row[at.NODE_N_CHILDREN] = memory.rows(flat(steps)), len(steps)
                row[at.NODE_SINCE] = below
                rings[signal] = max([1, rings[signal], *(count for count, _ in steps)])
            case From(time):
                row[at.NODE_KIND], row[at.NODE_A] = at.FROM, time
            case Negation(child):
                row[at.NODE_KIND], row[at.NODE_A] = at.NEGATION, child
            case Held(child, length):
                row[at.NODE_KIND], row[at.NODE_A], row[at.NODE_B] = at.HELD, child, length
            case Lately(child, length):
                row[at.NODE_KIND], row[at.NODE_A], row[at.NODE_B] = at.LATELY, child, length
            case Ever(child):
                row[at.NODE_KIND], row[at.NODE_A] = at.EVER, child
            case Quorum(count, children):
                row[at.NODE_KIND], row[at.NODE_A] = at.QUORUM, count
                row[at.NODE_CHILDREN], row[at.NODE_N_CHILDREN] = memory.rows(children), len(children)
            case Choice(signal, children):
                row[at.NODE_KIND], row[at.NODE_A] = at.CHOICE, signal
                row[at.NODE_CHILDREN], row[at.NODE_N_CHILDREN] = memory.rows(children), len(children)
        parents = network.parents[number]
        row[at.NODE_PARENTS], row[at.NODE_N_PARENTS] = memory.rows(parents), len(parents)
        bells = [build.process_row(process) for process in dict.fromkeys(build.watchers.get(number, ()))]
        row[at.NODE_WATCHERS], row[at.NODE_N_WATCHERS] = memory.rows(bells), len(bells)
        bodies = [troops + each * at.TROOPS_WIDTH for each in build.interested.get(number, ())]
        row[at.NODE_INTERESTED], row[at.NODE_N_INTERESTED] = memory.rows(bodies), len(bodies)
        rows.append(row)
    if max(rings, default=0) > _MOST_WINDOW:
        raise CannotLowerError(f"cannot lower: a count in a window compared with more than {_MOST_WINDOW:,}")
    signals = []
    for number, ring in enumerate(rings):
        readers = network.readers[number]
        bells = [build.process_row(process) for process in build.signal_watchers.get(number, ())]
        first = memory.rows(readers)
        stamps = memory.rows([0] * ring)
        signals.append([first, len(readers), stamps, ring, 0, memory.rows(bells), len(bells)])
    head[at.NODES], head[at.N_NODES] = memory.rows(flat(rows)), len(rows)
    head[at.SIGNALS], head[at.N_SIGNALS] = memory.rows(flat(signals)), len(signals)


def _steps(node: Count) -> tuple[list[tuple[int, int]], int]:
    """Return from which count on a comparison is true (1) or false (0), the highest first, and what it is for none."""
    from sim.model.network import COMPARE, _turning_points

    compare = COMPARE[node.operator]
    steps = [(count, int(compare(count, node.number))) for count in _turning_points(node)]
    return steps, int(compare(0, node.number))
