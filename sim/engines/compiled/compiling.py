"""The decorators of the functions of the twin: compiled by numba if it is there, else plain Python."""

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
    """Have a function compiled as a part of those that call it; it holds no lock of the interpreter while it runs.

    It cannot be called from outside: what that takes, and keeping each part for itself, took half as long again.
    """
    return function if PURE else _jitted(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def entry(function: _Function) -> _Function:
    """Have a function compiled that is called from outside too, and kept on disk with all its parts."""
    return function if PURE else _jitted(function, cache=True)


def _jitted(function: _Function, **options: bool) -> _Function:
    import numba

    _use_cache()
    njit: Any = numba.njit  # not all of its options are in its types
    return cast("_Function", njit(nogil=True, error_model="numpy", **options)(function))


@lru_cache(maxsize=1)
def _use_cache() -> None:
    cache.use()
