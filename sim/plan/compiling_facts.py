"""Facts and consents → rows. A consent is a milestone that a party controls, one for each contributor."""

from __future__ import annotations

from sim.durations import seconds_between
from sim.plan.appearing import appearance
from sim.plan.context import Context
from sim.plan.forcing import forcing_consent, forcing_value
from sim.plan.tables import (
    EventsPlan,
    Factor,
    FactPlan,
    MilestonePlan,
    ProgressPlan,
    SchedulePlan,
    SwitchPlan,
)
from sim.rules.syntax import Consent as ConsentSignal
from sim.rules.syntax import Or, Rule, Value
from sim.scenario.facts import Consent, Events, Milestone, Progress, Schedule, Switch
from sim.scenario.gates import Gate, gates
from sim.scenario.planned import SlippingValue


def compile_facts(context: Context) -> tuple[FactPlan, ...]:
    """Compile every fact, in the order of names."""
    return tuple(_compile_fact(context, name) for name in sorted(context.scenario.facts))


def _compile_fact(context: Context, name: str) -> FactPlan:
    match context.scenario.facts[name]:
        case Switch() as fact:
            return _switch(context, name, fact)
        case Milestone() as fact:
            return _milestone(context, name, fact)
        case Events() as fact:
            return _events(context, name, fact)
        case Progress() as fact:
            return _progress(context, name, fact)
        case Schedule() as fact:
            return _schedule(context, name, fact)


def _switch(context: Context, name: str, fact: Switch) -> SwitchPlan:
    stream = f"facts.{name}"
    news = context.fact_news(name)
    multipliers = [
        (context.node(multiplier.when, f"{stream}.rate_multiplier"), multiplier)
        for multiplier in fact.rate_multiplier
    ]
    return SwitchPlan(
        name=name,
        signal=context.builder.signal(Value(name)),
        log=fact.log,
        records=context.fact_records(name),
        resumes=news.resumes or 0,
        initially=fact.initially,
        since=seconds_between(context.scenario.start, fact.since) if fact.since else None,
        stays_on=context.optional_delay(f"{stream}.stays_on", fact.stays_on, news),
        stays_off=context.optional_delay(f"{stream}.stays_off", fact.stays_off, news),
        forced_on=_forced(context, name, True, fact.forced_on_when),
        forced_off=_forced(context, name, False, fact.forced_off_when),
        ends=tuple(Factor(node, multiplier.ends) for node, multiplier in multipliers if multiplier.ends != 1),
        starts=tuple(
            Factor(node, multiplier.starts) for node, multiplier in multipliers if multiplier.starts != 1
        ),
    )


def _forced(context: Context, name: str, value: bool, rule: Rule | None) -> int | None:
    """Return the node that forces a switch: by its own rule, or by a pulled lever."""
    by_lever = forcing_value(context.scenario, name, value)
    rules = [each for each in (rule, by_lever) if each is not None]
    whole = Or(tuple(rules)) if len(rules) > 1 else next(iter(rules), None)
    return context.optional_node(whole, f"facts.{name}.forced_{'on' if value else 'off'}_when")


def _milestone(context: Context, name: str, fact: Milestone) -> MilestonePlan:
    stream = f"facts.{name}"
    news = context.fact_news(name)
    return MilestonePlan(
        name=name,
        signal=context.builder.signal(Value(name)),
        log=fact.log,
        records=context.fact_records(name),
        resumes=news.resumes or 0,
        probability=context.share(f"{stream}.probability", fact.probability),
        outcome=f"{stream}.outcome",
        after=context.delay(f"{stream}.after", fact.after, news),
        when=context.optional_node(fact.when, f"{stream}.when"),
        reconsiders=context.optional_delay(f"{stream}.reconsiders", fact.reconsiders, news),
        undone=context.optional_node(fact.undone_when, f"{stream}.undone_when"),
        rates=context.factors(fact.rate_multiplier, f"{stream}.rate_multiplier"),
        forced=context.optional_node(forcing_value(context.scenario, name, True), f"{stream}.forced"),
    )


def _events(context: Context, name: str, fact: Events) -> EventsPlan:
    stream = f"facts.{name}"
    news = context.fact_news(name)
    start = context.scenario.start
    rates = context.factors(fact.rate_multiplier, f"{stream}.rate_multiplier")
    past = tuple(sorted((seconds_between(start, day), count) for day, count in (fact.past or {}).items()))
    return EventsPlan(
        name=name,
        signal=context.builder.signal(Value(name)),
        log=fact.log,
        records=context.fact_records(name),
        resumes=news.resumes or 0,
        rate=context.quantity(f"{stream}.rate", fact.rate),
        bursts=context.quantity(f"{stream}.bursts", fact.bursts),
        arrivals=f"{stream}.arrivals",
        sizes=f"{stream}.sizes",
        rates=rates,
        past=past,
        runs_from=0 if fact.past is not None else -context.windows.get(Value(name), 0),
    )


def _progress(context: Context, name: str, fact: Progress) -> ProgressPlan:
    stream = f"facts.{name}"
    news = context.fact_news(name)
    return ProgressPlan(
        name=name,
        signal=context.builder.signal(Value(name)),
        log=fact.log,
        records=context.fact_records(name),
        resumes=news.resumes or 0,
        begun=round(fact.initially * fact.steps),
        duration=context.delay(f"{stream}.duration", fact.duration, news),
        when=context.optional_node(fact.when, f"{stream}.when"),
        steps=fact.steps,
        slips_when=context.optional_node(fact.slips_when, f"{stream}.slips_when"),
        slips=fact.slips,
        rates=context.factors(fact.rate_multiplier, f"{stream}.rate_multiplier"),
        standing=context.standing(news.stands),
    )


def compile_gates(context: Context) -> tuple[SchedulePlan, ...]:
    """Compile the planned dates of theatre and requirements that slip, in the order of names."""
    return tuple(_gate(context, gate) for gate in sorted(gates(context.scenario), key=lambda gate: gate.name))


def _gate(context: Context, gate: Gate) -> SchedulePlan:
    time = seconds_between(context.scenario.start, gate.date.planned)
    return SchedulePlan(
        name=gate.name,
        signal=context.builder.signal(Value(gate.name)),
        log=True,
        initially=0.0,
        values=((time, 1.0),),
        slips=(context.delay(f"{gate.path}.slips", gate.date.slips),),
        came=context.came(gate.path, time),
    )


def _schedule(context: Context, name: str, fact: Schedule) -> SchedulePlan:
    start = context.scenario.start
    days = sorted(fact.values)
    planned = [f"facts.{name}.values.{day}" for day in days]
    delays = tuple(
        context.delay(f"{path}.slips", value.slips) if isinstance(value, SlippingValue) else None
        for path, value in zip(planned, (fact.values[day] for day in days), strict=True)
    )
    came = [
        each
        for path, day in zip(planned, days, strict=True)
        for each in context.came(path, seconds_between(start, day))
    ]
    return SchedulePlan(
        name=name,
        signal=context.builder.signal(Value(name)),
        log=fact.log or fact.slips,
        initially=float(fact.initially),
        values=tuple((seconds_between(start, day), float(fact.values[day])) for day in days),
        slips=delays if fact.slips else (),
        came=tuple(came),
    )


def compile_consents(context: Context) -> tuple[MilestonePlan, ...]:
    """Compile the consent of each party to each contributor, in the order of names."""
    return tuple(
        _consent(context, party, contributor, consent)
        for (party, contributor), consent in context.consents.items()
    )


def _asked(context: Context, contributor: str, consent: Consent, stream: str) -> int | None:
    """Return the node from which a party is asked: not before the contributor has appeared; None: at start."""
    asked = context.optional_node(consent.asked_when, f"{stream}.asked_when", contributor)
    nodes = [node for node in (asked, appearance(context, contributor)) if node is not None]
    return context.builder.all_of(tuple(nodes)) if len(nodes) > 1 else next(iter(nodes), None)


def _consent(context: Context, party: str, contributor: str, consent: Consent) -> MilestonePlan:
    """Compile one consent; how likely a party is to agree is one number where its own answer holds."""
    stream = f"consent.{party}.{contributor}"
    exception = party in context.scenario.contributors[contributor].consents
    whose = stream if exception else f"consent.{party}"
    news = context.consent_news(party, contributor)
    signal = ConsentSignal(party, contributor)
    return MilestonePlan(
        name=f"consent({party}, {contributor})",
        signal=context.builder.signal(signal),
        log=True,
        records=context.consent_records(party, contributor),
        resumes=news.resumes or 0,
        probability=context.share(f"{whose}.probability", consent.probability),
        outcome=f"{stream}.outcome",
        after=context.delay(f"{stream}.after", consent.after, news),
        when=_asked(context, contributor, consent, stream),
        reconsiders=context.optional_delay(f"{stream}.reconsiders", consent.reconsiders, news),
        undone=context.optional_node(consent.revoked_when, f"{stream}.revoked_when", contributor),
        rates=tuple(
            Factor(context.node(factor.when, f"{stream}.rate_multiplier", contributor), factor.times)
            for factor in consent.rate_multiplier
            if factor.times != 1.0
        ),
        forced=context.optional_node(
            forcing_consent(context.scenario, party, contributor), f"{stream}.forced", contributor
        ),
    )
