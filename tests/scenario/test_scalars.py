from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.scalars import read_word


@given(st.integers(-(10**17), 10**17))
def test_whole_numbers_are_read_exactly(number):
    assert read_word(str(number)) == number
    assert type(read_word(str(number))) is int


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_decimal_numbers_are_read_exactly(number):
    assert read_word(repr(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        *("on", "off", "yes", "no", "Yes", "True", "FALSE", "y", "n"),
        *("007", "0x10", "0o17", "1_000", "5,000", "1:30", "1e999", ".inf", ".nan", "+", "-", ".", "1.2.3"),
        *("2025-11-17", "2026-02-30", "25 per 40 days", "50%", "NULL", "Null"),
    ],
)
def test_all_else_stays_text(text):
    assert read_word(text) == text


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), ("null", None), ("~", None), ("", None)]
)
def test_the_few_words_with_a_meaning(text, value):
    assert read_word(text) is value
