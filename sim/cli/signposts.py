"""`isf signposts`: what to watch, and when it would tell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.places import to_write


def signposts(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    *,
    target: Annotated[
        str | None, typer.Option(metavar="T", help="One of the scenario's targets.", show_default=False)
    ] = None,
    troops: Annotated[
        int | None, typer.Option(metavar="N", help="Or so many of the headline force.", show_default=False)
    ] = None,
    by: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="On that day.", show_default=False),
    ] = None,
    unprepared: Annotated[
        float, typer.Option(metavar="X", min=0, help="The loss of relying on it where it fails.")
    ] = 1.0,
    in_vain: Annotated[
        float, typer.Option(metavar="Y", min=0, help="The loss of providing against it where it holds.")
    ] = 1.0,
    shown: Annotated[int, typer.Option("--show", metavar="K", min=1, help="Most signposts to print.")] = 8,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            callback=to_write,
            metavar="FILE",
            help="Write every event and day to FILE.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what to watch: the chance given that something has happened by a day, and given that it has not.

    Facts, consents and arrivals are ranked by how much knowing them takes away of the uncertainty, each with the
    earliest day on which it tells; then the numbers worth finding out, and what may be ignored. Nothing is played.

    \b
      isf signposts outputs/tutorial/0a1b2c3d4e5f --target initial
      isf signposts outputs/tutorial/0a1b2c3d4e5f --troops 1000 --by 2026-12-31 --csv signposts.csv
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.files import write_named
    from sim.cli.opening import open_run
    from sim.report.telling.signposts import signpost_lines
    from sim.report.world_listing import worlds_csv
    from sim.studies.outcomes import outcome_of
    from sim.studies.signposts import Stakes, asked_for_signposts
    from sim.studies.signposts import signposts as signposts_of

    opened = open_run(run)
    outcome = outcome_of(opened, target, troops, by.date() if by else None, asked_for_signposts(opened))
    found = signposts_of(opened, outcome, Stakes(unprepared, in_vain))
    if csv is not None:
        write_named(csv, worlds_csv(found.table()).encode())
    for line in signpost_lines(found, shown):
        typer.echo(line)
