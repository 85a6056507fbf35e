"""The decorators of the functions of the twin: compiled by numba if it is there, else plain Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sim.engines.compiled.plainly import PURE

Ints = list[int]
"""The whole numbers of a plan and a replication: to the compiler the address of an array, in plain Python a list."""
Floats = list[float]
"""The floats, likewise."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Have a function compiled as a part of those that call it.

    It takes the addresses of the arrays: an array is seven words, each with counted owners and indices that may be
    negative, and passing it to every part took most of the time, of compiling as of playing. From Python it cannot be
    called: what that takes took half as long again. `sim.engines.compiled.object_code` has what is called from there.
    """
    if PURE:
        return function
    import numba

    njit: Any = numba.njit  # not all of its options are in its types
    general: Any = numba.types.unliteral
    dispatcher = njit(error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    find = dispatcher.get_call_template

    def find_for_any_value(arguments: Any, named: Any) -> Any:
        """Find what is compiled for the types alone: else `f(x, 0)` and `f(x, 1)` are two functions to compile."""
        return find(tuple(map(general, arguments)), named)

    dispatcher.get_call_template = find_for_any_value
    return cast("_Function", dispatcher)


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
