"""How the command ends: exit codes, one message on stderr, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.cli.main import main

ROOT = Path(__file__).parents[2]
SMALL = """\
scenario: Small
start: 2026-01-01
end: 2026-03-31
contributors:
  north: {contingents: {unit: {troops: 100, role: infantry, prepares_for: {mean: 20 days}, lift: air}}}
theatre: {lift: {air: {slots: 1, load: 50, trip: 2 days}}}
targets: {some: {troops: 50, by: 2026-03-01}}
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def isf(capfd, monkeypatch):
    """The command in this process, without tables and figures, which have tests of their own."""
    monkeypatch.setattr("sim.report.keeping.write_run_outputs", lambda *given: None)
    monkeypatch.setattr("sim.report.printing.print_run", lambda run, console: console.print("the table"))

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return ended.value.code or 0, out, err

    return command


def command_line(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_a_run_ends_with_table_and_folder(isf, small, tmp_path):
    code, out, err = isf("run", small, "-n", 20, "--jobs", 1, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    table, folder = out.splitlines()
    assert table == "the table"
    assert (Path(folder) / "manifest.json").exists()
    assert Path(folder).parent == tmp_path / "out" / "small"


def test_quiet_prints_only_the_run_folders_one_a_line(isf, small, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SMALL.replace("Small", "Other"))
    code, out, err = isf("run", small, other, "-n", 5, "--jobs", 1, "--out", tmp_path / "out", "--quiet")
    assert (code, err) == (0, "")
    assert [Path(line).parent.name for line in out.splitlines()] == ["small", "other"]


def test_settings_make_another_run(isf, small, tmp_path):
    arguments = ("run", small, "-n", 5, "--jobs", 1, "--out", tmp_path / "out", "-q")
    _, plain, _ = isf(*arguments)
    _, changed, _ = isf(*arguments, "--set", "contributors.north.contingents.unit.troops=70")
    _, seeded, _ = isf(*arguments, "--seed", 1)
    assert len({plain, changed, seeded}) == 3


def test_faults_of_all_files_come_before_anything_is_run(isf, small, tmp_path):
    for name in ("bad", "worse"):
        (tmp_path / f"{name}.yaml").write_text(SMALL.replace("troops: 100", "troops: -1"))
    out_folder = tmp_path / "out"
    code, out, err = isf("run", small, tmp_path / "bad.yaml", tmp_path / "worse.yaml", "--out", out_folder)
    assert (code, out) == (2, "")
    assert "bad.yaml:5:" in err and "worse.yaml:5:" in err
    assert not out_folder.exists()


@pytest.mark.parametrize("verb", ["run", "validate", "trace"])
def test_a_missing_file_is_a_clear_message(isf, tmp_path, verb):
    code, out, err = isf(verb, tmp_path / "nothing.yaml")
    assert (code, out) == (2, "")
    assert "nothing.yaml" in err and "no such file" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-n", "0"), "replications: 0 is not between 1 and"),
        (("--seed", "-1"), "seed: -1 is below 0"),
        (("--jobs", "0"), "jobs: 0 is below 1"),
        (("--jobs", "100000"), "jobs: 100000 is above 512"),
        (("--executor", "carrier-pigeon"), "'carrier-pigeon' is no executor"),
        (("--executor", "serial", "--jobs", "2"), "plays one after the other, not 2 at once"),
        (("--dry-run", "--jobs", "100000"), "jobs: 100000 is above 512"),
        (("--dry-run", "--executor", "carrier-pigeon"), "'carrier-pigeon' is no executor"),
        (("--dry-run", "--executor", "dask="), "'dask=' is no executor"),
        (("--dry-run", "--executor", "dask=tcp://"), "'dask=tcp://' is no executor"),
        (("--dry-run", "--executor", "dask=http://x:1"), "'dask=http://x:1' is no executor"),
        (("--dry-run", "--executor", "dask=tcp://127.0.0.1:99999"), "is no executor"),
        (("--dry-run", "-n", "0"), "replications: 0 is not between 1 and"),
        (("--dry-run", "--set", "targets.some.troops=1,2,"), "has an empty value in its list"),
        (("--dry-run", "--out", "/dev/null/x"), "is no folder; choose another folder with --out"),
        (("--set", "nonsense"), "path=value"),
        (("-n", "many"), "integer"),
        (("--nonsense",), "--nonsense"),
    ],
)
def test_mistakes_in_the_command_end_with_two(isf, small, tmp_path, arguments, message):
    code, out, err = isf("run", small, "--out", tmp_path / "out", *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert not (tmp_path / "out").exists()


def test_a_dry_run_knocks_at_the_scheduler(isf, small):
    pytest.importorskip("distributed")
    code, out, err = isf("run", small, "--dry-run", "--executor", "dask=tcp://127.0.0.1:1")
    assert (code, out) == (2, "")
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("unlock", "--target", "some", "--jobs", "100000"), "jobs: 100000 is above 512"),
        (("unlock", "--target", "some", "-n", "9" * 25), "is not between 0 and 1,000,000"),
        (("unlock", "--target", "some", "--seed", "-1"), "seed: -1 is below 0"),
        (("check", "--jobs", "100000"), "jobs: 100000 is above 512"),
        (("check", "-n", "9" * 25), "is not between 1 and 1,000,000"),
        (("plan", "--target", "some", "--dry-run", "--executor", "ray"), "'ray' is no executor"),
        (("check", "--examples", "-1"), "examples: -1 is not between 0 and 100,000"),
        (("explain", "--worlds", "9" * 12), "is not between 1 and 1,000,000"),
        (("trace", "--replication", "9" * 30), "there is no replication 9"),
        (("trace", "--seed", "-1"), "seed: -1 is below 0"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_every_verb(isf, small, arguments, message):
    verb, *options = arguments
    code, out, err = isf(verb, small, *options)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--jobs", "0"), "jobs: 0 is below 1"),
        (("-n", "9" * 12), "is not between"),
        (("--seed", "-1"), "seed: -1"),
    ],
)
def test_a_backtest_refuses_numbers_that_cannot_be(isf, arguments, message):
    code, out, err = isf("backtest", *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_an_unwritable_output_is_one_line(isf, small, tmp_path):
    (tmp_path / "out").touch()
    code, out, err = isf("run", small, "-n", 5, "--jobs", 1, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and "cannot be written" in err and "--out" in err


def test_what_the_system_refuses_in_figures_is_one_line(isf, small, tmp_path, monkeypatch):
    def full(run, draw=None):
        raise OSError(28, "No space left on device", "fan.svg")

    monkeypatch.setattr("sim.report.keeping.write_run_outputs", full)
    code, _, err = isf("run", small, "-n", 5, "--jobs", 1, "--out", tmp_path / "out")
    assert code == 2
    assert err == "isf: fan.svg: No space left on device; mend that and give the same command again\n"


def test_a_full_folder_for_temporary_files_is_one_line_and_what_is_played_is_kept(
    isf, small, tmp_path, monkeypatch
):
    monkeypatch.setattr("sim.results.spilled.MOST_IN_MEMORY", 0)
    monkeypatch.setattr("sim.report.printing.print_run", lambda tables, console: tables.levels.on_day(0))
    with monkeypatch.context() as full:
        full.setattr("tempfile.tempdir", str(tmp_path / "missing"))
        code, _, err = isf("run", small, "-n", 5, "--jobs", 1, "--out", tmp_path / "out")
    assert code == 2
    assert err.count("\n") == 1 and err.startswith(f"{tmp_path / 'missing'}: ") and "TMPDIR" in err
    (summary,) = (tmp_path / "out").rglob("summaries/*")
    played = summary.stat().st_mtime_ns
    code, _, _ = isf("run", small, "-n", 5, "--jobs", 1, "--figures", "none", "--out", tmp_path / "out")
    assert (code, summary.stat().st_mtime_ns) == (0, played)


def test_failed_replications_end_with_one_and_the_command_to_rerun(isf, small, tmp_path, monkeypatch, capfd):
    from sim.model import replication

    real = replication.replicate

    def failing(plan, draws, number):
        if number == 17:
            raise ValueError("broken world")
        return real(plan, draws, number)

    monkeypatch.setattr(replication, "replicate", failing)
    code, out, err = isf("run", small, "-n", 20, "--jobs", 1, "--engine", "simpy", "--out", tmp_path / "out")
    assert code == 1
    assert "1 of 20 replications failed (17)" in err
    assert "the table" in out
    rerun = err.split("re-run one alone: isf ")[1].split()
    with pytest.raises(SystemExit) as ended:
        main(rerun)
    assert ended.value.code == 3
    assert "broken world" in capfd.readouterr().err


def test_every_answer_of_a_run_says_what_is_left_out_of_it(isf, small, tmp_path, monkeypatch):
    from sim.model import replication

    real = replication.replicate

    def failing(plan, draws, number):
        if number in (3, 7):
            raise ValueError("broken world")
        return real(plan, draws, number)

    monkeypatch.setattr(replication, "replicate", failing)
    out = tmp_path / "out"
    options = ("-n", 20, "--jobs", 1, "--engine", "simpy", "--out", out)
    isf("run", small, *options)
    (folder,) = out.glob("small/*")
    for verb in (("levels", folder), ("worlds", folder), ("signposts", folder, "--target", "some")):
        assert "2 of 20 replications failed and are left out of every number" in isf(*verb)[2]
    isf("page", folder, "--out", tmp_path / "page.html", "--jobs", 1)
    assert (
        "18 worlds, seed 0, 2 of 20 replications failed and are left out"
        in (tmp_path / "page.html").read_text()
    )


def test_when_every_replication_failed_there_is_no_table(isf, small, tmp_path, monkeypatch):
    def failing(plan, draws, number):
        raise ValueError("broken world")

    monkeypatch.setattr("sim.model.replication.replicate", failing)
    code, out, err = isf("run", small, "-n", 20, "--jobs", 1, "--engine", "simpy", "--out", tmp_path / "out")
    assert (code, out) == (1, "")
    assert "20 of 20 replications failed (0, 1, 2, 3, 4, 5, 6, 7, …)" in err


def test_a_broken_statement_ends_with_one(isf, tmp_path):
    path = tmp_path / "never.yaml"
    path.write_text(SMALL + "never: [deployed > 0]\n")
    code, out, err = isf("run", path, "-n", 20, "--jobs", 1, "--out", tmp_path / "out")
    assert code == 1
    assert "deployed > 0" in err and "was broken in" in err
    assert "the table" in out


def test_validate_says_what_it_read(isf, small):
    code, out, err = isf("validate", small)
    assert (code, err) == (0, "")
    assert out == f"{small}: right: Small (1 contributor with 1 contingent, 0 facts, 1 target)\n"


def test_the_ledger_tells_what_is_sourced_from_what_is_assumed(isf, tmp_path):
    path = tmp_path / "sourced.yaml"
    path.write_text(
        SMALL.replace("lift: air}}", "lift: air, source: {troops: paper}}}")
        + "sources: {paper: {title: The Paper, publisher: A House, date: 2025-12-31, quote: a hundred men}}\n"
    )
    code, out, err = isf("validate", path, "--ledger")
    assert (code, err) == (0, "")
    sourced, assumed = out.split("Assumptions (no source is named)")
    assert "The Paper, A House, 2025-12-31" in sourced and "“a hundred men”" in sourced
    assert f"{path}:5: contributors.north.contingents.unit.troops: 100" in sourced
    assert "targets.some.troops: 50" in assumed and "unit.troops" not in assumed
    assert "1 sourced" in assumed


def test_trace_tells_one_replication_by_date(isf, small):
    code, out, _ = isf("trace", small, "--replication", 3)
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "Small: replication 3 of seed 0"
    assert "2026-01-01  North pledges unit (100)." in lines
    assert isf("trace", small, "--replication", 3)[1] == out
    assert isf("trace", small, "--replication", 4)[1] != out


def test_help_and_version(isf):
    assert isf("--version")[1].startswith("isf 0.")
    code, out, _ = isf("--help")
    assert code == 0
    assert all(verb in out for verb in ("run", "validate", "trace"))
    for verb in ("run", "validate", "trace"):
        code, out, _ = isf(verb, "--help")
        assert code == 0
        assert f"isf {verb} scenarios/" in out, "every help text has an example"


@pytest.mark.long
def test_an_interrupt_ends_with_130_and_a_hint(small, tmp_path):
    process = command_line(
        "run", small, "-n", 1_000_000, "--jobs", 2, "--engine", "simpy", "--out", tmp_path,
        start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("small/*/manifest.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 10  # at once; a busy machine is slow
    assert process.returncode == 130
    assert err.splitlines() == ["isf: interrupted; give the same command again to go on where it stopped"]


def test_nobody_reading_is_no_error_message(small):
    process = command_line("validate", *[small] * 1, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert err == ""


def test_a_bad_value_in_a_table_is_told_at_its_row(isf, small, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("targets.some.troops\n50\n\nmany\n")
    code, out, err = isf("run", small, "--sweep-file", table, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert err.startswith(f"{table}:4:1: targets.some.troops: 'many' is not a")
