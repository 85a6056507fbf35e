"""Are edits weighed as they are played? `python -m tests.benchmarks.weighed_against_played NAME [EDITS [SEED]]`

NAME is a shipped scenario. Each of EDITS (120) random edits moves one or two of its numbers by a random degree, and is
answered twice: from 400 stored worlds, weighed, and from 400 others that are played with it. The 95 % interval of the
difference of the two should hold 0 in 95 % of all numbers. Every fourth edit asks other stored worlds: differences to
one run hang together. Each draw is one number more that was answered or refused: an edit that the stored worlds do
not hold is counted by its reason, and asked again half as far, five times at most, so that every kind of number comes
to be compared. (Drawing edits until one is held takes hours: of 74 moves of the coalition to the ends of their
plausible range 400 worlds hold five.)

Ends with 1 if the coverage is out of 93 to 97 % by more than two standard errors, taken between stored runs.
"""

from __future__ import annotations

import math
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.batch.executors import workers_for
from sim.batch.running import run as play
from sim.batch.simulation import standard_model
from sim.errors import ScenarioError
from sim.results.run import Run, open_run
from sim.scenario.loading import load_resolved
from sim.studies.intervals import IntervalEstimate
from sim.studies.sliders import DEGREES, Slider, sliders_of
from sim.studies.weights import CannotWeighError
from sim.studies.whatif import WhatIf, Worlds, answers_of, headline, whatif, worlds_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WORLDS = 400
AT_ONCE = 4
"""Edits that ask the same stored worlds."""
_HALVINGS = 5
BOUNDS = (0.93, 0.97)
_MEDIAN = "level_q50"
"""Printed beside the others: at a level that many worlds share, its intervals hold more than they say."""


@dataclass
class Compared:
    """How many intervals of differences held 0, of each stored run by measure, and what was refused."""

    hits: list[Counter[str]] = field(default_factory=list)
    asked: list[Counter[str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    moved: set[str] = field(default_factory=set)

    @property
    def covered(self) -> int:
        """How many intervals held 0."""
        return sum(map(_judged, self.hits))

    @property
    def total(self) -> int:
        """How many intervals there were."""
        return sum(map(_judged, self.asked))

    @property
    def share(self) -> float:
        """The coverage."""
        return self.covered / self.total

    @property
    def error(self) -> float:
        """The standard error of the coverage, from how it differs between stored runs."""
        asked = np.array([_judged(each) for each in self.asked])
        off = np.array([_judged(each) for each in self.hits]) - self.share * asked
        return float(math.sqrt(off.size / (off.size - 1) * (off**2).sum()) / asked.sum())

    @property
    def holds(self) -> bool:
        """Whether the coverage lies in its bounds, with two standard errors to spare."""
        return BOUNDS[0] - 2 * self.error <= self.share <= BOUNDS[1] + 2 * self.error

    def lines(self) -> Iterator[str]:
        """Yield what was found, as it is printed."""
        yield (
            f"{self.covered:,} of {self.total:,} intervals hold 0: {self.share:.1%} ± {2 * self.error:.1%}, in "
            f"{self.edits} edits of {len(self.moved)} numbers, against {len(self.asked)} stored runs"
        )
        hits, asked = sum(self.hits, Counter()), sum(self.asked, Counter())
        for measure in sorted(asked):
            yield f"  {measure:12} {hits[measure]:5,} of {asked[measure]:5,}: {hits[measure] / asked[measure]:.1%}"
        yield f"  {self.refused.total()} refused"
        for reason, times in self.refused.most_common():
            yield f"    {times:4} {reason}"


def _judged(counts: Counter[str]) -> int:
    return counts.total() - counts[_MEDIAN]


def compared(file: Path, edits: int, folder: Path, seed: int = 0) -> Compared:
    """Ask and play so many random edits of a scenario."""
    sliders = tuple(sliders_of(load_resolved(file, ())))
    chance, found, worlds = np.random.default_rng(seed), Compared(), None
    while found.edits < edits:
        if found.edits % AT_ONCE == 0 and len(found.asked) == found.edits // AT_ONCE:
            worlds = _stored(file, folder, (seed + 1) * 1_000_000 + found.edits)
            found.hits.append(Counter())
            found.asked.append(Counter())
        assert worlds is not None
        chosen = [sliders[at] for at in chance.choice(len(sliders), 1 + found.edits % 2, replace=False)]
        degrees = chance.uniform(-DEGREES, DEGREES, len(chosen))
        answer = _weighed(worlds, chosen, degrees.tolist(), found.refused)
        if answer is None:
            continue
        found.edits += 1
        found.moved |= {each.path for each in chosen}
        played = _played(file, answer.settings, folder, (seed + 1) * 1_000_000 + 500_000 + found.edits)
        for measure, holds in differences(answer, played):
            found.asked[-1][measure] += 1
            found.hits[-1][measure] += holds
    return found


def _weighed(
    worlds: Worlds, chosen: Sequence[Slider], degrees: Sequence[float], refused: Counter[str]
) -> WhatIf | None:
    """Return the answer to a move, or to half of it, or half of that; None if the worlds hold none of them."""
    for halving in range(_HALVINGS + 1):
        moves = zip(chosen, degrees, strict=True)
        try:
            return whatif(worlds, [slider.setting(degree / 2**halving) for slider, degree in moves])
        except CannotWeighError as error:
            reason = _reason(str(error))
            refused[reason] += 1
            if "rest on" not in reason:
                return None
        except ScenarioError:
            refused["history rules it out"] += 1
    return None


def _reason(message: str) -> str:
    """Return why an edit was refused, without its names and numbers."""
    text = message.split("; play it", maxsplit=1)[0]
    text = re.sub(r"\([^)]*\)", "(…)", text)
    return re.sub(r"[\w()]*[_.][\w.()]*\w|\b[0-9][0-9.,e+]*\b", "…", text)


def differences(weighed: WhatIf, run: Run) -> Iterator[tuple[str, bool]]:
    """Yield of each number its measure, and whether the interval of weighed less played holds 0.

    The interval is put together from the two as in MOVER, which of two shares is Newcombe's. Numbers that are the
    same in every world, stored and played, say nothing and are left out.
    """
    other = headline(tuple(answers_of(run, np.ones(run.replications))))
    for answer in weighed.answers:
        own, its = answer.weighed, other[answer.measure, answer.item, answer.date].as_run
        if not all(map(_is_certain, (own, its, answer.as_run))) or own.value != its.value:
            yield answer.measure, _holds_zero(own, its)


def _is_certain(each: IntervalEstimate) -> bool:
    """Tell whether a number is the same in every world: a chance of 0 or 1, or a level without a width."""
    return each.low == each.high or each.value in (0.0, 1.0)


def _holds_zero(own: IntervalEstimate, its: IntervalEstimate) -> bool:
    difference = own.value - its.value
    below = math.hypot(own.value - own.low, its.high - its.value)
    above = math.hypot(own.high - own.value, its.value - its.low)
    return difference - below <= 1e-9 and difference + above >= -1e-9


def _stored(file: Path, folder: Path, seed: int) -> Worlds:
    return worlds_of(_played(file, (), folder, seed), workers_for(1))


def _played(file: Path, settings: Sequence[str], folder: Path, seed: int) -> Run:
    kept = play(
        load_resolved(file, settings),
        replications=WORLDS,
        seed=seed,
        folder=folder / str(seed),
        model=standard_model("auto", 2_000),
    )
    return open_run(kept.folder)


def main(name: str, edits: int = 120, seed: int = 0) -> int:
    """Print what was found; return 1 if the coverage is out of its bounds."""
    with tempfile.TemporaryDirectory() as folder:
        found = compared(SCENARIOS / f"{name}.yaml", edits, Path(folder), seed)
    print("\n".join((name, *found.lines())))
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:4])))
