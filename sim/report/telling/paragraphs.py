"""Text at 80 columns: titles, labelled paragraphs, lists."""

from __future__ import annotations

import textwrap

WIDTH = 80
_LABEL = 16


def heading(text: str) -> list[str]:
    """Return a title with an empty line before it and a line under it."""
    return ["", text, "-" * len(text)]


def paragraph(text: str, indent: int = 0) -> list[str]:
    """Return a text in lines."""
    space = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=space, subsequent_indent=space, break_on_hyphens=False)


def labelled(label: str, text: str, indent: int = 2) -> list[str]:
    """Return a text beside a label; further lines stand under the text."""
    first = f"{' ' * indent}{label:<{_LABEL - indent}}"
    if len(first.rstrip()) >= _LABEL:
        return [first.rstrip(), *paragraph(text, _LABEL)]
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=" " * _LABEL, break_on_hyphens=False
    ) or [first.rstrip()]
