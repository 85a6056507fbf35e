from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.loading import resolve_text
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


@pytest.mark.parametrize("written", ["1e3", "1000", "10E2", "1.0e3"])
def test_a_whole_number_is_one_however_it_is_written(written):
    scenario = resolve_text(
        "scenario: s\nstart: 2026-01-01\nend: 2026-12-31\n"
        f"contributors: {{c: {{priority: {written}, contingents: {{u: {{troops: {written}, role: r}}}}}}}}\n"
        f"targets: {{t: {{troops: {written}, by: 2026-06-30}}}}\n"
        f"theatre: {{lift: {{air: {{slots: {written}, load: {written}, trip: 2 days}}}}}}\n",
        "s.yaml",
    ).scenario
    assert scenario.targets["t"].troops == 1000 and type(scenario.targets["t"].troops) is int


def test_a_decimal_comma_has_its_remedy():
    with pytest.raises(ScenarioError, match=r"'0,5' is not a number; write decimals with a point: 0\.5"):
        resolve_text(
            "scenario: s\nstart: 2026-01-01\nend: 2026-12-31\n"
            "facts: {m: {kind: milestone, after: 3 days,\n  probability: '0,5'}}\n"
            "contributors: {c: {commits_when: m, contingents: {u: {troops: 9, role: r}}}}\n",
            "s.yaml",
        )
