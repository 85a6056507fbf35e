"""Nothing stays of a passing folder: not when its block fails, and not when its process is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import sim.passing_folders
from sim.passing_folders import passing_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs the system's locks on folders")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


HOLDING = """
import sys, time, tempfile
from sim.passing_folders import passing_folder
tempfile.tempdir = sys.argv[1]
with passing_folder(sys.argv[2]) as folder:
    (folder / "picture.png").write_bytes(b"half")
    print(folder, flush=True)
    time.sleep(600)
"""


def killed(place, kind):
    """A process is killed while it has a passing folder with something in it."""
    command = (sys.executable, "-c", HOLDING, str(place), kind)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        child.kill()


def test_it_is_this_users_alone_and_gone_afterwards(place):
    with passing_folder("report") as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "file").touch()
        assert folder.parent == place
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(place.iterdir()) == []


def test_it_is_gone_when_its_block_fails(place):
    with pytest.raises(ZeroDivisionError), passing_folder("report"):
        raise ZeroDivisionError
    assert list(place.iterdir()) == []


def test_that_of_a_killed_process_goes_with_the_next_of_its_kind(place):
    killed(place, "report")
    killed(place, "report")
    assert len(list(place.iterdir())) == 1  # the second took the first one's
    with passing_folder("why"):
        assert len(list(place.iterdir())) == 2
    with passing_folder("report"):
        assert len(list(place.iterdir())) == 1
    assert list(place.iterdir()) == []


def test_one_in_use_stays():
    with passing_folder("report") as first:
        (first / "picture.png").touch()
        with passing_folder("report") as second:
            assert second != first
        assert (first / "picture.png").exists()


def test_what_is_no_folder_of_ours_stays(place, tmp_path_factory):
    others = tmp_path_factory.mktemp("others")
    (others / "kept").touch()
    (place / "isf-report-link").symlink_to(others)
    (place / "isf-report-note").touch()
    (place / "another-report-x").mkdir()
    os.mkfifo(place / "isf-report-pipe")
    with passing_folder("report"):
        pass
    assert {each.name for each in place.iterdir()} == {
        "isf-report-link",
        "isf-report-note",
        "another-report-x",
        "isf-report-pipe",
    }
    assert (others / "kept").exists()


def test_somebody_elses_folder_stays(place, monkeypatch):
    (place / "isf-report-x").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: (place / "isf-report-x").stat().st_uid + 1)
    with passing_folder("report"):
        pass
    assert (place / "isf-report-x").is_dir()


def test_a_folder_swept_before_it_is_held_is_made_anew(place, monkeypatch):
    made = []

    def swept_at_first(**asked):
        folder = Path(tempfile.mkdtemp(**asked))
        made.append(folder)
        if len(made) == 1:
            folder.rmdir()
        return folder

    monkeypatch.setattr(sim.passing_folders, "tempfile", Tempfile(place, swept_at_first))
    with passing_folder("report") as folder:
        assert folder.is_dir()
        assert len(made) == 2


class Tempfile:
    """The module as the code uses it."""

    def __init__(self, place, mkdtemp):
        self.gettempdir = lambda: str(place)
        self.mkdtemp = mkdtemp
