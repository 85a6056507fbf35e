"""The twin at hand: compiled once an installation, then read from where it is kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from sim.engines.compiled import cache
from sim.engines.compiled.object_code import Parts, loaded, made
from sim.engines.compiled.plainly import PURE
from sim.errors import UsageError


def compile_twin() -> None:
    """Have the twin compiled: once an installation, then read from where it is kept. UsageError if it cannot be."""
    trouble = trouble_of_compiling()
    if trouble:
        raise UsageError(trouble)


def parts() -> Parts:
    """Return what of the twin is called from outside. UsageError if it cannot be compiled here."""
    found = _parts()
    if isinstance(found, str):
        raise UsageError(found)
    return found


def trouble_of_compiling() -> str:
    """Have the twin compiled; return why it cannot be here, nothing once it is."""
    found = _parts()
    return found if isinstance(found, str) else ""


@lru_cache(maxsize=1)
def _parts() -> Parts | str:
    """Return what is called from outside, or why it cannot be had."""
    if PURE:
        from sim.engines.compiled.lot import play_lot
        from sim.engines.compiled.waiting import cause_row

        return Parts(play_lot, cause_row)
    if find_spec("numba") is None:
        return "--engine compiled needs numba: pip install '.[fast]'"
    try:
        return loaded(cache.kept() or _compiled())
    except Exception as error:  # noqa: BLE001 - whatever numba makes of this machine, SimPy plays
        return (
            f"--engine compiled: numba does not compile it here ({type(error).__name__}); use --engine simpy"
        )


def _compiled() -> bytes:
    """Compile the twin, and keep it if that can be."""
    _say("isf: compiling the engine, once on this machine; it takes a minute or so …")
    began = time.monotonic()
    with _telling_how_far(sys.stderr.isatty()):
        code = made()
    cache.keep(code)
    _say(f"isf: compiled in {time.monotonic() - began:.0f} s")
    return code


@contextmanager
def _telling_how_far(tells: bool) -> Iterator[None]:
    """Tell, on a terminal, how many of the twin's functions are compiled."""
    if not tells:
        yield
        return
    from numba.core import event

    events: Any = event

    class Counting(event.Listener):
        done = 0

        def on_start(self, event: Any) -> None:
            pass

        def on_end(self, event: Any) -> None:
            self.done += 1
            share = min(99, 100 * self.done // many)
            print(f"\r  {share} % of it", end="", file=sys.stderr, flush=True)  # noqa: T201 - as `_say`

    many = max(1, cache.functions())
    listener = Counting()
    events.register("numba:compile", listener)
    try:
        yield
    finally:
        events.unregister("numba:compile", listener)
        print("\r" + " " * 12 + "\r", end="", file=sys.stderr, flush=True)  # noqa: T201 - as `_say`


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - to stderr: the answer goes to stdout
