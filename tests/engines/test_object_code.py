"""Object code of the twin: what compiling it leaves of numba."""

from __future__ import annotations

import pytest

numba = pytest.importorskip("numba", reason="numba is missing: the COMPILED twin is NOT TESTED")


@pytest.mark.parametrize("error", [None, ValueError])
def test_numba_compiles_as_usual_afterwards(error):
    from numba.core.registry import cpu_target

    from sim.engines.compiled.object_code import _parts_left_as_they_are

    context = cpu_target.target_context
    before = set(vars(context)), set(vars(context.codegen()))
    try:
        with _parts_left_as_they_are():
            assert set(vars(context)) != before[0]
            if error:
                raise error
    except ValueError:
        pass
    assert (set(vars(context)), set(vars(context.codegen()))) == before
    assert numba.njit(lambda number: number + 1)(1) == 2
