"""Who waited for what in one replication, from when to when, and how many troop-days that cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.durations import DAY

if TYPE_CHECKING:
    from sim.model.logbook import Wait


@dataclass(frozen=True, slots=True)
class Waited:
    """One cause for which troops of a contingent waited: when, and the troop-seconds in all."""

    contributor: str
    contingent: str
    cause: str
    stretches: tuple[tuple[int, int], ...]
    troop_seconds: int

    @property
    def troop_days(self) -> float:
        """Troop-seconds as days."""
        return self.troop_seconds / DAY


def waited(waits: Iterable[Wait], ends: int) -> tuple[Waited, ...]:
    """Return what each contingent waited for, by contributor, contingent and the first time of each cause.

    `ends` is the end of the replication in seconds.
    """
    courses: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for time, _, contributor, contingent, cause, troops in waits:
        course = courses.setdefault((contributor, contingent, cause), [])
        if course and course[-1][0] == time:
            course.pop()
        course.append((time, troops))
    found = [_waited(key, course, ends) for key, course in courses.items()]
    return tuple(
        sorted(
            (each for each in found if each.troop_seconds),
            key=lambda each: (each.contributor, each.contingent, each.stretches, each.cause),
        )
    )


def _waited(key: tuple[str, str, str], course: list[tuple[int, int]], ends: int) -> Waited:
    stretches: list[tuple[int, int]] = []
    total = 0
    for (time, troops), (until, _) in zip(course, [*course[1:], (ends, 0)], strict=True):
        if not troops or until <= time:
            continue
        total += troops * (until - time)
        if stretches and stretches[-1][1] == time:
            stretches[-1] = (stretches[-1][0], until)
        else:
            stretches.append((time, until))
    return Waited(*key, tuple(stretches), total)
