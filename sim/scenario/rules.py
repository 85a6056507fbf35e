"""Every rule of a scenario, wherever it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel

from sim.rules.beds import BedSteps, reads_beds, with_beds_told
from sim.rules.binding import expand
from sim.rules.references import readings_in
from sim.rules.syntax import Once, Readings, Rule
from sim.scenario.planned import beds_gate, since
from sim.scenario.scenario import Scenario

_RULE_CLASSES = get_args(Rule)
_SINGLE = (str, int, float, dt.date, dt.timedelta, NoneType)
"""What holds no rule: asked first, since most values are these and asking a class of blocks takes long."""


def completed(scenario: Scenario, rule: Rule) -> Rule:
    """Return a rule of the file with its definitions filled in, and beds told by what makes them grow.

    Raises RuleError as `sim.rules.binding.expand` does.
    """
    expanded = expand(rule, scenario.definitions)
    beds = scenario.theatre.beds
    if beds is None or not reads_beds(expanded):
        return expanded
    steps: list[tuple[Rule, int]] = []
    for growth in beds.grows:
        if growth.from_ is not None:
            steps.append((since(growth.from_, beds_gate(growth.from_, growth.to)), growth.to))
        elif growth.when is not None:
            steps.append((Once(expand(growth.when, scenario.definitions)), growth.to))
    return with_beds_told(expanded, BedSteps(beds.at_start, tuple(steps)))


def all_rules(scenario: Scenario) -> Iterator[tuple[str | None, Rule]]:
    """Yield (contributor whose rule it is, rule as written) for every rule but the definitions themselves.

    Those of levers count only where the scenario says which are pulled: else they move nothing.
    """
    for path, rule in rules_with_paths(scenario):
        if path[0] != "definitions" and (path[0] != "levers" or scenario.pulled is not None):
            yield (str(path[1]) if path[0] == "contributors" else None), rule
    for party, block in scenario.parties.items():
        if block.consent is not None:
            for contributor in scenario.contributors:
                for _, rule in _walk(block.consent, ("parties", party)):
                    yield contributor, rule


def rules_with_paths(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    """Yield (path of keys and list places, rule as written) for every rule of a scenario."""
    for path, rule in _walk(scenario, ()):
        if path[0] != "unnamed":  # those who may appear have its rules
            yield path, rule


def readings_of(scenario: Scenario) -> tuple[Readings, ...]:
    """Return every statement that has several readings, in the order of names."""
    found = {each.name: each for _, rule in rules_with_paths(scenario) for each in readings_in(rule)}
    return tuple(found[name] for name in sorted(found))


def rules_in(block: BaseModel) -> Iterator[Rule]:
    """Yield every rule of a block, as written."""
    yield from (rule for _, rule in _walk(block, ()))


def rule_holding(scenario: Scenario, path: str) -> tuple[str, str]:
    """Return the path of the rule in which a dotted path ends, and the rest of it; of no rule two empty texts."""
    parts, value = path.split("."), scenario if not path.startswith("unnamed.") else None
    for place, part in enumerate(parts):
        if isinstance(value, _RULE_CLASSES):
            return ".".join(parts[:place]), ".".join(parts[place:])
        value = dict(_within(value)).get(part)
    return "", ""


def _within(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a block, a mapping or a list holds, by its step in a path."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        yield from ((info.alias or name, getattr(value, name)) for name, info in fields)
    elif isinstance(value, Mapping):
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, tuple):
        yield from ((str(place), item) for place, item in enumerate(value))


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    if isinstance(value, _SINGLE):
        return
    if isinstance(value, _RULE_CLASSES):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _walk(getattr(value, name), (*path, info.alias or name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, (*path, key))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _walk(item, (*path, place))
