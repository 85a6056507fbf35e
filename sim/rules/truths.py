"""The truth of a rule over all of time, as an exact step function on whole seconds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truth:
    """When something is true: `initial` before the first of `flips`, and the other way round from each on.

    Flips are seconds since 00:00 of the start, strictly increasing. A flip belongs to what follows it:
    truth is right-continuous, as the signals are.
    """

    initial: bool
    flips: tuple[int, ...] = ()

    def at(self, time: int) -> bool:
        """Say whether it is true at the instant `time`."""
        return self.initial != bool(bisect_right(self.flips, time) % 2)

    def next_flip(self, time: int) -> int | None:
        """Return the first flip after the instant `time`, or None if there is none."""
        position = bisect_right(self.flips, time)
        return self.flips[position] if position < len(self.flips) else None

    def intervals(self) -> Iterator[tuple[int | None, int | None]]:
        """Yield each stretch [begin, end) in which it is true; None is the beginning or the end of time."""
        edges: list[int | None] = [*([None] if self.initial else []), *self.flips]
        edges += [None] if len(edges) % 2 else []
        yield from zip(edges[::2], edges[1::2], strict=True)

    def inverted(self) -> Truth:
        """Return when it is false."""
        return Truth(not self.initial, self.flips)

    def from_first(self) -> Truth:
        """Return when it is or was ever true."""
        return Truth(True) if self.initial else Truth(False, self.flips[:1])

    def throughout(self, length: int) -> Truth:
        """Return when it was true at every instant of [t − length, t].

        Each stretch [a, b) becomes [a + length, b), and vanishes if that is empty.
        """
        kept = [
            (None if begin is None else begin + length, end)
            for begin, end in self.intervals()
            if begin is None or end is None or begin + length < end
        ]
        return _joined(kept)

    def within(self, length: int) -> Truth:
        """Return when it was true at some instant of [t − length, t].

        Each stretch [a, b) becomes [a, b + length); those that then meet are one.
        """
        return self.inverted().throughout(length).inverted()


def counted(parts: Sequence[Truth], count: int) -> Truth:
    """Return when at least `count` of the `parts` are true."""
    changes: dict[int, int] = {}
    for part in parts:
        step = -1 if part.initial else 1
        for flip in part.flips:
            changes[flip] = changes.get(flip, 0) + step
            step = -step
    level = sum(part.initial for part in parts)
    initial = now = level >= count
    flips = []
    for time in sorted(changes):
        level += changes[time]
        if (level >= count) != now:
            now = not now
            flips.append(time)
    return Truth(initial, tuple(flips))


def _joined(stretches: Sequence[tuple[int | None, int | None]]) -> Truth:
    """Return the truth that holds in the given stretches, which are in order and do not touch."""
    initial = bool(stretches) and stretches[0][0] is None
    return Truth(initial, tuple(edge for stretch in stretches for edge in stretch if edge is not None))
