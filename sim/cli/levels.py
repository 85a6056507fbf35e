"""`isf levels`: how many troops are in the theatre, by date."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LevelGroup(StrEnum):
    """What levels can be split by."""

    CONTRIBUTOR = "contributor"
    CONTINGENT = "contingent"
    ROLE = "role"
    SECTOR = "sector"
    FORCE = "force"
    STAGE = "stage"


def levels(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder.", show_default=False)],
    *,
    by: Annotated[LevelGroup | None, typer.Option(help="Split the level.", show_default=False)] = None,
    every: Annotated[int, typer.Option(metavar="DAYS", min=1, help="Days from one date to the next.")] = 30,
    csv: Annotated[
        bool, typer.Option("--csv", help="Comma-separated values, one row a date and group.")
    ] = False,
) -> None:
    """Print troops in the theatre at the end of a day: mean, median, and between which nine of ten worlds lie.

    Without --by, and by stage, it is the headline force, the military; otherwise each group counts every
    force. `stage` counts those not (or no longer) there too.

    \b
      isf levels outputs/tutorial/0a1b2c3d4e5f
      isf levels outputs/tutorial/0a1b2c3d4e5f --by contributor --every 90
      isf levels outputs/tutorial/0a1b2c3d4e5f --by sector --csv > sectors.csv
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.opening import open_run
    from sim.report.level_listing import level_csv, level_lines
    from sim.results.levels import level_table

    opened = open_run(run)
    split = by.value if by else None
    table = level_table(opened, split, every, sums=not csv)
    if csv:
        typer.echo(level_csv(table), nl=False)
        return
    for line in level_lines(opened, table, split):
        typer.echo(line)
