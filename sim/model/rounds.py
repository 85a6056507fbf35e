"""An instant runs in rounds.

Within one instant, timers that are due and the changes that they cause come first; then all rules read one
frozen state; every move that they trigger applies together as the next round, and so on until nothing
changes. What is done in a round does not depend on the order in which SimPy happens to call the processes:
each *posts* its change, and `Rounds` applies all posted changes at once, sorted by key. A process that posts
gets an event which fires once its change is applied and the rules are read, so it goes on in the state of
that round.

In SimPy terms a round is one low-priority zero-delay event; another of lower priority still closes the
instant.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

import simpy
from simpy.events import Event

from sim.errors import EndlessInstantError
from sim.model.network import RuleNetwork
from sim.plan.tables import Plan

SETTLE = 5
"""SimPy priority of a round: after everything that is due at the instant."""
CLOSE = 9
"""SimPy priority of the end of an instant: after its last round."""
MOST_ROUNDS = 1_000

Process = Generator[Event, Any, None]
Asking = Generator[Event, Any, bool]
Change = Callable[[], None]
Key = tuple[str | int, ...]


class _Later(Event):
    """An event that happens at the present instant, after everything of a higher priority."""

    def __init__(
        self, environment: simpy.Environment, callback: Callable[[Event], None], priority: int
    ) -> None:
        super().__init__(environment)
        self._ok = True
        self._value = None
        self.callbacks = [callback]
        environment.schedule(self, priority=priority)  # type: ignore[arg-type]  # SimPy names two priorities, takes any


class Bell:
    """What a process waits at: it is woken when time is up or when somebody rings, whichever comes first."""

    __slots__ = ("_due", "_environment", "_timers", "_waiting")

    def __init__(self, environment: simpy.Environment) -> None:
        self._environment = environment
        self._waiting: Event | None = None
        self._due: int | None = None
        self._timers: set[int] = set()
        """When its timers go off: SimPy cannot cancel one, so whoever waits for that time again uses it."""

    def ring(self) -> None:
        """Wake the process, if it waits here."""
        waiting = self._waiting
        if waiting is not None:
            self._waiting = None
            waiting.succeed(False)

    def wait(self, due: int | None = None) -> Event:
        """Return an event whose value is True if `due` came, False if the bell rang before."""
        waiting = self._waiting = Event(self._environment)
        self._due = due
        if due is not None:
            now = int(self._environment.now)
            self._due = due = max(now, due)
            if due not in self._timers:
                self._timers.add(due)
                timer = self._environment.timeout(due - now)
                timer.callbacks.append(lambda _: self._expire(due))
        return waiting

    def _expire(self, time: int) -> None:
        self._timers.remove(time)
        waiting = self._waiting
        if waiting is not None and self._due == time:
            self._waiting = None
            waiting.succeed(True)


class Rounds:
    """The clock of one replication, and the rounds of its present instant."""

    def __init__(self, plan: Plan) -> None:
        self.environment = simpy.Environment(initial_time=plan.begins)
        self.network = RuleNetwork(plan.network, plan.initial, plan.begins, self._wake)
        self.step = 0
        """The round within the present instant, from 0."""
        self.after_round: list[Callable[[], None]] = []
        """Called after the rules of a round are read, for what decides on the whole state."""
        self.at_close: list[Callable[[], None]] = []
        """Called when an instant has settled."""
        self._rule_names = plan.rule_names
        self._posted: list[tuple[Key, Change]] = []
        self._applied: Event | None = None
        self._settling = False
        self._instant: int | None = None
        self._watchers: dict[int, list[Bell]] = {}
        self._signal_watchers: dict[int, list[Bell]] = {}
        self._rung: set[Bell] = set()
        self.changed: set[int] = set()
        """Nodes whose truth changed in some round since `changed` was last cleared."""
        self._restless: set[int] = set()
        self._restless_posts: set[str] = set()

    @property
    def now(self) -> int:
        """The present instant in seconds since start."""
        now: int = self.environment.now  # type: ignore[assignment]  # an int from the start, as every delay is
        return now

    def bell(self, *nodes: int | None) -> Bell:
        """Return a bell that rings whenever the truth of one of the nodes changes."""
        bell = Bell(self.environment)
        for node in nodes:
            if node is not None:
                self._watchers.setdefault(node, []).append(bell)
        return bell

    def watch_signal(self, signal: int, bell: Bell) -> None:
        """Have a bell ring in every round in which a signal was changed."""
        self._signal_watchers.setdefault(signal, []).append(bell)

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
        self._request()
        if self._applied is None:
            self._applied = Event(self.environment)
        return self._applied

    def ring_after_round(self, bells: Iterable[Bell]) -> None:
        """Ring bells when the rules of the round being applied are read."""
        self._rung.update(bells)

    def signal_changed(self, signal: int) -> None:
        """Note that a signal changed in this round, for those who watch it."""
        self._rung.update(self._signal_watchers.get(signal, ()))

    def _wake(self, time: int, node: int) -> None:
        timer = self.environment.timeout(max(0, time - self.now))
        timer.callbacks.append(lambda _: self._node_expires(node))

    def _node_expires(self, node: int) -> None:
        self.network.expire(node)
        self._request()

    def _request(self) -> None:
        """Have a round run at this instant, once everything due is through."""
        if not self._settling:
            self._settling = True
            _Later(self.environment, self._settle, SETTLE)

    def _settle(self, _: Event) -> None:
        now = self.now
        if self._instant == now:
            self.step += 1
            if self.step >= MOST_ROUNDS - 10:
                self._check_endless()
        else:
            self._instant, self.step = now, 0
            _Later(self.environment, self._close, CLOSE)
        posted, applied = self._posted, self._applied
        self._posted, self._applied, self._settling = [], None, False
        self.network.now = now
        if len(posted) > 1:
            posted.sort(key=_key)
        for _key_of, change in posted:
            change()
        changed = self.network.propagate()
        self.changed.update(changed)
        if self.step >= MOST_ROUNDS - 10:
            self._restless.update(changed)
            self._restless_posts.update(_who(key) for key, _ in posted)
        rung, self._rung = self._rung, set()
        for node in changed:
            rung.update(self._watchers.get(node, ()))
        for bell in rung:
            bell.ring()
        for decide in self.after_round:
            decide()
        if applied is not None:
            applied.succeed()

    def _close(self, _: Event) -> None:
        for conclude in self.at_close:
            conclude()

    def _check_endless(self) -> None:
        if self.step < MOST_ROUNDS:
            return
        owners = sorted({owner for owner, node in self._rule_names if node in self._restless})
        who = f"these rules keep triggering each other: {', '.join(owners)}"
        if not owners:
            who = f"these keep changing: {', '.join(sorted(self._restless_posts))}"
        raise EndlessInstantError(
            f"day {self.now / 86_400:g} did not settle after {MOST_ROUNDS:,} rounds without time passing; "
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
