"""What the numbers of a scenario are called in a sentence: assumptions by their paths, and what a world drew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.words.names import possessive, printable, proper, readable
from sim.words.titles import body_title, titles_of

if TYPE_CHECKING:
    from sim.scenario.contributors import Contributor
    from sim.scenario.scenario import Scenario


def number_words(scenario: Scenario, name: str) -> str:
    """Return what a column of the `numbers` log holds, in words: `Indonesia's number of troops (infantry)`.

    Columns are called as their paths, but for the first word of those of contributors and of readings.
    """
    match name.split("."):
        case ["contributor", contributor, "delivers"]:
            return printable(f"{_whose(scenario, contributor)} share of its pledge that comes")
        case ["contributor", contributor, contingent, "troops"]:
            body = _body(scenario, contributor, contingent)
            return printable(f"{_whose(scenario, contributor)} number of troops{body}")
        case ["contributor", *rest]:
            return assumption_words(scenario, ".".join(["contributors", *rest]))
        case ["reading", *rest]:
            return f"Which reading holds of: {assumption_words(scenario, '.'.join(rest))}"
        case _:
            return assumption_words(scenario, name)


def _whose(scenario: Scenario, contributor: str) -> str:
    return possessive(titles_of(scenario).get(contributor) or proper(contributor))


def _body(scenario: Scenario, contributor: str, contingent: str) -> str:
    """Return which of its contingents, if it has several."""
    known = scenario.contributors.get(contributor)
    if known is None or len(known.contingents) < 2:
        return ""
    return f" ({body_title(scenario, contributor, contingent)})"


def assumption_words(scenario: Scenario, path: str) -> str:
    """An assumption's path in words: `Mandate and framework clear: probability`, `Beta: commits when (200)`."""
    from sim.scenario.rules import rule_holding

    rule, number = rule_holding(scenario, path)
    if rule:
        return printable(f"{assumption_words(scenario, rule)} ({number})")
    parts = path.split(".")
    section, name, rest = parts[0], parts[1] if len(parts) > 1 else "", parts[2:]
    match section:
        case "facts":
            fact = scenario.facts.get(name)
            words = [(fact.name if fact else None) or readable(name)]
        case "parties":
            party = scenario.parties.get(name)
            words = [(party.name if party else None) or proper(name)]
        case "contributors" | "trained_forces":
            known = scenario.contributors.get(name) or scenario.trained_forces.get(name)
            words = [(known.name if known else None) or proper(name)]
            rest = _named_steps(scenario, scenario.contributors.get(name), rest)
        case "unnamed" if parts[1:] == ["every"]:
            return "Unnamed contributors: one appears every"
        case "unnamed":
            words, rest = ["Unnamed contributors"], _named_steps(scenario, scenario.unnamed, parts[1:])
        case "uncertain":
            words = ["Uncertain quantity"]
            rest = [f"“{readable(name)}”", *rest]
        case "definitions" if name and not rest:
            return printable(f"definition “{readable(name)}”")
        case _:
            words = [readable(part).lower() if place else readable(part) for place, part in enumerate(parts)]
            return printable(" ".join(_counted(words)))
    tail = " ".join(_counted([_key_words(part) for part in rest]))
    return printable(f"{words[0]}: {tail.strip()}")


def _named_steps(scenario: Scenario, known: Contributor | None, parts: list[str]) -> list[str]:
    """The path within a contributor: approvals by their step, consents by their party, contingents by name."""
    if known is None or len(parts) < 2:
        return parts
    head, name, *rest = parts
    if head == "approvals" and name.isdecimal():
        return [f"approval ({known.approvals[int(name)].step})", *rest]
    if head == "consents":
        party = scenario.parties.get(name)
        return [f"consent of {(party.name if party else None) or proper(name)},", *rest]
    if head == "contingents":
        return [name if len(known.contingents) > 1 else "", *rest]
    return parts


def _key_words(part: str) -> str:
    return part.replace("_", " ")


def _counted(words: list[str]) -> list[str]:
    """Places in lists count from 1 for a reader."""
    return [f"({int(word) + 1})" if word.isdecimal() else word for word in words]
