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
from sim.plan.changed_laws import ChangedLaws, changed_laws
from sim.studies.edits import Edits
from sim.studies.sliders import DEGREES, Slider
from sim.studies.weights import FEWEST, CannotWeighError, effective
from sim.studies.whatif import Worlds, plan_with, share_of, weights_by

if TYPE_CHECKING:
    from sim.batch.allowance import Allowance
    from sim.studies.intervals import IntervalEstimate
    from sim.studies.outcomes import Outcome

_BISECTIONS = 7
MOST_JOINT = 6


@dataclass(frozen=True)
class MovedChance:
    """The chance of the outcome with some numbers moved, and on how many worlds it rests."""

    chance: IntervalEstimate
    effective: float


@dataclass(frozen=True)
class Flip:
    """One number: the degree that takes the chance to the goal (None: not within what the worlds hold).

    `seen` is the chance there, or else at the last degree towards the goal that they hold.
    """

    slider: Slider
    degree: float | None
    reached: float
    seen: MovedChance

    @property
    def value(self) -> str:
        """What the number would be."""
        return self.slider.at(self.reached)


@dataclass(frozen=True)
class Joint:
    """Several numbers moved together: the degree of each; `length` is the root of the sum of their squares."""

    degrees: Mapping[Slider, float]
    length: float
    seen: MovedChance


@dataclass(frozen=True)
class Flips:
    """How wrong one must be: numbers by the size of their move, then those that do not get there.

    `left` are the numbers whose search was not at its end when the time allowed was up, as far as it went; then they
    were not moved together either.
    """

    outcome: Outcome
    goal: float
    now: MovedChance
    flips: tuple[Flip, ...]
    joint: Joint | None
    left: tuple[Flip, ...] = ()


def flips(
    worlds: Worlds,
    outcome: Outcome,
    goal: float,
    sliders: Sequence[Slider],
    progress: Callable[[str], None] = lambda message: None,
    *,
    allowance: Allowance | None = None,
) -> Flips:
    """Return the smallest move of each number, and of several together, that takes the chance to `goal`.

    With an allowance, as far as it lasts: a step of all searches is a piece of work.
    """
    now = seen_with(worlds, outcome, ())
    assert now is not None
    upwards = goal > now.chance.value
    progress(f"moving {len(sliders)} numbers")
    edits = Edits(worlds, tuple(sliders))
    slopes = _slopes(edits, outcome)
    signs = {slider: 1 if (slope > 0) == upwards else -1 for slider, slope in slopes.items()}
    searches = {slider: _Search(goal, now) for slider in slopes}
    while asked := {slider: search.asks for slider, search in searches.items() if search.asks is not None}:
        if allowance is not None and not allowance.may_begin():
            break
        seen = _seen(edits, outcome, {slider: signs[slider] * degree for slider, degree in asked.items()})
        for slider in asked:
            searches[slider].answer(seen[slider])
    every = {slider: _flip(slider, signs[slider], search) for slider, search in searches.items()}
    found = [every[slider] for slider, search in searches.items() if search.asks is None]
    found.sort(key=lambda each: (each.degree is None, abs(each.degree or 0.0), each.slider.path))
    left = tuple(every[slider] for slider, search in searches.items() if search.asks is not None)
    if left:
        return Flips(outcome, goal, now, tuple(found), None, left)
    progress("moving several together")
    return Flips(outcome, goal, now, tuple(found), _joint(worlds, outcome, goal, slopes, upwards))


def _flip(slider: Slider, sign: int, search: _Search) -> Flip:
    high = search.high
    return Flip(
        slider,
        sign * high if high is not None else None,
        sign * (search.low if high is None else high),
        search.last,
    )


def seen_with(worlds: Worlds, outcome: Outcome, settings: Sequence[str]) -> MovedChance | None:
    """Return the chance with some values set; None if too few worlds hold it."""
    try:
        changed = changed_laws(worlds.plan, plan_with(worlds.run, settings) if settings else worlds.plan)
    except ScenarioError:
        return None
    return _seen_by(worlds, outcome, changed)


def _seen_by(worlds: Worlds, outcome: Outcome, changed: ChangedLaws) -> MovedChance | None:
    import numpy as np

    try:
        weights = weights_by(worlds, changed)
    except CannotWeighError:
        return None
    rests = effective(weights)
    if rests < FEWEST and changed.laws:
        return None
    return MovedChance(share_of(outcome.holds.astype(np.float64), weights[outcome.places]), rests)


def _seen(
    edits: Edits, outcome: Outcome, degrees: Mapping[Slider, float]
) -> dict[Slider, MovedChance | None]:
    """Return the chance with each number moved alone; None where too few worlds hold it."""
    changes = edits.changes(degrees)
    return {
        slider: _seen_by(edits.worlds, outcome, changes[slider]) if slider in changes else None
        for slider in degrees
    }


def _slopes(edits: Edits, outcome: Outcome) -> dict[Slider, float]:
    """Return by how much the chance rises a degree of each number, from one degree either way; none if it does not."""
    ends = {degree: _seen(edits, outcome, dict.fromkeys(edits.sliders, degree)) for degree in (-1.0, 1.0)}
    slopes = {}
    for slider in edits.sliders:
        held = [(degree, seen.chance.value) for degree in ends if (seen := ends[degree][slider]) is not None]
        if len(held) == 1:
            held.append((0.0, float(outcome.holds.mean())))
        if len(held) == 2:
            (one, first), (other, second) = held
            slopes[slider] = (second - first) / (other - one)
    return {slider: slope for slider, slope in slopes.items() if slope}


class _Search:
    """The search of one number for the first degree at which the goal is reached: in steps, then by bisection.

    `asks` is the degree to be seen next, None at the end; then `high` is that at which it is reached, None if it is
    not as far as the worlds hold, `low` how far it went, `last` what is seen there.
    """

    def __init__(self, goal: float, now: MovedChance, most: float = DEGREES) -> None:
        self._goal, self._upwards, self._most = goal, goal > now.chance.value, most
        self._step, self._halvings = 1, 0
        self.low, self.last = 0.0, now
        self.high: float | None = None
        self.asks: float | None = most / DEGREES

    def answer(self, seen: MovedChance | None) -> None:
        """Take what is seen at the degree asked for."""
        assert self.asks is not None
        there = seen is not None and self._gets_there(seen)
        if self.high is not None:
            self._halvings += 1
        if there and seen is not None:
            self.high, self.last = self.asks, seen
        elif self.high is not None:
            self.low = self.asks
        elif seen is None or self._step == DEGREES:
            self.low, self.last = (self.low, self.last) if seen is None else (self.asks, seen)
            self.asks = None
            return
        else:
            self.low, self.last = self.asks, seen
            self._step += 1
        self.asks = self._next()

    def _next(self) -> float | None:
        if self.high is None:
            return self._most * self._step / DEGREES
        return (self.low + self.high) / 2 if self._halvings < _BISECTIONS else None

    def _gets_there(self, seen: MovedChance) -> bool:
        chance = seen.chance.value
        return chance >= self._goal if self._upwards else chance <= self._goal


def _joint(
    worlds: Worlds, outcome: Outcome, goal: float, slopes: Mapping[Slider, float], upwards: bool
) -> Joint | None:
    chosen = sorted(slopes, key=lambda slider: (-abs(slopes[slider]), slider.path))[:MOST_JOINT]
    whole = math.hypot(*(slopes[slider] for slider in chosen))
    if not whole or len(chosen) < 2:
        return None
    sign = 1 if upwards else -1
    direction = {slider: sign * slopes[slider] / whole for slider in chosen}

    now = seen_with(worlds, outcome, ())
    assert now is not None
    search = _Search(goal, now)
    while search.asks is not None:
        settings = [slider.setting(part * search.asks) for slider, part in direction.items()]
        search.answer(seen_with(worlds, outcome, settings))
    if search.high is None:
        return None
    degrees = {slider: part * search.high for slider, part in direction.items()}
    return Joint(degrees, search.high, search.last)
