"""`isf run`: play scenarios and answer the planner."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import AtMostOption
from sim.cli.engines import EngineOption
from sim.cli.executors import ExecutorOption, JobsOption


def run(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Scenario files, folders of them, or quoted patterns.", show_default=False
        ),
    ],
    *,
    replications: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--replications",
            metavar="N",
            help="How many worlds to play: 1,000; with --precision at most 128,000.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="S", help="Which worlds: the same seed deals the same ones.")
    ] = 0,
    jobs: JobsOption = None,
    executor: ExecutorOption = None,
    engine: EngineOption = "auto",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where runs are kept.")] = Path("outputs"),
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change one value; A,B,C runs each of them, several such lists each combination.",
            show_default=False,
        ),
    ] = None,
    sweep_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Run each row of a table of values; its first line holds the paths.",
            show_default=False,
        ),
    ] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=WIDTH",
            help="Play until a 95 % interval is so narrow: target.initial=0.02, level.2026-12-31=200.",
            show_default=False,
        ),
    ] = None,
    at_most: AtMostOption = None,
    logs: Annotated[
        str,
        typer.Option(
            metavar="WHICH",
            help="Whose logs are kept: all, none, or sample=K, the first K. Answers are the same.",
        ),
    ] = "all",
    figures: Annotated[
        str,
        typer.Option(
            metavar="WHICH", help="all, page (none as wide as a column) or none; another time draws the rest."
        ),
    ] = "all",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would take: replications, time, disk.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only the run folders, one a line.")
    ] = False,
) -> None:
    """Play scenarios many times: force level by date, chance of each target, who arrives and when.

    Results go to DIR/<scenario>/<run id>/. The same command again finishes what is missing; a larger N
    extends the run. A sweep is listed in DIR/sweeps/<id>/sweep.csv. With --logs none less than half of
    the disk is enough: what reads a log plays its block again; --logs all, another time, plays what is missing.

    \b
      isf run scenarios/tutorial.yaml
      isf run scenarios/ -n 5000 --seed 7 --dry-run
      isf run scenarios/isf-2025-11-19.yaml --set facts.mandate_clear.probability=0.2,0.5,0.8
      isf run scenarios/tutorial.yaml --precision target.initial=0.02 --precision level.2026-12-31=50
      isf run scenarios/tutorial.yaml --executor dask=tcp://127.0.0.1:8786
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import (
        available_jobs,
        check_reachable,
        check_workers,
        opened_workers,
        received_from,
    )
    from sim.batch.retention import retention_of
    from sim.cli.rehearsing import rehearse
    from sim.cli.running import Order, cases_of, run_all
    from sim.report.drawing import which_figures
    from sim.studies.precision import aims_of

    order = Order(
        replications=replications,
        seed=seed,
        out=out,
        aims=aims_of(precision or []),
        quiet=quiet,
        figures=which_figures(figures),
        retention=retention_of(logs),
    )
    check_workers(executor, jobs)
    cases = cases_of(files, settings or [], sweep_file, order)
    if dry_run:
        check_reachable(executor)
        rehearse(cases, order, available_jobs() if jobs is None else jobs)
        return
    with opened_workers(executor, jobs, at_most) as workers:
        code = run_all(cases, order, workers)
        received = received_from(workers)
    if received and not quiet:
        typer.echo(f"isf: {received:,} bytes of results came back from the workers", err=True)
    if code:
        raise typer.Exit(code)
