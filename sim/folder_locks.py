"""The system's lock on a folder that is open: it leaves no file, and it goes with the process however that ends."""

from __future__ import annotations

import errno
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


HAS_LOCKS = fcntl is not None
"""Whether the system can open a folder and lock it."""


def taken(handle: int, *, waits: bool = False) -> bool | None:
    """Take the lock of an open folder; tell whether it is ours now, None where the system has no such locks.

    Where another process holds it, `waits` until that lets go.
    """
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError as error:
        return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else None
    return True


def is_still(folder: Path, handle: int) -> bool:
    """Tell whether the path leads to the folder that is open: another command may have removed it just now."""
    try:
        return os.path.samestat(folder.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
