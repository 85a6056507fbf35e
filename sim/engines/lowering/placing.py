"""All rows placed one behind the other: the head, what a replication changes, then what it need not find as it was."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import Lowered
from sim.engines.lowering.building import Building
from sim.engines.lowering.memory import flat, node_or_none
from sim.engines.lowering.network import place_network
from sim.engines.lowering.room import place_room

_WORDS = {
    at.WORD_MISSION_OVER: "mission over", at.WORD_WITHDRAWN: "withdrawn", at.WORD_PREPARATION: "preparation",
    at.WORD_GAP: "relief gap", at.WORD_MOVING: "moving", at.WORD_RECEPTION: "reception", at.WORD_BEDS: "beds",
    at.WORD_AUTHORISED: "authorised", at.WORD_NEWS: "news", at.WORD_REFUSED: "refused",
    at.WORD_UNDELIVERED: "undelivered", at.WORD_TRAINERS: "trainers", at.WORD_TRAINING: "training",
}  # fmt: skip
"""What troops wait for in every scenario, by where the head has the number of the word."""


def placed(
    build: Building,
    facts: list[list[int]],
    contributors: list[list[int]],
    troops: list[list[int]],
    decisions: list[list[int]],
) -> Lowered:
    """Place the rows of facts, contributors, troops and decisions, and all that they brought with them."""
    memory, head = build.memory, build.head
    for place, word in _WORDS.items():
        head[place] = build.waits.code(word)
    _place_processes(build)
    _place_troops(build, troops)
    _place_decisions(build, decisions)
    place_network(build, head[at.TROOPS])
    _place_statements(build)
    _place_times(build)
    _place_theatre(build)
    head[at.N_TROOPS], head[at.N_CONTINGENTS] = len(troops), len(build.plan.contingents)
    head[at.FACTS] = memory.rows(flat(facts))
    head[at.CONTRIBUTORS] = memory.rows(flat(contributors))
    _place_numbers(build)
    head[at.MOST_GIVEN_BACK] = head[at.MOST_OUTLASTED] = 4 * build.capacity.processes
    head[at.FREE_PROCESS] = at.NONE
    n_state, n_floats = len(memory.ints), len(memory.floats)
    place_room(build, len(troops))
    memory.ints[: at.HEAD] = head
    return _frozen(build, n_state, n_floats)


def _place_troops(build: Building, troops: list[list[int]]) -> None:
    memory = build.memory
    base = build.head[at.TROOPS] = memory.rows([0] * (len(troops) * at.TROOPS_WIDTH))
    for number, columns in enumerate(troops):
        bells = [build.process_row(process) for process in build.bells[number]]
        columns[at.BELLS], columns[at.N_BELLS] = memory.rows(bells), len(bells)
    memory.ints[base : base + len(troops) * at.TROOPS_WIDTH] = flat(troops)


def _place_decisions(build: Building, decisions: list[list[int]]) -> None:
    memory, base = build.memory, build.head[at.TROOPS]
    every = [numbers for contributor in build.plan.contributors for numbers in contributor.decisions]
    for columns, numbers in zip(decisions, every, strict=True):
        columns[at.DECISION_FIRST] = memory.rows([base + number * at.TROOPS_WIDTH for number in numbers])
        process = columns[at.DECISION_PROCESS]
        columns[at.DECISION_PROCESS] = 0 if process < 0 else build.process_row(process)
    build.head[at.DECISIONS], build.head[at.N_DECISIONS] = memory.rows(flat(decisions)), len(decisions)


def _place_times(build: Building) -> None:
    plan, memory, head = build.plan, build.memory, build.head
    resumes = sorted({0, plan.as_of, *(row.resumes for row in plan.contingents)})
    head[at.BEGINS], head[at.AS_OF], head[at.ENDS] = plan.begins, plan.as_of, plan.ends
    head[at.MOST_ROUNDS] = 990 + 10 * len(plan.contingents)
    head[at.ENDED] = node_or_none(plan.ended)
    head[at.EMBARKS_FROM] = max(0, min((row.resumes for row in plan.contingents), default=0))
    head[at.RESUMES_LIST], head[at.N_RESUMES] = memory.rows(resumes), len(resumes)


def _place_theatre(build: Building) -> None:
    plan, memory, head = build.plan, build.memory, build.head
    grows = [part for pair in plan.beds.grows for part in pair] if plan.beds else []
    head[at.RECEPTION] = at.NONE if plan.reception is None else build.quantity(plan.reception)
    head[at.HAS_BEDS] = int(plan.beds is not None)
    head[at.BEDS_START] = plan.beds.at_start if plan.beds else 0
    head[at.GROWS], head[at.N_GROWS] = memory.rows(grows), len(grows) // 2
    head[at.LANES] = memory.rows([part for lane in plan.lanes for part in (lane.slots, lane.load)])
    head[at.ROOM] = memory.rows([ceiling.most for ceiling in plan.ceilings])


def _place_numbers(build: Building) -> None:
    """Place constants, what is drawn, delays and streams, once all have been asked for."""
    plan, memory, head = build.plan, build.memory, build.head
    constants = [
        [each.signal, build.quantity(each.quantity), build.signal_codes[each.log]] for each in plan.constants
    ]
    drawn = [build.quantity(quantity) for quantity in plan.drawn]
    head[at.CONSTANTS], head[at.N_CONSTANTS] = memory.rows(flat(constants)), len(constants)
    head[at.NUMBERS] = memory.rows([0] * len(constants))
    head[at.DRAWN], head[at.N_DRAWN] = memory.rows(drawn), len(drawn)
    head[at.VALUES] = memory.floated(plan.initial)
    head[at.NUMBER_VALUES] = memory.floated([0.0] * len(drawn))
    head[at.QUANTITIES], head[at.N_QUANTITIES] = memory.rows(flat(build.quantities)), len(build.quantities)
    delays = memory.rows([0] * (len(build.delays) * at.DELAY_WIDTH))
    head[at.DELAYS], head[at.N_DELAYS] = delays, len(build.delays)
    stream_floats = memory.floated([0.0] * (4 * len(build.streams)))
    streams = [[0, 0, 0, -1, stream_floats + 4 * place] for place in range(len(build.streams))]
    head[at.STREAMS], head[at.N_STREAMS] = memory.rows(flat(streams)), len(streams)


def _place_processes(build: Building) -> None:
    head, most = build.head, build.capacity.processes + len(build.processes)
    head[at.PROCESS_FLOATS] = build.memory.floated([0.0] * (most * at.PROCESS_FLOAT_WIDTH))
    for number, row in enumerate(build.processes):
        row[at.FLOATS] = head[at.PROCESS_FLOATS] + number * at.PROCESS_FLOAT_WIDTH
    head[at.PROCESSES] = build.memory.rows(flat(build.processes))
    build.memory.rows([0] * ((most - len(build.processes)) * at.PROCESS_WIDTH))
    head[at.MOST_PROCESSES], head[at.N_PROCESSES] = most, len(build.processes)


def _place_statements(build: Building) -> None:
    memory = build.memory
    rows = []
    for statement in build.plan.statements:
        reads = memory.rows([signal for _, signal in statement.reads])
        floats = memory.floated([0.0] * len(statement.reads))
        rows.append([statement.node, 0, reads, len(statement.reads), 0, floats])
        build.told.append((statement.text, tuple(name for name, _ in statement.reads), floats))
    build.head[at.STATEMENTS], build.head[at.N_STATEMENTS] = memory.rows(flat(rows)), len(rows)


def _frozen(build: Building, n_state: int, n_floats: int) -> Lowered:
    return Lowered(
        ints=tuple(build.memory.ints),
        floats=tuple(build.memory.floats),
        n_state=n_state,
        n_float_state=n_floats,
        capacity=build.capacity,
        streams=tuple(build.streams),
        known={name: tuple(numbers) for name, numbers in build.known.items()},
        never={name: tuple(places) for name, places in build.never.items()},
        contributors=tuple(build.contributors),
        contingents=tuple(build.contingents),
        moves=tuple(build.moves.known),
        signals=tuple(build.signals),
        waits=tuple(build.waits.known),
        numbers=tuple(quantity.stream for quantity in build.plan.drawn),
        conditions=tuple(build.conditions),
        statements=tuple(build.told),
    )
