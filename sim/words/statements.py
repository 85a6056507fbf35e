"""What a statement is, whose, and how it is read: for the statements that have several readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.rules.references import signals
from sim.rules.syntax import Readings, Rule, Value
from sim.scenario.positions import dotted
from sim.scenario.rules import rules_with_paths
from sim.words.names import printable, readable
from sim.words.numbers import percentage
from sim.words.titles import clause

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def quotation(scenario: Scenario, path: str) -> str:
    """Return the words that the source of what stands at a dotted path quotes; empty if there are none."""
    value: Any = scenario
    name: str | None = None
    for step in path.split("."):
        source = getattr(value, "source", None)
        name = source.get(step, name) if isinstance(source, dict) else source or name
        value = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
    stated = scenario.sources.get(name or "")
    return printable(stated.quote) if stated is not None and stated.quote else ""


def statement_title(scenario: Scenario, statement: str, titles: Mapping[str, str]) -> str:
    """Return what to call a statement by the path of its rule: its words where they are known, and whose it is.

    For example `“once it has stopped” (Indonesia commits when)`, or `what Indonesia commits when`.
    """
    section, *steps = statement.partition(" ")[0].split(".")
    words = [titles.get(step) or step.replace("_", " ") for step in steps if step != "contingents"]
    whose = " ".join(words) or section
    said = quotation(scenario, statement)
    if section == "definitions":
        said, whose = said or _quoted_where_used(scenario, steps[0]), f"“{readable(whose)}”"
        return f"“{said}” ({whose})" if said else whose
    return f"“{said}” ({whose})" if said else f"“{whose}”"


def _quoted_where_used(scenario: Scenario, definition: str) -> str:
    """Return the words quoted for the first rule that speaks of a definition."""
    said = (
        quotation(scenario, dotted(path))
        for path, rule in rules_with_paths(scenario)
        if Value(definition) in signals(rule)
    )
    return next((words for words in said if words), "")


def rule_said(rule: Rule, titles: Mapping[str, str]) -> str:
    """Return a rule as a clause; of a statement with several readings each, with its chance."""
    if not isinstance(rule, Readings):
        return clause(rule, titles)
    pairs = zip(rule.parts, rule.chances, strict=True)
    return "; or ".join(f"{clause(part, titles)} ({percentage(chance)})" for part, chance in pairs)
