"""`isf report`: a report that a decision-maker reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="[LABEL=]RUN…", help="Folders of runs; the first is the baseline.", show_default=False
        ),
    ],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="HTML file; report.html unless another format is asked for.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Also, or only, as PDF.")] = None,
    docx: Annotated[Path | None, typer.Option("--docx", metavar="FILE", help="Also, or only, as DOCX.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title; the baseline's name if none.")] = None,
) -> None:
    r"""Write one self-contained report of one run, or of several compared with the first.

    \b
      isf report outputs/isf-2025-11-19/0123456789ab
      isf report baseline=outputs/… turkey=outputs/… --out turkey.html --pdf turkey.pdf
    """
    from sim.report.reporting import labelled_runs, report_of, write_report

    html = Path("report.html") if out is None and pdf is None and docx is None else out
    for path in write_report(report_of(labelled_runs(runs), title), html, pdf, docx):
        typer.echo(str(path))
