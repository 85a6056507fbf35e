"""Which engine plays: chosen once a command (`--engine`), and carried to workers inside what they are given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from sim.engines.engine import Engine
from sim.engines.replicating import reference
from sim.errors import UsageError

EngineName = Literal["auto", "simpy", "compiled"]
"""How an engine is asked for. `auto`: the compiled one where it is there and worth it, else SimPy."""

_CHOSEN: ContextVar[EngineName] = ContextVar("engine", default="auto")
"""What this command asked for. It changes nothing but how long an answer takes."""


def check_engine(name: str) -> EngineName:
    """Return the name of an engine; UsageError for what is none."""
    match name:
        case "auto" | "simpy":
            return name
        case _:
            raise UsageError(f"'{name}' is no engine; choose auto or simpy")


@contextmanager
def engine_asked_for(name: str) -> Iterator[None]:
    """Have whatever plays inside play with the engine of that name."""
    token = _CHOSEN.set(check_engine(name))
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def asked_engine() -> EngineName:
    """Return the name of the engine asked for: what is given to a worker takes it along."""
    return _CHOSEN.get()


def chosen_engine(name: str | None = None) -> Engine:
    """Return the engine of that name, or else the one that was asked for."""
    check_engine(_CHOSEN.get() if name is None else name)
    return reference()
