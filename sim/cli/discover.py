"""`isf discover`: which combination makes us miss."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption


def discover(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    *,
    miss: Annotated[
        str | None,
        typer.Option("--miss", metavar="T", help="What worlds that miss target T share.", show_default=False),
    ] = None,
    hit: Annotated[
        str | None,
        typer.Option("--hit", metavar="T", help="What worlds that reach it share.", show_default=False),
    ] = None,
    troops: Annotated[
        int | None, typer.Option(metavar="N", help="Or worlds with fewer troops than N …", show_default=False)
    ] = None,
    by: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="… on that day.", show_default=False),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="RULE", help="Or what worlds share in which a rule holds then.", show_default=False
        ),
    ] = None,
    numbers: Annotated[
        bool,
        typer.Option(
            "--numbers",
            help="Let drawn numbers, and readings of statements, be conditions too (not sayable as rules).",
        ),
    ] = False,
    arrivals: Annotated[
        bool, typer.Option("--arrivals", help="Let arrivals of contributors be conditions too.")
    ] = False,
    at_most: AtMostOption = None,
) -> None:
    """Find the combinations of happenings that most worlds share which miss a target (or reach it).

    Looked for in every other world, judged in the rest: coverage (how many of the cases it explains) and density
    (how many of its worlds are cases) with 95 % intervals, each condition with how stable it is. Each box is a
    rule that can stand under `never:` and be held by `isf check`. What may be chance is not told.

    \b
      isf discover outputs/tutorial/0a1b2c3d4e5f --miss initial
      isf discover outputs/tutorial/0a1b2c3d4e5f --where "deployed(indonesia) > 0 and not ceasefire"
      isf discover outputs/tutorial/0a1b2c3d4e5f --troops 1000 --by 2026-12-31 --numbers
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.opening import open_run
    from sim.errors import UsageError
    from sim.report.telling.discovery import discovery_lines
    from sim.studies.discovery import asked_for_discovery
    from sim.studies.discovery import discover as boxes_of
    from sim.studies.outcomes import outcome_of, outcome_where

    if sum(each is not None for each in (miss, hit, where)) > 1:
        raise UsageError("give one of --miss, --hit and --where")
    opened, date = open_run(run), by.date() if by else None
    further = tuple(asked_for_discovery(opened, numbers=numbers))
    asked = None if where is None else outcome_where(opened, where, date, further)
    outcome = asked or outcome_of(opened, miss or hit, troops, date, further)
    misses = hit is None and where is None
    found = boxes_of(opened, outcome, misses=misses, numbers=numbers, arrivals=arrivals, allowance=at_most)
    for line in discovery_lines(found):
        typer.echo(line)
    if not found.boxes and not numbers:
        typer.echo("With --numbers also drawn numbers, and how statements are read, are looked at.")
    if found.cut:
        typer.echo(f"{run}: the time given with --at-most was up before further boxes and searches", err=True)
        raise typer.Exit(TIME_UP)
