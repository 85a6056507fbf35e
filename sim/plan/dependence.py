"""Which facts and consents a fact depends on, so that it can be played without the rest of the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sim.plan.context import Context
from sim.plan.tables import Plan
from sim.rules.references import signals
from sim.rules.syntax import Consent, Rule, Value
from sim.scenario.rules import rules_in


def depends_on(context: Context, name: str) -> frozenset[str] | None:
    """Return the facts and consents, as logs name them, that decide the course of one, itself included.

    None if troops or casualties are among what decides it, and with them the whole world.
    """
    needed: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in needed:
            continue
        needed.add(current)
        for rule in rules_of(context, current):
            for quantity in signals(rule):
                if not isinstance(quantity, Value | Consent):
                    return None
                waiting.append(str(quantity))
    return frozenset(needed)


def rules_of(context: Context, name: str) -> Iterator[Rule]:
    """Yield the rules of a fact or consent, bound and expanded."""
    fact = context.scenario.facts.get(name)
    if fact is not None:
        yield from (context.rule(rule) for rule in rules_in(fact))
        return
    for (party, contributor), consent in context.consents.items():
        if name == str(Consent(party, contributor)):
            yield from (context.rule(rule, contributor) for rule in rules_in(consent))


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
