"""Terminal, HTML, PDF, DOCX, XLSX and CSV of one run and one comparison state the same: each is read back."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import docx
import openpyxl
import pytest
from PIL import Image
from pypdf import PdfReader
from rich.console import Console

from sim.report import assembly, pictures
from sim.report.answers.comparison import comparison_page_one, comparison_parts
from sim.report.answers.page_one import page_one
from sim.report.answers.run import run_parts
from sim.report.blocks import JOINED, Listing, Paragraph, Picture, Sheet
from sim.report.printing import print_comparison, print_run
from sim.report.workbook import comparison_sheets, run_sheets, sheets_and_charts
from sim.report.writers.docx import docx_of
from sim.report.writers.html import html_of
from sim.report.writers.pdf import pdf_of
from sim.report.writers.xlsx import xlsx_of
from sim.results.summary import summary_table
from sim.studies.keeping import write_comparison
from tests.report.reading import assert_as_read, lines_of

NUMBER = re.compile(r"\d[\d,]*")


def plain(text: str) -> str:
    return re.sub(r"[\s\u200b\u00a0]+", "", text)


def blocks_of(parts, kind):
    return [block for part in parts for block in part.blocks if isinstance(block, kind)]


def tables_said(parts):
    """Each table with rows as the reader sees it: heading cells, then rows, without any space."""
    return [
        [
            [plain(column.heading) for column in sheet.columns],
            *([plain(cell) for cell in row] for row in sheet.texts),
        ]
        for sheet in blocks_of(parts, Sheet)
        if sheet.rows
    ]


def sentences(parts):
    """Each paragraph, statement with its head, and caption with its note, without any space."""
    said = [plain(block.text) for block in blocks_of(parts, Paragraph)]
    for listing in blocks_of(parts, Listing):
        said += [
            plain(f"{point.head}: {point.text}" if point.head else point.text) for point in listing.points
        ]
    return said + [plain(sheet.head) for sheet in blocks_of(parts, Sheet) if sheet.rows]


def printed(show, subject) -> str:
    stream = io.StringIO()
    show(subject, Console(file=stream, width=240))
    return stream.getvalue()


class Page(HTMLParser):
    """Tables, and the text of everything else, of a page."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.words, self._cell = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(plain(self._cell))
            self._cell = None

    def handle_data(self, data):
        if self._cell is None:
            self.words.append(data)
        else:
            self._cell += data


@pytest.fixture(scope="module")
def undrawn():
    """Reports whose pictures are one white point: what they show is tied elsewhere."""
    point = io.BytesIO()
    Image.new("RGB", (1, 1), "white").save(point, "png")
    drawn = pictures._png
    pictures._png = lambda figure: point.getvalue()
    made = assembly.picture
    assembly.picture = lambda exhibit, subject, label="", wide=True: made(
        replace(exhibit, draw=lambda *_, **__: None), subject, label, wide
    )
    yield
    pictures._png, assembly.picture = drawn, made


@pytest.fixture(scope="module")
def reports(undrawn, tied, tied_comparison):
    run = (page_one(tied), *run_parts(tied))
    compared = (comparison_page_one(tied_comparison), *comparison_parts(tied_comparison))
    return {
        "run": (assembly.run_report("distinct", tied.run), run, printed(print_run, tied)),
        "comparison": (
            assembly.comparison_report(tied_comparison),
            compared,
            printed(print_comparison, tied_comparison),
        ),
    }


@pytest.mark.parametrize("what", ["run", "comparison"])
def test_what_stands_beside_the_numbers_is_as_read(reports, what):
    """Every title, heading, caption, note and sentence: numbers in them are worked out apart elsewhere.

    A line that changes on purpose is read again, with what it says of the worlds of `distinct`, and kept.
    """
    document, _, _ = reports[what]
    assert_as_read(what, lines_of(document))


def in_order(wanted, found):
    """The first of `wanted` that does not stand in `found` at or after the one before it; None if all do."""
    place = 0
    for each in wanted:
        if each not in found[place:]:
            return each
        place += found[place:].index(each)
    return None


@pytest.mark.long
@pytest.mark.parametrize("what", ["run", "comparison"])
def test_a_web_page_holds_every_table_and_sentence(reports, what):
    document, parts, _ = reports[what]
    page = Page(html_of(document).decode())
    assert len(tables_said(parts)) >= 6
    assert in_order(tables_said(parts), page.tables) is None
    words = plain("".join(page.words))
    assert [each for each in sentences(parts) if each not in words] == []


@pytest.mark.long
@pytest.mark.parametrize("what", ["run", "comparison"])
def test_a_word_file_holds_every_table_and_sentence(reports, what):
    document, parts, _ = reports[what]
    word = docx.Document(io.BytesIO(docx_of(document)))
    tables = [[[plain(cell.text) for cell in row.cells] for row in table.rows] for table in word.tables]
    assert in_order(tables_said(parts), tables) is None
    words = [plain(paragraph.text) for paragraph in word.paragraphs]
    assert [each for each in sentences(parts) if each not in words] == []


@pytest.mark.long
@pytest.mark.parametrize("what", ["run", "comparison"])
def test_a_pdf_holds_every_row_and_sentence(reports, what):
    """A cell that takes two lines is read back in two places, so rows are looked for by their words in order."""
    document, parts, _ = reports[what]
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(document))).pages)
    whole = plain(text)
    missing = [each for each in sentences(parts) if each not in whole]
    assert [each for each in missing if not _in_pieces(each, whole)] == []
    for table in tables_said(parts):
        for row in table:
            for cell in row:
                assert cell in whole or _in_pieces(cell, whole), (row, cell)
    rows = ["".join(row) for table in tables_said(parts) for row in table[1:]]
    assert sum(row in whole for row in rows) > 0.6 * len(rows)


def _in_pieces(words, whole):
    """Whether a text that a page break or a line of a cell parts is there piece by piece."""
    pieces = re.findall(r"[^,.;:()–]+", words)
    return all(
        piece in whole or all(letters in whole for letters in re.findall(r"\d+|[A-Za-z]{1,5}", piece))
        for piece in pieces
    )


@pytest.mark.parametrize("what", ["run", "comparison"])
def test_a_terminal_prints_every_row_and_sentence(reports, what):
    _, parts, text = reports[what]
    whole = plain(text)
    assert [
        each for each in sentences(parts) if each not in whole.replace("–", "") and each not in whole
    ] == []
    lines = [plain(line) for line in text.splitlines()]
    for sheet in blocks_of(parts, Sheet):
        for row in sheet.rows:
            cells = [plain(str(cell)) for cell in next(replace(sheet, rows=(row,)).texts)]
            own = "".join(cells[1:] if sheet.grouped else cells)
            assert any(own in line for line in lines), own
        for row in sheet.rows if sheet.grouped else ():
            assert plain(str(row[0])) in lines
    heads = [plain(part.title) for part in parts[1:]]
    assert in_order(heads, lines) is None


@pytest.mark.long
@pytest.mark.parametrize("what", ["run", "comparison"])
def test_a_workbook_holds_every_table(reports, what, tied, tied_comparison, tmp_path):
    _, parts, _ = reports[what]
    if what == "run":
        sheets = run_sheets(tied.run)
    else:
        write_comparison(tied_comparison.comparison, tmp_path)
        sheets = sheets_and_charts(tmp_path)[0] | comparison_sheets(tied_comparison.comparison)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(sheets)))
    tables = [
        [
            [plain(str("" if cell is None else cell)) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    ]
    assert in_order([_filled(table) for table in tables_said(parts)], tables) is None
    if what == "run":
        about = {row[0].value: row[1].value for row in book["about"].iter_rows(min_row=2)}
        assert about["replications"] == 210 and about["seed"] == 0 and about["scenario"] == "Distinct"
        assert str(about["start"])[:10] == "2026-01-01" and str(about["end"])[:10] == "2026-04-30"
    assert {name[:31] for name in sheets} <= set(book.sheetnames), "no two names are one to Excel"
    printed_ones = {
        name for name, table in sheets.items() if table.dtypes.eq(object).all() and name != "about"
    }
    for name, table in sheets.items():
        if name not in printed_ones:
            _check_cells(book[name[:31]], table)


def _filled(table):
    """An empty cell of a printed table is empty, and its dash a dash."""
    return [["" if cell == "" else cell for cell in row] for row in table]


def _check_cells(sheet, table):
    """Every cell of a sheet is that of its table; shares are shown as percents."""
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(table)
    for row, values in zip(rows, table.itertuples(index=False), strict=True):
        for cell, value in zip(row, values, strict=True):
            if isinstance(value, float) and value == value and abs(value) < 1e300:
                assert cell.value == pytest.approx(value)
            elif isinstance(value, str) and value:
                assert cell.value == value


def test_the_summary_holds_every_number_that_a_table_prints(tied):
    """Whole numbers and percents of the tables, rounded from some value, low or high of `summary.csv`."""
    table = summary_table(tied.run)
    values = [
        value
        for column in ("value", "low", "high")
        for value in table[column]
        if value == value and abs(value) < 1e12
    ]
    known = {str(int(value + 0.5)) for value in values if value >= 0}
    known |= {
        str(int(100 * value + shift)) for value in values if 0 <= value <= 1 for shift in (0, 0.5, 1 - 1e-9)
    }
    known |= {str(int(value)) for value in values if value >= 0}
    dates = {date for date in table["date"] if date}
    for part in run_parts(tied):
        for sheet in (block for block in part.blocks if isinstance(block, Sheet)):
            for row in sheet.rows:
                for column, cell in zip(sheet.columns, row, strict=True):
                    text = str(cell).replace(JOINED, " ")
                    if not column.numeric or "(" in text or "–" in text:
                        continue
                    number = text.replace(",", "").replace(" %", "").replace("<", "")
                    assert not number.isdigit() or number in known or column.heading == "Troops", (
                        part.title,
                        text,
                    )
    assert dates


def test_pictures_keep_their_words(reports):
    """What somebody reads who cannot see a picture says what its title says."""
    document, _, _ = reports["run"]
    alternatives = {each.name: each.alternative for each in document.pictures if isinstance(each, Picture)}
    assert len(alternatives) >= 8 and all(text.endswith(".") for text in alternatives.values())
