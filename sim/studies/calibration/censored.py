"""Delays that were seen only in part: each lies in a range of days, or is still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HALF_A_DAY = 0.5
"""A day that is known stands for the hours around it."""


@dataclass(frozen=True, slots=True)
class CensoredDelays:
    """`count` delays of more than `above` and at most `at_most` days; `at_most` infinite: still open."""

    above: float
    at_most: float
    count: int = 1

    @classmethod
    def between(cls, above: float, at_most: float, count: int = 1) -> CensoredDelays:
        """Return a range of days; of a single day the hours around it, of what has passed its first hours."""
        if at_most - above < 2 * HALF_A_DAY:
            middle = max(0.0, (above + at_most) / 2)
            return cls(max(0.0, middle - HALF_A_DAY), middle + HALF_A_DAY, count)
        return cls(max(0.0, above), at_most, count)


@dataclass(frozen=True)
class Delays:
    """Delays of several groups (missions), one row a range: which group (ascending), from, to, how many."""

    group: NDArray[np.int64]
    above: NDArray[np.float64]
    at_most: NDArray[np.float64]
    count: NDArray[np.float64]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, seen: Iterable[tuple[str, CensoredDelays]]) -> Delays:
        """Gather what was seen by group; groups keep the order in which they come."""
        import numpy as np

        rows = list(seen)
        names = tuple(dict.fromkeys(name for name, _ in rows))
        place = {name: number for number, name in enumerate(names)}
        rows.sort(key=lambda row: place[row[0]])
        return cls(
            np.array([place[name] for name, _ in rows], dtype=np.int64),
            np.array([each.above for _, each in rows], dtype=np.float64),
            np.array([each.at_most for _, each in rows], dtype=np.float64),
            np.array([each.count for _, each in rows], dtype=np.float64),
            names,
        )

    @property
    def total(self) -> int:
        """How many delays, open ones counted."""
        return int(self.count.sum())

    @property
    def open(self) -> int:
        """How many of them had not ended when they were last looked at."""
        import numpy as np

        return int(self.count[np.isinf(self.at_most)].sum())

    def of_groups(self, kept: Iterable[str]) -> Delays:
        """Return the delays of some groups only."""
        wanted = set(kept)
        return Delays.of(
            (self.groups[group], CensoredDelays(float(above), float(at_most), int(count)))
            for group, above, at_most, count in zip(
                self.group, self.above, self.at_most, self.count, strict=True
            )
            if self.groups[group] in wanted
        )

    def as_scipy(self) -> Any:
        """Return all of them, groups forgotten, as SciPy's `CensoredData`."""
        import numpy as np
        from scipy.stats import CensoredData

        each = np.repeat(np.arange(self.count.size), self.count.astype(int))
        above, at_most = self.above[each], self.at_most[each]
        still = np.isinf(at_most)
        return CensoredData(right=above[still], interval=np.column_stack((above[~still], at_most[~still])))
