from __future__ import annotations

import json

import pytest

from sim.errors import StoreError
from sim.results.run import Run, open_run
from tests.results.handmade import BODIES, DAY, World, scenario_of, write_run

SCENARIO = """\
scenario: by hand
start: 2026-01-01
end: 2026-01-10
contributors:
  a: {contingents: {one: {troops: 100, role: infantry}}}
"""


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
    run = write_run(tmp_path, scenario_of(BODIES), two_worlds * 2)
    manifest = {"replications": 2, "failed": []}
    assert sorted(Run(tmp_path, run.scenario, manifest).transitions()["replication"].unique()) == [0, 1]


def test_an_interrupted_run_may_have_gaps(tmp_path, two_worlds):
    run = write_run(tmp_path, scenario_of(BODIES), [two_worlds[0]] * 501)
    (tmp_path / "transitions" / "block-00001.parquet").unlink()
    blocks = [{"first": 0, "count": 250}, {"first": 500, "count": 1}]
    gappy = Run(tmp_path, run.scenario, {"replications": 251, "failed": [3], "blocks": blocks})
    assert gappy.replications == 250
    assert gappy.transitions()["replication"].max() == 500


def test_a_stored_run_opens(tmp_path, two_worlds):
    write_run(tmp_path, scenario_of(BODIES), two_worlds)
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    run = open_run(tmp_path)
    assert run.scenario.scenario == "by hand"
    assert run.replications == 2
    assert run.manifest["digest"] == "by hand"


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
            lambda folder: (folder / "manifest.json").write_text('{"replications": "2", "failed": []}'),
            "`replications` or `failed` is not as written",
        ),
        (
            lambda folder: (folder / "manifest.json").write_text(
                json.dumps({"replications": 2, "failed": [0, 1]})
            ),
            "holds no finished replication",
        ),
    ],
)
def test_what_is_no_run_is_named_with_the_remedy(tmp_path, two_worlds, spoil, message):
    write_run(tmp_path, scenario_of(BODIES), two_worlds)
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    spoil(tmp_path)
    with pytest.raises(StoreError, match=message):
        open_run(tmp_path)


@pytest.mark.parametrize("damage", ["missing", "damaged", "another table"])
def test_a_damaged_block_is_named(tmp_path, damage):
    run = write_run(tmp_path, scenario_of(BODIES), [World()])
    block = tmp_path / "waits" / "block-00000.parquet"
    if damage == "missing":
        block.unlink()
    elif damage == "damaged":
        block.write_bytes(b"PAR1 no more")
    else:
        block.write_bytes((tmp_path / "signals" / "block-00000.parquet").read_bytes())
    with pytest.raises(
        StoreError, match=r"waits.block-00000.parquet cannot be read .*; the same `isf run` again mends it"
    ):
        run.waits(columns=("cause", "troops"))
