"""Facts: a row of its kind for each, and a process."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.lowering.arrays import CannotLowerError
from sim.engines.lowering.building import Building
from sim.engines.lowering.memory import node_or_none
from sim.plan.tables import EventsPlan, MilestonePlan, ProgressPlan, SchedulePlan, SwitchPlan


def facts(build: Building) -> list[list[int]]:
    """Return the rows of all facts."""
    rows = []
    for number, fact in enumerate(build.plan.facts):
        row = [at.NONE] * at.FACT_WIDTH
        for column in (at.FACT_N_RECORDS, at.FACT_N_RATES, at.FACT_N_RATES_2, at.FACT_N_PAST):
            row[column] = 0
        row[at.FACT_SIGNAL], row[at.FACT_LOG] = fact.signal, int(fact.log)
        row[at.FACT_NAME] = row[at.FACT_RANK] = build.signal_codes[fact.name]
        match fact:
            case SwitchPlan():
                _switch(build, number, fact, row)
            case MilestonePlan():
                _milestone(build, number, fact, row)
            case EventsPlan():
                _events(build, number, fact, row)
            case ProgressPlan():
                _progress(build, number, fact, row)
            case SchedulePlan():
                _schedule(build, number, fact, row)
        rows.append(row)
    return rows


def _switch(build: Building, number: int, fact: SwitchPlan, row: list[int]) -> None:
    row[at.FACT_RESUMES] = fact.resumes
    row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = build.records(fact.records)
    row[at.FACT_INITIALLY] = int(fact.initially)
    row[at.FACT_SINCE] = at.NEVER if fact.since is None else fact.since
    row[at.FACT_ON], row[at.FACT_OFF] = build.delay(fact.stays_on), build.delay(fact.stays_off)
    row[at.FACT_FORCED], row[at.FACT_FORCED_OFF] = node_or_none(fact.forced_on), node_or_none(fact.forced_off)
    row[at.FACT_RATES], row[at.FACT_N_RATES] = build.factors(fact.ends)
    row[at.FACT_RATES_2], row[at.FACT_N_RATES_2] = build.factors(fact.starts)
    whens = [factor.when for factor in (*fact.ends, *fact.starts)]
    build.process(at.IS_SWITCH, number, fact.forced_on, fact.forced_off, *whens)


def _milestone(build: Building, number: int, fact: MilestonePlan, row: list[int]) -> None:
    row[at.FACT_RESUMES] = fact.resumes
    row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = build.records(fact.records)
    row[at.FACT_PROBABILITY], row[at.FACT_OUTCOME] = (
        build.quantity(fact.probability),
        build.stream(fact.outcome),
    )
    row[at.FACT_AFTER], row[at.FACT_RECONSIDERS] = (
        build.delay(fact.after),
        build.unseen(fact.reconsiders, fact.after),
    )
    row[at.FACT_WHEN], row[at.FACT_UNDONE] = node_or_none(fact.when), node_or_none(fact.undone)
    row[at.FACT_FORCED] = node_or_none(fact.forced)
    row[at.FACT_RATES], row[at.FACT_N_RATES] = build.factors(fact.rates)
    whens = [factor.when for factor in fact.rates]
    build.process(at.IS_MILESTONE, number, fact.when, fact.undone, fact.forced, *whens)


def _events(build: Building, number: int, fact: EventsPlan, row: list[int]) -> None:
    row[at.FACT_RESUMES] = fact.resumes
    row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = build.records(fact.records)
    row[at.FACT_PROBABILITY], row[at.FACT_BURSTS] = build.quantity(fact.rate), build.quantity(fact.bursts)
    row[at.FACT_OUTCOME], row[at.FACT_SIZES] = build.stream(fact.arrivals), build.stream(fact.sizes)
    row[at.FACT_BEFORE] = build.stream(f"{fact.arrivals}.before_start")
    row[at.FACT_BEFORE_SIZES] = build.stream(f"{fact.sizes}.before_start")
    row[at.FACT_RATES], row[at.FACT_N_RATES] = build.factors(fact.rates)
    row[at.FACT_PAST] = build.memory.rows([part for pair in fact.past for part in pair])
    row[at.FACT_N_PAST], row[at.FACT_RUNS_FROM] = len(fact.past), fact.runs_from
    build.process(at.IS_EVENTS, number, *(factor.when for factor in fact.rates))


def _progress(build: Building, number: int, fact: ProgressPlan, row: list[int]) -> None:
    if fact.records and fact.slips_when is not None:
        raise CannotLowerError(f"cannot lower: measurements of {fact.name}, which slips between them")
    row[at.FACT_RESUMES] = fact.resumes
    row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = build.records(fact.records)
    row[at.FACT_PAST] = build.memory.floated([0.0] * (2 * len(fact.records)))
    row[at.FACT_LOST], row[at.FACT_N_LOST] = build.memory.floated([0.0] * at.MOST_LOST), 0
    row[at.FACT_AFTER], row[at.FACT_WHEN] = build.delay(fact.duration), node_or_none(fact.when)
    row[at.FACT_STEPS], row[at.FACT_BEGUN], row[at.FACT_SLIPS] = fact.steps, fact.begun, fact.slips
    row[at.FACT_SLIPS_WHEN], row[at.FACT_STANDING] = (
        node_or_none(fact.slips_when),
        node_or_none(fact.standing),
    )
    row[at.FACT_RATES], row[at.FACT_N_RATES] = build.factors(fact.rates)
    whens = [factor.when for factor in fact.rates]
    build.process(at.IS_PROGRESS, number, fact.when, fact.slips_when, fact.standing, *whens)


def _schedule(build: Building, number: int, fact: SchedulePlan, row: list[int]) -> None:
    came = dict(fact.came)
    values: list[int] = []
    for place, (time, value) in enumerate(fact.values):
        slips = fact.slips[place] if fact.slips else None
        recorded = came.get(time, at.NEVER) if slips is not None else at.NEVER
        values += [time, build.memory.floated([value]), build.delay(slips), recorded, time]
    row[at.FACT_RECORDS], row[at.FACT_N_RECORDS] = build.memory.rows(values), len(fact.values)
    build.process(at.IS_SCHEDULE, number)
