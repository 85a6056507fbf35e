"""What a document says beside the cells of its tables, line by line, as somebody reads it.

Where words change on purpose: `ISF_READ_ANEW=1 python -m pytest tests/report -k as_read`, and read `git diff`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.report.blocks import (
    JOINED,
    Block,
    Code,
    Document,
    Listing,
    Paragraph,
    Part,
    Picture,
    Pictures,
    Sheet,
)
from sim.report.exhibit import Exhibit

READ = Path(__file__).parent / "read"
"""What was read by a person, a file a document."""


def lines_of(document: Document) -> list[str]:
    """Titles, sentences, captions, notes, headings of columns, and what stands for pictures."""
    lines = [f"# {document.title}", document.subtitle, *_lines(document.opening)]
    for section in document.sections:
        lines += ["", f"{'#' * (section.level + 1)} {section.title}", *_lines(section.blocks)]
    return [line.replace(JOINED, " ").rstrip() for line in lines]


def lines_of_parts(parts: Iterable[Part]) -> list[str]:
    """The same of the parts of an answer."""
    lines: list[str] = []
    for part in parts:
        lines += [*([""] if lines else []), f"## {part.title}", *_lines(part.blocks)]
    return [line.replace(JOINED, " ").rstrip() for line in lines]


def lines_of_exhibits(exhibits: Iterable[Exhibit], subject: object) -> list[str]:
    """Each figure with its caption, what somebody reads who cannot see it, and the columns of its data."""
    told = [
        f"({each.name}) {each.caption} / {each.alternative(subject)} / {', '.join(each.data(subject).columns)}"
        for each in exhibits
    ]
    return [line.replace(JOINED, " ") for line in told]


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(text):
                yield text
            case Listing(points):
                yield from (
                    f"- {point.head}: {point.text}" if point.head else f"- {point.text}" for point in points
                )
            case Sheet():
                yield f"[{block.caption}] {block.note}"
                yield " | ".join(column.heading for column in block.columns)
            case Picture():
                yield f"({block.name}) {block.caption} / {block.alternative}"
            case Pictures(pictures):
                yield from _lines(pictures)
            case Code(lines):
                yield from lines


def assert_as_read(name: str, lines: list[str]) -> None:
    """Compare with what was read; with ISF_READ_ANEW=1 keep the lines, to be read in `git diff`."""
    file = READ / f"{name}.txt"
    if "ISF_READ_ANEW" in os.environ:
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert lines == file.read_text(encoding="utf-8").splitlines()
