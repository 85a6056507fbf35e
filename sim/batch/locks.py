"""One command at a time on a run folder."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sim.batch.files import writing
from sim.folder_locks import HAS_LOCKS, is_still, taken

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
            if not HAS_LOCKS:
                break
            with contextlib.suppress(FileNotFoundError):  # another command removed it just now: make it anew
                handle = os.open(folder, os.O_RDONLY)
                while taken(handle) is False:
                    if not told:
                        waiting()
                        told = True
                    time.sleep(_PAUSE_SECONDS)
                if is_still(folder, handle):
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
    if not HAS_LOCKS:
        yield folder.is_dir()
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        yield taken(handle) is not False and is_still(folder, handle)
    finally:
        os.close(handle)
