"""A folder that goes with its command; that of a killed command goes with the next one of its kind.

No process tidies up after it was killed. So each folder is held by the system's lock on the folder itself, which ends
with the process however that ends, and whoever makes the next folder of the kind removes those of this user that
nobody holds. Where the system has no such locks (Windows, some network disks) none is held, and none is removed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sim.folder_locks import HAS_LOCKS, is_still, taken


@contextlib.contextmanager
def passing_folder(kind: str) -> Iterator[Path]:
    """Give an empty folder of this user alone, in the system's place for such, until the block ends.

    `kind` is a word of its name. OSError if none can be made.
    """
    _remove_left(kind)
    folder, handle = _made(kind)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def _made(kind: str) -> tuple[Path, int | None]:
    """Return a new folder with an open handle that holds it, None where there are no locks."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(kind)))
        if not HAS_LOCKS:
            return folder, None
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # another command took it for one that was left: it was not held yet
            continue
        taken(handle, waits=True)
        if is_still(folder, handle):
            return folder, handle
        os.close(handle)


def _remove_left(kind: str) -> None:
    """Remove the folders of this kind that this user's killed commands left."""
    if not HAS_LOCKS:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix(kind)}*"):
        with contextlib.suppress(OSError):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                continue
            handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                if taken(handle) and is_still(folder, handle):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def _prefix(kind: str) -> str:
    return f"isf-{kind}-"
