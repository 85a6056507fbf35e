"""`isf validate`: find every fault of scenario files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.", show_default=False)],
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change one value before checking; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for faults.")] = False,
) -> None:
    """Check scenario files: every fault with file, line, column and remedy.

    \b
      isf validate scenarios/tutorial.yaml
      isf validate scenarios/*.yaml --strict
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.loading import load_all

    for file, resolved in load_all(files, settings or [], strict=strict):
        for warning in resolved.warnings:
            typer.echo(str(warning), err=True)
        scenario = resolved.scenario
        contingents = sum(len(each.contingents) for each in scenario.contributors.values())
        typer.echo(
            f"{file}: right: {scenario.scenario} ({len(scenario.contributors)} contributors with "
            f"{contingents} contingents, {len(scenario.facts)} facts, {len(scenario.targets)} targets)"
        )
