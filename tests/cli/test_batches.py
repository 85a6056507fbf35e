"""`isf run` on many cases, `--dry-run`, `--precision`, and `isf runs`."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.cli.main import main
from sim.cli.tables import in_bytes, in_time, table_lines
from tests.cli.test_ending import SMALL

PROBABLE = SMALL.replace(
    "contributors:", "facts: {open: {kind: milestone, probability: 0.5, after: 3 days}}\ncontributors:"
)


@pytest.fixture
def folder(tmp_path):
    """Two scenarios, a base without contributors, and what is no scenario."""
    place = tmp_path / "scenarios"
    place.mkdir()
    (place / "one.yaml").write_text(PROBABLE.replace("Small", "One"))
    (place / "two.yml").write_text("extends: one.yaml\nscenario: Two\n")
    (place / "base.yaml").write_text("start: 2026-01-01\n")
    (place / "README.md").write_text("no scenario")
    return place


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


def names(out):
    return [Path(line).parent.name for line in out.splitlines() if line != "the table"]


def test_a_folder_is_its_scenarios_without_bases(isf, folder, tmp_path):
    code, out, err = isf("run", folder, "-n", 5, "--jobs", 1, "--out", tmp_path / "out")
    assert (code, names(out)) == (0, ["one", "two"])
    assert err.count("\n") == 1
    assert f"{folder / 'base.yaml'}: has no contributors, so it is taken for a base" in err


@pytest.mark.parametrize("pattern", ["*.y*ml", "[ot]*"])
def test_a_pattern_is_the_files_that_it_matches(isf, folder, tmp_path, pattern):
    code, out, _ = isf(
        "run", folder / pattern, folder / "one.yaml", "-n", 5, "--jobs", 1, "--out", tmp_path / "out"
    )
    assert (code, names(out)) == (0, ["one", "two"])


@pytest.mark.parametrize("name", ["", "*.json"])
def test_a_folder_or_pattern_without_scenarios_is_a_mistake(isf, tmp_path, name):
    (tmp_path / "empty").mkdir()
    code, out, err = isf("run", tmp_path / "empty" / name)
    assert (code, out) == (2, "")
    assert "holds no scenario file" in err


def test_a_named_file_without_contributors_is_told_what_it_lacks(isf, folder, tmp_path):
    code, _, err = isf("run", folder / "base.yaml", "--out", tmp_path / "out")
    assert code == 2 and "left out" not in err


def sweep(out):
    return list(csv.DictReader(io.StringIO(Path(out.splitlines()[-1]).read_text())))


def test_a_sweep_is_one_run_a_combination_and_a_listing(isf, folder, tmp_path):
    arguments = ("run", folder / "one.yaml", "-n", 30, "--jobs", 1, "--out", tmp_path / "out")
    lists = (
        "--set",
        "facts.open.probability=0.2, 0.8",
        "--set",
        "targets.some.troops=50,100",
        "--set",
        "end=2026-04-01",
    )
    code, out, _ = isf(*arguments, *lists)
    assert code == 0
    assert "the table" not in out
    rows = sweep(out)
    assert [(row["facts.open.probability"], row["targets.some.troops"]) for row in rows] == [
        ("0.2", "50"),
        ("0.2", "100"),
        ("0.8", "50"),
        ("0.8", "100"),
    ]
    assert "end" not in rows[0]
    for row, line in zip(rows, out.splitlines(), strict=False):
        assert tmp_path / "out" / row["run"] == Path(line)
        assert (row["scenario"], row["seed"], row["replications"], row["failed"]) == ("one", "0", "30", "0")
        assert 0 <= float(row["held.some"]) <= float(row["reached.some"]) <= 1
    assert len({row["run"] for row in rows}) == 4
    before = Path(out.splitlines()[-1]).read_bytes()
    assert isf(*arguments, *lists)[1] == out
    assert Path(out.splitlines()[-1]).read_bytes() == before


def test_a_rule_with_commas_is_one_value(isf, folder, tmp_path):
    rule = "contributors.north.commits_when=at least 1 of (open, after 2026-02-01)"
    code, out, _ = isf(
        "run", folder / "one.yaml", "-n", 5, "--jobs", 1, "--out", tmp_path / "out", "--set", rule, "-q"
    )
    assert (code, names(out)) == (0, ["one"])


def test_a_sweep_file_is_run_row_by_row(isf, folder, tmp_path):
    table = tmp_path / "sweep.csv"
    table.write_text("facts.open.probability,targets.some.troops\n0.1,\n0.2,70\n")
    code, out, _ = isf(
        "run", folder / "one.yaml", "-n", 5, "--jobs", 1, "--out", tmp_path / "out", "--sweep-file", table
    )
    assert code == 0
    assert [row["targets.some.troops"] for row in sweep(out)] == ["", "70"]


def test_a_fault_in_one_combination_comes_before_anything_is_run(isf, folder, tmp_path):
    code, _, err = isf(
        "run", folder / "one.yaml", "--out", tmp_path / "out", "--set", "facts.open.probability=0.5,1.5"
    )
    assert code == 2 and "1.5" in err
    assert not (tmp_path / "out").exists()


def test_a_run_that_cannot_be_made_leaves_the_others_and_is_told_at_the_end(isf, folder, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "one").touch()
    code, out, err = isf("run", folder, "-n", 5, "--jobs", 1, "--out", tmp_path / "out", "-q")
    assert (code, names(out)) == (2, ["two"])
    assert "1 trouble in 2 runs:" in err and "one.yaml: One: " in err and "cannot be written" in err


def test_a_full_disk_ends_the_batch_with_one_line(isf, folder, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, out, err = isf(
        "run", folder / "one.yaml", folder / "two.yml", "-n", 5, "--jobs", 1, "--out", tmp_path / "out"
    )
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and "No space left on device; make room" in err


def test_failures_of_several_runs_are_summed_up_at_the_end(isf, folder, tmp_path, monkeypatch):
    from sim.model import replication

    real = replication.replicate

    def failing(plan, draws, number):
        if number == 3:
            raise ValueError("broken world")
        return real(plan, draws, number)

    monkeypatch.setattr(replication, "replicate", failing)
    options = ("-n", 5, "--jobs", 1, "--engine", "simpy", "--out", tmp_path / "out")
    code, out, err = isf("run", folder / "one.yaml", folder / "two.yml", *options)
    assert (code, names(out)) == (1, ["one", "two"])
    assert err.splitlines()[0] == "2 troubles in 2 runs:"
    assert err.count("isf trace ") == 2 and err.count("--replication 3 --seed 0") == 2


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(isf, folder, tmp_path):
    code, out, _ = isf("run", folder, "-n", 5000, "--dry-run", "--out", tmp_path / "out", "--jobs", 2)
    assert code == 0
    head, one, two, together, note = out.splitlines()
    assert "to play" in head and one.startswith("One") and two.startswith("Two")
    assert "5,000" in one and together.startswith("2 runs") and "10,000" in together
    assert "2 jobs" in note
    assert not (tmp_path / "out").exists()


def test_a_dry_run_warns_of_a_disk_that_is_too_small(isf, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    _, out, _ = isf("run", folder / "one.yaml", "-n", 5000, "--dry-run", "--out", tmp_path / "out")
    assert "only 1 kB are free" in out.splitlines()[-1]


def test_precision_extends_a_run_until_it_is_reached_and_the_same_again_plays_nothing(isf, folder, tmp_path):
    arguments = ("run", folder / "one.yaml", "--jobs", 1, "--out", tmp_path / "out", "-q")
    code, out, err = isf(*arguments, "--precision", "level.2026-02-01=7")
    assert code == 0
    assert "after 1,000 replications level.2026-02-01" in err and "precise enough" in err
    code, again, err = isf(*arguments, "--precision", "level.2026-02-01=4.5")
    assert again == out
    assert "after 2,000 replications" in err and "precise enough" in err
    assert isf(*arguments, "--precision", "level.2026-02-01=4.5")[2] == err


def test_precision_ends_at_its_limit_and_says_what_is_lacking(isf, folder, tmp_path):
    code, _, err = isf(
        "run", folder / "one.yaml", "--jobs", 1, "--out", tmp_path / "out", "-q", "-n", 1500,
        "--precision", "target.some=0.0001",
    )  # fmt: skip
    assert code == 0
    assert "after 1,500 replications target.some" in err and "0.0001 is wanted" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--precision", "target.some=0.1", "-n", "500"), "1,000 replications first"),
        (("--precision", "target.none=0.1"), "has no target 'none'"),
        (("--precision", "some"), "is no precision"),
        (("--executor", "fibres"), "is no executor"),
        (("--executor", "serial", "--jobs", "2"), "not 2 at once"),
        (("--sweep-file", "none.csv"), "none.csv: cannot be read"),
        (("--set", "targets.some.troops=1,,2"), "has an empty value"),
    ],
)
def test_mistakes_come_before_anything_is_run(isf, folder, tmp_path, options, message):
    code, out, err = isf("run", folder / "one.yaml", "--out", tmp_path / "out", *options)
    assert (code, out) == (2, "")
    assert message in err
    assert not (tmp_path / "out").exists()


@pytest.fixture
def made(isf, folder, tmp_path):
    isf("run", folder / "one.yaml", "-n", 300, "--jobs", 1, "--out", tmp_path / "out", "-q")
    return tmp_path / "out"


def test_runs_are_listed(isf, made):
    code, out, err = isf("runs", made)
    assert (code, err) == (0, "")
    head, row = out.splitlines()
    assert head.split() == [
        "scenario",
        "seed",
        "replications",
        "blocks",
        "failed",
        "broken",
        "logs",
        "size",
        "folder",
    ]
    assert row.split()[:7] == ["One", "0", "300", "2", "0", "0", "all"] and row.endswith(
        str(next(made.glob("one/*")))
    )


def test_a_damaged_block_is_named_and_ends_with_one(isf, made):
    assert isf("runs", made, "--verify")[0] == 0
    block = next(made.glob("one/*/waits/block-00001-*.parquet"))
    block.write_bytes(b"x")
    code, _, err = isf("runs", made, "--verify")
    assert (code, err) == (1, f"{block}: is damaged or foreign (its checksum is not the manifest's)\n")


@pytest.mark.parametrize(("answer", "stays"), [("n\n", True), ("", True), ("y\n", False)])
def test_pruning_asks_first(isf, made, monkeypatch, answer, stays):
    left = next(made.glob("one/*/waits")) / "block-00009.parquet"
    left.touch()
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    isf("runs", made, "--prune")
    assert left.exists() is stays


def test_pruning_with_yes_asks_nothing(isf, made):
    left = next(made.glob("one/*/waits")) / "block-00009.parquet"
    left.touch()
    code, out, _ = isf("runs", made, "--prune", "--yes")
    assert code == 0 and "left over by a command that was killed: 1 of its files" in out
    assert not left.exists()
    assert "nothing to remove" in isf("runs", made, "--prune")[1]


def test_a_folder_without_runs(isf, tmp_path):
    assert isf("runs", tmp_path)[1] == f"{tmp_path}: holds no run\n"
    assert isf("runs", tmp_path / "none")[0] == 2


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "none"),
        (1, "under 2 seconds"),
        (90, "about 90 seconds"),
        (180, "about 3 minutes"),
        (9e4, "about 25 hours"),
    ],
)
def test_lengths_of_time(seconds, words):
    assert in_time(seconds) == words


@pytest.mark.parametrize(("size", "words"), [(0, "0 bytes"), (12_300, "12 kB"), (2e12, "2.0 TB")])
def test_amounts_of_bytes(size, words):
    assert in_bytes(size) == words


def test_tables_are_aligned():
    assert list(table_lines(("name", "n", "folder"), [("a", "1", "x"), ("long one", "22", "")])) == [
        "name       n  folder",
        "a          1  x",
        "long one  22",
    ]
