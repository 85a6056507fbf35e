"""Moves that come in many small steps, put together: serials, reliefs and classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.durations import DAY

if TYPE_CHECKING:
    from sim.model.logbook import Transition

_LONGEST_GAP = 31 * DAY
"""Serials further apart than this are told apart."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Troops of one contingent that went from one stage to another, in one or several steps."""

    time: int
    step: int
    contributor: str
    contingent: str
    source: str
    target: str
    cause: str
    troops: int
    times: int
    """In how many steps."""
    last: int
    """When the last of them was."""


def flows(transitions: Iterable[Transition]) -> Iterator[Flow]:
    """Yield the moves of a replication by time, consecutive serials of the same contingent as one.

    A serial belongs to the one before it unless the contingent did something else in between that is not part
    of being lifted or taught, or more than a month passed.
    """
    found: list[Flow] = []
    open_flows: dict[tuple[str, str], dict[tuple[str, str, str], int]] = {}
    for time, step, contributor, contingent, source, target, troops, cause in transitions:
        kind = (source, target, cause)
        mine = open_flows.setdefault((contributor, contingent), {})
        if not _is_serial(source, target, cause):
            mine.clear()
            found.append(Flow(time, step, contributor, contingent, source, target, cause, troops, 1, time))
            continue
        place = mine.get(kind)
        if place is not None and time - found[place].last <= _LONGEST_GAP:
            found[place] = _with(found[place], time, troops)
        else:
            mine[kind] = len(found)
            found.append(Flow(time, step, contributor, contingent, source, target, cause, troops, 1, time))
    yield from found


def _is_serial(source: str, target: str, cause: str) -> bool:
    moves = {("ready", "moving"), ("moving", "deployed"), ("deployed", "deployed")}
    return (source, target) in moves or cause in ("course begins", "course passed", "not vetted")


def _with(flow: Flow, time: int, troops: int) -> Flow:
    return Flow(
        flow.time,
        flow.step,
        flow.contributor,
        flow.contingent,
        flow.source,
        flow.target,
        flow.cause,
        flow.troops + troops,
        flow.times + 1,
        time,
    )
