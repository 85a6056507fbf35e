"""`isf compare`: what differs between scenarios, and what that changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import AtMostOption
from sim.cli.engines import EngineOption
from sim.cli.executors import ExecutorOption, JobsOption


def compare(
    entries: Annotated[
        list[str],
        typer.Argument(
            metavar="[LABEL=]RUN|FILE…",
            help="Run folders, sweeps, or scenario files, which are run where that is missing.",
            show_default=False,
        ),
    ],
    *,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="LABEL", help="What the others are compared with; the first if left out."),
    ] = None,
    replications: Annotated[
        int, typer.Option("-n", "--replications", metavar="N", help="How many worlds a file is played.")
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="S", help="Which worlds the files are played in.")] = 0,
    jobs: JobsOption = None,
    executor: ExecutorOption = None,
    at_most: AtMostOption = None,
    engine: EngineOption = "auto",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where runs and comparisons are kept.")] = Path(
        "outputs"
    ),
    interactions: Annotated[
        list[str] | None,
        typer.Option(
            "--interaction",
            metavar="A,B,AB",
            help="Labels of a change, another, and both; found by itself where the inputs say so.",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the comparison's folder.")] = False,
) -> None:
    """Compare scenarios with a baseline: what differs in the inputs, and what that changes, with intervals.

    Runs of the same seed, start and end are compared world by world, which makes intervals much narrower.
    Tables and figures go to DIR/comparisons/<id>/. A file without LABEL is called as the file, a run as its
    scenario's folder. A sweep.csv, or a folder of runs, stands for all its runs, called by what varies.

    \b
      isf compare scenarios/isf-2025-11-19.yaml scenarios/turkey-admitted.yaml
      isf compare now=scenarios/isf-2025-11-19.yaml halt=scenarios/full-halt.yaml --baseline now -n 2000
      isf compare outputs/isf-2025-11-19/3726f09a792f outputs/full-halt/ca6e0a6aa307
      isf compare outputs/sweeps/0a1b2c3d4e5f/sweep.csv
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.comparing import compare_all

    code = compare_all(
        entries,
        baseline=baseline,
        replications=replications,
        seed=seed,
        jobs=jobs,
        executor=executor,
        allowance=at_most,
        out=out,
        interactions=interactions or [],
        quiet=quiet,
    )
    if code:
        raise typer.Exit(code)
