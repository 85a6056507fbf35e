"""Measurements that contradict each other, as sentences: in `isf validate` and `isf explain`, and after a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.report.telling.paragraphs import heading, labelled
from sim.scenario.faults import Fault, fault_at
from sim.scenario.nodes import Branch
from sim.scenario.positions import dotted
from sim.scenario.scenario import Scenario
from sim.scenario.validation import position_of
from sim.studies.contradictions import Contradiction, contradictions
from sim.words.dates import short_day
from sim.words.names import proper
from sim.words.numbers import percentage


def contradiction_lines(found: Sequence[Contradiction], titles: Mapping[str, str]) -> Iterator[str]:
    """Yield the list as a part of an explanation; nothing if there is none."""
    if not found:
        return
    yield from heading("What contradicts itself in history")
    for each in found:
        yield from labelled(
            titles.get(each.fact, proper(each.fact)),
            f"{contradiction_said(each)}; the later one counts. Remedy: {each.remedy}.",
        )


def contradiction_note(found: Sequence[Contradiction], titles: Mapping[str, str]) -> str:
    """Return the line that says after a run what contradicts itself; empty if nothing does."""
    if not found:
        return ""
    names = ", ".join(dict.fromkeys(titles.get(each.fact, proper(each.fact)) for each in found))
    first = contradiction_said(found[0])
    return (
        f"Contradicting measurements of {names}: {first}; the later one counts. "
        "`isf explain` says more, and what mends it."
    )


def contradiction_warnings(root: Branch, scenario: Scenario) -> tuple[Fault, ...]:
    """Return a warning for each, at the later of the two records."""
    found = []
    for each in contradictions(scenario):
        path = ("history", each.place)
        message = f"{each.fact}: {contradiction_said(each)}; the later one counts; {each.remedy}"
        found.append(fault_at(position_of(root, path), dotted(path), message, "warning", "contradictions"))
    return tuple(found)


def contradiction_said(each: Contradiction) -> str:
    """Return what two measurements say, and why both cannot be."""
    (before, share), (after, then) = each.earlier, each.later
    said = f"{percentage(share)} on {short_day(before)} and {percentage(then)} on {short_day(after)}"
    match each.kind:
        case "pace":
            return f"{said} ask for different paces"
        case "fell":
            return f"{said}, though nothing takes it back"
        case "stood":
            return f"{said}, though it stood still in between"
