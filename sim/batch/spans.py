"""Spans of replication numbers: the fixed blocks of the store, and the smaller parts that workers play."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from sim.engines.spans import BLOCK, Span

__all__ = ["BLOCK", "MOST_REPLICATIONS", "SCOUTS", "Span", "blocks_of", "part_size", "split"]

MOST_REPLICATIONS = 1_000_000
"""The most replications of one run."""

SCOUTS = 20
"""Replications of the first part of a run: whether all of them fail is known before many are played."""

_PARTS_PER_JOB = 16
_SMALLEST_PART = 10


def blocks_of(replications: int) -> tuple[Span, ...]:
    """Return the blocks that hold replications 0 … `replications` - 1; the last may be partial."""
    return tuple(Span(first, min(BLOCK, replications - first)) for first in range(0, replications, BLOCK))


def part_size(replications: int, jobs: int) -> int:
    """Return how many replications a worker plays at a time.

    Whole blocks in long runs; less in short ones, so that even one block keeps every worker busy until the
    end and progress moves. What is stored does not depend on it.
    """
    even = math.ceil(replications / (_PARTS_PER_JOB * jobs))
    return min(BLOCK, max(_SMALLEST_PART, even))


def split(blocks: Iterable[Span], size: int, first: int | None = None) -> Iterator[Span]:
    """Cut blocks into parts of at most `size` replications, in ascending order, none across two blocks.

    The part that begins with replication 0 holds `first` instead.
    """
    for block in blocks:
        begin = block.first
        while begin < block.end:
            part = Span(begin, min(first if first and begin == 0 else size, block.end - begin))
            yield part
            begin = part.end
