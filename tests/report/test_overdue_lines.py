"""What is overdue is named after a run as a decision-maker names it, not by the file's identifiers."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from sim.report.telling.overdue_lines import overdue_note
from sim.studies.overdue import Overdue

SCENARIO = SimpleNamespace(as_of=dt.date(2026, 2, 19), end=dt.date(2027, 12, 31))
TITLES = {"board": "The Board", "mandate": "Mandate is clear", "azerbaijan": "Azerbaijan", "israel": "Israel"}


def due(kind, who, party=None):
    return Overdue(kind, who, party, 0.9, dt.date(2026, 1, 31), 3.0, 0.9, 0.8, "record it")


def note(*found):
    return overdue_note(SCENARIO, found, TITLES)


def test_nothing_overdue_is_nothing_said():
    assert note() == ""
    assert overdue_note(SimpleNamespace(as_of=None), [due("fact", "mandate")], TITLES) == ""


def test_each_kind_is_named_for_what_would_have_been_heard():
    assert note(
        due("consent", "azerbaijan", "israel"), due("decision", "european_union"), due("arrival", "board")
    ) == (
        "Overdue: by 19 Feb 2026 most worlds would have heard of Israel's answer to Azerbaijan, the decision of "
        "European Union and arrivals of the Board, and history records nothing of it; `isf explain` says what this "
        "silence does, and what mends it."
    )
    assert "heard of “Mandate is clear” and casualties, and" in note(
        due("fact", "mandate"), due("casualties", "")
    )
    assert "heard of “Police trained”, and" in note(due("graduates", "police_trained"))


def test_more_than_four_are_counted_and_each_is_counted_once():
    six = [due("decision", name) for name in ("a", "b", "a", "c", "d", "e", "f")]
    assert (
        "the decision of A, the decision of B, the decision of C, the decision of D and 2 more, and"
        in note(*six)
    )
