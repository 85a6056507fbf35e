from __future__ import annotations

import datetime as dt
import math

from hypothesis import given
from hypothesis import strategies as st

from sim.report.figures.timeline import date_ticks, round_step, thinned

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1))


@given(DATES, st.integers(1, 8000), st.integers(3, 20))
def test_ticks_are_few_within_and_ascending(first: dt.date, days: int, most: int) -> None:
    last = first + dt.timedelta(days)
    ticks = date_ticks(first, last, most)
    dates = [date for date, _ in ticks]
    assert 1 <= len(ticks) <= most
    assert dates == sorted(set(dates))
    assert all(first <= date <= last for date in dates)


@given(DATES, st.integers(1, 8000), st.integers(3, 20))
def test_every_tick_can_be_read_as_its_date(first: dt.date, days: int, most: int) -> None:
    year = ""
    for date, words in date_ticks(first, first + dt.timedelta(days), most):
        year = words.split("\n")[-1] if words.split("\n")[-1].isdigit() else year
        assert year == str(date.year)


@given(st.floats(0, 1e7), st.integers(2, 10))
def test_steps_are_round_and_few(largest: float, most: int) -> None:
    step = round_step(largest, most)
    assert step * most >= min(largest, 1e7) * (1 - 1e-6)
    lead = step / 10 ** math.floor(math.log10(step))
    assert min(abs(lead - factor) for factor in (1, 2, 2.5, 5)) < 1e-6


@given(st.integers(0, 5000))
def test_a_thinned_table_keeps_both_ends(days: int) -> None:
    import pandas as pd

    table = thinned(pd.DataFrame({"day": range(days)}))
    assert len(table) <= 522
    if days:
        assert [table["day"].iloc[0], table["day"].iloc[-1]] == [0, days - 1]
