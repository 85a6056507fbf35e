"""Runs that keep no logs, or those of their first blocks: what stands, what is played again, what is never lost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.batch import running
from sim.batch.allowance import Allowance, Timed
from sim.batch.estimating import estimate
from sim.batch.inventory import faults_of, stored_runs
from sim.batch.manifest import read_manifest
from sim.batch.retention import ALL, AS_THEY_STAND, NONE, Retention, logs_kept, retention_of
from sim.batch.simulation import Model
from sim.batch.spans import blocks_of
from sim.batch.store import Store
from sim.batch.workers import Processes, Serial, Threads
from sim.engines.replicating import Replicating
from sim.errors import StoreError, UsageError
from tests.batch.fake import FAKE, Dealt, Mortal, block_file, contents, replicate, resolved

LOGS = ("transitions", "signals", "waits", "numbers")


def play(folder, replications, retention, *, world=None, model=FAKE, **options):
    said = []
    outcome = running.run(
        resolved(**(world or {})),
        replications=replications,
        seed=3,
        folder=folder,
        model=model,
        retention=retention,
        warn=said.append,
        **options,
    )
    return outcome, said


def held(folder):
    """The numbers of the blocks whose logs stand."""
    manifest = read_manifest((folder / "manifest.json").read_text())
    blocks = {number for number, record in manifest.blocks.items() if record.files}
    for log in LOGS:
        assert {int(path.name[6:11]) for path in (folder / log).glob("block-*")} == blocks
    return blocks


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    play(folder, 600, ALL)
    return contents(folder)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bare")
    play(folder, 600, NONE)
    return contents(folder)


@pytest.mark.parametrize(
    "text", ["", "some", "sample", "sample=", "sample=-1", "sample=1.5", "ALL", "sample=0"]
)
def test_what_says_no_retention(text):
    with pytest.raises(UsageError, match=r"choose all, none, or sample=K|none keeps no logs"):
        retention_of(text)


@given(st.integers(1, 1_000_000), st.integers(1, 2_000))
def test_a_sample_is_the_first_replications_in_whole_blocks(first, replications):
    spans = blocks_of(replications)
    keeping = [span for span in spans if retention_of(f"sample={first}").keeps(span)]
    assert keeping == list(spans[: len(keeping)])
    assert sum(span.count for span in keeping) >= min(first, replications)
    assert len(keeping) == 1 or keeping[-1].first < first
    assert all(retention_of("all").keeps(span) and not retention_of("none").keeps(span) for span in spans)


def test_a_sample_of_a_whole_block_is_that_block():
    firsts = {
        count: [span.first for span in blocks_of(600) if retention_of(f"sample={count}").keeps(span)]
        for count in (1, 250, 251)
    }
    assert firsts == {1: [0], 250: [0], 251: [0, 250]}


def test_how_many_are_kept_in_a_word():
    assert [logs_kept(each, 500) for each in (500, 250, 0)] == ["all", "250", "none"]


def test_without_logs_a_run_is_summaries_that_the_manifest_holds(bare):
    assert {name.split("/")[0] for name in bare} == {"manifest.json", "scenario.yaml", "summaries"}
    manifest = json.loads(bare["manifest.json"])
    assert [set(block["files"]) for block in manifest["blocks"]] == [set(), set(), set()]
    assert len(bare) == 2 + 3


@pytest.mark.long
@pytest.mark.parametrize("workers", [Threads(3), Processes(2)])
def test_without_logs_the_bytes_are_the_same_whatever_the_way(tmp_path, bare, workers):
    play(tmp_path, 270, NONE)
    outcome, _ = play(tmp_path, 600, NONE, workers=workers)
    assert (outcome.made, contents(tmp_path)) == (350, bare)


def test_logs_that_are_asked_for_later_are_those_that_would_have_been_kept(tmp_path, kept, bare):
    play(tmp_path, 600, NONE)
    outcome, said = play(tmp_path, 600, retention_of("sample=251"))
    assert (outcome.made, held(tmp_path)) == (500, {0, 1})
    assert len(said) == 1 and "the logs of 500 replications are not kept; they are played again" in said[0]
    outcome, said = play(tmp_path, 700, ALL)
    assert (outcome.made, said) == (200, []), "a block that is extended is played in any case"
    play(tmp_path / "at once", 700, ALL)
    again = contents(tmp_path / "at once")
    assert {name: file for name, file in contents(tmp_path).items() if "at once" not in name} == again


def test_a_run_never_loses_logs_by_being_asked_for_fewer(tmp_path, kept):
    play(tmp_path, 600, ALL)
    for retention in (NONE, retention_of("sample=1"), AS_THEY_STAND):
        assert play(tmp_path, 600, retention)[0].made == 0
    assert contents(tmp_path) == kept
    block_file(tmp_path, "waits", 1).unlink()
    assert play(tmp_path, 600, NONE)[0].made == 250
    assert contents(tmp_path) == kept, "a block that had logs has logs again"


def test_a_run_that_another_version_made_has_logs_again_where_it_had_some(tmp_path, monkeypatch):
    play(tmp_path, 300, retention_of("sample=1"))
    versions = running.present_versions()
    monkeypatch.setattr(running, "present_versions", lambda: versions | {"numpy": "1.0"})
    assert play(tmp_path, 300, NONE)[0].made == 300
    assert held(tmp_path) == {0}


def test_what_failed_without_logs_may_be_mended_with_them(tmp_path, kept):
    assert play(tmp_path, 600, NONE, world={"fails": (7,)})[0].failed == (7,)
    assert play(tmp_path, 600, ALL)[0].failed == ()
    assert contents(tmp_path) == kept


def test_a_block_that_is_extended_keeps_its_logs_and_new_ones_have_none(tmp_path):
    play(tmp_path, 300, ALL)
    play(tmp_path, 600, NONE)
    assert held(tmp_path) == {0, 1}


def test_whoever_only_wants_answers_plays_nothing_for_logs(tmp_path, bare):
    play(tmp_path, 600, NONE)
    assert play(tmp_path, 600, AS_THEY_STAND)[0].made == 0
    assert contents(tmp_path) == bare
    play(tmp_path, 800, AS_THEY_STAND)
    assert held(tmp_path) == {2, 3}, "what is played keeps logs"


@pytest.mark.parametrize("damage", [lambda old: old[:-1], lambda old: old[:90] + b"?" + old[91:], None])
def test_a_damaged_summary_is_named_and_made_again_where_it_is_all_there_is(tmp_path, bare, damage):
    play(tmp_path, 600, NONE)
    (path,) = (tmp_path / "summaries").glob("block-00001-*")
    path.write_bytes(damage(path.read_bytes())) if damage else path.unlink()
    (run,) = stored_runs(tmp_path)
    assert [fault for fault in faults_of(run) if str(path) in fault and "scenario" not in fault]
    store = Store(tmp_path)
    assert store.summary(store.manifest().blocks[1]) is None
    outcome, said = play(tmp_path, 600, NONE)
    assert outcome.made == 250 and f"{path}: is" in said[0] and "the block is made again" in said[0]
    assert contents(tmp_path) == bare


def test_a_summary_that_another_version_would_read_is_made_again(tmp_path, monkeypatch):
    play(tmp_path, 300, NONE)
    monkeypatch.setattr("sim.batch.summary_file.VERSION", 99)
    outcome, said = play(tmp_path, 300, NONE)
    assert outcome.made == 300 and "is of another version of the simulator" in said[0]


def test_a_block_played_for_its_logs_that_is_another_one_is_an_error(tmp_path):
    def otherwise(plan, draws, number):
        logs = replicate(plan, draws, number)
        return replace(logs, numbers=[("size", 0.5)]) if number == 299 else logs

    play(tmp_path, 300, NONE)
    model = Model(FAKE.compile, Replicating(Dealt, otherwise))
    with pytest.raises(StoreError, match=r"replications 250 to 299, played again .* summaries differ"):
        play(tmp_path, 300, ALL, model=model)
    assert play(tmp_path, 300, ALL)[0].made <= 300, "what is right can still be played"


@pytest.mark.parametrize("retention", [NONE, ALL])
def test_failures_are_recorded_and_mended(tmp_path, retention):
    outcome, _ = play(tmp_path, 300, retention, world={"fails": (7, 299), "violates": (3,)})
    assert (outcome.failed, [each.number for each in outcome.violations]) == ((7, 299), [3])
    assert b"no world 7" in contents(tmp_path)["failures/replication-00007.txt"]
    outcome, _ = play(tmp_path, 300, retention)
    assert (outcome.failed, outcome.made) == ((), 300)
    play(tmp_path / "at once", 300, retention)
    again = contents(tmp_path / "at once")
    assert {name: file for name, file in contents(tmp_path).items() if "at once" not in name} == again


@pytest.mark.parametrize("retention", [NONE, ALL])
def test_a_run_whose_first_replications_all_fail_stops(tmp_path, retention):
    outcome, _ = play(tmp_path, 600, retention, world={"fails": tuple(range(600))})
    assert (outcome.stopped, outcome.made, len(outcome.failed)) == (True, 20, 20)


def test_a_replication_that_kills_its_worker_costs_only_itself(tmp_path):
    outcome, _ = play(tmp_path, 60, NONE, world={"kills": (7, 41)}, workers=Mortal(2))
    assert outcome.failed == (7, 41)
    summary = Store(tmp_path).summary(Store(tmp_path).manifest().blocks[0])
    assert summary.numbers.tolist() == [number for number in range(60) if number not in (7, 41)]
    failing, _ = play(tmp_path / "failing", 60, NONE, world={"fails": (7, 41)})
    files = [contents(folder / "summaries") for folder in (tmp_path, tmp_path / "failing")]
    assert files[0] == files[1] and failing.failed == outcome.failed


def test_what_it_would_take_without_logs(tmp_path):
    def asked(retention, folder=tmp_path):
        return estimate(
            resolved(), replications=1000, seed=3, folder=folder, jobs=1, model=FAKE, retention=retention
        )

    sizes = [asked(each).size for each in (NONE, retention_of("sample=500"), ALL)]
    assert sizes == sorted(sizes) and sizes[1] == pytest.approx((sizes[0] + sizes[2]) / 2, abs=2)
    play(tmp_path / "run", 1000, NONE)
    taken = sum(map(len, contents(tmp_path / "run" / "summaries").values()))
    assert taken / 2 < sizes[0] < taken * 2
    assert (asked(NONE, tmp_path / "run").missing, asked(ALL, tmp_path / "run").missing) == (0, 1000)
    assert asked(Retention(until=260), tmp_path / "run").missing == 500


def test_a_run_whose_logs_were_not_all_played_in_time_says_so_and_goes_on(tmp_path, kept):
    play(tmp_path, 600, NONE)
    outcome, _ = play(tmp_path, 600, ALL, workers=Timed(Serial(), Allowance(0)))
    assert (outcome.is_cut, outcome.made, held(tmp_path)) == (True, 250, {0})
    assert "up before 350 of 600 replications were played again for their logs" in outcome.troubles[0]
    outcome, _ = play(tmp_path, 600, ALL)
    assert (outcome.is_cut, outcome.troubles) == (False, ())
    assert contents(tmp_path) == kept
