"""What `isf run` does with each case: play, write tables and figures, print; and what it says at the end."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.executors import available_jobs
from sim.batch.naming import run_folder
from sim.batch.outcome import RunOutcome
from sim.batch.retention import ALL, Retention
from sim.batch.running import check_numbers, held_run
from sim.batch.running import run as run_batch
from sim.batch.store import Store
from sim.batch.workers import Workers
from sim.cli.at_most import TIME_UP
from sim.cli.loading import load_all, scenario_files
from sim.cli.outlets import console
from sim.cli.progress import ProgressView, progress_of
from sim.engines.choice import said_of_choice
from sim.errors import IsfError, ScenarioError, StoreError
from sim.studies.precision import MOST, WantedWidth, check_aims, look, looks
from sim.studies.sweeps import Combination, combinations

if TYPE_CHECKING:
    from sim.report.drawing import Which
    from sim.report.tables import Tables
    from sim.scenario.loading import Resolved

DEFAULT_REPLICATIONS = 1_000
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_MISTAKE = 2
_MOST_DRAWING = 4
"""Processes that draw: each reads the summaries again, and there are a dozen figures."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of every run of a command."""

    replications: int | None
    seed: int
    out: Path
    aims: tuple[WantedWidth, ...] = ()
    quiet: bool = False
    figures: Which = "all"
    retention: Retention = ALL

    @property
    def most(self) -> int:
        """Return how many replications a run may have."""
        if self.replications is not None:
            return self.replications
        return MOST if self.aims else DEFAULT_REPLICATIONS

    @property
    def steps(self) -> tuple[int, ...]:
        """Return the numbers of replications after which a run may end."""
        if not self.aims:
            return (self.most,)
        return tuple(dict.fromkeys((*looks(self.most), self.most)))


@dataclass(frozen=True, slots=True)
class RunToMake:
    """One run to be made: a file under one combination of settings."""

    file: Path
    combination: Combination
    resolved: Resolved

    @property
    def name(self) -> str:
        """Return the scenario's name, with what varies."""
        varied = str(self.combination)
        return f"{self.resolved.scenario.scenario} ({varied})" if varied else self.resolved.scenario.scenario

    def folder(self, order: Order) -> Path:
        """Return where its run is kept."""
        return run_folder(order.out, self.file.stem, self.resolved.digest, order.seed)


def cases_of(
    paths: Sequence[Path], settings: Sequence[str], sweep_file: Path | None, order: Order
) -> tuple[RunToMake, ...]:
    """Return every case, after all are found right; ScenarioError or UsageError with what is wrong."""
    check_numbers(order.most, order.seed, jobs=1)
    order.steps  # noqa: B018 - too few replications for a precision are found out now
    chosen = combinations(settings, sweep_file)
    files = scenario_files(paths, _warn)
    cases = tuple(
        RunToMake(file, combination, resolved)
        for combination in chosen
        for file, resolved in _loaded(files, combination)
    )
    for case in cases:
        check_aims(order.aims, case.resolved.scenario)
    return tuple(sorted(cases, key=lambda case: files.index(case.file)))


def _loaded(files: Sequence[Path], combination: Combination) -> list[tuple[Path, Resolved]]:
    """Return the files under a combination; what is wrong with a row of a table is told at its place."""
    try:
        return load_all(files, combination.settings)
    except ScenarioError as error:
        if not combination.origin:
            raise
        raise ScenarioError(str(error).replace("--set:1:", f"{combination.origin}:")) from None


def run_all(cases: Sequence[RunToMake], order: Order, workers: Workers) -> int:
    """Run every case, one that goes wrong beside the others; return the exit code."""
    from sim.report.sweep_listing import SweepListing, SweptRun

    swept = any(case.combination.varied for case in cases)
    listing = SweepListing(
        order.out,
        [SweptRun(case.file.stem, dict(case.combination.varied), case.folder(order)) for case in cases],
        order.seed,
    )
    view = progress_of(len(cases), order.most, shown=not order.quiet)
    troubles: list[str] = []
    code, cut = 0, False
    silent = order.quiet
    for case in cases:
        try:
            with held_run(case.folder(order), _warn):
                silent = silent or _told_engine(case, order)
                outcome = _play(case, order, workers, view)
                tables = (
                    _report(outcome.folder, case.resolved, order, workers, shown=not swept)
                    if outcome.finished
                    else None
                )
            if swept:
                listing.add(outcome, tables)
        except IsfError as error:
            if len(cases) == 1 or _is_for_all(error):
                raise
            troubles.append(f"{case.file}: {case.name}: {error}")
            code = _MISTAKE
            continue
        troubles.extend(outcome.troubles)
        cut = cut or outcome.is_cut
    if swept and not order.quiet:
        print(listing.path, flush=True)  # noqa: T201 - where the answers stand
    told = _told_of(troubles, len(cases))
    return code or (TIME_UP if cut else told)


def _told_engine(case: RunToMake, order: Order) -> bool:
    """Say who plays, if there is something to be played and that is worth a line; tell whether it was said."""
    said = said_of_choice(order.steps[0])
    if not said or Store(case.folder(order)).held() >= order.most:
        return False
    _warn(f"isf: {said}")
    return True


def _play(case: RunToMake, order: Order, workers: Workers, view: ProgressView) -> RunOutcome:
    """Play a case to its number of replications, or until it is precise enough."""
    with view.of(case.name) as progress:
        held = Store(case.folder(order)).held()
        for step in [step for step in order.steps if step >= held] or [order.most]:
            outcome = run_batch(
                case.resolved,
                replications=step,
                seed=order.seed,
                folder=case.folder(order),
                workers=workers,
                progress=progress,
                warn=_warn,
                held=True,
                retention=order.retention,
            )
            if not order.aims or not outcome.finished or outcome.stopped:
                break
            if _is_precise(outcome.folder, order.aims, last=outcome.is_cut or step == order.most):
                break
            if outcome.is_cut:
                break
    return outcome


def _is_precise(folder: Path, aims: Sequence[WantedWidth], last: bool) -> bool:
    from sim.results.run import open_run

    seen = look(open_run(folder), aims)
    precise = all(each.precise for each in seen)
    if precise or last:
        for each in seen:
            _warn(f"{folder}: after {each.replications:,} replications {each}")
    return precise


def _report(folder: Path, resolved: Resolved, order: Order, workers: Workers, *, shown: bool) -> Tables:
    from sim.report.drawing import drawing_of
    from sim.report.keeping import write_run_outputs
    from sim.report.tables import Tables
    from sim.results.run import open_run

    run = open_run(folder, resolved)
    with drawing_of(run, order.figures, min(workers.jobs, available_jobs(), _MOST_DRAWING)) as draw:
        tables = Tables(run, drawn=order.figures != "none")
        if shown and not order.quiet:  # the answer first: what comes after it may meet a full disk
            from sim.report.printing import print_run

            print_run(tables, console())
        write_run_outputs(tables, draw)
    print(folder, flush=True)  # noqa: T201 - the answer of the command
    return tables


def _is_for_all(error: IsfError) -> bool:
    """Tell whether the next run would meet the same: a full or read-only disk."""
    cause = error.__cause__
    return isinstance(error, StoreError) and isinstance(cause, OSError) and cause.errno in _NO_ROOM


def _told_of(troubles: Sequence[str], runs: int) -> int:
    """Say on stderr what went wrong; return 1 if anything did."""
    if troubles and runs > 1:
        _warn(
            f"{len(troubles)} troubles in {runs} runs:" if len(troubles) > 1 else f"1 trouble in {runs} runs:"
        )
    for trouble in troubles:
        _warn(trouble)
    return 1 if troubles else 0


def _warn(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - to stderr, so that --quiet stays clean
