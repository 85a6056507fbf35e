"""`isf nearest`: what would have made a world that missed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption


def nearest(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    *,
    miss: Annotated[
        str, typer.Option("--miss", metavar="T", help="The target that it missed.", show_default=False)
    ],
    replication: Annotated[
        int | None,
        typer.Option("-r", "--replication", metavar="K", help="Its number; else the first that missed."),
    ] = None,
    lines: Annotated[
        int, typer.Option(metavar="N", min=0, help="Most lines of the difference to print.")
    ] = 40,
    at_most: AtMostOption = None,
) -> None:
    """Find the smallest set of changes of a world's facts and decisions with which it would have made a target.

    The world is played again with them, all else as it was, and told as the difference of its two accounts.

    \b
      isf nearest outputs/tutorial/0a1b2c3d4e5f --miss initial
      isf nearest outputs/tutorial/0a1b2c3d4e5f --miss initial --replication 17
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.manifest import present_versions
    from sim.cli.opening import open_run
    from sim.errors import UsageError
    from sim.report.telling.nearest import nearest_lines
    from sim.studies.nearest import nearest as closest
    from sim.studies.outcomes import outcome_of

    opened = open_run(run)
    if dict(opened.manifest["versions"]) != present_versions():
        raise UsageError(
            f"{run}: was made by other versions, whose worlds cannot be played again; run it again"
        )
    outcome = outcome_of(opened, miss, None, None)
    missed = opened.numbers[outcome.places[~outcome.holds]].tolist()
    if not missed:
        raise UsageError(f"every world makes target '{miss}'")
    target = opened.scenario.targets[miss]
    found = closest(opened, target, missed[0] if replication is None else replication, at_most)
    for line in nearest_lines(opened, target, found, lines):
        typer.echo(line)
    if found.cut:
        typer.echo(f"{run}: the time given with --at-most was up before the end of the search", err=True)
        raise typer.Exit(TIME_UP)
