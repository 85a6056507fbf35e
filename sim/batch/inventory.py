"""The runs that a folder holds: listed, checked, and cleared of what is of no use any more."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.batch.columns import LOGS
from sim.batch.files import TEMPORARY_PREFIX, writing
from sim.batch.locks import if_free
from sim.batch.manifest import Manifest, present_versions
from sim.batch.store import SUMMARIES, Store
from sim.errors import IsfError, UsageError

_DEPTHS = ("", "*/", "*/*/")
_RUN_ID = re.compile(r"[0-9a-f]{12}")
_OWN = {
    "": ("manifest.json", "scenario.yaml", "summary.csv"),
    **dict.fromkeys(LOGS, ("block-*.parquet",)),
    SUMMARIES: ("block-*.summary",),
    "failures": ("replication-*.txt",),
    "figures": ("*.svg", "*.png"),
}
"""What the simulator itself writes into a run's folder; nothing else is ever removed."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it stands on disk: its manifest, or what keeps that from being read, and its size in bytes.

    A run without manifest and fault was ended before its first block was whole.
    """

    folder: Path
    manifest: Manifest | None
    fault: str
    size: int


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


def stored_runs(folder: Path) -> tuple[StoredRun, ...]:
    """Return the runs in a folder of runs (or the run that it is), by path.

    UsageError if there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{folder}: there is no such folder; `isf run` keeps runs in outputs, or in its --out"
        )
    found = {
        path.parent
        for name in ("manifest.json", "scenario.yaml")
        for depth in _DEPTHS
        for path in folder.glob(depth + name)
    }
    return tuple(_stored(each) for each in sorted(found) if _is_run(each))


def _is_run(folder: Path) -> bool:
    """Whether a folder holds a run; one that was killed before its first block has the name of one at least."""
    if (folder / "manifest.json").exists():
        return (folder / "transitions").is_dir()
    return _RUN_ID.fullmatch(folder.resolve().name) is not None


def _stored(folder: Path) -> StoredRun:
    size = sum(_size(path) for path in folder.rglob("*") if path.is_file())
    try:
        return StoredRun(folder, Store(folder).manifest(), "", size)
    except (ValueError, IsfError) as error:
        return StoredRun(folder, None, f"{folder / 'manifest.json'}: {error}", size)


def faults_of(run: StoredRun) -> tuple[str, ...]:
    """Return what is wrong with a run's files, each named; nothing if all are as the manifest says."""
    if run.manifest is None:
        return (run.fault or f"{run.folder / 'manifest.json'}: is missing",)
    store = Store(run.folder)
    damaged: list[str] = []
    for record in run.manifest.blocks.values():
        damaged.extend(store.faults(record))
    foreign = [f"{path}: is not in the manifest" for path in store.unlisted(run.manifest)]
    return (*_scenario_faults(run), *damaged, *foreign)


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
    """Yield what may go: whole runs that are of no use any more, and what killed commands left in the others.

    Of no use is a run whose manifest cannot be read, that holds no finished replication, or that other
    versions of the simulator made: it can neither be extended nor compared. A run at which a command works is
    left alone.
    """
    versions = present_versions()
    for run in runs:
        with if_free(run.folder) as free:
            if free and (removal := _removal(run, versions)).files:
                yield removal


def _removal(run: StoredRun, versions: dict[str, str]) -> Removal:
    manifest = run.manifest
    if manifest is None:
        return Removal(run.folder, _own_files(run.folder), "its manifest is missing or cannot be read")
    if manifest.replications == len(manifest.failed):
        return Removal(run.folder, _own_files(run.folder), "holds no finished replication")
    if dict(manifest.versions) != versions:
        return Removal(run.folder, _own_files(run.folder), "was made with other versions")
    left = (*_unfinished(run.folder), *Store(run.folder).unlisted(manifest))
    return Removal(run.folder, left, "left over by a command that was killed")


def remove(removal: Removal) -> None:
    """Remove the files, and the folders that are empty then; StoreError if the system does not allow it."""
    with if_free(removal.folder) as free:
        if not free:
            return
        for path in removal.files:
            with writing(path):
                path.unlink(missing_ok=True)
        inner = [removal.folder / name for name in _OWN if name]
        for folder in (*inner, removal.folder, removal.folder.parent):
            with contextlib.suppress(OSError):  # one that holds anything else stays
                folder.rmdir()


def _own_files(folder: Path) -> tuple[Path, ...]:
    named = [
        path for name, patterns in _OWN.items() for each in patterns for path in (folder / name).glob(each)
    ]
    return tuple(sorted({*named, *_unfinished(folder)}))


def _unfinished(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for name in _OWN for path in (folder / name).glob(f"{TEMPORARY_PREFIX}*")))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
