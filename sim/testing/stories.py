"""A replication told as a short history: what matters for a rule, by date, and its truth by parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.model.past import Past
from sim.model.replication import Logs
from sim.rules.readings import Reading, readings, said_instant
from sim.rules.references import signals
from sim.rules.syntax import Casualties, Consent, Force, Rule, Value
from sim.scenario.forces import counts_in
from sim.scenario.scenario import Scenario

MOST_LINES = 40
"""Most lines of what happened; those just before the instant are kept."""


def story(
    scenario: Scenario,
    logs: Logs,
    rule: Rule,
    time: int,
    *,
    step: int | None = None,
    also: Iterable[str] = (),
) -> str:
    """Tell what happened up to an instant as far as a rule (bound and expanded) is concerned, and its parts.

    Facts and consents that the rule reads are told, and those named in `also`; moves are told of the troops
    that it reads. With a `step`, the rule is read as the moves of that round read it: in the state before.
    """
    past = Past(scenario, logs) if step is None else Past(scenario, logs).before(time, step)
    happened = list(_happened(scenario, logs, rule, time, frozenset(also)))
    left_out = len(happened) - MOST_LINES
    lines = [f"… {left_out} earlier lines …"] if left_out > 0 else []
    lines += happened[-MOST_LINES:] if happened else ["nothing changes"]
    lines.append("the rule then, part by part:")
    lines += list(part_lines(rule, past, time))
    return "\n".join(f"  {line}" for line in lines)


def part_lines(rule: Rule, past: Past, time: int) -> Iterator[str]:
    """Yield a line for each part of a rule: whether it is true at an instant, and since when."""
    told = readings(rule, past)
    width = max(len(str(reading.line)) for reading in told)
    for reading in told:
        yield f"{str(reading.line).ljust(width)}  {_state(reading, past, time)}"


def _state(reading: Reading, past: Past, time: int) -> str:
    holds = reading.truth.at(time)
    since = max((flip for flip in reading.truth.flips if flip <= time), default=None)
    when = "from the beginning" if since is None else f"since {said_instant(past.start, since)}"
    return f"{'true' if holds else 'false'} {when}"


def _happened(scenario: Scenario, logs: Logs, rule: Rule, time: int, also: frozenset[str]) -> Iterator[str]:
    told = _facts_told(rule) | also
    forces = [each for each in signals(rule) if isinstance(each, Force)]
    entries: list[tuple[int, int, int, str]] = []
    for at, step, fact, value in logs.signals:
        if at <= time and fact in told:
            entries.append((at, step, 0, f"{fact} = {value:g}"))
    for at, step, contributor, contingent, source, target, troops, cause in logs.transitions:
        if at <= time and any(_is_of(scenario, force, contributor, contingent) for force in forces):
            move = f"{source or '…'} → {target or '…'}"
            entries.append((at, step, 1, f"{contributor} {contingent}: {troops:,} {move} ({cause})"))
    for at, _, _, text in sorted(entries):
        yield f"{said_instant(scenario.start, at)}  {text}"


def _facts_told(rule: Rule) -> set[str]:
    told = set()
    for each in signals(rule):
        if isinstance(each, Value):
            told.add(each.name)
        elif isinstance(each, (Consent, Casualties)):
            told.add(str(each))
    return told


def _is_of(scenario: Scenario, force: Force, contributor: str, contingent: str) -> bool:
    owner = scenario.contributors.get(contributor)
    block = scenario.trained_forces[contributor] if owner is None else owner.contingents[contingent]
    return counts_in(scenario, force, contributor, block)
