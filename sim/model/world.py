"""What all processes of one replication share: the clock, the draws, the facts and the logs."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, inf

from simpy.events import Event

from sim.model.logbook import Logs
from sim.model.mission import Mission
from sim.model.notes import Notes
from sim.model.path import Path, Ran
from sim.model.rounds import Rounds
from sim.plan.latent import delayed_by_another
from sim.plan.laws import ConstantLaw, ExponentialLaw
from sim.plan.observations import Stretch
from sim.plan.randomness import Draws, Stream
from sim.plan.tables import ApprovalPlan, ContingentPlan, Delay, Factor, Plan, Quantity


class World:
    """One replication's state, apart from the troops."""

    def __init__(
        self, plan: Plan, draws: Draws, replication: int, numbers: Mapping[str, float] | None = None
    ) -> None:
        self.plan = plan
        self._numbers = numbers or {}
        self.notes: Notes | None = None
        """Where a rehearsal of the known time notes what it observes."""
        self.path: Path | None = None
        """Where the course is noted if somebody will weigh it."""
        self.met_chance = False
        """Whether anything drawn has decided on its course so far, apart from who comes at all."""
        self._draws = draws
        self._replication = replication
        constants = [(each, self.drawn(each.quantity)) for each in plan.constants]
        self.readings = {each.reading: int(drawn) for each, drawn in constants if each.reading is not None}
        """Which reading of each statement holds, by the statement's name."""
        self.rounds = Rounds(plan, {each.signal: drawn for each, drawn in constants})
        self.network = self.rounds.network
        self.mission = Mission(self.rounds, plan.ended)
        self.logs = Logs()
        self.logs.signals.extend((plan.begins, -1, each.log, drawn) for each, drawn in constants)
        self._streams: dict[str, Stream] = {}
        self._outlasted: dict[tuple[str, int], int] = {}
        """By stream and variate: how long a delay that was broken off is known to exceed."""
        self._given_back: dict[str, list[int]] = {}
        self.common = {name: self.drawn(quantity) for name, quantity in plan.uncertain}
        """The quantities of `uncertain:` by name."""

    def stream(self, name: str) -> Stream:
        """Return a named stream of this replication."""
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = Stream(self._draws, name, self._replication)
        return stream

    def quantity(self, quantity: Quantity) -> float:
        """Return a number drawn once a replication; asking again gives the same.

        It is drawn from its law, or by what is known (`numbers`, by stream), and moved by what it shares with
        others.
        """
        drawn = self.drawn(quantity)
        return quantity.moved(drawn, self.common) if quantity.times or quantity.odds else drawn

    def drawn(self, quantity: Quantity) -> float:
        """Return a number as it was drawn, before anything that it shares with others moves it."""
        known = self._numbers.get(quantity.stream)
        if known is not None:
            return known
        if isinstance(quantity.law, ConstantLaw):  # most are: no page need be dealt
            return quantity.law.value
        return quantity.law.quantile(self._draws.page(quantity.stream, 0, self._replication)[0])

    def troops(self, quantity: Quantity) -> int:
        """Return a number of troops drawn once a replication, rounded half up."""
        return floor(min(self.quantity(quantity), quantity.most) + 0.5)

    def scale(self, delay: Delay) -> float:
        """Return the product of the uncertain quantities that multiply a delay, or 1."""
        return delay.scale(self.common)

    def take(self, delay: Delay) -> int:
        """Consume a variate of a delay for a use that may run beside others; return its number.

        The lowest that was given back, or else the next.
        """
        given_back = self._given_back.get(delay.stream)
        if given_back:
            return given_back.pop(0)
        stream = self.stream(delay.stream)
        stream.index += 1
        return stream.index - 1

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
        law, scale, stream = delay.law, self.scale(delay), self.stream(delay.stream)
        number = stream.index if variate is None else variate
        if self.notes is not None:
            self.notes.begun(delay, number, since)
        threshold = stream.hazard_of(number)
        resumes = self.resumes(delay)
        age = max(delay.age(since, resumes), self._outlasted.get((delay.stream, number), 0))
        if age > 0 and scale > 0:
            threshold += law.hazard(age / scale)
        if threshold == inf:
            return max(since, resumes)
        length = law.at_hazard(threshold) * scale
        due = max(delay.at_age(since, _whole_seconds(length)), resumes)
        if self.path is not None:
            self.path.lasted(delay, number, age, (since, due))
        return due

    def length(self, delay: Delay) -> int:
        """Return how long a delay takes, whatever is known; its variate is not consumed."""
        stream = self.stream(delay.stream)
        length = _whole_seconds(delay.law.at_hazard(stream.peek_hazard()) * self.scale(delay))
        if self.path is not None:
            self.path.lasted(delay, stream.index, 0, (self.rounds.now, self.rounds.now + length))
        return length

    def resumes(self, delay: Delay) -> int:
        """Return from when chance rules over a delay: until then its end would have been seen."""
        return self.plan.as_of if delay.resumes is None else delay.resumes

    def due_unseen(self, delay: Delay, since: int, then: Delay) -> int:
        """Return when a delay ends that nobody sees end, but only what takes `then` after it; consumes nothing.

        If that has not been seen by `as_of`, either may be late: the length r has the density f(r) S(A − r) up to
        a factor, where S is the chance that what follows takes longer and A is how long nothing was seen.
        """
        known = delay.age(since, self.resumes(delay))
        variate = self.stream(delay.stream).peek()
        scale, next_scale = self.scale(delay), self.scale(then)
        if known <= 0 or scale <= 0:
            length = delay.law.quantile(variate) * scale
        else:
            if self.path is not None:
                self.path.unclear.append(delay.stream)
                self.path.unclear.append(then.stream)
            updated = delayed_by_another(delay.law, scale, then.law, next_scale, known)
            length = updated.value(variate) * scale
        due = delay.at_age(since, _whole_seconds(length))
        if self.path is not None:
            self.path.lasted(delay, self.stream(delay.stream).index, 0, (since, due))
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
        scale = self.scale(delay)
        if (
            lasted > self._outlasted.get((delay.stream, number), 0)
            and scale > 0
            and delay.law.hazard(lasted / scale) < inf
        ):
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

    def chance(self, outcome: str, probability: float) -> bool:
        """Consume one variate of stream `outcome`; return True with the given probability."""
        self.met_chance = True
        yes = self.stream(outcome).draw() < probability
        if self.path is not None:
            self.path.answered(outcome, yes)
        return yes

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

    def comes_not(self, outcome: str, probability: float) -> bool:
        """Tell whether a nation's pledge never comes: variate 0 of `outcome`, the same whenever asked.

        The chance is `probability`, or by what is known.
        """
        self.met_chance = True
        probability = self._numbers.get(outcome, probability)
        never = probability > 0.0 and self._draws.page(outcome, 0, self._replication)[0] < probability
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


def _whole_seconds(length: float) -> int:
    """Round up to a second; beyond ten thousand years it never comes."""
    return ceil(min(length, 3.2e11))


class HazardClock:
    """A delay whose hazard is multiplied by a rate that changes: one threshold, used up as time passes.

    `began` is when the delay began, `resumes` from when chance rules (`as_of`, if it began before); its age
    then is known to be exceeded, so the hazard up to there is not part of the threshold. While history has it
    stand still it does not age.
    """

    def __init__(self, world: World, delay: Delay, began: int, resumes: int | None = None) -> None:
        self._delay = delay
        self._law = delay.law
        self._scale = world.scale(delay)
        self._began = began
        self._left = world.stream(delay.stream).draw_hazard()
        world.met_chance = True
        self._at = max(began, world.resumes(delay)) if resumes is None else resumes
        self._factor: float | None = None
        self._due: int | None = None
        self._stretches: list[Stretch] | None = None
        self._stopped: int | None = None
        if world.path is not None:
            self._stretches = []
            world.path.started(self)

    @property
    def memoryless(self) -> bool:
        """Whether its age does not matter, only how long it ran at which rate."""
        return isinstance(self._law, ExponentialLaw)

    def stop(self, now: int) -> None:
        """Note that it ended, or that nobody waits for it any more."""
        self._stopped = now

    def ran(self, ends: int) -> Ran:
        """Return what it ran through until it stopped, or until `ends`; it ended if it was due by then."""
        until = ends if self._stopped is None else self._stopped
        ended = self._due is not None and self._due <= until
        stretches = [
            *(self._stretches or []),
            *self._stretch(min(until, self._due) if ended and self._due else until),
        ]
        return Ran(self._delay.stream, tuple(stretches), ended)

    def _stretch(self, until: int) -> list[Stretch]:
        if not self._factor or until <= self._at:
            return []
        since, until = (self._delay.age(self._began, time) for time in (self._at, until))
        return [Stretch(self._factor, float(since), float(until))]

    def due(self, now: int, factor: float) -> int | None:
        """Return when the delay ends if the rate stays `factor` times as high from `now` on; None: never."""
        if factor == self._factor:
            return self._due
        if now > self._at:
            if self._stretches is not None:
                self._stretches += self._stretch(now)
            if self._factor:
                self._left -= self._factor * (self._hazard(now) - self._hazard(self._at))
            self._at = now
        self._factor = factor
        self._due = self._ends(factor)
        return self._due

    def _ends(self, factor: float) -> int | None:
        if factor <= 0:
            return None
        start = self._hazard(self._at)
        if start == inf or self._left <= 0 or self._scale <= 0:
            return self._at
        length = self._law.at_hazard(start + self._left / factor) * self._scale
        return max(self._delay.at_age(self._began, _whole_seconds(length)), self._at)

    def _hazard(self, time: int) -> float:
        return self._law.hazard(self._delay.age(self._began, time) / self._scale) if self._scale > 0 else inf
