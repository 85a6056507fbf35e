"""The verbs that show, explain and retell: thin, quick to start, and clear about mistakes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli.main import main

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "scenarios/tutorial.yaml"


@pytest.fixture
def isf(capfd, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return ended.value.code or 0, out, err

    return command


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A small stored run of the tutorial."""
    from sim.batch.naming import run_folder
    from sim.batch.running import run as run_batch
    from sim.scenario.loading import load_resolved

    resolved = load_resolved(TUTORIAL)
    folder = run_folder(tmp_path_factory.mktemp("outputs"), "tutorial", resolved.digest, 0)
    return run_batch(resolved, replications=20, seed=0, folder=folder, jobs=1).folder


def test_new_writes_a_scenario_that_validates(isf, tmp_path):
    assert isf("new", "my-force") == (0, "my-force.yaml\n", "")
    code, out, _ = isf("validate", "my-force.yaml")
    assert code == 0 and "right: My force" in out
    code, out, err = isf("new", "my-force")
    assert (code, out) == (2, "") and "not overwritten" in err and err.count("\n") == 1
    code, out, err = isf("new", "../force")
    assert (code, out) == (2, "") and "cannot name a scenario" in err


def test_schema_prints_or_writes_the_same(isf, tmp_path):
    code, out, _ = isf("schema")
    assert code == 0 and json.loads(out)["title"] == "ISF scenario"
    assert isf("schema", "--out", "here.json")[:2] == (0, "here.json\n")
    assert (tmp_path / "here.json").read_text(encoding="utf-8") == out
    (tmp_path / "file").touch()
    code, _, err = isf("schema", "--out", "file/schema.json")
    assert code == 2 and err.count("\n") == 1


def test_show_can_be_piped_into_a_file_and_run(isf, tmp_path):
    code, out, err = isf("show", TUTORIAL, "--set", "theatre.lift.air.slots=2")
    assert (code, err) == (0, "")
    (line,) = (line for line in out.splitlines() if "slots" in line)
    assert line.split() == ["slots:", "2", "#", "--set"]
    (tmp_path / "piped.yaml").write_text(out, encoding="utf-8")
    assert isf("validate", "piped.yaml")[0] == 0
    code, out, _ = isf("show", TUTORIAL, "--paths")
    assert "theatre.lift.air.slots=1\ttutorial.yaml:" in out


def test_show_says_where_a_path_leads_nowhere(isf):
    code, out, err = isf("show", TUTORIAL, "--set", "theatre.lift.air.slot=2")
    assert (code, out) == (2, "") and "did you mean slots" in err


def test_explain_and_its_rules(isf, run):
    code, out, err = isf("explain", TUTORIAL, "--worlds", 10)
    assert (code, err) == (0, "")
    assert "Who waits for what" in out and "What follows by 31 December 2026" in out
    path = "contributors.southland.commits_when"
    code, out, _ = isf("explain", TUTORIAL, "--rule", path, "--run", run, "--replication", 3)
    assert code == 0 and "└─ throughout the last 30 days:" in out and "→" in out
    code, out, err = isf("explain", TUTORIAL, "--rule", "contributors.southland.comits_when")
    assert (code, out) == (2, "") and f"did you mean {path}" in err
    code, out, err = isf("explain", TUTORIAL, "--rule", path, "--run", run, "--replication", 30)
    assert (code, out) == (2, "") and "0 to 19" in err
    changed = ("--set", "targets.initial.troops=1")
    code, out, err = isf("explain", TUTORIAL, *changed, "--rule", path, "--run", run)
    assert (code, out) == (2, "") and "another scenario" in err
    assert isf("explain", TUTORIAL, "--worlds", -1)[0] == 2


def test_a_run_needs_a_rule_to_be_read_against_it(isf, run):
    code, out, err = isf("explain", TUTORIAL, "--run", run)
    assert (code, out) == (2, "") and "--rule" in err and err.count("\n") == 1


def test_a_replication_needs_a_run_to_be_read_in(isf):
    code, out, err = isf("explain", TUTORIAL, "--rule", "contributors.southland.commits_when", "-r", 3)
    assert (code, out) == (2, "") and "name the run with --run" in err


def test_levels_as_text_and_csv(isf, run):
    code, out, err = isf("levels", run, "--every", 100)
    assert (code, err) == (0, "")
    assert [line[:11].strip() for line in out.splitlines()] == [
        "Date",
        "1 Jan 2026",
        "11 Apr 2026",
        "20 Jul 2026",
        "28 Oct 2026",
        "31 Dec 2026",
    ]
    code, out, _ = isf("levels", run, "--by", "contributor", "--csv", "--every", 100)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and rows[0].keys() == {"date", "contributor", "mean", "q05", "q50", "q95"}
    assert {row["contributor"] for row in rows} == {"northland", "southland"} and len(rows) == 10
    for group in ("contingent", "role", "sector", "force", "stage"):
        assert isf("levels", run, "--by", group)[0] == 0
    assert isf("levels", run, "--by", "colour")[0] == 2
    assert isf("levels", run, "--every", 0)[0] == 2


@pytest.mark.parametrize("verb", ["levels", "trace"])
def test_a_folder_that_is_no_run_is_said(isf, tmp_path, verb):
    code, out, err = isf(verb, tmp_path)
    assert (code, out) == (2, "") and "is not a run" in err


def test_a_run_and_its_file_tell_the_same_replication(isf, run):
    code, stored, err = isf("trace", run, "--replication", 7)
    assert (code, err) == (0, "")
    assert isf("trace", TUTORIAL, "--replication", 7) == (0, stored, "")
    assert isf("trace", run, "--replication", 8)[1] != stored


def test_trace_is_clear_about_mistakes(isf, run):
    code, out, err = isf("trace", run, "--replication", 20)
    assert (code, out) == (2, "") and "0 to 19" in err
    code, out, err = isf("trace", run, "--seed", 3)
    assert (code, out) == (2, "") and "--seed" in err
    code, out, err = isf("trace", run, "--contributor", "nothland")
    assert (code, out) == (2, "") and "did you mean northland" in err
    code, out, err = isf("trace", TUTORIAL, "--replication", -1)
    assert (code, out) == (2, "") and "numbered from 0" in err


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments",
    [
        ("show", TUTORIAL),
        ("schema",),
        ("new", "x"),
        ("explain", TUTORIAL, "--rule", "contributors.southland.commits_when"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_reading_verbs_load_no_heavy_library(tmp_path, arguments):
    """pandas alone takes longer to import than these verbs take in all."""
    code = (
        "import sys; from sim.cli.main import main\n"
        f"try: main({[str(argument) for argument in arguments]!r})\n"
        "except SystemExit: pass\n"
        "print([each for each in ('pandas', 'matplotlib', 'scipy', 'rich') if each in sys.modules])"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
