"""`isf new`: a scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.", show_default=False)],
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write it to.")] = Path(),
) -> None:
    """Write NAME.yaml, a commented scenario that runs as it is. Nothing is overwritten.

    \b
      isf new my-force
      isf new my-force --out scenarios
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.scenario.starter import write_starter

    typer.echo(write_starter(name, out))
