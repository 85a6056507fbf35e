"""The sentences of a sensitivity study hold the numbers of its rows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.report.sensitivity_findings import (
    _counts,
    _crossings,
    _range,
    difference_words,
    ends_said,
    failures_at_ends,
    hanging,
    left_words,
    measure_words,
    size_words,
)
from sim.studies.samples import Key


@pytest.fixture(autouse=True)
def plain_words(monkeypatch):
    monkeypatch.setattr("sim.report.sensitivity_findings.assumption_words", lambda scenario, path: path)


def row(path, low, high, **others):
    own = {"clear": True, "reach": abs(high - low), "unit": "probability", "baseline": 0.3}
    own |= {"low_failed": 0, "high_failed": 0}
    return SimpleNamespace(assumption=path, low_result=low, high_result=high, **own | others)


def study(*rows, **others):
    own = {"scenario": None, "replications": 400, "failed": 0, "left": 0, "assumptions": len(rows)}
    return SimpleNamespace(rows=lambda key: rows, **own | others)


def test_what_turns_the_likely_unlikely_is_named():
    rows = [row("a", 0.2, 0.6), row("b", 0.1, 0.4), row("c", 0.7, 0.3)]
    said = "It becomes {} likely than not, in this sample, with any of these alone: {}."
    assert _crossings(study(), rows) == [said.format("more", "a; c")]
    likely = [row("a", 0.2, 0.6, baseline=0.55), row("b", 0.51, 0.9, baseline=0.55)]
    assert _crossings(study(), likely) == [said.format("less", "a")]
    assert _crossings(study(), rows[1:2]) == ["No assumption alone makes it more likely than not."]
    assert _crossings(study(), [row("b", 0.51, 0.9, baseline=0.55)]) == [
        "No assumption alone makes it less likely than not."
    ]
    assert _crossings(study(), [row("a", 0.2, 0.6, unit="troops")]) == []
    many = [row(f"a{number}", 0.2, 0.6) for number in range(7)]
    assert _crossings(study(), many)[0].endswith("a0; a1; a2; a3; a4, and 2 more.")


def test_who_changes_it_clearly_who_not_at_all_and_of_whom_it_is_unclear():
    rows = [
        row("a", 0, 1),
        row("b", 0, 0, clear=False),
        row("c", 0, 0.1, clear=False),
        row("d", 0, 0, clear=False),
    ]
    assert _counts(study(), rows) == (
        "Of 4 assumptions moved alone, 1 clearly changes it, 2 leave it exactly as it is in these 400 worlds and of 1 "
        "it is unclear."
    )
    assert _counts(study(), rows[:1]) == "Of 1 assumption moved alone, 1 clearly changes it."


def test_what_a_measure_hangs_on_reaches_a_quarter_of_the_largest():
    rows = [row("a", 0, 0.8), row("b", 0, 0.2), row("c", 0, 0.19), row("d", 0, 0.7, clear=False)]
    frame = SimpleNamespace(itertuples=lambda **_: iter(rows))
    found = study()
    found.rows = lambda key: frame
    assert [each.assumption for each in hanging(found, None)] == ["a", "b"]


def test_each_end_is_said_with_its_own_setting():
    own = row("a", 0.2, 0.6, low_setting="0.1", high_setting="{median: 34.25 days, p90: 90 days}")
    assert _range(study(), own, size_words("probability")) == "a (20 % at 0.1, 60 % at median 34.2 days)"
    ends = {
        "contributors.x.never_arrives": ("40 %", "95 %"),
        "contributors.x.contingents.u.troops": ("0.4", "1,200"),
    }
    for assumption, said in ends.items():
        high = "0.95" if said[1].endswith("%") else "1200"
        assert ends_said(row(assumption, 0, 1, low_setting="0.4", high_setting=high)) == said


def test_failed_ends_are_told_the_most_first_but_not_those_of_the_scenario_itself():
    rows = [
        row("a", 0, 1, low_failed=3, high_failed=7),
        row("b", 0, 1, low_failed=2, high_failed=12),
    ]
    assert failures_at_ends(study(failed=3), rows) == (
        "Of 400 replications some failed and are left out: 12 at the high of b, 7 at the high of a, 2 at the low of b."
    )
    assert failures_at_ends(study(), [row("a", 0, 1)]) == ""
    many = [row(f"a{number}", 0, 1, low_failed=number + 1) for number in range(7)]
    assert failures_at_ends(study(), many).endswith(
        "3 at the low of a2, fewer at 2 other ends (sensitivity.csv)."
    )


def test_what_was_not_moved_in_time_is_counted_among_all():
    assert left_words(study(left=3, assumptions=9)) == (
        "the time given was up before 3 of 12 assumptions were moved"
    )
    assert (
        left_words(study(left=1, assumptions=0)) == "the time given was up before 1 of 1 assumption was moved"
    )


@pytest.mark.parametrize(
    ("unit", "value", "size", "difference"),
    [
        ("probability", 0.25, "25 %", "+25.0"),
        ("share", -0.125, "−12 %", "−12.5"),
        ("days", 1.2, "1 day", "+1"),
        ("days", 12.0, "12 days", "+12"),
    ],
)
def test_sizes_and_differences_have_their_unit(unit, value, size, difference):
    if value > 0:
        assert size_words(unit)(value).removeprefix("about ") == size
    assert difference_words(unit)(value) == difference


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (("level_mean", "", "2026-12-31"), "the mean force on 31 December 2026"),
        (("level_q50", "", "2026-12-31"), "the median force on 31 December 2026"),
        (("target_held", "all_in", "2026-12-31"), "the chance that “all in” is held on 31 December 2026"),
        (
            ("target_reached", "all_in", "2026-12-31"),
            "the chance that “all in” has been reached on 31 December 2026",
        ),
        (("first_boots", "", ""), "the chance that any troops arrive"),
    ],
)
def test_a_measure_is_said_with_its_item_and_day(key, words):
    assert measure_words(None, Key(*key)) == words
