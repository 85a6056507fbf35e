"""One command at a time on a run folder."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows; see `only_here`
    fcntl = None  # type: ignore[assignment]

_PAUSE_SECONDS = 0.2


@contextlib.contextmanager
def only_here(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the folder against other commands; while another holds it, call `waiting` once and wait.

    The lock is the system's lock on the folder itself: it leaves no file, and it goes with the process
    however that ends. Where the system has none (Windows, some network disks) nothing is held; two commands
    at once then do the same work twice and rename the same bytes into place.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        told = False
        while not _taken(handle):
            if not told:
                waiting()
                told = True
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def if_free(folder: Path) -> Iterator[bool]:
    """Hold the folder if no other command does; tell whether it is held."""
    if fcntl is None:
        yield True
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _taken(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True
