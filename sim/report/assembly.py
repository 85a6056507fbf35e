"""A report of one or several runs, from the answer to how to repeat it: the parts of the answers, with figures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.report.answers.background import method_sections, rules_section
from sim.report.answers.ledger import ledger_section
from sim.report.answers.page_one import page_one, subtitle
from sim.report.answers.run import run_parts
from sim.report.blocks import Block, Curve, Document, Part, Pictures, Section, Sheet
from sim.report.figures.registry import (
    comparison_exhibits,
    packages_exhibits,
    run_exhibits,
    sensitivity_exhibits,
)
from sim.report.pictures import picture
from sim.report.tables import Tables

if TYPE_CHECKING:
    from sim.report.answers.packages import Search
    from sim.report.comparison_tables import ComparisonTables
    from sim.report.exhibit import Exhibit
    from sim.results.reading import Question
    from sim.results.run import Run
    from sim.studies.sensitivity import Sensitivity

_MOST_TORNADO = 12


def run_report(label: str, run: Run, title: str | None = None, studies: Sequence[Section] = ()) -> Document:
    """Return the report of one run; `studies` are further chapters."""
    from sim.report.answers.watching import asked_in_watching

    tables = Tables(run)
    tables.read_at_once(asked_in_watching(tables))
    first = page_one(tables)
    return Document(
        title=title or tables.title,
        subtitle=subtitle(tables),
        opening=tuple(_opening(first, run_exhibits(tables), tables, label)),
        sections=(
            *run_chapter(tables, label, opened=first.figures),
            *watching_chapter(tables),
            *studies,
            *_background({label: run}),
        ),
    )


def asked_in_comparison_report(run: Run, baseline: Run) -> Iterator[tuple[Hashable, Question]]:
    """Yield what the report of a comparison asks of a run beside what is measured, with keys."""
    from sim.report.comparison_tables import asked_in_comparison
    from sim.results.at_once import questions_of_every

    yield from questions_of_every(run)
    yield from asked_in_comparison(run, baseline)


def comparison_report(
    tables: ComparisonTables, title: str | None = None, studies: Sequence[Section] = ()
) -> Document:
    """Return the report of several runs, compared with the baseline."""
    from sim.report.answers.comparison import comparison_page_one, comparison_parts, comparison_subtitle

    exhibits = list(comparison_exhibits(tables))
    first = comparison_page_one(tables)
    chapter = [
        Section(part.title, tuple(_with_pictures(part, exhibits, tables, "", wide=True)), 2)
        for part in comparison_parts(tables)
    ]
    base = tables.name(tables.comparison.baseline)
    runs = {label: tables.comparison.runs[label] for label in tables.labels}
    chapters = [
        section
        for label in tables.labels
        for section in run_chapter(tables.of(label), label, aside=True, one=page_one(tables.of(label)))
    ]
    return Document(
        title=title or _title(tables),
        subtitle=comparison_subtitle(tables),
        opening=tuple(_opening(first, exhibits, tables, "")),
        sections=(Section(f"Compared with {base}"), *chapter, *chapters, *studies, *_background(runs)),
    )


def sensitivity_chapter(sensitivity: Sensitivity, label: str) -> Section:
    """Return what the conclusions of one scenario hang on: words, figure and table of each measure."""
    from sim.report.answers.sensitivity import sensitivity_parts, sensitivity_subtitle
    from sim.report.blocks import Paragraph

    exhibits = list(sensitivity_exhibits(sensitivity, _MOST_TORNADO))
    blocks: list[Block] = [Paragraph(f"{sensitivity_subtitle(sensitivity)}.")]
    for part in sensitivity_parts(sensitivity, _MOST_TORNADO):
        blocks += _with_pictures(part, exhibits, sensitivity, label, wide=True)
    return Section(f"What matters most: the assumptions of {label}", tuple(blocks))


def packages_chapter(search: Search, label: str) -> Iterator[Section]:
    """Yield which moves make a target likely enough, at what effort: words, frontier, tables."""
    from sim.report.answers.packages import packages_parts, packages_subtitle
    from sim.report.blocks import Paragraph

    exhibits = list(packages_exhibits(search))
    yield Section(
        f"Which moves are enough: the levers of {label}", (Paragraph(f"{packages_subtitle(search)}."),)
    )
    for part in packages_parts(search):
        yield Section(part.title, tuple(_with_pictures(part, exhibits, search, label, wide=True)), 2)


def run_chapter(
    tables: Tables, label: str, *, aside: bool = False, opened: Sequence[str] = (), one: Part | None = None
) -> list[Section]:
    """Return everything that a report says of one run, a section a part.

    `aside` sets pictures two in a row, as suits one scenario among several; `opened` are figures that the report
    opens with, and `one` is its page one where another opens the report.
    """
    exhibits = [exhibit for exhibit in run_exhibits(tables) if exhibit.name not in opened]
    head = [] if one is None else _on_paper(one)
    sections = [Section(_chapter_title(tables, label), tuple(head))]
    for part in run_parts(tables):
        blocks = _with_pictures(part, exhibits, tables, label, wide=not aside)
        sections.append(Section(part.title, tuple(blocks), 2))
    return sections


def watching_chapter(tables: Tables) -> Iterator[Section]:
    """Yield what to watch, what makes us miss and what may be ignored, of the targets that are open."""
    from sim.report.answers.watching import watching_parts

    for number, part in enumerate(watching_parts(tables)):
        if number == 0:
            yield Section("What to watch")
        yield Section(part.title, part.blocks, 2)


def _opening(part: Part, exhibits: Iterable[Exhibit], subject: Any, label: str) -> list[Block]:
    """Page one: the words, and below them its figure."""
    shown = [picture(each, subject, label) for each in exhibits if each.name in part.figures]
    return [*_on_paper(part), *shown]


def _with_pictures(
    part: Part, exhibits: Iterable[Exhibit], subject: Any, label: str, *, wide: bool
) -> list[Block]:
    """The pictures that belong to a part, then what it says; side by side where they are narrow."""
    own = [each for each in exhibits if any(_is_of(each.name, name) for name in part.figures)]
    pictures = tuple(picture(each, subject, label, wide) for each in own)
    drawn: list[Block] = list(pictures) if wide else [Pictures(pictures)] if pictures else []
    return [*drawn, *_on_paper(part)]


def _on_paper(part: Part) -> list[Block]:
    """What a part says, without curves of letters and without tables that have no row."""
    return [
        block
        for block in part.blocks
        if not isinstance(block, Curve) and not (isinstance(block, Sheet) and not block.rows)
    ]


def _is_of(name: str, wanted: str) -> bool:
    """Whether a figure is the one that a part names, or one of several of that sort: `contributors-1-halt`."""
    return name == wanted or name.startswith(f"{wanted}-")


def _chapter_title(tables: Tables, label: str) -> str:
    """Return the label and what the scenario is called, once if both are the same."""
    same = label.casefold() == tables.title.casefold()
    return tables.title if same else f"{label}: {tables.title}"


def _background(runs: Mapping[str, Run]) -> tuple[Section, ...]:
    return rules_section(runs), ledger_section(runs), *method_sections(runs)


def _title(tables: ComparisonTables) -> str:
    others = tables.others
    what = tables.of(others[0]).title if len(others) == 1 else f"{len(others)} other scenarios"
    return f"{tables.baseline.title}, compared with {what}"
