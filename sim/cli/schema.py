"""`isf schema`: the JSON Schema of a scenario file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.places import to_write


def schema(
    *,
    out: Annotated[
        Path | None,
        typer.Option(callback=to_write, metavar="FILE", help="Write it to a file.", show_default=False),
    ] = None,
) -> None:
    """Print the JSON Schema of a scenario, with which editors complete and check the YAML.

    A scenario names it in its first line: # yaml-language-server: $schema=schema.json

    \b
      isf schema --out scenarios/schema.json
    """  # noqa: D301 - \b keeps the lines of a help text
    from sim.scenario.schema import schema_text

    if out is None:
        typer.echo(schema_text(), nl=False)
    else:
        from sim.batch.files import write_named

        write_named(out, schema_text().encode())
        typer.echo(out)
