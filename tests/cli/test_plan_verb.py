"""`isf plan` from the command line."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.cli.main import main
from tests.studies.packages.moves import TEXT


@pytest.fixture
def isf(tmp_path, capsys):
    (tmp_path / "moves.yaml").write_text(TEXT)

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments)])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return call


def test_it_prints_the_answer_and_leaves_tables_and_a_figure(isf, tmp_path):
    out = tmp_path / "out"
    words = ("plan", tmp_path / "moves.yaml", "--target", "one=80%", "-n", 100, "--jobs", 1, "--out", out)
    code, said, noted = isf(*words)
    assert code == 0
    assert "Soothe: the cheapest package that makes “One” (100 by 31 Dec 2026) likely enough" in " ".join(
        said.split()
    )
    assert "4 packages: 200 replications for a first look, 400 at the most" in noted
    (folder,) = (out / "plans" / "moves").iterdir()
    assert said.rstrip().endswith(str(folder))
    table = pd.read_csv(folder / "packages.csv")
    assert list(table[table["answer"]]["package"]) == ["soothe"]
    assert (folder / "figures" / "frontier.svg").stat().st_size > 1000
    assert "Clarify the mandate" in (folder / "answer.txt").read_text()
    before = {path: path.stat().st_ino for path in folder.rglob("*") if path.is_file()}
    assert isf(*words)[0] == 0
    after = {path: path.stat().st_ino for path in folder.rglob("*") if path.is_file()}
    assert after == before, "what stands there is not written again: a disk that is read only will do"


def test_a_dry_run_plays_nothing(isf, tmp_path):
    code, said, noted = isf(
        "plan", tmp_path / "moves.yaml", "--target", "one", "--dry-run", "--out", tmp_path / "out"
    )
    assert (code, said) == (0, "") and "packages" in noted
    assert not (tmp_path / "out").exists()


def test_levers_may_come_from_a_file_of_their_own(isf, tmp_path):
    head, _, levers = TEXT.partition("levers:")
    (tmp_path / "bare.yaml").write_text(head)
    (tmp_path / "levers.yaml").write_text("levers:" + levers)
    words = (
        "plan",
        tmp_path / "bare.yaml",
        "--target",
        "one",
        "-n",
        50,
        "--jobs",
        1,
        "--out",
        tmp_path / "out",
    )
    assert isf(*words)[0] == 2
    code, said, _ = isf(*words, "--levers", tmp_path / "levers.yaml")
    assert code == 0 and "Soothe" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target", "on"], "did you mean one?"),
        (["--target", "one=80 percent"], "is no chance"),
        (["--target", "one=0%"], "cannot be promised"),
        (["--target", "one", "--budget", "-1"], "--budget"),
        (["--target", "one", "--confidence", "1"], "--confidence"),
        (["--target", "one", "--cost-cap", "5"], "states no `costs:`"),
    ],
)
def test_mistakes_end_with_2_and_a_message(isf, tmp_path, words, message):
    code, said, noted = isf("plan", tmp_path / "moves.yaml", *words, "-n", 50, "--out", tmp_path / "out")
    assert (code, said) == (2, "") and message in noted and "Traceback" not in noted


@pytest.mark.long
@pytest.mark.usefixtures("no_pictures")
def test_a_report_has_a_chapter_of_the_search(isf, tmp_path):
    out = tmp_path / "out"
    assert (
        isf("run", tmp_path / "moves.yaml", "-n", 60, "--jobs", 1, "--out", out, "--figures", "none", "-q")[0]
        == 0
    )
    (run,) = (path.parent for path in (out / "moves").glob("*/manifest.json"))
    words = (
        "plan",
        tmp_path / "moves.yaml",
        "--target",
        "one=80%",
        "-n",
        100,
        "--jobs",
        1,
        "--out",
        out,
        "-q",
    )
    assert isf(*words)[0] == 0
    (folder,) = (out / "plans" / "moves").iterdir()
    cells = {path: path.read_bytes() for path in (folder / "cells").rglob("*") if path.is_file()}
    told = (folder / "answer.txt").read_text()
    report = tmp_path / "report.html"
    assert isf("report", run, "--plan", folder, "--out", report)[0] == 0
    page = report.read_text(encoding="utf-8")
    assert "Which moves are enough: the levers of moves" in page
    assert "the cheapest package that makes “One” (100 by 31 Dec 2026) likely enough" in page
    assert "What each lever adds" in page and "What each further unit of effort buys" in page
    assert page.count("moves-frontier") >= 1
    assert {path: path.read_bytes() for path in (folder / "cells").rglob("*") if path.is_file()} == cells
    assert (folder / "answer.txt").read_text() == told
    code, _, noted = isf("report", run, "--plan", run, "--out", report)
    assert code == 2 and "holds no search" in noted
    (folder / "question.json").write_text('{"format": 1}')
    code, _, noted = isf("report", run, "--plan", folder, "--out", report)
    assert code == 2 and "make the search again" in noted
