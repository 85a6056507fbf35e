"""What a report is made of. Texts are plain: each writer escapes them for its own format.

Whatever a scenario's author or a command line puts into a text, only letters that can be seen remain of it:
no control characters, no marks that turn the direction of what follows, no halves of letters.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sim.words.numbers import decimals

Cell = str | int | float | None
"""A number stays a number until it is set; None is an empty cell."""

JOINED = "\N{NO-BREAK SPACE}"


def clean(text: str) -> str:
    """Return a text with a space for every character that cannot be seen; joining spaces stay."""
    return "".join(letter if letter.isprintable() or letter == JOINED else " " for letter in text)


def joined(text: str) -> str:
    """Return a text of which no line breaks at its spaces: a date, a number with its unit."""
    return text.replace(" ", JOINED)


def bracketed(text: str) -> str:
    """Return `12 % (10–14)` as a text of which a line breaks before its bracket only."""
    return joined(text).replace(f"{JOINED}(", " (")


def unparted(text: str) -> str:
    """Return a text of which no line breaks between a number and its percent sign."""
    return text.replace(" %", f"{JOINED}%")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a `leading` one is set larger: it opens the report with the answer."""

    text: str
    leading: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))


@dataclass(frozen=True)
class Point:
    """A statement in a list; `head` names, in bold before it, what it is about."""

    text: str
    head: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))
        object.__setattr__(self, "head", clean(self.head))


@dataclass(frozen=True)
class Listing:
    """Statements, one under the other."""

    points: tuple[Point, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether its cells are numbers (set to the right).

    A `wide` one is left out where there is little room; the cells of one that `folds` may take several lines.
    """

    heading: str
    numeric: bool = False
    wide: bool = False
    folds: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "heading", clean(self.heading))


@dataclass(frozen=True)
class Sheet:
    """A table with a caption, and a note on how to read it.

    In a `grouped` one the first cell of a row stands for all rows below it that have the same.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    grouped: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "caption", clean(self.caption))
        object.__setattr__(self, "note", clean(self.note))
        cleaned = (tuple(clean(cell) if isinstance(cell, str) else cell for cell in row) for row in self.rows)
        object.__setattr__(self, "rows", tuple(cleaned))

    @property
    def head(self) -> str:
        """The caption with its note."""
        return f"{self.caption} {self.note}".strip()

    @property
    def texts(self) -> Iterator[tuple[str, ...]]:
        """The rows as readers see them."""
        return (tuple(map(shown, row)) for row in self._rows())

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        """The rows, in a grouped table without a first cell that only repeats the one above it."""
        above: Cell = None
        for row in self.rows:
            first, *others = row
            yield ("", *others) if self.grouped and above is not None and first == above else row
            above = first


@dataclass(frozen=True)
class Picture:
    """A figure as PNG with caption, alternative text and data; `name` is unique in its report."""

    name: str
    caption: str
    alternative: str
    narrow: bytes
    """As wide as a column: for small screens, and beside others."""
    data: str
    """The table that the figure shows, as CSV."""
    wide: bytes | None = None
    """As wide as a page; None for a picture that only stands beside others."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "caption", clean(self.caption))
        object.__setattr__(self, "alternative", clean(self.alternative))


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side, two in a row where there is room."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Code:
    """Lines to be typed or read as they stand."""

    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(map(clean, self.lines)))


@dataclass(frozen=True)
class Curve:
    """Levels over time as rows of bars made of letters, for a terminal; elsewhere a figure stands for it."""

    rows: tuple[tuple[str, tuple[float, ...], str], ...]
    """What a row is called, its values from first to last, and what is said at its end."""
    first: str
    last: str


Block = Paragraph | Listing | Sheet | Picture | Pictures | Code | Curve
Said = Paragraph | Listing | Sheet | Code | Curve
"""Blocks that need no drawing."""


@dataclass(frozen=True)
class Part:
    """One answer of a run or a study: its title, what is said of it, and the names of its figures."""

    title: str
    blocks: tuple[Said, ...]
    figures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title))


@dataclass(frozen=True)
class Section:
    """A titled part of a report; `level` 1 is a chapter, 2 a part of the chapter before it."""

    title: str
    blocks: tuple[Block, ...] = ()
    level: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title))


@dataclass(frozen=True)
class Document:
    """A whole report: the answer, then chapters."""

    title: str
    subtitle: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    language: str = "en"

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title))
        object.__setattr__(self, "subtitle", clean(self.subtitle))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block, in reading order."""
        return (*self.opening, *(block for section in self.sections for block in section.blocks))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture, in reading order."""
        found: list[Picture] = []
        for block in self.blocks:
            if isinstance(block, Picture):
                found.append(block)
            elif isinstance(block, Pictures):
                found += block.pictures
        return tuple(found)


def shown(cell: Cell) -> str:
    """Return a cell as readers see it: thousands separators, at most two decimals, a dash for nothing."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return f"{cell:,}"
    if not math.isfinite(cell):
        return "–"
    return decimals(cell, 0 if abs(cell) >= 100 or cell == int(cell) else 2)
