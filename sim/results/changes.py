"""When how many troops enter and leave a stage: what every level, first date and peak is derived from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.results.reading import Reading, kept_answer
from sim.results.selection import members
from sim.results.spilled import SpilledRows
from sim.vocabulary import LEAVING, STAGES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.batch.summary import BlockSummary
    from sim.results.run import Run
    from sim.results.selection import Member

_WORLDS_AT_ONCE = 5_000


@dataclass(frozen=True)
class ChangesOfWorlds:
    """Changes of a number of troops in some worlds, by world and then time."""

    first: int
    """The place of the first of these worlds."""
    worlds: int
    place: NDArray[np.int32]
    second: NDArray[np.integer[Any]]
    group: NDArray[np.int16]
    change: NDArray[np.int32]

    def settled(self, unit: int = 1) -> tuple[NDArray[np.int32], NDArray[np.integer[Any]], NDArray[np.int64]]:
        """Return place, second and level after each instant of change, all groups together.

        In a `unit` of so many seconds the time is their number, and the level that at its end.
        """
        import numpy as np

        time = self.second if unit == 1 else self.second // unit
        total = np.cumsum(self.change, dtype=np.int64)
        last = np.ones(total.size, dtype=bool)
        last[:-1] = (self.place[1:] != self.place[:-1]) | (time[1:] != time[:-1])
        place = self.place[last]
        before = np.concatenate(([0], total))[np.searchsorted(self.place, place, side="left")]
        return place, time[last], total[last] - before


@dataclass(frozen=True)
class Changes:
    """Changes of a number of troops, by replication and then time; read in parts, since there are many.

    A place is that of a replication among those that finished, or of those that are kept of them.
    """

    replications: int
    stored: SpilledRows
    """Place, second, number of the body and change of each row."""
    group: NDArray[np.int16]
    """Of each number of a body its group; −1 where it does not count."""
    moved: NDArray[np.int32] | None = None
    """Of each place that is stored its place now; −1 where it is left out. None: nothing is left out."""

    def of(self, groups: Collection[int]) -> Changes:
        """Keep the changes of these groups."""
        import numpy as np

        kept = np.isin(self.group, np.asarray(list(groups), dtype=np.int16))
        return replace(self, group=np.where(kept, self.group, -1).astype(np.int16))

    def within(self, applies: NDArray[np.bool_]) -> Changes:
        """Keep only the replications that `applies` marks; they move up to fill the gaps."""
        import numpy as np

        if applies.all():
            return self
        to = np.where(applies, np.cumsum(applies) - 1, -1).astype(np.int32)
        moved = to if self.moved is None else np.where(self.moved >= 0, to[self.moved], -1).astype(np.int32)
        return replace(self, replications=int(applies.sum()), moved=moved)

    def parts(self, least: int = _WORLDS_AT_ONCE) -> Iterator[ChangesOfWorlds]:
        """Yield the changes of some worlds at a time, of at least so many but the last: every world is of one part."""
        import numpy as np

        done = 0
        for rows in self.stored.parts(least):
            group, worlds = self.group[rows.column("body")], rows.worlds
            own = np.flatnonzero(group >= 0)
            place = rows.column("place")[own]
            if self.moved is not None:
                worlds = int(np.count_nonzero(self.moved[rows.first : rows.first + worlds] >= 0))
                place = self.moved[place]
                kept = np.flatnonzero(place >= 0)
                own, place = own[kept], place[kept]
            second, change = rows.column("second")[own], rows.column("change")[own]
            yield ChangesOfWorlds(done, worlds, place, second, group[own], change)
            done += worlds

    def first_at_least(self, troops: int) -> NDArray[np.float64]:
        """Return each replication's first second with a level of at least `troops`; infinite if never."""
        import numpy as np

        if troops <= 0:
            return np.zeros(self.replications)
        first = np.full(self.replications, np.inf)
        for part in self.parts():
            place, second, level = part.settled()
            reached = _first_of_each(place, level >= troops)
            first[place[reached]] = second[reached]
        return first

    def climb(self) -> Climb:
        """Return when each replication first has troops, its highest level, and when that is first reached."""
        import numpy as np

        first = np.full(self.replications, np.inf)
        peak, at_peak = np.zeros(self.replications, dtype=np.int64), first.copy()
        for part in self.parts():
            place, second, level = part.settled()
            reached = _first_of_each(place, level > 0)
            first[place[reached]] = second[reached]
            begins = np.flatnonzero(np.diff(place, prepend=-1))
            if begins.size:
                peak[place[begins]] = np.maximum(np.maximum.reduceat(level, begins), 0)
            reached = _first_of_each(place, (level == peak[place]) & (level > 0))
            at_peak[place[reached]] = second[reached]
        return Climb(first, peak, at_peak)


@dataclass(frozen=True, slots=True)
class Climb:
    """How the level of each replication rises: seconds are infinite where it never has any troops."""

    first: NDArray[np.float64]
    """The first second with troops."""
    peak: NDArray[np.int64]
    """The highest level at any instant."""
    at_peak: NDArray[np.float64]
    """The first second at that level."""


def _first_of_each(place: NDArray[np.int32], marked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rows that are the first marked one of their place; places ascend."""
    import numpy as np

    rows = np.flatnonzero(marked)
    found: NDArray[np.int64] = rows[np.diff(place[rows], prepend=-1) != 0]
    return found


def changes_of(
    replications: int,
    place: NDArray[np.integer[Any]],
    second: NDArray[np.integer[Any]],
    change: NDArray[np.integer[Any]],
) -> Changes:
    """Return changes of one group that are at hand, by replication and then time."""
    import numpy as np

    stored = SpilledRows(_columns(int(second.max(initial=0)) + 1))
    stored.append(replications, place, second, np.zeros(place.size, dtype=np.int16), change)
    return Changes(replications, stored, np.zeros(1, dtype=np.int16))


def _columns(duration: int) -> Mapping[str, str]:
    """Return the columns of stored changes; seconds are narrow where the run is short enough."""
    clock = "int32" if duration < 1 << 31 else "int64"
    return {"place": "int32", "second": clock, "body": "int16", "change": "int32"}


def stage_changes(run: Run, stages: Sequence[str], groups: Mapping[tuple[str, str], int]) -> Changes:
    """Return the changes of how many troops stand in any of the `stages`.

    `groups` gives the group of each (contributor, contingent) that counts.
    """
    return _grouped(run, kept_answer(run, *stage_question(run, stages)), groups)


def stage_question(run: Run, stages: Sequence[str]) -> tuple[Hashable, Callable[[], Reading[Changes]]]:
    """Return what `stage_changes` asks of a run, for all bodies, with its key."""
    sign = partial(into_or_out_of, tuple(stages))
    return _key(run, "stage", tuple(stages)), lambda: _reading(run, sign)


def home_changes(run: Run, groups: Mapping[tuple[str, str], int]) -> Changes:
    """Return how many troops ever went home from the theatre, as changes that only add up."""
    return _grouped(run, kept_answer(run, *home_question(run)), groups)


def home_question(run: Run) -> tuple[Hashable, Callable[[], Reading[Changes]]]:
    """Return what `home_changes` asks of a run, for all bodies, with its key."""

    def sign(summary: BlockSummary) -> NDArray[np.int64]:
        import numpy as np

        goes = np.logical_or.reduce([is_at(summary, "source", stage) for stage in LEAVING])
        stays = np.logical_or.reduce([is_at(summary, "goal", stage) for stage in LEAVING])
        home: NDArray[np.int64] = (goes & ~stays).astype("int64")
        return home

    return _key(run, "home"), lambda: _reading(run, sign)


def flow_changes(
    run: Run, counts: Callable[[str, str], bool], groups: Mapping[tuple[str, str], int]
) -> Changes:
    """Return how many troops ever made a move that counts (from a stage, to a stage), as changes that only add up."""
    return _grouped(run, kept_answer(run, *flow_question(run, counts)), groups)


def flow_question(
    run: Run, counts: Callable[[str, str], bool]
) -> tuple[Hashable, Callable[[], Reading[Changes]]]:
    """Return what `flow_changes` asks of a run, for all bodies, with its key."""
    ends = ("", *STAGES)
    moves = frozenset((source, goal) for source in ends for goal in ends if counts(source, goal))

    def sign(summary: BlockSummary) -> NDArray[np.int64]:
        import numpy as np

        made = np.zeros(summary.moves.place.size, dtype=np.int64)
        for source in summary.stages:
            for goal in summary.stages:
                if (source, goal) in moves:
                    made += is_at(summary, "source", source) & is_at(summary, "goal", goal)
        return made

    return _key(run, "flow", moves), lambda: _reading(run, sign)


def deployed_changes(run: Run, bodies: Sequence[Member]) -> Changes:
    """Return the changes of the deployed troops of these members, each a group by its place in `bodies`."""
    return stage_changes(run, ("deployed",), {body.key: number for number, body in enumerate(bodies)})


def _key(run: Run, *what: Hashable) -> Hashable:
    return (*what, run.duration, tuple(member.key for member in members(run.scenario)))


def _grouped(run: Run, everybody: Changes, groups: Mapping[tuple[str, str], int]) -> Changes:
    """Take the bodies that count from the changes of all of them."""
    import numpy as np

    known = [groups.get(member.key, -1) for member in members(run.scenario)]
    return replace(everybody, group=np.array(known or [-1], dtype=np.int16))


def into_or_out_of(stages: tuple[str, ...], summary: BlockSummary) -> NDArray[np.int64]:
    """Return for each move of a block whether it leads into (1) or out of (−1) these stages together."""
    import numpy as np

    total = np.zeros(summary.moves.place.size, dtype=np.int64)
    for stage in stages:
        total += is_at(summary, "goal", stage)
        total -= is_at(summary, "source", stage)
    return total


def is_at(summary: BlockSummary, end: str, stage: str) -> NDArray[np.bool_]:
    """Say of each move whether its `end` (`source`, `goal`) is a stage."""
    code = summary.stages.index(stage) if stage in summary.stages else -1
    matches: NDArray[np.bool_] = getattr(summary.moves, end) == code
    return matches


def _reading(run: Run, sign: Callable[[BlockSummary], NDArray[np.int64]]) -> Reading[Changes]:
    """Collect troops times the sign of their row, of every body by its place among the members."""
    import numpy as np

    groups = {member.key: place for place, member in enumerate(members(run.scenario))}
    stored = SpilledRows(_columns(run.duration))
    while (block := (yield)) is not None:
        first, summary = block
        moves = summary.moves
        number = np.array([groups.get(body, -1) for body in summary.bodies] or [-1])[moves.body]
        troops = moves.troops * sign(summary)
        kept = np.flatnonzero((troops != 0) & (number >= 0))
        rows = (moves.place[kept] + first, moves.second[kept], number[kept], troops[kept])
        stored.append(summary.numbers.size, *rows)
    return Changes(run.replications, stored, np.arange(max(1, len(groups)), dtype=np.int16))
