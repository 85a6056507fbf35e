"""A stored run seen otherwise: up to an earlier end, or judged by other targets and requirements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.batch.spans import Span
from sim.results.columns import seconds_of
from sim.results.run import Run
from sim.results.summaries import until_second
from sim.scenario.gates import gates
from sim.scenario.planned import earliest, requirement_gate

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.batch.summary import BlockSummary
    from sim.scenario.aims import Requirement, Target


@dataclass(frozen=True)
class ShortenedRun(Run):
    """A run without what happened after the end of its (earlier) `scenario.end`."""

    def blocks(
        self, log: str, columns: Sequence[str] | None = None, holding: int | None = None
    ) -> Iterator[pa.Table]:
        """Yield a log block by block, without the rows after the end."""
        if log == "numbers":  # what is drawn once has no day
            yield from super().blocks(log, columns, holding)
            return
        read = None if columns is None else list(dict.fromkeys((*columns, "day")))
        for table in super().blocks(log, read, holding):
            kept = table.filter(seconds_of(table) < self.duration)
            yield kept if columns is None else kept.select(list(columns))

    def summaries(self) -> Iterator[tuple[int, BlockSummary]]:
        """Yield the summary of each block, without what happened after the end."""
        for place, summary in super().summaries():
            yield place, self.seen(summary)

    def seen(self, summary: BlockSummary) -> BlockSummary:
        """Return a block without what happened after the end."""
        return until_second(summary, self.duration)


def until(run: Run, end: dt.date) -> Run:
    """Return a run as if it had ended at the end of that day; the run itself if it did not last longer.

    What was read of the one is not read again for the other, nor for a second view with the same end: the key of each
    answer that is kept says how long the run is that gave it.
    """
    if run.scenario.end <= end:
        return run
    return ShortenedRun(run.folder, run.scenario.model_copy(update={"end": end}), run.manifest, run.kept)


def of_blocks(run: Run, spans: Collection[Span]) -> Run:
    """Return a run of some of its blocks alone; the run itself if they are all of them."""
    if set(spans) >= set(run.spans):
        return run
    blocks = [each for each in run.manifest["blocks"] if Span(each["first"], each["count"]) in spans]
    failed = [
        number for number in run.manifest["failed"] if any(each.first <= number < each.end for each in spans)
    ]
    return replace(run, manifest={**run.manifest, "blocks": blocks, "failed": failed}, kept={})


def with_targets(run: Run, targets: Mapping[str, Target]) -> Run:
    """Return a run to be judged by these targets instead of its scenario's."""
    return replace(run, scenario=run.scenario.model_copy(update={"targets": dict(targets)}))


def with_requirements(run: Run, requirements: Sequence[Requirement]) -> Run:
    """Return a run to be judged by this statement of requirements instead of its scenario's.

    A date that slips in the other statement alone did not slip in the worlds of this run: it is the day planned.
    """
    drawn = {gate.name for gate in gates(run.scenario)}
    lines = (
        line if requirement_gate(line.spelt) in drawn else line.model_copy(update={"by": earliest(line.by)})
        for line in requirements
    )
    return replace(run, scenario=run.scenario.model_copy(update={"requirements": tuple(lines)}))
