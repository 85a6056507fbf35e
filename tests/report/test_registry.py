"""Each registered figure is titled with its own finding, and its table holds what is drawn."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sim.report.comparison_tables import ComparisonTables
from sim.report.figures.registry import comparison_exhibits, run_exhibits
from sim.report.style import INK
from sim.report.tables import Tables
from sim.studies.comparison import compare
from tests.report import distinct as d
from tests.report.layout import beyond_the_axes, darker, led


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


@pytest.fixture(scope="module", params=["run", "comparison"])
def drawn(partly_failed, request):
    """What figures are of, and each of them with its drawing."""
    name = request.param
    subject = partly_failed[name != "run"]
    exhibits = (run_exhibits if name == "run" else comparison_exhibits)(subject)
    return name, subject, [(each, each.draw(subject)) for each in exhibits]


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
def test_a_figure_is_titled_with_its_finding_and_its_data_is_what_it_draws(drawn, own):
    name, subject, found = drawn
    assert len(found) >= 8 and len({each.name for each, _ in found}) == len(found)
    curves = 0
    for exhibit, figure in found:
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


MEASURES = {
    "fan": "Troops deployed at the end of each day (military), median with 50 % and 90 % bands; triangles: targets and "
    "how often they are met; diamonds: what others expect",
    "chance_of_levels": "Share of replications with at least so many troops deployed at the end of the day (military)",
    "target_probability": "Share of replications in which a target is held on the day (solid) or was reached by then "
    "(dashed), with 95 % intervals",
    "binding_stack": "Mean pledged troops (military) by what holds them back; numbers: last day",
    "funnel": "Mean troops that far, or further, and not gone, at the end of the day (military); numbers: last day",
    "arrivals": "Mean troops deployed at the end of the day (military), by contributor; numbers: last day",
    "gantt": "First date of each stage in the worlds in which it arrives: median and 90 % of them; hollow: in fewer "
    "than half of the replications; right: chance to arrive at all",
    "waiting": "Mean troop-days from start to end (military) that contributors wait, left, for conditions and consents "
    "of those on the right",
    "facts": "Share of replications in which each is so at the end of the day, from none to all in each row; dotted: "
    "days to come that rules name",
    "matrix": "Mean troops there of those required, from the day they are due to the end; how often the requirement is "
    "fully met on that day",
    "effects": "Mean military troops deployed on 10 Apr 2026, scenario less baseline; hollow: the 95 % interval covers "
    "zero",
    "fans": "Deployed military troops at the end of each day: median with 50 % and 90 % bands (numbers: last day); "
    "dashed: the baseline's median",
    "differences": "Deployed military troops at the end of each day, scenario less baseline: mean difference with its "
    "95 % interval (dark; number: last day), and the middle 50 % and 90 % of the worlds (light)",
    "distributions": "Deployed military troops at the end of 10 Apr 2026: share of worlds by size, those without troops "
    "as a number; below: median, 50 % and 90 % of the worlds",
    "binding": "Mean pledged troops over the whole run, all forces, by what holds them back; numbers: deployed",
    "target-1-first": "Chance that first (500) is held on the day, with 95 % intervals",
    "target-2-second": "Chance that second (900) is held on the day, with 95 % intervals",
    "target-3-police": "Chance that police (200 police) is held on the day, with 95 % intervals",
    "target-4-third": "Chance that third (1,400) is held on the day, with 95 % intervals",
    "contributors-1-larger": "Mean military troops deployed on 10 Apr 2026 by contributor, larger less baseline; hollow: "
    "the 95 % interval covers zero",
}
"""What each figure shows, in its unit, on which day, of which troops, and what its signs mean."""


@pytest.mark.long
def test_a_figure_says_what_it_measures(drawn):
    _, _, found = drawn
    for exhibit, figure in found:
        assert squeezed(f"{MEASURES[exhibit.name]} · ") in squeezed(written(figure) + " "), exhibit.name


@pytest.mark.long
def test_all_that_is_drawn_lies_within_the_axes(drawn):
    """A curve or band beyond an axis is cut off, or stands where there is no scale."""
    _, _, found = drawn
    for exhibit, figure in found:
        assert beyond_the_axes(figure) == [], exhibit.name


@pytest.mark.long
def test_a_number_at_an_axis_is_its_place(drawn):
    """`1,500` stands at 1,500, `40 %` at 0.4: of every scale that is labelled with numbers."""
    _, _, found = drawn
    checked = 0
    for exhibit, figure in found:
        for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
            for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False):
                words = label.get_text().replace("\xa0", " ").replace("−", "-")
                number = re.fullmatch(r"([+-]?[\d,.]+)( %)?", words)
                if number and label.get_visible():
                    said = float(number[1].replace(",", "")) / (100 if number[2] else 1)
                    assert said == pytest.approx(place, abs=1e-9), (exhibit.name, words, place)
                    checked += 1
    assert checked >= 20


@pytest.mark.long
def test_a_label_beside_a_curve_has_its_colour(drawn):
    """A label whose line leads to a curve's last value is of that curve's hue, darker: no two may change places."""
    _, _, found = drawn
    checked = 0
    for exhibit, figure in found:
        for label, height in led(figure):
            ends = [line for line in figure.axes[-1].lines if len(line.get_xdata()) == d.DAYS]
            at_it = [
                line.get_color() for line in ends if line.get_ydata()[-1] == pytest.approx(height, abs=1e-6)
            ]
            if at_it and label.get_color() != INK:
                assert any(darker(label.get_color(), colour) for colour in at_it), (exhibit.name, label)
                checked += 1
    assert checked >= 8


@pytest.mark.long
def test_no_two_curves_of_a_plot_look_the_same(drawn):
    """Curves of one line style each have a colour of their own, or a reader could not tell them apart."""
    _, _, found = drawn
    for exhibit, figure in found:
        for axes in figure.axes:
            curves = [line for line in axes.lines if len(line.get_xdata()) == d.DAYS]
            looks = [(line.get_color(), line.get_linestyle()) for line in curves]
            assert exhibit.name == "facts" or len(set(looks)) == len(looks), exhibit.name


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
