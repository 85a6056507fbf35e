from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.results.statistics import mean_interval, quantile_interval, wilson
from sim.studies import precision
from sim.studies.precision import Look, WantedWidth, aims_of, check_aims, look, looks

SCENARIO = SimpleNamespace(
    scenario="Small", start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31), targets={"initial": None}
)


@given(st.integers(1_000, 1_000_000))
def test_looks_are_at_a_thousand_doublings_and_never_beyond_the_most(most):
    found = looks(most)
    assert found[0] == 1_000
    assert all(later == 2 * earlier for earlier, later in zip(found, found[1:], strict=False))
    assert found[-1] <= most < 2 * found[-1]


def test_fewer_than_the_first_look_are_refused():
    with pytest.raises(UsageError, match="1,000 replications first"):
        looks(999)


def seen(kind, values, width, monkeypatch):
    monkeypatch.setattr(precision, "_sample", lambda run, aim: [float(value) for value in values])
    (found,) = look(None, [WantedWidth(kind, "initial", width)])
    return found


@pytest.mark.parametrize("successes", [0, 9, 991, 1000])
def test_fewer_than_ten_of_either_outcome_stop_nothing_however_narrow(successes, monkeypatch):
    values = [1] * successes + [0] * (1000 - successes)
    found = seen("target", values, 0.9, monkeypatch)
    assert (found.low, found.high) == wilson(successes, 1000)
    assert found.high - found.low < 0.02 and not found.precise
    assert "differ from the rest" in str(found)


@pytest.mark.parametrize("successes", [10, 500, 990])
def test_a_narrow_interval_of_both_outcomes_stops(successes, monkeypatch):
    values = [1] * successes + [0] * (1000 - successes)
    low, high = wilson(successes, 1000)
    assert seen("reached", values, high - low, monkeypatch).precise
    assert not seen("reached", values, (high - low) * 0.999, monkeypatch).precise


@pytest.mark.parametrize("kind", ["level", "median"])
def test_an_interval_without_width_stops_nothing(kind, monkeypatch):
    assert not seen(kind, [700] * 1000, 50, monkeypatch).precise


def test_a_median_among_many_equal_values_has_no_width_and_stops_nothing(monkeypatch):
    found = seen("median", [0] * 800 + list(range(200)), 50, monkeypatch)
    assert (found.low, found.high, found.precise) == (0, 0, False)


def test_levels_have_the_intervals_of_mean_and_median(monkeypatch):
    values = list(range(1000))
    level, median = (seen(kind, values, 50, monkeypatch) for kind in ("level", "median"))
    assert (level.low, level.high) == pytest.approx(mean_interval(values))
    assert (median.low, median.high) == quantile_interval(values, 0.5)
    assert level.precise and not median.precise


def test_aims_are_read():
    assert aims_of(["target.initial=0.02", "level.2026-12-31=200"]) == (
        WantedWidth("target", "initial", 0.02),
        WantedWidth("level", "2026-12-31", 200.0),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("target.initial", "is no precision; write MEASURE=WIDTH"),
        ("initial=0.02", "is no precision"),
        ("target.=0.02", "is no precision"),
        ("speed.initial=0.02", "is no precision"),
        ("target.initial=0", "'0' is no width"),
        ("target.initial=-1", "is no width"),
        ("target.initial=nan", "is no width"),
        ("target.initial=much", "is no width"),
        ("level.soon=200", "'soon' is no date"),
        ("level.2026-02-30=200", "is no date"),
    ],
)
def test_what_is_no_aim(text, message):
    with pytest.raises(UsageError, match=message):
        aims_of([text])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("target.inital=0.1", "Small has no target 'inital'; did you mean initial"),
        ("reached.xyz=0.1", "it has initial"),
        ("level.2027-01-01=200", "goes from 2026-01-01 to 2026-12-31"),
    ],
)
def test_measures_that_the_scenario_does_not_have(text, message):
    with pytest.raises(UsageError, match=message):
        check_aims(aims_of([text]), SCENARIO)


def test_a_run_is_measured(tmp_path):
    import sim

    run = sim.run(sim.load("scenarios/tutorial.yaml"), replications=60, out=tmp_path)
    held, reached, level, median = look(
        run, aims_of(["target.initial=1", "reached.initial=1", "level.2026-12-31=1", "median.2026-12-31=1"])
    )
    table = run_table(run)
    assert (held.low, held.high) == (table.held_low, table.held_high)
    assert (reached.low, reached.high) == (table.reached_low, table.reached_high)
    assert median.low <= table.median <= median.high
    assert level.low < level.high
    assert {each.replications for each in (held, reached, level, median)} == {60}


def run_table(run):
    from sim.results.targets import target_table

    return next(target_table(run).itertuples(index=False))


@dataclass
class Story:
    low: float
    high: float
    differing: int
    words: str


@pytest.mark.parametrize(
    "story",
    [
        Story(0.4, 0.42, 500, "precise enough"),
        Story(0.4, 0.45, 500, "0.0201 is wanted"),
        Story(0, 0.004, 3, "only 3 of"),
    ],
)
def test_a_look_says_what_it_saw(story):
    words = str(Look(WantedWidth("target", "initial", 0.0201), 1000, story.low, story.high, story.differing))
    assert words.startswith("target.initial: ") and story.words in words
