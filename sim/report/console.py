"""Plain tables and sentences for a terminal of any width, or a pipe."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from sim.words.harmless import harmless

if TYPE_CHECKING:
    from rich.console import Console


def print_table(
    console: Console,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    note: str = "",
    folded: Collection[int] = (0,),
) -> None:
    """Print a table without lines; a column whose name ends in `>` is set to the right.

    Cells of the `folded` columns are broken where the console is too narrow for them.
    """
    from rich.table import Table
    from rich.text import Text

    say(console, f"\n{title}", "bold")
    if note:
        say(console, note)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, column in enumerate(columns):
        right = column.endswith(">")
        table.add_column(
            Text(_plain(column.removesuffix(">"), console)),
            justify="right" if right else "left",
            no_wrap=place not in folded,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(_plain(cell, console)) for cell in row))
    console.print(table)


def say(console: Console, words: str, style: str = "") -> None:
    """Print a sentence in characters that the console can show."""
    from rich.text import Text

    console.print(Text(_plain(words, console), style=style))


def _plain(words: str, console: Console) -> str:
    """The words in characters that the console can show, none of which steers it: plain ones if it is not UTF-8."""
    words = harmless(words)
    if console.encoding.lower().replace("-", "").startswith("utf"):
        return words
    for fancy, plain in (
        ("–", "-"),
        ("…", "..."),
        ("“", '"'),
        ("”", '"'),
        ("·", "-"),
        ("\N{MINUS SIGN}", "-"),
    ):
        words = words.replace(fancy, plain)
    return words.encode(console.encoding, "replace").decode(console.encoding)


def under(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows with their first cell as a heading of its own where it changes, and the second, indented, below it."""
    shown: list[tuple[str, ...]] = []
    last = ""
    for head, item, *rest in rows:
        if head != last:
            shown.append((head, *[""] * len(rest)))
        last = head
        shown.append(("  " + item.replace("\n", "\n    "), *rest))
    return shown
