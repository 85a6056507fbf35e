"""The verbs that ask stored worlds print what the studies find, write what they are asked to, and refuse in a line."""

from __future__ import annotations

import csv
import io

import pytest

from sim.batch.running import run as play
from sim.cli.main import main
from sim.report.result import Result
from sim.scenario.loading import load_resolved

TEXT = """
scenario: asked
start: 2026-01-01
end: 2026-10-31
facts:
  mandate: {kind: milestone, probability: 60%, after: {mean: 40 days}}
  idle: {kind: milestone, probability: 50%, after: {mean: 60 days}}
contributors:
  a: {commits_when: mandate, contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 30 days}}}}
targets: {t: {troops: 100, by: 2026-09-30}}
"""
EDIT = "facts.mandate.probability=50%"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    for name, text in (("run", TEXT), ("now", TEXT.replace("60%", "40%"))):
        (folder / f"{name}.yaml").write_text(text)
        play(load_resolved(folder / f"{name}.yaml"), replications=300, seed=0, folder=folder / name)
    return Result.open(folder / "run")


@pytest.fixture
def isf(capfd):
    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return ended.value.code or 0, out, err

    return command


def test_worlds_are_a_row_each_with_those_that_missed_first(isf, run, tmp_path):
    code, out, _ = isf("worlds", run.folder, "--target", "t")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and len(rows) == 300
    held = [row["held.t"] for row in rows]
    assert held == sorted(held) and held[0] == "False" and held[-1] == "True"
    assert isf("worlds", run.folder, "--csv", tmp_path / "w.csv", "--parquet", tmp_path / "w.parquet")[
        :2
    ] == (0, "")
    import pandas as pd

    assert len(pd.read_csv(tmp_path / "w.csv")) == 300
    assert pd.read_parquet(tmp_path / "w.parquet")["level.2026-09-30"].equals(
        run.worlds()["level.2026-09-30"]
    )


def test_signposts_are_those_of_the_study(isf, run, tmp_path):
    from sim.report.telling.signposts import signpost_lines

    code, out, _ = isf("signposts", run.folder, "--target", "t", "--show", 1, "--csv", tmp_path / "s.csv")
    found = run.signposts("t")
    assert code == 0 and out.splitlines() == list(signpost_lines(found, 1))
    with (tmp_path / "s.csv").open() as file:
        assert len(list(csv.DictReader(file))) == len(found.table())
    dearer = isf("signposts", run.folder, "--target", "t", "--unprepared", 9)[1]
    assert dearer != isf("signposts", run.folder, "--target", "t")[1]
    assert isf("signposts", run.folder, "--troops", 100, "--by", "2026-09-30")[0] == 0


def test_discovery_is_a_rule_that_names_what_was_needed(isf, run):
    from sim.report.telling.discovery import discovery_lines

    code, out, _ = isf("discover", run.folder, "--miss", "t")
    assert code == 0 and out.splitlines() == list(discovery_lines(run.discover("t")))
    assert "mandate" in out and "idle" not in out
    hit = isf("discover", run.folder, "--hit", "t")[1]
    assert hit.splitlines() == list(discovery_lines(run.discover("t", misses=False))) != out.splitlines()
    assert isf("discover", run.folder, "--where", "mandate", "--by", "2026-03-01")[0] == 0


def test_whatif_gives_the_numbers_of_the_study(isf, run, tmp_path):
    code, out, err = isf("whatif", run.folder, "--set", EDIT, "--csv", tmp_path / "w.csv", "--jobs", 1)
    found = run.whatif(EDIT)
    with (tmp_path / "w.csv").open() as file:
        rows = {row["measure"]: float(row["value"]) for row in csv.DictReader(file)}
    share = next(each for each in found.answers if each.measure == "target_held").weighed.value
    assert (code, err) == (0, "") and rows["target_held"] == pytest.approx(share, abs=1e-6)
    assert f"{found.effective:.0f}" in out


def test_flips_are_told(isf, run):
    from sim.report.telling.flips import flip_lines

    code, out, _ = isf("whatif", run.folder, "--flip", "t=45%", "--jobs", 1)
    assert code == 0 and out.splitlines() == list(flip_lines(run.flips("t", 0.45)))
    assert "facts.mandate.probability: 60% →" in out


def test_a_page_is_written_with_the_slider_asked_for(isf, run, tmp_path):
    page = tmp_path / "p.html"
    code, out, _ = isf(
        "page", run.folder, "--slider", "facts.mandate.probability", "--out", page, "--jobs", 1
    )
    assert (code, out.strip()) == (0, str(page))
    text = page.read_text()
    assert '"path":"facts.mandate.probability"' in text and "facts.idle.probability" not in text


def test_a_world_that_missed_is_told_with_what_would_have_made_it(isf, run):
    missed = int(run.worlds().query("`held.t` == False")["replication"].iloc[0])
    code, out, _ = isf("nearest", run.folder, "--miss", "t")
    assert code == 0 and f"{missed}" in out and "andate" in out
    assert out == isf("nearest", run.folder, "--miss", "t", "-r", missed)[1]
    assert run.nearest("t").number == missed


def test_why_adds_up(isf, run, tmp_path):
    then, now = run.folder, run.folder.parent / "now"
    written = [
        "--out",
        tmp_path / "out",
        "--csv",
        tmp_path / "w.csv",
        "--figure",
        tmp_path / "w.svg",
        "--jobs",
        1,
    ]
    code, out, _ = isf("why", then, now, "--target", "t", *written)
    assert code == 0 and "facts.mandate.probability" in out
    with (tmp_path / "w.csv").open() as file:
        (start, *parts, end) = [float(row["change"]) for row in csv.DictReader(file)]
    before, after = (Result.open(each).worlds()["held.t"].astype(float).mean() for each in (then, now))
    assert (start, end) == pytest.approx((before, after), abs=1e-9)
    assert parts and start + sum(parts) == pytest.approx(end, abs=1e-9)
    assert (tmp_path / "w.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("worlds", "--target", "none"), "no target 'none'; it has: t"),
        (("signposts", "--target", "none"), "no target 'none'"),
        (("signposts", "--target", "t", "--troops", "5"), "not both"),
        (("discover", "--miss", "t", "--hit", "t"), "one of --miss, --hit and --where"),
        (("whatif",), "say what to change"),
        (("whatif", "--set", EDIT, "--flip", "t=50%"), "not both"),
        (("whatif", "--set", "contributors.a.contingents.u.troops=200", "--jobs", "1"), "isf run"),
        (("page", "--slider", "facts.none", "--out", "p.html", "--jobs", "1"), "no number that can be moved"),
        (("nearest", "--miss", "none"), "no target 'none'"),
        (("nearest", "--miss", "t", "-r", "9999"), "9999"),
    ],
)
def test_a_mistake_is_one_line(isf, run, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    verb, *rest = arguments
    code, out, err = isf(verb, run.folder, *rest)
    assert (code, out) == (2, "") and message in err and "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_python_refuses_as_the_verbs_do(run):
    from sim.errors import UsageError

    for call in (
        run.whatif,
        lambda: run.flips("t", 1.5),
        lambda: run.signposts("none"),
        lambda: run.nearest("none"),
    ):
        with pytest.raises(UsageError):
            call()
