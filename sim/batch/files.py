"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from sim.errors import StoreError
from sim.plain_files import open_plain, read_plain

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

TEMPORARY_PREFIX = ".unfinished-"
"""How the name of a file begins while it is written; what a killed command left is found by it."""


_OLD_SECONDS = 3_600


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it, flush it to disk, then rename it into place.

    StoreError if the folder or the disk does not allow it; what stood there before still stands then.
    """
    _write_by(path, lambda file: file.write(content))


def _write_by(path: Path, write: Callable[[BinaryIO], object]) -> None:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary, file = _claimed(path)
        try:
            with file:
                write(file)
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


def sweep_left(folder: Path, name: str = "") -> None:
    """Remove what killed commands left in a folder and below, or of one file (`name`) in the folder alone.

    Nobody holds such a folder. A file that a command writes now is locked by it, and stays; where the system knows
    no locks, what is younger than an hour stays.
    """
    found = folder.glob(f"{TEMPORARY_PREFIX}????????-{glob.escape(name)}") if name else None
    with contextlib.suppress(OSError):
        for stale in found or folder.rglob(f"{TEMPORARY_PREFIX}*"):
            if _is_left(stale):
                stale.unlink(missing_ok=True)


def write_named(path: Path, content: bytes) -> None:
    """Write a file that the user named, as `write_atomically`; what a killed command left of it goes."""
    sweep_left(path.parent, path.name)
    write_atomically(path, content)


def write_named_by(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file that the user named as `write_named`; what is too much for memory is written by a function."""
    sweep_left(path.parent, path.name)
    _write_by(path, write)


def _claimed(path: Path) -> tuple[Path, BinaryIO]:
    """Make the file in which `path` is written until it is whole, locked while it is open."""
    while True:
        temporary = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(4)}-{path.name}")
        file = temporary.open("xb")
        if fcntl is None:
            return temporary, file
        with contextlib.suppress(OSError):  # a disk that knows no locks
            fcntl.flock(file, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(temporary.stat(), os.fstat(file.fileno())):
                return temporary, file
        file.close()  # it was taken for one that was left, in the moment before it was locked


def _is_left(stale: Path) -> bool:
    """Tell whether nobody writes an unfinished file any more."""
    if fcntl is not None:
        try:
            with open_plain(stale) as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.ENOENT):
                return False
    return time.time() - stale.stat().st_mtime > _OLD_SECONDS


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
