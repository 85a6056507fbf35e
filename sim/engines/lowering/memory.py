"""What is written while a plan is lowered: rows of numbers one behind the other, and words numbered as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sim.engines import layout as at


@dataclass
class Memory:
    """The two arrays: rows are appended to them."""

    ints: list[int] = field(default_factory=list)
    floats: list[float] = field(default_factory=list)

    def rows(self, values: Sequence[int]) -> int:
        """Append whole numbers; return the place of the first."""
        place = len(self.ints)
        self.ints.extend(int(value) for value in values)
        return place

    def floated(self, values: Sequence[float]) -> int:
        """Append floats; return the place of the first."""
        place = len(self.floats)
        self.floats.extend(float(value) for value in values)
        return place


class Words:
    """The words of a column, numbered as they come."""

    def __init__(self, first: Iterable[str] = ()) -> None:
        self.known: dict[str, int] = {}
        for word in first:
            self.code(word)

    def code(self, word: str) -> int:
        """Return the number of a word, the next one if it is new."""
        return self.known.setdefault(word, len(self.known))

    def ranks(self) -> list[int]:
        """Return of each word, by its number, its place in the order of all."""
        order = {word: place for place, word in enumerate(sorted(self.known))}
        return [order[word] for word in self.known]


def flat(rows: Iterable[Sequence[int]]) -> list[int]:
    """Return the values of rows one behind the other."""
    return [value for row in rows for value in row]


def node_or_none(node: int | None) -> int:
    """Return a node's number, or what stands for no node."""
    return at.NONE if node is None else node
