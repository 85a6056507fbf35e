"""Which of ascending values compare so with a limit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.meaning import comparison_of
from sim.rules.satisfiability import _cells_of

NUMBERS = st.integers(-3, 3).map(float)


@given(st.sets(NUMBERS).map(sorted).map(tuple), st.sampled_from((">=", "<=", ">", "<", "==", "!=")), NUMBERS)
def test_each_value_compares_as_it_does_alone(values, operator, limit):
    one_by_one = sum(
        1 << place for place, value in enumerate(values) if comparison_of(operator)(value, limit)
    )
    assert _cells_of(values, operator, limit) == one_by_one
