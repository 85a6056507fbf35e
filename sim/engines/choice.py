"""Which engine plays: chosen once a command (`--engine`), and carried to workers inside what they are given."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
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
        case "compiled":
            if find_spec("numba") is None:
                raise UsageError("--engine compiled needs numba: pip install '.[fast]'")
            return name
        case _:
            raise UsageError(f"'{name}' is no engine; choose auto, simpy or compiled")


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


WORTH_IT = 100
"""From so many replications on it pays to read what was compiled, even of the smallest scenarios."""
_WORTH_A_LINE = 1_000
"""So many are worth a line who plays."""
_LOADED = "sim.engines.compiled.twin"
"""The module that comes with it."""


def chosen_engine(name: str | None = None, replications: int | None = None) -> Engine:
    """Return the engine of that name, or else the one that was asked for.

    `auto` is the compiled one for `replications` that are many (None: it is not known how many), where it was
    compiled on this machine before (`--engine compiled` does that: it takes a minute or so, and heeds a signal only
    at its end, so that it is never begun unasked), and for any number in a process that has it read already; it plays
    with SimPy what it cannot lower.
    """
    match check_engine(_CHOSEN.get() if name is None else name):
        case "simpy":
            return reference()
        case "compiled":
            return _compiled(strict=True)
        case "auto":
            worth_it = replications is None or replications >= WORTH_IT or _LOADED in sys.modules
            return _compiled(strict=False) if worth_it and _is_at_hand() else reference()


def said_of_choice(replications: int) -> str:
    """Return what `auto` chooses for so many replications, and what else there is; nothing if it was not to choose."""
    if asked_engine() != "auto" or replications < _WORTH_A_LINE:
        return ""
    if find_spec("numba") is None:
        return "engine: SimPy; pip install '.[fast]' gives one that is many times as fast"
    if not _is_at_hand():
        return (
            "engine: SimPy; --engine compiled would compile one, once, in a minute or so: many times as fast"
        )
    return f"engine: compiled ({replications:,} replications; --engine simpy leaves the same)"


def _compiled(strict: bool) -> Engine:
    from sim.engines.compiled.engine import Compiled

    return Compiled(strict)


def _is_at_hand() -> bool:
    if find_spec("numba") is None:
        return False
    from sim.engines.compiled.cache import is_compiled

    return is_compiled()
