"""Where compiled code is kept on this machine: a folder of one user and one version, or it is not trusted."""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from sim.engines.compiled.object_code import processor

_CHECKSUM = hashlib.sha256().digest_size

ROOM = Path(__file__).resolve().parent
"""Where the twin lies."""
_AROUND = {"__init__.py", "at_hand.py", "cache.py", "engine.py", "twin.py"}
"""Who only calls it: nothing of these is compiled, or decides how."""
LAYOUT = ROOM.parent / "layout.py"
"""What it takes as fixed besides."""


def folder() -> Path:
    """Return the folder for this version of the twin, of numba and of Python, on this kind of processor."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "isf" / f"engine-{_digest()}"


def is_compiled() -> bool:
    """Tell whether the twin was compiled here before, by this user and this version."""
    return kept() is not None


def kept() -> bytes | None:
    """Return the object code of the twin that is kept, whole as it was written; None if there is none to be trusted."""
    place = folder()
    try:
        if not _is_own(place):
            return None
        content = _file(place).read_bytes()
    except OSError:
        return None
    checksum, code = content[:_CHECKSUM], content[_CHECKSUM:]
    return code if hashlib.sha256(code).digest() == checksum else None


def keep(code: bytes) -> None:
    """Keep the object code of the twin; where that cannot be, it is compiled anew next time."""
    place = folder()
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _is_own(place):
            file = _file(place)
            part = file.with_name(f"{file.name}.{os.getpid()}")
            part.write_bytes(hashlib.sha256(code).digest() + code)
            part.replace(file)


def functions() -> int:
    """Return how many functions are compiled."""
    return sum(source.read_text(encoding="utf-8").count("\n@compiled\n") for source in _compiled())


def _compiled() -> list[Path]:
    return [source for source in sorted(ROOM.glob("*.py")) if source.name not in _AROUND]


def _file(place: Path) -> Path:
    """Return where the code for this processor lies: a home may be shared by machines of several kinds."""
    return place / f"{processor()}.o"


def _is_own(place: Path) -> bool:
    """Tell whether a folder is one that nobody else may write to."""
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _digest() -> str:
    """Return what stands for this version: all that the object code is made of, wherever it is installed."""
    said = [sys.version, platform.machine(), *map(metadata.version, ("numba", "llvmlite", "numpy"))]
    digest = hashlib.sha256("\0".join(said).encode())
    for source in (*_compiled(), LAYOUT):
        digest.update(b"\0" + source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:16]
