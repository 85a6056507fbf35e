"""What `isf run` does with each file: load, play, write tables and figures, print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.naming import run_folder
from sim.batch.outcome import RunOutcome
from sim.batch.running import run as run_batch
from sim.cli.loading import load_all
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved


def run_all(
    files: Sequence[Path],
    *,
    replications: int,
    seed: int,
    jobs: int,
    out: Path,
    settings: Sequence[str],
    quiet: bool,
) -> bool:
    """Run every file, after all of them are found right; return whether any replication went wrong."""
    failed = False
    for file, resolved in load_all(files, settings):
        outcome = _play(file, resolved, replications=replications, seed=seed, jobs=jobs, out=out, quiet=quiet)
        failed |= _told_of_troubles(outcome)
        if outcome.finished:
            _report(outcome.folder, quiet)
    return failed


def _play(
    file: Path, resolved: Resolved, *, replications: int, seed: int, jobs: int, out: Path, quiet: bool
) -> RunOutcome:
    with progress_of(resolved.scenario.scenario, shown=not quiet) as progress:
        return run_batch(
            resolved,
            replications=replications,
            seed=seed,
            folder=run_folder(out, file.stem, resolved.digest, seed),
            jobs=jobs,
            progress=progress,
            warn=_warn,
        )


def _report(folder: Path, quiet: bool) -> None:
    from sim.report.run_report import write_run_outputs
    from sim.report.tables import Tables
    from sim.results.run import open_run

    tables = Tables(open_run(folder))
    write_run_outputs(tables)
    if not quiet:
        from rich.console import Console

        from sim.report.terminal import print_run

        print_run(tables, Console())
    print(folder, flush=True)  # noqa: T201 - the answer of the command


def _told_of_troubles(outcome: RunOutcome) -> bool:
    """Say on stderr what went wrong in a run; return whether anything did."""
    for trouble in outcome.troubles:
        _warn(trouble)
    return bool(outcome.troubles)


def _warn(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - to stderr, so that --quiet stays clean
