"""`--at-most`: a verb ends with what it has, says what is left, and the same command goes on to the same answer."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pandas as pd
import pytest

from sim.cli.at_most import TIME_UP, seconds_of
from sim.cli.main import main
from sim.errors import UsageError
from sim.report.reporting import _search
from sim.scenario.loading import load_resolved

TEXT = """
scenario: timed
start: 2026-01-01
end: 2026-10-31
facts:
  mandate: {kind: milestone, probability: 60%, after: {mean: 40 days}}
  shown: {kind: milestone, probability: 50%, after: {mean: 60 days}, when: deployed > 0}
contributors:
  a: {commits_when: mandate, contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 30 days}}}}
targets: {t: {troops: 100, by: 2026-09-30}}
never: [deployed > 1000]
levers:
  ask: {set: {facts.mandate.probability: 0.9}, effort: 1, unit: visits}
  hurry: {set: {facts.mandate.after: {mean: 10 days}}, effort: 2, unit: visits}
"""
AT_ONCE = ("--at-most", "0.001s")
"""So little that one piece of work is begun, and no other."""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "timed.yaml").write_text(TEXT)
    return tmp_path / "timed.yaml"


@pytest.fixture
def isf(capfd, monkeypatch):
    monkeypatch.setattr("sim.report.keeping.write_figures", lambda *drawn: [])  # their own tests draw them

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return ended.value.code or 0, out, err

    return command


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A run of two blocks, with its scenario otherwise beside it."""
    from sim.batch.running import run

    folder = tmp_path_factory.mktemp("timed")
    for name, text in (("then", TEXT), ("now", TEXT.replace("60%", "40%").replace("30 days", "60 days"))):
        (folder / f"{name}.yaml").write_text(text)
        run(load_resolved(folder / f"{name}.yaml"), replications=500, seed=0, folder=folder / name)
    return folder


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("90 seconds", 90), ("10min", 600), (" 1 minute ", 60), ("1.5 hours", 5400), ("2 h", 7200)],
)
def test_lengths_of_time_as_people_write_them(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["10", "", "0s", "-5min", "10 days", "1e9h", "99999999h", "nan s"])
def test_what_is_no_length_of_time_is_a_mistake(isf, file, text):
    code, _, err = isf("run", file, "--at-most", text)
    assert code == 2 and "write for example 90s, 10min or 8h" in " ".join(err.split())


def test_a_run_says_how_far_it_came_and_goes_on(isf, file, tmp_path):
    words = ("run", file, "-n", 300, "--jobs", 1, "--figures", "none", "--out", tmp_path / "out", "-q")
    code, out, err = isf(*words, *AT_ONCE)
    assert code == TIME_UP and "was up after 250 of 300 replications" in err and out.strip()
    code, again, err = isf(*words, *AT_ONCE)
    assert (code, again, err) == (0, out, "")


def test_a_comparison_gives_each_file_its_part(isf, file, tmp_path):
    (tmp_path / "other.yaml").write_text(TEXT.replace("60%", "40%"))
    words = (
        "compare",
        file,
        tmp_path / "other.yaml",
        "-n",
        300,
        "--jobs",
        1,
        "--out",
        tmp_path / "out",
        "-q",
    )
    code, out, err = isf(*words, *AT_ONCE)
    assert code == TIME_UP and err.count("was up after 250 of 300 replications") == 2
    assert len(pd.read_csv(f"{out.strip()}/comparison.csv"))


def test_sensitivity_tells_the_assumptions_that_it_moved(isf, file, tmp_path):
    words = ("sensitivity", file, "-n", 10, "--only", "mandate", "--jobs", 1, "--out", tmp_path / "out")
    whole = (*words[:-1], tmp_path / "whole", "-q")
    code, _, err = isf(*words, *AT_ONCE)
    assert code == TIME_UP and "before one of" in err
    for _ in range(2):
        code, out, err = isf(*words, *AT_ONCE)
    assert code == TIME_UP and "assumptions was moved" in err and "The time given was up" in out
    assert isf(*words)[0] == 0
    (own,) = (tmp_path / "out" / "sensitivity" / "timed").iterdir()
    code, out, _ = isf(*whole)
    assert code == 0
    for name in ("sensitivity.csv", "sensitivity.json"):
        assert (own / name).read_bytes() == (
            tmp_path / "whole" / "sensitivity" / "timed" / own.name / name
        ).read_bytes()


@pytest.mark.long
def test_a_search_answers_from_the_packages_that_it_saw(isf, file, tmp_path):
    def words(out):
        return ("plan", file, "--target", "t=80%", "-n", 50, "--jobs", 1, "--out", tmp_path / out)

    seen = []
    for number in range(3):
        code, out, _ = isf(*words("out"), *AT_ONCE)
        assert code == TIME_UP
        assert ("no package was looked at" in " ".join(out.split())) == (number == 0)
        seen.append(len(pd.read_csv(out.split()[-1] + "/packages.csv")))
    assert seen == [1, 2, 3]
    assert "Not finished: the time given was up before the race" in " ".join(out.split())
    (folder,) = (tmp_path / "out" / "plans" / "timed").iterdir()
    before = sorted(path.name for path in (folder / "cells").iterdir())
    chapter = repr(list(_search(folder, {"run": SimpleNamespace(scenario=load_resolved(file).scenario)})))
    assert "Not finished: the time given was up before the race" in chapter
    assert sorted(path.name for path in (folder / "cells").iterdir()) == before, "a report plays nothing"
    shutil.copytree(folder, tmp_path / "bare", ignore=shutil.ignore_patterns("cells"))
    with pytest.raises(UsageError, match="the same `isf plan` plays it again"):
        _search(tmp_path / "bare", {"run": SimpleNamespace(scenario=load_resolved(file).scenario)})
    assert isf(*words("out"))[0] == isf(*words("whole"))[0] == 0
    for name in ("packages.csv", "levers.csv", "answer.txt"):
        assert (folder / name).read_bytes() == (
            tmp_path / "whole" / "plans" / "timed" / folder.name / name
        ).read_bytes()


def test_stored_worlds_are_weighed_as_far_as_they_were_replayed(isf, stored, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(stored / "then", run, ignore=shutil.ignore_patterns("paths"))
    words = ("whatif", run, "--set", "facts.mandate.probability=55%", "--jobs", 1)
    code, out, err = isf(*words, *AT_ONCE)
    assert code == TIME_UP and "of 250 worlds" in out and "250 of 500 worlds were replayed" in err
    code, out, _ = isf(*words, *AT_ONCE)
    assert code == 0 and "of 500 worlds" in out


def test_a_flip_writes_no_table(isf, stored, tmp_path):
    code, _, err = isf("whatif", stored / "then", "--flip", "t=20%", "--csv", tmp_path / "x.csv")
    assert code == 2 and "--csv writes the answers of --set" in err and not (tmp_path / "x.csv").exists()


def test_a_flip_says_whose_search_is_not_at_its_end(isf, stored):
    code, out, _ = isf("whatif", stored / "then", "--flip", "t=20%", "--jobs", 1)
    assert code == 0 and "The time given" not in out
    code, out, _ = isf("whatif", stored / "then", "--flip", "t=20%", "--jobs", 1, *AT_ONCE)
    assert code == TIME_UP and "The time given was up before the searches of" in out


def test_a_page_shows_the_worlds_that_it_has(isf, stored, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(stored / "then", run, ignore=shutil.ignore_patterns("paths"))
    words = ("page", run, "--out", tmp_path / "p.html", "--jobs", 1)
    code, _, err = isf(*words, *AT_ONCE)
    assert code == TIME_UP and "could not be tried as sliders" in err
    assert "250 of 500 worlds were replayed" in (tmp_path / "p.html").read_text()
    code, _, err = isf(*words)
    assert code == 0 and "replayed" not in (tmp_path / "p.html").read_text()


def test_why_is_the_mean_over_the_orders_that_were_played(isf, stored, tmp_path):
    words = ("why", stored / "then", stored / "now", "-n", 250, "--jobs", 1, "--out", tmp_path / "out")
    code, out, _ = isf(*words, *AT_ONCE)
    assert code == TIME_UP and "over 1 of 2 orders" in " ".join(out.split())
    code, out, _ = isf(*words)
    assert code == 0 and "all 2 orders" in out


def test_searches_without_worlds_say_that_they_are_not_at_their_end(isf, file, stored):
    code, out, _ = isf("unlock", file, "--target", 200, "-n", 0, *AT_ONCE)
    assert code == TIME_UP and "The time given was up before larger sets were tried" in " ".join(out.split())
    code, out, err = isf("nearest", stored / "then", "--miss", "t", *AT_ONCE)
    assert code == TIME_UP and "before the end of the search" in err


def test_what_the_misses_share_is_told_from_fewer_searches(isf, stored):
    code, whole, _ = isf("discover", stored / "then", "--miss", "t")
    assert code == 0 and "never:" in whole
    code, out, err = isf("discover", stored / "then", "--miss", "t", *AT_ONCE)
    assert code == TIME_UP and "never:" in out and "was up before further boxes" in err


def test_chances_are_counted_in_as_many_worlds_as_there_was_time_for(isf, file):
    code, out, _ = isf("explain", file, "--worlds", 300, *AT_ONCE)
    assert code == TIME_UP and "fewer than the 300 asked for" in " ".join(out.split())


def test_a_check_says_what_it_did_not_hunt(isf, file):
    code, out, _ = isf("check", file, "-n", 600, "--examples", 5, "--jobs", 1, *AT_ONCE)
    assert code == TIME_UP and "holds in 250 random worlds; it was not hunted" in out
