"""What a run folder holds already that need not be played again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sim.batch.manifest import Manifest
from sim.batch.store import Store
from sim.errors import StoreError


@dataclass(frozen=True, slots=True)
class Resumed:
    """The manifest of what stands, and the numbers of the blocks that had logs, whether they stand or not."""

    manifest: Manifest
    with_logs: frozenset[int] = frozenset()


def resumed(store: Store, empty: Manifest, replications: int, warn: Callable[[str], None]) -> Resumed:
    """Return what is stored, sound, and made by the present versions."""
    path = store.folder / "manifest.json"
    try:
        stored = store.manifest()
    except ValueError as error:
        warn(f"{path}: {error}; the run is made again")
        return Resumed(empty)
    if stored is None:
        return Resumed(empty)
    if (stored.scenario, stored.digest, stored.seed) != (empty.scenario, empty.digest, empty.seed):
        warn(f"{path}: is of another scenario or seed; the run is made again")
        return Resumed(empty)
    with_logs = frozenset(block for block, record in stored.blocks.items() if record.files)
    if stored.versions != empty.versions:
        difference = _difference(stored, empty)
        if stored.replications > replications:
            raise StoreError(
                f"{store.folder}: holds {stored.replications:,} replications made with {difference}; "
                f"results of two versions do not go into one run: ask for -n {stored.replications} to make "
                "them all again, or give another folder with --out"
            )
        warn(f"{store.folder}: was made with {difference}; the run is made again")
        return Resumed(empty, with_logs)
    return Resumed(replace(stored, blocks=store.sound(stored.blocks.values(), warn)), with_logs)


def _difference(stored: Manifest, present: Manifest) -> str:
    names = sorted({*stored.versions, *present.versions})
    return ", ".join(
        f"{name} {stored.versions.get(name, 'none')} (now {present.versions.get(name, 'none')})"
        for name in names
        if stored.versions.get(name) != present.versions.get(name)
    )
