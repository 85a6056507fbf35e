"""`isf report`: a report that a decision-maker reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="[LABEL=]RUN…",
            help="Folders of runs, or a sweep.csv; the first is the baseline.",
            show_default=False,
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="HTML file; report.html unless another format is asked for."
        ),
    ] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Also, or only, as PDF.")] = None,
    docx: Annotated[
        Path | None, typer.Option("--docx", metavar="FILE", help="Also, or only, as DOCX.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="Title; the scenario's name if left out.")
    ] = None,
    sensitivity: Annotated[
        list[Path] | None,
        typer.Option(
            "--sensitivity",
            metavar="FOLDER",
            help="What `isf sensitivity` found for one of the scenarios; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    plan: Annotated[
        list[Path] | None,
        typer.Option(
            "--plan",
            metavar="FOLDER",
            help="What `isf plan` found for one of the scenarios; may be given more than once.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a report of one run, or of several compared with the first: one file that can be mailed.

    It opens with the answer in words and one figure; then what differs, each scenario, what holds the force
    back, what matters most, the rules in words, what every value rests on, method, and how to repeat it. The
    HTML file needs no network and no script; each figure has its data in it.

    \b
      isf report outputs/isf-2025-11-19/3726f09a792f
      isf report now=outputs/isf-2025-11-19/3726f09a792f halt=outputs/full-halt/ca6e0a6aa307 --out halt.html
      isf report outputs/tutorial/6149fa5a0430 --pdf tutorial.pdf --docx tutorial.docx
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.store import check_not_of_a_run
    from sim.errors import UsageError
    from sim.report.reporting import labelled_runs, report_of, write_report
    from sim.report.writers.formats import check_format

    for other in ("pdf", "docx"):
        if out is not None and out.suffix.lower() == f".{other}":
            raise UsageError(f"--out {out}: --out names the HTML file; write --{other} {out}")
    html = Path("report.html") if out is None and pdf is None and docx is None else out
    for path in filter(None, (html, pdf, docx)):  # told before the report is made
        check_not_of_a_run(path)
    for name, asked in {"PDF": pdf, "DOCX": docx}.items():
        if asked is not None:
            check_format(name)
    document = report_of(labelled_runs(runs), title, sensitivity or [], plan or [])
    for path in write_report(document, html, pdf, docx):
        typer.echo(str(path))
