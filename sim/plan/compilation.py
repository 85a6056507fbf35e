"""Scenario → Plan. Everything is compiled in the order of names, so the order of a file changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.durations import DAY, seconds_between
from sim.plan.appearing import compile_appearances
from sim.plan.compiling_facts import compile_consents, compile_facts, compile_gates
from sim.plan.compiling_forces import (
    ceilings_of,
    compile_contingents,
    compile_contributors,
    compile_training,
    ended_node,
)
from sim.plan.context import Context
from sim.plan.drawn import drawn_quantities
from sim.plan.forcing import compile_triggers
from sim.plan.laws import law_of
from sim.plan.network import From, Network, Signal, initial_signals
from sim.plan.tables import (
    BedsPlan,
    ConstantSignal,
    EventsPlan,
    FactPlan,
    LanePlan,
    Plan,
    ProgressPlan,
    Quantity,
    SchedulePlan,
    StatementPlan,
    SwitchPlan,
)
from sim.rules.references import signals
from sim.rules.syntax import Chosen, Not, Rule, Value
from sim.scenario.distributions import OneOf
from sim.scenario.planned import beds_gate, since
from sim.scenario.scenario import Scenario


def compile_plan(scenario: Scenario) -> Plan:
    """Compile a scenario that loaded without faults."""
    context = Context(scenario)
    contingents = compile_contingents(context)
    contributors = compile_contributors(context, contingents)
    training = compile_training(context, first=len(contingents))
    beds = _beds(context)
    ended = ended_node(context)
    statements = _statements(context)
    gates = compile_gates(context)
    facts = (
        *compile_facts(context),
        *compile_consents(context),
        *compile_triggers(context),
        *gates,
        *compile_appearances(context),
    )
    uncertain = tuple(
        (name, Quantity(f"uncertain.{name}", law_of(scenario.uncertain[name].distribution)))
        for name in sorted(scenario.uncertain)
    )
    network = context.builder.build()
    reception = scenario.theatre.reception
    plan = Plan(
        scenario=scenario.scenario,
        start=scenario.start,
        begins=_begins(facts, network),
        as_of=context.resumes,
        ends=seconds_between(scenario.start, scenario.end) + DAY,
        network=network,
        rule_names=tuple(context.rule_names),
        initial=initial_signals(_before_anything(facts), network),
        uncertain=uncertain,
        constants=_constants(context, network, dict(uncertain)),
        facts=facts,
        contributors=contributors,
        contingents=contingents,
        training=training,
        lanes=tuple(
            LanePlan(name, lane.slots, lane.load) for name, lane in sorted(scenario.theatre.lift.items())
        ),
        reception=context.quantity("theatre.reception", reception) if reception else None,
        beds=beds,
        ceilings=ceilings_of(context),
        ended=ended,
        statements=statements,
    )
    return replace(plan, drawn=drawn_quantities(plan))


def _constants(
    context: Context, network: Network, uncertain: Mapping[str, Quantity]
) -> tuple[ConstantSignal, ...]:
    """Return the signals that keep a number drawn once: readings, and uncertain quantities that rules read."""
    found = []
    for number, signal in enumerate(network.signals):
        if isinstance(signal, Chosen):
            law = law_of(OneOf(tuple(map(float, range(signal.count))), context.readings[signal.name].weights))
            quantity = Quantity(f"reading.{signal.name}", law)
            found.append(ConstantSignal(number, str(signal), quantity, signal.name))
        elif isinstance(signal, Value) and signal.name in uncertain:
            found.append(ConstantSignal(number, signal.name, uncertain[signal.name]))
    return tuple(sorted(found, key=lambda constant: constant.log))


def _beds(context: Context) -> BedsPlan | None:
    beds = context.scenario.theatre.beds
    if beds is None:
        return None
    grows = []
    for growth in beds.grows:
        if growth.from_ is not None:
            node = context.node_of(since(growth.from_, beds_gate(growth.from_, growth.to)))
        else:
            node = context.builder.ever(context.node(growth.when, "theatre.beds.grows"))
        grows.append((node, growth.to))
    return BedsPlan(beds.at_start, tuple(sorted(grows)))


def _statements(context: Context) -> tuple[StatementPlan, ...]:
    never = [(f"never: {rule}", rule) for rule in context.scenario.never]
    always = [(f"always: {rule}", Not(rule)) for rule in context.scenario.always]
    return tuple(_statement(context, text, broken) for text, broken in (*never, *always))


def _statement(context: Context, text: str, broken: Rule) -> StatementPlan:
    node = context.node(broken, text)
    read = sorted(signals(context.rule(broken)), key=str)
    numbers = [context.builder.signal(each) for each in read]  # type: ignore[arg-type]  # never a `Recent`
    return StatementPlan(text, node, tuple(zip(map(str, read), numbers, strict=True)))


def _begins(facts: tuple[FactPlan, ...], network: Network) -> int:
    """Return the first instant at which some fact moves or a rule's date comes, or 0."""
    moments = [0, *(node.time for node in network.nodes if isinstance(node, From))]
    for fact in facts:
        match fact:
            case SwitchPlan(since=int(since)):
                moments.append(since)
            case EventsPlan(past=past, runs_from=runs_from):
                moments.extend([runs_from, *(time for time, _ in past)])
            case SchedulePlan(values=values):
                moments.extend(time for time, _ in values)
            case _:
                pass
    return min(moments)


def _before_anything(facts: tuple[FactPlan, ...]) -> dict[Signal, float]:
    """Return the facts not 0 to begin with; before `since` a switch is the opposite of `initially`."""
    known: dict[Signal, float] = {}
    for fact in facts:
        if isinstance(fact, SwitchPlan):
            known[Value(fact.name)] = float(fact.initially if fact.since is None else not fact.initially)
        elif isinstance(fact, ProgressPlan):
            known[Value(fact.name)] = fact.begun / fact.steps
        elif isinstance(fact, SchedulePlan):
            known[Value(fact.name)] = fact.initially
    return known
