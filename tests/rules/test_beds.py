"""`beds` in a rule means the beds that there are, whatever makes them grow."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import Beds, Compare, Holds, Number, RecordedHistory, Signal, parse, truth
from sim.rules.beds import BedSteps, reads_beds, with_beds_told
from sim.rules.syntax import ALWAYS, NEVER, After, Once, Value
from sim.testing.rules import START

OPERATORS = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}
SIZES = st.integers(0, 6)


@given(
    SIZES,
    st.lists(st.tuples(SIZES, st.integers(-5, 5)), max_size=4),
    st.sampled_from(list(OPERATORS)),
    SIZES,
    st.integers(-6, 6),
)
def test_a_comparison_is_of_the_largest_number_reached(
    at_start: int, growth: list[tuple[int, int]], symbol: str, number: int, now: int
) -> None:
    """Whatever has grown, and to however few, the comparison is of the most beds so far."""
    steps = tuple((Once(Holds(Value(f"f{place}"))), to) for place, (to, _) in enumerate(growth))
    told = with_beds_told(Compare(Beds(), symbol, Number(str(number))), BedSteps(at_start, steps))
    course = {Value(f"f{place}"): Signal(0.0, (at,), (1.0,)) for place, (_, at) in enumerate(growth)}
    built = max([at_start, *(to for to, at in growth if at <= now)])
    assert truth(told, RecordedHistory(START, course)).at(now) == OPERATORS[symbol](built, number)
    bare = with_beds_told(Holds(Beds()), BedSteps(at_start, steps))
    assert truth(bare, RecordedHistory(START, course)).at(now) == (built > 0)


def test_what_beds_wait_for_is_said_as_it_is() -> None:
    steps = BedSteps(600, ((Once(parse("base_open")), 1500), (After(START), 900)))
    told = with_beds_told(parse("calm and (beds >= 1000) for 30 days and beds < 500"), steps)
    assert str(told) == "calm and (once base_open) for 30 days and not always"
    assert with_beds_told(parse("beds >= 600"), steps) == ALWAYS
    assert with_beds_told(parse("beds > 1500"), steps) == NEVER
    assert reads_beds(parse("not beds > 3")) and not reads_beds(told)


@pytest.mark.parametrize("text", ["beds >= 1000", "beds", "not beds < 5 for 3 days"])
def test_beds_are_written_as_they_are_read(text: str) -> None:
    assert str(parse(text)) == text
