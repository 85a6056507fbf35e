from __future__ import annotations

import json

import pytest

from sim.batch import inventory, running
from sim.batch.files import TEMPORARY_PREFIX
from sim.batch.inventory import faults_of, removals, remove, stored_runs
from sim.batch.locks import only_here
from sim.errors import UsageError
from sim.scenario.loading import load_resolved
from tests.batch.fake import FAKE, contents, resolved

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
        ("waits/block-00001.parquet", b"x", "waits/block-00001.parquet: is damaged or foreign"),
        ("signals/block-00000.parquet", None, "signals/block-00000.parquet: is missing"),
        ("waits/block-00007.parquet", b"x", "waits/block-00007.parquet: is not in the manifest"),
        ("scenario.yaml", SMALL.replace("100", "70").encode(), "scenario.yaml: is another scenario"),
        ("scenario.yaml", b"nonsense", "scenario.yaml: cannot be read as a scenario"),
        ("manifest.json", b"{", "manifest.json: "),
    ],
)
def test_every_fault_is_named(out, name, content, message):
    path = out / "small" / "one" / name
    path.unlink(missing_ok=True) if content is None else path.write_bytes(content)
    (fault,) = faults_of(stored_runs(out)[0])
    assert message in fault


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


@pytest.mark.parametrize("case", ["unreadable", "all failed", "other versions"])
def test_a_run_of_no_use_is_removed_whole_but_for_what_is_not_ours(out, case):
    folder = fake_run(out / "fake" / "two", fails=tuple(range(30)) if case == "all failed" else ())
    if case == "unreadable":
        (folder / "manifest.json").write_text("{")
    if case == "other versions":
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["versions"]["numpy"] = "1.0"
        (folder / "manifest.json").write_text(json.dumps(manifest))
    (removal,) = removals(stored_runs(out))
    assert removal.folder == folder and removal.size > 0
    remove(removal)
    assert not folder.parent.exists()
    assert [run.folder.name for run in stored_runs(out)] == ["one"]


def test_foreign_files_stay_and_links_are_not_followed(out, tmp_path):
    folder = fake_run(out / "fake" / "two")
    (folder / "manifest.json").write_text("{")
    (folder / "notes.txt").write_text("mine")
    outside = tmp_path / "outside.svg"
    outside.touch()
    (folder / "figures").mkdir()
    (folder / "figures" / "fan.svg").symlink_to(outside)
    (removal,) = removals(stored_runs(out))
    remove(removal)
    assert contents(folder) == {"notes.txt": b"mine"}
    assert outside.exists()


def test_a_run_at_which_a_command_works_is_left_alone(out):
    folder = fake_run(out / "fake" / "two")
    (folder / "manifest.json").write_text("{")
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
    killed = out / "small" / "0123456789ab"
    (killed / "transitions").mkdir(parents=True)
    (killed / "scenario.yaml").write_text(SMALL)
    (killed / "transitions" / f"{TEMPORARY_PREFIX}0-block").touch()
    mine = out / "mine" / "scenario.yaml"
    mine.parent.mkdir()
    mine.write_text(SMALL)
    (run,) = (each for each in stored_runs(out) if each.manifest is None)
    assert run.folder == killed
    assert faults_of(run) == (f"{killed / 'manifest.json'}: is missing",)
    (removal,) = removals(stored_runs(out))
    assert removal.folder == killed and len(removal.files) == 2
    remove(removal)
    assert contents(out) == before | {"mine/scenario.yaml": SMALL.encode()}
