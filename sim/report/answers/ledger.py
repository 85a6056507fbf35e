"""The ledger in a report: what each scenario's values rest on, by block and by source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.report.blocks import Block, Column, Paragraph, Section, Sheet
from sim.scenario.rule_numbers import rule_numbers
from sim.words.numbers import counted

if TYPE_CHECKING:
    from sim.results.run import Run
    from sim.scenario.ledger import LedgerEntry, SourceText
    from sim.scenario.scenario import Scenario

_LONGEST_VALUE = 160
Values = dict[str, list[str]]
"""`key: value` texts by the block, or the source, that they belong to."""


def ledger_section(runs: Mapping[str, Run]) -> Section:
    """Return what every value rests on: all of the first run's, and what the others have otherwise."""
    blocks: list[Block] = [
        Paragraph(
            "A value that a source speaks for is listed under it; every other value is an assumption, and "
            "the results hang on it as much."
        )
    ]
    before: set[tuple[str, str, str]] = set()
    for label, run in runs.items():
        entries = entries_of(run)
        new = [entry for entry in entries if _identity(entry) not in before]
        if new:
            blocks += [*_sheets(label, entries, new), *_numbers(label, run.scenario, new)]
        else:
            blocks.append(Paragraph(f"{label}: {_counts(entries)}, all of them above."))
        before.update(map(_identity, entries))
    return Section("What the numbers rest on", tuple(blocks))


def entries_of(run: Run) -> tuple[LedgerEntry, ...]:
    """Return the ledger of the scenario that a run was played from."""
    from sim.scenario.ledger import ledger
    from sim.studies.differences import tree_of

    return ledger(tree_of(run))


def _identity(entry: LedgerEntry) -> tuple[str, str, str]:
    return entry.path, entry.value, entry.source.name if entry.source else ""


def _counts(entries: Sequence[LedgerEntry]) -> str:
    assumed = sum(entry.assumed for entry in entries)
    return f"{counted(len(entries) - assumed, 'value')} with a source, {counted(assumed, 'assumption')}"


def _sheets(label: str, entries: Sequence[LedgerEntry], new: Sequence[LedgerEntry]) -> list[Block]:
    """Return what is new in a ledger: values by source, then assumptions by block."""
    assumed: Values = {}
    sourced: Values = {}
    sources: dict[str, SourceText] = {}
    for entry in new:
        if entry.source is None:
            block, key = _split(entry.path)
            assumed.setdefault(block, []).append(f"{key}: {_short(entry.value)}")
        else:
            sources[entry.source.name] = entry.source
            sourced.setdefault(entry.source.name, []).append(f"{entry.path}: {_short(entry.value)}")
    which = "" if len(new) == len(entries) else " that stand nowhere above"
    blocks: list[Block] = []
    if sourced:
        rows = tuple((_cited(sources[name]), "; ".join(values)) for name, values in sourced.items())
        columns = (Column("Source"), Column("What rests on it"))
        blocks.append(Sheet(f"{label}, {_counts(entries)}: values with a source{which}.", columns, rows))
    if assumed:
        rows = tuple((block, "; ".join(values)) for block, values in assumed.items())
        columns = (Column("Block"), Column("Assumed"))
        blocks.append(Sheet(f"{label}, {_counts(entries)}: assumptions{which}.", columns, rows))
    return blocks


def _numbers(label: str, scenario: Scenario, new: Sequence[LedgerEntry]) -> list[Sheet]:
    """Return the limits, lengths of time and dates in rules that are new, by the rule, with how far they may be off."""
    found: dict[str, list[str]] = {}
    for each in rule_numbers(new, scenario):
        said = f"{each.written} ({each.plausible})" if each.plausible else each.written
        found.setdefault(each.entry.path, []).append(said)
    if not found:
        return []
    caption = (
        f"{label}: limits, lengths of time and dates in rules. Each is an assumption too, unless it is said to be "
        "certain; in brackets how far it could be off, where the scenario says so."
    )
    rows = tuple((path, "; ".join(numbers)) for path, numbers in found.items())
    return [Sheet(caption, (Column("Rule"), Column("Assumed in it")), rows)]


def _split(path: str) -> tuple[str, str]:
    """Return the block of a key and the key in it: `facts.ceasefire` and `stays_on`."""
    parts = path.split(".")
    depth = min(2, len(parts) - 1)
    return ".".join(parts[:depth]) or path, ".".join(parts[depth:])


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"


def _cited(source: SourceText) -> str:
    """Return `title, publisher, date (grade A), address`."""
    words = ", ".join(part for part in (source.title or source.name, source.publisher, source.date) if part)
    graded = f"{words} (grade {source.grade})" if source.grade else words
    return f"{graded}, {source.url}" if source.url else graded
