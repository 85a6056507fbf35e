from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results.statistics import wilson
from sim.words import dates, names, numbers


@given(st.integers(1, 5000), st.data())
def test_none_and_all_are_said_only_of_none_and_all(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    low, high = wilson(successes, trials)
    words = numbers.chance(successes / trials, low, high, trials)
    assert words.startswith("none of") == (successes == 0)
    assert words.startswith("all of") == (successes == trials)
    percent = numbers.percentage(successes / trials)
    assert (percent == "0 %") == (successes == 0)
    assert (percent == "100 %") == (successes == trials)


@given(st.integers(1, 5000), st.data())
def test_an_interval_in_words_is_never_narrower_than_the_interval(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(1, trials - 1)) if trials > 1 else 1
    low, high = wilson(successes, trials)
    first, last = map(int, numbers.percentage_span(low, high).split("–"))
    assert first <= low * 100 + 1e-6
    assert last >= high * 100 - 1e-6
    assert low * 100 - first < 1 + 1e-6
    assert last - high * 100 < 1 + 1e-6


def test_a_verb_agrees_with_who_does_it() -> None:
    assert names.agreeing("Israel", "consent") == "Israel consents"
    assert names.agreeing("Bosnia and Herzegovina", "consent") == "Bosnia and Herzegovina consents"
    assert names.agreeing("Qatar, Egypt and Jordan", "consent") == "Qatar, Egypt and Jordan consent"


def test_chances_in_words() -> None:
    assert numbers.chance(0.0, *wilson(0, 1000), 1000) == "none of 1,000 (under 0.4 %)"
    assert numbers.chance(1.0, *wilson(1000, 1000), 1000) == "all of 1,000 (over 99.6 %)"
    assert numbers.chance(0.12, *wilson(120, 1000), 1000) == "12 % (10–15)"
    assert numbers.chance(0.001, *wilson(1, 1000), 1000) == "<1 % (0–1)"
    assert numbers.chance(0.999, *wilson(999, 1000), 1000) == ">99 % (99–100)"
    assert numbers.chance(0.0, *wilson(0, 1), 1) == "none of 1 (under 80 %)"
    assert numbers.chance(math.nan, 0.0, 1.0, 0) == "–"


@given(st.floats(100, 1e7))
def test_about_is_within_five_percent(value: float) -> None:
    assert abs(numbers.rounded(value) - value) <= 0.05 * value + 1e-6


def test_percentages_near_none_and_all() -> None:
    shares = [0.0, 0.0049, 0.005, 0.015, 0.9949, 0.9951, 1.0]
    words = ["0 %", "<1 %", "1 %", "2 %", "99 %", ">99 %", "100 %"]
    assert [numbers.percentage(share) for share in shares] == words


def test_numbers_in_words() -> None:
    assert numbers.about(4013.27) == "about 4,000"
    assert numbers.about(4000) == "4,000"
    assert numbers.about(0) == "0"
    assert numbers.about(87) == "87"
    assert numbers.whole(1234.5) == "1,235"
    assert numbers.whole(math.nan) == "–"
    assert numbers.span(400, 1200) == "400–1,200"
    assert numbers.span(400, 400) == "400"
    assert numbers.span(-math.inf, math.inf) == "–"
    assert numbers.counted(1, "replication") == "1 replication"


@pytest.mark.parametrize(
    "value",
    [
        dt.date(2026, 6, 30),
        dt.datetime(2026, 6, 30, 5),
        pd.Timestamp("2026-06-30"),
        np.datetime64("2026-06-30"),
        np.datetime64("2026-06-30T11", "ns"),
    ],
)
def test_dates_of_every_kind_are_read(value: object) -> None:
    assert dates.day(value) == "30 June 2026"
    assert dates.short_day(value) == "30 Jun 2026"
    assert dates.month(value) == "June 2026"
    assert dates.short_month(value) == "Jun 2026"


@pytest.mark.parametrize("value", [None, pd.NaT, math.nan, "never", np.datetime64("NaT")])
def test_a_date_that_never_comes_is_never(value: object) -> None:
    assert dates.as_date(value) is None
    assert dates.day(value) == "never"


@given(st.text())
def test_nothing_printable_steers_a_terminal(text: str) -> None:
    assert names.printable(text).isprintable()
    assert len(names.printable(text)) == len(text)


def test_identifiers_as_names() -> None:
    assert names.proper("united_arab_emirates") == "United Arab Emirates"
    assert names.proper("board_of_peace") == "Board of Peace"
    assert names.readable("israel_held") == "Israel held"
