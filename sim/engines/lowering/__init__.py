"""A plan lowered to two flat arrays, which the compiled twin plays: no rule, string or object is left in them.

`lowered(plan)` returns a frozen value: the state before a replication, the words that codes stand for, the names of the
streams. What the twin does not play is said as `cannot lower: …` (`CannotLowerError`). A file for each kind of thing
that is lowered; `sim.engines.layout` names the places.
"""

from __future__ import annotations

from sim.engines.lowering.arrays import STAGES, WORDS_AT_MOST, CannotLowerError, Capacity, Lowered
from sim.engines.lowering.plan import lowered

__all__ = ["STAGES", "WORDS_AT_MOST", "CannotLowerError", "Capacity", "Lowered", "lowered"]
