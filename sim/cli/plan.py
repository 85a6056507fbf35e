"""`isf plan`: the cheapest package of moves that makes a target likely enough."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import AtMostOption
from sim.cli.engines import EngineOption
from sim.cli.executors import ExecutorOption, JobsOption


def plan(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)],
    *,
    target: Annotated[
        str,
        typer.Option(
            metavar="T[=80%]",
            help="One of the file's targets, or TROOPS@DATE, and how likely it must be.",
            show_default=False,
        ),
    ],
    budget: Annotated[
        float | None, typer.Option(metavar="B", help="Most effort of a package.", show_default=False)
    ] = None,
    cost_cap: Annotated[
        float | None,
        typer.Option(
            metavar="C", help="Most that the force may cost by the target's date.", show_default=False
        ),
    ] = None,
    robust: Annotated[
        bool, typer.Option("--robust", help="Try the frontier's packages under other assumptions too.")
    ] = False,
    levers: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A file with `levers:` to lay over the scenario.", show_default=False
        ),
    ] = None,
    confidence: Annotated[
        float, typer.Option(metavar="C", help="How sure all verdicts together must be.")
    ] = 0.95,
    indifference: Annotated[
        float, typer.Option(metavar="D", help="Chances that differ by less need not be told apart.")
    ] = 0.05,
    replications: Annotated[
        int, typer.Option("-n", "--replications", metavar="N", help="Most worlds of a package.")
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="S", help="Which worlds.")] = 0,
    jobs: JobsOption = None,
    engine: EngineOption = "auto",
    executor: ExecutorOption = None,
    at_most: AtMostOption = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the search is kept.")] = Path("outputs"),
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one value first.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the search would take, and play nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only the search's folder.")] = False,
) -> None:
    """Find the cheapest package of moves that makes a target likely enough, and what more effort would buy.

    The moves are the scenario's `levers:`. Every package of up to twelve is played on the same worlds, few
    worlds first, more for those still in the race. Tables and the frontier go to DIR/plans/<scenario>/<id>/;
    the same command again plays only what is missing.

    \b
      isf plan scenarios/isf-2025-11-19.yaml --target 1000@2026-12-31=50%
      isf plan scenarios/isf-2025-11-19.yaml --target police=80% --budget 6 --robust
      isf plan my-scenario.yaml --levers my-levers.yaml --target initial
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.planning import PlanRequest, search

    code = search(
        PlanRequest(
            file=file,
            target=target,
            budget=budget,
            cost_cap=cost_cap,
            robust=robust,
            levers=levers,
            confidence=confidence,
            indifference=indifference,
            replications=replications,
            seed=seed,
            jobs=jobs,
            executor=executor,
            out=out,
            settings=tuple(settings or ()),
            dry_run=dry_run,
            quiet=quiet,
            allowance=at_most,
        )
    )
    if code:
        raise typer.Exit(code)
