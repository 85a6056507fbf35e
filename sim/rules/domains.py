"""Which values a quantity can have, and which quantities can never exceed which."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, inf

from sim.rules.syntax import Chosen, Consent, Force, Quantity, Recent, Value

MILITARY = "military"
"""The force that is meant where nothing narrows it (`sim.scenario.forces` has the whole rule)."""

ANY_FORCE = "any"
"""What `force=any` names: troops of every force."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The values from `least` to `most` (`whole`: whole ones only), or just the `values` if there are any."""

    least: float = -inf
    most: float = inf
    whole: bool = False
    values: tuple[float, ...] = ()

    def holds(self, value: float) -> bool:
        """Say whether the quantity can have a value."""
        if self.values:
            return value in self.values
        return self.least <= value <= self.most and not (self.whole and value != floor(value))

    def representatives(self, thresholds: Iterable[float]) -> tuple[float, ...]:
        """Return values among which every comparison with a threshold comes out in each way that it can."""
        if self.values:
            return tuple(sorted(self.values))
        inner = sorted({value for value in thresholds if self.least <= value <= self.most})
        bounds = [value for value in (self.least, self.most) if abs(value) < inf]
        marks = sorted({*inner, *bounds}) or [0.0]
        marks = [*([marks[0] - 1] if self.least == -inf else []), *marks]
        marks = [*marks, *([marks[-1] + 1] if self.most == inf else [])]
        between = [(low + high) / 2 for low, high in pairwise(marks)]
        found = {*marks, *between}
        if self.whole:
            found = {
                near
                for value in found
                for near in (floor(value) - 1.0, floor(value), ceil(value), ceil(value) + 1.0)
            }
        return tuple(sorted(value for value in found if self.holds(value)))


Domains = Callable[[Quantity], Domain]
"""Which values each quantity can have."""

ANYTHING = Domain()
TRUTH = Domain(0, 1, whole=True)
SHARE = Domain(0, 1)
COUNT = Domain(0, whole=True)


def by_kind(quantity: Quantity) -> Domain:
    """Return what is known of a quantity outside a scenario: consents are 0 or 1, troops and counts whole."""
    if isinstance(quantity, Consent):
        return TRUTH
    if isinstance(quantity, Chosen):
        return Domain(values=tuple(map(float, range(quantity.count))))
    return ANYTHING if isinstance(quantity, Value) else COUNT


def never_exceeds(one: Quantity, other: Quantity) -> bool:
    """Say whether `one` can never be greater than `other`; False also where that is not known."""
    if isinstance(one, Recent) and isinstance(other, Recent):
        return one.counted == other.counted and one.length.seconds <= other.length.seconds
    if isinstance(one, Recent):
        return one.counted == other
    if isinstance(one, Force) and isinstance(other, Force):
        if one.measure != other.measure and (one.measure, other.measure) != ("deployed", "committed"):
            return False
        if other.force == MILITARY and one.force is None and force_of(one) == MILITARY:
            return False  # where there is no military, the one counts everybody
        pairs = (
            (one.contributor, other.contributor),
            (one.role, other.role),
            (one.sector, other.sector),
            (force_of(one), force_of(other)),
        )
        return all(wider in (None, narrower) for narrower, wider in pairs)
    return False


def force_of(force: Force) -> str | None:
    """Return which force troops must belong to in order to count, or None for any."""
    if force.force is None and (force.contributor, force.role, force.sector) == (None, None, None):
        return MILITARY
    return None if force.force == ANY_FORCE else force.force
