"""`--engine`: who plays, of every verb that does."""

from __future__ import annotations

from typing import Annotated

import typer


def _ask_for(context: typer.Context, name: str) -> str:
    """Have this command play with that engine, until it ends."""
    from sim.engines.choice import engine_asked_for

    context.with_resource(engine_asked_for(name))
    return name


EngineOption = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="KIND",
        callback=_ask_for,
        help="Who plays: simpy, compiled (extra `fast`), or auto. The results are the same to the byte.",
    ),
]
"""An option that takes effect by being given; no verb needs to read it."""
