"""`isf export`: tables for staff who paste them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    folder: Annotated[
        Path,
        typer.Argument(metavar="RUN|COMPARISON", help="Folder of a run or a comparison.", show_default=False),
    ],
    *,
    xlsx: Annotated[
        Path, typer.Option("--xlsx", metavar="FILE", help="Excel file to write.", show_default=False)
    ],
) -> None:
    """Write the tables of a run or a comparison as an Excel file, a sheet each, numbers as numbers.

    Behind them stand the tables as they are printed, for those who paste, and charts of the main figures.

    \b
      isf export outputs/tutorial/6149fa5a0430 --xlsx tutorial.xlsx
      isf export outputs/comparisons/d6be3164593b --xlsx comparison.xlsx
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.files import write_named
    from sim.batch.store import check_not_of_a_run
    from sim.report.workbook import sheets_and_charts
    from sim.report.writers.xlsx import xlsx_of

    check_not_of_a_run(xlsx)
    write_named(xlsx, xlsx_of(*sheets_and_charts(folder)))
    typer.echo(str(xlsx))
