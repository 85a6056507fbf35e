"""What is shown of costs is what the rows of the logs come to, worked out apart."""

from __future__ import annotations

import datetime as dt
import statistics

import pandas as pd
import pytest
import yaml

from sim.report.answers.costs import costs_finding, costs_part
from sim.report.figures.costs import draw_costs
from sim.report.figures.registry import cost_exhibits
from sim.report.tables import Tables
from sim.results.run import open_run
from sim.studies.measures import Measuring
from sim.studies.questions import questions_of
from sim.words.numbers import about
from tests.model.tiny import contributor
from tests.report.layout import beyond_the_axes, led, said
from tests.report.reading import assert_as_read, lines_of_exhibits, lines_of_parts
from tests.report.test_tied_figures import edges

DAY = 86_400
MONTH = 30.4375 * DAY
PRICE, MOVE = 1000.0, 50.0


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    from sim.batch.running import run
    from sim.scenario.loading import resolve_text

    text = yaml.safe_dump(
        {
            "scenario": "Costs",
            "start": dt.date(2026, 1, 1),
            "end": dt.date(2026, 3, 31),
            "facts": {"clear": {"kind": "milestone", "probability": 0.8, "after": {"mean": "20 days"}}},
            "contributors": {"land": contributor("clear", troops=100, prepares_for={"mean": "10 days"})},
            "targets": {"some": {"troops": 50, "by": dt.date(2026, 2, 15)}},
            "costs": {"soldier_month": PRICE, "move": MOVE, "unit": "EUR"},
        }
    )
    resolved = resolve_text(text, "costs")
    outcome = run(resolved, replications=40, seed=0, folder=tmp_path_factory.mktemp("run"))
    return Tables(open_run(outcome.folder))


def costs_from_rows(tables, date):
    """Each world's cost by the end of a date, from the log of transitions alone."""
    end = ((date - dt.date(2026, 1, 1)).days + 1) * DAY
    totals = dict.fromkeys(range(40), 0.0)
    for row in tables.run.transitions().itertuples():
        second = round(row.day * DAY)
        if second >= end:
            continue
        if row.to_stage == "deployed":
            totals[row.replication] += row.troops * (end - second) / MONTH * PRICE
        if row.to_stage == "moving":
            totals[row.replication] += row.troops * MOVE
    return [totals[number] for number in range(40)]


DATES = (dt.date(2026, 2, 15), dt.date(2026, 3, 31))


@pytest.mark.parametrize("place", [0, 1])
def test_the_table_and_the_summary(tables, place):
    date, costs = DATES[place], costs_from_rows(tables, DATES[place])
    row = list(tables.costs.itertuples())[place]
    assert row.date == date and row.unit == "EUR"
    assert row.mean == pytest.approx(statistics.fmean(costs))
    ordered = sorted(costs)
    for name, rank in (("q05", 1), ("q25", 9), ("median", 19), ("q75", 29), ("q95", 37)):
        assert getattr(row, name) == pytest.approx(ordered[rank])
    from sim.results.summary import summary_table

    said = summary_table(tables.run)
    said = said[said["date"] == date.isoformat()].set_index("measure")
    assert said.loc["cost_mean", "value"] == pytest.approx(statistics.fmean(costs))
    assert said.loc["cost_q50", "value"] == pytest.approx(ordered[19])
    assert said.loc["cost_q95", "value"] == pytest.approx(ordered[37])
    assert said.loc["cost_q50", "item"] == "EUR"


def test_what_is_printed(tables):
    (sheet,) = costs_part(tables).blocks
    for shown, date in zip(sheet.texts, DATES, strict=True):
        ordered = sorted(costs_from_rows(tables, date))
        mean, median, span = (
            f"{statistics.fmean(ordered):,.0f}",
            f"{ordered[19]:,.0f}",
            (ordered[1], ordered[37]),
        )
        assert shown[1].startswith(mean + " (")
        low, high = (float(end.replace(",", "")) for end in shown[1].split("(")[1].rstrip(")").split("–"))
        kept = next(row for row in tables.costs.itertuples() if row.date == date)
        assert (low, high) == (pytest.approx(kept.low, abs=0.51), pytest.approx(kept.high, abs=0.51))
        half = 2.0227 * statistics.stdev(ordered) / len(ordered) ** 0.5  # Student's: 39 degrees of freedom
        assert (high - low) / 2 == pytest.approx(half, rel=0.1)
        assert shown[2] == median
        assert shown[3] == (f"{span[0]:,.0f}–{span[1]:,.0f}" if span[0] != span[1] else f"{span[0]:,.0f}")
    last = sorted(costs_from_rows(tables, DATES[1]))

    def bare(number):
        return about(number).removeprefix("about ")

    between = f"(90 % of worlds: {bare(last[1])}–{bare(last[37])})"
    assert f"{about(last[19])} EUR in the median {between}" in costs_finding(tables)


def test_the_figure_draws_the_median_and_both_bands(tables):
    axes = draw_costs(tables).axes[0]
    days = [pd.Timestamp(date).date() for date in tables.cost_curve["date"]]
    line = axes.lines[0].get_ydata()
    outer, inner = (edges(band) for band in axes.collections[:2])
    for place in (len(days) // 2, len(days) - 1):
        ordered = sorted(costs_from_rows(tables, days[place]))
        assert line[place] == pytest.approx(ordered[19])
        for band, ends in ((outer, (1, 37)), (inner, (9, 29))):
            wanted = [ordered[rank] for rank in ends]
            assert band[days[place].toordinal()] == pytest.approx(wanted, rel=1e-6, abs=1e-5)
    assert len(line) == len(days) and list(axes.lines[0].get_xdata()) == [day.toordinal() for day in days]
    low, left, middle, right, high = (f"{ordered[rank]:,.0f}" for rank in (1, 9, 19, 29, 37))
    beside = {text.get_text().replace("\xa0", " "): text.get_color() for text in axes.figure.texts}
    assert {f"90 %: {low}–{high}", f"50 %: {left}–{right}", f"median {middle}"} <= set(beside)
    heights = {text.get_text().split()[0].split("\xa0")[0]: height for text, height in led(axes.figure)}
    assert heights == pytest.approx({"90": ordered[37], "50": ordered[29], "median": ordered[19]})
    assert beside[f"median {middle}"] == axes.lines[0].get_color()
    assert beyond_the_axes(axes.figure) == []
    assert "Cost since the start in EUR, median with 50 % and 90 % bands · " in said(axes.figure)


def test_a_comparison_measures_the_mean_cost_on_each_date(tables):
    answers = Measuring(tables.run).answers(questions_of(tables.scenario))
    found = {key.date: sample for key, sample in answers.items() if key.measure == "cost"}
    for date in DATES:
        assert sorted(found[date.isoformat()].values) == pytest.approx(sorted(costs_from_rows(tables, date)))


def test_what_stands_beside_the_numbers_is_as_read(tables):
    assert_as_read(
        "costs", [*lines_of_parts([costs_part(tables)]), *lines_of_exhibits(cost_exhibits(tables), tables)]
    )
