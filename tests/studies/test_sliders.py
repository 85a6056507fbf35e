"""Numbers that can be moved by degrees: each manner of writing one."""

from __future__ import annotations

import pytest

from sim.scenario.distributions import read_drawn
from sim.scenario.loading import load_resolved
from sim.studies.sliders import Slider, sliders_of

ODDS = 2**1.6
TEXT = """
scenario: moved
start: 2026-01-01
end: 2026-12-31
uncertain: {goodwill: {p10: 0.5, median: 1, p90: 2}}
facts:
  talks: {kind: milestone, probability: {value: 40%, odds: goodwill}, after: {chance: 10%, per: quarter}}
  calm: {kind: switch, initially: true, stays_on: {p10: 20 days, p90: 80 days}, stays_off: 5 days}
  v: {kind: events, rate: {value: 3 per month, times: goodwill}}
contributors:
  a:
    contingents:
      u: {role: infantry, troops: 500, never_arrives: {p10: 10%, median: 20%, p90: 50%}, prepares_for: {mean: 9 days}}
"""


def odds_times(share: float, factor: float) -> float:
    odds = share / (1 - share) * factor
    return odds / (1 + odds)


@pytest.fixture(scope="module")
def sliders(tmp_path_factory):
    file = tmp_path_factory.mktemp("moved") / "moved.yaml"
    file.write_text(TEXT)
    return file, {each.path: each for each in sliders_of(load_resolved(file, ()))}


def test_every_manner_of_writing_a_number_moves_and_what_is_known_does_not(sliders):
    assert list(sliders[1]) == [
        "uncertain.goodwill",
        "facts.talks.probability",
        "facts.talks.after",
        "facts.calm.stays_on",
        "facts.v.rate",
        "contributors.a.contingents.u.never_arrives",
        "contributors.a.contingents.u.prepares_for",
    ]


@pytest.mark.parametrize("degree", [-5, -0.7, 0, 3, 5])
def test_a_scenario_may_have_each_of_them(sliders, degree):
    file, found = sliders
    for slider in found.values():
        load_resolved(file, [slider.setting(degree)])


@pytest.mark.parametrize(
    ("path", "raw", "degree", "written"),
    [
        (
            "a.probability",
            {"value": 0.5, "odds": "goodwill"},
            5,
            f"{{value: {odds_times(0.5, ODDS):.4f}, odds: goodwill}}",
        ),
        ("a.probability", "20%", -5, f"{odds_times(0.2, 1 / ODDS):.5f}"),
        ("a.rate", {"value": "3 per month", "times": ["x", "y"]}, 5, "{value: 6 per month, times: [x, y]}"),
        (
            "a.after",
            {"chance": "10%", "per": "quarter"},
            5,
            f"{{chance: {odds_times(0.1, ODDS):.3f}, per: quarter}}",
        ),
        (
            "a.after",
            {"p10": "4 days", "median": "6 days", "p90": "20 days"},
            -5,
            "{p10: 2 days, median: 3 days, p90: 10 days}",
        ),
        (
            "a.after",
            {"median": "6 days", "p90": "20 days", "times": "tempo"},
            5,
            "{median: 12 days, p90: 40 days, times: tempo}",
        ),
        (
            "a.after",
            {"low": "10 days", "mode": "2 weeks", "high": "1 month"},
            5,
            f"{{low: 10 days, mode: {14 + 0.9 * 16.4375:.2f} days, high: 1 month}}",
        ),
        ("a.vetted", {"low": "20%", "mode": 0.5, "high": 1}, -5, "{low: 20%, mode: 0.23, high: 1}"),
        ("a.troops", {"low": 100, "mode": 200, "high": 401}, 5, "{low: 100, mode: 381, high: 401}"),
        (
            "a.after",
            {"low": "1 day", "mode": "2 days", "high": "4 days"},
            -5,
            "{low: 1 day, mode: 1.1 days, high: 4 days}",
        ),
    ],
)
def test_a_number_is_moved_as_its_table_says(path, raw, degree, written):
    assert Slider(path, raw).at(degree) == written
    assert Slider(path, raw).at(0) == Slider(path, raw).written


@pytest.mark.parametrize("degree", [-5, 2, 5])
def test_an_uncertain_share_stays_one(degree):
    """Its quantiles move by their odds: twice 60 % would be none."""
    from yaml import safe_load

    written = Slider("a.delivers", {"p10": 0.3, "median": 0.6, "p90": 0.9}).at(degree)
    values = safe_load(written)
    assert [values[key] for key in ("p10", "median", "p90")] == pytest.approx(
        [odds_times(share, ODDS ** (degree / 5)) for share in (0.3, 0.6, 0.9)], rel=1e-3
    )
    read_drawn(values, float, share=True)
