from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sim.batch import inventory, running
from sim.batch.derived import list_derived
from sim.batch.files import TEMPORARY_PREFIX
from sim.batch.inventory import faults_of, removals, remove, stored_runs
from sim.batch.locks import only_here
from sim.batch.manifest import sealed
from sim.batch.workers import Serial
from sim.errors import StoreError, UsageError
from sim.scenario.loading import load_resolved
from tests.batch.fake import FAKE, block_file, contents, resolved

SMALL = """\
scenario: Small
start: 2026-01-01
end: 2026-03-31
contributors: {north: {contingents: {unit: {troops: 100, role: infantry}}}}
"""


@pytest.fixture
def out(tmp_path):
    """A folder with one sound run."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    out = tmp_path / "outputs"
    running.run(load_resolved(path), replications=260, seed=0, folder=out / "small" / "one")
    return out


def fake_run(folder, replications=300, **world):
    running.run(resolved(**world), replications=replications, seed=3, folder=folder, model=FAKE)
    return folder


def test_runs_are_found_wherever_the_folder_is_named(out):
    for folder in (out, out / "small", out / "small" / "one"):
        (run,) = stored_runs(folder)
        assert (run.folder.name, run.manifest.replications, len(run.manifest.blocks)) == ("one", 260, 2)
        assert run.size == sum(map(len, contents(run.folder).values()))


def test_what_is_no_run_is_left_out(out):
    (out / "comparisons" / "id").mkdir(parents=True)
    (out / "comparisons" / "id" / "manifest.json").write_text("{}")
    assert len(stored_runs(out)) == 1


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="there is no such folder"):
        stored_runs(tmp_path / "none")


def test_a_sound_run_has_no_fault_and_nothing_to_remove(out):
    runs = stored_runs(out)
    assert faults_of(runs[0]) == ()
    assert list(removals(runs)) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("waits/1", b"x", ": is damaged or foreign"),
        ("signals/0", None, ": is missing"),
        ("waits/block-00007.parquet", b"x", "waits/block-00007.parquet: is not in the manifest"),
        ("scenario.yaml", SMALL.replace("100", "70").encode(), "scenario.yaml: is another scenario"),
        ("scenario.yaml", b"nonsense", "scenario.yaml: cannot be read as a scenario"),
        ("manifest.json", b"{", "manifest.json: "),
    ],
)
def test_every_fault_is_named(out, name, content, message):
    log, _, block = name.partition("/")
    path = (
        block_file(out / "small" / "one", log, int(block))
        if block.isdecimal()
        else out / "small" / "one" / name
    )
    path.unlink(missing_ok=True) if content is None else path.write_bytes(content)
    (fault,) = faults_of(stored_runs(out)[0])
    assert str(path) in fault and message in fault


def test_what_killed_commands_left_is_removed_and_the_run_stays(out):
    before = contents(out)
    for name in (
        f"waits/{TEMPORARY_PREFIX}0-block",
        "waits/block-00009.parquet",
        f"{TEMPORARY_PREFIX}1-manifest.json",
    ):
        (out / "small" / "one" / name).touch()
    (removal,) = removals(stored_runs(out))
    assert len(removal.files) == 3 and "killed" in removal.reason
    remove(removal)
    assert contents(out) == before


@pytest.mark.parametrize("case", ["all failed", "other versions", "other format", "no block"])
def test_a_run_of_no_use_is_removed_whole_but_for_what_is_not_ours(out, case):
    folder = fake_run(out / "fake" / "two", fails=tuple(range(30)) if case == "all failed" else ())
    spoil(folder, case)
    (removal,) = removals(stored_runs(out))
    assert removal.folder == folder and removal.size > 0
    assert remove(removal)
    assert not folder.parent.exists()
    assert [run.folder.name for run in stored_runs(out)] == ["one"]


def spoil(folder, case):
    """Make a run one that nothing can be done with."""
    content = json.loads((folder / "manifest.json").read_text())
    if case == "other versions":
        content["versions"]["numpy"] = "1.0"
    if case == "other format":
        content["format"] = 1
    if case == "no block":
        content.update(blocks=[], replications=0)
    (folder / "manifest.json").write_text(sealed(content))


@pytest.mark.parametrize("damage", ["{", "", None, '{"format": 2}'])
def test_what_cannot_be_read_is_left_alone_and_named(out, damage):
    folder = fake_run(out / "fake" / "two")
    path = folder / "manifest.json"
    path.unlink() if damage is None else path.write_text(damage)
    before = contents(folder)
    assert list(removals(stored_runs(out))) == []
    assert contents(folder) == before


def test_a_good_run_whose_manifest_cannot_be_read_for_a_moment_is_left_alone(out, monkeypatch):
    (run,) = stored_runs(out)
    before = contents(out)

    def refused(store):
        raise StoreError("input/output error")

    monkeypatch.setattr("sim.batch.store.Store.manifest", refused)
    assert list(removals((run,))) == []
    assert list(removals(stored_runs(out))) == []
    assert contents(out) == before


def test_a_folder_of_the_users_own_is_none_of_ours_whatever_its_name(out):
    mine = out / "small" / "202601011200"
    (mine / "figures").mkdir(parents=True)
    (mine / "scenario.yaml").write_text(SMALL)
    (mine / "summary.csv").write_text("mine")
    (mine / "figures" / "mine.png").write_text("mine")
    before = contents(mine)
    for removal in removals(stored_runs(out)):
        remove(removal)
    assert contents(mine) == before


def test_figures_and_tables_that_the_user_put_or_changed_stay(out):
    folder = fake_run(out / "fake" / "two")
    (folder / "figures").mkdir()
    for name in ("summary.csv", "figures/fan.svg", "figures/gantt.svg", "figures/mine.png"):
        (folder / name).write_text(name)
    manifest = json.loads((folder / "manifest.json").read_text())
    list_derived(folder, manifest, [folder / "summary.csv", *(folder / "figures").glob("*.svg")])
    (folder / "figures" / "gantt.svg").write_text("edited by the user")
    spoil(folder, "other versions")
    (removal,) = removals(stored_runs(out))
    assert remove(removal)
    assert set(contents(folder)) == {"figures/gantt.svg", "figures/mine.png"}


def test_a_run_that_was_made_anew_while_the_question_stood_is_kept(out):
    folder = fake_run(out / "fake" / "two")
    spoil(folder, "other versions")
    (removal,) = removals(stored_runs(out))
    fake_run(folder)
    before = contents(folder)
    assert not remove(removal)
    assert contents(folder) == before


def test_foreign_files_stay_and_links_are_not_followed(out, tmp_path):
    folder = fake_run(out / "fake" / "two")
    spoil(folder, "other versions")
    (folder / "notes.txt").write_text("mine")
    outside = tmp_path / "outside.parquet"
    outside.touch()
    (folder / "waits" / "block-00077.parquet").symlink_to(outside)
    (removal,) = removals(stored_runs(out))
    remove(removal)
    assert contents(folder) == {"notes.txt": b"mine"}
    assert outside.exists()


def test_a_run_at_which_a_command_works_is_left_alone(out):
    folder = fake_run(out / "fake" / "two")
    spoil(folder, "other versions")
    runs = stored_runs(out)
    (removal,) = removals(runs)
    with only_here(folder, lambda: None):
        assert list(removals(runs)) == []
        remove(removal)
    assert (folder / "waits").exists()


def test_only_known_names_are_ever_removed():
    assert all(
        "/" not in pattern and ".." not in pattern for each in inventory._OWN.values() for pattern in each
    )


def test_a_run_that_was_killed_before_its_first_block_is_listed_and_removed(out):
    before = contents(out)

    def killed(task):
        raise KeyboardInterrupt

    class Killed(Serial):
        open = staticmethod(killed)

    folder = out / "small" / "0123456789ab"
    with pytest.raises(KeyboardInterrupt):
        running.run(resolved(), replications=9, seed=3, folder=folder, model=FAKE, workers=Killed())
    (folder / f"{TEMPORARY_PREFIX}0-scenario.yaml").touch()
    (run,) = (each for each in stored_runs(out) if not each.manifest.blocks)
    assert run.folder == folder
    (removal,) = removals(stored_runs(out))
    assert removal.folder == folder and len(removal.files) == 3
    assert remove(removal)
    assert contents(out) == before


def test_a_removal_that_was_killed_can_be_finished(out, monkeypatch):
    before = contents(out)
    folder = fake_run(out / "fake" / "two")
    spoil(folder, "other versions")
    (removal,) = removals(stored_runs(out))
    real, gone = Path.unlink, []

    def killed(path, missing_ok=False):
        if len(gone) == 3:
            raise KeyboardInterrupt
        gone.append(path)
        real(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        remove(removal)
    monkeypatch.setattr(Path, "unlink", real)
    (removal,) = removals(stored_runs(out))
    assert remove(removal)
    assert contents(out) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(out):
    (out / "secret").mkdir(mode=0)
    said = []
    assert len(stored_runs(out, said.append)) == 1
    assert "secret: cannot be read (Permission denied)" in said[0]


@pytest.mark.parametrize("name", ["summary.csv", "figures/fan.svg"])
@pytest.mark.parametrize("damage", ["forged", "missing"])
def test_a_forged_or_missing_table_or_figure_is_named(out, name, damage):
    folder = out / "small" / "one"
    (folder / "figures").mkdir()
    for each in ("summary.csv", "figures/fan.svg"):
        (folder / each).write_text("as made")
    manifest = json.loads((folder / "manifest.json").read_text())
    list_derived(folder, manifest, [folder / "summary.csv", folder / "figures/fan.svg"])
    assert faults_of(stored_runs(out)[0]) == ()
    (folder / name).write_text("forged") if damage == "forged" else (folder / name).unlink()
    (fault,) = faults_of(stored_runs(out)[0])
    assert str(folder / name) in fault
