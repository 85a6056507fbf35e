"""What the worlds of a run hung on: replayed once, in parallel, and kept beside the run.

A replication is a pure function of plan, seed and number, so replaying it is reading it again with more attention.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sim.batch.files import write_atomically
from sim.batch.manifest import present_versions
from sim.batch.playing import performed
from sim.batch.spans import Span
from sim.errors import StoreError, TimeUpError
from sim.model.path import Answer, Bounded, Length, Path, Ran
from sim.plain_files import read_plain
from sim.plan.observations import Stretch

if TYPE_CHECKING:
    from pathlib import Path as File

    from sim.batch.workers import Workers
    from sim.plan.tables import Plan

_MAGIC = b"isf paths 2\n"
_LARGEST = 1 << 31


@dataclass(frozen=True, slots=True)
class Following:
    """Replays a span of replications, and returns their paths by number; those that fail are left out."""

    plan: Plan
    seed: int

    def __call__(self, span: Span) -> dict[int, Path]:
        """Replay a span."""
        from sim.model.replication import followed
        from sim.plan.randomness import Draws

        draws, paths = Draws(self.seed, span.first, span.count), {}
        for number in range(span.first, span.end):
            try:
                paths[number] = followed(self.plan, draws, number)[1]
            except Exception:  # noqa: BLE001 - the run holds its failure; no answer counts it
                continue
        return paths


def paths_of(
    folder: File, plan: Plan, seed: int, spans: Sequence[Span], *, key: str, workers: Workers
) -> Iterator[tuple[Span, dict[int, Path]]]:
    """Yield the paths of all replications of these spans, by number, in any order of the spans.

    They are read from `folder`, or replayed and kept there, where it can be written. `key` stands for scenario,
    seed and versions: paths of another key are made anew. A span that could not be begun in the time allowed to the
    workers is left out. Paths take tens of kilobytes a world: whoever asks takes what is needed of a span and lets
    it go.
    """
    missing = []
    for span in spans:
        known = _read(_file(folder, span), f"{key} {span.first} {span.count}")
        if known is None:
            missing.append(span)
        else:
            yield span, known
    with suppress(TimeUpError):
        for span, found in _replayed(plan, seed, missing, workers):
            with suppress(StoreError):
                write_atomically(_file(folder, span), _written(found, f"{key} {span.first} {span.count}"))
            yield span, found


def key_of(digest: str, seed: int) -> str:
    """Return what stands for a scenario's paths: its digest, the seed and the present versions."""
    text = json.dumps([digest, seed, present_versions()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _replayed(
    plan: Plan, seed: int, spans: Sequence[Span], workers: Workers
) -> Iterator[tuple[Span, dict[int, Path]]]:
    if not spans:
        return
    with closing(performed(workers, Following(plan, seed), spans)) as done:
        yield from done


def _file(folder: File, span: Span) -> File:
    return folder / "paths" / f"block-{span.block:05d}.paths"


def _written(paths: Mapping[int, Path], key: str) -> bytes:
    import pyarrow as pa

    raw = json.dumps({str(number): _as_data(path) for number, path in sorted(paths.items())}).encode()
    content = bytes(pa.compress(raw, codec="zstd", asbytes=True))
    head = f"{key} {len(raw)} {hashlib.sha256(content).hexdigest()}\n".encode()
    return _MAGIC + head + content


def _read(file: File, key: str) -> dict[int, Path] | None:
    import pyarrow as pa

    try:
        magic, head, content = read_plain(file).split(b"\n", 2)
        known, size, checksum = head.decode().rsplit(" ", 2)
        if magic + b"\n" != _MAGIC or known != key or hashlib.sha256(content).hexdigest() != checksum:
            return None
        if not 0 < int(size) < _LARGEST:
            return None
        raw = pa.decompress(content, decompressed_size=int(size), codec="zstd", asbytes=True)
        return {int(number): _from_data(data) for number, data in json.loads(raw).items()}
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


def _as_data(path: Path) -> list[Any]:
    return [
        path.ends,
        path.drawn,
        [[each.outcome, each.yes, _flat(each.silence)] for each in path.answers],
        [[*key, each.beyond, each.lasts, each.seen] for key, each in path.lengths.items()],
        [[each.stream, _flat(each.stretches), each.ended, each.times] for each in path.courses],
        {stream: list(size) for stream, size in path.sizes.items()},
        [list(asdict(each).values()) for each in path.bounded],
        sorted(set(path.unclear)),
    ]


def _from_data(data: list[Any]) -> Path:
    ends, drawn, answers, lengths, courses, sizes, bounded, unclear = data
    return Path(
        ends,
        dict(drawn),
        [Answer(outcome, yes, _stretches(silence)) for outcome, yes, silence in answers],
        {(stream, variate): Length(*rest) for stream, variate, *rest in lengths},
        [Ran(stream, _stretches(stretches), *rest) for stream, stretches, *rest in courses],
        {stream: (clusters, total) for stream, (clusters, total) in sizes.items()},
        [Bounded(*each) for each in bounded],
        list(unclear),
    )


def _flat(stretches: Sequence[Stretch]) -> list[list[float]]:
    return [[each.factor, each.since, each.until, each.counts] for each in stretches]


def _stretches(flat: Sequence[Sequence[Any]]) -> tuple[Stretch, ...]:
    return tuple(Stretch(*each) for each in flat)
