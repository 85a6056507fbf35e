"""The ledger as lines of text: what each number, rule and choice of a scenario rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.ledger import LedgerEntry, Source


def ledger_lines(entries: Sequence[LedgerEntry]) -> Iterator[str]:
    """Yield the sourced entries under their sources, then the assumptions, then how many of each."""
    by_source: dict[Source, list[LedgerEntry]] = {}
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
    yield f"{len(entries) - len(assumed)} sourced, {len(assumed)} assumed"


def _source(source: Source) -> str:
    parts = [
        part for part in (source.title or source.name, source.publisher, source.date, source.url) if part
    ]
    return ", ".join(parts) + (f" (grade {source.grade})" if source.grade else "")


def _entry(entry: LedgerEntry) -> str:
    return f"  {entry.position.file}:{entry.position.line}: {entry.path}: {entry.value}"
