"""A report as a Word file (DOCX); texts are set as runs, so nothing in them is read as a field or markup."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, assert_never

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
from sim.report.writers.widths import shares

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_TEXT_WIDTH = 17.0
"""Width of the text in centimetres."""
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_LANGUAGE = "en-GB"
"""In which a word processor spells: theatre, authorised."""
_FADED = "5C5C5C"
_LINE = "CCCCCC"


def docx_of(document: Document) -> bytes:
    """Return the report as DOCX.

    Raises UsageError if the extra `report` is not installed.
    """
    check_format("DOCX")
    import docx

    word = docx.Document()
    _set_up(word, document)
    word.add_heading(document.title, 0)
    word.add_paragraph(document.subtitle)
    for block in document.opening:
        _add(word, block)
    for section in document.sections:
        heading = word.add_heading(section.title, section.level)
        heading.paragraph_format.page_break_before = section.level == 1
        for block in section.blocks:
            _add(word, block)
    out = io.BytesIO()
    word.save(out)
    return _timeless(out.getvalue())


def _timeless(content: bytes) -> bytes:
    """Return an archive whose entries carry no clock: the same document gives the same bytes."""
    import zipfile

    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for entry in made.infolist():
            kept.writestr(zipfile.ZipInfo(entry.filename), made.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _set_up(word: WordDocument, document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    properties = word.core_properties
    properties.title, properties.author = document.title[:255], "ISF simulator"
    properties.created = properties.modified = _EPOCH
    properties.comments = ""  # else it names the library
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    for page in word.sections:
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2)
        page.top_margin = page.bottom_margin = Cm(2)
    sizes = {"Normal": 10, "Title": 20, "Heading 1": 15, "Heading 2": 12, "Caption": 8.5}
    for name, size in sizes.items():
        style: Any = word.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        style.font.color.rgb = RGBColor.from_string(_FADED if name == "Caption" else "222222")
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    caption: Any = word.styles["Caption"]
    caption.font.bold = False


def _add(word: WordDocument, block: Block) -> None:
    from docx.shared import Pt

    match block:
        case Paragraph(text, leading):
            run = word.add_paragraph().add_run(unparted(text))
            if leading:
                run.bold, run.font.size = True, Pt(13)
        case Listing(points):
            for point in points:
                paragraph = word.add_paragraph(style="List Bullet")
                if point.head:
                    paragraph.add_run(f"{point.head}: ").bold = True
                paragraph.add_run(unparted(point.text))
        case Code(lines):
            for line in lines:
                paragraph = word.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(0)
                run = paragraph.add_run(line)
                run.font.name, run.font.size = "Courier New", Pt(8)
            word.add_paragraph()
        case Picture():
            _add_picture(word, block, _TEXT_WIDTH)
        case Pictures(several):
            _add_pictures(word, several)
        case Sheet():
            _add_sheet(word, block)
        case Curve():
            pass  # on paper the fan stands for it
        case _:
            assert_never(block)


def _add_picture(place: Any, each: Picture, width: float) -> None:
    """Add a picture and its caption to the document or a cell; the two stay on one page."""
    from docx.shared import Cm

    paragraph = place.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    content = each.wide if each.wide is not None else each.narrow
    shape = paragraph.add_run().add_picture(io.BytesIO(content), width=Cm(width))
    properties: Any = shape._inline.docPr
    properties.set("descr", each.alternative)
    place.add_paragraph(each.caption, style="Caption")


def _add_pictures(word: WordDocument, pictures: Sequence[Picture]) -> None:
    """Add pictures two in a row, in a table without lines."""
    table = word.add_table(rows=0, cols=2)
    for start in range(0, len(pictures), 2):
        row = table.add_row()
        _keep_whole(row)
        for cell, each in zip(row.cells, pictures[start : start + 2], strict=False):
            _add_picture(cell, each, _TEXT_WIDTH / 2 - 0.5)
            first = cell.paragraphs[0]._p  # the empty paragraph that every cell begins with
            first.getparent().remove(first)
    word.add_paragraph()


def _add_sheet(word: WordDocument, sheet: Sheet) -> None:
    from docx.shared import Cm

    caption = word.add_paragraph(sheet.head, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = word.add_table(rows=1, cols=len(sheet.columns))
    table.autofit = False
    widths = [share * _TEXT_WIDTH for share in shares(sheet, whole_words=True)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    _fill(table.rows[0], [column.heading for column in sheet.columns], sheet, widths, head=True)
    _repeat(table.rows[0])
    for texts in sheet.texts:
        _fill(table.add_row(), texts, sheet, widths)
    word.add_paragraph()


def _fill(row: Any, texts: Sequence[str], sheet: Sheet, widths: Sequence[float], head: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt, RGBColor

    _keep_whole(row)
    # A row's cells are read once: asking for them again walks the whole row each time.
    for cell, text, column, width in zip(row.cells, texts, sheet.columns, widths, strict=True):
        cell.width = Cm(width)
        _underline(cell)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(text)
        run.font.size = Pt(7.5)
        if head:
            run.bold, run.font.color.rgb = True, RGBColor.from_string(_FADED)
            paragraph.paragraph_format.keep_with_next = True
        if column.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _underline(cell: Any) -> None:
    """Draw a thin line below a cell."""
    borders, line = _element("tcBorders"), _element("bottom", val="single", sz="4", color=_LINE)
    borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def _repeat(row: Any) -> None:
    """Have a table's head stand on each of its pages."""
    row._tr.get_or_add_trPr().append(_element("tblHeader", val="true"))


def _keep_whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(_element("cantSplit", val="true"))


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
