"""What a run would take, from a short sample played now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.columns import LOGS, Identity, encoded, joined
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
) -> RunCost:
    """Play a sample of at most `within` seconds and return what the rest would take; nothing is written."""
    model = model or standard_model()
    simulation = Simulation.of(model, model.compile(resolved.scenario), seed)
    simulation(Span(0, 1))  # what is imported and filled on first use is paid once, not in each replication
    played: list[Played] = []
    began = time.perf_counter()
    while len(played) * _PIECE < SAMPLE:
        played.append(simulation(Span(len(played) * _PIECE, _PIECE)))
        if time.perf_counter() - began > within:
            break
    seconds = (time.perf_counter() - began) / (len(played) * _PIECE)
    missing = _missing(Store(folder), resolved.digest, replications)
    return RunCost(
        replications=replications,
        missing=missing,
        seconds=missing * seconds / jobs,
        size=round(missing * _bytes(played)),
        sampled=len(played) * _PIECE,
        failed=sum(len(part.failures) for part in played),
    )


def _bytes(played: Sequence[Played]) -> float:
    """Return the bytes that each further replication adds to a block, from how its file grows."""
    if len(played) == 1:
        return _size(played) / _PIECE
    return max(0.0, (_size(played) - _size(played[:1])) / ((len(played) - 1) * _PIECE))


def _size(played: Sequence[Played]) -> int:
    identity = Identity("", 0, Span(0, _PIECE))
    return sum(len(encoded(log, joined(log, [part.logs[log] for part in played]), identity)) for log in LOGS)


def _missing(store: Store, digest: str, replications: int) -> int:
    try:
        manifest = store.manifest()
    except (ValueError, StoreError):
        return replications
    if manifest is None or manifest.digest != digest:
        return replications
    stands = {record.span for record in manifest.blocks.values() if not record.failed}
    return sum(span.count for span in blocks_of(replications) if span not in stands)
