"""All rules of a scenario as one shared network of nodes, children before parents, equal subrules once.

A signal is a number that changes at instants (a fact, a consent, a force, a casualty count); a node is true
or false. `sim.model.network` keeps a network's truths up to date; `sim.rules.meaning` says what they must be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.durations import seconds_between
from sim.rules.syntax import (
    After,
    And,
    AtLeast,
    Beds,
    Before,
    Casualties,
    Chosen,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Once,
    Or,
    Quantity,
    Readings,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)

Signal = Value | Consent | Force | Casualties | Beds | Chosen


@dataclass(frozen=True, slots=True)
class Level:
    """A signal's value compared with a number."""

    signal: int
    operator: str
    number: float


@dataclass(frozen=True, slots=True)
class Count:
    """How much a counted signal grew in (t − length, t], compared with a number."""

    signal: int
    length: int
    operator: str
    number: float


@dataclass(frozen=True, slots=True)
class From:
    """True from the instant `time` on."""

    time: int


@dataclass(frozen=True, slots=True)
class Negation:
    """True while `child` is false."""

    child: int


@dataclass(frozen=True, slots=True)
class Held:
    """True while `child` has been true for `length` or more."""

    child: int
    length: int


@dataclass(frozen=True, slots=True)
class Lately:
    """True while `child` is, and until `length` after it was."""

    child: int
    length: int


@dataclass(frozen=True, slots=True)
class Ever:
    """True from the first instant at which `child` was."""

    child: int


@dataclass(frozen=True, slots=True)
class Quorum:
    """True while at least `count` of the children are (all: and; one: or)."""

    count: int
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """True while that of the children is which the signal, an index, picks: one reading of a statement."""

    signal: int
    children: tuple[int, ...]


Node = Level | Count | From | Negation | Held | Lately | Ever | Quorum | Choice


@dataclass(frozen=True, slots=True)
class Network:
    """The nodes, in an order in which children come first, and who reads what."""

    signals: tuple[Signal, ...]
    nodes: tuple[Node, ...]
    parents: tuple[tuple[int, ...], ...]
    readers: tuple[tuple[int, ...], ...]
    """For each signal the nodes that read it."""
    counted: frozenset[int]
    """Signals of which some node reads a window."""


@dataclass
class NetworkBuilder:
    """Collects rules and gives each its node; equal subrules share one."""

    start: dt.date
    _signals: dict[Signal, int] = field(default_factory=dict)
    _nodes: dict[Node, int] = field(default_factory=dict)
    _rules: dict[Rule, int] = field(default_factory=dict)

    def signal(self, quantity: Signal) -> int:
        """Return the number of a signal, giving it the next one when new."""
        return self._signals.setdefault(quantity, len(self._signals))

    def node(self, rule: Rule) -> int:
        """Return the node of a rule that is bound and expanded."""
        known = self._rules.get(rule)
        if known is None:
            known = self._rules[rule] = self._add(self._compiled(rule))
        return known

    def all_of(self, nodes: tuple[int, ...]) -> int:
        """Return the node that is true while all `nodes` are."""
        return self._quorum(len(set(nodes)), tuple(sorted(set(nodes))))

    def negation(self, node: int) -> int:
        """Return the node that is true while `node` is false."""
        return self._add(Negation(node))

    def from_time(self, time: int) -> int:
        """Return the node that is true from `time` on."""
        return self._add(From(time))

    def ever(self, node: int) -> int:
        """Return the node that is true from the first instant at which `node` was."""
        return self._add(Ever(node))

    def build(self) -> Network:
        """Freeze what was collected."""
        parents: list[list[int]] = [[] for _ in self._nodes]
        readers: list[list[int]] = [[] for _ in self._signals]
        counted: set[int] = set()
        for node, number in self._nodes.items():
            for child in children(node):
                parents[child].append(number)
            if isinstance(node, Level | Count | Choice):
                readers[node.signal].append(number)
            if isinstance(node, Count):
                counted.add(node.signal)
        return Network(
            signals=tuple(self._signals),
            nodes=tuple(self._nodes),
            parents=tuple(map(tuple, parents)),
            readers=tuple(map(tuple, readers)),
            counted=frozenset(counted),
        )

    def _add(self, node: Node) -> int:
        return self._nodes.setdefault(node, len(self._nodes))

    def _quorum(self, count: int, children: tuple[int, ...]) -> int:
        if count == 1 and len(children) == 1:
            return children[0]
        return self._add(Quorum(count, children))

    def _compiled(self, rule: Rule) -> Node:  # noqa: PLR0911  # one branch for each construct
        match rule:
            case Holds(quantity):
                return self._comparison(quantity, ">", 0.0)
            case Compare(quantity, operator, number):
                return self._comparison(quantity, operator, number.value)
            case After(date):
                return From(seconds_between(self.start, date))
            case Before(date):
                return Negation(self._add(From(seconds_between(self.start, date))))
            case Not(part):
                return Negation(self.node(part))
            case Once(part):
                return Ever(self.node(part))
            case Throughout(part, length):
                return Held(self.node(part), length.seconds)
            case Within(part, length):
                return Lately(self.node(part), length.seconds)
            case And(parts):
                return Quorum(len(parts), tuple(self.node(part) for part in parts))
            case Or(parts):
                return Quorum(1, tuple(self.node(part) for part in parts))
            case AtLeast(count, parts):
                return Quorum(count, tuple(self.node(part) for part in parts))
            case Readings(parts):
                return Choice(self.signal(rule.chosen), tuple(self.node(part) for part in parts))

    def _comparison(self, quantity: Quantity, operator: str, number: float) -> Node:
        if isinstance(quantity, Recent):
            return Count(self.signal(quantity.counted), quantity.length.seconds, operator, number)
        return Level(self.signal(quantity), operator, number)


def children(node: Node) -> tuple[int, ...]:
    """Return the nodes that `node` is made of."""
    match node:
        case Negation(child) | Held(child, _) | Lately(child, _) | Ever(child):
            return (child,)
        case Quorum(_, parts) | Choice(_, parts):
            return parts
        case _:
            return ()


def initial_signals(known: Mapping[Signal, float], network: Network) -> tuple[float, ...]:
    """Return the value of every signal before anything happened; those not in `known` are 0."""
    return tuple(known.get(signal, 0.0) for signal in network.signals)
