"""What is overdue in a run's scenario, kept beside the run: it hangs on scenario and versions, so it is played once.

`overdue.json` holds the list, what it was made of (scenario, number of worlds, versions, code) and a checksum of both;
one that is of something else, or not as it was written, is made anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sim.batch.code_digest import code_digest
from sim.batch.files import write_atomically
from sim.batch.manifest import present_versions
from sim.errors import StoreError
from sim.plain_files import text_of
from sim.studies.overdue import Overdue, overdue

if TYPE_CHECKING:
    from pathlib import Path

    from sim.results.run import Run

FILE = "overdue.json"
_CODE = ("studies/overdue.py", "results/stories.py")
"""What decides the list besides the model."""


def overdue_in(run: Run, worlds: int) -> tuple[Overdue, ...]:
    """Return what is overdue in the scenario of a run, from beside it, or played and kept, where that can be."""
    if run.scenario.as_of is None:
        return ()
    path, key = run.folder / FILE, _key(run, worlds)
    kept = _read(path, key)
    if kept is not None:
        return kept
    found = overdue(run.scenario, worlds, run=run)
    with suppress(StoreError):  # a folder that only others may write is read all the same
        write_atomically(path, _written(found, key))
    return found


def _key(run: Run, worlds: int) -> str:
    said = [run.manifest["digest"], run.manifest["seed"], worlds, present_versions(), code_digest(*_CODE)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _written(found: Sequence[Overdue], key: str) -> bytes:
    rows = [asdict(each) | {"by": each.by.isoformat()} for each in found]
    said = {"made_of": key, "overdue": rows, "checksum": _checksum(key, rows)}
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def _read(path: Path, key: str) -> tuple[Overdue, ...] | None:
    try:
        said: Any = json.loads(text_of(path))
        rows = said["overdue"]
        if said["made_of"] != key or said["checksum"] != _checksum(key, rows):
            return None
        return tuple(Overdue(**(row | {"by": dt.date.fromisoformat(row["by"])})) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _checksum(key: str, rows: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps([key, rows], sort_keys=True).encode()).hexdigest()
