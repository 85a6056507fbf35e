"""Whatever the texts of a scenario hold, a report shows them and nothing in it acts on them."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import math
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from sim.report.blocks import Code, Document, Listing, Pictures, Sheet
from sim.report.reporting import report_of
from sim.report.workbook import sheets_and_charts
from sim.report.writers.docx import docx_of
from sim.report.writers.html import html_of
from sim.report.writers.pdf import pdf_of
from sim.report.writers.xlsx import xlsx_of
from sim.results.run import Run
from sim.studies.comparison import compare
from sim.studies.keeping import write_comparison
from tests.report.hostile import ARABIC, ATTRIBUTE, FORMULAS, HEBREW, LONG, SCRIPT, TEXTS, TYPST, hostile_run
from tests.report.paper import white_paper

pytestmark = pytest.mark.long

LABELS = (f'<b onclick="x">{FORMULAS[1]}', FORMULAS[3])
TAGS = set(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "p",
        "main",
        "section",
        "ul",
        "li",
        "strong",
        "nav",
        "ol",
        "a",
        "figure",
        "img",
        "picture",
        "source",
        "figcaption",
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "wbr",
        "pre",
    ]
)
ATTRIBUTES = set(
    [
        "lang",
        "aria-hidden",
        "charset",
        "name",
        "content",
        "http-equiv",
        "dir",
        "class",
        "id",
        "href",
        "download",
        "src",
        "srcset",
        "alt",
        "media",
        "role",
        "scope",
        "data-heading",
        "aria-label",
    ]
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("hostile")
    return dict(zip(LABELS, (hostile_run(folder), hostile_run(folder, 0.4)), strict=True))


@pytest.fixture(scope="module")
def alone(runs: dict[str, Run]) -> Document:
    with white_paper():
        return report_of({LABELS[0]: runs[LABELS[0]]})


@pytest.fixture(scope="module")
def together(runs: dict[str, Run]) -> Document:
    with white_paper(built=False):
        return report_of(runs)


class Page(HTMLParser):
    """A parsed page: its elements with their attributes, and its text without the white space."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_data(self, data: str) -> None:
        if not self.style:
            self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def bare(text: str) -> str:
    """The text without anything that a line break can change."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def texts_of(document: Document) -> list[str]:
    """Every text of a report."""
    found = [document.title, document.subtitle, *(section.title for section in document.sections)]
    for block in document.blocks:
        match block:
            case Listing(points):
                found += [text for point in points for text in (point.head, point.text)]
            case Sheet():
                found += [block.caption, *(column.heading for column in block.columns)]
                found += [text for row in block.texts for text in row]
            case Code(lines):
                found += lines
            case Pictures(several):
                found += [each.caption for each in several]
            case _:
                found.append(getattr(block, "caption", None) or getattr(block, "text", ""))
    return found


@pytest.mark.parametrize("which", ["alone", "together"])
def test_the_report_holds_every_text_as_it_is(which: str, request: pytest.FixtureRequest) -> None:
    said = bare("\n".join(texts_of(request.getfixturevalue(which))))
    for text in (*TEXTS, ARABIC, HEBREW):
        assert bare(text) in said, text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in said


@pytest.mark.parametrize("which", ["alone", "together"])
def test_html_is_correct_and_inert(which: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(which)
    page = Page(html_of(document).decode())
    assert {tag for tag, _ in page.elements} <= TAGS
    for tag, attributes in page.elements:
        assert set(attributes) <= ATTRIBUTES, tag
        address = attributes.get("href") or attributes.get("src") or attributes.get("srcset") or "#"
        assert address.startswith(("#", "data:image/png;base64,", "data:text/csv;charset=utf-8;base64,"))
    for text in texts_of(document):
        assert bare(text) in bare(page.text), text
    images = [attributes for tag, attributes in page.elements if tag == "img"]
    assert len(images) == len(document.pictures) > 5
    assert all(attributes["alt"] for attributes in images)
    policy = next(each["content"] for _, each in page.elements if each.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_every_element_that_is_opened_is_closed(together: Document) -> None:
    html = html_of(together).decode()
    for tag in sorted(TAGS - {"meta", "img", "source", "wbr"}):
        assert len(re.findall(rf"<{tag}[\s>]", html)) == html.count(f"</{tag}>"), tag


def test_data_of_figures_hold_no_formula_and_no_path(together: Document) -> None:
    page = Page(html_of(together).decode())
    links = [attributes for tag, attributes in page.elements if tag == "a" and "download" in attributes]
    names = [str(attributes["download"]) for attributes in links]
    assert len(names) == len(set(names)) == len(together.pictures)
    assert all(re.fullmatch(r"[\w.-]+\.csv", name) and not name.startswith(".") for name in names)
    for attributes in links:
        content = base64.b64decode(str(attributes["href"]).partition(",")[2]).decode()
        rows = list(csv.reader(io.StringIO(content)))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(FORMULA_STARTS) or is_number(cell), cell


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("which", ["alone", "together"])
def test_pdf_holds_the_texts(which: str, request: pytest.FixtureRequest) -> None:
    reader = PdfReader(io.BytesIO(pdf_of(request.getfixturevalue(which))))
    said = bare("".join(page.extract_text() for page in reader.pages))
    for text in (SCRIPT, TYPST, *FORMULAS):
        assert bare(text) in said, text
    for text in (ARABIC, HEBREW):
        letters = set(bare(text))
        assert len(letters & set(said)) >= 0.8 * len(letters)  # some are drawn as one with their neighbours
    actions = [key for page in reader.pages for key in ("/AA", "/Annots") if key in page]
    assert actions == []
    assert "/OpenAction" not in reader.trailer["/Root"]


def test_the_same_report_gives_the_same_pdf(alone: Document) -> None:
    assert pdf_of(alone) == pdf_of(alone)


@pytest.mark.parametrize("which", ["alone", "together"])
def test_docx_holds_the_texts_and_no_field(which: str, request: pytest.FixtureRequest) -> None:
    document = request.getfixturevalue(which)
    content = docx_of(document)
    word = docx.Document(io.BytesIO(content))
    paragraphs = [paragraph.text for paragraph in word.paragraphs]
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    said = bare("\n".join(paragraphs + cells))
    for text in texts_of(document):
        assert bare(text) in said, text
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        body = parts.read("word/document.xml").decode()
        relations = parts.read("word/_rels/document.xml.rels").decode()
    assert not re.search(r"<w:(fldSimple|instrText|hyperlink|object)\b", body)
    assert 'TargetMode="External"' not in relations
    assert body.count("descr=") == len(document.pictures)


def test_a_workbook_of_a_run_has_typed_cells_and_no_formula(runs: dict[str, Run]) -> None:
    book = workbook_of(sheets_and_charts(runs[LABELS[0]].folder)[0])
    assert book.sheetnames[:3] == ["about", "summary", "levels"]
    about = {row[0].value: row[1].value for row in book["about"].iter_rows(min_row=2)}
    assert about["scenario"] == TYPST
    assert about["start"] == dt.datetime(2026, 1, 1)
    assert about["replications"] == 40
    assert {type(cell.value) for cell in book["levels"]["A"][1:]} == {dt.datetime}
    assert all(isinstance(cell.value, int | float) for cell in book["levels"]["B"][1:])
    assert FORMULAS[3] in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


def test_a_workbook_of_a_comparison_has_typed_cells_and_no_formula(
    runs: dict[str, Run], tmp_path: Path
) -> None:
    comparison = compare(runs)
    write_comparison(comparison, tmp_path / "kept")
    book = workbook_of(sheets_and_charts(tmp_path / "kept")[0])
    head = [cell.value for cell in book["comparison"][1]]
    rows = [
        dict(zip(head, (cell.value for cell in row), strict=True))
        for row in book["comparison"].iter_rows(min_row=2)
    ]
    assert len(rows) == len(comparison.table)
    assert {row["scenario"] for row in rows} == set(LABELS)
    assert all(isinstance(row["value"], int | float | None) for row in rows)
    assert {type(row["date"]) for row in rows if row["date"]} == {dt.datetime}


def workbook_of(sheets: dict[str, Any]) -> openpyxl.Workbook:
    """The workbook read back, of which no cell is a formula or a link."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(sheets)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None
    return book


def test_the_texts_are_what_they_should_be() -> None:
    assert all(text.startswith(FORMULA_STARTS) for text in FORMULAS)
    assert "<script>" in SCRIPT
    assert '"' in ATTRIBUTE
    assert len(LONG) > 400


def test_cells_of_a_workbook_have_the_type_of_their_values() -> None:
    import pandas as pd

    cells = [
        *FORMULAS,
        "http://example.org",
        "007",
        LONG,
        True,
        12,
        1.5,
        dt.date(2026, 1, 2),
        math.nan,
        math.inf,
        None,
    ]
    kinds = [*"sssssss", "b", "n", "n", "d", "n", "s", "n"]
    name = "a/b: [a very long name of a sheet]"
    tables = {
        name: pd.DataFrame({"=value": pd.Series(cells, dtype=object)}),
        name.upper(): pd.DataFrame({"x": [1]}),
    }
    book = workbook_of(tables)
    first, second = book.sheetnames
    assert len(first) <= 31
    assert first.lower() != second.lower()
    found = [row[0] for row in book[first].iter_rows(min_row=2, max_row=len(cells) + 1)]
    assert [cell.data_type for cell in found] == kinds
    values = [cell.value for cell in found]
    assert values[:10] == cells[:10]
    assert values[10] == dt.datetime(2026, 1, 2)
    assert values[11:] == [None, "inf", None]
    assert book[first]["A1"].value == "=value"
    assert book[first].page_setup.orientation == "landscape"
    assert book[first].sheet_properties.pageSetUpPr.fitToPage
    assert book[first].page_setup.fitToHeight == 0
    assert book[first].print_title_rows == "$1:$1"
