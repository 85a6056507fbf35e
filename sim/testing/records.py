"""Whether what history records is true in a replication, read from its logs alone.

Nothing here uses the model: of each record it is asked what must stand in the logs of every world if it holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from math import floor

from sim.durations import DAY, seconds_between
from sim.scenario.aims import Record
from sim.scenario.distributions import Fixed
from sim.scenario.scenario import Scenario
from sim.testing.pasts import SortedLogs

_BEFORE = ("pledged", "deciding", "preparing", "ready")
_THERE = ("moving", "deployed", "withdrawing")


def broken_records(scenario: Scenario, logs: SortedLogs) -> list[str]:
    """Return what history records and the logs of a replication deny, a line each; empty if every record holds."""
    return [
        f"{record.date}: {said}"
        for record in scenario.history
        for said in _Reader(scenario, logs, record).denied()
    ]


class _Reader:
    """Holds one record against the logs."""

    def __init__(self, scenario: Scenario, logs: SortedLogs, record: Record) -> None:
        self._scenario = scenario
        self._logs = logs
        self._record = record
        self._time = seconds_between(scenario.start, record.date)

    def denied(self) -> Iterator[str]:
        """Yield what is denied."""
        record = self._record
        if record.event == "delayed":
            yield from self._moved_while_delayed()
        elif record.fact is not None:
            yield from self._fact(record.fact)
        elif record.party is not None:
            yield from self._valued(
                f"consent({record.party}, {record.contributor})", float(record.consent or 0)
            )
        elif record.event in _OF_CONTINGENTS:
            for contingent in self._contingents():
                if not _OF_CONTINGENTS[record.event](self, contingent):
                    what = f"{record.event} {record.troops or record.step or ''}".strip()
                    yield f"{record.contributor}/{contingent}: '{what}' does not hold"
        elif record.event == "casualties" and not self._counted(f"casualties({record.contributor})"):
            yield f"{record.contributor}: {record.troops} casualties are not counted"
        elif (
            record.event == "graduated"
            and self._flowed(str(record.contributor), str(record.contributor), ("deployed", "ready"))
            != self._same()
        ):
            yield f"{record.contributor}: {record.troops} have not graduated"

    def _contingents(self) -> list[str]:
        block = self._scenario.contributors[str(self._record.contributor)]
        return [name for name in block.contingents if self._record.contingent in (None, name)]

    def _fact(self, name: str) -> Iterator[str]:
        fact = self._scenario.facts[name]
        if not fact.log:
            return
        if fact.kind == "events":
            if not self._counted(name):
                yield f"{name}: {self._record.count} are not counted"
        elif fact.kind == "progress":
            value = floor(float(self._record.value or 0) * fact.steps + 1e-9) / fact.steps
            yield from self._valued(name, value)
        else:
            yield from self._valued(name, float(self._record.value or 0))

    def _valued(self, name: str, value: float) -> Iterator[str]:
        found = [row[3] for row in self._logs.signals if row[2] == name and row[0] <= self._time]
        fact = self._scenario.facts.get(name)
        initial = 0.0
        if fact is not None and fact.kind == "switch":
            initial = float(fact.initially if fact.since is None else not fact.initially)
        if fact is not None and fact.kind == "progress":
            initial = fact.initially
        now = found[-1] if found else initial
        if abs(now - value) > 1e-9:
            yield f"{name} is {now:g}, not {value:g}"

    def _same(self) -> int:
        """Return how many are recorded of the same thing on the same day."""
        own = self._record
        return sum(
            (each.troops or 0) + (each.count or 0)
            for each in self._scenario.history
            if (each.date, each.fact, each.contributor, each.event)
            == (own.date, own.fact, own.contributor, own.event)
            and (
                own.event in ("casualties", "graduated") or own.fact or self._alone(each) == self._alone(own)
            )
        )

    def _alone(self, record: Record) -> str | None:
        block = self._scenario.contributors.get(str(record.contributor))
        if record.contingent is None and block is not None and len(block.contingents) == 1:
            return next(iter(block.contingents))
        return record.contingent

    def _counted(self, name: str) -> bool:
        """Tell whether at least as many were counted in that instant as are recorded of the day."""
        before = [row[3] for row in self._logs.signals if row[2] == name and row[0] < self._time]
        until = [row[3] for row in self._logs.signals if row[2] == name and row[0] <= self._time]
        return (until[-1] if until else 0.0) - (before[-1] if before else 0.0) == self._same()

    def _flowed(self, who: str, contingent: str, targets: tuple[str, ...]) -> int:
        """Return how many history moved into a stage in that instant."""
        return sum(
            row[6]
            for row in self._logs.transitions
            if row[0] == self._time
            and row[2:4] == (who, contingent)
            and row[5] in targets
            and row[4] != row[5]  # a relief in place brings nobody
            and row[7].startswith("history")
        )

    def _stages(self, contingent: str, until: int) -> Counter[str]:
        counts: Counter[str] = Counter()
        for row in self._logs.transitions:
            if row[0] <= until and row[2:4] == (self._record.contributor, contingent):
                counts[row[4]] -= row[6]
                counts[row[5]] += row[6]
        return counts

    def _pledged(self, contingent: str) -> bool:
        stages = self._stages(contingent, self._time)
        whole = sum(many for stage, many in stages.items() if stage)
        return self._record.troops in (whole, whole - stages["gone"])

    def _approved(self, contingent: str) -> bool:
        cause = f"approval {self._record.step}"
        rows = [
            row[5]
            for row in self._logs.waits
            if row[0] <= self._time and row[2:5] == (self._record.contributor, contingent, cause)
        ]
        return not rows or rows[-1] == 0

    def _refused(self, contingent: str) -> bool:
        stages = self._stages(contingent, self._time)
        return not any(stages[stage] for stage in _BEFORE)

    def _ready(self, contingent: str) -> bool:
        if self._record.troops is None:
            stages = self._stages(contingent, self._time)
            return not any(stages[stage] for stage in _BEFORE[:2])
        return self._flowed(str(self._record.contributor), contingent, ("ready",)) == self._same()

    def _arrived(self, contingent: str) -> bool:
        return self._flowed(str(self._record.contributor), contingent, ("deployed",)) == self._same()

    def _embarked(self, contingent: str) -> bool:
        return self._flowed(str(self._record.contributor), contingent, ("moving",)) == self._same()

    def _lost(self, contingent: str) -> bool:
        return self._flowed(str(self._record.contributor), contingent, ("undelivered",)) >= self._same()

    def _relieved(self, contingent: str) -> bool:
        about = (self._record.contributor, contingent)
        return any(
            row[0] == self._time and row[2:4] == about and row[7] == "history: relieved"
            for row in self._logs.transitions
        )

    def _withdrew(self, contingent: str) -> bool:
        stages = self._stages(contingent, self._time)
        return not any(stages[stage] for stage in (*_BEFORE, *_THERE))

    def _moved_while_delayed(self) -> Iterator[str]:
        """Yield what moved by chance while it was delayed."""
        record = self._record
        length = (
            record.by.distribution.value if record.by and isinstance(record.by.distribution, Fixed) else 0.0
        )
        until = seconds_between(self._scenario.start, record.until) if record.until else self._time + length
        told = {seconds_between(self._scenario.start, each.date) for each in self._scenario.history}
        name = record.fact or (f"consent({record.party}, {record.contributor})" if record.party else None)
        for row in self._logs.signals:
            if row[2] == name and self._time < row[0] < until and row[0] not in told:
                yield f"{name} changed on day {row[0] / DAY:g}, though it was delayed"
        if name is None:
            for move in self._logs.transitions:
                concerned = move[2] == record.contributor and record.contingent in (None, move[3])
                by_chance = (move[4], move[5]) in _UNDER_WAY and not move[7].startswith("history")
                if concerned and by_chance and self._time < move[0] < until:
                    who = f"{move[2]}/{move[3]}"
                    yield f"{who} went on ({move[7]}) on day {move[0] / DAY:g}, though it was delayed"


_UNDER_WAY = {("preparing", "ready"), ("ready", "moving")}

_OF_CONTINGENTS: dict[str | None, Callable[[_Reader, str], bool]] = {
    "pledged": _Reader._pledged,
    "approved": _Reader._approved,
    "refused": _Reader._refused,
    "ready": _Reader._ready,
    "embarked": _Reader._embarked,
    "arrived": _Reader._arrived,
    "undelivered": _Reader._lost,
    "relieved": _Reader._relieved,
    "withdrew": _Reader._withdrew,
}
