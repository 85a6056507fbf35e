"""Named checks: what a valid file can still get wrong, each with the items and the remedy.

A check is a function that yields faults; its name is what a message can be traced to. Checks of severity
`warning` do not stop a scenario from running.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from types import MappingProxyType

from sim.scenario.checks.chronology import (
    answers_of_one_day,
    contradictions,
    impossible_records,
    shared_numbers,
)
from sim.scenario.checks.dates import dates_of_aims, dates_of_facts, dates_of_theatre, fixed_dates, span
from sim.scenario.checks.effects import bursts, multipliers, shares_and_counts, unused, whole_steps
from sim.scenario.checks.evidence import mostly_assumed
from sim.scenario.checks.frequency import clusters, repeats
from sim.scenario.checks.history import history_dates, history_records
from sim.scenario.checks.levers import costs, levers
from sim.scenario.checks.naming import collisions, names
from sim.scenario.checks.no_news import events_without_rate, records_without_effect
from sim.scenario.checks.plausibility import plausible_ranges
from sim.scenario.checks.references import block_references, caveats, ceilings, uncertain_quantities
from sim.scenario.checks.rule_meaning import (
    beds_in_rules,
    consents_in_rules,
    definition_circles,
    definitions_as_truths,
    whose_rules,
)
from sim.scenario.checks.rule_names import rule_names
from sim.scenario.checks.sizes import sizes
from sim.scenario.checks.sources import hindsight, source_names, unused_sources
from sim.scenario.checks.subject import Check, Subject
from sim.scenario.checks.traps import (
    chances_as_truths,
    multipliers_of_fixed_delays,
    numbers_as_truths,
    slipping_truths,
    totals_that_only_grow,
    vanishing,
    withdrawn_from_the_start,
)
from sim.scenario.faults import MOST_FAULTS, Fault
from sim.scenario.nodes import Branch
from sim.scenario.scenario import Scenario

CHECKS: tuple[Check, ...] = (
    names,
    collisions,
    rule_names,
    numbers_as_truths,
    chances_as_truths,
    plausible_ranges,
    definition_circles,
    definitions_as_truths,
    beds_in_rules,
    whose_rules,
    consents_in_rules,
    block_references,
    ceilings,
    uncertain_quantities,
    levers,
    costs,
    span,
    dates_of_aims,
    dates_of_facts,
    dates_of_theatre,
    bursts,
    whole_steps,
    clusters,
    repeats,
    sizes,
    source_names,
    hindsight,
    history_dates,
    history_records,
    contradictions,
    answers_of_one_day,
    shared_numbers,
    impossible_records,
)
"""Checks that find faults."""

DATED: frozenset[Check] = frozenset(
    {
        span,
        dates_of_aims,
        dates_of_facts,
        dates_of_theatre,
        fixed_dates,
        clusters,
        repeats,
        hindsight,
        history_dates,
    }
)
"""Checks that hold dates against those of the scenario."""

ODDITIES: tuple[Check, ...] = (
    caveats,
    multipliers,
    shares_and_counts,
    unused,
    unused_sources,
    mostly_assumed,
    fixed_dates,
    multipliers_of_fixed_delays,
    withdrawn_from_the_start,
    totals_that_only_grow,
    vanishing,
    records_without_effect,
    events_without_rate,
    slipping_truths,
)
"""Checks that find what is odd; they are for scenarios without faults."""

BY_NAME: Mapping[str, Check] = MappingProxyType({check.__name__: check for check in (*CHECKS, *ODDITIES)})
"""Every check by its name."""


def check(
    root: Branch, scenario: Scenario, invalid: frozenset[str] = frozenset(), *, oddities: bool = True
) -> tuple[Fault, ...]:
    """Return what the named checks find in a scenario, each fault with the name of its check.

    `invalid` are the items that reading found at fault: the scenario has placeholders there, so that what
    lies at or below them is not looked at again.
    """
    subject = Subject(root, scenario, invalid)
    found = list(_found(subject, CHECKS))
    if oddities and all(fault.severity == "warning" for fault in found):
        found += _found(subject, ODDITIES)
    return tuple(dict.fromkeys(found))


def _found(subject: Subject, checks: Iterable[Check]) -> Iterator[Fault]:
    for each in checks:
        if subject.is_dated or each not in DATED:
            for fault in islice(each(subject), MOST_FAULTS + 1):
                if not _lies_in(fault.item, subject.invalid):
                    yield replace(fault, check=each.__name__)


def _lies_in(item: str, wrong: frozenset[str]) -> bool:
    parts = item.split(".")
    return any(".".join(parts[: length + 1]) in wrong for length in range(len(parts)))


__all__ = ["BY_NAME", "CHECKS", "ODDITIES", "Check", "Subject", "check"]
