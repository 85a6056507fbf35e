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

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


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
        os.close(handle)


def _made(kind: str) -> tuple[Path, int]:
    """Return a new folder with an open handle that holds it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_prefix(kind)))
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # another command took it for one that was left: it was not held yet
            continue
        _is_held(handle, waits=True)
        if _is_still(folder, handle):
            return folder, handle
        os.close(handle)


def _remove_left(kind: str) -> None:
    """Remove the folders of this kind that this user's killed commands left."""
    if fcntl is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix(kind)}*"):
        with contextlib.suppress(OSError):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                continue
            handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                if _is_held(handle, waits=False) and _is_still(folder, handle):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)


def _prefix(kind: str) -> str:
    return f"isf-{kind}-"


def _is_held(handle: int, *, waits: bool) -> bool:
    """Take the system's lock; tell whether it is ours now."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _is_still(folder: Path, handle: int) -> bool:
    """Tell whether the path leads to the folder that is open: another command may have removed it just now."""
    try:
        return os.path.samestat(folder.lstat(), os.fstat(handle))
    except FileNotFoundError:
        return False
