"""The ledger as lines of text: what each number, rule and choice of a scenario rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.scenario.rule_numbers import rule_numbers

if TYPE_CHECKING:
    from sim.scenario.ledger import LedgerEntry, SourceText
    from sim.scenario.scenario import Scenario


def ledger_lines(entries: Sequence[LedgerEntry], scenario: Scenario | None = None) -> Iterator[str]:
    """Yield the sourced entries under their sources, then the assumptions, then how many of each.

    With the `scenario` also the numbers in its rules, by the paths under which `plausible:` may name them.
    """
    by_source: dict[SourceText, list[LedgerEntry]] = {}
    for entry in entries:
        if entry.source is not None:
            by_source.setdefault(entry.source, []).append(entry)
    for source, theirs in by_source.items():
        yield _source(source)
        if source.quote:
            yield f"  “{source.quote}”"
        yield from map(_entry, theirs)
    assumed = [entry for entry in entries if entry.assumed]
    if assumed:
        yield "Assumptions (no source is named)"
        yield from map(_entry, assumed)
    if scenario is not None:
        yield from _in_rules(entries, scenario)
    yield f"{len(entries) - len(assumed)} sourced, {len(assumed)} assumed"


def _in_rules(entries: Sequence[LedgerEntry], scenario: Scenario) -> Iterator[str]:
    """Yield the limits, lengths of time and dates of rules, with what `plausible:` says of them."""
    found = list(rule_numbers(entries, scenario))
    if found:
        yield "Limits, lengths of time and dates in rules (assumed, unless `plausible:` says that they are certain)"
    for each in found:
        at = each.entry.position
        said = f": {each.plausible}" if each.plausible else ""
        yield f"  {at.file}:{at.line}: {each.path}{said}"


def _source(source: SourceText) -> str:
    parts = [
        part for part in (source.title or source.name, source.publisher, source.date, source.url) if part
    ]
    return ", ".join(parts) + (f" (grade {source.grade})" if source.grade else "")


def _entry(entry: LedgerEntry) -> str:
    return f"  {entry.position.file}:{entry.position.line}: {entry.path}: {entry.value}"
