"""`isf show`: the resolved scenario, each value with where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario file.", show_default=False)],
    *,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="Change one value; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    paths: Annotated[
        bool, typer.Option("--paths", help="One value a line: PATH=VALUE, a tab, where it comes from.")
    ] = False,
) -> None:
    """Print a scenario with all that it inherits, and where each value comes from.

    A place is file:line, `--set`, or a default. What is printed is a scenario itself, the same one. With
    --paths each line begins as --set wants it.

    \b
      isf show scenarios/isf-2026-02-19.yaml
      isf show scenarios/full-halt.yaml --paths | grep turkey
      isf show scenarios/tutorial.yaml --set theatre.lift.air.slots=2 > two-slots.yaml
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.cli.loading import load_all
    from sim.report.telling.provenance import annotated_yaml, path_lines

    ((_, resolved),) = load_all([file], settings or [])
    for line in path_lines(resolved, file) if paths else annotated_yaml(resolved, file):
        typer.echo(line)
