"""What `isf sensitivity` does: say what it will take, play the variants, write tables and figures, print."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sim.batch.allowance import Allowance
from sim.batch.executors import check_workers, opened_workers
from sim.batch.naming import run_folder
from sim.batch.running import check_numbers
from sim.cli.at_most import TIME_UP
from sim.cli.loading import load_all
from sim.cli.outlets import console, progress_is_shown


def weigh(
    file: Path,
    *,
    measures: Sequence[str],
    replications: int,
    top: int,
    only: str,
    seed: int,
    jobs: int | None,
    executor: str | None,
    allowance: Allowance | None = None,
    out: Path,
    settings: Sequence[str],
    quiet: bool,
) -> int:
    """Move each assumption of a scenario file alone and say what matters most; return the exit code."""
    from sim.report.keeping import write_sensitivity_outputs
    from sim.report.sensitivity_findings import cost_words, left_words
    from sim.studies.sensitivity import sensitivity

    check_numbers(replications, seed, 1)
    check_workers(executor, jobs)
    ((_, resolved),) = load_all([file], settings)
    folder = run_folder(out / "sensitivity", file.stem, resolved.digest, seed)
    with (
        opened_workers(executor, jobs, allowance) as workers,
        shown_progress(shown=not quiet, what="variants") as progress,
    ):
        found = sensitivity(
            resolved,
            workers,
            replications=replications,
            seed=seed,
            measures=measures,
            only=only,
            folder=folder / "answers",
            tell=lambda cost: None if quiet else _say(cost_words(cost)),
            progress=progress,
        )
    if not quiet:  # the answer first: what comes after it may meet a full disk
        from sim.report.printing import print_sensitivity

        print_sensitivity(found, console(), top)
    write_sensitivity_outputs(found, folder, top)
    print(folder, flush=True)  # noqa: T201 - the answer of the command
    if not found.left:
        return 0
    _say(f"{folder}: {left_words(found)}; give the same command again to go on from there")
    return TIME_UP


@contextlib.contextmanager
def shown_progress(shown: bool, what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that takes how much is done and wanted; it shows that if stderr is a terminal."""
    if not (shown and progress_is_shown()):
        yield lambda done, wanted: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn(f"{what}, left:"), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def show(done: int, wanted: int) -> None:
            progress.update(task, completed=done, total=wanted)

        yield show


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - to stderr: the answer goes to stdout
