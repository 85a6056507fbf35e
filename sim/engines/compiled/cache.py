"""Where compiled code is kept on this machine: a folder of one user and one version, or it is not trusted."""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

_DONE = "compiled"

ROOM = Path(__file__).resolve().parent
"""Where the twin lies."""
_AROUND = {"__init__.py", "at_hand.py", "cache.py", "engine.py", "twin.py"}
"""Who only calls it: nothing of these is compiled."""
LAYOUT = ROOM.parent / "layout.py"
"""What it takes as fixed besides."""


def folder() -> Path:
    """Return the folder for this version of the twin, of numba and of Python, on this kind of processor."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "isf" / f"engine-{_digest()}"


def is_compiled() -> bool:
    """Tell whether the twin was compiled here before, by this user and this version."""
    try:
        return _is_own(folder()) and (folder() / _DONE).is_file()
    except OSError:
        return False


def use() -> None:
    """Have numba keep what it compiles in the folder; what others could have written is never read."""
    import numba

    config: Any = numba.config
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        usable = _is_own(place)
    except OSError:
        usable = False
    if usable:
        config.CACHE_DIR = str(place)
    else:
        import atexit
        from contextlib import ExitStack

        from sim.passing_folders import passing_folder

        until_end = ExitStack()  # compiled for this process alone
        config.CACHE_DIR = str(until_end.enter_context(passing_folder("engine")))
        atexit.register(until_end.close)


def note_compiled() -> None:
    """Note that everything was compiled and kept."""
    try:
        (folder() / _DONE).touch()
    except OSError:
        return  # it is compiled anew next time


def functions() -> int:
    """Return how many functions are compiled."""
    return sum(source.read_text(encoding="utf-8").count("\n@compiled\n") for source in _compiled())


def _compiled() -> list[Path]:
    return [source for source in sorted(ROOM.glob("*.py")) if source.name not in _AROUND]


def _is_own(place: Path) -> bool:
    """Tell whether a folder is one that nobody else may write to."""
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _digest() -> str:
    """Return what stands for this version, installed here: numba compiles anew what lies or is dated elsewhere."""
    said = [sys.version, platform.machine(), metadata.version("numba"), metadata.version("numpy"), str(ROOM)]
    digest = hashlib.sha256("\0".join(said).encode())
    for source in (*_compiled(), LAYOUT):
        dated = f"{source.name} {source.stat().st_mtime_ns}"
        digest.update(dated.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
