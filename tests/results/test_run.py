from __future__ import annotations

import json

import pytest

from sim.batch.manifest import sealed
from sim.errors import StoreError
from sim.results.run import Run, open_run
from sim.scenario.loading import load_resolved
from tests.batch.fake import block_file
from tests.results.handmade import BODIES, COLUMNS, DAY, scenario_of, write_run

SCENARIO = """\
scenario: by hand
start: 2026-01-01
end: 2026-01-10
contributors:
  a: {contingents: {one: {troops: 100, role: infantry}}}
"""


def edit_manifest(folder, edit):
    content = json.loads((folder / "manifest.json").read_text())
    edit(content)
    (folder / "manifest.json").write_text(sealed(content))


def all_failed(folder):
    edit_manifest(
        folder,
        lambda content: (content.update(failed=[0, 1]), content["blocks"][0].update(failed=[0, 1])),
    )


def test_the_logs_are_whole_tables_without_failed_replications(tmp_path, two_worlds):
    run = write_run(tmp_path, scenario_of(BODIES), [*two_worlds, two_worlds[0]], failed=[1])
    table = run.transitions()
    assert sorted(table["replication"].unique()) == [0, 2]
    assert len(table) == 2 * len(two_worlds[0].transitions)
    assert list(run.waits(columns=("cause", "troops")).columns) == ["cause", "troops"]
    assert run.signals().empty
    assert run.signals()["value"].dtype == float
    assert (run.replications, run.days, run.duration) == (2, 10, 10 * DAY)


def test_rows_beyond_the_manifest_do_not_count(tmp_path, two_worlds):
    run = write_run(tmp_path, scenario_of(BODIES), two_worlds)
    before = block_file(tmp_path, "transitions", 0)
    write_run(tmp_path, scenario_of(BODIES), two_worlds * 2)
    before.unlink()
    assert sorted(run.transitions()["replication"].unique()) == [0, 1]


def test_an_interrupted_run_may_have_gaps(tmp_path, two_worlds):
    run = write_run(tmp_path, scenario_of(BODIES), [two_worlds[0]] * 501)
    block_file(tmp_path, "transitions", 1).unlink()
    blocks = [block for block in run.manifest["blocks"] if block["block"] != 1]
    gappy = Run(
        tmp_path, run.scenario, {**run.manifest, "replications": 251, "failed": [3], "blocks": blocks}
    )
    assert gappy.replications == 250
    assert gappy.transitions()["replication"].max() == 500


def test_a_stored_run_opens(tmp_path, two_worlds):
    stored(tmp_path, two_worlds)
    run = open_run(tmp_path)
    assert run.scenario.scenario == "by hand"
    assert run.replications == 2


@pytest.mark.parametrize(
    "edited",
    [
        SCENARIO.replace("2026-01-10", "2026-01-11"),
        SCENARIO.replace("infantry", "police"),
        SCENARIO.replace("  a:", "  b:"),
        SCENARIO.replace("by hand", "by another hand"),
    ],
)
def test_a_run_is_not_read_as_one_of_another_scenario(tmp_path, two_worlds, edited):
    stored(tmp_path, two_worlds)
    (tmp_path / "scenario.yaml").write_text(edited)
    with pytest.raises(StoreError, match=r"scenario.yaml is not the scenario that this run played"):
        open_run(tmp_path)


def test_a_manifest_that_counts_more_than_its_blocks_hold_is_not_believed(tmp_path, two_worlds):
    stored(tmp_path, two_worlds)
    edit_manifest(
        tmp_path, lambda content: (content["blocks"][0].update(count=50), content.update(replications=50))
    )
    with pytest.raises(StoreError, match="does not say that it holds replications 0 to 49"):
        open_run(tmp_path).transitions()


def test_a_block_of_another_run_is_not_believed(tmp_path, two_worlds):
    stored(tmp_path, two_worlds)
    edit_manifest(tmp_path, lambda content: content.update(seed=5))
    with pytest.raises(StoreError, match="of this scenario and seed"):
        open_run(tmp_path).waits()


def stored(folder, worlds):
    """Write a run as a command leaves it."""
    (folder / "scenario.yaml").write_text(SCENARIO)
    resolved = load_resolved(folder / "scenario.yaml")
    write_run(folder, resolved.scenario, worlds, digest=resolved.digest)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda folder: (folder / "manifest.json").unlink(),
            "is not a run: manifest.json missing; name a folder",
        ),
        (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read as a run's manifest"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "cannot be read as a run's manifest"),
        (
            lambda folder: edit_manifest(folder, lambda content: content.update(failed=[1])),
            "cannot be read as a run's manifest .its totals are not those of its blocks",
        ),
        (
            lambda folder: edit_manifest(folder, lambda content: content["blocks"][0].update(count=10**9)),
            "cannot be read as a run's manifest .no block holds 1000000000 replications",
        ),
        (all_failed, "holds no finished replication"),
    ],
)
def test_what_is_no_run_is_named_with_the_remedy(tmp_path, two_worlds, spoil, message):
    stored(tmp_path, two_worlds)
    spoil(tmp_path)
    with pytest.raises(StoreError, match=message):
        open_run(tmp_path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda block: block.unlink(), "cannot be read"),
        (lambda block: block.write_bytes(b"PAR1 no more"), "is damaged or foreign"),
        (lambda block: block.write_bytes(_flipped(block.read_bytes())), "is damaged or foreign"),
        (
            lambda block: block.write_bytes(block_file(block.parents[1], "signals", 0).read_bytes()),
            "is damaged or foreign",
        ),
    ],
)
def test_a_damaged_block_is_named_and_not_read(tmp_path, two_worlds, monkeypatch, damage, message):
    monkeypatch.setattr("sim.results.block._PAUSE_SECONDS", 0)
    run = write_run(tmp_path, scenario_of(BODIES), two_worlds)
    damage(block_file(tmp_path, "waits", 0))
    with pytest.raises(
        StoreError, match=rf"waits.block-00000-\w+.parquet {message} .*; the same `isf run` again mends it"
    ):
        run.waits(columns=("cause", "troops"))


def _flipped(content):
    """With another number of troops somewhere, and still a table."""
    changed = bytearray(content)
    changed[len(content) // 4] ^= 1
    return bytes(changed)


def test_a_block_that_is_extended_while_it_is_read_gives_what_it_held(tmp_path, two_worlds):
    run = write_run(tmp_path, scenario_of(BODIES), two_worlds)
    before = run.transitions()
    old = [block_file(tmp_path, log, 0) for log in COLUMNS]
    write_run(tmp_path, scenario_of(BODIES), two_worlds * 2)
    for path in old:
        path.unlink()
    assert run.transitions().equals(before)


def test_a_block_of_another_seed_is_not_taken_for_an_extended_one(tmp_path, two_worlds, monkeypatch):
    monkeypatch.setattr("sim.results.block._PAUSE_SECONDS", 0)
    run = write_run(tmp_path, scenario_of(BODIES), two_worlds)
    block_file(tmp_path, "transitions", 0).unlink()
    write_run(tmp_path, scenario_of(BODIES), two_worlds * 2)
    edit_manifest(tmp_path, lambda content: content.update(seed=1))
    with pytest.raises(StoreError, match="cannot be read"):
        run.transitions()


def test_a_folder_stands_for_the_only_run_in_it(tmp_path, two_worlds):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        stored(tmp_path / name, two_worlds)
        if name == "one":
            assert open_run(tmp_path).folder == tmp_path / "one"
    with pytest.raises(StoreError, match=r"holds 2 runs; name one of them, such as .*one$"):
        open_run(tmp_path)
