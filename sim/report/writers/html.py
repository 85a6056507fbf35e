"""A report as one self-contained HTML file: no network, no script, readable narrow, wide and printed."""

from __future__ import annotations

import base64
import re
from importlib.resources import files
from itertools import zip_longest
from typing import assert_never

from sim.report.blocks import (
    Block,
    Code,
    Curve,
    Document,
    Listing,
    Paragraph,
    Picture,
    Pictures,
    Sheet,
    unparted,
)
from sim.report.writers.widths import pieces

_RANGE = re.compile(r"[\d.,]+–[\d.,]*\d")


def html_of(document: Document) -> bytes:
    """Return the report as HTML; every text is escaped, pictures and data are inside the file."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup, escape

    def with_whole_ranges(text: str) -> Markup:
        """Escape a text of which no line breaks within `550–1,500`."""
        kept = (Markup('<span class="whole">{}</span>').format(found) for found in _RANGE.findall(text))
        parts = [escape(part) for part in _RANGE.split(text)]
        return Markup("").join(piece for pair in zip_longest(parts, kept, fillvalue="") for piece in pair)

    def breakable(text: str) -> Markup:
        """Escape a text, and let its lines break within long words."""
        return Markup("<wbr>").join(with_whole_ranges(piece) for piece in pieces(text))

    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "kind": _kind,
        "embedded": _embedded,
        "breakable": breakable,
        "unparted": lambda text: with_whole_ranges(unparted(text)),
    }
    environment.tests |= {"bar": _is_bar}
    folder = files("sim.report.writers")
    template = environment.from_string((folder / "report.html.jinja").read_text(encoding="utf-8"))
    style = (folder / "report.css").read_text(encoding="utf-8")
    names = {place: f"{place:02d}" for place in range(1, len(document.pictures) + 1)}
    files_of = {
        id(shown_): _file_name(shown_, names[place]) for place, shown_ in enumerate(document.pictures, 1)
    }
    return template.render(
        document=document,
        style=style,
        sections=[(f"section-{place}", section) for place, section in enumerate(document.sections, start=1)],
        file_of=lambda each: files_of[id(each)],
    ).encode()


def _is_bar(cell: str) -> bool:
    """Whether a cell is a bar made of letters: a picture, which a screen reader need not spell."""
    return bool(cell) and set(cell) <= set("█▏▎▍▌▋▊▉")


def _file_name(each: Picture, number: str) -> str:
    from sim.words.names import file_name

    return f"{number}-{file_name(each.name)}.csv"


def _embedded(content: bytes | str, kind: str) -> str:
    """Return the address of a content that is inside the file."""
    data = content.encode() if isinstance(content, str) else content
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _kind(block: Block) -> str:  # noqa: PLR0911  # one branch for each kind
    match block:
        case Paragraph():
            return "paragraph"
        case Listing():
            return "listing"
        case Sheet():
            return "sheet"
        case Picture():
            return "picture"
        case Pictures():
            return "pictures"
        case Code():
            return "code"
        case Curve():
            return "curve"  # on a page the fan stands for it
        case _:
            assert_never(block)
