"""What a report says: every part is there, whatever the run holds, and its words come from its tables."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from sim import run
from sim.errors import StoreError, UsageError
from sim.report.blocks import Document, Listing, Paragraph, Picture, Sheet
from sim.report.reporting import labelled_runs, report_of, write_report
from sim.report.tables import Tables
from sim.results.run import Run, open_run
from tests.report.paper import white_paper

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("plain_pictures")]

SMALL = """\
scenario: Small
question: How many come?
start: 2026-01-01
end: 2026-03-31
facts:
  clear: {kind: milestone, probability: 0.6, after: {mean: 20 days}}
contributors:
  north: {contingents: {unit: {troops: 100, role: infantry, prepares_for: {mean: 20 days}, lift: air}}}
  south: {commits_when: clear, contingents: {unit: {troops: 200, role: infantry, lift: air}}}
theatre: {lift: {air: {slots: 1, load: 50, trip: 2 days}}}
targets: {some: {troops: 150, by: 2026-03-01}}
"""


def played(folder: Path, text: str, name: str = "small", replications: int = 60) -> Run:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return run(path, replications=replications, out=folder / "outputs")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return played(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="module")
def alone(small: Run) -> Document:
    with white_paper():
        return report_of({"small": small})


@pytest.fixture(scope="module")
def clear(tmp_path_factory: pytest.TempPathFactory) -> Run:
    text = SMALL.replace("probability: 0.6", "probability: 1").replace("Small", "Clear")
    return played(tmp_path_factory.mktemp("clear"), text, "clear")


@pytest.fixture(scope="module")
def compared(small: Run, clear: Run) -> Document:
    with white_paper(built=False):
        return report_of({"small": small, "clear": clear, "again": small})


def titles(document: Document) -> list[str]:
    return [section.title for section in document.sections if section.level == 1]


def sheet(document: Document, start: str) -> Sheet:
    return next(
        block for block in document.blocks if isinstance(block, Sheet) and block.caption.startswith(start)
    )


def words(document: Document) -> str:
    found = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Listing):
            found += [f"{point.head} {point.text}" for point in block.points]
    return "\n".join(found)


def test_a_report_of_one_run_opens_with_the_answer_and_one_figure(small: Run) -> None:
    document = report_of({"small": small}, "Mine")
    assert document.title == "Mine"
    kinds = [Paragraph, Paragraph, Paragraph, Listing, Sheet, Picture]  # question, few worlds, answer
    assert [type(block) for block in document.opening] == kinds
    assert titles(document) == [
        "Small",
        "The rules in words",
        "What the numbers rest on",
        "Method, limits, and how to repeat it",
    ]


@pytest.mark.parametrize(("lines", "page"), [(10, 0), (30, 0), (32, 1)])
def test_a_picture_is_made_smaller_where_page_one_has_some_room_for_it_and_not_where_it_has_little(
    alone: Document, tmp_path: Path, lines: int, page: int
) -> None:
    *_, picture = alone.opening
    opening = (*(Paragraph(f"Line {number}.") for number in range(lines)), picture)
    write_report(replace(alone, opening=opening, sections=()), None, tmp_path / "r.pdf", None)
    assert [len(each.images) for each in PdfReader(tmp_path / "r.pdf").pages] == [0] * page + [1]


def test_a_report_of_several_opens_with_the_answer_and_one_figure(compared: Document) -> None:
    assert compared.title == "Small, compared with 2 other scenarios"
    assert isinstance(compared.opening[-1], Picture)
    assert sum(isinstance(block, Picture) for block in compared.opening) == 1
    assert titles(compared)[:4] == ["Compared with small", "Small", "Clear", "again: Small"]
    parts = [section.title for section in compared.sections if section.level == 2]
    assert parts[:5] == [
        "What differs in the inputs",
        "Force level",
        "Targets",
        "First boots",
        "What holds the force back",
    ]


def test_a_run_compared_with_itself_is_the_same_everywhere(compared: Document) -> None:
    for start in ("Military troops", "Chance that a target", "First boots"):
        rows = [row for row in sheet(compared, start).rows if row[0] == "again"]
        assert rows
        assert all(row[4] == "0" and row[6] == "same" for row in rows)
    assert "again (Small): no input differs." in words(compared)


def test_differences_are_those_of_the_two_runs(compared: Document, small: Run, clear: Run) -> None:
    table = sheet(compared, "Military troops")
    means = [float(Tables(each).levels.on(small.scenario.end).mean()) for each in (small, clear)]
    (row,) = (row for row in table.rows if row[0] == "clear" and str(row[1]) == "31 Mar 2026, mean")
    before, after, difference = (float(str(cell).replace(",", "").replace("+", "")) for cell in row[2:5])
    assert (before, after) == pytest.approx(means, abs=0.51)
    assert difference == pytest.approx(means[1] - means[0], abs=0.51)


def test_the_inputs_that_differ_are_listed_with_both_values(compared: Document) -> None:
    assert sheet(compared, "clear (Clear): 1 input differs").rows == (
        ("facts.clear.probability", "0.6", "1"),
    )


def test_how_to_repeat_it_names_command_seed_digest_and_versions(small: Run, alone: Document) -> None:
    section = alone.sections[-1]
    said = "\n".join([*section.blocks[1].lines, section.blocks[-1].text])  # type: ignore[union-attr]
    assert "isf run small.yaml -n 60 --seed 0" in said
    assert f"small=outputs/small/{small.folder.name}" in said
    assert "numpy" in said
    assert sheet(alone, "The runs").rows == (("small", "Small", 60, "0", small.manifest["digest"][:12]),)


@pytest.mark.parametrize(
    "change",
    [
        ("targets: {some: {troops: 150, by: 2026-03-01}}\n", ""),
        ("prepares_for: {mean: 20 days}", "prepares_for: 200 days"),
        ("start: 2026-01-01", "start: 2026-03-30"),
    ],
    ids=["no targets", "one may not come", "two days"],
)
def test_a_run_without_something_has_a_report_all_the_same(tmp_path: Path, change: tuple[str, str]) -> None:
    text = SMALL.replace(*change)
    if "2026-03-30\nend" in text:
        text = text.replace("2026-03-01", "2026-03-31")
    assert_whole(report_of({"small": played(tmp_path, text)}), tmp_path)


def test_where_nobody_arrives_the_report_says_so(tmp_path: Path) -> None:
    text = SMALL.replace("unit: {troops", "unit: {never_arrives: 1, troops")
    document = report_of({"small": played(tmp_path, text)})
    assert "none of 60" in words(document)
    assert_whole(document, tmp_path)


def test_one_replication_is_enough(tmp_path: Path) -> None:
    one = played(tmp_path, SMALL, replications=1)
    assert_whole(report_of({"small": one}), tmp_path)
    assert_whole(report_of({"small": one, "again": one}), tmp_path)


def test_failed_replications_are_told_and_left_out(tmp_path: Path, small: Run) -> None:
    manifest = json.loads((small.folder / "manifest.json").read_text())
    manifest["failed"] = [3]
    failed = Run(small.folder, small.scenario, manifest)
    document = report_of({"small": failed})
    assert "1 of 60 replications failed and is left out of every number." in words(document)
    assert "59 replications" in document.subtitle
    assert_whole(document, tmp_path)


def test_without_rules_the_chapter_says_so(tmp_path: Path) -> None:
    text = SMALL.replace("commits_when: clear, ", "")
    assert "The scenario has no rules." in words(report_of({"small": played(tmp_path, text)}))


def assert_whole(document: Document, folder: Path) -> None:
    """Every format can be written, and read back."""
    html, pdf, word = (folder / f"report.{kind}" for kind in ("html", "pdf", "docx"))
    assert write_report(document, html, pdf, word) == [html, pdf, word]
    assert html.read_text(encoding="utf-8").endswith("</html>")
    pages = PdfReader(pdf).pages
    assert len(pages) > 3 and len(pages[0].images) == 1, "page one shows the force"
    assert len(docx.Document(str(word)).paragraphs) > 10


def test_nothing_is_written_where_one_format_cannot_be(
    tmp_path: Path, alone: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(UsageError, match=r"pip install .\.\[report\]"):
        write_report(alone, tmp_path / "r.html", tmp_path / "r.pdf", None)
    assert list(tmp_path.iterdir()) == []


def test_runs_are_labelled_by_their_scenario_or_as_asked(small: Run) -> None:
    folder = str(small.folder)
    assert list(labelled_runs([folder, f"mine={folder}", folder])) == ["small", "mine", "small (2)"]
    with pytest.raises(UsageError, match="given twice"):
        labelled_runs([f"a={folder}", f"a={folder}"])
    with pytest.raises(UsageError, match="LABEL=RUN"):
        labelled_runs(["=x"])
    with pytest.raises(StoreError, match="is not a run"):
        labelled_runs([str(small.folder / "figures")])
    with pytest.raises(UsageError, match="needs a run"):
        report_of({})


@pytest.mark.usefixtures("no_pictures")
def test_a_stored_run_gives_the_same_report(small: Run) -> None:
    assert report_of({"small": open_run(small.folder)}) == report_of({"small": small})
