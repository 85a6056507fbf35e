"""`isf trace`: one replication re-run alone, as a dated account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)],
    *,
    replication: Annotated[
        int, typer.Option("--replication", "-r", metavar="K", help="Its number, from 0.")
    ] = 0,
    seed: Annotated[int, typer.Option(metavar="S", help="The seed of its run.")] = 0,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="As given to its run.", show_default=False),
    ] = None,
) -> None:
    """Re-run one replication alone and print what happened, by date.

    \b
      isf trace scenarios/tutorial.yaml --replication 17 --seed 0
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.rerunning import replication_rerun
    from sim.cli.loading import load_all
    from sim.report.account import account

    ((_, resolved),) = load_all([file], settings or [])
    logs = replication_rerun(resolved.scenario, replication, seed=seed)
    for line in account(resolved.scenario.start, logs):
        typer.echo(line)
