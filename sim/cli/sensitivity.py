"""`isf sensitivity`: what matters most in a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import AtMostOption
from sim.cli.engines import EngineOption
from sim.cli.executors import ExecutorOption, JobsOption


def sensitivity(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)],
    *,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            metavar="MEASURE[:ITEM][@DATE]",
            help="What the assumptions are judged by, as in comparison.csv; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option("-n", "--replications", metavar="N", help="How many worlds each variant is played.")
    ] = 250,
    top: Annotated[int, typer.Option(metavar="K", min=1, help="How many assumptions are shown.")] = 20,
    only: Annotated[
        str, typer.Option(metavar="TEXT", help="Move only assumptions whose path contains this.")
    ] = "",
    seed: Annotated[int, typer.Option(metavar="S", help="Which worlds.")] = 0,
    jobs: JobsOption = None,
    executor: ExecutorOption = None,
    at_most: AtMostOption = None,
    engine: EngineOption = "auto",
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the study is kept.")] = Path("outputs"),
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one value first.", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the study's folder.")] = False,
) -> None:
    """Move each assumption alone to its low and its high on the same worlds, and rank what that changes.

    Assumptions are the numbers that no source speaks for. A distribution moves to its 10 % and 90 % points, a
    bare number by half of itself either way. Tables and tornado figures go to
    DIR/sensitivity/<scenario>/<id>/; the same command again plays only what is missing.

    \b
      isf sensitivity scenarios/tutorial.yaml
      isf sensitivity scenarios/isf-2025-11-19.yaml --measure target_held:police --measure coverage
      isf sensitivity scenarios/isf-2025-11-19.yaml --only facts. -n 500 --top 10
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.weighing import weigh

    code = weigh(
        file,
        measures=measures or [],
        replications=replications,
        top=top,
        only=only,
        seed=seed,
        jobs=jobs,
        executor=executor,
        allowance=at_most,
        out=out,
        settings=settings or [],
        quiet=quiet,
    )
    if code:
        raise typer.Exit(code)
