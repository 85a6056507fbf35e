"""A plan lowered to two flat arrays, which the compiled twin plays: no rule, string or object is left in them.

`lowered(plan)` returns a frozen value: the state before a replication, the words that codes stand for, the names of the
streams. What the twin does not play is said as `cannot lower: …` (`CannotLowerError`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from sim.engines.compiled import layout as at
from sim.errors import IsfError
from sim.plan.conditions import Conditions
from sim.plan.laws import (
    ConstantLaw,
    DiscreteLaw,
    ExponentialLaw,
    HalvesLaw,
    Law,
    LognormalLaw,
    TabulatedLaw,
)
from sim.plan.network import Choice, Count, Ever, From, Held, Lately, Level, Negation, Quorum
from sim.plan.tables import (
    ApprovalPlan,
    ContingentPlan,
    Delay,
    EventsPlan,
    Factor,
    ForceRecord,
    MilestonePlan,
    Plan,
    ProgressPlan,
    Quantity,
    Record,
    SchedulePlan,
    SwitchPlan,
    TrainingPlan,
)
from sim.rules.syntax import Casualties
from sim.vocabulary import Stage, cause_text

STAGES = ("", *sorted(get_args(Stage)))
"""The stages by their codes; in this order, the one of their names, rows are sorted."""
_OPERATORS = {">=": at.GE, "<=": at.LE, ">": at.GT, "<": at.LT, "==": at.EQ, "!=": at.NE}
_EVENTS = {
    "pledged": at.R_PLEDGED, "approved": at.R_APPROVED, "refused": at.R_REFUSED, "ready": at.R_READY,
    "arrived": at.R_ARRIVED, "undelivered": at.R_UNDELIVERED, "relieved": at.R_RELIEVED,
    "casualties": at.R_CASUALTIES, "withdrew": at.R_WITHDREW,
}  # fmt: skip
_MOST_ATOMS = 60
_MOST_TOGETHER = 60
_MOST_RECORDS = 250
_MOST_WINDOW = 200_000
WORDS_AT_MOST = 4_096
"""Most causes of waiting of one plan."""


def _is_beyond_the_twin(records: Sequence[ForceRecord], steps: Sequence[str]) -> bool:
    """Tell whether records imply what only the reference plays: a return, or steps given before a later one."""
    withdrew, given = False, set[str | None]()
    for record in records:
        match record.event:
            case "withdrew":
                withdrew = True
                given.clear()
            case "pledged":
                withdrew = False
            case "ready" | "arrived" if withdrew:
                return True
            case "approved" if record.step in steps:
                if not given.issuperset(steps[: steps.index(record.step)]):
                    return True
                given.add(record.step)
            case "approved":
                given.update(steps)
            case _:
                pass
    return False


class CannotLowerError(IsfError):
    """The compiled twin does not play a construct of this plan."""


@dataclass(frozen=True)
class Capacity:
    """How many rows there is room for; a replication that needs more is played again with more."""

    processes: int = 256
    heap: int = 2_048
    posts: int = 512
    transitions: int = 2_048
    signals: int = 4_096
    waits: int = 4_096
    causes: int = 4_096

    def doubled(self) -> Capacity:
        """Return twice as much room."""
        return Capacity(*(2 * getattr(self, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Lowered:
    """A plan in two arrays, in the state before a replication, and what stands outside of them.

    `ints` and `floats` up to `n_state` and `n_float_state` change in a replication and are copied before each;
    behind them stand tables and room for rows. `streams` are the names whose keys depend on the seed, in the order
    of rows; `known` says of each stream of a number drawn once the rows of `QUANTITIES` that it fills; `never` of each
    stream by which a pledge never comes the places that its chance, if it is known, fills.
    """

    ints: tuple[int, ...]
    floats: tuple[float, ...]
    n_state: int
    n_float_state: int
    capacity: Capacity
    streams: tuple[str, ...]
    known: Mapping[str, tuple[int, ...]]
    never: Mapping[str, tuple[int, ...]]
    contributors: tuple[str, ...]
    contingents: tuple[str, ...]
    moves: tuple[str, ...]
    signals: tuple[str, ...]
    waits: tuple[str, ...]
    numbers: tuple[str, ...]
    conditions: tuple[Conditions | None, ...]
    """Of each row of troops what its rule asks."""
    statements: tuple[tuple[str, tuple[str, ...], int], ...]
    """Text, names of what it reads, and where in the floats the values stand."""


@dataclass
class _Memory:
    """Rows are appended to one of two parts: what is copied before each replication, and what is not."""

    ints: list[int] = field(default_factory=list)
    floats: list[float] = field(default_factory=list)

    def rows(self, values: Sequence[int]) -> int:
        place = len(self.ints)
        self.ints.extend(int(value) for value in values)
        return place

    def floated(self, values: Sequence[float]) -> int:
        place = len(self.floats)
        self.floats.extend(float(value) for value in values)
        return place


class _Words:
    """The words of a column, numbered as they come."""

    def __init__(self, first: Iterable[str] = ()) -> None:
        self.known: dict[str, int] = {}
        for word in first:
            self.code(word)

    def code(self, word: str) -> int:
        return self.known.setdefault(word, len(self.known))

    def ranks(self) -> list[int]:
        order = {word: place for place, word in enumerate(sorted(self.known))}
        return [order[word] for word in self.known]


def lowered(plan: Plan, capacity: Capacity | None = None) -> Lowered:
    """Lower a plan. CannotLowerError names a construct that the twin does not play."""
    return _Lowering(plan, capacity or Capacity()).whole()


class _Lowering:
    """One plan being lowered. All tables of rows are built first, then placed behind the head."""

    def __init__(self, plan: Plan, capacity: Capacity) -> None:
        self.plan = plan
        self.capacity = capacity
        self.head = [0] * at.HEAD
        self.memory = _Memory(ints=[0] * at.HEAD, floats=[0.0])
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
        bodies = [(row.contributor, row.name) for row in plan.contingents]
        bodies += [(row.name, row.name) for row in plan.training]
        self.contributors = sorted({who for who, _ in bodies})
        self.contingents = sorted({name for _, name in bodies})
        self.bodies = bodies
        self.ranks = {body: place for place, body in enumerate(sorted(set(bodies)))}
        if len(self.ranks) != len(bodies):
            raise CannotLowerError("cannot lower: a trained force named as a contributor and its contingent")
        self.moves = _Words(at.CAUSES_OF_MOVES)
        self.waits = _Words()
        casualties = [str(Casualties())] + [str(Casualties(row.contributor)) for row in plan.contingents]
        names = {fact.name for fact in plan.facts} | {each.log for each in plan.constants} | set(casualties)
        self.signals = sorted(names)
        self.signal_codes = {name: place for place, name in enumerate(self.signals)}
        self.common = dict(plan.uncertain)

    # Numbers ---------------------------------------------------------------------------------------------

    def stream(self, name: str) -> int:
        return self.streams.setdefault(name, len(self.streams))

    def law(self, law: Law) -> int:
        number = self.law_numbers.get(law)
        if number is None:
            kind, size, values = _law_values(law)
            number = self.law_numbers[law] = len(self.laws)
            self.laws.append([kind, len(self.law_values), size])
            self.law_values.extend(values)
        return number

    def quantity(self, quantity: Quantity) -> int:
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
        pairs = [(factor.when, self.memory.floated([factor.times])) for factor in factors]
        return self.memory.rows([part for pair in pairs for part in pair]), len(pairs)

    def records(self, records: tuple[Record, ...]) -> tuple[int, int]:
        pairs = [(record.time, self.memory.floated([record.value])) for record in records]
        return self.memory.rows([part for pair in pairs for part in pair]), len(pairs)

    # Processes -------------------------------------------------------------------------------------------

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

    # Facts -----------------------------------------------------------------------------------------------

    def facts(self) -> list[list[int]]:
        rows = []
        for number, fact in enumerate(self.plan.facts):
            row = [at.NONE] * at.FACT_WIDTH
            for column in (at.FACT_N_RECORDS, at.FACT_N_RATES, at.FACT_N_RATES_2, at.FACT_N_PAST):
                row[column] = 0
            row[at.FACT_SIGNAL], row[at.FACT_LOG] = fact.signal, int(fact.log)
            row[at.FACT_NAME] = row[at.FACT_RANK] = self.signal_codes[fact.name]
            match fact:
                case SwitchPlan():
                    self._switch(number, fact, row)
                case MilestonePlan():
                    self._milestone(number, fact, row)
                case EventsPlan():
                    self._events(number, fact, row)
                case ProgressPlan():
                    self._progress(number, fact, row)
                case SchedulePlan():
                    self._schedule(number, fact, row)
            rows.append(row)
        return rows

    def _switch(self, number: int, fact: SwitchPlan, row: list[int]) -> None:
        row[at.FACT_RESUMES] = fact.resumes
        row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = self.records(fact.records)
        row[at.FACT_INITIALLY] = int(fact.initially)
        row[at.FACT_SINCE] = at.NEVER if fact.since is None else fact.since
        row[at.FACT_ON], row[at.FACT_OFF] = self.delay(fact.stays_on), self.delay(fact.stays_off)
        row[at.FACT_FORCED], row[at.FACT_FORCED_OFF] = _node(fact.forced_on), _node(fact.forced_off)
        row[at.FACT_RATES], row[at.FACT_N_RATES] = self.factors(fact.ends)
        row[at.FACT_RATES_2], row[at.FACT_N_RATES_2] = self.factors(fact.starts)
        whens = [factor.when for factor in (*fact.ends, *fact.starts)]
        self.process(at.IS_SWITCH, number, fact.forced_on, fact.forced_off, *whens)

    def _milestone(self, number: int, fact: MilestonePlan, row: list[int]) -> None:
        row[at.FACT_RESUMES] = fact.resumes
        row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = self.records(fact.records)
        row[at.FACT_PROBABILITY], row[at.FACT_OUTCOME] = (
            self.quantity(fact.probability),
            self.stream(fact.outcome),
        )
        row[at.FACT_AFTER], row[at.FACT_RECONSIDERS] = (
            self.delay(fact.after),
            self.unseen(fact.reconsiders, fact.after),
        )
        row[at.FACT_WHEN], row[at.FACT_UNDONE] = _node(fact.when), _node(fact.undone)
        row[at.FACT_FORCED] = _node(fact.forced)
        row[at.FACT_RATES], row[at.FACT_N_RATES] = self.factors(fact.rates)
        whens = [factor.when for factor in fact.rates]
        self.process(at.IS_MILESTONE, number, fact.when, fact.undone, fact.forced, *whens)

    def _events(self, number: int, fact: EventsPlan, row: list[int]) -> None:
        row[at.FACT_RESUMES] = fact.resumes
        row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = self.records(fact.records)
        row[at.FACT_PROBABILITY], row[at.FACT_BURSTS] = self.quantity(fact.rate), self.quantity(fact.bursts)
        row[at.FACT_OUTCOME], row[at.FACT_SIZES] = self.stream(fact.arrivals), self.stream(fact.sizes)
        row[at.FACT_BEFORE] = self.stream(f"{fact.arrivals}.before_start")
        row[at.FACT_BEFORE_SIZES] = self.stream(f"{fact.sizes}.before_start")
        row[at.FACT_RATES], row[at.FACT_N_RATES] = self.factors(fact.rates)
        row[at.FACT_PAST] = self.memory.rows([part for pair in fact.past for part in pair])
        row[at.FACT_N_PAST], row[at.FACT_RUNS_FROM] = len(fact.past), fact.runs_from
        self.process(at.IS_EVENTS, number, *(factor.when for factor in fact.rates))

    def _progress(self, number: int, fact: ProgressPlan, row: list[int]) -> None:
        if fact.records and fact.slips_when is not None:
            raise CannotLowerError(f"cannot lower: measurements of {fact.name}, which slips between them")
        row[at.FACT_RESUMES] = fact.resumes
        row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = self.records(fact.records)
        row[at.FACT_PAST] = self.memory.floated([0.0] * (2 * len(fact.records)))
        row[at.FACT_LOST], row[at.FACT_N_LOST] = self.memory.floated([0.0] * at.MOST_LOST), 0
        row[at.FACT_AFTER], row[at.FACT_WHEN] = self.delay(fact.duration), _node(fact.when)
        row[at.FACT_STEPS], row[at.FACT_BEGUN], row[at.FACT_SLIPS] = fact.steps, fact.begun, fact.slips
        row[at.FACT_SLIPS_WHEN], row[at.FACT_STANDING] = _node(fact.slips_when), _node(fact.standing)
        row[at.FACT_RATES], row[at.FACT_N_RATES] = self.factors(fact.rates)
        whens = [factor.when for factor in fact.rates]
        self.process(at.IS_PROGRESS, number, fact.when, fact.slips_when, fact.standing, *whens)

    def _schedule(self, number: int, fact: SchedulePlan, row: list[int]) -> None:
        came = dict(fact.came)
        values: list[int] = []
        for place, (time, value) in enumerate(fact.values):
            slips = fact.slips[place] if fact.slips else None
            recorded = came.get(time, at.NEVER) if slips is not None else at.NEVER
            values += [time, self.memory.floated([value]), self.delay(slips), recorded, time]
        row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = self.memory.rows(values), len(fact.values)
        self.process(at.IS_SCHEDULE, number)

    # Forces ----------------------------------------------------------------------------------------------

    def body(self, number: int, row: ContingentPlan | TrainingPlan) -> list[int]:
        """Return what contingents and trained forces have in common."""
        columns = [at.NONE] * at.TROOPS_WIDTH
        for stage in range(at.N_STAGES):
            columns[stage] = 0
        who, name = self.bodies[number]
        columns[at.CONTRIBUTOR], columns[at.CONTINGENT] = (
            self.contributors.index(who),
            self.contingents.index(name),
        )
        columns[at.RANK] = self.ranks[who, name]
        withdrawn = row.withdrawn if isinstance(row, ContingentPlan) else ()
        for column, signals in (
            (at.SIGNALS_DEPLOYED, row.deployed),
            (at.SIGNALS_COMMITTED, row.committed),
            (at.SIGNALS_WITHDRAWN, withdrawn),
            (at.CEILINGS, row.ceilings),
        ):
            columns[column], columns[column + 1] = self.memory.rows(signals), len(signals)
        for column in (
            at.READY_SINCE, at.IN_GAP, at.QUEUED, at.RELIEFS_UNDER_WAY, at.RELIEVED, at.TOUCHED, at.TOUCHED_NOW,
            at.RELIEF_WAITS, at.GRANTED, at.N_BOOKED, at.CONTRIBUTOR_LEAVES, at.HAS_LEFT, at.FALLEN_BACK, at.OFFERS,
            at.RELIEFS_RECORDED, at.GIVEN, at.UNTRIED, at.TRIED, at.CAME, at.N_RECORDS, at.WITHDREW, at.FIRST_BATCH,
            at.LAST_BATCH, at.FIRST_COURSE, at.LAST_COURSE, at.N_GRADUATES, at.N_APPROVALS, at.CASUALTY_N_RATES,
        ):  # fmt: skip
            columns[column] = 0
        conditions = row.conditions
        if len(conditions.nodes) > _MOST_ATOMS:
            raise CannotLowerError(f"cannot lower: a rule of more than {_MOST_ATOMS} atoms ({who} {name})")
        columns[at.ATOMS], columns[at.N_ATOMS] = self.memory.rows(conditions.nodes), len(conditions.nodes)
        places = {each.reading: place for place, each in enumerate(self.plan.constants)}
        readings = [places[reading] for reading in conditions.readings]
        if len(readings) > 6:
            raise CannotLowerError(f"cannot lower: a rule that hangs on more than 6 readings ({who} {name})")
        columns[at.READINGS], columns[at.N_READINGS] = self.memory.rows(readings), len(readings)
        columns[at.SECTOR_WORD] = self.waits.code(cause_text("sector", row.sector or ""))
        columns[at.SECTOR_OPEN] = row.sector_open
        self.conditions.append(conditions)
        nodes = [*conditions.nodes] + ([] if self.plan.ended is None else [self.plan.ended])
        if isinstance(row, ContingentPlan):
            nodes += [node for node in (row.sector_open, row.lane_open, row.withdraws) if node is not None]
        for node in dict.fromkeys(nodes):
            self.interested.setdefault(node, []).append(number)
        self.bells[number] = []
        return columns

    def contingent(self, row: ContingentPlan) -> list[int]:
        columns = self.body(row.number, row)
        plan = self.plan
        columns[at.SLEEPS], columns[at.EMBARKS_BY_LIFT] = int(row.in_theatre), 1
        columns[at.OWN_CONTRIBUTOR] = [each.name for each in plan.contributors].index(row.contributor)
        columns[at.NUMBER_TROOPS] = self.quantity(row.troops)
        columns[at.PREPARES_FOR], columns[at.DELIVERS] = (
            self.delay(row.prepares_for),
            self.quantity(row.delivers),
        )
        columns[at.NEVER_ARRIVES], columns[at.ARRIVES] = (
            self.quantity(row.never_arrives),
            self.stream(row.arrival_outcome),
        )
        columns[at.KNOWN_NEVER] = self.memory.floated([-1.0])
        self.never.setdefault(row.arrival_outcome, []).append(columns[at.KNOWN_NEVER])
        lanes = [lane.name for lane in plan.lanes]
        columns[at.LANE] = at.NONE if row.lane is None else lanes.index(row.lane)
        columns[at.TRIP] = self.delay(row.trip)
        columns[at.WORD_LIFT] = self.waits.code(cause_text("lift", row.lane or ""))
        how = f"by {row.lane}" if row.lane is not None else "without lift"
        columns[at.WORD_EMBARKS] = self.moves.code(f"embarks {how}")
        columns[at.PRIORITY], columns[at.PRIORITY_2] = row.priority
        columns[at.PERMITTED], columns[at.GATE], columns[at.EMBARKS] = row.permitted, row.gate, row.embarks
        columns[at.RESUMES], columns[at.WITHDRAWS] = row.resumes, _node(row.withdraws)
        columns[at.LANE_OPEN], columns[at.APPEARS] = row.lane_open, _node(row.appears)
        if row.advance is not None:
            columns[at.ADVANCE_SHARE] = self.quantity(row.advance.share)
            columns[at.BODY_FOLLOWS] = self.delay(row.advance.body_follows)
        if row.tour is not None:
            columns[at.TOUR_EVERY], columns[at.TOUR_GAP] = (
                self.delay(row.tour.every),
                self.delay(row.tour.gap),
            )
            columns[at.TOUR_RELIEF], columns[at.TOUR_OUTCOME] = (
                self.quantity(row.tour.relief),
                self.stream(row.tour.outcome),
            )
            columns[at.TOUR_OVERSTAYS] = self.delay(row.tour.overstays)
        if row.casualties is not None:
            columns[at.CASUALTY_RATE] = self.quantity(row.casualties.rate)
            columns[at.CASUALTY_ARRIVALS] = self.stream(row.casualties.arrivals)
            columns[at.CASUALTY_RATES], columns[at.CASUALTY_N_RATES] = self.factors(row.casualties.rates)
            columns[at.CASUALTY_OWN], columns[at.CASUALTY_TOTAL] = row.casualties.own, row.casualties.total
            own, total = str(Casualties(row.contributor)), str(Casualties())
            columns[at.CASUALTY_OWN_NAME] = columns[at.CASUALTY_OWN_RANK] = self.signal_codes[own]
            columns[at.CASUALTY_TOTAL_NAME] = columns[at.CASUALTY_TOTAL_RANK] = self.signal_codes[total]
        self._force_records(row, columns)
        return columns

    def _force_records(self, row: ContingentPlan, columns: list[int]) -> None:
        steps = [approval.step for approval in row.approvals]
        if len(row.records) > _MOST_RECORDS:
            raise CannotLowerError(
                f"cannot lower: more than {_MOST_RECORDS} records of {row.contributor} {row.name}"
            )
        if _is_beyond_the_twin(row.records, steps):
            raise CannotLowerError(f"cannot lower: what the records of {row.contributor} {row.name} imply")
        values: list[int] = []
        for record in row.records:
            if record.event not in _EVENTS:
                raise CannotLowerError(f"cannot lower: a record of `{record.event}`")
            if record.step is not None and record.step not in steps:
                raise CannotLowerError(
                    f"cannot lower: a record of a step that {row.contributor} {row.name} does not have"
                )
            step = at.NOT_NAMED if record.step is None else steps.index(record.step)
            troops = at.NONE if record.troops is None else record.troops
            values += [record.time, _EVENTS[record.event], step, troops]
        columns[at.RECORDS], columns[at.N_RECORDS] = self.memory.rows(values), len(row.records)

    def trained(self, row: TrainingPlan) -> list[int]:
        if row.graduates:  # more may have passed than the classes under way can yield
            raise CannotLowerError(f"cannot lower: recorded graduates of {row.name}")
        columns = self.body(row.number, row)
        columns[at.SLEEPS], columns[at.EMBARKS_BY_LIFT] = 0, 0
        columns[at.NUMBER_TROOPS], columns[at.VETTED] = self.quantity(row.recruits), self.quantity(row.vetted)
        columns[at.COURSE], columns[at.TRAINED_BY], columns[at.WHEN] = (
            self.delay(row.course),
            row.trainers,
            _node(row.when),
        )
        columns[at.RATIO] = self.memory.floated([row.ratio])
        columns[at.VETTED_MOST] = self.memory.floated([row.vetted.law.quantile(1.0 - 1e-12)])
        graduates = [part for each in row.graduates for part in (each.time, int(each.value))]
        columns[at.GRADUATES], columns[at.N_GRADUATES] = self.memory.rows(graduates), len(row.graduates)
        return columns

    def approvals(self, approvals: tuple[ApprovalPlan, ...]) -> int:
        if len({approval.step for approval in approvals}) != len(approvals):
            raise CannotLowerError("cannot lower: two approvals of one name")
        values: list[int] = []
        for approval in approvals:
            values += [
                self.delay(approval.takes),
                self.quantity(approval.probability),
                self.stream(approval.outcome),
                self.unseen(approval.reconsiders, approval.takes),
                self.waits.code(cause_text("approval", approval.step)),
                self.moves.code(f"{approval.step} refused".strip()),
                self.moves.code(f"{approval.step} reconsiders"),
            ]
        # behind the last: what those wait for who are decided on though every step has been answered
        values += [*[at.NONE] * 4, self.waits.code(cause_text("approval", "")), 0, 0]
        return self.memory.rows(values)

    # All -------------------------------------------------------------------------------------------------

    def whole(self) -> Lowered:
        plan = self.plan
        for quantity in plan.drawn:
            self.quantity(quantity)
        facts = self.facts()
        contributor_rows, contributor_processes = self._contributors()
        troops = [self.contingent(row) for row in plan.contingents]
        decision_rows, decision_of = self._decisions()
        for row in plan.contingents:
            troops[row.number][at.DECISION] = decision_of[row.number]
            owner = troops[row.number][at.OWN_CONTRIBUTOR]
            process = self.process(at.IS_CONTINGENT, row.number, row.gate, row.appears)
            self.bells[row.number].append(process)
            self.bells[row.number].append(contributor_processes[owner])
            if row.tour is not None:
                self.bells[row.number].append(self.process(at.IS_TOURS, row.number))
            if row.records:
                self.process(at.IS_CHRONICLE, row.number)
            if row.casualties is not None:
                whens = [factor.when for factor in row.casualties.rates]
                self.bells[row.number].append(self.process(at.IS_CASUALTIES, row.number, *whens))
        for number, (decision, numbers) in enumerate(decision_rows):
            if plan.contingents[numbers[0]].approvals:
                gates = [plan.contingents[each].gate for each in numbers]
                decision[at.DECISION_PROCESS] = self.process(at.IS_DECISION, number, *gates)
                for each in numbers:
                    self.bells[each].append(decision[at.DECISION_PROCESS])
        for force in plan.training:
            troops.append(self.trained(force))
            process = self.process(at.IS_TRAINING, force.number, force.when, force.sector_open)
            self.bells[force.number].append(process)
            self.signal_watchers.setdefault(force.trainers, []).append(process)
        self.process(at.IS_RESUME, 0)
        return self._placed(facts, contributor_rows, troops, [row for row, _ in decision_rows])

    def _contributors(self) -> tuple[list[list[int]], list[int]]:
        rows, processes = [], []
        for number, row in enumerate(self.plan.contributors):
            if list(row.contingents) != list(
                range(row.contingents[0], row.contingents[0] + len(row.contingents))
            ):
                raise CannotLowerError(
                    "cannot lower: contingents of a contributor that do not stand together"
                )
            columns = [0] * at.CONTRIBUTOR_WIDTH
            columns[at.CONTRIBUTOR_RESUMES], columns[at.CONTRIBUTOR_WITHDRAWS] = (
                row.resumes,
                _node(row.withdraws),
            )
            columns[at.CONTRIBUTOR_NOTICE], columns[at.CONTRIBUTOR_EXIT] = (
                self.delay(row.notice),
                self.delay(row.exit),
            )
            columns[at.CONTRIBUTOR_RETURNS] = self.delay(row.returns)
            columns[at.CONTRIBUTOR_FIRST], columns[at.CONTRIBUTOR_N] = (
                row.contingents[0],
                len(row.contingents),
            )
            columns[at.CONTRIBUTOR_RECORDED_AT], columns[at.CONTRIBUTOR_RANK] = at.LONG_AGO, number
            rows.append(columns)
            processes.append(self.process(at.IS_CONTRIBUTOR, number, row.withdraws, self.plan.ended))
        return rows, processes

    def _decisions(self) -> tuple[list[tuple[list[int], tuple[int, ...]]], dict[int, int]]:
        rows: list[tuple[list[int], tuple[int, ...]]] = []
        decision_of: dict[int, int] = {}
        for contributor in self.plan.contributors:
            for numbers in contributor.decisions:
                first = self.plan.contingents[numbers[0]]
                if len(numbers) > _MOST_TOGETHER or len(first.approvals) > _MOST_TOGETHER:
                    raise CannotLowerError(f"cannot lower: more than {_MOST_TOGETHER} parts of one decision")
                columns = [0] * at.DECISION_WIDTH
                columns[at.DECISION_N], columns[at.DECISION_N_APPROVALS] = len(numbers), len(first.approvals)
                columns[at.DECISION_APPROVALS] = self.approvals(first.approvals)
                columns[at.DECISION_REFUSED] = at.NOT_REFUSED
                columns[at.DECISION_RANK] = self.ranks[first.contributor, first.name]
                most_told = sum(len(self.plan.contingents[number].records) for number in numbers)
                columns[at.DECISION_TOLD] = self.memory.rows([0] * (2 * most_told))
                columns[at.DECISION_PROCESS] = at.NONE
                for number in numbers:
                    decision_of[number] = len(rows)
                rows.append((columns, numbers))
        return rows, decision_of

    def _placed(
        self,
        facts: list[list[int]],
        contributors: list[list[int]],
        troops: list[list[int]],
        decisions: list[list[int]],
    ) -> Lowered:
        plan, memory, head, capacity = self.plan, self.memory, self.head, self.capacity
        common = {
            at.WORD_MISSION_OVER: "mission over", at.WORD_WITHDRAWN: "withdrawn", at.WORD_PREPARATION: "preparation",
            at.WORD_GAP: "relief gap", at.WORD_MOVING: "moving", at.WORD_RECEPTION: "reception", at.WORD_BEDS: "beds",
            at.WORD_AUTHORISED: "authorised", at.WORD_NEWS: "news", at.WORD_REFUSED: "refused",
            at.WORD_UNDELIVERED: "undelivered", at.WORD_TRAINERS: "trainers", at.WORD_TRAINING: "training",
        }  # fmt: skip
        for place, word in common.items():
            head[place] = self.waits.code(word)
        self._place_processes()
        head[at.TROOPS] = memory.rows([0] * (len(troops) * at.TROOPS_WIDTH))
        base = head[at.TROOPS]
        for number, columns in enumerate(troops):
            bells = [self._process_row(process) for process in self.bells[number]]
            columns[at.BELLS], columns[at.N_BELLS] = memory.rows(bells), len(bells)
        for number, columns in enumerate(troops):
            memory.ints[base + number * at.TROOPS_WIDTH : base + (number + 1) * at.TROOPS_WIDTH] = columns
        every = [numbers for contributor in plan.contributors for numbers in contributor.decisions]
        for columns, numbers in zip(decisions, every, strict=True):
            columns[at.DECISION_FIRST] = memory.rows([base + number * at.TROOPS_WIDTH for number in numbers])
            process = columns[at.DECISION_PROCESS]
            columns[at.DECISION_PROCESS] = 0 if process < 0 else self._process_row(process)
        self._place_network(base)
        reception = at.NONE if plan.reception is None else self.quantity(plan.reception)
        self._place_statements()
        places = [
            [each.signal, self.quantity(each.quantity), self.signal_codes[each.log]]
            for each in plan.constants
        ]
        drawn = [self.quantity(quantity) for quantity in plan.drawn]
        grows = [part for pair in plan.beds.grows for part in pair] if plan.beds else []
        resumes = sorted({0, plan.as_of, *(row.resumes for row in plan.contingents)})
        embarks_from = max(0, min((row.resumes for row in plan.contingents), default=0))
        head[at.BEGINS], head[at.AS_OF], head[at.ENDS] = plan.begins, plan.as_of, plan.ends
        head[at.MOST_ROUNDS] = 990 + 10 * len(plan.contingents)
        head[at.N_TROOPS], head[at.N_CONTINGENTS] = len(troops), len(plan.contingents)
        head[at.ENDED], head[at.RECEPTION] = _node(plan.ended), reception
        head[at.HAS_BEDS], head[at.BEDS_START] = (
            int(plan.beds is not None),
            plan.beds.at_start if plan.beds else 0,
        )
        head[at.GROWS], head[at.N_GROWS] = memory.rows(grows), len(grows) // 2
        head[at.EMBARKS_FROM] = embarks_from
        head[at.FACTS] = memory.rows(_flat(facts))
        head[at.CONTRIBUTORS] = memory.rows(_flat(contributors))
        head[at.DECISIONS] = memory.rows(_flat(decisions))
        head[at.LANES] = memory.rows([part for lane in plan.lanes for part in (lane.slots, lane.load)])
        head[at.ROOM] = memory.rows([ceiling.most for ceiling in plan.ceilings])
        head[at.CONSTANTS], head[at.N_CONSTANTS] = memory.rows(_flat(places)), len(places)
        head[at.NUMBERS] = memory.rows([0] * len(places))
        head[at.DRAWN], head[at.N_DRAWN] = memory.rows(drawn), len(drawn)
        head[at.RESUMES_LIST], head[at.N_RESUMES] = memory.rows(resumes), len(resumes)
        head[at.VALUES] = memory.floated(plan.initial)
        head[at.NUMBER_VALUES] = memory.floated([0.0] * len(drawn))
        head[at.QUANTITIES], head[at.N_QUANTITIES] = memory.rows(_flat(self.quantities)), len(self.quantities)
        head[at.DELAYS], head[at.N_DELAYS] = (
            memory.rows([0] * (len(self.delays) * at.DELAY_WIDTH)),
            len(self.delays),
        )
        stream_floats = memory.floated([0.0] * (4 * len(self.streams)))
        streams = [[0, 0, 0, -1, stream_floats + 4 * place] for place in range(len(self.streams))]
        head[at.STREAMS], head[at.N_STREAMS] = memory.rows(_flat(streams)), len(streams)
        head[at.MOST_GIVEN_BACK] = head[at.MOST_OUTLASTED] = 4 * capacity.processes
        head[at.FREE_PROCESS] = at.NONE
        n_state, n_floats = self._state_ends()
        self._place_room(len(troops))
        memory.ints[: at.HEAD] = head
        return self._frozen(n_state, n_floats)

    def _state_ends(self) -> tuple[int, int]:
        """Return up to where what was placed changes in a replication; processes are placed first of all."""
        return len(self.memory.ints), len(self.memory.floats)

    def _process_row(self, number: int) -> int:
        return self.head[at.PROCESSES] + number * at.PROCESS_WIDTH

    def _place_processes(self) -> None:
        head, most = self.head, self.capacity.processes + len(self.processes)
        head[at.PROCESS_FLOATS] = self.memory.floated([0.0] * (most * at.PROCESS_FLOAT_WIDTH))
        for number, row in enumerate(self.processes):
            row[at.FLOATS] = head[at.PROCESS_FLOATS] + number * at.PROCESS_FLOAT_WIDTH
        head[at.PROCESSES] = self.memory.rows(_flat(self.processes))
        self.memory.rows([0] * ((most - len(self.processes)) * at.PROCESS_WIDTH))
        head[at.MOST_PROCESSES], head[at.N_PROCESSES] = most, len(self.processes)

    def _place_network(self, troops: int) -> None:
        plan, memory, head = self.plan, self.memory, self.head
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
                    row[at.NODE_CHILDREN], row[at.NODE_N_CHILDREN] = memory.rows(_flat(steps)), len(steps)
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
            bells = [self._process_row(process) for process in dict.fromkeys(self.watchers.get(number, ()))]
            row[at.NODE_WATCHERS], row[at.NODE_N_WATCHERS] = memory.rows(bells), len(bells)
            bodies = [troops + each * at.TROOPS_WIDTH for each in self.interested.get(number, ())]
            row[at.NODE_INTERESTED], row[at.NODE_N_INTERESTED] = memory.rows(bodies), len(bodies)
            rows.append(row)
        if max(rings, default=0) > _MOST_WINDOW:
            raise CannotLowerError(
                f"cannot lower: a count in a window compared with more than {_MOST_WINDOW:,}"
            )
        signals = []
        for number, ring in enumerate(rings):
            readers = network.readers[number]
            bells = [self._process_row(process) for process in self.signal_watchers.get(number, ())]
            first = memory.rows(readers)
            stamps = memory.rows([0] * ring)
            signals.append([first, len(readers), stamps, ring, 0, memory.rows(bells), len(bells)])
        head[at.NODES], head[at.N_NODES] = memory.rows(_flat(rows)), len(rows)
        head[at.SIGNALS], head[at.N_SIGNALS] = memory.rows(_flat(signals)), len(signals)

    def _place_statements(self) -> None:
        memory = self.memory
        rows, self.told = [], []
        for statement in self.plan.statements:
            reads = memory.rows([signal for _, signal in statement.reads])
            floats = memory.floated([0.0] * len(statement.reads))
            rows.append([statement.node, 0, reads, len(statement.reads), 0, floats])
            self.told.append((statement.text, tuple(name for name, _ in statement.reads), floats))
        self.head[at.STATEMENTS], self.head[at.N_STATEMENTS] = memory.rows(_flat(rows)), len(rows)

    def _place_room(self, troops: int) -> None:
        """Place what need not be copied: rows that are counted, and tables that never change."""
        memory, head, capacity = self.memory, self.head, self.capacity
        processes, nodes = head[at.MOST_PROCESSES], head[at.N_NODES]

        def room(place: int, size: int) -> None:
            head[place] = len(memory.ints)
            memory.ints.extend([0] * size)

        first = memory.floated(self.law_values)
        head[at.LAWS] = memory.rows(_flat([kind, first + place, size] for kind, place, size in self.laws))
        for row in self.delays:
            if row[at.DELAY_THEN] >= 0:
                row[at.DELAY_UNSEEN] = memory.floated(
                    [-1.0] * (at.TABLES + 3 * self._cells(row[at.DELAY_LAW]) + 3)
                )
        delays = head[at.DELAYS]
        memory.ints[delays : delays + len(self.delays) * at.DELAY_WIDTH] = _flat(self.delays)
        room(at.HEAP, 3 * capacity.heap)
        room(at.POSTS, capacity.posts * at.POST_WIDTH)
        room(at.APPLIED, capacity.posts)
        room(at.APPLYING, capacity.posts)
        room(at.DIRTY, nodes + 1)
        room(at.CHANGED_LIST, nodes)
        room(at.RUNG, processes)
        room(at.TOUCHED_LIST, troops)
        room(at.ORDER, troops)
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
        memory.ints.extend(self.moves.ranks())
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

    def _cells(self, law: int) -> int:
        kind, _, size = self.laws[law]
        return size if kind in (at.CONSTANT, at.DISCRETE) else at.CELLS

    def _frozen(self, n_state: int, n_floats: int) -> Lowered:
        return Lowered(
            ints=tuple(self.memory.ints),
            floats=tuple(self.memory.floats),
            n_state=n_state,
            n_float_state=n_floats,
            capacity=self.capacity,
            streams=tuple(self.streams),
            known={name: tuple(numbers) for name, numbers in self.known.items()},
            never={name: tuple(places) for name, places in self.never.items()},
            contributors=tuple(self.contributors),
            contingents=tuple(self.contingents),
            moves=tuple(self.moves.known),
            signals=tuple(self.signals),
            waits=tuple(self.waits.known),
            numbers=tuple(quantity.stream for quantity in self.plan.drawn),
            conditions=tuple(self.conditions),
            statements=tuple(self.told),
        )


def _flat(rows: Iterable[Sequence[int]]) -> list[int]:
    return [value for row in rows for value in row]


def _node(node: int | None) -> int:
    return at.NONE if node is None else node


def _steps(node: Count) -> tuple[list[tuple[int, int]], int]:
    """Return from which count on a comparison is true (1) or false (0), the highest first, and what it is for none."""
    from sim.model.network import COMPARE, _turning_points

    compare = COMPARE[node.operator]
    steps = [(count, int(compare(count, node.number))) for count in _turning_points(node)]
    return steps, int(compare(0, node.number))


def _law_values(law: Law) -> tuple[int, int, tuple[float, ...]]:
    match law:
        case ConstantLaw(value):
            return at.CONSTANT, 1, (value,)
        case ExponentialLaw(mean):
            return at.EXPONENTIAL, 1, (mean,)
        case LognormalLaw(location, scale):
            return at.LOGNORMAL, 2, (location, scale)
        case HalvesLaw(location, below, above, share):
            return at.HALVES, 4, (location, below, above, float(share))
        case TabulatedLaw(quantiles):
            return at.TABULATED, len(quantiles), quantiles
        case DiscreteLaw(values, cumulative):
            hazards = tuple(-math.log1p(-c) if c < 1.0 else math.inf for c in cumulative)
            return at.DISCRETE, len(values), (*values, *cumulative, *hazards)
        case _:
            raise CannotLowerError(f"cannot lower: a law of the kind {type(law).__name__}")
