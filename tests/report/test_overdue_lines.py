"""What is overdue is named after a run as a decision-maker names it, not by the file's identifiers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from sim.report.telling.overdue_lines import overdue_lines, overdue_note
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


@pytest.mark.parametrize(
    ("found", "head", "said"),
    [
        (
            due("fact", "mandate"),
            "Mandate is clear",
            "90 % of worlds, half of them by 31 Jan 2026. With the silence its chance by 31 Dec 2027 is 80 % instead of "
            "90 %.",
        ),
        (
            replace(due("consent", "azerbaijan", "israel"), before=0.62, after=0.58),
            "Answer to Azerbaijan",
            "90 % of worlds, half of them by 31 Jan 2026. With the silence its chance by 31 Dec 2027 is 58 % instead of "
            "62 %.",
        ),
        (
            replace(due("decision", "board"), before=0.7004, after=0.6996),
            "Decision of The Board",
            "90 % of worlds, half of them by 31 Jan 2026. The silence makes it later; its chance by 31 Dec 2027 stays "
            "70 %.",
        ),
        (
            replace(due("arrival", "board"), chance=0.55, expected=1250.0, before=0.9, after=0.3),
            "Arrival of The Board",
            "55 % of worlds, half of them by 31 Jan 2026, 1,250 troops in the middle one of them. With the silence its "
            "chance by 31 Dec 2027 is 30 % instead of 90 %.",
        ),
        (
            replace(due("casualties", ""), before=17.25, after=4.5),
            "Casualties",
            "90 % of worlds, half of them by 31 Jan 2026, 3 casualties in the middle one of them. With the silence 4.5 "
            "casualties are expected from then on, instead of 17.2.",
        ),
        (
            replace(due("progress", "mandate"), after=None),
            "Mandate is clear",
            "90 % of worlds, half of them by 31 Jan 2026. It is measured, not announced, so that the silence does "
            "nothing: chance runs on from the last record.",
        ),
    ],
)
def test_each_says_how_sure_it_was_and_what_the_silence_does(found, head, said):
    lines = list(overdue_lines(SCENARIO, [found], TITLES))
    assert "What should have been heard by 19 Feb 2026" in "".join(lines)
    text = " ".join(" ".join(lines).split())
    assert f"{head}: {said} Remedy: record it." in text or f"{head} {said} Remedy: record it." in text
    assert "more than 50 % of 100 worlds" in text
