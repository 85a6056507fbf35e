"""What changes nothing, and so was probably meant otherwise: warnings."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor, inf

from sim.rules.references import names, references, signal_of, subrules
from sim.rules.syntax import Beds, Casualties, Compare, Consent, Force, Number, Value
from sim.scenario.checks.subject import Subject
from sim.scenario.distributions import bounds
from sim.scenario.facts import Schedule
from sim.scenario.faults import Fault
from sim.scenario.kinds import is_truth
from sim.scenario.positions import Path

_NEARLY_WHOLE = 1e-9


def unused(subject: Subject) -> Iterator[Fault]:
    """Every fact, definition, uncertain quantity, lane and sector of the file itself is used."""
    for path, message in _unused(subject):
        if subject.is_own(path):
            yield subject.at_key(path, f"{message}, so it changes nothing; use it, or remove it", "warning")


def _unused(subject: Subject) -> Iterator[tuple[Path, str]]:
    read = {name for _, rule in subject.rules for name in names(rule)}
    for section, what in (("facts", "fact"), ("definitions", "definition")):
        for name in subject.keys(section):
            if name not in read:
                yield (section, name), f"no rule reads this {what}"
    moving = {name for _, drawn in subject.drawn for name in drawn.movers} | read
    for name in subject.keys("uncertain"):
        if name not in moving:
            yield ("uncertain", name), "no `times:`, `odds:` or rule names this quantity"
    used = {getattr(body, "lift", None) for body in subject.bodies}
    for name in subject.keys("theatre", "lift"):
        if name not in used:
            yield ("theatre", "lift", name), "no contingent uses this lane"
    for name in subject.keys("theatre", "sectors"):
        if name not in _sectors_in_use(subject):
            yield ("theatre", "sectors", name), "nothing refers to this sector"


def shares_and_counts(subject: Subject) -> Iterator[Fault]:
    """Counts are compared with whole numbers, and progress with a share or percentage."""
    for path, rule in subject.rules:
        if not subject.is_own(path):
            continue
        for part in subrules(rule):
            message = _of_another_measure(subject, part) if isinstance(part, Compare) else None
            if message is not None:
                word = str(part).split("(")[0].split(" ")[0]
                yield subject.in_rule(path, word, message, "warning")


def _of_another_measure(subject: Subject, comparison: Compare) -> str | None:
    """Say what is odd about the number of a comparison, if anything."""
    counted = signal_of(comparison.quantity)
    fact = subject.fact(counted.name) if isinstance(counted, Value) else None
    kind = fact.kind if fact is not None else None
    number = comparison.number
    if number.text.endswith("%") and (isinstance(counted, (Force, Casualties, Beds)) or kind == "events"):
        return (
            f"`{comparison}` compares a count with a share, {number} = {number.value:g}; write a whole number"
        )
    truth = isinstance(counted, Consent) or (kind is not None and is_truth(kind)) or _has_truths(fact)
    if truth and (number.text.endswith("%") or 0 < number.value < 1):
        what = str(counted)
        return (
            f"`{comparison}` compares what is true or false with a share; write `{what}` or `not {what}` "
            "(how likely it is stands in its own block, not in a rule)"
        )
    if kind == "progress" and number.value > 1 and not number.text.endswith("%"):
        meant = Compare(comparison.quantity, comparison.operator, Number(f"{number}%"))
        return f"`{comparison}` compares a share between 0 and 1 with {number}; perhaps you mean `{meant}`"
    return None


def _has_truths(fact: object) -> bool:
    return isinstance(fact, Schedule) and all(
        isinstance(known, bool)
        for known in (fact.initially, *(getattr(each, "value", each) for each in fact.values.values()))
    )


def whole_steps(subject: Subject) -> Iterator[Fault]:
    """A progress begins at a whole number of its steps."""
    for name, fact in subject.scenario.facts.items():
        if fact.kind != "progress":
            continue
        done = fact.initially * fact.steps
        if abs(done - round(done)) > _NEARLY_WHOLE:
            near = sorted({floor(done) / fact.steps, ceil(done) / fact.steps})
            said = " or ".join(f"{share * 100:.6g}%" for share in near if share < 1)
            what = f"{fact.initially * 100:.6g}% is no whole number of {fact.steps} steps"
            yield subject.at(("facts", name, "initially"), f"{what}; write {said}, or other `steps`")


def multipliers(subject: Subject) -> Iterator[Fault]:
    """A multiplier changes something."""
    for name, fact in subject.scenario.facts.items():
        if fact.kind == "schedule":
            continue
        for place, multiplier in enumerate(fact.rate_multiplier):
            if multiplier.model_fields_set == {"when"}:
                path = ("facts", name, "rate_multiplier", place)
                yield subject.at(path, "changes nothing; add `ends:` or `starts:`", "warning")


def bursts(subject: Subject) -> Iterator[Fault]:
    """A cluster of events has at least one."""
    for name, fact in subject.scenario.facts.items():
        if fact.kind != "events":
            continue
        value, greatest = bounds(fact.bursts.distribution)
        if value < 1 and (value > 0 or greatest < inf):
            message = f"bursts is the mean number of events in a cluster, at least 1, not {value:g}"
            yield subject.at(("facts", name, "bursts"), f"{message}; leave it out for single events")


def _sectors_in_use(subject: Subject) -> set[str | None]:
    scenario = subject.scenario
    aims = (*scenario.requirements, *scenario.targets.values())
    multipliers = scenario.theatre.casualties.rate_multiplier if scenario.theatre.casualties else ()
    used = {block.sector for block in (*subject.bodies, *aims, *multipliers)}
    for _, rule in subject.rules:
        used.update(quantity.sector for quantity in references(rule) if isinstance(quantity, Force))
    return used
