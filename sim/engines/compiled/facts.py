"""What the kinds of facts share: posting a value or a count, and forcing."""

from __future__ import annotations

from sim.engines import layout as at
from sim.engines.compiled.compiling import Floats, Ints, compiled
from sim.engines.compiled.timers import key_of, post
from sim.engines.compiled.world import rate_factor


@compiled
def fact_row(M: Ints, p: int) -> int:
    """Return the row of the fact of a process."""
    return M[at.FACTS] + M[p + at.OWNER] * at.FACT_WIDTH


@compiled
def post_value(M: Ints, R: Floats, f: int, new: float) -> None:
    """Post the new value of a fact."""
    name = M[f + at.FACT_NAME] if M[f + at.FACT_LOG] != 0 else at.NONE
    key = key_of(at.K_FACT, M[f + at.FACT_RANK], 0)
    post(M, key, 0, 0, at.DO_ASSIGN, M[f + at.FACT_SIGNAL], name, 0, 0, new, R)


@compiled
def post_count(M: Ints, R: Floats, rank: int, signal: int, name: int, many: int) -> None:
    """Post events of a counted fact; `name` is what the log calls it, or nothing if it is not logged."""
    post(M, key_of(at.K_FACT, rank, 0), 0, 0, at.DO_COUNT, signal, name, many, 0, 0.0, R)


@compiled
def rates(M: Ints, R: Floats, f: int) -> float:
    """Return the product of the factors of a fact's rate that hold now."""
    return rate_factor(M, R, M[f + at.FACT_RATES], M[f + at.FACT_N_RATES])
