"""One command at a time on a run folder."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.batch.files import writing

try:
    import fcntl
except ImportError:  # Windows; see `only_here`
    fcntl = None  # type: ignore[assignment]

_PAUSE_SECONDS = 0.2


@contextlib.contextmanager
def only_here(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Make the folder and hold it against other commands; while another holds it, call `waiting` once and wait.

    The lock is the system's lock on the folder itself: it leaves no file, and it goes with the process
    however that ends. Where the system has none (Windows, some network disks) nothing is held; two commands
    at once then do the same work twice and rename the same bytes into place. StoreError if the folder cannot
    be made.
    """
    handle = None
    told = False
    try:
        while True:
            with writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
            if fcntl is None:
                break
            with contextlib.suppress(FileNotFoundError):  # another command removed it just now: make it anew
                handle = os.open(folder, os.O_RDONLY)
                while not _taken(handle):
                    if not told:
                        waiting()
                        told = True
                    time.sleep(_PAUSE_SECONDS)
                if _is_still(folder, handle):
                    break
                os.close(handle)
                handle = None
        yield
    finally:
        if handle is not None:
            os.close(handle)


@contextlib.contextmanager
def if_free(folder: Path) -> Iterator[bool]:
    """Hold the folder if no other command does and it is still there; tell whether it is held."""
    if fcntl is None:
        yield folder.is_dir()
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        yield _taken(handle) and _is_still(folder, handle)
    finally:
        os.close(handle)


def _is_still(folder: Path, handle: int) -> bool:
    """Tell whether the path still leads to the folder that is held: another command may have removed it."""
    try:
        return os.path.samestat(folder.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True
