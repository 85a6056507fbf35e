"""One plan being lowered: numbers, delays and processes get their rows as whoever needs them asks for them."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError, Capacity
from sim.engines.lowering.laws import law_values
from sim.engines.lowering.memory import Memory, Words
from sim.plan.conditions import Conditions
from sim.plan.laws import ConstantLaw, Law
from sim.plan.tables import Delay, Factor, Plan, Quantity, Record
from sim.rules.syntax import Casualties


class Building:
    """All tables of rows are built here first, then placed behind the head (`sim.engines.lowering.placing`)."""

    def __init__(self, plan: Plan, capacity: Capacity) -> None:
        self.plan = plan
        self.capacity = capacity
        self.head = [0] * at.HEAD
        self.memory = Memory(ints=[0] * at.HEAD, floats=[0.0])
        self.streams: dict[str, int] = {}
        self.laws: list[list[int]] = []
        self.law_values: list[float] = []
        self.law_numbers: dict[Law, int] = {}
        self.quantities: list[list[int]] = []
        self.quantity_numbers: dict[Quantity, int] = {}
        self.delays: list[list[int]] = []
        self.delay_numbers: dict[Delay, int] = {}
        self.known: dict[str, list[int]] = {}
        self.never: dict[str, list[int]] = {}
        self.processes: list[list[int]] = []
        self.watchers: dict[int, list[int]] = {}
        self.signal_watchers: dict[int, list[int]] = {}
        self.bells: dict[int, list[int]] = {}
        self.interested: dict[int, list[int]] = {}
        self.conditions: list[Conditions | None] = []
        self.told: list[tuple[str, tuple[str, ...], int]] = []
        bodies = [(row.contributor, row.name) for row in plan.contingents]
        bodies += [(row.name, row.name) for row in plan.training]
        self.contributors = sorted({who for who, _ in bodies})
        self.contingents = sorted({name for _, name in bodies})
        self.bodies = bodies
        self.ranks = {body: place for place, body in enumerate(sorted(set(bodies)))}
        if len(self.ranks) != len(bodies):
            raise CannotLowerError("cannot lower: a trained force named as a contributor and its contingent")
        self.moves = Words(at.CAUSES_OF_MOVES)
        self.waits = Words()
        casualties = [str(Casualties())] + [str(Casualties(row.contributor)) for row in plan.contingents]
        names = {fact.name for fact in plan.facts} | {each.log for each in plan.constants} | set(casualties)
        self.signals = sorted(names)
        self.signal_codes = {name: place for place, name in enumerate(self.signals)}
        self.common = dict(plan.uncertain)

    def stream(self, name: str) -> int:
        """Return the row of a stream."""
        return self.streams.setdefault(name, len(self.streams))

    def law(self, law: Law) -> int:
        """Return the row of a law."""
        number = self.law_numbers.get(law)
        if number is None:
            kind, size, values = law_values(law)
            number = self.law_numbers[law] = len(self.laws)
            self.laws.append([kind, len(self.law_values), size])
            self.law_values.extend(values)
        return number

    def quantity(self, quantity: Quantity) -> int:
        """Return the row of a number drawn once a replication."""
        number = self.quantity_numbers.get(quantity)
        if number is not None:
            return number
        times = self.memory.rows([self.quantity(self.common[name]) for name in quantity.times])
        odds = self.memory.rows([self.quantity(self.common[name]) for name in quantity.odds])
        number = self.quantity_numbers[quantity] = len(self.quantities)
        constant = isinstance(quantity.law, ConstantLaw)
        places = self.memory.floated([quantity.most, 0.0, 0.0])
        self.quantities.append(
            [
                -1 if constant else self.stream(quantity.stream),
                self.law(quantity.law),
                times,
                len(quantity.times),
                odds,
                len(quantity.odds),
                places,
                places + 1,
                places + 2,
                0,
            ]
        )
        self.known.setdefault(quantity.stream, []).append(number)
        return number

    def delay(self, delay: Delay | None) -> int:
        """Return the row of a delay, or what stands for none."""
        if delay is None:
            return at.NONE
        number = self.delay_numbers.get(delay)
        if number is None:
            times = self.memory.rows([self.quantity(self.common[name]) for name in delay.times])
            stands = self.memory.rows([time for window in delay.stands for time in window])
            number = self.delay_numbers[delay] = len(self.delays)
            resumes = self.plan.as_of if delay.resumes is None else delay.resumes
            row = [self.stream(delay.stream), self.law(delay.law), times, len(delay.times)]
            self.delays.append(
                [*row, resumes, stands, len(delay.stands), self.memory.floated([1.0]), at.NONE, at.NONE]
            )
        return number

    def unseen(self, delay: Delay | None, then: Delay) -> int:
        """Return a delay that nobody sees end, but only what follows it: it needs room for its law."""
        number, following = self.delay(delay), self.delay(then)
        if number >= 0:
            self.delays[number][at.DELAY_THEN] = following
        return number

    def factors(self, factors: tuple[Factor, ...]) -> tuple[int, int]:
        """Return where factors stand, each a node and the place of its float, and how many they are."""
        pairs = [(factor.when, self.memory.floated([factor.times])) for factor in factors]
        return self.memory.rows([part for pair in pairs for part in pair]), len(pairs)

    def records(self, records: tuple[Record, ...]) -> tuple[int, int]:
        """Return where records stand, each a time and the place of its value, and how many they are."""
        pairs = [(record.time, self.memory.floated([record.value])) for record in records]
        return self.memory.rows([part for pair in pairs for part in pair]), len(pairs)

    def process(self, kind: int, owner: int, *nodes: int | None) -> int:
        """Add a process that starts with the replication; return its number. Its bell rings for the nodes."""
        number = len(self.processes)
        row = [0] * at.PROCESS_WIDTH
        row[at.KIND], row[at.OWNER], row[at.ARMED] = kind, owner, at.LONG_AGO
        self.processes.append(row)
        for node in nodes:
            if node is not None:
                self.watchers.setdefault(node, []).append(number)
        return number

    def process_row(self, number: int) -> int:
        """Return where the row of a process stands, once processes are placed."""
        return self.head[at.PROCESSES] + number * at.PROCESS_WIDTH
