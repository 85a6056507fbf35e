"""What one run answered in each of its worlds: the values that estimates and differences are made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sim.results.spilled import Spilled
from sim.results.statistics import CONFIDENCE, mean_interval, quantile_interval, quantile_of, wilson
from sim.studies.intervals import IntervalEstimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["mean", "share", "median"]
"""How the values of all worlds become one number."""


class Key(NamedTuple):
    """What was measured, of whom or what (empty: of the whole run), and on which date (ISO; empty: none)."""

    measure: str
    item: str
    date: str


@dataclass(frozen=True)
class Sample:
    """One value a world, in the order of the run's replications.

    `applies` marks the worlds that count (None: all of them do); elsewhere `values` mean nothing. A value may
    be infinite, which is never. `least` and `most` bound what the number could be.
    """

    kind: Kind
    values: NDArray[np.float64]
    applies: NDArray[np.bool_] | None = None
    least: float = -math.inf
    most: float = math.inf

    def at(self, places: NDArray[np.int64]) -> Sample:
        """Keep the worlds at these places."""
        applies = None if self.applies is None else self.applies[places]
        return Sample(self.kind, self.values[places], applies, self.least, self.most)

    @property
    def counted(self) -> NDArray[np.float64]:
        """The values of the worlds that count."""
        return self.values if self.applies is None else self.values[self.applies]

    def estimate(self, confidence: float = CONFIDENCE) -> IntervalEstimate:
        """Return the mean, share or median with its interval; NaN where no world counts."""
        values = self.counted
        if not values.size:
            return IntervalEstimate(math.nan, math.nan, math.nan)
        if self.kind == "share":
            successes = int(values.sum())
            return IntervalEstimate(successes / values.size, *wilson(successes, values.size, confidence))
        if self.kind == "median":
            import numpy as np

            ordered = np.sort(values)
            low, high = quantile_interval(ordered, 0.5, confidence)
            return IntervalEstimate(float(quantile_of(ordered, 0.5)), *self._bounded(low, high))
        low, high = mean_interval(values, confidence, tuple(dict.fromkeys((0.0, self.least, self.most))))
        return IntervalEstimate(float(values.mean()), *self._bounded(low, high))

    def influence(self) -> NDArray[np.float64]:
        """Return how each world moves the number, up to a factor: by it two numbers are correlated."""
        import numpy as np

        centre = self.estimate().value
        below = (self.values <= centre).astype(np.float64) - 0.5
        moved = below if self.kind == "median" else self.values - centre
        return moved if self.applies is None else np.where(self.applies, moved, 0.0)

    def _bounded(self, low: float, high: float) -> tuple[float, float]:
        return max(self.least, low), min(self.most, high)


class StoredSamples(Mapping[Key, Sample]):
    """Samples by what was measured; each is read when it is asked for, so that hundreds of them take no memory."""

    def __init__(self, samples: Iterable[tuple[Key, Sample]] = ()) -> None:
        self._store = Spilled(_MOST_IN_MEMORY)
        self._known: dict[Key, tuple[Sample, _Place, _Place | None]] = {}
        for key, sample in samples:
            applies = None if sample.applies is None else self._kept(sample.applies)
            self._known[key] = (
                replace(sample, values=_NOTHING, applies=None),
                self._kept(sample.values),
                applies,
            )

    def _kept(self, values: NDArray[Any]) -> _Place:
        place = _Place(values.dtype.str, self._store.size, values.size)
        self._store.append(values)
        return place

    def __getitem__(self, key: Key) -> Sample:
        """Return the sample of a measure."""
        sample, values, applies = self._known[key]
        return replace(
            sample,
            values=self._store.read(*values),
            applies=None if applies is None else self._store.read(*applies),
        )

    def __iter__(self) -> Iterator[Key]:
        """Yield what was measured, in order."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._known)


class _Place(NamedTuple):
    """Where numbers of a kind stand."""

    kind: str
    offset: int
    length: int


_NOTHING: Any = None
"""In the place of values that are read when asked for."""
_MOST_IN_MEMORY = 1 << 23
"""Bytes of samples that stay in memory."""
