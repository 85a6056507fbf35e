"""`isf explain`: a scenario in plain language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.at_most import TIME_UP, AtMostOption
from sim.cli.engines import EngineOption


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)],
    *,
    worlds: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Worlds played for chances that no formula gives; 0: none."),
    ] = 1000,
    at_most: AtMostOption = None,
    engine: EngineOption = "auto",
    rule: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Only this rule: as a sentence and a tree.", show_default=False),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN", help="With --rule: when its parts were true in a run.", show_default=False
        ),
    ] = None,
    replication: Annotated[
        int | None,
        typer.Option(
            "--replication",
            "-r",
            metavar="K",
            help="With --run: in which world, from 0 (the first).",
            show_default=False,
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change one value; may be given more than once.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a scenario says: who waits for what, who controls what, and what follows from it.

    \b
      isf explain scenarios/isf-2025-11-19.yaml
      isf explain scenarios/tutorial.yaml --rule contributors.southland.commits_when
      isf explain scenarios/tutorial.yaml --rule contributors.southland.withdraws_when \\
          --run outputs/tutorial/0a1b2c3d4e5f --replication 17
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.batch.running import check_numbers
    from sim.cli.loading import load_all
    from sim.errors import UsageError

    if worlds:
        check_numbers(worlds, 0, 1)
    if run is not None and rule is None:
        raise UsageError("--run shows when the parts of a rule were true; name the rule with --rule PATH")
    if replication is not None and run is None:
        raise UsageError("--replication is a world of a run; name the run with --run RUN")
    ((_, resolved),) = load_all([file], settings or [])
    cut: list[bool] = []
    if rule is None:
        from itertools import chain

        from sim.report.telling.explanation import explanation
        from sim.report.telling.taught import taught_lines

        told = explanation(resolved.scenario, worlds, at_most, lambda: cut.append(True))
        lines: Iterator[str] = chain(told, taught_lines(resolved.tree))
    else:
        from sim.cli.retelling import past_in
        from sim.report.telling.explained_rule import explained_rule

        past = past_in(run, replication or 0, resolved.digest) if run is not None else None
        lines = explained_rule(resolved.scenario, rule, past)
    for line in lines:
        typer.echo(line)
    if cut:
        typer.echo(f"{file}: the time given with --at-most was up before all worlds were played", err=True)
        raise typer.Exit(TIME_UP)
