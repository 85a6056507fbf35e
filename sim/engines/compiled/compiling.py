"""The decorators of the functions of the twin: compiled by numba if it is there, else plain Python."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

from sim.engines.compiled import cache

Ints = list[int]
"""The whole numbers of a plan and a replication: to the compiler the address of an array, in plain Python a list."""
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
    """Have a function compiled that is called from outside, with arrays, and kept on disk with all its parts.

    The parts take addresses (`address_of`): an array is seven words, each with counted owners and indices that may
    be negative, and passing it to every part took most of the time, of compiling as of playing.
    """
    return function if PURE else _jitted(function, cache=True)


def _jitted(function: _Function, **options: bool) -> _Function:
    import numba

    _use_cache()
    njit: Any = numba.njit  # not all of its options are in its types
    general: Any = numba.types.unliteral
    dispatcher = njit(nogil=True, error_model="numpy", **options)(function)
    find = dispatcher.get_call_template

    def find_for_any_value(arguments: Any, named: Any) -> Any:
        """Find what is compiled for the types alone: else `f(x, 0)` and `f(x, 1)` are two functions to compile."""
        return find(tuple(map(general, arguments)), named)

    dispatcher.get_call_template = find_for_any_value
    return cast("_Function", dispatcher)


@lru_cache(maxsize=1)
def _use_cache() -> None:
    cache.use()


def _itself(values: Any) -> Any:
    return values


def _address_of() -> Any:
    """Return what gives the address of an array's first element, in compiled code; the array must outlive it."""
    from numba.core import types
    from numba.extending import intrinsic

    def address_of(context: Any, values: Any) -> Any:
        def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return target.make_array(signature.args[0])(target, builder, arguments[0]).data

        pointer: Any = types.CPointer
        return pointer(values.dtype)(values), generate

    decorate: Any = intrinsic
    return decorate(address_of)


address_of: Any = _itself if PURE else _address_of()


def _upper(a: int, b: int) -> int:
    return (a * b) >> 64


def _upper_word() -> Any:
    """Return what gives the upper 64 bits of the product of two words, in compiled code."""
    from numba.core import types
    from numba.extending import intrinsic

    def upper_word(context: Any, a: Any, b: Any) -> Any:
        def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            from llvmlite import ir

            wide = ir.IntType(128)
            product = builder.mul(*(builder.zext(word, wide) for word in arguments))
            return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

        word = types.uint64
        return word(word, word), generate

    decorate: Any = intrinsic
    return decorate(upper_word)


upper_word: Any = _upper if PURE else _upper_word()
