"""`isf run`: play scenarios and answer the planner."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.", show_default=False)],
    *,
    replications: Annotated[
        int, typer.Option("-n", "--replications", metavar="N", help="How many worlds to play.")
    ] = 1000,
    seed: Annotated[
        int, typer.Option(metavar="S", help="Which worlds: the same seed deals the same ones.")
    ] = 0,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="J", help="Worker processes; all processors if left out.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where runs are kept.")] = Path("outputs"),
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change one value of the scenarios; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only the run folders, one a line.")
    ] = False,
) -> None:
    """Play scenarios many times: force level by date, chance of each target, who arrives and when.

    Results go to DIR/<scenario>/<run id>/. The same command again finishes what is missing; a larger N
    extends the run.

    \b
      isf run scenarios/tutorial.yaml
      isf run scenarios/*.yaml -n 5000 --seed 7
      isf run scenarios/isf-2025-11-19.yaml --set facts.mandate_clear.probability=0.5
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import available_jobs
    from sim.cli.running import run_all

    failed = run_all(
        files,
        replications=replications,
        seed=seed,
        jobs=available_jobs() if jobs is None else jobs,
        out=out,
        settings=settings or [],
        quiet=quiet,
    )
    if failed:
        raise typer.Exit(1)
