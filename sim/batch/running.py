"""A run: plays what is missing of a number of replications and stores it block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from sim.batch.columns import LOGS, Identity, encoded, joined
from sim.batch.executors import check_workers, workers_for
from sim.batch.locks import only_here
from sim.batch.manifest import BlockRecord, Manifest, present_versions
from sim.batch.outcome import RunOutcome
from sim.batch.playing import play
from sim.batch.rerunning import rerun_command
from sim.batch.simulation import Failure, Model, Played, Simulation, merged, standard_model
from sim.batch.spans import MOST_REPLICATIONS, SCOUTS, Span, blocks_of, part_size, split
from sim.batch.store import Store
from sim.batch.summary import summarised
from sim.batch.workers import Task, Workers
from sim.errors import StoreError, UsageError

Progress = Callable[[int, int, int], None]
"""Called with the replications done, wanted and failed, first with what was stored already."""


class Playable(Protocol):
    """A scenario after inheritance and settings; see `sim.scenario.loading.Resolved`."""

    @property
    def scenario(self) -> Any:
        """Return the scenario."""
        ...

    @property
    def digest(self) -> str:
        """Return the SHA-256 of its canonical data."""
        ...

    @property
    def text(self) -> str:
        """Return it as one YAML file that needs no other."""
        ...


def run(
    resolved: Playable,
    *,
    replications: int,
    seed: int,
    folder: Path,
    jobs: int = 1,
    model: Model | None = None,
    workers: Workers | None = None,
    progress: Progress = lambda done, wanted, failed: None,
    warn: Callable[[str], None] = lambda message: None,
    held: bool = False,
) -> RunOutcome:
    """Bring the run in `folder` to at least that many replications.

    What is stored and sound is kept; missing, damaged and failed blocks are made (again), so the same call
    finishes what an earlier one began, and a larger number extends it. A run never shrinks: with a smaller
    number it stays as it is, and `warn` says so. The stored bytes depend on scenario, seed, number and
    versions alone, not on `jobs` or the way there. Replications that fail are recorded and the others kept;
    only when each of the first twenty fails the run stops there, since the rest would fail too. The folder is
    held against other commands meanwhile, by the caller (`held`; see `sim.batch.locks.only_here`) if more is
    to be done to it under the same lock.

    UsageError for an impossible number, StoreError if the folder cannot be written or holds results of other
    versions that this call would not replace, WorkerError if worker processes keep dying.
    """
    check_numbers(replications, seed, jobs)
    model = model or standard_model(replications=replications)
    plan = model.compile(resolved.scenario)
    store = Store(folder)
    with nullcontext() if held else held_run(folder, warn):
        empty = Manifest(resolved.scenario.scenario, resolved.digest, seed, present_versions(), {})
        manifest = _kept(store, empty, replications, warn)
        store.save_manifest(manifest)  # before anything else stands or goes: what it lists is always there
        store.sweep(manifest)
        store.save_scenario(resolved.text)
        batch = _Batch(store, manifest, replications, progress)
        batch.complete(workers or workers_for(jobs), Simulation.of(model, plan, seed))
    if batch.wanted > replications and not batch.hopeless:
        warn(f"{folder}: holds {batch.wanted:,} replications, more than the {replications:,} asked for; kept")
    done = batch.manifest
    return RunOutcome(
        folder, seed, done.replications, batch.made, done.failed, done.violations, stopped=batch.hopeless
    )


def held_run(folder: Path, warn: Callable[[str], None]) -> AbstractContextManager[None]:
    """Hold a run's folder, made if it is missing, against other commands; `warn` says so if that takes long."""
    return only_here(
        folder, lambda: warn(f"{folder}: another command is at work on this run; waiting for it")
    )


class _Batch:
    """The work on one run folder while it is held."""

    def __init__(self, store: Store, manifest: Manifest, replications: int, progress: Progress) -> None:
        self.store = store
        self.manifest = manifest
        self.progress = progress
        self.made = 0
        self.hopeless = False
        """Whether each of the first replications failed, so that the run stopped there."""
        # A run has no gaps: what lies before a block that is stored already is made too.
        self.wanted = max([replications, *(record.span.end for record in manifest.blocks.values())])

    def complete(self, workers: Workers, task: Task) -> None:
        """Make the blocks that are missing, and save each with the manifest as soon as it is whole."""
        missing = [span for span in blocks_of(self.wanted) if not self._stands(span)]
        count = sum(span.count for span in missing)
        self.progress(self.wanted - count, self.wanted, 0)
        parts = split(missing, part_size(count, workers.jobs), first=SCOUTS)
        with closing(play(workers, task, parts)) as playing:
            reported = _reported(playing, self.progress, self.wanted - count, self.wanted)
            for span, played in _whole_blocks(self._while_hopeful(reported), missing):
                self._save(span, played)
                self.made += span.count

    def _while_hopeful(self, parts: Iterator[Played]) -> Iterator[Played]:
        """Yield the parts; when each of the first replications failed, save those alone and end."""
        for part in parts:
            if part.span == Span(0, SCOUTS) and self._hopeless_after(part):
                self.hopeless = True
                self.manifest = replace(self.manifest, blocks={})
                self.store.save_manifest(self.manifest)
                self.store.sweep(self.manifest)
                self._save(part.span, [part])
                self.made = SCOUTS
                return
            yield part

    def _hopeless_after(self, scouts: Played) -> bool:
        """Tell whether nothing has finished so far, with more to come."""
        finished = any(record.span.count > len(record.failed) for record in self.manifest.blocks.values())
        return not finished and len(scouts.failures) == scouts.span.count < self.wanted

    def _stands(self, span: Span) -> bool:
        record = self.manifest.blocks.get(span.block)
        return record is not None and record.span == span and not record.failed

    def _save(self, span: Span, played: list[Played]) -> None:
        logs = {log: joined(log, [part.logs[log] for part in played]) for log in LOGS}
        identity = Identity(self.manifest.digest, self.manifest.seed, span)
        files = {log: encoded(log, columns, identity) for log, columns in logs.items()}
        failures = [failure for part in played for failure in part.failures]
        texts = {failure.number: self._failure_text(failure) for failure in failures}
        self.store.save_failures(span.first, span.count, texts)
        record = BlockRecord(
            span=span,
            files=self.store.save_block(span.block, files),
            failed=tuple(failure.number for failure in failures),
            violations=merged([each for part in played for each in part.violations]),
        )
        self.store.save_summary(record, summarised(logs, record.finished))
        before = self.manifest.blocks.get(span.block)
        self.manifest = replace(self.manifest, blocks={**self.manifest.blocks, span.block: record})
        self.store.save_manifest(self.manifest)
        if before is not None:
            self.store.drop_block(before, record)

    def _failure_text(self, failure: Failure) -> str:
        command = rerun_command(self.store.folder / "scenario.yaml", failure.number, self.manifest.seed)
        return (
            f"Replication {failure.number} of “{self.manifest.scenario}” (seed {self.manifest.seed}) "
            f"failed:\n{failure.error}\n\nRe-run it alone:\n  {command}\n\n{failure.traceback}"
        )


def _whole_blocks(parts: Iterator[Played], blocks: list[Span]) -> Iterator[tuple[Span, list[Played]]]:
    """Yield each block with its parts in order, as soon as the last of them is there."""
    span_of = {span.block: span for span in blocks}
    waiting: dict[int, list[Played]] = {}
    for part in parts:
        block = part.span.block
        waiting.setdefault(block, []).append(part)
        if sum(each.span.count for each in waiting[block]) == span_of[block].count:
            yield span_of[block], sorted(waiting.pop(block), key=lambda each: each.span)


def _reported(parts: Iterator[Played], progress: Progress, done: int, wanted: int) -> Iterator[Played]:
    failed = 0
    for part in parts:
        done += part.span.count
        failed += len(part.failures)
        progress(done, wanted, failed)
        yield part


def _kept(store: Store, empty: Manifest, replications: int, warn: Callable[[str], None]) -> Manifest:
    """Return the manifest with what is stored, sound, and made by the present versions."""
    path = store.folder / "manifest.json"
    try:
        stored = store.manifest()
    except ValueError as error:
        warn(f"{path}: {error}; the run is made again")
        return empty
    if stored is None:
        return empty
    if (stored.scenario, stored.digest, stored.seed) != (empty.scenario, empty.digest, empty.seed):
        warn(f"{path}: is of another scenario or seed; the run is made again")
        return empty
    if stored.versions != empty.versions:
        difference = _difference(stored, empty)
        if stored.replications > replications:
            raise StoreError(
                f"{store.folder}: holds {stored.replications:,} replications made with {difference}; "
                f"results of two versions do not go into one run: ask for -n {stored.replications} to make "
                "them all again, or give another folder with --out"
            )
        warn(f"{store.folder}: was made with {difference}; the run is made again")
        return empty
    return replace(stored, blocks=store.sound(stored.blocks.values(), warn))


def _difference(stored: Manifest, present: Manifest) -> str:
    names = sorted({*stored.versions, *present.versions})
    return ", ".join(
        f"{name} {stored.versions.get(name, 'none')} (now {present.versions.get(name, 'none')})"
        for name in names
        if stored.versions.get(name) != present.versions.get(name)
    )


def check_numbers(replications: int, seed: int, jobs: int, *, least: int = 1) -> None:
    """Raise UsageError for a number that cannot be."""
    if not least <= replications <= MOST_REPLICATIONS:
        raise UsageError(f"replications: {replications} is not between {least} and {MOST_REPLICATIONS:,}")
    if seed < 0:
        raise UsageError(f"seed: {seed} is below 0; a seed is 0 or any whole number above")
    check_workers(None, jobs)
