from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.report.figures.timeline import date_axis, date_ticks, position, positions, round_step, thinned

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1))


@given(st.lists(DATES, min_size=1, max_size=9))
def test_a_date_stands_at_its_ordinal_however_it_is_given(dates: list[dt.date]) -> None:
    ordinals = [float(date.toordinal()) for date in dates]
    assert [position(date) for date in dates] == ordinals
    assert [position(pd.Timestamp(date)) for date in dates] == ordinals
    assert positions(dates).tolist() == ordinals
    assert positions(pd.Series(pd.to_datetime(dates))).tolist() == ordinals


def test_what_never_comes_stands_nowhere() -> None:
    assert math.isnan(position(None))
    told = positions(np.array(["2026-01-02", "NaT"], dtype="datetime64[D]"))
    assert told[0] == dt.date(2026, 1, 2).toordinal() and math.isnan(told[1])


@settings(max_examples=20)
@given(DATES, st.integers(0, 8000))
def test_ticks_stand_where_their_dates_stand(first: dt.date, days: int) -> None:
    last = first + dt.timedelta(days)
    axes = Figure().add_subplot()
    date_axis(axes, first, last, inches=4.0)
    assert axes.get_xlim() == (position(first), position(max(last, first + dt.timedelta(1))))
    ticks = date_ticks(first, last, 11)
    assert list(axes.get_xticks()) == [position(date) for date, _ in ticks]
    assert [text.get_text() for text in axes.get_xticklabels()] == [words for _, words in ticks]


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
