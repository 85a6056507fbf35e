"""Records that say nothing new are named; those that do are not."""

from __future__ import annotations

import pytest

from tests.scenario.samples import faults_of, resolved
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
    "a relief again": [
        "date: 2026-02-10, contributor: b, contingent: u, event: relieved",
        "date: 2026-02-10, contributor: b, contingent: u, event: relieved",
        "date: 2026-02-09, contributor: b, contingent: u, event: arrived, troops: 100",
    ],
    "a relief again, of the nation": [
        "date: 2026-02-10, contributor: b, contingent: u, event: relieved",
        "date: 2026-02-10, contributor: b, event: relieved",
        "date: 2026-02-09, contributor: b, contingent: u, event: arrived, troops: 100",
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
    [
        "date: 2026-02-09, contributor: b, contingent: u, event: arrived, troops: 100",
        "date: 2026-02-10, contributor: b, contingent: u, event: relieved",
        "date: 2026-02-11, contributor: b, contingent: u, event: relieved",
    ],
    [
        "date: 2026-02-10, contributor: a, event: arrived, troops: 300",
        "date: 2026-02-11, contributor: a, event: withdrew",
    ],
]


def found(records, tmp_path):
    warnings = resolved(tmp_path, history(*records)).warnings
    return [each for each in warnings if each.check == "records_without_effect"]


@pytest.mark.parametrize("name", NOTHING)
def test_a_record_that_says_nothing_new_is_named(name, tmp_path):
    (warning,) = found(NOTHING[name], tmp_path)
    assert "so this record changes nothing; correct or remove it" in warning.message
    assert warning.item == "history.1"


def test_who_comes_and_leaves_on_one_day_is_named(tmp_path):
    records = [
        "date: 2026-02-10, contributor: a, event: withdrew",
        "date: 2026-02-10, contributor: a, event: arrived, troops: 300",
    ]
    (warning,) = found(records, tmp_path)
    assert "300 arrived on 2026-02-10, and all are gone again at the end of that day" in warning.message
    assert warning.item == "history.0"


def test_what_is_odd_is_not_looked_for_where_something_is_wrong(tmp_path):
    """A party that the file does not have is a fault, and what is odd of its records is not asked."""
    text = history("date: 2026-02-10, party: nobody, contributor: a, consent: true")
    assert "there is no party 'nobody'" in str(faults_of(tmp_path, text))


@pytest.mark.parametrize("records", NEWS, ids=str)
def test_news_is_not_named(records, tmp_path):
    assert not found(records, tmp_path)
