"""A stored run, opened to be answered from: what is left out of its numbers is said beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sim.results.run import Run


def open_run(folder: Path) -> Run:
    """Open a run, and say on stderr how many replications failed; StoreError as `sim.results.run.open_run`."""
    from sim.results.run import open_run as opened
    from sim.words.numbers import counted

    run = opened(folder)
    if number := len(run.manifest["failed"]):
        verb = "is" if number == 1 else "are"
        typer.echo(
            f"{folder}: {counted(number, 'replication')} failed and {verb} left out of every number", err=True
        )
    return run
