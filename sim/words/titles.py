"""What to call the names of a scenario in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sim.rules.parsing import parse
from sim.rules.sentences import sentence
from sim.rules.syntax import Consent, Rule
from sim.words.names import printable, proper, readable

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "preparation": "preparation",
        "beds": "beds in the theatre",
        "reception": "reception in the theatre",
        "moving": "the journey",
        "relief gap": "the next unit after a relief that failed",
        "withdrawn": "withdrawn",
        "refused": "refused",
        "undelivered": "pledged but never delivered",
        "trainers": "trainers",
        "training": "in training",
    }
)


def titles_of(scenario: Scenario) -> Mapping[str, str]:
    """Return what people call the facts, parties, contributors, sectors and trained forces of a scenario."""
    titles: dict[str, str] = {}
    for states in (scenario.parties, scenario.contributors):
        titles |= {key: block.name or proper(key) for key, block in states.items()}
    for things in (scenario.facts, scenario.theatre.sectors, scenario.trained_forces):
        titles |= {key: block.name or readable(key) for key, block in things.items()}
    return MappingProxyType({key: printable(title) for key, title in titles.items()})


def clause(rule: Rule, titles: Mapping[str, str]) -> str:
    """Return a rule as a clause inside a sentence: without its capital and full stop."""
    said = sentence(rule, titles).removesuffix(".")
    known = any(said.startswith(title) for title in titles.values())
    return said if known or said.startswith("“") else said[:1].lower() + said[1:]


def body_title(scenario: Scenario, contributor: str, contingent: str) -> str:
    """Return what to call the troops of a contingent, without whose they are."""
    state = scenario.contributors.get(contributor)
    if state is None:
        return "recruits"
    body = state.contingents[contingent]
    return printable(body.name or contingent.replace("_", " ")).lower()


def cause_title(cause: str, titles: Mapping[str, str]) -> str:
    """Return what troops wait for, as the waits log names it, in words."""
    kind, _, rest = cause.partition(" ")
    if kind == "rule:":
        return f"that {clause(parse(rest), titles)}"
    if cause.startswith("consent("):
        party, contributor = cause.removeprefix("consent(").removesuffix(")").split(", ")
        asked = Consent(party, contributor)
        return f"consent of {titles.get(asked.party, proper(party))}"
    if kind == "approval":
        return f"approval: {rest.replace('_', ' ')}"
    if kind == "sector":
        return f"sector to open: {titles.get(rest, rest)}"
    if kind == "lift":
        return f"lift by {rest.replace('_', ' ')}"
    return _CAUSES.get(cause, cause)
