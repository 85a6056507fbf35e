"""Parts of the twin called from a test: with arrays, of which compiled parts take the addresses."""

from __future__ import annotations

from sim.engines.compiled.plainly import PURE


def entry(function):
    """Have a function compiled that is called from outside, with arrays."""
    if PURE:
        return function
    import numba

    return numba.njit(error_model="numpy")(function)


def _address_of():
    """Return what gives the address of an array's first element, in compiled code; the array must outlive it."""
    from numba.core import types
    from numba.extending import intrinsic

    def address_of(context, values):
        def generate(target, builder, signature, arguments):
            return target.make_array(signature.args[0])(target, builder, arguments[0]).data

        return types.CPointer(values.dtype)(values), generate

    return intrinsic(address_of)


address_of = (lambda values: values) if PURE else _address_of()
