"""What `isf plan` does: read the levers, say what the search takes, search, write tables and figure, print."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.batch.allowance import Allowance
from sim.batch.executors import available_jobs, check_reachable, check_workers, opened_workers
from sim.batch.running import check_numbers
from sim.cli.at_most import TIME_UP
from sim.cli.weighing import shown_progress
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.scenario.loading import Resolved
    from sim.studies.packages.racing import Terms

DEFAULT_CHANCE = 0.8


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What was asked for on the command line."""

    file: Path
    target: str
    budget: float | None
    cost_cap: float | None
    robust: bool
    levers: Path | None
    confidence: float
    indifference: float
    replications: int
    seed: int
    jobs: int | None
    executor: str | None
    out: Path
    settings: tuple[str, ...]
    dry_run: bool
    quiet: bool
    allowance: Allowance | None = None


def search(asked: PlanRequest) -> int:
    """Search for the cheapest package that makes the target likely enough, say what was found, return the exit code."""
    from sim.cli.loading import load_laid_over
    from sim.report.answers.packages import Search
    from sim.report.keeping import write_packages_outputs
    from sim.report.printing import print_packages
    from sim.studies.packages.question import PackageQuestion, answered

    jobs = available_jobs() if asked.jobs is None else asked.jobs
    check_numbers(asked.replications, asked.seed, jobs)
    check_workers(asked.executor, asked.jobs)
    target, terms = terms_of(asked)
    resolved = load_laid_over(asked.file, asked.levers, asked.settings)
    if not asked.quiet or asked.dry_run:
        _say(_outlay_words(resolved, target, terms, asked.seed))
    if asked.dry_run:
        check_reachable(asked.executor)
        return 0
    folder = asked.out / "plans" / asked.file.stem / _id(resolved, target, terms, asked)
    with (
        shown_progress(shown=not asked.quiet, what="spans of worlds") as progress,
        opened_workers(asked.executor, asked.jobs, asked.allowance) as workers,
    ):
        question = PackageQuestion(resolved, target, terms, asked.seed, asked.robust)
        found = answered(question, workers, folder, progress)
    told = Search(found.planning, resolved.scenario, found.missing, found.robustness, found.cut)
    if not asked.quiet:  # the answer first: what comes after it may meet a full disk
        from sim.cli.outlets import console

        print_packages(told, console())
    write_packages_outputs(told, folder)
    print(folder, flush=True)  # noqa: T201 - the answer of the command
    if not found.cut:
        return 0
    _say(f"{folder}: the time given with --at-most was up; give the same command again to go on from there")
    return TIME_UP


def terms_of(asked: PlanRequest) -> tuple[str, Terms]:
    """Return the target, and what is raced for; UsageError for a chance that cannot be."""
    from sim.studies.packages.racing import Terms

    name, equals, text = asked.target.rpartition("=")
    wanted = DEFAULT_CHANCE
    if equals:
        try:
            wanted = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            raise UsageError(
                f"--target {asked.target}: '{text}' is no chance; write for example 80%"
            ) from None
    if not 0 < wanted < 1:
        raise UsageError(
            f"--target {asked.target}: a chance of {text} cannot be promised; write for example 80%"
        )
    terms = Terms(
        wanted=wanted,
        zone=asked.indifference,
        error=1 - asked.confidence,
        budget=asked.budget,
        cost_cap=asked.cost_cap,
        most=asked.replications,
    )
    return (name if equals else asked.target), terms


def _outlay_words(resolved: Resolved, target: str, terms: Terms, seed: int) -> str:
    """Say what a search takes, from how long a few replications took."""
    import time

    from sim.batch.simulation import Simulation, standard_model
    from sim.batch.spans import Span
    from sim.cli.tables import in_time
    from sim.studies.packages.planning import outlay, target_of

    target_of(resolved, target)
    cost = outlay(resolved, terms, seed)
    model = standard_model()
    simulation = Simulation.of(model, model.compile(resolved.scenario), 0)
    simulation(Span(0, 1))
    began = time.perf_counter()
    simulation(Span(1, 10))
    each = (time.perf_counter() - began) / 10
    packages = (
        f"{cost.packages:,} packages" if cost.complete else f"a search among up to {cost.packages:,} packages"
    )
    return (
        f"{packages}: {cost.first:,} replications for a first look, {cost.most:,} at the most; "
        f"{_times(in_time(cost.first * each), in_time(cost.most * each))} of one processor's time"
    )


def _times(first: str, most: str) -> str:
    """From how long to how long it takes; one of them where both read the same."""
    return first if first == most else f"{first} to {most}"


def _id(resolved: Resolved, target: str, terms: Terms, asked: PlanRequest) -> str:
    said = repr((resolved.digest, target, terms, asked.seed))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - to stderr: the answer goes to stdout
