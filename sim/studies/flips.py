"""How wrong one must be: the smallest move of a number that takes the chance of an outcome to a value.

Numbers are moved by degrees (`sim.studies.sliders`), so that moves of different kinds can be compared, and the stored
worlds are weighed at each degree. The first degree towards the goal at which it is reached, by bisection, is the
answer; beyond what 200 effective worlds hold, nothing is said but how far they reach.

The smallest joint move goes in the direction in which the chance rises fastest a degree: by so much of each number as
it moves the chance. To first order no other move of the same length, the root of the sum of squared degrees, goes
further.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import ScenarioError
from sim.studies.sliders import DEGREES, Slider
from sim.studies.weights import FEWEST, CannotWeighError, effective
from sim.studies.whatif import Worlds, plan_with, share_of, weights_of

if TYPE_CHECKING:
    from sim.studies.intervals import Estimate
    from sim.studies.outcomes import Outcome

_BISECTIONS = 7
MOST_JOINT = 6


@dataclass(frozen=True)
class Seen:
    """The chance of the outcome with some numbers moved, and on how many worlds it rests."""

    chance: Estimate
    effective: float


@dataclass(frozen=True)
class Flip:
    """One number: the degree that takes the chance to the goal (None: not within what the worlds hold).

    `seen` is the chance there, or else at the last degree towards the goal that they hold.
    """

    slider: Slider
    degree: float | None
    reached: float
    seen: Seen

    @property
    def value(self) -> str:
        """What the number would be."""
        return self.slider.at(self.reached)


@dataclass(frozen=True)
class Joint:
    """Several numbers moved together: the degree of each; `length` is the root of the sum of their squares."""

    degrees: Mapping[Slider, float]
    length: float
    seen: Seen


@dataclass(frozen=True)
class Flips:
    """How wrong one must be: numbers by the size of their move, then those that do not get there."""

    outcome: Outcome
    goal: float
    now: Seen
    flips: tuple[Flip, ...]
    joint: Joint | None


def flips(
    worlds: Worlds,
    outcome: Outcome,
    goal: float,
    sliders: Sequence[Slider],
    progress: Callable[[str], None] = lambda message: None,
) -> Flips:
    """Return the smallest move of each number, and of several together, that takes the chance to `goal`."""
    now = seen_with(worlds, outcome, ())
    assert now is not None
    upwards = goal > now.chance.value
    found, slopes = [], dict[Slider, float]()
    for number, slider in enumerate(sliders, start=1):
        progress(f"{number} of {len(sliders)}: {slider.path}")
        slope = _slope(worlds, outcome, slider)
        if slope:
            slopes[slider] = slope
            found.append(_flip(worlds, outcome, goal, slider, 1 if (slope > 0) == upwards else -1))
    found.sort(key=lambda each: (each.degree is None, abs(each.degree or 0.0), each.slider.path))
    return Flips(outcome, goal, now, tuple(found), _joint(worlds, outcome, goal, slopes, upwards))


def seen_with(worlds: Worlds, outcome: Outcome, settings: Sequence[str]) -> Seen | None:
    """Return the chance with some values set; None if too few worlds hold it."""
    import numpy as np

    try:
        plan = plan_with(worlds.run, settings) if settings else worlds.plan
        weights = weights_of(worlds, plan)
    except (CannotWeighError, ScenarioError):
        return None
    if effective(weights) < FEWEST and settings:
        return None
    return Seen(share_of(outcome.holds.astype(np.float64), weights[outcome.places]), effective(weights))


def _slope(worlds: Worlds, outcome: Outcome, slider: Slider) -> float:
    """Return by how much the chance rises a degree, from one degree either way; 0 where neither is held."""
    ends = [(degree, seen_with(worlds, outcome, [slider.setting(degree)])) for degree in (-1, 1)]
    held = [(degree, seen.chance.value) for degree, seen in ends if seen is not None]
    if len(held) < 2:
        if not held:
            return 0.0
        held.append((0, float(outcome.holds.mean())))
    (one, first), (other, second) = held
    return (second - first) / (other - one)


def _flip(worlds: Worlds, outcome: Outcome, goal: float, slider: Slider, sign: int) -> Flip:
    def at(degree: float) -> Seen | None:
        return seen_with(worlds, outcome, [slider.setting(sign * degree)])

    now = seen_with(worlds, outcome, ())
    assert now is not None
    degree, seen, reached = _first(at, goal, now)
    return Flip(slider, sign * degree if degree is not None else None, sign * reached, seen)


def _first(
    at: Callable[[float], Seen | None], goal: float, now: Seen, most: float = DEGREES
) -> tuple[float | None, Seen, float]:
    """Return the first degree at which the goal is reached, what is seen there, and how far it went."""
    upwards = goal > now.chance.value

    def gets_there(seen: Seen) -> bool:
        return seen.chance.value >= goal if upwards else seen.chance.value <= goal

    low, last = 0.0, now
    for step in range(1, DEGREES + 1):
        degree = most * step / DEGREES
        seen = at(degree)
        if seen is None:
            return None, last, low
        if gets_there(seen):
            high, last = degree, seen
            for _ in range(_BISECTIONS):
                middle = (low + high) / 2
                between = at(middle)
                if between is not None and gets_there(between):
                    high, last = middle, between
                else:
                    low = middle
            return high, last, high
        low, last = degree, seen
    return None, last, low


def _joint(
    worlds: Worlds, outcome: Outcome, goal: float, slopes: Mapping[Slider, float], upwards: bool
) -> Joint | None:
    chosen = sorted(slopes, key=lambda slider: (-abs(slopes[slider]), slider.path))[:MOST_JOINT]
    whole = math.hypot(*(slopes[slider] for slider in chosen))
    if not whole or len(chosen) < 2:
        return None
    sign = 1 if upwards else -1
    direction = {slider: sign * slopes[slider] / whole for slider in chosen}

    def at(length: float) -> Seen | None:
        settings = [slider.setting(part * length) for slider, part in direction.items()]
        return seen_with(worlds, outcome, settings)

    now = seen_with(worlds, outcome, ())
    assert now is not None
    length, seen, _ = _first(at, goal, now)
    if length is None:
        return None
    return Joint({slider: part * length for slider, part in direction.items()}, length, seen)
