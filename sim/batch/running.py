"""A run: plays what is missing of a number of replications and stores it block by block."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any, Protocol

from sim.batch.completing import Completion, Progress
from sim.batch.executors import check_workers, workers_for
from sim.batch.locks import only_here
from sim.batch.manifest import Manifest, present_versions
from sim.batch.outcome import RunOutcome
from sim.batch.resuming import resumed
from sim.batch.retention import ALL, Retention
from sim.batch.simulation import Model, Simulation, standard_model
from sim.batch.spans import MOST_REPLICATIONS
from sim.batch.store import Store
from sim.batch.workers import Workers
from sim.errors import TimeUpError, UsageError

__all__ = ["Playable", "Progress", "check_numbers", "held_run", "run"]


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
    retention: Retention = ALL,
) -> RunOutcome:
    """Bring the run in `folder` to at least that many replications.

    What is stored and sound is kept; missing, damaged and failed blocks are made (again), so the same call
    finishes what an earlier one began, and a larger number extends it. A run never shrinks: with a smaller
    number it stays as it is, and `warn` says so. The stored bytes depend on scenario, seed, number and
    versions alone, not on `jobs` or the way there. Replications that fail are recorded and the others kept;
    only when each of the first twenty fails the run stops there, since the rest would fail too. Where `workers`
    have an allowance of time it ends with the block under way (`RunOutcome.is_cut`). `retention` says whose logs
    are kept; blocks that stand without logs that it asks for are played for them. The folder is
    held against other commands meanwhile, by the caller (`held`; see `sim.batch.locks.only_here`) if more is
    to be done to it under the same lock.

    UsageError for an impossible number, StoreError if the folder cannot be written or holds results of other
    versions that this call would not replace, WorkerError if worker processes keep dying.
    """
    check_numbers(replications, seed, jobs)
    store = Store(folder)
    with nullcontext() if held else held_run(folder, warn):
        empty = Manifest(resolved.scenario.scenario, resolved.digest, seed, present_versions(), {})
        stored = resumed(store, empty, replications, warn)
        batch = Completion(store, stored, replications, progress, retention)
        simulation = None
        if batch.missing:  # else neither a plan nor who plays it is needed
            model = model or standard_model(replications=replications)
            simulation = Simulation.of(model, model.compile(resolved.scenario), seed)
        if again := batch.for_logs_alone:
            warn(
                f"{folder}: the logs of {again:,} replications are not kept; they are played again for them "
                "(--logs none leaves that out)"
            )
        # Before anything else stands or goes: what the manifest lists is always there.
        store.save_manifest(stored.manifest)
        store.sweep(stored.manifest)
        store.save_scenario(resolved.text)
        with suppress(TimeUpError):  # the outcome says so
            if simulation is None:
                batch.stand()
            else:
                batch.complete(workers or workers_for(jobs), simulation)
    if batch.manifest.replications > replications and not batch.hopeless:
        held_more = (
            f"holds {batch.manifest.replications:,} replications, more than the {replications:,} asked for"
        )
        warn(f"{folder}: {held_more}; kept")
    done = batch.manifest
    return RunOutcome(
        folder,
        seed,
        done.replications,
        batch.made,
        done.failed,
        done.violations,
        stopped=batch.hopeless,
        wanted=batch.wanted,
        without_logs=batch.without_logs,
    )


def held_run(folder: Path, warn: Callable[[str], None]) -> AbstractContextManager[None]:
    """Hold a run's folder, made if it is missing, against other commands; `warn` says so if that takes long."""
    return only_here(
        folder, lambda: warn(f"{folder}: another command is at work on this run; waiting for it")
    )


def check_numbers(replications: int, seed: int, jobs: int, *, least: int = 1) -> None:
    """Raise UsageError for a number that cannot be."""
    if not least <= replications <= MOST_REPLICATIONS:
        raise UsageError(f"replications: {replications} is not between {least} and {MOST_REPLICATIONS:,}")
    if seed < 0:
        raise UsageError(f"seed: {seed} is below 0; a seed is 0 or any whole number above")
    check_workers(None, jobs)
