"""`isf worlds`: what each world was made of, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.places import to_write


def worlds(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    *,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            callback=to_write,
            metavar="FILE",
            help="Write comma-separated values to FILE.",
            show_default=False,
        ),
    ] = None,
    parquet: Annotated[
        Path | None,
        typer.Option(
            "--parquet", callback=to_write, metavar="FILE", help="Write a Parquet file.", show_default=False
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="T", help="List the worlds that miss this target first.", show_default=False),
    ] = None,
) -> None:
    """Write one row a world: numbers drawn, dates of facts, consents and arrivals, levels, targets held.

    Without a file it goes to the terminal as comma-separated values. Columns: drawn.*, first.*, half.*, ends.*,
    count.*, arrival.*, level.*, held.*, reached.*; scenarios/README.md says what each holds.

    \b
      isf worlds outputs/tutorial/0a1b2c3d4e5f --csv worlds.csv
      isf worlds outputs/tutorial/0a1b2c3d4e5f --parquet worlds.parquet
      isf worlds outputs/tutorial/0a1b2c3d4e5f --target initial | head
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.files import write_named_by
    from sim.cli.opening import open_run
    from sim.report.world_listing import csv_parts, write_parquet
    from sim.results.worlds import worlds_parts

    opened, missing = open_run(run), target or ""
    parts = worlds_parts(opened, missing=missing)
    if csv is not None:
        lines = csv_parts(parts)
        write_named_by(csv, lambda file: file.writelines(line.encode() for line in lines))
    if parquet is not None:
        rows = worlds_parts(opened, missing=missing)
        write_named_by(parquet, lambda file: write_parquet(file, rows))
    if csv is None and parquet is None:
        for text in csv_parts(parts):
            typer.echo(text, nl=False)
