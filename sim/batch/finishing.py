"""A block made ready for the disk by whoever plays it: joined, encoded and summarised, so that nobody else need.

What is played as a whole comes back as finished bytes. A block that is played in several parts, as in short runs, is
joined by the one who ordered it: from rows where its logs are kept, from the parts' summaries where they are not.
Both ways leave the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.batch.columns import LOGS, Columns, Identity, encoded, joined
from sim.batch.simulation import Failure, Played, Simulation, Violation, merged
from sim.batch.spans import Span
from sim.batch.summary import BlockSummary, summarised
from sim.batch.summary_file import decoded_summary, encoded_summary
from sim.batch.summary_joining import joined_summary


@dataclass(frozen=True, slots=True)
class Finished:
    """A span as it is stored: the Parquet file of each log (none if logs are not kept), and the summary's file.

    Without logs it may be a part of a block; with them it is a whole one.
    """

    span: Span
    files: Mapping[str, bytes]
    checksums: Mapping[str, str]
    """The SHA-256 of each file."""
    summary: bytes
    failures: tuple[Failure, ...]
    violations: tuple[Violation, ...]

    @property
    def bare_summary(self) -> bytes:
        """Return the summary as it is kept where no logs are: it names none."""
        return encoded_summary(_read(self), {}) if self.files else self.summary


FEW = 4_000
"""Of up to so many replications it pays more not to begin processes than to have no lock of the interpreter at all."""

Part = Played | Finished
"""What a worker returns of a span."""


@dataclass(frozen=True, slots=True)
class BlockToMake:
    """A block that is missing: its replications, and whether its logs are kept."""

    span: Span
    keeps_logs: bool


@dataclass(frozen=True, slots=True)
class Finishing:
    """What a worker does with a span: plays it, and finishes it if that is possible there."""

    simulation: Simulation
    digest: str
    """The scenario's, which each file says."""
    blocks: Mapping[int, BlockToMake]

    @property
    def suits_threads(self) -> bool:
        """Tell whether threads are sooner done than processes, which import everything first."""
        count = sum(block.span.count for block in self.blocks.values())
        return count <= FEW and self.simulation.lets_go

    def __call__(self, span: Span) -> Part:
        """Play a span. A whole block comes back finished; a part of one as rows, or without them if none are kept."""
        played = self.simulation(span)
        block = self.blocks[span.block]
        if block.keeps_logs and span != block.span:
            return played
        return self._finished([played], block)

    def block_of(self, parts: Sequence[Part]) -> Finished:
        """Join all parts of a block, in the order of their numbers."""
        block = self.blocks[parts[0].span.block]
        if len(parts) == 1 and isinstance(parts[0], Finished):
            return parts[0]
        rows = [part for part in parts if isinstance(part, Played)]
        if len(rows) == len(parts):
            return self._finished(rows, block)
        assert not block.keeps_logs, "with logs a part is rows, or the whole block"
        bare = [part if isinstance(part, Finished) else self._finished([part], block) for part in parts]
        return _joined_bare(bare)

    def _finished(self, parts: Sequence[Played], block: BlockToMake) -> Finished:
        if block.keeps_logs:
            return with_logs(parts, Identity(self.digest, self.simulation.seed, block.span))
        return without_logs(parts)


def with_logs(parts: Sequence[Played], identity: Identity) -> Finished:
    """Join the parts of a whole block, which `identity` names, and encode its logs and its summary."""
    logs = _joined_logs(parts)
    files = {log: encoded(log, columns, identity) for log, columns in logs.items()}
    checksums = {log: hashlib.sha256(content).hexdigest() for log, content in files.items()}
    summary = encoded_summary(_summary(parts, logs), checksums)
    return Finished(identity.span, files, checksums, summary, *_troubles(parts))


def without_logs(parts: Sequence[Played]) -> Finished:
    """Join parts that follow each other and encode nothing but their summary."""
    span = Span(parts[0].span.first, sum(part.span.count for part in parts))
    summary = encoded_summary(summary_of_rows(parts), {})
    return Finished(span, {}, {}, summary, *_troubles(parts))


def summary_of_rows(parts: Sequence[Played]) -> BlockSummary:
    """Return the summary of parts that follow each other; rows of one part alone need not be joined."""
    return _summary(parts, parts[0].logs if len(parts) == 1 else _joined_logs(parts))


def _joined_bare(parts: Sequence[Finished]) -> Finished:
    span = Span(parts[0].span.first, sum(part.span.count for part in parts))
    summary = encoded_summary(joined_summary([_read(part) for part in parts]), {})
    return Finished(span, {}, {}, summary, *_troubles(parts))


def _joined_logs(parts: Sequence[Played]) -> dict[str, Columns]:
    return {log: joined(log, [part.logs[log] for part in parts]) for log in LOGS}


def _summary(parts: Sequence[Played], logs: Mapping[str, Columns]) -> BlockSummary:
    failed = {failure.number for part in parts for failure in part.failures}
    played = (number for part in parts for number in range(part.span.first, part.span.end))
    return summarised(logs, [number for number in played if number not in failed])


def _read(part: Finished) -> BlockSummary:
    summary = decoded_summary(part.summary, part.checksums)
    assert summary is not None, "it was encoded a moment ago"
    return summary


def _troubles(parts: Sequence[Part]) -> tuple[tuple[Failure, ...], tuple[Violation, ...]]:
    failures = tuple(failure for part in parts for failure in part.failures)
    return failures, merged([each for part in parts for each in part.violations])
