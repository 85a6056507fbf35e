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
    from sim.words.numbers import left_out

    run = opened(folder)
    if number := len(run.manifest["failed"]):
        typer.echo(f"{folder}: {left_out(number, run.replications + number)} of every number", err=True)
    return run
