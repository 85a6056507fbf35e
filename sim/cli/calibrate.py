"""`isf calibrate`: what real missions teach about delays, as a table that scenarios extend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.places import figure_to_write


def calibrate(
    *,
    missions: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Learn from these tables; else the project's own.", show_default=False
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="CLUSTER", help="Leave a cluster of missions out.", show_default=False),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="For which kind of mission: usual; hard (donors or the host's consent lack); own (states pay).",
        ),
    ] = "usual",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the table there; else print it.", show_default=False),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(
            callback=figure_to_write,
            metavar="FILE",
            help="Draw laws against data (.svg or .png).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Learn delays, shares and slips from real missions, and write the table that scenarios extend.

    Censored maximum likelihood with a level per mission: what had not come when last counted stays in. Each law
    is chosen by its fit to missions that it was not fitted to, and stands there with n and intervals.

    \b
      isf calibrate --kind hard --out scenarios/calibrated.yaml
      isf calibrate --without Lebanon --without Somalia
      isf calibrate --missions my-missions/ --out mine.yaml --figure laws.svg
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.files import write_named
    from sim.errors import UsageError
    from sim.missions.freezing import digest_of
    from sim.missions.reading import DATA, read_missions
    from sim.studies.calibration.table import KINDS, compared_laws, table_of, written

    if kind not in KINDS:
        raise UsageError(f"'{kind}' is no kind of mission; choose one of {', '.join(KINDS)}")
    taught = read_missions(missions)
    for remark in taught.remarks:
        typer.echo(remark, err=True)
    for cluster in without or []:
        if cluster not in taught.clusters:
            raise UsageError(f"'{cluster}' is no cluster; there are {', '.join(taught.clusters)}")
        taught = taught.without(cluster)
    table = table_of(taught, kind, without or [], digest_of(DATA if missions is None else missions))
    if figure is not None:
        from sim.report.figures.quantiles import draw_quantiles
        from sim.report.style import write_figure

        write_figure(draw_quantiles(compared_laws(table, taught)), figure)
        typer.echo(str(figure), err=True)
    if out is None:
        typer.echo(written(table), nl=False)
    else:
        write_named(out, written(table).encode())
        typer.echo(str(out))
