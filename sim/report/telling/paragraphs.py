"""Text at 80 columns: titles, labelled paragraphs, lists."""

from __future__ import annotations

import textwrap

from sim.report.blocks import JOINED, unparted

WIDTH = 80
_LABEL = 16


def heading(text: str) -> list[str]:
    """Return a title with an empty line before it and a line under it."""
    return ["", text, "-" * len(text)]


def paragraph(text: str, indent: int = 0) -> list[str]:
    """Return a text in lines."""
    space = " " * indent
    return wrapped(text, space, space)


def labelled(label: str, text: str, indent: int = 2) -> list[str]:
    """Return a text beside a label; further lines stand under the text."""
    first = f"{' ' * indent}{label:<{_LABEL - indent}}"
    if len(first.rstrip()) >= _LABEL:
        return [first.rstrip(), *paragraph(text, _LABEL)]
    return wrapped(text, first, " " * _LABEL) or [first.rstrip()]


def wrapped(text: str, first: str, further: str) -> list[str]:
    """Return a text in lines of which none parts a number from its percent sign."""
    lines = textwrap.wrap(
        unparted(text), WIDTH, initial_indent=first, subsequent_indent=further, break_on_hyphens=False
    )
    return [line.replace(JOINED, " ") for line in lines]
