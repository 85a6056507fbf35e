"""`--executor` and `--jobs`: where worlds are played, and how many at once, of every verb that plays many."""

from __future__ import annotations

from typing import Annotated

import typer

ExecutorOption = Annotated[
    str | None,
    typer.Option(
        "--executor",
        metavar="KIND",
        help="serial, processes, threads (for the compiled engine), dask (workers here) or dask=tcp://HOST:PORT.",
        show_default=False,
    ),
]

JobsOption = Annotated[
    int | None,
    typer.Option(metavar="J", help="Worker processes; all processors if left out.", show_default=False),
]
