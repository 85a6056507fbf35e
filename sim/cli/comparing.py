"""What `isf compare` does: find or make the runs, compare them, write tables and figures, print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.allowance import Allowance, shared_out
from sim.batch.executors import check_workers, opened_workers
from sim.batch.naming import run_folder
from sim.batch.retention import AS_THEY_STAND
from sim.batch.running import check_numbers
from sim.batch.running import run as run_batch
from sim.cli.at_most import TIME_UP
from sim.cli.loading import load_all
from sim.cli.outlets import console
from sim.cli.progress import progress_of
from sim.errors import StoreError, UsageError
from sim.studies.named_runs import labelled, named_runs, unused

if TYPE_CHECKING:
    from sim.batch.workers import Workers
    from sim.results.run import Run
    from sim.scenario.loading import Resolved


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """One thing to compare: its label, and a run folder or a scenario file."""

    label: str
    path: Path

    @property
    def is_run(self) -> bool:
        """Whether it is played already."""
        return self.path.is_dir()


def compare_all(
    entries: Sequence[str],
    *,
    baseline: str | None,
    replications: int,
    seed: int,
    jobs: int | None,
    executor: str | None,
    allowance: Allowance | None = None,
    out: Path,
    interactions: Sequence[str],
    quiet: bool,
) -> int:
    """Compare everything that is named, after all of it is found right; return the exit code.

    Of an allowance of time each file that is played gets an equal part.
    """
    from sim.report.comparison_tables import ComparisonTables, asked_in_comparison
    from sim.report.keeping import write_comparison_outputs
    from sim.studies.comparison import compare
    from sim.studies.keeping import comparison_folder

    check_numbers(replications, seed, 1)
    check_workers(executor, jobs)
    named = entries_of(entries)
    _check_baseline(named, baseline)
    with opened_workers(executor, jobs, allowance) as workers:
        runs, code = _runs(named, replications=replications, seed=seed, workers=workers, out=out, quiet=quiet)
    comparison = compare(runs, baseline, interactions, asked_in_comparison)
    tables = ComparisonTables(comparison)
    folder = comparison_folder(out, comparison)
    if not quiet:  # the answer first: what comes after it may meet a full disk
        from sim.report.printing import print_comparison

        print_comparison(tables, console())
    write_comparison_outputs(tables, folder)
    print(folder, flush=True)  # noqa: T201 - the answer of the command
    return code


def entries_of(texts: Sequence[str]) -> list[ComparedItem]:
    """Read `[LABEL=]RUN|FILE`; those without a label are called as their file or their scenario's folder.

    A sweep or a folder of runs stands for all its runs, called by what varies. UsageError for a label that is given
    twice, or fewer than two entries.
    """
    found: list[ComparedItem] = []
    for text in texts:
        label, path = labelled(text, "LABEL=RUN or LABEL=FILE", "halt=full-halt.yaml")
        used = [entry.label for entry in found]
        runs = named_runs(label, path, used)
        if not runs and label in used:
            raise UsageError(f"the label '{label}' is given twice; each run needs its own")
        called = label if label is not None else unused(_called(path), used)
        found += [ComparedItem(*each) for each in (runs or {called: path}).items()]
    if len(found) < 2:
        raise UsageError("a comparison needs two runs or more; name another run folder or scenario file")
    return found


def _called(path: Path) -> str:
    return path.resolve().parent.name if path.is_dir() else path.stem


def _check_baseline(entries: Sequence[ComparedItem], baseline: str | None) -> None:
    labels = [entry.label for entry in entries]
    if baseline is not None and baseline not in labels:
        raise UsageError(f"--baseline {baseline}: is none of the labels: {', '.join(labels)}")


def _runs(
    entries: Sequence[ComparedItem], *, replications: int, seed: int, workers: Workers, out: Path, quiet: bool
) -> tuple[dict[str, Run], int]:
    """Open what is played, and play the files; the second value is the exit code."""
    from sim.results.run import open_run

    loaded = dict(load_all([entry.path for entry in entries if not entry.is_run]))
    opened = {entry.label: open_run(entry.path) for entry in entries if entry.is_run}
    view = progress_of(len(entries) - len(opened), replications, shown=not quiet)
    troubles, cut = False, False
    for entry in entries:
        if entry.label not in opened:
            resolved: Resolved = loaded[entry.path]
            with view.of(entry.label) as progress:
                outcome = run_batch(
                    resolved,
                    replications=replications,
                    seed=seed,
                    folder=run_folder(out, entry.path.stem, resolved.digest, seed),
                    workers=shared_out(workers, len(entries) - len(opened)),
                    progress=progress,
                    warn=_warn,
                    retention=AS_THEY_STAND,
                )
            for trouble in outcome.troubles:
                _warn(trouble)
            troubles, cut = troubles or bool(outcome.troubles), cut or outcome.is_cut
            if not outcome.finished:
                raise StoreError(f"{outcome.folder}: every replication failed, so nothing can be compared")
            opened[entry.label] = open_run(outcome.folder)
    return {entry.label: opened[entry.label] for entry in entries}, TIME_UP if cut else int(troubles)


def _warn(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - to stderr, so that --quiet stays clean
