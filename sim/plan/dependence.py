"""Which facts and consents a fact depends on, so that it can be played without the rest of the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sim.plan.context import Context
from sim.plan.tables import Plan
from sim.rules.references import signals
from sim.rules.syntax import Consent, Rule, Value
from sim.scenario.distributions import Drawn, Fixed
from sim.scenario.facts import Consent as AskedConsent
from sim.scenario.facts import Fact
from sim.scenario.rules import rules_in


def depends_on(context: Context, name: str) -> frozenset[str] | None:
    """Return the facts and consents, as logs name them, that decide the course of one, itself included.

    None if troops or casualties are among what decides it, and with them the whole world; or an uncertain
    scale of its delays, about which everything that it scales is known something by `as_of`.
    """
    needed: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in needed:
            continue
        needed.add(current)
        if _has_learned_scale(context, current):
            return None
        for rule in rules_of(context, current):
            for quantity in signals(rule):
                if not isinstance(quantity, Value | Consent):
                    return None
                waiting.append(str(quantity))
    return frozenset(needed)


def rules_of(context: Context, name: str) -> Iterator[Rule]:
    """Yield the rules of a fact or consent, bound and expanded."""
    block, contributor = _block(context, name)
    if block is not None:
        yield from (context.rule(rule, contributor) for rule in rules_in(block))


def _block(context: Context, name: str) -> tuple[Fact | AskedConsent | None, str | None]:
    """Return what the scenario says of a fact or consent, and to whom the consent is."""
    if name in context.scenario.facts:
        return context.scenario.facts[name], None
    for (party, contributor), consent in context.consents.items():
        if name == str(Consent(party, contributor)):
            return consent, contributor
    return None, None


def _has_learned_scale(context: Context, name: str) -> bool:
    scenario = context.scenario
    if scenario.as_of is None or scenario.as_of <= scenario.start:
        return False
    block, _ = _block(context, name)
    names = {name for _, drawn in block or () if isinstance(drawn, Drawn) for name in drawn.movers}
    return any(not isinstance(scenario.uncertain[name].distribution, Fixed) for name in names)


def facts_alone(plan: Plan, names: frozenset[str]) -> Plan:
    """Return a plan in which only the facts and consents named are played, on the same random numbers."""
    return replace(
        plan,
        facts=tuple(row for row in plan.facts if row.name in names),
        contributors=(),
        contingents=(),
        training=(),
        statements=(),
    )
