"""A run folder: blocks of Parquet files with a manifest that says which of them are done.

::

    outputs/<scenario>/<run id>/
      scenario.yaml                       the resolved scenario
      manifest.json                                written first, and after the files of each block
      transitions/block-00000-5d41402a.parquet     replications 0 … 249
      signals/…  waits/…  numbers/…
      summaries/block-00000-….summary              what all answers need of the block, made from its logs
      failures/replication-00017.txt      only if there are any

The name of a block's file ends in the first digits of its checksum. So a block that is made anew, because the
run is extended or a failure mended, stands *beside* the old one until the manifest lists it, and only then is
the old one removed: however a command ends, what the manifest lists is there.

A block whose logs are not kept (`isf run --logs none`) has its summary alone, whose checksum the manifest holds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.batch.columns import LOGS
from sim.batch.files import sweep, write_atomically, write_if_new, writing
from sim.batch.manifest import BlockRecord, Manifest, read_manifest
from sim.batch.summary import BlockSummary
from sim.batch.summary_file import decoded_summary, encoded_summary, is_of_this_version
from sim.errors import StoreError, UsageError
from sim.plain_files import open_plain, read_plain, text_of

SUMMARIES = "summaries"
"""The folder of the blocks' summaries."""

_BLOCK_FILE = re.compile(r"block-\d{5,}(-[0-9a-f]{8})?\.(parquet|summary)")
_CHUNK = 1 << 20
_SCENARIOS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Store:
    """One run folder."""

    folder: Path

    def sweep(self, manifest: Manifest) -> None:
        """Remove what killed commands left: unfinished files, and block files the manifest does not list."""
        for folder in (
            self.folder,
            *(self.folder / log for log in (*LOGS, SUMMARIES, "failures", "figures")),
        ):
            sweep(folder)
        for path in self.unlisted(manifest):
            with writing(path):
                path.unlink(missing_ok=True)

    def unlisted(self, manifest: Manifest) -> tuple[Path, ...]:
        """Return the block files that the manifest does not list, by path."""
        listed = {path for record in manifest.blocks.values() for path in self.block_files(record)}
        found = [path for log in (*LOGS, SUMMARIES) for path in (self.folder / log).glob("block-*")]
        return tuple(
            sorted(path for path in found if _BLOCK_FILE.fullmatch(path.name) and path not in listed)
        )

    def manifest(self) -> Manifest | None:
        """Return the manifest, None if there is none; ValueError if it is not one."""
        try:
            return read_manifest(text_of(self.folder / "manifest.json"))
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
        """Write the manifest, unless it stands there already."""
        write_if_new(self.folder / "manifest.json", manifest.text().encode())

    def save_scenario(self, text: str) -> None:
        """Write the resolved scenario, unless it stands there already."""
        write_if_new(self.folder / "scenario.yaml", text.encode())

    def block_path(self, log: str, record: BlockRecord) -> Path:
        """Return where a block of a log stands."""
        return self.folder / log / block_name(record.span.block, record.files[log])

    def save_block(self, record: BlockRecord, files: Mapping[str, bytes], summary: bytes) -> None:
        """Write the files of a block, one a log that is kept, and its summary beside those that stand."""
        for log in record.files:
            write_atomically(self.block_path(log, record), files[log])
        write_atomically(self.summary_path(record), summary)

    def block_files(self, record: BlockRecord) -> tuple[Path, ...]:
        """Return where the files of a block stand, its summary among them."""
        return (*(self.block_path(log, record) for log in record.files), self.summary_path(record))

    def drop_block(self, record: BlockRecord, instead: BlockRecord) -> None:
        """Remove the files of a block that the manifest lists no more, since it lists another one instead."""
        for path in set(self.block_files(record)) - set(self.block_files(instead)):
            with writing(path):
                path.unlink(missing_ok=True)

    def summary_path(self, record: BlockRecord) -> Path:
        """Return where the summary of a block stands: named by the checksums of its logs, or its own without them."""
        made_of = record.summary
        if record.files:
            made_of = hashlib.sha256("".join(record.files[log] for log in LOGS).encode()).hexdigest()
        return self.folder / SUMMARIES / f"block-{record.span.block:05d}-{made_of[:8]}.summary"

    def save_summary(self, record: BlockRecord, summary: BlockSummary) -> None:
        """Write the summary of a block beside its logs."""
        write_atomically(self.summary_path(record), encoded_summary(summary, record.files))

    def summary(self, record: BlockRecord) -> BlockSummary | None:
        """Return the summary of a block; None if there is none, or it is not that of just this block."""
        try:
            content = read_plain(self.summary_path(record))
        except OSError:
            return None
        if not record.files and hashlib.sha256(content).hexdigest() != record.summary:
            return None
        return decoded_summary(content, record.files)

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
        """Return what is wrong with the files of a block: missing, unreadable, damaged or foreign.

        A summary beside logs has no faults: it is made anew from them.
        """
        listed = {self.block_path(log, record): checksum for log, checksum in record.files.items()}
        listed = listed or {self.summary_path(record): record.summary}
        faults = tuple(fault for path, checksum in listed.items() if (fault := _fault(path, checksum)))
        if not faults and not record.files and not is_of_this_version(read_plain(*listed)):
            return (f"{self.summary_path(record)}: is of another version of the simulator",)
        return faults

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


def _fault(path: Path, checksum: str) -> str | None:
    digest = hashlib.sha256()
    try:
        with open_plain(path) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return f"{path}: is missing"
    except OSError as error:
        return f"{path}: cannot be read ({error.strerror})"
    if digest.hexdigest() != checksum:
        return f"{path}: is damaged or foreign (its checksum is not the manifest's)"
    return None


def check_not_of_a_run(path: Path) -> None:
    """Raise UsageError for a file to be written that is one of a run's own, or a YAML file that stands there."""
    own = (
        "manifest.json",
        "scenario.yaml",
        "derived.json",
        "summary.csv",
        "failures",
        "figures",
        "paths",
        SUMMARIES,
        *LOGS,
    )
    place = path.absolute()
    for folder in (place.parent, place.parent.parent):
        if place.relative_to(folder).parts[0] in own and (folder / "manifest.json").exists():
            raise UsageError(f"{path}: is one of the files of the run in {folder}; choose another name")
    if path.suffix.lower() in _SCENARIOS and path.exists():
        raise UsageError(f"{path}: is there already, and may be a scenario; choose another name")


def block_name(block: int, checksum: str) -> str:
    """Return the name of a block's file."""
    return f"block-{block:05d}-{checksum[:8]}.parquet"
