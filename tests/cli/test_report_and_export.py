"""`isf report` and `isf export`: what they write, and how they end when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sim.cli.main import main

SMALL = """\
scenario: Small
start: 2026-01-01
end: 2026-02-28
facts:
  clear: {kind: milestone, probability: 0.6, after: {mean: 20 days}}
contributors:
  north: {commits_when: clear, contingents: {unit: {troops: 100, role: infantry, lift: air}}}
theatre: {lift: {air: {slots: 1, load: 50, trip: 2 days}}}
targets: {some: {troops: 50, by: 2026-02-01}}
"""
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of `small`, one of `clear`, and a sensitivity study of `small`, without figures."""
    folder = tmp_path_factory.mktemp("report")
    options = ["-n", "10", "-q", "--jobs", "1", "--out", f"{folder}/out"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sim.report.keeping.write_figures", lambda *exhibits: [])
        for name, probability in (("small", "0.6"), ("clear", "1")):
            text = SMALL.replace("probability: 0.6", f"probability: {probability}")
            (folder / f"{name}.yaml").write_text(text)
            ended(["run", f"{folder}/{name}.yaml", "--figures", "none", *options])
        ended(["sensitivity", f"{folder}/small.yaml", *options])
    return folder / "out"


def ended(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


@pytest.fixture
def isf(capfd: pytest.CaptureFixture[str]) -> Command:
    def command(*arguments: object) -> tuple[int, str, str]:
        code = ended([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return command


def run_of(outputs: Path, name: str) -> Path:
    (folder,) = (outputs / name).iterdir()
    return folder


@pytest.mark.long
@pytest.mark.usefixtures("no_pictures")
def test_report_writes_each_format_that_is_asked_for(isf: Command, outputs: Path, tmp_path: Path) -> None:
    html, pdf, docx = (tmp_path / f"new/report.{kind}" for kind in ("html", "pdf", "docx"))
    code, out, _ = isf(
        "report", run_of(outputs, "small"), "--out", html, "--pdf", pdf, "--docx", docx, "--title", "<b>T"
    )
    assert (code, out.splitlines()) == (0, [str(html), str(pdf), str(docx)])
    assert "<title>&lt;b&gt;T</title>" in html.read_text(encoding="utf-8")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert docx.read_bytes().startswith(b"PK")


def test_without_formats_it_is_html_here(
    isf: Command, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path | None, ...]] = []

    def write(document: object, *formats: Path | None) -> list[Path]:
        asked.append(formats)
        return [path for path in formats if path is not None]

    monkeypatch.setattr("sim.report.reporting.report_of", lambda *arguments: None)
    monkeypatch.setattr("sim.report.reporting.write_report", write)
    assert isf("report", run_of(outputs, "small"))[:2] == (0, "report.html\n")
    assert asked == [(Path("report.html"), None, None)]


@pytest.mark.long
@pytest.mark.usefixtures("no_pictures")
def test_several_runs_and_a_study_make_one_report(isf: Command, outputs: Path, tmp_path: Path) -> None:
    small, clear = run_of(outputs, "small"), run_of(outputs, "clear")
    study = run_of(outputs / "sensitivity", "small")
    html = tmp_path / "r.html"
    code, _, _ = isf("report", f"now={small}", f"sure={clear}", "--sensitivity", study, "--out", html)
    assert code == 0
    said = html.read_text(encoding="utf-8")
    for words in (
        "Compared with now",
        "sure: Small",
        "What matters most: the assumptions of now",
        "How to repeat it",
    ):
        assert f">{words}</h" in said
    assert "Tornado chart." in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{small}", "--out", "r.pdf"], "write --pdf r.pdf"),
        (["a={small}", "a={clear}"], "the label 'a' is given twice"),
        (["={small}"], "is not LABEL=RUN"),
        (["{outputs}"], "is not a run"),
        (["nowhere"], "nowhere is not a run"),
        (["{clear}", "--sensitivity", "{study}"], "is no study of clear"),
        (["{small}", "--sensitivity", "{small}"], "is not a sensitivity study"),
        (["{small}", "--out", "{small}/manifest.json/r.html"], "is one of the files of the run"),
        pytest.param(["{small}", "--out", "{file}/r.html"], "cannot be written", marks=pytest.mark.slow),
    ],
)
def test_a_mistake_ends_report_with_one_message(
    isf: Command, outputs: Path, arguments: list[str], words: str
) -> None:
    places = {
        "small": run_of(outputs, "small"),
        "clear": run_of(outputs, "clear"),
        "study": run_of(outputs / "sensitivity", "small"),
        "outputs": outputs,
        "file": outputs.parent / "small.yaml",
    }
    code, out, err = isf("report", *(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_export_writes_the_tables_of_a_run_and_of_a_study(
    isf: Command, outputs: Path, tmp_path: Path
) -> None:
    for folder, sheet in (
        (run_of(outputs, "small"), "levels"),
        (run_of(outputs / "sensitivity", "small"), "sensitivity"),
    ):
        file = tmp_path / f"{sheet}.xlsx"
        assert isf("export", folder, "--xlsx", file)[:2] == (0, f"{file}\n")
        assert sheet in openpyxl.load_workbook(file).sheetnames


@pytest.mark.long
def test_a_kept_comparison_is_exported_with_the_tables_that_it_prints(
    isf: Command, outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.report.keeping.write_figures", lambda exhibits, subject, folder: [])
    run = run_of(outputs, "small")
    assert isf("compare", f"a={run}", f"b={run}", "--out", tmp_path)[0] == 0
    (folder,) = (tmp_path / "comparisons").iterdir()
    assert isf("export", folder, "--xlsx", tmp_path / "x.xlsx")[0] == 0
    names = openpyxl.load_workbook(tmp_path / "x.xlsx").sheetnames
    assert {"comparison", "inputs", "Force level", "How they were compared"} <= set(names)


@pytest.mark.parametrize("folder", ["{outputs}", "nowhere"])
def test_export_of_something_else_ends_with_one_message(
    isf: Command, outputs: Path, tmp_path: Path, folder: str
) -> None:
    code, _, err = isf("export", folder.format(outputs=outputs), "--xlsx", tmp_path / "x.xlsx")
    assert code == 2
    assert "is neither a run nor" in err
    assert list(tmp_path.iterdir()) == []


def test_export_of_a_damaged_table_names_it(isf: Command, tmp_path: Path) -> None:
    (tmp_path / "comparison.csv").write_text('a,b\n"1,2\n')
    code, _, err = isf("export", tmp_path, "--xlsx", tmp_path / "x.xlsx")
    assert code == 2
    assert "comparison.csv cannot be read" in err


def test_export_into_a_file_that_cannot_be_ends_with_one_message(isf: Command, outputs: Path) -> None:
    run = run_of(outputs, "small")
    for folder, words in (
        (run / "manifest.json", "is one of the files of the run"),
        (outputs.parent / "small.yaml", "cannot be written"),
    ):
        code, _, err = isf("export", run, "--xlsx", folder / "x.xlsx")
        assert code == 2
        assert words in err
