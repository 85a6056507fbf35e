"""What a run would take, from a short sample played now."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.columns import Identity
from sim.batch.finishing import with_logs, without_logs
from sim.batch.retention import ALL, Retention
from sim.batch.simulation import Model, Played, Simulation, standard_model
from sim.batch.spans import Span, blocks_of
from sim.batch.store import Store
from sim.errors import StoreError

if TYPE_CHECKING:
    from sim.batch.running import Playable

SAMPLE = 25
"""Replications of a sample, if there is time for so many."""

_PIECE = 5


@dataclass(frozen=True, slots=True)
class RunCost:
    """Replications wanted and still to play; expected seconds and bytes of those; failures in the sample."""

    replications: int
    missing: int
    seconds: float
    size: int
    sampled: int
    failed: int


def estimate(
    resolved: Playable,
    *,
    replications: int,
    seed: int,
    folder: Path,
    jobs: int,
    within: float = 2.0,
    model: Model | None = None,
    retention: Retention = ALL,
) -> RunCost:
    """Play a sample of at most `within` seconds and return what the rest would take; nothing is written."""
    model = model or standard_model(replications=replications)
    simulation = Simulation.of(model, model.compile(resolved.scenario), seed)
    simulation(Span(0, 1))  # what is imported and filled on first use is paid once, not in each replication
    played: list[Played] = []
    began = time.perf_counter()
    while len(played) * _PIECE < SAMPLE:
        played.append(simulation(Span(len(played) * _PIECE, _PIECE)))
        if time.perf_counter() - began > within:
            break
    seconds = (time.perf_counter() - began) / (len(played) * _PIECE)
    missing = _missing(Store(folder), resolved.digest, replications, retention)
    count = sum(span.count for span in missing)
    kept = sum(span.count for span in missing if retention.keeps(span))
    return RunCost(
        replications=replications,
        missing=count,
        seconds=count * seconds / jobs,
        size=round(kept * _bytes(played, _size) + (count - kept) * _bytes(played, _size_without_logs)),
        sampled=len(played) * _PIECE,
        failed=sum(len(part.failures) for part in played),
    )


def _bytes(played: Sequence[Played], size: Callable[[Sequence[Played]], int]) -> float:
    """Return the bytes that each further replication adds to a block, from how its files grow."""
    if len(played) == 1:
        return size(played) / _PIECE
    return max(0.0, (size(played) - size(played[:1])) / ((len(played) - 1) * _PIECE))


def _size(played: Sequence[Played]) -> int:
    block = with_logs(played, Identity("", 0, Span(0, _PIECE * len(played))))
    return sum(map(len, block.files.values())) + len(block.summary)


def _size_without_logs(played: Sequence[Played]) -> int:
    return len(without_logs(played).summary)


def _missing(store: Store, digest: str, replications: int, retention: Retention) -> tuple[Span, ...]:
    """Return the blocks that are to be played."""
    blocks = blocks_of(replications)
    try:
        manifest = store.manifest()
    except (ValueError, StoreError):
        return blocks
    if manifest is None or manifest.digest != digest:
        return blocks
    stands = {
        record.span
        for record in manifest.blocks.values()
        if not record.failed and (record.files or not retention.misses(record.span))
    }
    return tuple(span for span in blocks if span not in stands)
