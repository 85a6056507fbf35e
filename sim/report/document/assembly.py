"""A report of one or several runs, from the answer to how to repeat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.report.blocks import Block, Document, Listing, Paragraph, Point, Section
from sim.report.document.background import method_sections, rules_section
from sim.report.document.ledger_pages import ledger_section
from sim.report.document.run_pages import fan_picture, first_boots_sentence, run_section
from sim.report.findings import binding_finding, coverage_finding, force_finding, target_finding
from sim.report.tables import Tables
from sim.words.dates import short_day
from sim.words.numbers import counted

if TYPE_CHECKING:
    from sim.report.comparison_tables import ComparisonTables
    from sim.results.run import Run


def assemble(label: str, run: Run, title: str | None = None, studies: Sequence[Section] = ()) -> Document:
    """Return the report of one run; `studies` are further chapters."""
    tables = Tables(run)
    sentences = _answer(tables)
    opening: list[Block] = [Paragraph(sentences[0], leading=True), Listing(tuple(map(Point, sentences[1:])))]
    return Document(
        title=title or tables.title,
        subtitle=_subtitle(tables),
        opening=(*opening, fan_picture(tables, label)),
        sections=(
            run_section(tables, label, aside=False, with_fan=False),
            *studies,
            *_background({label: run}),
        ),
    )


def assemble_comparison(
    tables: ComparisonTables, title: str | None = None, studies: Sequence[Section] = ()
) -> Document:
    """Return the report of several runs, compared with the baseline."""
    from sim.report.document.comparison_pages import (
        comparison_answer,
        comparison_sections,
        contributors_picture,
    )

    chapters = [
        run_section(
            tables.of(label),
            label,
            aside=True,
            beside=[contributors_picture(tables, label)] if label in tables.others else None,
        )
        for label in tables.labels
    ]
    runs = {label: tables.comparison.runs[label] for label in tables.labels}
    return Document(
        title=title or _title(tables),
        subtitle=f"{_subtitle(tables.baseline)} · {len(tables.labels)} scenarios",
        opening=tuple(comparison_answer(tables)),
        sections=(*comparison_sections(tables), *chapters, *studies, *_background(runs)),
    )


def _background(runs: Mapping[str, Run]) -> tuple[Section, ...]:
    return rules_section(runs), ledger_section(runs), *method_sections(runs)


def _title(tables: ComparisonTables) -> str:
    others = tables.others
    what = tables.of(others[0]).title if len(others) == 1 else f"{len(others)} other scenarios"
    return f"{tables.baseline.title}, compared with {what}"


def _answer(tables: Tables) -> list[str]:
    sentences = [f"{force_finding(tables)}.", first_boots_sentence(tables)]
    if len(tables.targets):
        sentences.append(f"{target_finding(tables)}.")
    if len(tables.binding):
        sentences.append(f"{binding_finding(tables)}.")
    if tables.coverage is not None:
        sentences.append(f"{coverage_finding(tables)}.")
    return sentences


def _subtitle(tables: Tables) -> str:
    scenario = tables.scenario
    parts = [f"{short_day(scenario.start)} to {short_day(scenario.end)}"]
    parts += [f"as of {short_day(scenario.as_of)}"] if scenario.as_of else []
    return " · ".join([*parts, counted(tables.replications, "replication")])
