"""An instant runs in rounds.

Within one instant, timers that are due and the changes that they cause come first; then all rules read one
frozen state; every move that they trigger applies together as the next round, and so on until nothing
changes. What is done in a round does not depend on the order in which SimPy happens to call the processes:
each *posts* its change, and `Rounds` applies all posted changes at once, sorted by key. A process that posts
gets an event which fires once its change is applied and the rules are read, so it goes on in the state of
that round.

In SimPy terms: `Rounds.play` lets SimPy process all events of an instant, then runs the rounds, each followed
by the events that it causes at the same instant, then closes the instant. Timers and starting processes are
events in SimPy's queue; a round itself wakes whom it concerns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import simpy
from simpy.events import Event

from sim.errors import BusyReplicationError, EndlessInstantError
from sim.model.network import RuleNetwork
from sim.plan.tables import Plan

MOST_ROUNDS = 1_000
"""Most rounds of one instant, besides those in which each contingent may follow another one."""
ROUNDS_A_CONTINGENT = 10
"""More rounds of one instant for each contingent: in a chain each comes, stage by stage, when the one before has."""
MOST_ROUNDS_IN_ALL = 200_000
"""Most rounds of one replication: fifty years with ten incidents a day. They take some seconds."""

Process = Generator[Event, Any, None]
Asking = Generator[Event, Any, bool]
Change = Callable[[], None]
Key = tuple[str | int, ...]


class Waking(Event):
    """An event that happens at the present instant, when told: it does not go through SimPy's queue."""

    def happen(self, value: bool | None = None) -> None:
        """Go on at once with the processes that wait for it."""
        self._ok, self._value = True, value
        callbacks, self.callbacks = self.callbacks, None  # type: ignore[assignment]  # None: it is processed
        for callback in callbacks:
            callback(self)


class Bell:
    """What a process waits at: it is woken when time is up or when somebody rings, whichever comes first."""

    __slots__ = ("_due", "_rounds", "_timers", "_waiting")

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds
        self._waiting: Waking | None = None
        self._due: int | None = None
        self._timers: set[int] = set()
        """When its timers go off: SimPy cannot cancel one, so whoever waits for that time again uses it."""

    def ring(self) -> None:
        """Wake the process, if it waits here."""
        waiting = self._waiting
        if waiting is not None:
            self._waiting = None
            waiting.happen(False)

    def wait(self, due: int | None = None) -> Event:
        """Return an event whose value is True if `due` came, False if the bell rang before."""
        rounds = self._rounds
        waiting = self._waiting = Waking(rounds.environment)
        if due is not None:
            now = rounds.now
            due = max(now, due)
            if due not in self._timers:
                self._timers.add(due)
                rounds.environment.timeout(due - now, due).callbacks.append(self._expire)
        self._due = due
        return waiting

    def _expire(self, timer: Event) -> None:
        time: int = timer.value  # type: ignore[assignment]  # what `wait` gave it
        self._timers.remove(time)
        waiting = self._waiting
        if waiting is not None and self._due == time:
            self._waiting = None
            waiting.happen(True)


class Rounds:
    """The clock of one replication, and the rounds of its present instant."""

    def __init__(self, plan: Plan, constants: Mapping[int, float] = MappingProxyType({})) -> None:
        """`constants` are the signals that keep one value throughout, by number."""
        initial = [constants.get(signal, value) for signal, value in enumerate(plan.initial)]
        self.environment = simpy.Environment(initial_time=plan.begins)
        self.now = plan.begins
        """The present instant in seconds since start."""
        self.network = RuleNetwork(plan.network, tuple(initial), plan.begins, self._wake)
        self.step = 0
        """The round within the present instant, from 0."""
        self.after_round: list[Callable[[], None]] = []
        """Called after the rules of a round are read, for what decides on the whole state."""
        self.at_close: list[Callable[[], None]] = []
        """Called when an instant has settled."""
        self._rule_names = plan.rule_names
        self._most_rounds = MOST_ROUNDS + ROUNDS_A_CONTINGENT * len(plan.contingents)
        self._posted: list[tuple[Key, Change]] = []
        self._applied: Waking | None = None
        self._requested = False
        self._watchers: dict[int, dict[Bell, None]] = {}
        self._signal_watchers: dict[int, dict[Bell, None]] = {}
        self._rung: dict[Bell, None] = {}
        """In the order in which they rang: what a rehearsal notes stands in the same order each time."""
        self.changed: set[int] = set()
        """Nodes whose truth changed in some round since `changed` was last cleared."""
        self._restless: set[int] = set()
        self._restless_posts: set[str] = set()
        self._played = 0
        """How many rounds were played in all."""
        self._busy: Counter[str] = Counter()

    def play(self, ends: int) -> None:
        """Play instant after instant, up to before `ends`.

        Raises EndlessInstantError if an instant does not settle, BusyReplicationError if too much happens.
        """
        environment, network = self.environment, self.network
        while (now := environment.peek()) < ends:
            self.now = network.now = int(now)
            self.step = -1
            self._let_happen()
            while self._requested:
                self.step += 1
                self._settle()
                self._let_happen()
            if self.step >= 0:
                for conclude in self.at_close:
                    conclude()

    def _let_happen(self) -> None:
        """Let SimPy process the events of the present instant."""
        environment, now = self.environment, self.now
        while environment.peek() == now:
            environment.step()

    def bell(self, *nodes: int | None) -> Bell:
        """Return a bell that rings whenever the truth of one of the nodes changes."""
        bell = Bell(self)
        for node in nodes:
            if node is not None:
                self._watchers.setdefault(node, {})[bell] = None
        return bell

    def watch_signal(self, signal: int, bell: Bell) -> None:
        """Have a bell ring in every round in which a signal was changed."""
        self._signal_watchers.setdefault(signal, {})[bell] = None

    def truth(self, node: int | None) -> bool:
        """Return whether a node is true in the present round; no node is false."""
        return node is not None and self.network.truths[node]

    def start(self, process: Process) -> None:
        """Start a process at the present instant."""
        self.environment.process(process)

    def until(self, due: int) -> Event:
        """Return an event at `due`, or now if that is past."""
        return self.environment.timeout(max(0, due - self.now))

    def post(self, key: Key, change: Change) -> Event:
        """Have a change applied in the next round; the event fires once it is, in the state of that round."""
        self._posted.append((key, change))
        self._requested = True
        if self._applied is None:
            self._applied = Waking(self.environment)
        return self._applied

    def ring_after_round(self, bells: Iterable[Bell]) -> None:
        """Ring bells when the rules of the round being applied are read."""
        self._rung.update(dict.fromkeys(bells))

    def signal_changed(self, signal: int) -> None:
        """Note that a signal changed in this round, for those who watch it."""
        self._rung.update(self._signal_watchers.get(signal, ()))

    def _wake(self, time: int, node: int) -> None:
        self.environment.timeout(max(0, time - self.now), node).callbacks.append(self._node_expires)

    def _node_expires(self, timer: Event) -> None:
        node: int = timer.value  # type: ignore[assignment]  # what `_wake` gave it
        self.network.expire(node)
        self._requested = True

    def _settle(self) -> None:
        """Run a round: apply what was posted, read the rules, decide on the whole, wake whom it concerns."""
        posted, applied = self._posted, self._applied
        self._posted, self._applied, self._requested = [], None, False
        self._played += 1
        if self._played > MOST_ROUNDS_IN_ALL - 1_000:
            self._check_busy(posted)
        if len(posted) > 1:
            posted.sort(key=_key)
        for _, change in posted:
            change()
        changed = self.network.propagate()
        self.changed.update(changed)
        if self.step >= self._most_rounds - 10:
            self._check_endless(changed, posted)
        rung, self._rung = self._rung, {}
        for node in changed:
            rung.update(self._watchers.get(node, ()))
        for decide in self.after_round:
            decide()
        for bell in rung:
            bell.ring()
        if applied is not None:
            applied.happen()

    def _check_busy(self, posted: list[tuple[Key, Change]]) -> None:
        """Stop at the limit, and name what happens most often shortly before."""
        self._busy.update(_who(key) for key, _ in posted)
        if self._played > MOST_ROUNDS_IN_ALL:
            most = ", ".join(who for who, _ in self._busy.most_common(3)) or "timers of rules"
            raise BusyReplicationError(
                f"more than {MOST_ROUNDS_IN_ALL:,} rounds in one replication, the limit, by day "
                f"{self.now / 86_400:g}; what happens most often is: {most}; make it rarer, or end earlier"
            )

    def _check_endless(self, changed: list[int], posted: list[tuple[Key, Change]]) -> None:
        if self.step < self._most_rounds:
            self._restless.update(changed)
            self._restless_posts.update(_who(key) for key, _ in posted)
            return
        owners = sorted({owner for owner, node in self._rule_names if node in self._restless})
        who = f"these rules keep triggering each other: {', '.join(owners)}"
        if not owners:
            who = f"these keep changing: {', '.join(sorted(self._restless_posts))}"
        raise EndlessInstantError(
            f"day {self.now / 86_400:g} did not settle after {self._most_rounds:,} rounds without time passing; "
            f"{who}; let one of them wait, for example with 'for 1 day' or a delay above 0"
        )


def _key(posted: tuple[Key, Change]) -> Key:
    return posted[0]


def _who(key: Key) -> str:
    """Return whom a posted change is about: a fact, or a contributor's contingent."""
    return (
        "/".join(str(part) for part in key[1:3])
        if key[0] == "troops"
        else str(key[1] if len(key) > 1 else key[0])
    )
