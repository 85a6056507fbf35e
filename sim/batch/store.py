"""A run folder: blocks of Parquet files with a manifest that says which of them are done.

::

    outputs/<scenario>/<run id>/
      scenario.yaml                       the resolved scenario
      manifest.json                       written after the files of each block
      transitions/block-00000.parquet     replications 0 … 249
      signals/…  waits/…  numbers/…
      summaries/block-00000.summary       what all answers need of the block, made from its logs
      failures/replication-00017.txt      only if there are any
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.batch.columns import LOGS
from sim.batch.files import sweep, write_atomically, writing
from sim.batch.manifest import BlockRecord, Manifest, read_manifest
from sim.batch.summary import BlockSummary, decoded_summary, encoded_summary
from sim.errors import StoreError

SUMMARIES = "summaries"
"""The folder of the blocks' summaries."""

_BLOCK_FILE = re.compile(r"block-(\d{5,})\.(parquet|summary)")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Store:
    """One run folder."""

    folder: Path

    def prepare(self) -> None:
        """Make the folder; StoreError if that is impossible."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def sweep(self, manifest: Manifest) -> None:
        """Remove what killed commands left: unfinished files, and block files the manifest does not list."""
        for folder in (self.folder, *(self.folder / log for log in (*LOGS, SUMMARIES, "failures"))):
            sweep(folder)
        for path in self.unlisted(manifest):
            with writing(path):
                path.unlink(missing_ok=True)

    def unlisted(self, manifest: Manifest) -> tuple[Path, ...]:
        """Return the block files that the manifest does not list, by path."""
        found = []
        for log in (*LOGS, SUMMARIES):
            for path in (self.folder / log).glob("block-*"):
                match = _BLOCK_FILE.fullmatch(path.name)
                if match and int(match[1]) not in manifest.blocks:
                    found.append(path)
        return tuple(sorted(found))

    def manifest(self) -> Manifest | None:
        """Return the manifest, None if there is none; ValueError if it is not one."""
        try:
            return read_manifest((self.folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{self.folder / 'manifest.json'}: cannot be read: {error.strerror}") from error

    def held(self) -> int:
        """Return how many replications stand here, failed ones included; 0 without a manifest to read."""
        try:
            manifest = self.manifest()
        except (ValueError, StoreError):
            return 0
        return manifest.replications if manifest else 0

    def save_manifest(self, manifest: Manifest) -> None:
        """Write the manifest."""
        write_atomically(self.folder / "manifest.json", manifest.text().encode())

    def save_scenario(self, text: str) -> None:
        """Write the resolved scenario, unless it stands there already."""
        path, content = self.folder / "scenario.yaml", text.encode()
        with contextlib.suppress(OSError):
            if path.read_bytes() == content:
                return
        write_atomically(path, content)

    def block_path(self, log: str, block: int) -> Path:
        """Return where a block of a log stands."""
        return self.folder / log / f"block-{block:05d}.parquet"

    def save_block(self, block: int, files: Mapping[str, bytes]) -> dict[str, str]:
        """Write the files of a block, one a log; return the SHA-256 of each."""
        for log in LOGS:
            write_atomically(self.block_path(log, block), files[log])
        return {log: hashlib.sha256(files[log]).hexdigest() for log in LOGS}

    def summary_path(self, block: int) -> Path:
        """Return where the summary of a block stands."""
        return self.folder / SUMMARIES / f"block-{block:05d}.summary"

    def save_summary(self, record: BlockRecord, summary: BlockSummary) -> None:
        """Write the summary of a block beside its logs."""
        write_atomically(self.summary_path(record.span.block), encoded_summary(summary, record.files))

    def summary(self, block: int, files: Mapping[str, str] | None) -> BlockSummary | None:
        """Return the summary of a block made of logs with these checksums (None: any); None if there is none."""
        try:
            content = self.summary_path(block).read_bytes()
        except OSError:
            return None
        return decoded_summary(content, files)

    def sound(self, blocks: Iterable[BlockRecord], warn: Callable[[str], None]) -> dict[int, BlockRecord]:
        """Return the blocks whose files are there and have their checksums; name the others in a warning."""
        sound = {}
        for record in blocks:
            if faults := self.faults(record):
                warn(f"{'; '.join(faults)}: the block is made again")
            else:
                sound[record.span.block] = record
        return sound

    def faults(self, record: BlockRecord) -> tuple[str, ...]:
        """Return what is wrong with the files of a block: missing, unreadable, damaged or foreign."""
        return tuple(fault for log in LOGS if (fault := self._fault(log, record)))

    def failure_path(self, number: int) -> Path:
        """Return where the record of a failed replication stands."""
        return self.folder / "failures" / f"replication-{number:05d}.txt"

    def save_failures(self, first: int, count: int, texts: Mapping[int, str]) -> None:
        """Write a file for each failed replication of a span, and remove those that no longer fail."""
        folder = self.folder / "failures"
        for number, text in texts.items():
            write_atomically(self.failure_path(number), text.encode(errors="replace"))
        if not folder.is_dir():
            return
        with writing(folder):
            for path in folder.glob("replication-*.txt"):
                digits = path.stem.removeprefix("replication-")
                if digits.isdecimal() and first <= int(digits) < first + count and int(digits) not in texts:
                    path.unlink(missing_ok=True)
            if not any(folder.iterdir()):
                folder.rmdir()

    def _fault(self, log: str, record: BlockRecord) -> str | None:
        path = self.block_path(log, record.span.block)
        digest = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            return f"{path}: is missing"
        except OSError as error:
            return f"{path}: cannot be read ({error.strerror})"
        if digest.hexdigest() != record.files[log]:
            return f"{path}: is damaged or foreign (its checksum is not the manifest's)"
        return None
