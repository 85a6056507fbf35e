"""The work on one run folder while it is held: what is missing is played, and each block stored as it is whole."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from functools import cached_property

from sim.batch.finishing import BlockToMake, Finished, Finishing, Part
from sim.batch.manifest import BlockRecord
from sim.batch.playing import play
from sim.batch.replaying import anew, check_replayed
from sim.batch.rerunning import rerun_command
from sim.batch.resuming import Resumed
from sim.batch.retention import Retention
from sim.batch.simulation import Failure, Simulation
from sim.batch.spans import SCOUTS, Span, blocks_of, part_size, split
from sim.batch.store import Store
from sim.batch.workers import Workers
from sim.errors import StoreError

Progress = Callable[[int, int, int], None]
"""Called with the replications done, wanted and failed, first with what was stored already."""


_LISTED_SELDOM = 20
"""How many times as long as the manifest takes to be written the next one waits."""


class Completion:
    """The work on one run folder while it is held."""

    def __init__(
        self, store: Store, stored: Resumed, replications: int, progress: Progress, retention: Retention
    ) -> None:
        self.store = store
        self.manifest = stored.manifest
        self.progress = progress
        self._retention = retention
        self._had_logs = stored.with_logs
        self._unlisted: list[tuple[BlockRecord | None, BlockRecord]] = []
        """Blocks that stand and are not in the manifest on disk yet, each with the one it replaces."""
        self._listing_due = 0.0
        self.made = 0
        self.hopeless = False
        """Whether each of the first replications failed, so that the run stopped there."""
        # A run has no gaps: what lies before a block that is stored already is made too.
        self.wanted = max([replications, *(record.span.end for record in self.manifest.blocks.values())])

    @cached_property
    def missing(self) -> tuple[Span, ...]:
        """The blocks that are to be made."""
        return tuple(span for span in blocks_of(self.wanted) if not self._stands(span))

    @property
    def for_logs_alone(self) -> int:
        """How many replications stand, and are played again since their logs are asked for and not kept."""
        standing = self.manifest.blocks
        spans = (span for span in self.missing if self._is_sound(standing.get(span.block), span))
        return sum(span.count for span in spans)

    def stand(self) -> None:
        """Say that nothing is missing."""
        self.progress(self.wanted, self.wanted, 0)

    def complete(self, workers: Workers, simulation: Simulation) -> None:
        """Make the blocks that are missing, and save each as soon as it is whole; list them as they come."""
        missing = self.missing
        count = sum(span.count for span in missing)
        self.progress(self.wanted - count, self.wanted, 0)
        finishing = Finishing(
            simulation,
            self.manifest.digest,
            {span.block: BlockToMake(span, self._keeps_logs(span)) for span in missing},
        )
        parts = split(missing, part_size(count, workers.jobs), first=SCOUTS)
        try:
            with closing(play(workers, finishing, parts)) as playing:
                reported = _reported(playing, self.progress, self.wanted - count, self.wanted)
                for block in _whole_blocks(self._while_hopeful(reported, finishing), finishing):
                    self._save(block)
                    self.made += block.span.count
        except BaseException:
            with suppress(StoreError):  # a disk that is full is told of once
                self._list()
            raise
        self._list()

    def _while_hopeful(self, parts: Iterator[Part], finishing: Finishing) -> Iterator[Part]:
        """Yield the parts; when each of the first replications failed, save those alone and end."""
        for part in parts:
            if part.span == Span(0, SCOUTS) and self._hopeless_after(part):
                self.hopeless = True
                self.manifest = replace(self.manifest, blocks={})
                self.store.save_manifest(self.manifest)
                self.store.sweep(self.manifest)
                alone = replace(finishing.blocks[0], span=part.span)
                self._save(replace(finishing, blocks={0: alone}).block_of([part]))
                self.made = SCOUTS
                return
            yield part

    def _hopeless_after(self, scouts: Part) -> bool:
        """Tell whether nothing has finished so far, with more to come."""
        finished = any(record.span.count > len(record.failed) for record in self.manifest.blocks.values())
        return not finished and len(scouts.failures) == scouts.span.count < self.wanted

    @property
    def without_logs(self) -> int:
        """Return how many replications stand without the logs that are asked for."""
        standing = (record for record in self.manifest.blocks.values() if not record.files)
        return sum(record.span.count for record in standing if self._retention.misses(record.span))

    def _stands(self, span: Span) -> bool:
        record = self.manifest.blocks.get(span.block)
        if record is None or not self._is_sound(record, span):
            return False
        return bool(record.files) or not self._retention.misses(span)

    @staticmethod
    def _is_sound(record: BlockRecord | None, span: Span) -> bool:
        return record is not None and record.span == span and not record.failed

    def _keeps_logs(self, span: Span) -> bool:
        """Tell whether a block keeps its logs: also one that had some before."""
        return self._retention.keeps(span) or span.block in self._had_logs

    def _save(self, block: Finished) -> None:
        span = block.span
        texts = {failure.number: self._failure_text(failure) for failure in block.failures}
        self.store.save_failures(span.first, span.count, texts)
        record = BlockRecord(
            span=span,
            files=block.checksums,
            failed=tuple(failure.number for failure in block.failures),
            violations=block.violations,
            summary="" if block.files else hashlib.sha256(block.summary).hexdigest(),
        )
        before = self.manifest.blocks.get(span.block)
        if before is not None:
            remedy = anew(self.store.folder, self.manifest.seed, self.wanted)
            check_replayed(before, record, block, remedy)
        self.store.save_block(record, block.files, block.summary)
        self.manifest = replace(self.manifest, blocks={**self.manifest.blocks, span.block: record})
        self._unlisted.append((before, record))
        if time.monotonic() >= self._listing_due:
            self._list()

    def _list(self) -> None:
        """Write the manifest with all blocks that stand, and then drop those that it lists no more.

        It grows with the run: so that it never takes more than a twentieth of the time, the next one waits. A command
        that is killed meanwhile loses those seconds, no more.
        """
        if not self._unlisted:
            return
        began = time.monotonic()
        self.store.save_manifest(self.manifest)
        while self._unlisted:
            before, record = self._unlisted[-1]
            if before is not None:
                self.store.drop_block(before, record)
            self._unlisted.pop()
        now = time.monotonic()
        self._listing_due = now + _LISTED_SELDOM * (now - began)

    def _failure_text(self, failure: Failure) -> str:
        command = rerun_command(self.store.folder / "scenario.yaml", failure.number, self.manifest.seed)
        return (
            f"Replication {failure.number} of “{self.manifest.scenario}” (seed {self.manifest.seed}) "
            f"failed:\n{failure.error}\n\nRe-run it alone:\n  {command}\n\n{failure.traceback}"
        )


def _whole_blocks(parts: Iterator[Part], finishing: Finishing) -> Iterator[Finished]:
    """Yield each block, its parts joined in order, as soon as the last of them is there."""
    waiting: dict[int, list[Part]] = {}
    for part in parts:
        block = part.span.block
        waiting.setdefault(block, []).append(part)
        if sum(each.span.count for each in waiting[block]) == finishing.blocks[block].span.count:
            yield finishing.block_of(sorted(waiting.pop(block), key=lambda each: each.span))


def _reported(parts: Iterator[Part], progress: Progress, done: int, wanted: int) -> Iterator[Part]:
    failed = 0
    for part in parts:
        done += part.span.count
        failed += len(part.failures)
        progress(done, wanted, failed)
        yield part
