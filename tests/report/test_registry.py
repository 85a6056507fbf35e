"""Each registered figure is titled with its own finding, and its table holds what is drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim.report.comparison_tables import ComparisonTables
from sim.report.figures.registry import comparison_exhibits, run_exhibits
from sim.report.tables import Tables
from sim.studies.comparison import compare
from tests.report import distinct as d


def squeezed(text):
    return re.sub(r"[\s\xa0]+", "", text)


def written(figure):
    return squeezed("".join(text.get_text() for text in figure.texts))


@pytest.fixture(scope="module")
def partly_failed(own, other, tmp_path_factory):
    """A run of which a replication failed, and one of which two did."""
    folder = tmp_path_factory.mktemp("partly failed")
    base = d.written(folder / "base" / "run", own, failed=[3])
    larger = d.written(folder / "larger" / "run", other, "Larger", "other hand", failed=[3, 4])
    return Tables(base), ComparisonTables(compare({"base": base, "larger": larger}))


def exhibits(partly_failed, name):
    subject = partly_failed[name != "run"]
    return subject, list((run_exhibits if name == "run" else comparison_exhibits)(subject))


LEFT_OUT = {
    "run": ["1 of {worlds} replications failed and is left out"],
    "comparison": [
        "base: 1 of {worlds} replications failed and is left out",
        "larger: 2 of {worlds} replications failed and are left out",
    ],
}


ROWS = {"facts": lambda place, heights: (place + 0.4 - heights) / 0.8}
"""Figures whose curves stand in rows: how a height is read."""


@pytest.mark.long
@pytest.mark.parametrize("name", ["run", "comparison"])
def test_a_figure_is_titled_with_its_finding_and_its_data_is_what_it_draws(partly_failed, own, name):
    subject, found = exhibits(partly_failed, name)
    assert len(found) >= 8 and len({each.name for each in found}) == len(found)
    curves = 0
    for exhibit in found:
        figure = exhibit.draw(subject)
        assert squeezed(exhibit.finding(subject)) in written(figure), exhibit.name
        assert squeezed(exhibit.finding(subject)) in squeezed(exhibit.alternative(subject))
        for words in LEFT_OUT[name]:
            assert squeezed(words.format(worlds=len(own))) in written(figure), exhibit.name
        table = exhibit.data(subject)
        columns = [table[column].to_numpy(dtype=float) for column in table.select_dtypes("number").columns]
        lines = [line for axes in figure.axes for line in axes.lines if len(line.get_xdata()) == d.DAYS]
        for place, line in enumerate(lines):
            heights = np.asarray(line.get_ydata(), dtype=float)
            wanted = ROWS.get(exhibit.name, lambda _, values: values)(place, heights)
            assert any(_holds(column, wanted) for column in columns), (exhibit.name, place)
            curves += 1
        if exhibit.name not in ("gantt", "matrix", "waiting", "effects", "binding", "distributions"):
            assert lines or exhibit.name in ("binding_stack", "arrivals") or "-" in exhibit.name, exhibit.name
    assert curves >= 6


def _holds(column, wanted):
    """Whether a column holds a curve as one stretch of its rows: one of several scenarios', one below the other."""
    return any(
        np.allclose(column[start : start + len(wanted)], wanted, atol=1e-9)
        for start in range(0, len(column) - len(wanted) + 1, len(wanted))
    )


def test_numbers_beside_a_ranked_figure_stand_in_their_rows(tied_comparison):
    """The label of a row says the number of its own dot."""
    from sim.report.figures.effects import draw_contributor_effects

    figure = draw_contributor_effects(tied_comparison, label="larger")
    axes = figure.axes[0]
    dots = {mark.get_ydata()[0]: mark.get_xdata()[0] for mark in axes.lines if mark.get_marker() == "o"}
    assert len(dots) >= 2
    labels = [
        text for text in figure.texts if re.fullmatch(r"[+−]?[\d,]+ \(.*", text.get_text().replace("\n", " "))
    ]
    assert len(labels) == len(dots)
    figure.draw_without_rendering()
    for text in labels:
        y = axes.transData.inverted().transform(figure.transFigure.transform(text.get_position()))[1]
        place = min(dots, key=lambda each: abs(each - y))
        said = float(text.get_text().split(" ")[0].replace("−", "-").replace("+", "").replace(",", ""))
        assert said == pytest.approx(dots[place], abs=0.51)
    spans = {
        tuple(bar.get_xdata())
        for bar in axes.lines
        if len(bar.get_xdata()) == 2 and bar.get_ydata()[0] in dots
    }
    for y, value in dots.items():
        low, high = next(
            tuple(bar.get_xdata())
            for bar in axes.lines
            if len(bar.get_xdata()) == 2 and bar.get_ydata()[0] == y
        )
        assert low <= value <= high, spans
