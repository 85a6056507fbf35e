from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import time

import pytest

from sim.batch.files import TEMPORARY_PREFIX, sweep, sweep_left, write_atomically
from sim.errors import StoreError


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "deep" / "file"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_a_full_disk_gives_one_line_and_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        StoreError, match=r"file: cannot be written: No space left on device; make room"
    ) as caught:
        write_atomically(path, b"new")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_file_size_limit_is_a_full_disk_too(tmp_path):
    code = (
        "import sys; from pathlib import Path; from sim.batch.files import write_atomically;"
        "write_atomically(Path(sys.argv[1]) / 'file', bytes(100_000))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert "StoreError" in done.stderr and "File too large" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_must_be(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        write_atomically(tmp_path / "file" / "inner", b"")


def test_sweeping_removes_only_what_is_unfinished(tmp_path):
    (tmp_path / f"{TEMPORARY_PREFIX}0123-block").touch()
    (tmp_path / "block").touch()
    sweep(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["block"]


def test_what_a_killed_command_left_goes_and_what_another_writes_now_stays(tmp_path):
    from sim.batch.files import _claimed

    inner = tmp_path / "figures"
    inner.mkdir()
    left = inner / f"{TEMPORARY_PREFIX}01234567-fan.svg"
    left.touch()
    (tmp_path / "mine").touch()
    writing, file = _claimed(inner / "fan.svg")
    with file:
        sweep_left(tmp_path)
        assert {path.name for path in tmp_path.rglob("*")} == {"figures", writing.name, "mine"}
    sweep_left(tmp_path)
    assert {path.name for path in tmp_path.rglob("*")} == {"figures", "mine"}


def test_where_there_are_no_locks_what_is_young_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.batch.files.fcntl", None)
    for name, age in (("old", 7_200), ("new", 0)):
        path = tmp_path / f"{TEMPORARY_PREFIX}{name}"
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    sweep_left(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{TEMPORARY_PREFIX}new"]
    write_atomically(tmp_path / "file", b"whole")
    assert (tmp_path / "file").read_bytes() == b"whole"


def test_a_file_that_was_swept_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    import fcntl

    real, swept = fcntl.flock, []

    def late(file, how):
        if not swept:
            (path,) = tmp_path.iterdir()
            swept.append(path)
            path.unlink()
        return real(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    write_atomically(tmp_path / "file", b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_was_left_of_a_named_file_goes_and_nothing_else(tmp_path):
    from sim.batch.files import write_named

    for name in ("01234567-r.html", "01234567-other.html"):
        (tmp_path / f"{TEMPORARY_PREFIX}{name}").touch()
    write_named(tmp_path / "r.html", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"r.html", f"{TEMPORARY_PREFIX}01234567-other.html"}
