"""Answers on a terminal: plain tables and sentences, at any width and through a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, assert_never

from sim.report.blocks import JOINED, Code, Column, Curve, Listing, Paragraph, Part, Said, Sheet, unparted
from sim.report.writers.widths import pieces
from sim.words.harmless import harmless

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 110
"""Columns from which a terminal shows what is for wide places only."""
_WORD = 14
"""Letters up to which a word of a cell stays whole on a narrow terminal."""
_LONG = 20
"""Letters from which a cell is broken before its bracket on a narrow terminal."""
_SHORT = 12
"""Letters from which a cell is broken before its bracket where there is too little room otherwise."""
_SHORTEST = 8
"""The same where a long word would be parted all the same."""
_STEPS = "▁▂▃▄▅▆▇█"
_PLAIN_STEPS = "_.-=+*%#"


def print_answers(console: Console, title: str, subtitle: str, parts: Iterable[Part]) -> None:
    """Print a title and what each part says, its figures left out."""
    say(console, title, "bold")
    if subtitle:
        say(console, subtitle, "dim")
    for place, part in enumerate(parts):
        if place or part.title != title:
            say(console, f"\n{part.title}", "bold")
        for block in part.blocks:
            print_block(console, block)


def print_block(console: Console, block: Said) -> None:
    """Print one block."""
    match block:
        case Paragraph(text, leading):
            say(console, text, "bold" if leading else "")
        case Listing(points):
            for point in points:
                _point(console, f"{point.head}: " if point.head else "", point.text)
        case Sheet():
            print_sheet(console, block)
        case Code(lines):
            for line in lines:
                say(console, line)
        case Curve():
            _curve(console, block)
        case _:
            assert_never(block)


def say(console: Console, words: str, style: str = "") -> None:
    """Print a sentence in characters that the console can show."""
    from rich.text import Text

    console.print(Text(_lines(plain(words, console), console.width), style=style))


def _lines(words: str, width: int) -> str:
    """The words in lines of which none parts a number from its percent sign."""
    import textwrap

    lines = textwrap.wrap(unparted(words), width, break_on_hyphens=False, replace_whitespace=False)
    return "\n".join(lines).replace(JOINED, " ")


def print_sheet(console: Console, sheet: Sheet) -> None:
    """Print a table without lines; without rows nothing at all, its heading neither."""
    if not sheet.rows:
        return
    from rich.table import Table
    from rich.text import Text

    if sheet.caption:
        say(console, sheet.caption, "dim")
    if sheet.note:
        say(console, sheet.note, "dim")
    kept, headings, cells, room = _that_fit(sheet, console.width)
    folds = [_folds(sheet, place) for place in kept]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for number, place in enumerate(kept):
        longest = _longest_word([headings[number], *(row[number] for row in cells)])
        table.add_column(
            Text(plain(headings[number], console)),
            justify="right" if sheet.columns[place].numeric else "left",
            no_wrap=not folds[number],
            overflow="fold",
            min_width=min(longest, max(1, room)) if folds[number] else None,
        )
    longest_lines = [max((len(row[number]) for row in cells), default=0) for number in range(len(kept))]
    widths = _granted(
        room * sum(folds), {number: longest_lines[number] for number in range(len(kept)) if folds[number]}
    )
    for shown in cells:
        broken = [
            _broken(cell, widths[number]) if folds[number] else cell for number, cell in enumerate(shown)
        ]
        table.add_row(*(Text(plain(cell, console)) for cell in broken))
    console.print(table)


def _granted(room: int, wanted: dict[int, int]) -> dict[int, int]:
    """The letters that each column which folds has of the room: what it wants, or an equal part of what is left."""
    granted: dict[int, int] = {}
    for number, wants in sorted(wanted.items(), key=lambda each: each[1]):
        granted[number] = max(1, min(wants, (room - sum(granted.values())) // (len(wanted) - len(granted))))
    return granted


def _broken(cell: str, width: int) -> str:
    """A cell whose long names are broken where names may be: `contributors.northland.` `contingents.battalion`."""
    words = []
    for word in cell.split(" "):
        lines = [""]
        for piece in pieces(word) if len(word) > width else [word]:
            lines = [*lines[:-1], lines[-1] + piece] if len(lines[-1] + piece) <= width else [*lines, piece]
        words.append("\n".join(line for line in lines if line))
    return " ".join(words)


def _that_fit(sheet: Sheet, width: int) -> tuple[list[int], list[str], list[list[str]], int]:
    """Return which columns are shown, their headings and cells, and how many letters a column that folds may take.

    Where words would be parted, cells and headings are broken before their brackets; then what is for wide places
    only gives way.
    """
    wide = width >= WIDE
    every = [
        place
        for place, column in enumerate(sheet.columns)
        if (wide or not column.wide) and not (sheet.grouped and place == 1)
    ]
    spare = [place for place in every if sheet.columns[place].wide]
    fewer = [[place for place in every if place not in spare[-gone:]] for gone in range(1, len(spare) + 1)]
    first = _laid_out(sheet, width, every, width if wide else _LONG)
    tries = [first, *(_laid_out(sheet, width, every, longest) for longest in (_SHORT, _SHORTEST))]
    tries += [_laid_out(sheet, width, kept, _SHORT) for kept in fewer]
    fits = [each for each in tries[:3] if each.room >= each.needed]
    enough = [each for each in tries if each.room >= _WORD * each.folding]
    best = (fits or enough or tries[-1:])[0]
    return best.kept, best.headings, best.cells, best.room // max(1, best.folding)


class _Layout(NamedTuple):
    """A table of some columns: what it shows, how many letters its columns that fold have, and how many they need."""

    kept: list[int]
    headings: list[str]
    cells: list[list[str]]
    room: int
    needed: int
    folding: int


def _laid_out(sheet: Sheet, width: int, kept: list[int], longest: int) -> _Layout:
    """Return these columns with cells of more than so many letters broken before their brackets."""
    rows = list(_grouped(sheet) if sheet.grouped else sheet.texts)
    cells = [[_fit(row[place], sheet.columns[place], longest) for place in kept] for row in rows]
    headings = [_fit(_heading(sheet, place), sheet.columns[place], longest) for place in kept]
    folds = [_folds(sheet, place) for place in kept]
    texts = [
        [headings[number], *(row[number] for row in cells)] for number, folding in enumerate(folds) if folding
    ]
    room = _room(headings, cells, folds, width)
    return _Layout(kept, headings, cells, room, _needed(texts), len(texts))


def _folds(sheet: Sheet, place: int) -> bool:
    return sheet.columns[place].folds or place == 0


def _room(headings: list[str], cells: list[list[str]], folds: list[bool], width: int) -> int:
    """How many letters are left for the columns that fold."""
    taken = 0
    for number, heading in enumerate(headings):
        if not folds[number]:
            lines = [line for text in (heading, *(row[number] for row in cells)) for line in text.split("\n")]
            taken += max(map(len, lines))
    return width - taken - 2 * (len(headings) - 1)


def _longest_word(texts: Iterable[str]) -> int:
    """The length of the longest word, up to fourteen letters: names break between words."""
    return min(_WORD, max((len(word) for text in texts for word in text.split()), default=1))


def _needed(folding: list[list[str]]) -> int:
    """The letters that columns which fold need so that words stay whole; one that has all the room, its longest."""
    if len(folding) != 1:
        return _WORD * len(folding)
    words = [word for text in folding[0] for word in text.split()]
    return max(_WORD, min(_LONG, max(map(len, words), default=1)))


def _grouped(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    """Rows of which what groups them is a row of its own, with the second cell indented below it.

    The second column is left empty, and then left out.
    """
    for head, item, *rest in sheet.texts:
        if head:
            yield (head, *[""] * (len(rest) + 1))
        yield (f"  {item}", "", *rest)


def _heading(sheet: Sheet, place: int) -> str:
    """A column's heading; in a grouped table the first names both what groups and what is grouped."""
    if sheet.grouped and place == 0:
        second = sheet.columns[1].heading
        return f"{sheet.columns[0].heading}, {second[:1].lower()}{second[1:]}"
    return sheet.columns[place].heading


def _point(console: Console, head: str, text: str) -> None:
    from rich.text import Text

    dash = "– " if plain("–", console) == "–" else "- "
    title = plain(head, console)
    said = Text(_lines(f"{dash}{title}{plain(text, console)}", console.width))
    said.stylize("bold", len(dash), len(dash) + len(title))
    console.print(said)


def _fit(cell: str, column: Column, longest: int) -> str:
    """The bracket of a cell of more than `longest` letters goes on a line of its own."""
    words = cell.replace(JOINED, " ")
    return words if column.folds or len(words) <= longest else words.replace(" (", "\n(", 1)


def _curve(console: Console, curve: Curve) -> None:
    """Print each row of a curve as bars of letters, all on one scale that begins at zero."""
    largest = max([1.0, *(value for _, values, _ in curve.rows for value in values)])
    names = max(len(name) for name, _, _ in curve.rows)
    steps = _STEPS if plain(_STEPS, console) == _STEPS else _PLAIN_STEPS
    for name, values, end in curve.rows:
        bars = "".join(_step(value / largest, steps) for value in values)
        say(console, f"{name:<{names}}  {bars}  {end}")
    room = max((len(values) for _, values, _ in curve.rows), default=0)
    gap = " " * max(1, room - len(curve.first) - len(curve.last))
    say(console, f"{'':<{names}}  {curve.first}{gap}{curve.last}", "dim")


def _step(share: float, steps: str) -> str:
    """The letter for a share of the scale; a space for none at all."""
    return " " if share <= 0 else steps[min(len(steps) - 1, int(share * len(steps)))]


def plain(words: str, console: Console) -> str:
    """Return the words in characters that the console can show: plain ones where it is not UTF-8."""
    words = harmless(words.replace(JOINED, " "))
    if console.encoding.lower().replace("-", "").startswith("utf"):
        return words
    for fancy, simple in (
        ("–", "-"),
        ("…", "..."),
        ("“", '"'),
        ("”", '"'),
        ("·", "-"),
        ("→", "->"),
        ("█", "#"),
        ("\N{MINUS SIGN}", "-"),
    ):
        words = words.replace(fancy, simple)
    for eighth in "▏▎▍▌▋▊▉":
        words = words.replace(eighth, "")
    return words.encode(console.encoding, "replace").decode(console.encoding)
