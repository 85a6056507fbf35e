"""A report as PDF, typeset by Typst; texts reach it as data, so nothing in them is read as code."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, assert_never

from sim.passing_folders import passing_folder
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
from sim.report.writers.formats import check_format
from sim.report.writers.widths import pieces, shares

_BREAK_HERE = "\N{ZERO WIDTH SPACE}"
_NO_BREAK = "\N{WORD JOINER}"


def pdf_of(document: Document) -> bytes:
    """Return the report as PDF; the same report gives the same bytes.

    Raises UsageError if the extra `report` is not installed.
    """
    check_format("PDF")
    import typst

    with passing_folder("report") as folder:
        content = _content(document, folder)
        (folder / "report.json").write_text(json.dumps(content), encoding="utf-8")
        template = files("sim.report.writers") / "report.typ"
        (folder / "report.typ").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        produced = typst.compile(folder / "report.typ", root=folder, font_paths=[_fonts()], timestamp=0)
    return bytes(produced)


def _fonts() -> Path:
    """Return the folder of the fonts that ship with matplotlib, so that every machine sets the same letters.

    Only scripts that they lack are set in what the machine has.
    """
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf"


def _content(document: Document, folder: Path) -> dict[str, Any]:
    """Return what the template reads; pictures are written into the folder."""
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "opening": [_plain(block, folder) for block in document.opening],
        "sections": [
            {
                "title": section.title,
                "level": section.level,
                "blocks": [_plain(block, folder) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _plain(block: Block, folder: Path) -> dict[str, Any]:  # noqa: PLR0911  # one branch for each kind
    match block:
        case Paragraph(text, leading):
            return {"kind": "paragraph", "text": unparted(text), "leading": leading}
        case Listing(points):
            said = [{"head": point.head, "text": unparted(point.text)} for point in points]
            return {"kind": "listing", "points": said}
        case Code(lines):
            return {"kind": "code", "lines": list(lines)}
        case Picture():
            return {"kind": "picture", **_picture(block, folder)}
        case Pictures(several):
            return {"kind": "pictures", "pictures": [_picture(each, folder) for each in several]}
        case Sheet():
            return {
                "kind": "sheet",
                "caption": block.head,
                "columns": [
                    {"heading": column.heading, "numeric": column.numeric} for column in block.columns
                ],
                "rows": [
                    [_whole_spans(_BREAK_HERE.join(pieces(text))) for text in row] for row in block.texts
                ],
                "shares": shares(block),
            }
        case Curve():
            return {"kind": "code", "lines": []}  # on paper the fan stands for it
        case _:
            assert_never(block)


def _whole_spans(text: str) -> str:
    """Have an interval stay on one line: `99 % (98–100)` is broken before it, if at all."""
    return text.replace("–", f"–{_NO_BREAK}")


def _picture(each: Picture, folder: Path) -> dict[str, str]:
    file = f"picture-{len(list(folder.glob('picture-*.png')))}.png"
    (folder / file).write_bytes(each.wide if each.wide is not None else each.narrow)
    return {"file": file, "caption": each.caption, "alt": each.alternative}
