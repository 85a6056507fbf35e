"""The lines of the statement of requirements in their order of precedence, and who may serve them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.durations import DAY
from sim.results.applicability import course_question, rule_questions
from sim.results.dates import last_second_of
from sim.results.reading import Question, kept_answer
from sim.results.selection import Member, Selection, counted_under
from sim.scenario.planned import Planned, earliest, requirement_gate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.results.run import Run
    from sim.scenario.aims import Requirement
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Line:
    """A requirement with a name that no other line has."""

    name: str
    requirement: Requirement
    needed_from: int
    """The second from which it needs its troops, on to the end of the run: the last one of its `by`.

    Where that day slips, of the day planned; `due_seconds` knows each replication's.
    """

    counts: Selection
    """Whose troops may serve it, by the one rule of `sim.scenario.forces`."""

    def admits(self, member: Member) -> bool:
        """Return whether the member's troops count for the line, and do its task."""
        return self.requirement.task not in member.will_not and self.counts.admits(member)


def requirement_lines(scenario: Scenario) -> tuple[Line, ...]:
    """Return the lines by (priority, by, name), the smallest priority first."""
    wanted = sorted(
        scenario.requirements,
        key=lambda line: (
            line.priority,
            earliest(line.by),
            line.described,
            line.troops,
            line.force or "",
            str(line.when),
        ),
    )
    return tuple(
        Line(name, line, max(0, last_second_of(scenario.start, earliest(line.by))), _counted(scenario, line))
        for name, line in zip(_distinct([line.described for line in wanted]), wanted, strict=True)
    )


def due_seconds(run: Run, lines: Sequence[Line]) -> NDArray[np.int64]:
    """Return the second from which each line needs its troops: [lines, replications].

    A date that slips has come on the day that the logs say; one that has not come by the run's end lies after it.
    """
    import numpy as np

    planned = np.array([line.needed_from for line in lines], dtype=np.int64).reshape(len(lines), 1)
    same = np.broadcast_to(planned, (len(lines), run.replications))
    slipping = {
        requirement_gate(line.requirement.spelt): row
        for row, line in enumerate(lines)
        if isinstance(line.requirement.by, Planned)
    }
    if not slipping:
        return same  # each number once, however many replications there are
    due = same.copy()
    due[list(slipping.values())] = np.iinfo(np.int64).max
    for gate, row in slipping.items():
        for rows in kept_answer(run, *course_question(run, gate)).parts():
            day = rows.column("second").astype(np.int64) // DAY
            due[row, rows.column("place")] = (day + 1) * DAY - 1
    return due


def lines_questions(run: Run, statement: Iterable[Requirement]) -> Iterator[tuple[Hashable, Question]]:
    """Yield what is asked of a run about the lines of a statement, with keys: their rules and the dates that slip."""
    lines = tuple(statement)
    yield from rule_questions(run, (line.when for line in lines))
    for line in lines:
        if isinstance(line.by, Planned):
            yield course_question(run, requirement_gate(line.spelt))


def _counted(scenario: Scenario, line: Requirement) -> Selection:
    filters = Selection(role=line.role, sector=line.sector, force=line.force)
    return counted_under(scenario, filters)


def abilities(lines: Sequence[Line], bodies: Sequence[Member]) -> NDArray[np.bool_]:
    """Return who may serve which line, as [bodies, lines]."""
    import numpy as np

    able = [[line.admits(body) for line in lines] for body in bodies]
    return np.array(able, dtype=bool).reshape(len(bodies), len(lines))


def _distinct(names: Sequence[str]) -> list[str]:
    """Number the names that occur more than once, in their order."""
    often, seen, distinct = Counter(names), Counter[str](), []
    for name in names:
        seen[name] += 1
        distinct.append(f"{name} #{seen[name]}" if often[name] > 1 else name)
    return distinct
