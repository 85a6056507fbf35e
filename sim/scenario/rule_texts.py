"""A rule as an analyst hands it to an assertion or asks of a run: read, made complete, held against its scenario.

A misspelt name would be false for ever: an assertion on it would pass, and its chance be 0, without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.errors import UsageError
from sim.rules.binding import bind, unbound
from sim.rules.domains import ANY_FORCE, MILITARY
from sim.rules.parsing import parse
from sim.rules.references import references, signal_of
from sim.rules.syntax import Beds, Casualties, Consent, Force, Quantity, Recent, Rule, Value
from sim.scenario import facts
from sim.scenario.analysis.bodies import bodies_of
from sim.scenario.checks.subject import unknown
from sim.scenario.rules import completed
from sim.scenario.scenario import Scenario


def complete_rule(scenario: Scenario, rule: str | Rule, contributor: str | None = None) -> Rule:
    """Return a rule given as text or tree with its definitions expanded and `self` bound.

    Raises UsageError if it speaks of what is not in the scenario, or of `self` without a contributor.
    """
    read = parse(rule) if isinstance(rule, str) else rule
    complete = completed(scenario, read)
    if contributor is not None:
        complete = bind(complete, contributor)
    for quantity in sorted(unbound(complete), key=str):
        raise UsageError(f"`{rule}`: `{quantity}` does not say of which contributor; name it")
    for quantity in sorted(references(complete), key=str):
        for message in _mistakes(scenario, quantity):
            raise UsageError(f"`{rule}`: {message}")
    return complete


def _mistakes(scenario: Scenario, quantity: Quantity) -> Iterator[str]:
    counted = signal_of(quantity)
    match counted:
        case Value(name):
            if name in scenario.uncertain:
                return
            if name not in scenario.facts:
                yield unknown("fact or definition", name, (*scenario.facts, *scenario.definitions))
            elif isinstance(quantity, Recent) and scenario.facts[name].kind != "events":
                yield f"`in last` counts events, and '{name}' is a {scenario.facts[name].kind}"
        case Consent(party, contributor):
            yield from _consent(scenario, party, contributor)
        case Casualties(contributor):
            yield from _named("contributor", contributor, scenario.contributors)
        case Beds():
            yield "the theatre states no beds, so they do not limit"
        case Force():
            yield from _force(scenario, counted)


def _consent(scenario: Scenario, party: str, contributor: str | None) -> Iterator[str]:
    yield from _named("party", party, scenario.parties)
    yield from _named("contributor", contributor, scenario.contributors)
    own = scenario.contributors[str(contributor)].consents.get(party, scenario.parties[party].consent)
    if not isinstance(own, facts.Consent):
        yield f"nobody asks {party} for its consent to {contributor}, so none is ever given"


def _force(scenario: Scenario, force: Force) -> Iterator[str]:
    blocks = [body.block for body in bodies_of(scenario)]
    sectors = scenario.theatre.sectors or {block.sector for block in blocks if block.sector is not None}
    yield from _named("contributor", force.contributor, (*scenario.contributors, *scenario.trained_forces))
    yield from _named("role", force.role, {block.role for block in blocks})
    yield from _named("sector", force.sector, sectors)
    yield from _named("force", force.force, {MILITARY, ANY_FORCE, *(block.force for block in blocks)})


def _named(what: str, name: str | None, known: Collection[str]) -> Iterator[str]:
    if name is not None and name not in known:
        yield unknown(what, name, known)
