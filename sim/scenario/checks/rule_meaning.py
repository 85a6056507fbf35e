"""What rules mean once their definitions are filled in and they are bound to a contributor."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from sim.errors import RuleError
from sim.rules.beds import reads_beds
from sim.rules.binding import bind, expand, unbound
from sim.rules.references import names, references
from sim.rules.syntax import Consent, Rule
from sim.scenario import facts
from sim.scenario.checks.subject import Subject
from sim.scenario.faults import Fault
from sim.scenario.positions import Path
from sim.scenario.rules import completed


def definition_circles(subject: Subject) -> Iterator[Fault]:
    """No definition needs itself; facts may read each other in a circle."""
    definitions = subject.scenario.definitions
    needed = {name: sorted(names(rule) & definitions.keys()) for name, rule in definitions.items()}
    seen: set[str] = set()
    for name in definitions:
        circle = _circle(name, needed) if name not in seen else None
        if circle and not seen.intersection(circle):
            seen.update(circle)
            message = (
                f"definitions refer to each other in a circle: {' → '.join([*circle, name])}; break it at one"
            )
            yield subject.in_rule(("definitions", name), circle[1 % len(circle)], message)


def definitions_as_truths(subject: Subject) -> Iterator[Fault]:
    """A definition is true or false: it is neither counted nor compared, and stays of readable size."""
    if next(definition_circles(subject), None) is not None:
        return
    for path, rule in subject.rules:
        try:
            expand(rule, subject.scenario.definitions)
        except RuleError as error:
            if path[0] == "definitions" or not any(_fails(subject, name) for name in names(rule)):
                yield subject.at(path, str(error))


def _fails(subject: Subject, name: str) -> bool:
    """Say whether a definition is itself at fault (and is reported where it stands)."""
    definitions = subject.scenario.definitions
    if name not in definitions:
        return False
    try:
        expand(definitions[name], definitions)
    except RuleError:
        return True
    return False


def beds_in_rules(subject: Subject) -> Iterator[Fault]:
    """The rules by which beds grow do not speak of beds."""
    for path, rule in subject.rules:
        if path[:2] != ("theatre", "beds"):
            continue
        try:
            circular = reads_beds(expand(rule, subject.scenario.definitions))
        except RuleError:
            continue
        if circular:
            message = "beds cannot grow by a rule about beds; name what they are built for, a fact or a date"
            yield subject.in_rule(path, "beds", message)


def whose_rules(subject: Subject) -> Iterator[Fault]:
    """`self` and `consent(party)` mean something only in the rule of a contributor."""
    for path, rule in subject.rules:
        if path[0] in ("contributors", "definitions") or (path[0] == "parties" and "consent" in path):
            continue
        complete = _complete(subject, rule)
        for quantity in sorted(unbound(complete) if complete is not None else (), key=str):
            party = quantity.party if isinstance(quantity, Consent) else None
            remedy = f"write consent({party}, contributor)" if party else "name the contributor"
            message = (
                f"'{quantity}' names no contributor, and this rule is not one of a contributor; {remedy}"
            )
            yield subject.in_rule(path, party or "self", message)


def consents_in_rules(subject: Subject) -> Iterator[Fault]:
    """A consent that a rule reads is asked for."""
    for path, owner, rule in _bound_rules(subject):
        complete = _complete(subject, rule)
        if complete is None:
            continue
        for quantity in sorted(references(bind(complete, owner) if owner else complete), key=str):
            if isinstance(quantity, Consent) and quantity.contributor is not None:
                message = _unasked(subject, quantity.party, quantity.contributor)
                if message:
                    yield subject.in_rule(path, quantity.party, message)


def _bound_rules(subject: Subject) -> Iterator[tuple[Path, str | None, Rule]]:
    """Yield each rule with the contributor whose it is; a party's default once for each who meets it."""
    for path, rule in subject.rules:
        if path[0] == "contributors":
            yield path, str(path[1]), rule
        elif path[0] == "parties":
            for name, contributor in subject.scenario.contributors.items():
                if str(path[1]) not in contributor.consents:
                    yield path, name, rule
        elif path[0] != "definitions":
            yield path, None, rule


def _unasked(subject: Subject, party: str, name: str) -> str | None:
    scenario = subject.scenario
    if party not in scenario.parties or name not in scenario.contributors:
        return None
    own = scenario.contributors[name].consents.get(party, scenario.parties[party].consent)
    if isinstance(own, facts.Consent):
        return None
    if own == "not_needed":
        return f"{name} needs no consent of {party}, so none is ever given; take it out of the rule"
    where = f"contributors.{name}.consents.{party} or parties.{party}.consent"
    return f"the consent of {party} to {name} is nowhere described; add {where}"


def _complete(subject: Subject, rule: Rule) -> Rule | None:
    try:
        return completed(subject.scenario, rule)
    except RuleError:
        return None


def _circle(name: str, needed: Mapping[str, list[str]]) -> list[str] | None:
    """Return the shortest way from a definition back to itself, without its end, or None."""
    before: dict[str, str] = {}
    ways = deque([name])
    while ways:
        current = ways.popleft()
        if name in needed[current]:
            way = [current]
            while way[-1] != name:
                way.append(before[way[-1]])
            return way[::-1]
        for following in needed[current]:
            if following not in before:
                before[following] = current
                ways.append(following)
    return None
