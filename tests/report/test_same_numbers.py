"""Terminal, HTML, PDF, DOCX, XLSX and CSV of one run and one comparison state the same numbers."""

from __future__ import annotations

import io
import re

import docx
import openpyxl
import pytest
from pypdf import PdfReader
from rich.console import Console

from sim.report.answers.comparison import comparison_parts
from sim.report.answers.run import run_parts
from sim.report.assembly import comparison_report, run_report
from sim.report.blocks import JOINED, Sheet
from sim.report.printing import print_comparison, print_run
from sim.report.workbook import run_sheets
from sim.report.writers.docx import docx_of
from sim.report.writers.html import html_of
from sim.report.writers.pdf import pdf_of
from sim.report.writers.xlsx import xlsx_of
from sim.results.summary import summary_table

NUMBER = re.compile(r"\d[\d,]*")


def plain(text: str) -> str:
    return re.sub(r"[\s\u200b\u00a0]+", "", text)


def said(parts) -> list[str]:
    """Each cell with a number of each table."""
    return [
        plain(str(cell))
        for part in parts
        for block in part.blocks
        if isinstance(block, Sheet)
        for row in block.rows
        for cell in row
        if cell is not None and NUMBER.search(str(cell))
    ]


def printed(show, subject) -> str:
    stream = io.StringIO()
    show(subject, Console(file=stream, width=200))
    return plain(stream.getvalue())


def texts_of(document) -> dict[str, str]:
    html = re.sub(r"<[^>]+>", "", html_of(document).decode())
    word = docx.Document(io.BytesIO(docx_of(document)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    pages = PdfReader(io.BytesIO(pdf_of(document))).pages
    return {
        "HTML": plain(
            html.replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        ),
        "DOCX": plain(" ".join([*cells, *(each.text for each in word.paragraphs)])),
        "PDF": plain(" ".join(page.extract_text() for page in pages)),
    }


@pytest.fixture(scope="module")
def run_texts(tied):
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(run_sheets(tied.run))))
    cells = [
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    document = run_report("distinct", tied.run)
    return texts_of(document) | {"terminal": printed(print_run, tied), "XLSX": plain(" ".join(cells))}


@pytest.mark.parametrize("kind", ["terminal", "HTML", "DOCX", "PDF", "XLSX"])
def test_a_run_says_the_same_everywhere(tied, run_texts, kind):
    wanted = said(run_parts(tied))
    assert len(wanted) > 80
    missing = [cell for cell in wanted if cell not in run_texts[kind]]
    if kind == "PDF":  # a cell that takes two lines is read back in two places
        missing = [cell for cell in missing if not all(n in run_texts[kind] for n in NUMBER.findall(cell))]
    assert missing == []


def test_a_comparison_says_the_same_everywhere(tied_comparison):
    wanted = said(comparison_parts(tied_comparison))
    found = texts_of(comparison_report(tied_comparison)) | {
        "terminal": printed(print_comparison, tied_comparison)
    }
    assert len(wanted) > 60
    for kind, text in found.items():
        missing = [cell for cell in wanted if cell not in text]
        assert [cell for cell in missing if not all(n in text for n in NUMBER.findall(cell))] == [], kind


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
