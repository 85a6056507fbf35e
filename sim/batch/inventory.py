"""The runs that a folder holds: listed, checked, and cleared of what is of no use any more."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.batch.columns import LOGS
from sim.batch.derived import derived_faults, derived_files
from sim.batch.files import TEMPORARY_PREFIX, writing
from sim.batch.locks import if_free
from sim.batch.manifest import Manifest, OtherFormatError, present_versions
from sim.batch.store import SUMMARIES, Store
from sim.errors import IsfError, UsageError

_DEPTH = 2
_OWN = {
    "": ("manifest.json", "scenario.yaml", "overdue.json"),
    **dict.fromkeys(LOGS, ("block-*.parquet",)),
    SUMMARIES: ("block-*.summary",),
    "paths": ("block-*.paths",),
    "failures": ("replication-*.txt",),
    "figures": (),
}
"""What the simulator itself writes into a run's folder, besides what `derived.json` lists; nothing else is ever
removed."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it stands on disk: its manifest, or what keeps that from being read, and its size in bytes.

    `is_of_other_format` where the manifest is one, but of another version's format.
    """

    folder: Path
    manifest: Manifest | None
    fault: str
    size: int
    is_of_other_format: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """Files of a run that may go, and why."""

    folder: Path
    files: tuple[Path, ...]
    reason: str

    @property
    def size(self) -> int:
        """Return how many bytes that frees."""
        return sum(map(_size, self.files))


def stored_runs(folder: Path, warn: Callable[[str], None] = lambda message: None) -> tuple[StoredRun, ...]:
    """Return the runs in a folder of runs (or the run that it is), by path; `warn` of folders not to be read.

    A run is what has a manifest and a folder of transitions or summaries, or nothing but a manifest to be read.
    UsageError if there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{folder}: there is no such folder; `isf run` keeps runs in outputs, or in its --out"
        )
    return tuple(_stored(each) for each in sorted(_with_manifest(folder, _DEPTH, warn)) if _is_run(each))


def _with_manifest(folder: Path, depth: int, warn: Callable[[str], None]) -> Iterator[Path]:
    """Yield the folders with a manifest, at most so many levels down; links to folders are not followed."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        warn(f"{folder}: cannot be read ({error.strerror}); what is in it is not listed")
        return
    if any(entry.name == "manifest.json" for entry in found):
        yield folder
    elif depth:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from _with_manifest(folder / entry.name, depth - 1, warn)


def _is_run(folder: Path) -> bool:
    blocks = ((folder / name).is_dir() for name in ("transitions", SUMMARIES))
    return any(blocks) or _stored(folder).manifest is not None


def _stored(folder: Path) -> StoredRun:
    size = sum(_size(path) for path in folder.rglob("*") if path.is_file())
    path = folder / "manifest.json"
    try:
        manifest = Store(folder).manifest()
    except OtherFormatError as error:
        return StoredRun(folder, None, f"{path}: {error}", size, is_of_other_format=True)
    except (ValueError, IsfError) as error:
        return StoredRun(folder, None, f"{path}: {error}", size)
    return StoredRun(folder, manifest, "" if manifest else f"{path}: is missing", size)


def faults_of(run: StoredRun) -> tuple[str, ...]:
    """Return what is wrong with a run's files, each named; nothing if all are as the manifest says."""
    if run.manifest is None:
        return (run.fault,)
    store = Store(run.folder)
    damaged: list[str] = []
    for record in run.manifest.blocks.values():
        damaged.extend(store.faults(record))
    foreign = [f"{path}: is not in the manifest" for path in store.unlisted(run.manifest)]
    return (*_scenario_faults(run), *damaged, *foreign, *derived_faults(run.folder, run.manifest))


def _scenario_faults(run: StoredRun) -> tuple[str, ...]:
    from sim.scenario.loading import load_resolved

    assert run.manifest is not None
    path = run.folder / "scenario.yaml"
    try:
        digest = load_resolved(path).digest
    except IsfError as error:
        return (f"{path}: cannot be read as a scenario: {str(error).splitlines()[0]}",)
    return () if digest == run.manifest.digest else (f"{path}: is another scenario than the manifest's",)


def removals(runs: Iterable[StoredRun]) -> Iterator[Removal]:
    """Yield what may go: what killed commands left, and runs that nothing can be done with.

    Those are runs without a finished replication, and runs made with other versions of the simulator. Only what
    carries the mark of the simulator is ever removed, a manifest that can be read: a folder whose manifest is
    missing or damaged is left alone, as is one at which a command works.
    """
    versions = present_versions()
    for run in runs:
        with if_free(run.folder) as free:
            if free and (removal := _removal(run.folder, versions)):
                yield removal


def _removal(folder: Path, versions: dict[str, str]) -> Removal | None:
    """Return what may go of a run as it stands now."""
    run = _stored(folder)
    manifest = run.manifest
    if run.is_of_other_format:
        return Removal(folder, _own_files(folder), "was made with other versions")
    if manifest is None:
        return None
    if manifest.replications == len(manifest.failed):
        return Removal(folder, _own_files(folder), "holds no finished replication")
    if dict(manifest.versions) != versions:
        return Removal(folder, _own_files(folder), "was made with other versions")
    left = (*_unfinished(folder), *Store(folder).unlisted(manifest))
    return Removal(folder, left, "left over by a command that was killed") if left else None


def remove(removal: Removal) -> bool:
    """Remove the files, and the folders that are empty then; tell whether it was done.

    It is decided again while the folder is held: what was made anew since, or is being made, stays. StoreError
    if the system does not allow it.
    """
    with if_free(removal.folder) as free:
        now = _removal(removal.folder, present_versions()) if free else None
        if now is None or now.reason != removal.reason:
            return False
        for path in sorted(set(now.files) & set(removal.files), key=_manifest_last):
            with writing(path):
                path.unlink(missing_ok=True)
        inner = [removal.folder / name for name in _OWN if name]
        for folder in (*inner, removal.folder, removal.folder.parent):
            with contextlib.suppress(OSError):  # one that holds anything else stays
                folder.rmdir()
        return True


def _manifest_last(path: Path) -> tuple[bool, Path]:
    """Order files so that the mark by which a run is known goes last: a killed removal can be finished."""
    return path.name == "manifest.json", path


def _own_files(folder: Path) -> tuple[Path, ...]:
    named = [
        path for name, patterns in _OWN.items() for each in patterns for path in (folder / name).glob(each)
    ]
    return tuple(sorted({*named, *derived_files(folder), *_unfinished(folder)}))


def _unfinished(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for name in _OWN for path in (folder / name).glob(f"{TEMPORARY_PREFIX}*")))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
