"""Charts of a workbook refer to cells that hold what the rows of the logs come to; shares are shown as percents."""

from __future__ import annotations

import datetime as dt
import io
import re

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

from sim.report.charts import charts_of
from sim.report.figures.registry import comparison_exhibits, run_exhibits
from sim.report.workbook import run_sheets
from sim.report.writers.xlsx import xlsx_of
from tests.report import distinct as d


def book_of(sheets, exhibits, subject):
    return openpyxl.load_workbook(io.BytesIO(xlsx_of(sheets, charts_of(exhibits, subject))))


@pytest.fixture(scope="module")
def run_book(tied):
    return book_of(run_sheets(tied.run), run_exhibits(tied), tied)


@pytest.fixture(scope="module")
def comparison_book(tied_comparison):
    tables = {"comparison": tied_comparison.comparison.table}
    return book_of(tables, comparison_exhibits(tied_comparison), tied_comparison)


def cells(book, reference):
    name, _, area = reference.replace("'", "").rpartition("!")
    left, top, right, bottom = range_boundaries(area.replace("$", ""))
    rows = book[name].iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right)
    return [cell for row in rows for cell in row]


def drawn(book, name):
    """The kind of a sheet's chart, its title, and its series: name → (axis, cells)."""
    (chart,) = book[f"chart {name}"[:31]]._charts
    series = {}
    for each in chart.series:
        (head,) = cells(book, each.tx.strRef.f)
        axis = each.cat.numRef or each.cat.strRef
        series[head.value] = [cell.value for cell in cells(book, axis.f)], cells(book, each.val.numRef.f)
    title = "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r)
    return type(chart).__name__, title, series


def day(value):
    return value.date() if isinstance(value, dt.datetime) else value


@pytest.mark.long
def test_the_fan_and_the_targets(run_book, tied, own):
    kind, title, series = drawn(run_book, "fan")
    assert kind == "LineChart" and list(series) == [
        "5 % of worlds below",
        "25 % of worlds below",
        "median",
        "75 % of worlds below",
        "95 % of worlds below",
    ]
    from sim.report.findings import force_finding

    assert title == force_finding(tied)
    for name, share in zip(series, (0.05, 0.25, 0.5, 0.75, 0.95), strict=True):
        axis, values = series[name]
        assert [day(date) for date in axis] == [d.START + dt.timedelta(days=n) for n in range(d.DAYS)]
        for place in range(10, d.DAYS, 27):
            assert values[place].value == d.quantile(d.levels(own, day(axis[place])), share)
            assert "%" not in values[place].number_format
    kind, _, series = drawn(run_book, "target_probability")
    assert set(series) == set(d.TARGETS) and kind == "LineChart"
    for name, (troops, by, force) in d.TARGETS.items():
        axis, values = series[name]
        place = [day(date) for date in axis].index(by)
        held = d.mean(value >= troops for value in d.levels(own, by, force))
        assert values[place].value == pytest.approx(held)
        assert "%" in values[place].number_format


def test_areas(run_book, own):
    kind, _, series = drawn(run_book, "arrivals")
    assert kind == "AreaChart" and list(series) == ["Alpha Republic", "Beta"]
    for owner, (axis, values) in zip(("alpha", "beta"), series.values(), strict=True):
        for place in (20, 60, 100):
            found = d.mean(
                d.level(w, d.end_of(day(axis[place])), lambda who, _, o=owner: who == o) for w in own
            )
            assert values[place].value == pytest.approx(found)
    _, _, causes = drawn(run_book, "binding_stack")
    assert {"deployed", "preparation", "until “Mandate clear” holds", "the host's consent to Beta"} <= set(
        causes
    )
    axis, values = causes["deployed"]
    assert values[70].value == pytest.approx(d.mean(d.levels(own, day(axis[70]))))


def test_every_chart_of_a_run_shows_something(run_book):
    names = [name for name in run_book.sheetnames if name.startswith("chart ")]
    assert {f"chart {name}" for name in ("fan", "chance_of_levels", "funnel", "facts")} <= set(names)
    for name in names:
        _, title, series = drawn(run_book, name.removeprefix("chart "))
        assert title and series
        assert not [name for name in series if re.search(r"_|>=|\(", name)]
        assert all(len(axis) == len(values) > 1 for axis, values in series.values())


def test_a_comparison(comparison_book, tied_comparison, own, other):
    kind, _, series = drawn(comparison_book, "effects")
    assert kind == "BarChart"
    axis, values = series["difference"]
    date = d.TARGETS["third"][1]
    change = d.mean(d.levels(other, date)) - d.mean(d.levels(own, date))
    assert axis == ["larger"] and values[0].value == pytest.approx(change)
    _, _, series = drawn(comparison_book, "fans")
    assert set(series) == {"base", "larger"}
    for label, each in (("base", own), ("larger", other)):
        axis, values = series[label]
        assert values[90].value == d.quantile(d.levels(each, day(axis[90])), 0.5)


def test_shares_are_percents_row_by_row(run_book, comparison_book, tied, tied_comparison):
    from sim.results.summary import summary_table

    rows = summary_table(tied.run)["measure"]
    for place, measure in enumerate(rows, start=2):
        percent = "%" in run_book["summary"].cell(place, 4).number_format
        share = any(
            word in measure for word in ("held", "reached", "applies", "share", "_met", "coverage", "nobody")
        )
        share |= measure in ("first_boots", "arrival", "departure") or measure.startswith("requirement_met")
        assert percent == share, measure
    table = tied_comparison.comparison.table
    for place, unit in enumerate(table["unit"], start=2):
        cell = comparison_book["comparison"].cell(place, list(table.columns).index("difference") + 1)
        if cell.value is not None:
            assert ("%" in cell.number_format) == (unit in ("probability", "share"))


def test_long_tables_are_thinned_and_keep_their_last_row():
    from sim.report.charts import _wide
    from sim.report.exhibit import Layout

    table = pd.DataFrame({"date": range(1001), "x": range(1001)})
    wide = _wide(table, Layout("line", "date"))
    assert len(wide) <= 201 and wide["x"].iloc[-1] == 1000 and wide["x"].iloc[0] == 0
