"""A block of a stored run, read only if it is the one that the manifest lists."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.batch.columns import Identity
from sim.batch.spans import Span
from sim.batch.store import Store, block_name
from sim.errors import StoreError
from sim.plain_files import read_plain

if TYPE_CHECKING:
    import pyarrow as pa

_LOOKS = 4
_PAUSE_SECONDS = 0.25
_OF_THE_RUN = ("digest", "seed", "versions")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a manifest lists for one block of a log: its file, the file's checksum, what it must hold."""

    path: Path
    checksum: str
    identity: Identity


@dataclass(frozen=True)
class BlockListing:
    """The blocks of a run in `folder` as its manifest lists them."""

    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def _records(self) -> Mapping[int, Mapping[str, Any]]:
        return {record["block"]: record for record in self.manifest["blocks"]}

    def of(self, log: str, block: int) -> Listed:
        """Return what the manifest that was read lists."""
        record = self._records[block]
        return self._listed(log, Span(record["first"], record["count"]), record["files"][log])

    def by_now(self, log: str, block: int) -> Listed | None:
        """Return what the manifest on disk lists now, if it is still of the same run."""
        try:
            present = Store(self.folder).manifest()
        except (ValueError, StoreError):
            return None
        if present is None or any(getattr(present, key) != self.manifest[key] for key in _OF_THE_RUN):
            return None
        record = present.blocks.get(block)
        return self._listed(log, record.span, record.files[log]) if record and record.files else None

    def _listed(self, log: str, span: Span, checksum: str) -> Listed:
        path = self.folder / log / block_name(span.block, checksum)
        return Listed(path, checksum, Identity(self.manifest["digest"], self.manifest["seed"], span))


def read_block(listing: BlockListing, log: str, block: int, columns: list[str] | None) -> pa.Table:
    """Read a block of a log, if its file has the checksum that is listed and says that it is that block.

    A command that extends the run meanwhile replaces its last block by one that holds the same replications
    and more; that is taken too, once it is listed. StoreError for anything else.
    """
    import pyarrow as pa

    listed, content = _found(listing, log, block)
    try:
        table = block_table(content, columns)
    except (OSError, KeyError, pa.ArrowException) as fault:
        line = " ".join(str(fault).split())
        raise StoreError(
            f"{listed.path} cannot be read ({line}); the same `isf run` again mends it"
        ) from None
    if not listed.identity.is_told_by(table.schema.metadata):
        span = listed.identity.span
        raise StoreError(
            f"{listed.path} does not say that it holds replications {span.first} to {span.end - 1} of this "
            "scenario and seed, as the manifest says; the same `isf run` again mends it"
        )
    return table


def block_table(content: bytes, columns: list[str] | None) -> pa.Table:
    """Read the file of a block."""
    import pyarrow as pa
    from pyarrow import parquet

    # No threads: one of Arrow's own that is alive, or holds a Python buffer, while the interpreter ends aborts it.
    # `parquet.read_table` has some however it is asked, since it reads one file as a dataset.
    with parquet.ParquetFile(pa.BufferReader(content), pre_buffer=False) as file:
        table = file.read(columns=columns, use_threads=False)
    return table if columns is None else table.select(columns)


def _found(listing: BlockListing, log: str, block: int) -> tuple[Listed, bytes]:
    fault = ""
    for look in range(_LOOKS):
        for listed in _places(listing, log, block):
            try:
                content = read_plain(listed.path)
            except OSError as error:
                fault = fault or f"{listed.path} cannot be read ({error.strerror})"
                continue
            if hashlib.sha256(content).hexdigest() == listed.checksum:
                return listed, content
            fault = f"{listed.path} is damaged or foreign (its checksum is not the manifest's)"
        if look + 1 < _LOOKS:  # one that is being extended is there a moment before the manifest lists it
            time.sleep(_PAUSE_SECONDS)
    raise StoreError(f"{fault}; the same `isf run` again mends it")


def _places(listing: BlockListing, log: str, block: int) -> Iterator[Listed]:
    first = listing.of(log, block)
    yield first
    now = listing.by_now(log, block)
    if now is not None and now != first:
        yield now
