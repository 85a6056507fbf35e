"""What pulled levers make happen: rules that force a fact or consent, and the triggers of adaptive levers.

A lever with `on` forces from that day on. One with `when` is pulled the first time that the rule holds, at the
earliest on `from` and never before `as_of`, and forces from then on. Its trigger is a certain milestone of
the name `lever(NAME)`, whose signal tells when it is pulled. If the scenario says which levers are pulled,
all adaptive levers have their triggers, so that each pulled and unpulled world knows when they would be; and
no trigger moves anything by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.plan.context import Context
from sim.plan.laws import ConstantLaw
from sim.plan.tables import Delay, MilestonePlan, Quantity
from sim.rules.syntax import After, And, Holds, Or, Rule, Value
from sim.scenario.levers import Happening, Lever
from sim.scenario.scenario import Scenario


def trigger_of(name: str) -> str:
    """Return the name under which the signals log tells when a lever is pulled."""
    return f"lever({name})"


def compile_triggers(context: Context) -> tuple[MilestonePlan, ...]:
    """Compile the triggers of the adaptive levers, in the order of names."""
    if context.scenario.pulled is None:
        return ()
    return tuple(
        _trigger(context, name, And((happens.when, After(_earliest(context.scenario, lever)))))
        for name, lever, happens in _happenings(context.scenario)
        if happens.when is not None
    )


def forcing_value(scenario: Scenario, fact: str, value: bool) -> Rule | None:
    """Return the rule by which pulled levers force a value on a fact; None if none does."""
    return _any_of(
        _begins(scenario, name, lever, happens)
        for name, lever, happens in _pulled(scenario)
        if happens.fact == fact and happens.value == value
    )


def forcing_consent(scenario: Scenario, party: str, contributor: str) -> Rule | None:
    """Return the rule by which pulled levers force a party's consent; None if none does."""
    return _any_of(
        _begins(scenario, name, lever, happens)
        for name, lever, happens in _pulled(scenario)
        if (happens.party, happens.contributor) == (party, contributor)
    )


def _any_of(rules: Iterator[Rule]) -> Rule | None:
    found = tuple(rules)
    return Or(found) if len(found) > 1 else next(iter(found), None)


def _trigger(context: Context, name: str, rule: Rule) -> MilestonePlan:
    stream = f"levers.{name}.pulled"
    return MilestonePlan(
        name=trigger_of(name),
        signal=context.builder.signal(Value(trigger_of(name))),
        log=True,
        records=(),
        resumes=context.resumes,
        probability=Quantity(f"{stream}.probability", ConstantLaw(1.0)),
        outcome=f"{stream}.outcome",
        after=Delay(f"{stream}.after", ConstantLaw(0.0)),
        when=context.node(rule, f"levers.{name}.happens.when"),
        reconsiders=None,
        undone=None,
        rates=(),
        forced=None,
    )


def _begins(scenario: Scenario, name: str, lever: Lever, happens: Happening) -> Rule:
    if happens.when is not None:
        return Holds(Value(trigger_of(name)))
    first = _earliest(scenario, lever)
    return After(first if happens.on is None else max(first, happens.on))


def _earliest(scenario: Scenario, lever: Lever) -> dt.date:
    return max(day for day in (scenario.start, scenario.as_of, lever.from_) if day is not None)


def _pulled(scenario: Scenario) -> Iterator[tuple[str, Lever, Happening]]:
    for name, lever, happens in _happenings(scenario):
        if name in (scenario.pulled or ()):
            yield name, lever, happens


def _happenings(scenario: Scenario) -> Iterator[tuple[str, Lever, Happening]]:
    for name, lever in sorted(scenario.levers.items()):
        if lever.happens is not None:
            yield name, lever, lever.happens
