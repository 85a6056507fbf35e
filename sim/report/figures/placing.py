"""Where labels go so that none overlaps another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle in pixels."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Rectangle) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: Rectangle) -> bool:
        """Whether this lies wholly inside the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Centres as near as can be to the wanted ones, in their order, that do not overlap within [low, high].

    Least squares by pooling: neighbours that would overlap move together around their common middle. Labels
    that are larger than the room in all start at `low` and run past `high`.
    """
    order = sorted(range(len(wanted)), key=lambda place: (wanted[place], place))
    groups: list[tuple[list[int], float, float]] = []  # members, sum of wanted starts, size of all
    for place in order:
        members, starts, size = [place], wanted[place] - sizes[place] / 2, sizes[place]
        while groups:
            before, before_starts, before_size = groups[-1]
            if before_starts / len(before) + before_size <= starts / len(members):
                break
            groups.pop()
            starts = before_starts + starts - before_size * len(members)
            members, size = before + members, before_size + size
        groups.append((members, starts, size))
    return _inside(groups, sizes, low, high)


def _inside(
    groups: Sequence[tuple[list[int], float, float]], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Centres of the groups, pushed up from `low` and then down from `high`."""
    begins = [starts / len(members) for members, starts, _ in groups]
    edge = high
    for place in reversed(range(len(groups))):
        begins[place] = min(begins[place], edge - groups[place][2])
        edge = begins[place]
    edge = low
    centres = [0.0] * len(sizes)
    for begin, (members, _, _) in zip(begins, groups, strict=True):
        edge = max(begin, edge)
        for member in members:
            centres[member] = edge + sizes[member] / 2
            edge += sizes[member]
    return centres


def free_place(
    point: tuple[float, float],
    size: tuple[float, float],
    room: Rectangle,
    taken: Sequence[Rectangle],
    gap: float,
) -> tuple[float, float]:
    """Lower left corner of a label of that size near the point: the first one in `room` that hits nothing.

    Where nothing is free (a room smaller than its labels) the candidate that hits least is taken.
    """
    width, height = size
    best: tuple[int, int, float, float] | None = None
    for place, (left, bottom) in enumerate(_candidates(point, size, room, gap)):
        box = Rectangle(left, bottom, left + width, bottom + height)
        hits = sum(box.overlaps(other) for other in taken) + (0 if box.within(room) else 100)
        if hits == 0:
            return left, bottom
        if best is None or (hits, place) < best[:2]:
            best = (hits, place, left, bottom)
    return (best[2], best[3]) if best else point


def _candidates(
    point: tuple[float, float], size: tuple[float, float], room: Rectangle, gap: float
) -> Iterator[tuple[float, float]]:
    """Places all around the point, the nearest first; beside it before above and below."""
    (x, y), (width, height) = point, size

    def clamped(left: float) -> float:
        return min(max(left, room.left), room.right - width)

    for ring in range(int((room.top - room.bottom) // (height / 2)) + 1):
        rise = ring * height / 2
        for bottom in (y - height / 2 + rise, y - height / 2 - rise):
            yield x + gap, bottom
            yield x - gap - width, bottom
            if rise >= height / 2 + gap:
                yield clamped(x - width / 2), bottom
                yield clamped(x + gap), bottom
                yield clamped(x - gap - width), bottom
