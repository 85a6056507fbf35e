"""Do intervals hold the truth as often as they say? `python -m tests.benchmarks.interval_coverage [N [WORLDS [SEED]]]`

N (4,000 unless given) independent repetitions of small samples whose truth is known: made-up worlds from
known laws, and WORLDS (50) worlds each that a scenario was really played in, all of SEED (0). Ends with 1 if any
interval is out of its bounds by more than two standard errors of the repetitions.

The repetitions of a played scenario are parts of one run, and several measures are one number in two units: they
miss together, so a seed at which one of them is low says little before another seed has been tried.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.studies.coverage_of_intervals import Covered, coverages, played_coverages
from tests.studies.played import ALONE, played, truths_of_alone

WORLDS = 50
"""Worlds of a repetition that is played, unless another number is given."""


def of_played_worlds(repetitions: int, worlds: int, folder: Path, seed: int = 0) -> Iterator[Covered]:
    """Yield the coverage of a scenario that is played, against one with a longer delay."""
    count = repetitions * worlds
    slower = {"contributors.north.contingents.unit.prepares_for": "{mean: 55 days}"}
    run = played(folder / "run", ALONE, count=count, seed=seed)
    baseline = played(folder / "baseline", ALONE, slower, count=count, seed=seed)
    own, other = truths_of_alone(40), truths_of_alone(55)
    truths = {measure: (own[measure], other[measure]) for measure in own}
    yield from played_coverages(run, baseline, truths, worlds)


def main(repetitions: int, worlds: int = WORLDS, seed: int = 0) -> int:
    """Print every coverage; return 1 if one is out of its bounds."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for title, found in (
            ("made-up worlds", coverages(repetitions, seed)),
            (f"played worlds, {worlds} each", of_played_worlds(repetitions, worlds, Path(folder), seed)),
        ):
            print(f"{title}, {repetitions:,} repetitions")
            for each in found:
                low, high = each.bounds
                wrong += not each.holds
                verdict = "" if each.holds else "  OUT OF BOUNDS"
                print(f"  {each.name:52} {each.share:7.2%}  ({low:.1%} to {high:.1%}){verdict}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(map(int, sys.argv[1:4]) if len(sys.argv) > 1 else (4_000,))))
