"""Logs that are not kept: whoever asks for them gets them as they were, or is told why not."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace

import pytest

from sim.batch import replaying
from sim.batch.columns import LOGS
from sim.batch.finishing import without_logs
from sim.batch.manifest import BlockRecord, sealed
from sim.batch.retention import ALL, NONE, retention_of
from sim.batch.running import run as play
from sim.batch.spans import Span
from sim.errors import StoreError
from sim.report.result import Result
from sim.results.block import block_table
from sim.results.pasts import logs_of
from sim.results.run import open_run
from sim.results.stories import first_worlds
from sim.scenario.loading import load_resolved
from sim.studies.views import until
from tests.scenario.shipped import ROOT

TUTORIAL = ROOT / "scenarios" / "tutorial.yaml"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The same run with all logs, with none, and with those of the first block."""
    folder, resolved = tmp_path_factory.mktemp("runs"), load_resolved(TUTORIAL)
    for name, retention in (("all", ALL), ("none", NONE), ("first", retention_of("sample=1"))):
        play(resolved, replications=270, seed=1, folder=folder / name, retention=retention)
    return folder


@pytest.fixture
def bare(runs, tmp_path):
    return shutil.copytree(runs / "none", tmp_path / "run")


def edited(folder, **values):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(sealed({**manifest, **values}))


@pytest.mark.parametrize("name", ["none", "first"])
def test_each_log_is_the_one_that_would_have_been_kept(runs, name):
    kept, other = open_run(runs / "all"), open_run(runs / name)
    for log in LOGS:
        mine, its = list(kept.blocks(log)), list(other.blocks(log))
        assert [table.num_rows for table in its] == [table.num_rows for table in mine]
        assert all(one.equals(two, check_metadata=True) for one, two in zip(mine, its, strict=True)), log
    assert other.transitions(["day", "troops"]).equals(kept.transitions(["day", "troops"]))
    assert logs_of(other, 265) == logs_of(kept, 265)
    earlier = kept.scenario.start.replace(year=kept.scenario.start.year + 1)
    for log in LOGS:
        mine, its = (list(until(each, earlier).blocks(log)) for each in (kept, other))
        assert all(one.equals(two) for one, two in zip(mine, its, strict=True))


def test_only_the_block_that_is_asked_for_is_played_and_only_once(runs, monkeypatch):
    played = []
    real = replaying.Replaying.__call__

    def counting(self, record):
        played.append(record.span.first)
        return real(self, record)

    monkeypatch.setattr(replaying.Replaying, "__call__", counting)
    run = open_run(runs / "none")
    for _ in range(2):
        logs_of(run, 265)
    assert played == [250]
    first = open_run(runs / "first")
    logs_of(first, 3)
    assert played == [250]
    logs_of(first, 269)
    assert played == [250, 250]


def test_answers_play_nothing(runs, monkeypatch):
    def refuse(self, record):
        raise AssertionError("an answer needs no log")

    monkeypatch.setattr(replaying.Replaying, "__call__", refuse)
    all_, none = (Result.open(runs / name) for name in ("all", "none"))
    assert none.summary().equals(all_.summary())
    assert none.levels("contingent").equals(all_.levels("contingent"))
    assert none.worlds().equals(all_.worlds())
    assert first_worlds(none, 20, 1) is None, "twenty worlds are as well played by who asks"
    assert first_worlds(Result.open(runs / "first"), 20, 1) is not None


def test_a_damaged_summary_is_made_again_by_playing_and_put_back(bare):
    (path,) = (bare / "summaries").glob("block-00001-*")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    (_, first), (_, second) = open_run(bare).summaries()
    assert second.numbers.tolist() == list(range(250, 270)) and first.numbers.size == 250
    assert path.read_bytes() == whole


def test_a_summary_that_the_manifest_lists_no_more_is_not_put_back(bare):
    run = open_run(bare)
    (path,) = (bare / "summaries").glob("block-00001-*")
    path.unlink()
    play(load_resolved(TUTORIAL), replications=280, seed=1, folder=bare, retention=NONE)  # meanwhile
    assert [summary.numbers.size for _, summary in run.summaries()] == [250, 20]
    assert not path.exists()


def test_a_view_puts_back_the_whole_summary(bare, runs):
    for folder in (bare, shutil.copytree(runs / "all", bare.parent / "all")):
        (path,) = (folder / "summaries").glob("block-00001-*")
        whole = path.read_bytes()
        path.unlink()
        run = open_run(folder)
        list(until(run, run.scenario.start).summaries())
        assert path.read_bytes() == whole


def test_other_versions_cannot_play_it_again_and_the_remedy_is_named(bare):
    versions = json.loads((bare / "manifest.json").read_text())["versions"]
    edited(bare, versions={**versions, "numpy": "1.0"})
    run = open_run(bare)
    with pytest.raises(StoreError, match=r"other versions.*isf run .*scenario.yaml -n 270 --seed 1 --out"):
        logs_of(run, 3)
    assert Result.open(bare).summary() is not None, "answers can be had all the same"


def test_what_is_played_otherwise_is_an_error(bare):
    manifest = json.loads((bare / "manifest.json").read_text())
    manifest["blocks"][1]["summary"] = "0" * 64
    edited(bare, blocks=manifest["blocks"])
    logs_of(open_run(bare), 3)
    with pytest.raises(StoreError, match=r"replications 250 to 269, played again .* summaries differ"):
        logs_of(open_run(bare), 265)
    with pytest.raises(StoreError, match="summaries differ"):
        list(open_run(bare).summaries())


def test_a_manifest_of_one_kind_of_block_only(bare):
    manifest = json.loads((bare / "manifest.json").read_text())
    manifest["blocks"][1]["files"] = dict.fromkeys(LOGS, "0" * 64)
    edited(bare, blocks=manifest["blocks"])
    with pytest.raises(StoreError, match="keeps logs, and a summary instead"):
        open_run(bare)


@pytest.mark.parametrize(
    ("failed", "spans"),
    [
        ((), [Span(250, 20)]),
        ((250, 251, 269), [Span(252, 17)]),
        ((255, 260), [Span(250, 5), Span(256, 4), Span(261, 9)]),
        (tuple(range(250, 270)), []),
    ],
)
def test_what_failed_is_not_played_again(failed, spans):
    assert list(replaying._finished(BlockRecord(Span(250, 20), {}, failed))) == spans


def test_worlds_beside_a_failed_one_are_played_as_they_were(runs):
    whole = open_run(runs / "all")
    manifest = json.loads((runs / "all" / "manifest.json").read_text())
    again = replaying.Replaying(runs / "all", manifest["digest"], 1, manifest["versions"], 270, 20)
    record = BlockRecord(Span(250, 20), {}, (255, 260))
    parts = [again._simulation(span) for span in replaying._finished(record)]
    summary = hashlib.sha256(without_logs(parts).summary).hexdigest()
    block = again(replace(record, summary=summary))
    kept = next(whole.blocks("waits", holding=250)).to_pandas()
    mine = block_table(block.files["waits"], None).to_pandas()
    assert mine.astype(str).equals(
        kept[~kept["replication"].isin([255, 260])].reset_index(drop=True).astype(str)
    )
