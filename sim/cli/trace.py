"""`isf trace`: one replication as a dated account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.engines import EngineOption


def trace(
    played: Annotated[
        Path,
        typer.Argument(metavar="RUN|FILE", help="A run's folder, or a scenario file.", show_default=False),
    ],
    *,
    replication: Annotated[
        int, typer.Option("--replication", "-r", metavar="K", help="Its number, from 0.")
    ] = 0,
    contributor: Annotated[
        str | None,
        typer.Option("--contributor", metavar="C", help="Only what concerns this one.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="S", help="With a FILE: the seed; 0 if left out.", show_default=False),
    ] = None,
    engine: EngineOption = "auto",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="With a FILE: as given to its run.", show_default=False
        ),
    ] = None,
) -> None:
    """Tell one replication by date: what changed, who decided what and why, who waited for what.

    A run's replication is read from its folder, or played again with its block where its log is not kept; a
    scenario file's is played alone, and is the same.

    \b
      isf trace scenarios/tutorial.yaml --replication 17 --seed 0
      isf trace outputs/isf-2025-11-19/0a1b2c3d4e5f --replication 17 --contributor indonesia
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.retelling import replication_of
    from sim.report.telling.account import account

    told = replication_of(played, replication, seed, settings or [])
    for line in account(told.scenario, told.logs, replication, told.seed, contributor):
        typer.echo(line)
