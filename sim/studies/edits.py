"""Many edits of single numbers at once: which laws each changes, without a plan compiled for each.

Compiling the plan of a large scenario takes a tenth of a second, and a search asks for a thousand edits. But edits
of different numbers change different laws. So all are made in one scenario, and of the laws that differ each edit
gets its own. Which these are is found with code words: in a handful of scenarios, each edit is made in exactly half
of them, no two in the same; the streams that differ in just these are its own. A stream that hangs on two edits
differs in more than half of them, and is known by that: such edits, those that change more than laws, and whatever
is refused together with others, are compiled one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from sim.errors import ScenarioError
from sim.plan.changed_laws import ChangedLaws, changed_laws
from sim.studies.whatif import plan_with

if TYPE_CHECKING:
    from sim.studies.sliders import Slider
    from sim.studies.whatif import Worlds

_DEGREE = 1.0
"""The degree to which numbers are moved to see which laws hang on them."""

_OTHER = "other than laws: "


@dataclass(frozen=True)
class Edits:
    """Moves of these numbers of a run, each on its own."""

    worlds: Worlds
    sliders: tuple[Slider, ...]

    @cached_property
    def streams(self) -> Mapping[Slider, frozenset[str]]:
        """The streams whose laws hang on each number alone; one that is not in here is compiled on its own."""
        words = dict(zip(self.sliders, _code_words(len(self.sliders)), strict=True))
        differing: dict[str, set[int]] = {}
        for scenario in sorted({number for word in words.values() for number in word}):
            moved = {slider: _DEGREE for slider, word in words.items() if scenario in word}
            changed = self._compiled(moved)
            if changed is None:
                return {}
            for place in (*changed.laws, *(_OTHER + other for other in changed.others)):
                differing.setdefault(place, set()).add(scenario)
        own: dict[Slider, set[str]] = {slider: set() for slider in self.sliders}
        for place, scenarios in differing.items():
            behind = [slider for slider, word in words.items() if word <= scenarios]
            for slider in behind:
                if len(behind) > 1 or place.startswith(_OTHER):
                    own.pop(slider, None)
                elif slider in own:
                    own[slider].add(place)
        return {slider: frozenset(streams) for slider, streams in own.items() if streams}

    def changes(self, degrees: Mapping[Slider, float]) -> dict[Slider, ChangedLaws]:
        """Return what each of these moves changes on its own; one that no scenario may have is left out."""
        shared = {slider: degree for slider, degree in degrees.items() if slider in self.streams}
        whole = self._together(shared) if len(shared) > 1 else None
        if whole is None:
            shared = {}
        found = {}
        for slider, degree in degrees.items():
            if whole is not None and slider in shared:
                own = {stream: pair for stream, pair in whole.laws.items() if stream in self.streams[slider]}
                found[slider] = ChangedLaws(own, ())
            else:
                alone = self._compiled({slider: degree})
                if alone is not None:
                    found[slider] = alone
        return found

    def _together(self, degrees: Mapping[Slider, float]) -> ChangedLaws | None:
        """Return what all these moves change; None if they are refused together, or change more than laws."""
        changed = self._compiled(degrees)
        return None if changed is None or changed.others else changed

    def _compiled(self, degrees: Mapping[Slider, float]) -> ChangedLaws | None:
        settings = [slider.setting(degree) for slider, degree in degrees.items()]
        try:
            return changed_laws(self.worlds.plan, plan_with(self.worlds.run, settings))
        except ScenarioError:
            return None


def _code_words(count: int) -> list[frozenset[int]]:
    """Return so many different sets of scenarios, each half of them; two together are never one of them."""
    length = 2
    while comb(length, length // 2) < count:
        length += 1
    words = combinations(range(length), length // 2)
    return [frozenset(next(words)) for _ in range(count)]
