"""`isf page`: a run as one file to mail, with sliders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption
from sim.cli.engines import EngineOption
from sim.cli.places import to_write


def page(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN", help="The run's folder, then others to compare.", show_default=False),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option("--out", callback=to_write, metavar="FILE.html", help="The page.", show_default=False),
    ],
    sliders: Annotated[
        list[str] | None,
        typer.Option(
            "--slider",
            metavar="PATH",
            help="A number to move; else those that matter most.",
            show_default=False,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="J", help="Worker processes the first time; all processors if left out."),
    ] = None,
    at_most: AtMostOption = None,
    engine: EngineOption = "auto",
) -> None:
    """Write a run as one page to mail: force, chances and first boots, with sliders for what matters most.

    A slider weighs the stored worlds as `isf whatif` does; on how many the numbers rest is always shown. The page
    opens from a file, loads nothing and sends nothing. Further runs are shown beside it.

    \b
      isf page outputs/tutorial/0a1b2c3d4e5f --out tutorial.html
      isf page RUN --slider facts.mandate_clear.probability --out page.html
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.executors import opened_workers
    from sim.batch.files import write_named
    from sim.cli.opening import open_run
    from sim.report.page.data import page_data
    from sim.report.page.writing import page_of
    from sim.report.telling.whatif import left_words
    from sim.studies.whatif import worlds_of
    from sim.words.names import listed

    first, *others = [open_run(each) for each in runs]
    with opened_workers(None, jobs, at_most) as workers:
        worlds = worlds_of(first, workers)
    said: list[str] = [left_words(worlds)] if worlds.left else []
    data = page_data(
        worlds,
        others,
        sliders or [],
        lambda message: typer.echo(message, err=True),
        allowance=at_most,
        cut=said.append,
    )
    write_named(out, page_of(data))
    typer.echo(str(out))
    if said:
        typer.echo(f"{out}: {listed(said)}; give the same command again to go on from there", err=True)
        raise typer.Exit(TIME_UP)
