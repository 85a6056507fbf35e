from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from sim.batch import manifest as manifest_module
from sim.batch import running
from sim.batch.store import Store
from sim.batch.workers import Serial, Threads
from sim.errors import StoreError, UsageError
from tests.batch.fake import FAKE, Mortal, block_file, contents, resolved
from tests.scenario.shipped import ROOT

LOGS = ("transitions", "signals", "waits", "numbers")


def play(folder, replications, *, world=None, **options):
    said = []
    options = {"seed": 3, "jobs": 1, "warn": said.append} | options
    scenario = resolved(**(world or {}))
    outcome = running.run(scenario, replications=replications, folder=folder, model=FAKE, **options)
    return outcome, said


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thousand")
    play(folder, 1000)
    return contents(folder)


def test_two_jobs_give_the_same_bytes_as_one(tmp_path, thousand):
    play(tmp_path, 1000, jobs=2)
    assert contents(tmp_path) == thousand


def test_threads_give_the_same_bytes(tmp_path, thousand):
    play(tmp_path, 1000, workers=Threads(3))
    assert contents(tmp_path) == thousand


def test_threads_of_the_model_itself_give_the_same_bytes(tmp_path):
    from sim.scenario.loading import load_resolved

    scenario = load_resolved(ROOT / "scenarios" / "tutorial.yaml")
    for place, workers in (("one", Serial()), ("three", Threads(3))):
        running.run(scenario, replications=40, seed=1, folder=tmp_path / place, workers=workers)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_a_mistake_in_a_thread_ends_the_run(tmp_path):
    class FullError(Exception):
        """Nothing that a replication may raise: it comes from the progress, in this thread."""

    def full(*_):
        raise FullError

    with pytest.raises(FullError):
        play(tmp_path, 1000, workers=Threads(2), progress=full)
    assert threading.active_count() < 4


@pytest.mark.parametrize("steps", [(500, 1000), (1, 2, 260, 1000), (999, 1000)])
def test_an_extended_run_has_the_same_bytes_as_one_at_once(tmp_path, thousand, steps):
    for replications in steps:
        outcome, said = play(tmp_path, replications)
        assert (outcome.replications, said) == (replications, [])
    assert contents(tmp_path) == thousand


def test_the_same_again_makes_nothing(tmp_path):
    play(tmp_path, 300)
    outcome, said = play(tmp_path, 300)
    assert (outcome.made, outcome.replications, said) == (0, 300, [])


def test_a_smaller_number_keeps_what_is_there_and_says_so(tmp_path, thousand):
    play(tmp_path, 1000)
    outcome, said = play(tmp_path, 10)
    assert (outcome.made, outcome.replications) == (0, 1000)
    assert "holds 1,000 replications, more than the 10 asked for; kept" in said[0]
    assert contents(tmp_path) == thousand


@pytest.mark.parametrize("log", LOGS)
def test_a_deleted_block_is_named_and_made_again(tmp_path, thousand, log):
    play(tmp_path, 1000)
    block_file(tmp_path, log, 2).unlink()
    outcome, said = play(tmp_path, 1000)
    assert outcome.made == 250
    assert len(said) == 1 and ": is missing: the block is made again" in said[0]
    assert contents(tmp_path) == thousand


@pytest.mark.long
@pytest.mark.parametrize(
    "damage",
    [lambda old: old[:-1], lambda old: old[:50] + b"?" + old[51:], lambda old: b"", lambda old: b"x"],
)
def test_a_damaged_or_foreign_block_is_named_and_made_again(tmp_path, thousand, damage):
    play(tmp_path, 1000)
    path = block_file(tmp_path, "waits", 1)
    path.write_bytes(damage(path.read_bytes()))
    outcome, said = play(tmp_path, 1000)
    assert outcome.made == 250
    assert f"{path}: is damaged or foreign" in said[0]
    assert contents(tmp_path) == thousand


def test_a_gap_is_closed_even_when_fewer_are_asked_for(tmp_path, thousand):
    play(tmp_path, 1000)
    block_file(tmp_path, "waits", 1).unlink()
    outcome, _ = play(tmp_path, 10)
    assert outcome.made == 250
    assert contents(tmp_path) == thousand


@pytest.mark.long
@pytest.mark.parametrize("text", ["", "{", '{"format": 99}'])
def test_a_broken_manifest_is_named_and_the_run_made_again(tmp_path, thousand, text):
    play(tmp_path, 1000)
    (tmp_path / "manifest.json").write_text(text)
    outcome, said = play(tmp_path, 1000)
    assert outcome.made == 1000
    assert "manifest.json" in said[0] and "made again" in said[0]
    assert contents(tmp_path) == thousand


def test_blocks_that_no_manifest_lists_are_not_left_over(tmp_path):
    play(tmp_path, 1000)
    (tmp_path / "manifest.json").unlink()
    play(tmp_path, 250)
    assert list((tmp_path / "waits").iterdir()) == [block_file(tmp_path, "waits", 0)]


def test_seed_zero_is_a_seed(tmp_path):
    play(tmp_path / "0", 20, seed=0)
    play(tmp_path / "1", 20, seed=1)
    zero, one = (block_file(tmp_path / seed, "signals", 0).read_bytes() for seed in ("0", "1"))
    assert json.loads((tmp_path / "0" / "manifest.json").read_text())["seed"] == 0
    assert zero != one


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failing_replication_leaves_the_others(tmp_path, thousand, jobs):
    outcome, _ = play(tmp_path, 1000, world={"fails": (17,)}, jobs=jobs)
    assert (outcome.failed, outcome.replications, outcome.finished) == ((17,), 1000, 999)
    (trouble,) = outcome.troubles
    assert "1 of 1,000 replications failed (17)" in trouble and "--replication 17 --seed 3" in trouble
    text = (tmp_path / "failures" / "replication-00017.txt").read_text()
    assert "ValueError: no world 17" in text and "Traceback" in text
    assert f"isf trace {tmp_path / 'scenario.yaml'} --replication 17 --seed 3" in text
    assert json.loads((tmp_path / "manifest.json").read_text())["failed"] == [17]
    stored = contents(tmp_path)
    untouched = [name for name in thousand if "block-00000" not in name and name != "manifest.json"]
    assert all(stored[name] == thousand[name] for name in untouched)
    assert _numbers(tmp_path, "signals") == [number for number in range(1000) if number != 17]


def test_a_replication_that_kills_its_worker_is_recorded_and_the_batch_goes_on(tmp_path, thousand):
    outcome, _ = play(tmp_path, 1000, world={"kills": (300,)}, workers=Mortal(2))
    assert (outcome.failed, outcome.finished) == ((300,), 999)
    assert "its worker process died" in (tmp_path / "failures" / "replication-00300.txt").read_text()
    outcome, _ = play(tmp_path, 1000)
    assert (outcome.made, outcome.failed) == (250, ())
    assert contents(tmp_path) == thousand


def test_a_row_that_cannot_be_stored_fails_its_replication_only(tmp_path):
    outcome, _ = play(tmp_path, 20, world={"spoils": (5,)})
    assert outcome.failed == (5,)
    for log in ("transitions", "signals"):
        assert set(_numbers(tmp_path, log)) == set(range(20)) - {5}


@pytest.mark.parametrize("jobs", [1, 2])
def test_when_each_of_the_first_twenty_fails_the_run_stops_there(tmp_path, thousand, jobs):
    outcome, _ = play(tmp_path, 1000, world={"fails": tuple(range(1000))}, jobs=jobs)
    assert (outcome.stopped, outcome.failed, outcome.replications) == (True, tuple(range(20)), 20)
    assert (
        "20 of 20 replications failed (0, 1, 2, 3, 4, 5, 6, 7, …); the run stopped there"
        in outcome.troubles[0]
    )
    assert len(list((tmp_path / "failures").iterdir())) == 20
    outcome, _ = play(tmp_path, 1000)
    assert (outcome.stopped, outcome.made) == (False, 1000)
    assert contents(tmp_path) == thousand


def test_nineteen_failures_at_the_start_stop_nothing(tmp_path):
    outcome, _ = play(tmp_path, 300, world={"fails": tuple(range(19))})
    assert (outcome.stopped, outcome.finished) == (False, 281)


def test_failures_at_the_start_never_cost_what_is_stored(tmp_path, thousand):
    play(tmp_path, 1000)
    block_file(tmp_path, "waits", 0).unlink()
    outcome, _ = play(tmp_path, 1000, world={"fails": tuple(range(250))})
    assert (outcome.stopped, outcome.finished) == (False, 750)


def test_failures_are_played_again_and_mended(tmp_path, thousand):
    play(tmp_path, 1000, world={"fails": (17, 900)})
    outcome, _ = play(tmp_path, 1000)
    assert (outcome.made, outcome.failed, outcome.troubles) == (500, (), ())
    assert contents(tmp_path) == thousand
    assert not (tmp_path / "failures").exists()


def test_broken_statements_are_counted_and_placed(tmp_path):
    outcome, _ = play(tmp_path, 600, world={"violates": (7, 8, 400)}, jobs=2)
    (violation,) = outcome.violations
    assert (violation.statement, violation.replications, violation.number, violation.day) == (
        "deployed > 0",
        3,
        7,
        3.0,
    )
    assert "was broken in 3 of 600 replications, first in replication 7 on day 3" in outcome.troubles[0]


def test_progress_begins_with_what_is_stored_and_ends_with_all(tmp_path):
    play(tmp_path, 250)
    steps = []
    play(tmp_path, 1000, progress=lambda *step: steps.append(step), world={"fails": (900,)})
    assert steps[0] == (250, 1000, 0) and steps[-1] == (1000, 1000, 1)
    assert steps == sorted(steps)


def test_results_of_other_versions_are_made_again_or_protected(tmp_path, monkeypatch, thousand):
    now = manifest_module.present_versions()
    monkeypatch.setattr(running, "present_versions", lambda: now | {"numpy": "1.0"})
    play(tmp_path, 500)
    monkeypatch.setattr(running, "present_versions", lambda: now)
    with pytest.raises(StoreError, match=rf"numpy 1\.0 \(now {now['numpy']}\).*-n 500.*--out"):
        play(tmp_path, 400)
    outcome, said = play(tmp_path, 1000)
    assert outcome.made == 1000 and "numpy 1.0" in said[0]
    assert contents(tmp_path) == thousand


def test_another_scenario_in_the_folder_is_not_taken_for_this_one(tmp_path, thousand):
    play(tmp_path, 10, world={"scenario": "other"})
    outcome, said = play(tmp_path, 1000)
    assert outcome.made == 1000 and "another scenario or seed" in said[0]
    assert contents(tmp_path) == thousand


def test_two_at_once_do_not_harm_each_other(tmp_path, thousand):
    said = []

    def command():
        said.extend(play(tmp_path, 1000, world={"pause": 0.001})[1])

    commands = [threading.Thread(target=command) for _ in range(2)]
    for each in commands:
        each.start()
    for each in commands:
        each.join()
    assert contents(tmp_path) == thousand
    assert len(said) == 1 and "another command is at work on this run" in said[0]


def test_a_full_disk_in_the_middle_keeps_what_is_whole_and_resumes(tmp_path, monkeypatch, thousand):
    from sim.batch import store

    written = []

    def failing(path, content):
        written.append(path)
        if len(written) == 13:  # in the third block
            raise StoreError("full")
        real(path, content)

    real = store.write_atomically
    monkeypatch.setattr(store, "write_atomically", failing)
    with pytest.raises(StoreError, match="full"):
        play(tmp_path, 1000)
    monkeypatch.setattr(store, "write_atomically", real)
    outcome, said = play(tmp_path, 1000)
    assert (outcome.made, said) == (500, [])
    assert contents(tmp_path) == thousand


def test_an_unwritable_folder_is_one_clear_line(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(StoreError, match=r"cannot be written: Not a directory; make room or choose another"):
        play(blocked / "run", 10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"replications": 0}, "replications: 0"),
        ({"replications": 10**9}, "between 1 and 1,000,000"),
        ({"seed": -1}, "seed: -1 is below 0"),
        ({"jobs": 0}, "jobs: 0 is below 1"),
        ({"jobs": 100_000}, "jobs: 100000 is above 512, the most at once"),
    ],
)
def test_impossible_numbers_are_usage_errors(tmp_path, options, message):
    given = {"replications": 10, "seed": 0, "jobs": 1} | options
    with pytest.raises(UsageError, match=message):
        running.run(resolved(), folder=tmp_path, model=FAKE, **given)
    assert list(tmp_path.iterdir()) == []


def test_any_executor_with_the_standard_interface_will_do(tmp_path, thousand):
    from concurrent.futures import ThreadPoolExecutor

    class Threads(Serial):
        jobs = 3

        def open(self, task):
            return ThreadPoolExecutor(3), task

    play(tmp_path, 1000, workers=Threads())
    assert contents(tmp_path) == thousand


@pytest.mark.long
def test_an_extension_that_ends_at_any_write_leaves_the_finished_run_as_it_was(tmp_path, monkeypatch):
    from sim.batch import files

    real = files.write_atomically
    play(tmp_path / "before", 300)
    for fatal in range(1, 9):
        folder = tmp_path / str(fatal)
        play(folder, 300)
        written = []

        def failing(path, content, written=written, fatal=fatal):
            written.append(path)
            if len(written) == fatal:
                raise StoreError("full")
            real(path, content)

        for module in ("store", "files"):
            monkeypatch.setattr(f"sim.batch.{module}.write_atomically", failing)
        with pytest.raises(StoreError, match="full"):
            play(folder, 1000)
        for module in ("store", "files"):
            monkeypatch.setattr(f"sim.batch.{module}.write_atomically", real)
        manifest = Store(folder).manifest()
        assert manifest.replications >= 300
        assert [Store(folder).faults(record) for record in manifest.blocks.values()] == [()] * len(
            manifest.blocks
        )


def test_what_is_listed_is_there_at_every_instant_of_an_extension(tmp_path, monkeypatch):
    """Whatever is written or removed, before and after each step the manifest lists only sound files."""
    from sim.batch import files

    play(tmp_path, 300, world={"fails": (7,)})
    seen = []

    def sound():
        manifest = Store(tmp_path).manifest()
        seen.append(manifest.replications)
        assert not [fault for record in manifest.blocks.values() for fault in Store(tmp_path).faults(record)]

    real_write, real_unlink = files.write_atomically, Path.unlink

    def write(path, content):
        sound()
        real_write(path, content)
        sound()

    def unlink(path, missing_ok=False):
        sound()
        real_unlink(path, missing_ok)
        sound()

    for module in ("store", "files"):
        monkeypatch.setattr(f"sim.batch.{module}.write_atomically", write)
    monkeypatch.setattr(Path, "unlink", unlink)
    play(tmp_path, 600)
    assert seen[0] == 300 and seen[-1] == 600


def test_a_whole_run_is_gone_through_again_without_writing(tmp_path, monkeypatch):
    play(tmp_path, 300)

    def refuse(path, content):
        raise StoreError("read-only")

    for module in ("store", "files"):
        monkeypatch.setattr(f"sim.batch.{module}.write_atomically", refuse)
    outcome, said = play(tmp_path, 300)
    assert (outcome.made, outcome.replications, said) == (0, 300, [])


def test_the_stored_scenario_is_restored(tmp_path, thousand):
    play(tmp_path, 1000)
    (tmp_path / "scenario.yaml").write_text("other")
    play(tmp_path, 1000)
    assert contents(tmp_path) == thousand


def test_the_manifest_holds_no_path_host_or_clock(tmp_path):
    play(tmp_path, 10)
    text = (tmp_path / "manifest.json").read_text()
    assert str(tmp_path) not in text and os.uname().nodename not in text
    assert set(json.loads(text)) == {
        "blocks", "digest", "failed", "format", "replications", "scenario", "seal", "seed", "versions", "violations"
    }  # fmt: skip


def test_one_replication_alone_gives_its_rows(tmp_path):
    from pyarrow import compute, parquet

    from sim.batch.rerunning import replication_rerun

    play(tmp_path, 300, jobs=2)
    logs = replication_rerun(resolved().scenario, 277, seed=3, model=FAKE)
    table = parquet.read_table(block_file(tmp_path, "signals", 1))
    rows = table.filter(compute.equal(table["replication"], 277)).to_pylist()
    assert [(row["day"] * 86_400, row["step"], row["fact"], row["value"]) for row in rows] == logs.signals


def test_a_replication_before_the_first_is_a_usage_error():
    from sim.batch.rerunning import replication_rerun

    with pytest.raises(UsageError, match="numbered from 0"):
        replication_rerun(resolved().scenario, -1, model=FAKE)


def _numbers(folder, log):
    from pyarrow import parquet

    blocks = sorted((folder / log).iterdir())
    return [n for path in blocks for n in parquet.read_table(path)["replication"].to_pylist()]


def test_the_model_is_a_seam(tmp_path):
    seeds = []
    own = FAKE.engine

    def draws(seed, first, count):
        seeds.append(seed)
        return own.draws(seed, first, count)

    model = replace(FAKE, engine=replace(own, draws=draws))
    running.run(resolved(), replications=10, seed=9, folder=tmp_path, model=model)
    assert set(seeds) == {9}
