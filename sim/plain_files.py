"""Files read without waiting: what is no plain file, such as a named pipe that somebody left there, is refused.

Whoever opens a named pipe waits until somebody writes into it, and a device may never end; a folder that was mailed
can hold either in the place of a file.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_ALREADY_OPEN = ("/dev/stdin", "/dev/fd/")
"""What whoever gave the command opened for it: reading from it may wait, as was asked for."""


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file to be read; OSError for a pipe, a socket, a device or a folder, and as `open` does."""
    if str(path).startswith(_ALREADY_OPEN):
        return path.open("rb")
    at_once = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, os.O_RDONLY | at_once)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "is a pipe or a device, and no file", str(path))


def read_plain(path: Path) -> bytes:
    """Return what a plain file holds; OSError as `open_plain`."""
    with open_plain(path) as file:
        return file.read()


def text_of(path: Path, encoding: str = "utf-8") -> str:
    """Return the text of a plain file; OSError as `open_plain`, UnicodeDecodeError if it is in another encoding."""
    return read_plain(path).decode(encoding)
