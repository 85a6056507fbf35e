"""What a run folder holds already that need not be played again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.batch.manifest import Manifest
from sim.batch.store import Store
from sim.errors import StoreError


def kept(store: Store, empty: Manifest, replications: int, warn: Callable[[str], None]) -> Manifest:
    """Return the manifest with what is stored, sound, and made by the present versions."""
    path = store.folder / "manifest.json"
    try:
        stored = store.manifest()
    except ValueError as error:
        warn(f"{path}: {error}; the run is made again")
        return empty
    if stored is None:
        return empty
    if (stored.scenario, stored.digest, stored.seed) != (empty.scenario, empty.digest, empty.seed):
        warn(f"{path}: is of another scenario or seed; the run is made again")
        return empty
    if stored.versions != empty.versions:
        difference = _difference(stored, empty)
        if stored.replications > replications:
            raise StoreError(
                f"{store.folder}: holds {stored.replications:,} replications made with {difference}; "
                f"results of two versions do not go into one run: ask for -n {stored.replications} to make "
                "them all again, or give another folder with --out"
            )
        warn(f"{store.folder}: was made with {difference}; the run is made again")
        return empty
    return replace(stored, blocks=store.sound(stored.blocks.values(), warn))


def _difference(stored: Manifest, present: Manifest) -> str:
    names = sorted({*stored.versions, *present.versions})
    return ", ".join(
        f"{name} {stored.versions.get(name, 'none')} (now {present.versions.get(name, 'none')})"
        for name in names
        if stored.versions.get(name) != present.versions.get(name)
    )
