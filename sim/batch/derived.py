"""What was made from a run's logs beside them (summary, figures): listed with checksums in `derived.json`.

The list says of which state of the run they were made (the seal of its manifest), so that a table or a figure
that was edited, is missing, or is older than the logs is found; and it says which files are the simulator's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from sim.batch.files import write_if_new, writing
from sim.batch.manifest import Manifest
from sim.plain_files import read_plain, text_of

LIST = "derived.json"
_FORMAT = 1


def list_derived(folder: Path, manifest: Mapping[str, Any], paths: Iterable[Path], drawn: str = "") -> None:
    """Write the list of files that were made in a run's folder; StoreError if that is impossible.

    `drawn` says which figures those are and which code drew them; nothing while they are not all there.
    """
    files = {path.relative_to(folder).as_posix(): _checksum(path) for path in paths}
    said = {"format": _FORMAT, "made_of": manifest.get("seal", ""), "drawn": drawn, "files": files}
    write_if_new(
        folder / LIST, (json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    )


def standing(folder: Path, manifest: Mapping[str, Any]) -> tuple[Path, ...]:
    """Return what was made of just these logs and stands as it was written; remove what was made of others.

    An edited file is somebody's own, and stays. StoreError if something cannot be removed.
    """
    listed = _listed(folder)
    if listed is None:
        return ()
    own = tuple(path for path in derived_files(folder) if path != folder / LIST)
    if listed[0] == manifest.get("seal", ""):
        return own
    for path in own:
        with writing(path):
            path.unlink(missing_ok=True)
    return ()


def drawn_before(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Return what was said of the figures, if they are of just these logs and all stand as they were written."""
    listed = _listed(folder)
    if listed is None or listed[0] != manifest.get("seal", ""):
        return ""
    stand = all(_checksum(folder / name) == checksum for name, checksum in listed[1].items())
    return listed[2] if stand else ""


def derived_files(folder: Path) -> tuple[Path, ...]:
    """Return the list and those files on it that stand as they were written; an edited one is somebody's own."""
    listed = _listed(folder)
    if listed is None:
        return ()
    own = [folder / name for name, checksum in listed[1].items() if _checksum(folder / name) == checksum]
    return (folder / LIST, *own)


def derived_faults(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """Return what is wrong with the files made from a run's logs, each named; nothing if none were made."""
    path = folder / LIST
    if not path.exists():
        return ()
    listed = _listed(folder)
    if listed is None:
        return (f"{path}: cannot be read; the same `isf run` writes it anew",)
    made_of, files, _ = listed
    if made_of != json.loads(manifest.text())["seal"]:
        return (
            f"{path}: table and figures are of another state of the run; the same `isf run` makes them anew",
        )
    return tuple(fault for name, checksum in files.items() if (fault := _fault(folder / name, checksum)))


def _listed(folder: Path) -> tuple[str, dict[str, str], str] | None:
    """Return what the list says: of what was made what, and how it was drawn.

    None if it is none; a path that leaves the folder makes it none.
    """
    try:
        said = json.loads(text_of(folder / LIST))
        files = {str(name): str(checksum) for name, checksum in said["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if any(PurePosixPath(name).is_absolute() or ".." in name or "\\" in name for name in files):
        return None
    return str(said.get("made_of", "")), files, str(said.get("drawn", ""))


def _fault(path: Path, checksum: str) -> str | None:
    found = _checksum(path)
    if found is None:
        return f"{path}: is missing or cannot be read; the same `isf run` writes it anew"
    return (
        None if found == checksum else f"{path}: is not as it was written; the same `isf run` writes it anew"
    )


def _checksum(path: Path) -> str | None:
    try:
        return hashlib.sha256(read_plain(path)).hexdigest()
    except OSError:
        return None
