"""Names inside rules: everything that a rule speaks of is in the scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.rules.references import references, signal_of
from sim.rules.suggestions import nearest
from sim.rules.syntax import Beds, Casualties, Consent, Force, Quantity, Recent, Value
from sim.scenario.checks.subject import Subject, unknown
from sim.scenario.faults import Fault
from sim.scenario.positions import Path


def rule_names(subject: Subject) -> Iterator[Fault]:
    """Rules name only facts, definitions, contributors, parties, roles, sectors and forces that exist."""
    for path, rule in subject.rules:
        for quantity in sorted(references(rule), key=str):
            for word, message in _unknown_in(subject, signal_of(quantity)):
                yield subject.in_rule(path, word, message)
            yield from _counted(subject, path, quantity)


def _unknown_in(subject: Subject, quantity: Quantity) -> Iterator[tuple[str, str]]:
    match quantity:
        case Value(name):
            if name not in subject.readable:
                yield name, _unknown_value(subject, name)
        case Consent(party, contributor):
            if party not in subject.keys("parties"):
                yield party, unknown("party", party, subject.keys("parties"))
            yield from _contributor(contributor, subject.keys("contributors"))
        case Casualties(contributor):
            yield from _contributor(contributor, subject.keys("contributors"))
        case Beds():
            if subject.scenario.theatre.beds is None:
                yield "beds", "the theatre states no beds, so they do not limit; add theatre.beds"
        case Force():
            yield from _contributor(quantity.contributor, subject.contributors)
            yield from _filters(subject, quantity)


def _filters(subject: Subject, force: Force) -> Iterator[tuple[str, str]]:
    for what, name, known in (
        ("role", force.role, subject.roles),
        ("sector", force.sector, subject.sectors),
        ("force", force.force, subject.forces),
    ):
        if name is not None and name not in known:
            yield name, unknown(what, name, known)


def _contributor(name: str | None, known: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if name is not None and name != "self" and name not in known:
        yield name, unknown("contributor", name, known)


def _unknown_value(subject: Subject, name: str) -> str:
    if name in ("yes", "on", "no", "off"):
        rule = "always" if name in ("yes", "on") else "never"
        return f"there is no fact or definition '{name}'; a rule that {rule} holds is written `{rule}`"
    if nearest(name, subject.readable) is None:
        if name in subject.contributors:
            return f"'{name}' is a contributor, not a fact; write deployed({name}) or committed({name})"
        if name in subject.keys("parties"):
            return f"'{name}' is a party, not a fact; write consent({name}), or the name of a fact"
    return unknown("fact or definition", name, subject.readable)


def _counted(subject: Subject, path: Path, quantity: Quantity) -> Iterator[Fault]:
    """`in last` counts what happens at instants: events facts and casualties."""
    if not isinstance(quantity, Recent) or not isinstance(quantity.counted, Value):
        return
    name = quantity.counted.name
    fact = subject.fact(name)
    if fact is None or fact.kind == "events":
        return
    remedy = f"write `{name} within {quantity.length}` or `{name} for {quantity.length}`"
    yield subject.in_rule(path, name, f"`in last` counts events, and '{name}' is a {fact.kind}; {remedy}")
