"""The twin at hand: compiled once an installation, then read from where it is kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sim.engines.compiled import cache
from sim.errors import UsageError


def compile_twin() -> None:
    """Have the twin compiled: once an installation, then read from where it is kept. UsageError if it cannot be."""
    trouble = trouble_of_compiling()
    if trouble:
        raise UsageError(trouble)


@lru_cache(maxsize=1)
def trouble_of_compiling() -> str:
    """Have the twin compiled; return why it cannot be here, nothing once it is."""
    from sim.engines.compiled.compiling import PURE

    if PURE:
        return ""
    try:
        import numba
    except ImportError:
        return "--engine compiled needs numba: pip install '.[fast]'"
    known = cache.is_compiled()
    if not known:
        _say("isf: compiling the engine, once on this machine; it takes a minute or two …")
    began = time.monotonic()
    try:
        from sim.engines.compiled.replication import replicate

        with _telling_how_far(not known and sys.stderr.isatty()):
            replicate.compile((numba.int64[::1], numba.float64[::1]))  # type: ignore[attr-defined]  # a dispatcher
    except Exception as error:  # noqa: BLE001 - whatever numba makes of this machine, SimPy plays
        return (
            f"--engine compiled: numba does not compile it here ({type(error).__name__}); use --engine simpy"
        )
    if not known:
        cache.note_compiled()
        _say(f"isf: compiled in {time.monotonic() - began:.0f} s")
    return ""


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
