"""How a world that missed would have made it: the sets of changes, and what its account would have said instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.report.telling.account import account
from sim.studies.outcomes import what_counts
from sim.words.dates import day
from sim.words.names import listed
from sim.words.numbers import counted, so_many, whole

if TYPE_CHECKING:
    from sim.results.run import Run
    from sim.scenario.aims import Target
    from sim.studies.nearest import Nearest

_MOST_SETS = 5


def nearest_lines(run: Run, target: Target, found: Nearest, shown: int = 40) -> Iterator[str]:
    """Yield the world, the sets of changes that would do, and the difference of its two accounts."""
    asked = f"{so_many(target.troops)} {what_counts(run.scenario, target)} on {day(target.by)}"
    yield f"Replication {found.number} missed {asked}: it had {whole(found.level)}."
    if not found.sets:
        if found.cut:
            yield "The time given was up before it was known whether its facts and decisions could have made it."
            return
        yield "Nothing that its facts and decisions could have been would have made it; it hangs on numbers or time."
        return
    size = len(found.sets[0])
    least = "No smaller set of changes would do" if found.smallest else "Perhaps a smaller set would do"
    yield f"It would have made it with {'one change' if size == 1 else f'{size} changes together'}. {least}."
    for changes, level in list(zip(found.sets, found.levels, strict=True))[:_MOST_SETS]:
        yield f"  - if {listed([each.said for each in changes])}: {whole(level)}"
    if len(found.sets) > _MOST_SETS:
        yield f"  and {counted(len(found.sets) - _MOST_SETS, 'other set')} of that size"
    if found.after is not None:
        yield ""
        yield "What its account says (-) and would have said with the first of them (+)"
        yield from _difference(run, found, shown)


def _difference(run: Run, found: Nearest, shown: int) -> Iterator[str]:
    assert found.after is not None
    seed = int(run.manifest["seed"])
    then, instead = (
        [line for line in account(run.scenario, logs, found.number, seed) if line.strip()][2:]
        for logs in (found.before, found.after)
    )
    told = [line for line in difflib.ndiff(then, instead) if line[:2] in {"- ", "+ "}]
    yield from told[:shown]
    if len(told) > shown:
        yield f"… and {counted(len(told) - shown, 'more line')} (--lines)"
