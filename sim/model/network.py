"""The truth of every rule, kept up to date: a rule is read again only when what it refers to changes.

The state of an instant is frozen round by round: signals change, then `propagate` brings all nodes up to date
and says which changed. A signal has one value per instant, the one of its last round: a truth that lasts no
time (true in one round, false in the next of the same instant) leaves no trace in `for`, `within` and `once`.
Each temporal node therefore remembers the state that was settled before the present instant.

`sim.rules.meaning` states what the truths must be; a property test compares the two.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from heapq import heappop, heappush

from sim.plan.network import Choice, Count, Ever, From, Held, Lately, Level, Negation, Network, Node, Quorum

LONG_AGO = -(10**15)
"""A time before every scenario."""

COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}
"""What each sign of comparison asks."""


class RuleNetwork:
    """The values of all signals and the truths of all nodes of one replication at its present instant.

    `wake(time, node)` is called to have `expire(node)` called at `time`, when time alone may change a node.
    """

    def __init__(
        self, network: Network, initial: tuple[float, ...], now: int, wake: Callable[[int, int], None]
    ) -> None:
        self.values = list(initial)
        self.stamps: list[list[int]] = [[] for _ in network.signals]
        """For each counted signal the instants of its counts, ascending, one entry a count."""
        self.now = LONG_AGO
        self.truths = [False] * len(network.nodes)
        self._network = network
        self._wake = wake
        self._armed = [math.inf] * len(network.nodes)
        self._dirty: list[int] = []
        self._queued = [False] * len(network.nodes)
        self._readers: list[Callable[[], bool]] = []
        for number, node in enumerate(
            network.nodes
        ):  # children first: a reader asks what its child always was
            self._readers.append(self._reader(number, node))
            self.truths[number] = self._readers[number]()
        self.now = now
        for number, node in enumerate(network.nodes):
            if isinstance(node, From):
                self.arm(number, node.time)

    def assign(self, signal: int, value: float) -> None:
        """Set a signal's value."""
        if self.values[signal] != value:
            self.values[signal] = value
            self._mark(self._network.readers[signal])

    def add(self, signal: int, amount: int) -> None:
        """Add to a signal; on a counted one each unit is stamped with the present instant."""
        self.values[signal] += amount
        if signal in self._network.counted:
            self.stamps[signal].extend([self.now] * amount)
        self._mark(self._network.readers[signal])

    def tells_apart(self, signal: int, one: float, other: float) -> bool:
        """Tell whether some node that reads a signal may say something else of two values."""
        for number in self._network.readers[signal]:
            node = self._network.nodes[number]
            if not isinstance(node, Level):
                return True
            compare = COMPARE[node.operator]
            if compare(one, node.number) != compare(other, node.number):
                return True
        return False

    def expire(self, node: int) -> None:
        """Have a node read again because time may have changed it."""
        self._armed[node] = math.inf
        self._mark((node,))

    def propagate(self) -> list[int]:
        """Bring every node up to date at `now` and return those whose truth changed."""
        changed = []
        dirty, queued, truths = self._dirty, self._queued, self.truths
        parents, readers = self._network.parents, self._readers
        while dirty:
            node = heappop(dirty)
            queued[node] = False
            truth = readers[node]()
            if truth != truths[node]:
                truths[node] = truth
                changed.append(node)
                self._mark(parents[node])
        return changed

    def _mark(self, nodes: tuple[int, ...]) -> None:
        queued, dirty = self._queued, self._dirty
        for node in nodes:
            if not queued[node]:
                queued[node] = True
                heappush(dirty, node)

    def arm(self, node: int, time: int) -> None:
        """Have a node read at `time`, unless it will be read before anyway and can be armed again then."""
        if time < self._armed[node]:
            self._armed[node] = time
            self._wake(time, node)

    def _reader(self, number: int, node: Node) -> Callable[[], bool]:  # noqa: PLR0911  # one for each kind
        truths = self.truths
        match node:
            case Level(signal, symbol, bound):
                values, compare = self.values, COMPARE[symbol]
                return lambda: compare(values[signal], bound)
            case From(time):
                return lambda: self.now >= time
            case Negation(child):
                return lambda: not truths[child]
            case Quorum(count, children):
                return _quorum(truths, count, children)
            case Choice(signal, children):
                chosen = children[int(self.values[signal])]
                return lambda: truths[chosen]
            case Count():
                return _CountReader(self, number, node).read
            case Held(child, length):
                return _HeldReader(self, number, child, length).read
            case Lately(child, length):
                return _LatelyReader(self, number, child, length).read
            case Ever(child):
                return _EverReader(self, child).read


def _quorum(truths: list[bool], count: int, children: tuple[int, ...]) -> Callable[[], bool]:
    if count == len(children):
        return lambda: all([truths[child] for child in children])  # noqa: C419  # a list is faster
    if count == 1:
        return lambda: any([truths[child] for child in children])  # noqa: C419
    return lambda: sum([truths[child] for child in children]) >= count


class _HeldReader:
    """`child for length`: since when the child has been true, without a gap that lasted."""

    __slots__ = (
        "_before",
        "_child",
        "_instant",
        "_length",
        "_network",
        "_number",
        "_since",
        "_since_before",
        "_true",
    )

    def __init__(self, network: RuleNetwork, number: int, child: int, length: int) -> None:
        self._network = network
        self._number = number
        self._child = child
        self._length = length
        self._instant = LONG_AGO
        self._true = self._before = network.truths[child]
        self._since = self._since_before = 2 * LONG_AGO

    def read(self) -> bool:
        now = self._network.now
        if now != self._instant:
            self._instant = now
            self._before, self._since_before = self._true, self._since
        self._true = self._network.truths[self._child]
        if not self._true:
            return False
        self._since = self._since_before if self._before else now
        due = self._since + self._length
        if now < due:
            self._network.arm(self._number, due)
        return now >= due


class _LatelyReader:
    """`child within length`: when the child last ceased to be true."""

    __slots__ = (
        "_before",
        "_child",
        "_ended",
        "_ended_before",
        "_instant",
        "_length",
        "_network",
        "_number",
        "_true",
    )

    def __init__(self, network: RuleNetwork, number: int, child: int, length: int) -> None:
        self._network = network
        self._number = number
        self._child = child
        self._length = length
        self._instant = LONG_AGO
        self._true = self._before = network.truths[child]
        self._ended = self._ended_before = 2 * LONG_AGO

    def read(self) -> bool:
        now = self._network.now
        if now != self._instant:
            self._instant = now
            self._before, self._ended_before = self._true, self._ended
        self._true = self._network.truths[self._child]
        if self._true:
            return True
        self._ended = now if self._before else self._ended_before
        due = self._ended + self._length
        if now < due:
            self._network.arm(self._number, due)
        return now < due


class _EverReader:
    """`once child`: whether the child was true at the end of an earlier instant, or is now."""

    __slots__ = ("_child", "_ever_before", "_instant", "_network", "_true")

    def __init__(self, network: RuleNetwork, child: int) -> None:
        self._network = network
        self._child = child
        self._instant = LONG_AGO
        self._true = network.truths[child]
        self._ever_before = self._true

    def read(self) -> bool:
        now = self._network.now
        if now != self._instant:
            self._instant = now
            self._ever_before = self._ever_before or self._true
        self._true = self._network.truths[self._child]
        return self._ever_before or self._true


class _CountReader:
    """A count in (t − length, t] compared with a number; woken only when its truth can change."""

    __slots__ = ("_below", "_length", "_network", "_number", "_stamps", "_steps")

    def __init__(self, network: RuleNetwork, number: int, node: Count) -> None:
        self._network = network
        self._number = number
        self._length = node.length
        self._stamps = network.stamps[node.signal]
        compare = COMPARE[node.operator]
        self._steps = [(count, compare(count, node.number)) for count in _turning_points(node)]
        """From which count on the truth is another, and which; the highest first."""
        self._below = compare(0, node.number)

    def read(self) -> bool:
        stamps, opened = self._stamps, self._network.now - self._length
        for count, truth in self._steps:
            if len(stamps) >= count and stamps[-count] > opened:
                self._network.arm(self._number, stamps[-count] + self._length)
                return truth
        return self._below


def _turning_points(node: Count) -> list[int]:
    """Return the counts at which the comparison comes out otherwise than one below, the highest first."""
    compare, bound = COMPARE[node.operator], node.number
    near = (math.floor(bound) + 1, math.ceil(bound))
    return [n for n in sorted({*near}, reverse=True) if n > 0 and compare(n, bound) != compare(n - 1, bound)]
