"""The twin as object code: made of what numba compiled, once an installation, and then read without numba.

To read code back with numba takes more than a second: all that it can compile is registered first, what the twin does
not need too. The object needs nothing but the mathematical functions of the C library. It holds what is called from
outside (`EXPORTED`); as numba calls it, such a function takes where its result goes, where an error would stand, and
then its own arguments, and returns 0 if there is a result.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

EXPORTED = {"play_lot": ("ints", "floats") * 4, "cause_row": ("ints", "whole", "whole")}
"""What is called from outside, each with its arguments: addresses of the arrays, and whole numbers."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What of the twin is called from outside: with arrays, as plain Python with lists."""

    play_lot: Callable[..., int]
    cause_row: Callable[[Any, int, int], int]


@lru_cache(maxsize=1)
def processor() -> str:
    """Return what stands for the processor that code is made for: another one may lack its instructions."""
    import llvmlite.binding as llvm

    said = (llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def made() -> bytes:
    """Compile the twin, a minute or so; return its object code."""
    import llvmlite.binding as llvm
    import numba

    from sim.engines.compiled.lot import play_lot
    from sim.engines.compiled.waiting import cause_row

    pointer: Any = numba.types.CPointer
    kinds = {"ints": pointer(numba.int64), "floats": pointer(numba.float64), "whole": numba.int64}
    dispatchers: dict[str, Any] = {"play_lot": play_lot, "cause_row": cause_row}
    modules = []
    for name, arguments in EXPORTED.items():
        dispatcher = dispatchers[name]
        with _parts_left_as_they_are() as link_and_optimise:
            dispatcher.compile(tuple(kinds[argument] for argument in arguments))
            (made_of,) = dispatcher.overloads.values()
            link_and_optimise(made_of.library)
        module = llvm.parse_assembly(made_of.library.get_llvm_str())
        (function,) = (each for each in module.functions if _is_entry(each))
        if len(list(function.arguments)) != 2 + len(arguments):
            raise NotImplementedError("numba calls what it compiles in another way")
        function.name = _symbol(name)
        modules.append(module)
    whole, *others = modules
    for other in others:
        whole.link_in(other)
    code: bytes = _machine().emit_object(whole)
    return code


def loaded(code: bytes) -> Parts:
    """Return what object code holds, to be called."""
    import llvmlite.binding as llvm

    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    play_lot, cause_row = (
        _called(engine, engine.get_function_address(_symbol(name)), arguments)
        for name, arguments in EXPORTED.items()
    )
    return Parts(play_lot, cause_row)


@contextmanager
def _parts_left_as_they_are() -> Iterator[Callable[[Any], None]]:
    """Have numba neither optimise nor translate each part of what it compiles; gives what does so with the whole.

    Every part is copied into all that call it, and so on up to what is exported: there it is optimised, once. Numba
    would do that in each of the callers, and translate each so that it can be called by itself, which nobody does:
    half of the time. Nobody else compiles meanwhile.
    """
    from numba.core.codegen import JITCodeLibrary
    from numba.core.compiler_lock import global_compiler_lock
    from numba.core.registry import cpu_target

    library: Any = JITCodeLibrary

    class Part(library):  # type: ignore[misc]  # numba has no types
        def _optimize_final_module(self) -> None:
            return

        def _finalize_specific(self) -> None:
            return

    def link_and_optimise(whole: Any) -> None:
        whole._ensure_finalized()
        library._optimize_final_module(whole)

    context: Any = cpu_target.target_context
    codegen: Any = context.codegen()
    lock: Any = global_compiler_lock
    with lock:
        codegen._library_class = Part
        codegen._add_module = lambda module: None
        context.get_executable = lambda *given: [*given].append  # only its identity is asked for
        try:
            yield link_and_optimise
        finally:
            del codegen._library_class, codegen._add_module, context.get_executable


def _symbol(name: str) -> str:
    return f"isf_{name}"


def _is_entry(function: Any) -> bool:
    """Tell whether a function is the one that was asked for: its parts may be dropped once they are copied in."""
    return not function.is_declaration and function.linkage.name == "external"


def _machine() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        reloc="pic",
        codemodel="jitdefault",
        jit=True,
    )


def _called(engine: Any, address: int, arguments: tuple[str, ...]) -> Callable[..., int]:
    """Return a function of arrays and numbers; while it runs, the interpreter is free. It keeps the engine alive."""
    kinds = [ctypes.c_int64 if each == "whole" else ctypes.c_void_p for each in arguments]
    function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *kinds)(address)
    places = [place for place, each in enumerate(arguments) if each != "whole"]

    def call(*given: Any, _kept: Any = engine) -> int:
        result, error = ctypes.c_int64(), ctypes.c_void_p()
        passed = list(given)
        for place in places:
            passed[place] = given[place].ctypes.data
        if function(ctypes.addressof(result), ctypes.addressof(error), *passed) != 0:
            raise RuntimeError("the compiled twin failed")
        return result.value

    return call
