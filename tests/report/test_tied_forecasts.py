"""Scored forecasts as they are told and drawn: each cell against scores made by hand."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from sim.report.answers.forecasts import finding, forecast_parts
from sim.report.blocks import Listing, Sheet
from sim.report.figures.reliability import draw_reliability
from sim.studies.forecasts.scoring import ChanceScore, LevelScore, ScoredForecast
from tests.report import distinct as d
from tests.report.layout import beyond_the_axes
from tests.report.layout import said as layout_said
from tests.report.reading import assert_as_read, lines_of_parts

MARCH, JUNE = dt.date(2026, 3, 31), dt.date(2026, 6, 30)


def forecast(name, made_on, levels, chances=(), boots=(), strangers=()):
    statement = SimpleNamespace(made_on=made_on)
    return ScoredForecast(
        name, statement, dt.date(2026, 7, 15), tuple(levels), tuple(chances), tuple(boots), tuple(strangers)
    )


EARLY = forecast(
    "november",
    dt.date(2025, 11, 19),
    [LevelScore(MARCH, 1200, 310.4, 0.95, True), LevelScore(JUNE, 2500, 500.0, 1.0, False)],
    [ChanceScore("mandate", MARCH, 0.25, True), ChanceScore("talks", JUNE, 0.2, False)],
    [ChanceScore("first boots", MARCH, 0.0, True)],
    [("utopia", JUNE)],
)
LATE = forecast(
    "february",
    dt.date(2026, 2, 19),
    [LevelScore(JUNE, 2500, 200.0, 0.6, True)],
    [ChanceScore("talks", JUNE, 0.05, False)],
)


def rows(part):
    return [list(sheet.texts) for sheet in part.blocks if isinstance(sheet, Sheet)]


def test_the_sentence():
    assert (
        finding([EARLY, LATE])
        == "The update helped: on 1 common date the mean CRPS went from 500 to 200 troops"
    )
    assert (
        finding([LATE, EARLY])
        == "The update did not help: on 1 common date the mean CRPS went from 200 to 500 troops"
    )
    assert finding([LATE]) == "Mean CRPS 200 troops over 1 date; 1 of them within the 80 % band"
    assert finding([EARLY]) == "Mean CRPS 405 troops over 2 dates; 0 of them within the 80 % band"
    assert (
        finding([forecast("none", MARCH, [])])
        == "Nothing can be scored yet: what happened is known until 2026-07-15"
    )


def test_each_cell():
    overview, early, late, calibration = forecast_parts([EARLY, LATE])
    assert rows(overview)[0] == [
        ("november", "2025-11-19", "2", "405", f"{(0.75**2 + 0.2**2) / 2:.3f}", "3"),
        ("february", "2026-02-19", "1", "200", f"{0.05**2:.3f}", "0"),
    ]
    levels, chances = rows(early)
    assert levels == [
        ("2026-03-31", "1,200", "310", "95 %"),
        ("2026-06-30", "2,500", "500", "100 % (no world)"),
    ]
    assert chances == [
        ("first boots", "2026-03-31", "0 %", "yes", "1.000", "no chance given"),
        ("mandate", "2026-03-31", "25 %", "yes", "0.562", "1.39"),
        ("talks", "2026-06-30", "20 %", "no", "0.040", "0.22"),
    ]
    (unforeseen,) = (block for block in early.blocks if isinstance(block, Listing))
    assert [point.text for point in unforeseen.points] == [
        "2,500 troops on 2026-06-30: no world had so many",
        "first boots by 2026-03-31 came: no world had that",
        "utopia came on 2026-06-30: nobody stood for it",
    ]
    assert late.title == "february"
    assert rows(calibration) == [
        [
            ("0 % to 10 %", "2", "3 %", "50 %"),
            ("20 % to 30 %", "2", "23 %", "50 %"),
        ]
    ]


def test_the_figure():
    figure = draw_reliability([EARLY, LATE])
    axes = figure.axes[0]
    dots = [line.get_xydata().tolist()[0] for line in axes.lines if len(line.get_xdata()) == 1]
    assert np.allclose(dots, [[0.025, 0.5], [0.225, 0.5]])
    spans = [line.get_xydata() for line in axes.lines if len(line.get_xdata()) == 2][1:]
    for span, (chance, _) in zip(spans, dots, strict=True):
        assert span[:, 0] == pytest.approx([chance, chance]) and span[:, 1] == pytest.approx(d.wilson(1, 2))
    assert [text.get_text() for text in axes.texts] == ["2", "2"]
    told = " ".join(" ".join(text.get_text() for text in figure.texts).split())
    assert beyond_the_axes(figure) == [] and axes.get_xlabel() == "Chance given"
    assert "On average 13 % was given, and 50 % happened, of 4 cases" in told
    assert "2 forecasts (november, february); known until 2026-07-15" in told


def test_what_stands_beside_the_numbers_is_as_read():
    said = lines_of_parts(forecast_parts([EARLY, LATE]))
    assert_as_read("forecasts", [*said, "", layout_said(draw_reliability([EARLY, LATE]))])
