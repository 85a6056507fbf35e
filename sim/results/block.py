"""A block of a stored run, read only if it is the one that the manifest lists."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.store import Store
from sim.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa

_LOOKS = 4
_PAUSE_SECONDS = 0.25
_OF_THE_RUN = ("digest", "seed", "versions")


@dataclass(frozen=True)
class Listing:
    """The blocks of a run in `folder` as its manifest lists them."""

    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def _files(self) -> Mapping[int, Mapping[str, str]]:
        return {record["block"]: record["files"] for record in self.manifest.get("blocks", ())}

    def checksum(self, log: str, block: int) -> str | None:
        """Return the SHA-256 of a block's file; None where a manifest made in memory lists none."""
        files = self._files.get(block)
        return files[log] if files else None

    def checksum_by_now(self, log: str, block: int) -> str | None:
        """Return what the manifest on disk lists now, if it is still of the same run."""
        try:
            present = Store(self.folder).manifest()
        except ValueError:
            return None
        if present is None or any(getattr(present, key) != self.manifest[key] for key in _OF_THE_RUN):
            return None
        record = present.blocks.get(block)
        return record.files[log] if record else None


def read_block(listing: Listing, log: str, block: int, columns: list[str] | None) -> pa.Table:
    """Read a block of a log, if its file has the checksum that is listed.

    A command that extends the run meanwhile replaces its last block by one that holds the same replications
    and more; that is taken too, once it is listed. StoreError for anything else.
    """
    import pyarrow as pa
    from pyarrow import parquet

    path = Store(listing.folder).block_path(log, block)
    try:
        content = _content(path, listing, log, block)
        return parquet.read_table(pa.BufferReader(content), columns=columns)
    except (OSError, pa.ArrowException) as fault:
        line = " ".join(str(fault).split())
        raise StoreError(f"{path} cannot be read ({line}); the same `isf run` again mends it") from None


def _content(path: Path, listing: Listing, log: str, block: int) -> bytes:
    checksum = listing.checksum(log, block)
    for look in range(_LOOKS):
        content = path.read_bytes()
        if checksum is None:
            return content
        digest = hashlib.sha256(content).hexdigest()
        if digest == checksum or digest == listing.checksum_by_now(log, block):
            return content
        if look + 1 < _LOOKS:  # an extended block is there a moment before the manifest lists it
            time.sleep(_PAUSE_SECONDS)
    raise StoreError(
        f"{path} is damaged or foreign (its checksum is not the manifest's); the same `isf run` again mends it"
    )
