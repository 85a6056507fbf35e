"""What to call the names of a scenario in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sim.rules.domains import ANY_FORCE, MILITARY
from sim.rules.references import signals
from sim.rules.sentences import sentence
from sim.rules.syntax import Rule
from sim.scenario.unnamed import ALL_UNNAMED
from sim.words.names import printable, proper, readable, within

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def titles_of(scenario: Scenario) -> Mapping[str, str]:
    """Return what people call the facts, parties, contributors, sectors, trained forces and levers of a scenario."""
    titles: dict[str, str] = {}
    for states in (scenario.parties, scenario.contributors):
        titles |= {key: block.name or proper(key) for key, block in states.items()}
    if scenario.unnamed is not None:
        titles[ALL_UNNAMED] = "Unnamed contributors"
    titles |= {f"lever({key})": lever.name or readable(key) for key, lever in scenario.levers.items()}
    for things in (scenario.facts, scenario.theatre.sectors, scenario.trained_forces):
        titles |= {key: block.name or readable(key) for key, block in things.items()}
    return MappingProxyType({key: printable(title) for key, title in titles.items()})


def rule_sentence(rule: Rule, titles: Mapping[str, str]) -> str:
    """Return a rule as one sentence, in which “The host” is the host."""
    return sentence(rule, _within(rule, titles))


def _within(rule: Rule, titles: Mapping[str, str]) -> dict[str, str]:
    """Return the titles as they stand within a sentence: those of who acts; facts stand in quotation marks."""
    who = {
        name
        for quantity in signals(rule)
        for name in (getattr(quantity, "party", None), getattr(quantity, "contributor", None))
    }
    return {name: within(title) if name in who else title for name, title in titles.items()}


def clause(rule: Rule, titles: Mapping[str, str]) -> str:
    """Return a rule as a clause inside a sentence: without its capital and full stop."""
    said = rule_sentence(rule, titles).removesuffix(".")
    known = any(said.startswith(title) for title in _within(rule, titles).values())
    return said if known or said.startswith("“") else said[:1].lower() + said[1:]


def requirement_title(scenario: Scenario, line: str) -> str:
    """Return what to call a line of the statement of requirements: its own name, or its task and whose it is.

    Of `protect_aid (infantry, israel_held) #2` it is `Protect aid (infantry, Israeli-held area) #2`.
    """
    for stated in scenario.requirements:
        rest = line.removeprefix(stated.described)
        if stated.name is None and (not rest or rest.startswith(" #")) and rest != line:
            sector = scenario.theatre.sectors.get(stated.sector or "")
            where = (sector.name if sector else None) or readable(stated.sector or "")
            role, force = (readable(part or "").lower() for part in (stated.role, stated.force))
            narrowed = ", ".join(part for part in (role, where, force) if part)
            return printable(readable(stated.task) + (f" ({narrowed})" if narrowed else "") + rest)
    return printable(line)


def troops_counted(
    scenario: Scenario, force: str | None, role: str | None, sector: str | None, contributor: str | None
) -> str:
    """Return which troops are meant: `troops`, `military troops`, `police`, `infantry of Turkey in Rafah`."""
    titles = titles_of(scenario)
    kind, what = (each and each.replace("_", " ") for each in (force, role))
    if kind in (None, ANY_FORCE):
        what = what or ("troops of any force" if kind == ANY_FORCE else "troops")
    else:
        what = f"{kind} {what}" if what else f"{kind} troops" if kind == MILITARY else kind
    whose = f" of {within(titles.get(contributor, proper(contributor)))}" if contributor else ""
    where = f" in {within(titles.get(sector, readable(sector)))}" if sector else ""
    return printable(f"{what}{whose}{where}")


_SHIELD = str.maketrans("()", "\ue000\ue001")
_UNSHIELD = str.maketrans("\ue000\ue001", "()")


def plain_clause(rule: Rule, titles: Mapping[str, str]) -> str:
    """Return the clause without the brackets that tell its parts apart; those of names stay."""
    shielded = {name: title.translate(_SHIELD) for name, title in titles.items()}
    return clause(rule, shielded).replace("(", "").replace(")", "").translate(_UNSHIELD)


def body_title(scenario: Scenario, contributor: str, contingent: str) -> str:
    """Return what to call the troops of a contingent, without whose they are."""
    state = scenario.contributors.get(contributor)
    if state is None:
        return "recruits"
    body = state.contingents[contingent]
    return printable(body.name or contingent.replace("_", " ")).lower()
