"""The decorator of every function of the twin: compiled by numba if it is there, else plain Python."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

from sim.engines.compiled import cache

Ints = list[int]
"""The whole numbers of a plan and a replication: to the compiler an array, in plain Python a list."""
Floats = list[float]
"""The floats, likewise."""

_Function = TypeVar("_Function", bound=Callable[..., Any])

PURE = os.environ.get("NUMBA_DISABLE_JIT", "0") == "1"
"""Whether the twin runs as plain Python: for debugging, and as a rival in benchmarks."""


def compiled(function: _Function) -> _Function:
    """Have a function compiled when it is first called; it holds no lock of the interpreter while it runs."""
    if PURE:
        return function
    from numba import njit

    _use_cache()
    jitted: Any = njit(nogil=True, cache=True, error_model="numpy")(function)
    return cast("_Function", jitted)


@lru_cache(maxsize=1)
def _use_cache() -> None:
    cache.use()
