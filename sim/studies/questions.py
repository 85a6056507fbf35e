"""What is asked of both runs of a comparison, so that both answer the same.

Targets and requirements are part of a scenario, and may differ between two. Then each run is judged by both
scenarios' targets and statements of requirements, so that no goalpost moves between the two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.results.selection import headline, members

if TYPE_CHECKING:
    from sim.rules.syntax import Quantity, Rule
    from sim.scenario.aims import Requirement, Target
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Questions:
    """The questions to a pair of runs.

    `end` is the last day that both have, `dates` are those on which force levels are read, `force` the
    headline force (None: every force). `targets` has an entry for each target that differs from the others,
    `statements` the statements of requirements by what is added to the name of their lines. `own` are the
    contributors whose own entries differ, where there are others beside them. With `brief` only measures of
    the whole force are asked for.
    """

    end: dt.date
    dates: tuple[dt.date, ...]
    force: str | None
    contributors: tuple[str, ...]
    own: frozenset[str]
    targets: Mapping[str, Target]
    statements: Mapping[str, tuple[Requirement, ...]]
    brief: bool = False


def headline_date(scenario: Scenario) -> dt.date:
    """Return the date that matters most: of the largest target of the headline force, else the last day."""
    force = headline(scenario).force
    dates = [
        (target.troops, target.by)
        for target in scenario.targets.values()
        if not (target.contributor or target.role or target.sector)
        and target.force in {None, force}
        and scenario.start <= target.by <= scenario.end
    ]
    return max(dates)[1] if dates else scenario.end


def questions_of(scenario: Scenario, label: str = "", brief: bool = False) -> Questions:
    """Return what is asked of one run alone."""
    return replace(questions_of_both(scenario, scenario, label, label), brief=brief)


def questions_of_both(scenario: Scenario, baseline: Scenario, label: str, baseline_label: str) -> Questions:
    """Return what is asked of a scenario and the baseline; exchanging the two changes nothing."""
    end = min(scenario.end, baseline.end)
    start = max(scenario.start, baseline.start)
    both = (scenario, baseline)
    aims = {target.by for each in both for target in each.targets.values()}
    dates = sorted({date for date in aims if start <= date <= end} | {end})
    names = sorted({member.contributor for each in both for member in members(each)})
    own = frozenset(name for name in names if _entries(scenario, name) != _entries(baseline, name))
    forces = {headline(each).force for each in both}
    return Questions(
        end=end,
        dates=tuple(dates),
        force=forces.pop() if len(forces) == 1 else None,
        contributors=tuple(names),
        own=own if len(own) < len(names) else frozenset(),
        targets=_targets(scenario, baseline, end),
        statements=_statements(scenario, baseline, label, baseline_label),
    )


def can_be_judged(rule: Rule | None, scenario: Scenario) -> bool:
    """Return whether a run of a scenario can tell if a rule of another one held."""
    from sim.rules import signals
    from sim.scenario.rules import completed

    if rule is None:
        return True
    known = {*scenario.facts, *scenario.definitions}
    return all(_is_known(quantity, scenario, known) for quantity in signals(rule)) and all(
        _is_known(quantity, scenario, {name for name, fact in scenario.facts.items() if fact.log})
        for quantity in signals(completed(scenario, rule))
    )


def _is_known(quantity: Quantity, scenario: Scenario, names: set[str]) -> bool:
    from sim.rules.syntax import Beds, Casualties, Consent, Force, Value

    match quantity:
        case Value(name):
            return name in names
        case Consent(party, contributor):
            return party in scenario.parties and contributor in scenario.contributors
        case Force(contributor=name) | Casualties(contributor=name):
            return name is None or name in _contributors(scenario)
        case Beds():
            return scenario.theatre.beds is not None
        case _:
            return False


def _contributors(scenario: Scenario) -> set[str]:
    return {member.contributor for member in members(scenario)}


def _entries(scenario: Scenario, name: str) -> object:
    """What a scenario says of a contributor, or of a force that is trained; not where it knows it from."""
    entry = scenario.contributors.get(name) or scenario.trained_forces.get(name)
    return entry and _said(entry.model_dump(exclude={"name"}))


def _said(data: object) -> object:
    if isinstance(data, dict):
        return {key: _said(value) for key, value in data.items() if key != "source"}
    return [_said(item) for item in data] if isinstance(data, list | tuple) else data


def _targets(scenario: Scenario, baseline: Scenario, end: dt.date) -> dict[str, Target]:
    """Return the targets of both by name; one that the two state differently is two, named with its terms."""
    found: dict[str, Target] = {}
    for name in sorted({*scenario.targets, *baseline.targets}):
        own, other = scenario.targets.get(name), baseline.targets.get(name)
        if own and other and _terms(own) != _terms(other):
            found |= {f"{name} ({_terms(target)})": target for target in (own, other)}
        else:
            target = own or other
            assert target is not None
            found[name] = target
    alone = scenario is baseline or scenario.end == baseline.end
    return {name: found[name] for name in sorted(found) if alone or found[name].by <= end}


def _terms(target: Target) -> str:
    narrowed = [part for part in (target.contributor, target.role, target.sector, target.force) if part]
    when = f", when {target.when}" if target.when is not None else ""
    return f"{target.troops:,} {' '.join(narrowed)} by {target.by}{when}".replace("  ", " ")


def _statements(
    scenario: Scenario, baseline: Scenario, label: str, baseline_label: str
) -> dict[str, tuple[Requirement, ...]]:
    """Return the statements of requirements that are stated, and differ."""
    stated = {label: scenario.requirements, baseline_label: baseline.requirements}
    terms = {tuple(_asked(lines)) for lines in stated.values()}
    if len(terms) == 1:
        return {"": scenario.requirements} if scenario.requirements else {}
    return {f" (as {name} asks)": lines for name, lines in sorted(stated.items()) if lines}


def _asked(lines: tuple[Requirement, ...]) -> Iterator[str]:
    return (repr(line.model_dump(exclude={"source"})) for line in lines)
