"""Logs that are not kept, had again by playing just their block, and held to the summary that is kept of it.

A replication is a pure function of plan, seed and number; so what is played by the versions that the manifest names,
on the same kind of processor, is what was played then, and its summary is the same bytes.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sim.batch.columns import LOGS, Gathering, Identity
from sim.batch.finishing import Finished, with_logs
from sim.batch.manifest import BlockRecord, present_versions
from sim.batch.simulation import Failure, Played, Simulation, standard_model
from sim.batch.spans import Span
from sim.errors import StoreError


@dataclass(frozen=True)
class Replaying:
    """Plays blocks of the run in `folder` again, in this process; digest, seed and versions are its manifest's.

    `asked` is how many replications are likely to be asked for: it decides whether the compiled engine is worth it.
    """

    folder: Path
    digest: str
    seed: int
    versions: Mapping[str, str]
    replications: int
    asked: int

    def __call__(self, record: BlockRecord) -> Finished:
        """Return a block with its logs.

        StoreError if the run was made by other versions, if the scenario beside it is another one, or if what is
        played is not what the run holds.
        """
        parts = [self._simulation(span) for span in _finished(record)] or [_nothing(record)]
        block = with_logs(parts, Identity(self.digest, self.seed, record.span))
        check_summary(record, block, self._remedy)
        return block

    @property
    def _remedy(self) -> str:
        return anew(self.folder, self.seed, self.replications)

    @cached_property
    def _simulation(self) -> Simulation:
        from sim.scenario.loading import load_resolved

        if dict(self.versions) != present_versions():
            raise StoreError(
                f"{self.folder}: keeps no logs of what is asked for, and was made by other versions, so that it "
                f"cannot be played again here; play it anew with logs: {self._remedy}"
            )
        resolved = load_resolved(self.folder / "scenario.yaml")
        if resolved.digest != self.digest:
            raise StoreError(
                f"{self.folder / 'scenario.yaml'}: is not the scenario that this run played, and no logs are kept "
                "of what is asked for; put the original back, which the same `isf run` does"
            )
        model = standard_model(replications=self.asked)
        return Simulation.of(model, model.compile(resolved.scenario), self.seed)


def check_replayed(before: BlockRecord, record: BlockRecord, block: Finished, remedy: str) -> None:
    """Raise StoreError if a block that was played for its logs is not the one of which the summary is kept."""
    if not before.files and record.files and (before.span, before.failed) == (record.span, record.failed):
        check_summary(before, block, remedy)


def check_summary(kept: BlockRecord, block: Finished, remedy: str) -> None:
    """Raise StoreError if the summary of a block that was played again is not the one that is kept."""
    if hashlib.sha256(block.bare_summary).hexdigest() != kept.summary:
        span = kept.span
        raise StoreError(
            f"replications {span.first} to {span.end - 1}, played again for their logs, are not what the run holds: "
            "their summaries differ; the run was made on another kind of processor, or by code that calls itself "
            f"the same version; play it anew with logs: {remedy}"
        )


def anew(folder: Path, seed: int, replications: int) -> str:
    """Return the command that plays a run again, in another folder."""
    out = folder.parent.parent / "again"
    return (
        f"isf run {shlex.quote(str(folder / 'scenario.yaml'))} -n {replications} --seed {seed} "
        f"--out {shlex.quote(str(out))}"
    )


def _finished(record: BlockRecord) -> Iterator[Span]:
    """Yield the replications that finished as spans: one that failed may end its process again."""
    numbers = record.finished
    first = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield Span(numbers[first], place - first)
            first = place


def _nothing(record: BlockRecord) -> Played:
    """Return a block of which every replication failed."""
    failures = tuple(Failure(number, "", "") for number in record.failed)
    return Played(record.span, {log: Gathering(log).columns() for log in LOGS}, failures, ())
