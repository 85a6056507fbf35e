"""Records that say nothing new are named; those that do are not."""

from __future__ import annotations

import pytest

from tests.scenario.samples import resolved
from tests.scenario.test_chronology import history

NOTHING = {
    "a milestone that has come": [
        "date: 2026-02-10, fact: m, value: true",
        "date: 2026-02-14, fact: m, value: true",
    ],
    "a final no again": [
        "date: 2026-02-10, fact: m, refused: true",
        "date: 2026-02-14, fact: m, value: false",
    ],
    "a delay of what has come": [
        "date: 2026-02-10, fact: m, value: true",
        "date: 2026-02-14, fact: m, event: delayed, by: 9 days",
    ],
    "a consent again": [
        "date: 2026-02-10, party: host, contributor: a, consent: true",
        "date: 2026-02-14, party: host, contributor: a, consent: true",
    ],
    "a delay of a consent that was given": [
        "date: 2026-02-10, party: host, contributor: a, consent: true",
        "date: 2026-02-14, party: host, contributor: a, event: delayed, by: 9 days",
    ],
    "an approval again": [
        "date: 2026-02-10, contributor: a, event: approved, step: gov",
        "date: 2026-02-14, contributor: a, event: approved, step: gov",
    ],
    "a delay of those who are there": [
        "date: 2026-02-10, contributor: a, event: arrived, troops: 500",
        "date: 2026-02-14, contributor: a, event: delayed, by: 9 days",
    ],
    "nobody": [
        "date: 2026-02-10, contributor: a, event: approved, step: gov",
        "date: 2026-02-14, contributor: a, event: arrived, troops: 0",
    ],
}
NEWS = [
    [
        "date: 2026-02-10, contributor: a, event: arrived, troops: 300",
        "date: 2026-02-14, contributor: a, event: delayed, by: 9 days",
    ],
    ["date: 2026-02-10, fact: m, refused: true", "date: 2026-02-14, fact: m, value: true"],
    ["date: 2026-02-10, fact: m, event: delayed, by: 9 days", "date: 2026-02-24, fact: m, value: true"],
    [
        "date: 2026-02-10, contributor: a, event: approved, step: gov",
        "date: 2026-02-12, contributor: a, event: withdrew",
        "date: 2026-02-13, contributor: a, event: pledged, troops: 9",
        "date: 2026-02-14, contributor: a, event: approved, step: gov",
    ],
    ["date: 2026-02-10, fact: v, count: 0"],
]


def found(records, tmp_path):
    warnings = resolved(tmp_path, history(*records)).warnings
    return [each for each in warnings if each.check == "records_without_effect"]


@pytest.mark.parametrize("name", NOTHING)
def test_a_record_that_says_nothing_new_is_named(name, tmp_path):
    (warning,) = found(NOTHING[name], tmp_path)
    assert "so this record changes nothing; correct or remove it" in warning.message
    assert warning.item == "history.1"


@pytest.mark.parametrize("records", NEWS, ids=str)
def test_news_is_not_named(records, tmp_path):
    assert not found(records, tmp_path)
