"""The figure of learned laws against what was seen: each point where its numbers are, on axes that can be read."""

from __future__ import annotations

import pytest

from sim.report.figures.quantiles import draw_quantiles
from sim.studies.calibration.quantiles import QuantileFit

WIDE = QuantileFit((2.0, 30.0, 400.0), (3.0, 20.0, 900.0), "Weibull, n = 12, open 3")
NARROW = QuantileFit((60.0, 150.0), (70.0, 110.0), "lognormal, n = 7, open 1")


@pytest.fixture
def panels():
    return draw_quantiles({"Pledge to first troops": WIDE, "Announced date, if late": NARROW}).axes


def test_points_lie_at_the_laws_and_the_seen_quantile(panels):
    for axes, compared in zip(panels, (WIDE, NARROW), strict=True):
        line, points = axes.lines
        assert points.get_xdata().tolist() == [*compared.law]
        assert points.get_ydata().tolist() == [*compared.seen]
        assert (
            list(line.get_xdata()) == list(line.get_ydata()) == list(axes.get_xlim()) == list(axes.get_ylim())
        )
        assert axes.get_xscale() == axes.get_yscale() == "log"
        low, high = axes.get_xlim()
        assert low < min(*compared.law, *compared.seen) and max(*compared.law, *compared.seen) < high


def test_the_title_says_which_quantiles_are_where(panels):
    title, axes = (text.get_text() for text in panels[0].figure.texts)
    assert title == "Learned laws against what was seen"
    assert axes == "Quantiles in days: seen (upright) over the law's (across); on the line they agree"


def test_titles_say_what_and_from_how_many(panels):
    titles = [axes.get_title(loc="left") for axes in panels]
    assert titles == [
        "Pledge to first troops\nWeibull, n = 12, open 3",
        "Announced date, if late\nlognormal, n = 7, open 1",
    ]


def test_each_axis_has_ticks_enough_to_read_its_scale(panels):
    def ticks(axis):
        return dict(
            zip(axis.get_ticklocs(), (text.get_text() for text in axis.get_ticklabels()), strict=True)
        )

    for axes, wanted in zip(
        panels, ({10: "10", 100: "100", 1000: "1,000"}, {50: "50", 100: "100"}), strict=True
    ):
        for axis in (axes.xaxis, axes.yaxis):
            assert wanted.items() <= ticks(axis).items()
            assert len(ticks(axis)) >= 2
            assert all(axes.get_xlim()[0] <= place <= axes.get_xlim()[1] for place in ticks(axis))


def test_hours_are_not_stretched_over_decades():
    (axes,) = draw_quantiles({"At once": QuantileFit((0.001, 10.0), (0.002, 9.0), "")}).axes
    assert axes.get_xlim()[0] == pytest.approx(0.5 / 1.3)
