"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from sim.errors import StoreError
from sim.plain_files import read_plain

TEMPORARY_PREFIX = ".unfinished-"
"""How the name of a file begins while it is written; what a killed command left is found by it."""


_OLD_SECONDS = 3_600


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it, flush it to disk, then rename it into place.

    StoreError if the folder or the disk does not allow it; what stood there before still stands then.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(4)}-{path.name}")
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _flush_folder(path.parent)


def write_if_new(path: Path, content: bytes) -> None:
    """Write a file unless it stands there with that content: what is whole can be shown from a read-only disk."""
    with contextlib.suppress(OSError):
        if read_plain(path) == content:
            return
    write_atomically(path, content)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses while `path` is written into one line with a remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path}: cannot be written: {reason}; make room or choose another folder with --out, "
            "then give the same command again: what is finished is kept"
        ) from error


def sweep(folder: Path) -> None:
    """Remove what a killed command left unfinished in a folder."""
    for stale in folder.glob(f"{TEMPORARY_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError), writing(stale):
            stale.unlink()


def sweep_old(folder: Path) -> None:
    """Remove what a killed command left unfinished in a folder and below, where no lock says that none is at work.

    What is younger than an hour may be another command's, and stays.
    """
    with contextlib.suppress(OSError):
        for stale in folder.rglob(f"{TEMPORARY_PREFIX}*"):
            if time.time() - stale.stat().st_mtime > _OLD_SECONDS:
                stale.unlink()


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
