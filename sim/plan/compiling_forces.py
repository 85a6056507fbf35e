"""Contributors, contingents and trained forces → rows."""

from __future__ import annotations

from sim.durations import seconds_between
from sim.plan.appearing import appearance
from sim.plan.conditions import Conditions
from sim.plan.context import NO_NEWS, Context, News
from sim.plan.tables import (
    AdvancePlan,
    ApprovalPlan,
    CasualtyPlan,
    CeilingPlan,
    ContingentPlan,
    ContributorPlan,
    Delay,
    Factor,
    ForceRecord,
    TourPlan,
    TrainingPlan,
)
from sim.rules import ALWAYS, And, Casualties, Holds, Rule, atoms
from sim.rules.domains import ANY_FORCE
from sim.rules.syntax import Consent
from sim.scenario.arrivals import chance_of_never, delivered_share
from sim.scenario.contributors import NEVER_HAPPENS, Contingent, Contributor, TrainedForce
from sim.scenario.distributions import Drawn
from sim.scenario.forces import counts_in
from sim.scenario.planned import lane_gate, sector_gate, since
from sim.scenario.records import RANKS


def compile_contingents(context: Context) -> tuple[ContingentPlan, ...]:
    """Compile every contingent, in the order of contributors' and their own names."""
    blocks = [
        (contributor, name)
        for contributor, block in sorted(context.scenario.contributors.items())
        for name in sorted(block.contingents)
    ]
    return tuple(
        _contingent(context, number, contributor, name) for number, (contributor, name) in enumerate(blocks)
    )


def compile_contributors(
    context: Context, contingents: tuple[ContingentPlan, ...]
) -> tuple[ContributorPlan, ...]:
    """Compile every contributor, in the order of names."""
    defaults = context.scenario.defaults.contributors
    rows = []
    for name, block in sorted(context.scenario.contributors.items()):
        stream = f"contributor.{name}"
        news = News(context.contributor_news(name).resumes)
        rows.append(
            ContributorPlan(
                name=name,
                resumes=news.resumes or 0,
                withdraws=context.optional_node(block.withdraws_when, f"{stream}.withdraws_when", name),
                notice=_delay(context, f"{stream}.notice", block.notice, defaults.notice, news),
                exit=_delay(context, f"{stream}.exit", block.exit, defaults.exit, news),
                returns=context.optional_delay(
                    f"{stream}.returns", block.returns.after if block.returns else None, news
                ),
                contingents=tuple(row.number for row in contingents if row.contributor == name),
                decisions=_decisions(block, [row for row in contingents if row.contributor == name]),
            )
        )
    return tuple(rows)


def _decisions(block: Contributor, rows: list[ContingentPlan]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of those who are decided on together: all but those with approvals of their own."""
    own = [row for row in rows if block.contingents[row.name].approvals is not None]
    together = tuple(row.number for row in rows if row not in own)
    return (*((together,) if together else ()), *((row.number,) for row in own))


def _delay(
    context: Context, stream: str, own: Drawn | None, default: Drawn | None, news: News = NO_NEWS
) -> Delay:
    stated = own if own is not None else default
    return context.no_delay(stream, news) if stated is None else context.delay(stream, stated, news)


def _contingent(context: Context, number: int, contributor: str, name: str) -> ContingentPlan:
    block = context.scenario.contributors[contributor]
    body = block.contingents[name]
    nation = f"contributor.{contributor}"
    stream = f"{nation}.{name}"
    defaults = context.scenario.defaults.contingents
    permits = _permits(context, contributor, block, body)
    permitted = context.node_of(permits)
    context.rule_names.append((f"{stream}.commits_when", permitted))
    withdraws = context.optional_node(
        block.withdraws_when, f"contributor.{contributor}.withdraws_when", contributor
    )
    gate = permitted
    if withdraws is not None:
        gate = context.builder.all_of((permitted, context.builder.negation(withdraws)))
    sector_open = _sector_open(context, body.sector)
    lane = context.scenario.theatre.lift[body.lift] if body.lift is not None else None
    lane_open = context.node(lane.when if lane else None, f"theatre.lift.{body.lift}.when")
    if lane is not None and lane.from_ is not None:
        runs = context.node_of(since(lane.from_, lane_gate(body.lift or "")))
        lane_open = context.builder.all_of((lane_open, runs))
    trip = f"{stream}.trip"
    news = context.contributor_news(contributor, name)
    reported = News(news.resumes)
    stands = context.standing(news.stands)
    goes_on = () if stands is None else (context.builder.negation(stands),)
    return ContingentPlan(
        contributor=contributor,
        name=name,
        number=number,
        troops=context.troops(f"{stream}.troops", body.troops),
        approvals=_approvals(context, nation, stream, block, body),
        prepares_for=_delay(
            context, f"{stream}.prepares_for", body.prepares_for, defaults.prepares_for, news
        ),
        delivers=context.share(
            f"{stream if body.delivers else nation}.delivers",
            delivered_share(context.scenario, block, body),
        ),
        never_arrives=context.share(
            f"{stream if body.never_arrives else nation}.never_arrives",
            chance_of_never(context.scenario, block, body),
        ),
        arrival_outcome=f"{stream if body.never_arrives else nation}.arrives",
        lane=body.lift,
        trip=context.delay(trip, lane.trip, reported) if lane else context.no_delay(trip, reported),
        sector=body.sector,
        in_theatre=_in_theatre(context, body.sector),
        priority=(block.priority, body.priority),
        tour=_tour(context, stream, body, reported),
        advance=_advance(context, stream, body, news),
        conditions=_conditions(context, permits),
        permitted=permitted,
        gate=gate,
        embarks=context.builder.all_of((gate, sector_open, lane_open, *goes_on)),
        resumes=news.resumes or 0,
        withdraws=withdraws,
        sector_open=sector_open,
        lane_open=lane_open,
        deployed=_force_signals(context, "deployed", contributor, body),
        committed=_force_signals(context, "committed", contributor, body),
        withdrawn=_force_signals(context, "withdrawn", contributor, body),
        ceilings=_ceilings(context, body),
        casualties=_casualties(context, stream, contributor, body),
        records=_records(context, contributor, name),
        appears=appearance(context, contributor),
    )


def _records(context: Context, contributor: str, name: str) -> tuple[ForceRecord, ...]:
    """Return what history records of a contingent; a record without one is about all of its contributor's."""
    start = context.scenario.start
    first = min(context.scenario.contributors[contributor].contingents)
    records = [
        ForceRecord(seconds_between(start, record.date), record.event, record.step, record.troops)
        for record in context.scenario.history
        if record.contributor == contributor
        and record.event
        and record.party is None
        and record.event not in ("delayed", "named")
        # casualties of a contributor as a whole are counted once
        if record.contingent in (None, name)
        and (record.event != "casualties" or record.contingent or name == first)
    ]
    return tuple(
        sorted(
            records,
            key=lambda record: (record.time, RANKS[record.event], record.step or "", record.troops or 0),
        )
    )


def _conditions(context: Context, rule: Rule) -> Conditions:
    parts = atoms(rule)
    return Conditions(rule, parts, tuple(context.node_of(atom) for atom in parts))


def _permits(context: Context, contributor: str, block: Contributor, body: Contingent) -> Rule:
    """Return all that must hold: the contributor's rule, the contingent's own, and every consent."""
    rules = [rule for rule in (block.commits_when, body.commits_when) if rule is not None]
    consents = [Holds(Consent(party, contributor)) for party, who in context.consents if who == contributor]
    return context.rule(And((*rules, *consents)), contributor)


def _approvals(
    context: Context, nation: str, stream: str, block: Contributor, body: Contingent
) -> tuple[ApprovalPlan, ...]:
    """Return the steps of the decision on a contingent: its contributor's, named so, or its own."""
    approvals, whose = (block.approvals, nation) if body.approvals is None else (body.approvals, stream)
    contributor = nation.removeprefix("contributor.")
    name = None if body.approvals is None else stream.removeprefix(f"{nation}.")
    news = context.contributor_news(contributor, name)
    rows = []
    for approval in approvals:
        own = f"{whose}.approval.{approval.step}"
        rows.append(
            ApprovalPlan(
                step=approval.step,
                takes=context.delay(f"{own}.takes", approval.takes, news),
                probability=context.share(f"{own}.probability", approval.probability),
                outcome=f"{own}.outcome",
                reconsiders=context.optional_delay(f"{own}.reconsiders", approval.reconsiders, news),
            )
        )
    return tuple(rows)


def _tour(context: Context, stream: str, body: Contingent, news: News) -> TourPlan | None:
    if body.tour is None:
        return None
    return TourPlan(
        every=context.delay(f"{stream}.tour.every", body.tour.every, news),
        relief=context.share(f"{stream}.tour.relief_probability", body.tour.relief_probability),
        outcome=f"{stream}.tour.relief",
        gap=context.optional_delay(f"{stream}.tour.gap", body.tour.gap, news),
        overstays=context.optional_delay(f"{stream}.tour.overstays", body.tour.overstays, news),
    )


def _advance(context: Context, stream: str, body: Contingent, news: News) -> AdvancePlan | None:
    if body.advance is None:
        return None
    return AdvancePlan(
        share=context.share(f"{stream}.advance.share", body.advance.share),
        body_follows=context.delay(f"{stream}.advance.body_follows", body.advance.body_follows, news),
    )


def _in_theatre(context: Context, sector: str | None) -> bool:
    """Return whether troops of a sector need the theatre's beds and reception; without a sector they do."""
    block = context.scenario.theatre.sectors.get(sector) if sector is not None else None
    return block is None or block.in_theatre


def _sector_open(context: Context, name: str | None) -> int:
    """Return the node that is true while a sector is open: opened once by date and rule, and not closed."""
    sector = context.scenario.theatre.sectors.get(name) if name is not None else None
    if sector is None:
        return context.node_of(ALWAYS)
    nodes = []
    if sector.opens_on is not None:
        nodes.append(context.node_of(since(sector.opens_on, sector_gate(name or ""))))
    if sector.opens_when is not None:
        opened = context.node(sector.opens_when, f"theatre.sectors.{name}.opens_when")
        nodes.append(context.builder.ever(opened))
    if sector.closes_when is not None:
        closed = context.node(sector.closes_when, f"theatre.sectors.{name}.closes_when")
        nodes.append(context.builder.negation(closed))
    return context.builder.all_of(tuple(nodes))


def _force_signals(
    context: Context, measure: str, contributor: str, body: Contingent | TrainedForce
) -> tuple[int, ...]:
    """Return the force signals that rules of the scenario read and in which these troops count."""
    return tuple(
        context.builder.signal(signal)
        for signal in context.force_signals
        if signal.measure == measure and counts_in(context.scenario, signal, contributor, body)
    )


def ceilings_of(context: Context) -> tuple[CeilingPlan, ...]:
    """Return the authorised ceilings, in the order of forces."""
    return tuple(
        CeilingPlan(None if force == ANY_FORCE else force, most)
        for force, most in sorted(context.scenario.authorised.items())
    )


def _ceilings(context: Context, body: Contingent | TrainedForce) -> tuple[int, ...]:
    """Return the numbers of the ceilings under which these troops count."""
    return tuple(
        number for number, ceiling in enumerate(ceilings_of(context)) if ceiling.force in (None, body.force)
    )


def ended_node(context: Context) -> int | None:
    """Return the node that is true from the first instant at which the mission is over."""
    rule = context.scenario.ends_when
    return None if rule is None else context.builder.ever(context.node(rule, "ends_when"))


def _casualties(context: Context, stream: str, contributor: str, body: Contingent) -> CasualtyPlan | None:
    block = context.scenario.theatre.casualties
    recorded = any(record.event == "casualties" for record in context.scenario.history)
    if block is None and not recorded:
        return None
    factors = [
        Factor(context.node(multiplier.when, "theatre.casualties.rate_multiplier"), multiplier.times)
        for multiplier in (block.rate_multiplier if block is not None else ())
        if multiplier.role in (None, body.role) and multiplier.sector in (None, body.sector)
    ]
    return CasualtyPlan(
        rate=context.quantity("theatre.casualties.rate", block.rate if block is not None else NEVER_HAPPENS),
        arrivals=f"{stream}.casualties",
        rates=tuple(factors),
        own=context.builder.signal(Casualties(contributor)),
        total=context.builder.signal(Casualties()),
    )


def compile_training(context: Context, first: int) -> tuple[TrainingPlan, ...]:
    """Compile every trained force, in the order of names; their numbers follow the contingents'."""
    rows = []
    for number, (name, block) in enumerate(sorted(context.scenario.trained_forces.items()), start=first):
        stream = f"trained_forces.{name}"
        rule = context.rule(block.when if block.when is not None else ALWAYS)
        rows.append(
            TrainingPlan(
                name=name,
                number=number,
                graduates=context.graduates(name),
                recruits=context.troops(f"{stream}.recruits", block.recruits),
                vetted=context.share(f"{stream}.vetted", block.vetted),
                ratio=block.trainees_per_trainer,
                course=context.delay(f"{stream}.course", block.course, context.training_news(name)),
                trainers=context.builder.signal(context.trainers(block)),
                when=context.optional_node(block.when, f"{stream}.when"),
                conditions=_conditions(context, rule),
                deployed=_force_signals(context, "deployed", name, block),
                committed=_force_signals(context, "committed", name, block),
                sector=block.sector,
                sector_open=_sector_open(context, block.sector),
                ceilings=_ceilings(context, block),
            )
        )
    return tuple(rows)
