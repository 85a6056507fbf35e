"""What a report puts into words and cells: true of the numbers, and in a form that people read."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.answers.differing_inputs import readable
from sim.report.blocks import (
    JOINED,
    Column,
    Listing,
    Paragraph,
    Point,
    Sheet,
    bracketed,
    clean,
    shown,
)
from sim.report.pictures import csv_of
from sim.report.writers.widths import pieces, shares
from sim.studies.differences import Change
from sim.words.differences import compared_words

NUMBER = re.compile(r"[+−]?[\d,.]+")
texts = st.text(max_size=60)
numbers = st.floats(-20_000, 20_000)


def row_of(low: float, value: float, high: float, unit: str, verdict: str | None = None) -> SimpleNamespace:
    says = "higher" if low > 0 else "lower" if high < 0 else "unclear"
    return SimpleNamespace(
        difference=value,
        diff_low=low,
        diff_high=high,
        unit=unit,
        verdict=says if verdict is None else verdict,
    )


def read(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_difference_fits_the_two_numbers_and_its_interval(
    baseline: float, value: float, below: float, above: float
) -> None:
    difference = value - baseline
    first, second, change, span = compared_words(
        baseline, value, difference, difference - below, difference + above, share=False
    )
    said = [read(found) for found in NUMBER.findall(f"{first} {second} {change} {span}")]
    assert abs(said[2] - (said[1] - said[0])) <= 0.11
    assert abs(said[2] - difference) <= 0.51
    assert said[3] <= difference - below + 1e-6
    assert said[-1] >= difference + above - 1e-6


@given(st.floats(0.01, 0.98), st.floats(0.01, 0.98))
def test_chances_and_their_difference_in_points_fit(baseline: float, value: float) -> None:
    cells = compared_words(baseline, value, value - baseline, value - baseline, value - baseline, share=True)
    first, second, change = (read(NUMBER.findall(cell)[0]) for cell in cells[:3])
    assert abs(change - (second - first)) <= 0.21
    assert abs(change / 100 - (value - baseline)) <= 0.0051


def test_none_at_all_is_a_dash() -> None:
    assert compared_words(math.nan, 1.0, math.nan, math.nan, math.nan, share=False) == ("–", "–", "–", "–")
    assert shown(None) == "–"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (1234, "1,234"),
        (0.123, "0.12"),
        (1234.6, "1,235"),
        (2.0, "2"),
        (math.nan, "–"),
        (math.inf, "–"),
        ("=1", "=1"),
    ],
)
def test_a_cell_as_readers_see_it(cell: float | str, words: str) -> None:
    assert shown(cell) == words


@given(texts)
def test_texts_hold_only_what_can_be_seen(text: str) -> None:
    for said in (
        Paragraph(text).text,
        Point(text).text,
        Column(text).heading,
        Sheet(text, (Column("a"),), ((text,),)).rows[0][0],
    ):
        assert isinstance(said, str)
        assert len(said) == len(text)
        assert all(letter.isprintable() or letter == JOINED for letter in said)
        assert all(new == old for new, old in zip(said, text, strict=True) if old.isprintable())
    assert clean("a\x00b\u202ec\ud800") == "a b c "


def test_a_date_and_a_chance_stay_in_one_piece() -> None:
    assert bracketed("12 % (10–14)") == f"12{JOINED}% (10–14)"
    assert bracketed("30 June 2026").split() == ["30", "June", "2026"]
    assert " " not in bracketed("30 June 2026")


@given(texts)
def test_pieces_are_the_whole_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_long_keys_break_at_their_points_and_numbers_nowhere() -> None:
    assert pieces("facts.ceasefire.stays_on") == ["facts.", "ceasefire.", "stays_", "on"]
    assert pieces("20,000 to 1,234,567.25 on 2026-12-31") == [
        "20,000",
        " ",
        "to",
        " ",
        "1,234,567.25",
        " ",
        "on",
        " ",
        "2026-12-31",
    ]
    assert max(map(len, pieces("x" * 500))) <= 26


tables = st.integers(1, 7).flatmap(
    lambda size: st.tuples(
        st.lists(st.text("abc ", max_size=20), min_size=size, max_size=size),
        st.lists(st.lists(st.text("abc .", max_size=80), min_size=size, max_size=size), max_size=5),
    )
)


@given(tables, st.booleans())
def test_columns_share_the_width(table: tuple[list[str], list[list[str]]], whole: bool) -> None:
    headings, rows = table
    found = shares(Sheet("", tuple(map(Column, headings)), tuple(map(tuple, rows))), whole)
    assert sum(found) == pytest.approx(1)
    assert min(found) > 0


def test_a_short_column_leaves_the_width_to_a_long_one() -> None:
    narrow, wide = shares(Sheet("", (Column("By"), Column("Rule")), (("2026", "word " * 40),)))
    assert narrow < 0.15 < wide


def change(key: str, before: str, after: str, source: str = "assumption") -> Change:
    return Change(key, before, after, source if after else "")


def test_a_block_that_came_or_went_stands_in_one_row() -> None:
    gone = [change("targets.old.by", "2026-01-01", ""), change("targets.old.troops", "100", "")]
    new = [change("targets.new.by", "", "2026-02-01"), change("targets.new.troops", "", "50")]
    other = change("facts.clear.probability", "0.5", "1")
    assert readable([other, *gone, *new]) == [
        other,
        change("targets.old", "by: 2026-01-01, troops: 100", ""),
        change("targets.new", "", "by: 2026-02-01, troops: 50"),
    ]


def test_an_item_of_a_list_stands_beside_what_it_replaces() -> None:
    before = "{name: Keep order, task: patrol, troops: 3000, lines: {a: 1, b: 2}, source: {task: said}}"
    after = "{name: Keep order, task: patrol, troops: 1000, lines: {a: 1, b: 2}}"
    gone = "{name: Disarm, task: disarm, troops: 10}"
    found = readable(
        [
            change("requirements", "", after),
            change("requirements", before, ""),
            change("requirements", gone, ""),
        ]
    )
    assert found == [
        change("requirements: Keep order", "troops: 3000", "troops: 1000"),
        change("requirements: Disarm", "task: disarm, troops: 10", ""),
    ]


def test_a_value_that_is_very_long_is_cut_with_a_sign() -> None:
    (row,) = readable([change("facts.a.when", "x" * 5000, "y")])
    assert len(row.baseline) <= 220
    assert row.baseline.endswith("…")


@pytest.mark.long
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.b", "a.c", "d.e"]), st.text("xy", max_size=2), st.text("xy", max_size=2)
        ),
        max_size=8,
    )
)
def test_no_change_is_lost(rows: list[tuple[str, str, str]]) -> None:
    said = readable([change(*row) for row in rows])
    for _, before, after in rows:
        assert any(before in each.baseline for each in said)
        assert any(after in each.value for each in said)


def test_data_of_a_figure_are_inert_and_few() -> None:
    import pandas as pd

    days = pd.date_range("2026-01-01", periods=800)
    data = pd.DataFrame({"date": days, "=name": ["=1+1"] * 800, "value": [1.23456789] * 800})
    lines = csv_of(data).splitlines()
    assert lines[0] == "date,'=name,value"
    assert lines[1] == "2026-01-01,'=1+1,1.2346"
    assert lines[-1].startswith("2028-03-10")
    assert len(lines) <= 120


def test_points_keep_their_order() -> None:
    assert [point.text for point in Listing((Point("b"), Point("a"))).points] == ["b", "a"]


def test_a_page_breaks_no_line_within_a_range() -> None:
    from sim.report.blocks import Document
    from sim.report.writers.html import html_of

    sheet = Sheet("", (Column("a"),), (("all <b> (550–1,500)",),))
    text = "half have 950–1,200 & 3–4 %; 1–"
    page = html_of(Document("t", "", (Paragraph(text), Listing((Point(text),)), sheet), ())).decode()
    kept = '<span class="whole">{}</span>'.format
    said = f"half have {kept('950–1,200')} &amp; {kept('3–4')}{JOINED}%; 1–"
    assert page.count(said) == 2 and f"&lt;b&gt;<wbr> <wbr>({kept('550–1,500')})" in page
    assert ".whole { white-space: nowrap; }" in page
