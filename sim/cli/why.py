"""`isf why`: why an answer changed from one run to another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption
from sim.cli.executors import JobsOption
from sim.cli.places import figure_to_write, to_write


def why(
    then: Annotated[
        Path, typer.Argument(metavar="RUN-THEN", help="The earlier run's folder.", show_default=False)
    ],
    now: Annotated[
        Path, typer.Argument(metavar="RUN-NOW", help="The later run's folder.", show_default=False)
    ],
    *,
    target: Annotated[
        str | None,
        typer.Option(metavar="T", help="The chance of this target of the later run.", show_default=False),
    ] = None,
    by: Annotated[
        dt.datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Else the mean force on this day; the end.",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(
            "-n", "--replications", metavar="N", help="Worlds of the earlier run to play; all of them."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the runs between are kept.")] = Path(
        "outputs"
    ),
    jobs: JobsOption = None,
    at_most: AtMostOption = None,
    figure: Annotated[
        Path | None,
        typer.Option(
            callback=figure_to_write,
            metavar="FILE",
            help="Draw the waterfall as SVG, PNG or PDF.",
            show_default=False,
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", callback=to_write, metavar="FILE", help="Write the parts to FILE.", show_default=False
        ),
    ] = None,
) -> None:
    """Say why an answer changed: the part of each new record and edited value, of another version, of chance.

    The edits are put in one after the other, in all orders (above six: a sample), on the earlier run's worlds; the
    parts add up exactly. What is played in between is kept.

    \b
      isf why outputs/isf-2026-02-12/0a1b2c3d4e5f outputs/isf-2026-02-19/5f4e3d2c1b0a
      isf why RUN-THEN RUN-NOW --target initial -n 500 --figure why.svg
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import opened_workers
    from sim.cli.opening import open_run
    from sim.report.telling.why import why_lines
    from sim.studies.why import asked_of
    from sim.studies.why import why as reasons

    earlier, later = open_run(then), open_run(now)
    asked = asked_of(later, target, by.date() if by else None)
    with opened_workers(None, jobs, at_most) as workers:
        found = reasons(
            earlier,
            later,
            asked,
            out=out,
            workers=workers,
            replications=replications,
            progress=lambda message: typer.echo(f"playing {message}", err=True),
        )
    if csv is not None:
        from sim.batch.files import write_named
        from sim.report.world_listing import worlds_csv

        write_named(csv, worlds_csv(found.table()).encode())
    if figure is not None:
        from sim.report.figures.waterfall import draw_waterfall
        from sim.report.style import write_figure

        write_figure(draw_waterfall(found), figure)
    for line in why_lines(found):
        typer.echo(line)
    if found.left:
        typer.echo(
            "isf: the time given with --at-most was up; give the same command again to go on", err=True
        )
        raise typer.Exit(TIME_UP)
