"""Where a run is kept: a folder for the scenario file, and in it one for scenario and seed."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_UNSAFE = re.compile(r"[^\w.-]+")
_RUN_ID_DIGITS = 12
_LONGEST_NAME = 100


def run_id(digest: str, seed: int) -> str:
    """Return the name of a run: 12 hexadecimal digits of the resolved scenario's digest and the seed."""
    return hashlib.sha256(json.dumps([digest, seed]).encode()).hexdigest()[:_RUN_ID_DIGITS]


def run_folder(out: Path, name: str, digest: str, seed: int) -> Path:
    """Return the folder of a run; `name` is the scenario file's without suffix, and cannot leave `out`."""
    safe = _UNSAFE.sub("-", name).strip(".-")[:_LONGEST_NAME]
    return out / (safe or "scenario") / run_id(digest, seed)
