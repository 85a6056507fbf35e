"""What all processes of one replication share: the clock, the draws, the facts and the logs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import partial
from math import inf
from typing import cast

from simpy.events import Event

from sim.model import chance as deals
from sim.model.chance import Arrivals, Dealer, Use
from sim.model.clock import AskedClock, HazardClock
from sim.model.logbook import Logs
from sim.model.mission import Mission
from sim.model.notes import Notes
from sim.model.path import Path
from sim.model.questions import Asked, Question, T, earliest, is_any, sides
from sim.model.rounds import Rounds
from sim.plan.laws import ConstantLaw
from sim.plan.randomness import LEAST, Draws, Stream
from sim.plan.tables import ApprovalPlan, ContingentPlan, Delay, Factor, Plan, Quantity


class World:
    """One replication's state, apart from the troops."""

    def __init__(
        self,
        plan: Plan,
        draws: Draws,
        replication: int,
        numbers: Mapping[str, float] | None = None,
        asked: Asked | None = None,
    ) -> None:
        """`numbers` are known already, by stream; `asked` is where a rehearsal notes what it asks of chance."""
        self.plan = plan
        self.dealt = Dealer(plan, draws, replication, numbers)
        self.notes: Notes | None = None
        """Where a rehearsal of the known time notes what it observes."""
        self.path: Path | None = None
        """Where the course is noted if somebody will weigh it."""
        self._asked = asked
        self._counted: set[int] = set()
        """Whose numbers of troops a rehearsal has asked for."""
        constants = [(each, self._constant(each.signal, each.quantity)) for each in plan.constants]
        self.readings = {each.reading: int(drawn) for each, drawn in constants if each.reading is not None}
        """Which reading of each statement holds, by the statement's name."""
        self.rounds = Rounds(plan, {each.signal: drawn for each, drawn in constants})
        self.network = self.rounds.network
        self.mission = Mission(self.rounds, plan.ended)
        self.logs = Logs()
        self.logs.signals.extend((plan.begins, -1, each.log, drawn) for each, drawn in constants)
        self._outlasted: dict[tuple[str, int], int] = {}
        """By stream and variate: how long a delay that was broken off is known to exceed."""
        self._given_back: dict[str, list[int]] = {}

    @property
    def rehearses(self) -> bool:
        """Whether the known time is rehearsed, and what is asked of chance is noted."""
        return self._asked is not None

    def ask(self, question: Question[T]) -> T:
        """Return what chance answers; a rehearsal notes it, for all that it observes hangs on these answers."""
        answer = question(self.dealt)
        if self._asked is not None:
            self._asked.append((question, cast("Hashable", answer)))
        return answer

    def when(self, question: Question[int]) -> int:
        """Return when something happens; a rehearsal hears only whether that is before its end."""
        if self._asked is None:
            return question(self.dealt)
        return self.ask(partial(earliest, question, self.plan.ends))

    def _constant(self, signal: int, quantity: Quantity) -> float:
        """Return a number that rules read; a rehearsal hears on which side of their limits it lies."""
        if self._asked is not None and not isinstance(quantity.law, ConstantLaw):
            self.ask(partial(sides, quantity, self.plan.network, signal))
        return self.dealt.drawn(quantity)

    def stream(self, name: str) -> Stream:
        """Return a named stream of this replication."""
        return self.dealt.stream(name)

    def quantity(self, quantity: Quantity) -> float:
        """Return a number drawn once a replication, moved by what it shares with others; see `Dealer`."""
        if self._asked is not None and _varies(quantity):
            return self.ask(partial(deals.number, quantity))
        return self.dealt.quantity(quantity)

    def drawn(self, quantity: Quantity) -> float:
        """Return a number as it was drawn, before anything that it shares with others moves it."""
        return self.dealt.drawn(quantity)

    def pledge(self, quantity: Quantity) -> int:
        """Return how many troops are pledged; a rehearsal hears only whether there are any, until they count."""
        if self._asked is not None and _varies(quantity) and not _is_some(quantity):
            self.ask(partial(is_any, quantity))
        return self.dealt.troops(quantity)

    def counts(self, number: int, ask: bool = True) -> None:
        """Note that from now on it matters how large the pledge of a contingent, or trained force, is.

        Without `ask` history says it just now, whatever was drawn.
        """
        if self._asked is None or number in self._counted:
            return
        self._counted.add(number)
        plan, many = self.plan, len(self.plan.contingents)
        size = plan.contingents[number].troops if number < many else plan.training[number - many].recruits
        if ask and _varies(size):
            self.ask(partial(deals.size, size))

    def scale(self, delay: Delay) -> float:
        """Return the product of the uncertain quantities that multiply a delay, or 1."""
        if self._asked is not None and delay.times:
            return self.ask(partial(deals.factor, delay))
        return self.dealt.scale(delay)

    def clock(self, delay: Delay | Arrivals, began: int, resumes: int | None = None) -> HazardClock:
        """Return a clock for a delay that began then, and consume its variate; chance rules it from `resumes` on."""
        stream = self.dealt.stream(delay.stream)
        number = stream.take()
        since = began if resumes is None else resumes
        if isinstance(delay, Delay) and resumes is None:
            since = max(began, self.resumes(delay))
        if self._asked is not None:
            return AskedClock(delay, number, (began, since), self.when)
        assert isinstance(delay, Delay)
        clock = HazardClock(delay, began, since, self.dealt.scale(delay), stream.hazard_of(number))
        if self.path is not None:
            clock.follow()
            self.path.started(clock)
        return clock

    def take(self, delay: Delay) -> int:
        """Consume a variate of a delay for a use that may run beside others; return its number.

        The lowest that was given back, or else the next.
        """
        given_back = self._given_back.get(delay.stream)
        if given_back:
            return given_back.pop(0)
        return self.stream(delay.stream).take()

    def prepares_first(self, row: ContingentPlan, delay: Delay, variate: int) -> None:
        """Note that troops prepare of whom none may come: it shows when they are ready, or in that they are not."""
        if self.notes is not None:
            self.notes.may_not_come(row, delay, variate)

    def give_back(self, delay: Delay, variate: int, since: int) -> None:
        """Note that a use begun at `since` is broken off now: whoever takes the variate has the same length."""
        self.break_off(delay, since, variate)
        self._given_back.setdefault(delay.stream, []).append(variate)
        self._given_back[delay.stream].sort()

    def due(self, delay: Delay, since: int, variate: int | None = None) -> int:
        """Return when a delay that began at `since` ends, never before chance rules; it consumes nothing.

        What history does not record had not happened by `as_of`, so a delay that began before it is known to
        exceed its age then: it continues as F⁻¹(F(a) + u(1 − F(a))). So it does if it was broken off and
        begun anew. `variate` is the number of one that was taken.
        """
        number = self.stream(delay.stream).index if variate is None else variate
        if self.notes is not None:
            self.notes.begun(delay, number, since)
        resumes = self.resumes(delay)
        age = max(delay.age(since, resumes), self._outlasted.get((delay.stream, number), 0))
        if self._asked is not None and resumes >= self.plan.ends:
            return self.plan.ends  # nothing of it is seen in the known time, whatever was drawn
        if self._asked is None:
            due = deals.due((delay, number), since, age, resumes, self.dealt)
        else:
            due = self.when(partial(deals.due, (delay, number), since, age, resumes))
        if self.path is not None and self.dealt.threshold((delay, number), age) < inf:
            self.path.lasted(delay, number, age, (since, due))
        return due

    def length(self, delay: Delay) -> int:
        """Return how long a delay takes, whatever is known; its variate is not consumed."""
        number = self.stream(delay.stream).index
        length = self.when(partial(deals.length, (delay, number)))
        if self.path is not None:
            self.path.lasted(delay, number, 0, (self.rounds.now, self.rounds.now + length))
        return length

    def use(self, delay: Delay) -> Use:
        """Return the next use of a delay; its variate is not consumed."""
        return delay, self.stream(delay.stream).index

    def resumes(self, delay: Delay) -> int:
        """Return from when chance rules over a delay: until then its end would have been seen."""
        return self.plan.as_of if delay.resumes is None else delay.resumes

    def due_unseen(self, delay: Delay, since: int, then: Delay) -> int:
        """Return when a delay ends that nobody sees end, but only what takes `then` after it; consumes nothing."""
        known = delay.age(since, self.resumes(delay))
        number = self.stream(delay.stream).index
        due = self.when(partial(deals.due_unseen, (delay, number), since, known, then))
        if self.path is not None:
            if known > 0 and self.scale(delay) > 0:
                self.path.unclear += [delay.stream, then.stream]
            self.path.lasted(delay, number, 0, (since, due))
        return due

    def hazard_between(self, delay: Delay, began: int, since: int, until: int) -> float:
        """Return how much hazard a delay that began then uses up between two instants, at its usual rate."""
        scale = self.scale(delay)
        start = delay.law.hazard(delay.age(began, since) / scale) if scale > 0 else inf
        return delay.law.hazard(delay.age(began, until) / scale) - start if start < inf else inf

    def break_off(self, delay: Delay, since: int, variate: int | None = None) -> None:
        """Note that a delay begun at `since` is broken off now: its next use will be of the same length."""
        number = self.stream(delay.stream).index if variate is None else variate
        if self.notes is not None:
            self.notes.broken_off(delay, number)
        lasted = delay.age(since, min(self.rounds.now, self.resumes(delay)))
        longer = lasted > self._outlasted.get((delay.stream, number), 0)
        if longer and self.ask(partial(deals.can_exceed, delay, lasted)):
            self._outlasted[delay.stream, number] = lasted

    def recorded(self, delay: Delay, how: str, variate: int | None = None) -> None:
        """Note that history records the end of a delay: just now (`at`), some time before (`by`) or never ("")."""
        if self.notes is not None:
            number = self.stream(delay.stream).index if variate is None else variate
            self.notes.ended(delay, number, how)

    def recorded_answer(self, step: ApprovalPlan, answer: bool, dated: bool = True) -> None:
        """Note that history records the answer of an approval step: of now, or (not `dated`) of some time before."""
        if self.notes is not None:
            self.notes.answered(step, self.stream(step.takes.stream).index, answer, dated)

    def consume(self, delay: Delay) -> None:
        """Mark the delay's variate as used: its next use draws the next one."""
        self.stream(delay.stream).index += 1

    def chance(self, outcome: str, probability: Quantity | float) -> bool:
        """Consume one variate of stream `outcome`; return True with the given probability."""
        number = self.stream(outcome).take()
        yes = self.ask(partial(deals.yes, outcome, number, probability))
        if self.path is not None:
            self.path.answered(outcome, yes)
        return yes

    def arriving(self, arrivals: Arrivals) -> Delay | Arrivals | None:
        """Return the time until the next of many; None if none ever comes. A rehearsal does not hear their rate."""
        if not self.ask(partial(deals.happens, arrivals.rate)):
            return None
        return arrivals if self.rehearses else arrivals.delay(self.dealt)

    def cluster(self, sizes: str, bursts: Quantity) -> int:
        """Consume one variate of stream `sizes`; return the size of a cluster."""
        number = self.stream(sizes).take()
        if self._asked is None:
            return deals.cluster(sizes, number, bursts, self.dealt)
        return self.ask(partial(deals.cluster, sizes, number, bursts))

    def rounded_share(self, share: Quantity, whole: int) -> int:
        """Return a share of so many, rounded half up."""
        return self.ask(partial(deals.rounded_share, share, whole))

    def relieved(self, chance: Quantity) -> None:
        """Note that a relief that had that chance has come."""
        if self.notes is not None:
            self.notes.happened(chance)

    def graduated(self, share: Quantity, size: int, passed: int, classes: int) -> None:
        """Note that history records how many of those in some classes passed."""
        if self.notes is not None:
            self.notes.passed(share, size, passed, classes)

    def pass_over(self, outcome: str) -> None:
        """Pass over one variate of stream `outcome`, because the outcome is known."""
        self.stream(outcome).index += 1

    def comes_not(self, outcome: str, probability: Quantity) -> bool:
        """Tell whether a nation's pledge never comes, the same whenever asked: by what is known, or what is stated."""
        never = self.ask(partial(deals.comes_not, outcome, probability))
        if self.path is not None:
            self.path.settled(outcome, never)
        return never

    def rate_factor(self, factors: tuple[Factor, ...]) -> float:
        """Return the product of the factors whose rule holds now."""
        product = 1.0
        truths = self.network.truths
        for factor in factors:
            if truths[factor.when]:
                product *= factor.times
        return product

    def assign_fact(self, name: str, signal: int, value: float, log: bool) -> Event:
        """Post the new value of a fact; the event fires when it is applied."""

        def change() -> None:
            if self.network.values[signal] != value:
                self.network.assign(signal, value)
                self.rounds.signal_changed(signal)
                if log:
                    self.logs.signals.append((self.rounds.now, self.rounds.step, name, value))

        return self.rounds.post(("fact", name), change)

    def count_fact(self, name: str, signal: int, amount: int, log: bool) -> Event:
        """Post events of a counted fact; the log holds the new total."""

        def change() -> None:
            self.network.add(signal, amount)
            self.rounds.signal_changed(signal)
            if log:
                total = self.network.values[signal]
                self.logs.signals.append((self.rounds.now, self.rounds.step, name, total))

        return self.rounds.post(("fact", name), change)


def _is_some(troops: Quantity) -> bool:
    """Tell whether a pledge is at least one soldier, whatever is drawn."""
    return not troops.movers and troops.law.quantile(LEAST) >= 0.5


def _varies(quantity: Quantity) -> bool:
    """Tell whether a number differs between replications."""
    return bool(quantity.times or quantity.odds) or not isinstance(quantity.law, ConstantLaw)
