"""Rules in English, as sentences and trees, and their parts read against a history."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.durations import DAY
from sim.rules import parse
from sim.rules.growth import waits_only
from sim.rules.history import RecordedHistory, Signal
from sim.rules.meaning import holds, truth
from sim.rules.readings import Reading, readings, said_instant, said_stretches
from sim.rules.references import parts, subrules
from sim.rules.sentences import sentence, tree
from sim.rules.syntax import Holds, Value
from sim.rules.truths import Truth
from sim.testing import rules as kit

START = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ceasefire for 30 days and violations in last 30 days <= 5",
            "“ceasefire” has held throughout the last 30 days, "
            "and there have been at most 5 “violations” in the last 30 days.",
        ),
        (
            "mandate_clear and not deployed(role=enforcement) > 0",
            "“mandate clear” holds, and no enforcement troops are deployed.",
        ),
        ("not military_action for 30 days", "“military action” has held at no time in the last 30 days."),
        (
            "before 2026-06-30 or ceasefire within 2 weeks",
            "Either it is earlier than 30 June 2026, or “ceasefire” has held at some time in the last 2 weeks.",
        ),
        (
            "at least 2 of (deployed(indonesia) >= 1000, committed(pakistan), once demilitarised >= 50%)",
            "At least 2 of these 3 hold: (at least 1,000 troops of indonesia are deployed; "
            "some troops of pakistan are committed; "
            "now or at some time before, “demilitarised” is at least 50 %).",
        ),
        (
            "consent(israel, turkey) and not consent(israel)",
            "Israel consents to turkey, and israel does not consent.",
        ),
        ("casualties(self) in last 30 days >= 5", "Self has had at least 5 casualties in the last 30 days."),
        ("not casualties in last 1 week > 0", "The force has had no casualties in the last week."),
        ("violations in last 1 day", "There have been some “violations” in the last day."),
        (
            "a for 1 month within 1 year",
            "At some time in the last year, “a” has held throughout the last month.",
        ),
        ("not deployed == 0", "Some troops are deployed."),
        ("(a or b) and c", "(Either “a” holds, or “b” holds), and “c” holds."),
        ("a and (b or c)", "“a” holds, and (either “b” holds, or “c” holds)."),
        ("not (a and b)", "It is not so that (“a” holds, and “b” holds)."),
        ("always", "There is no condition."),
        ("never", "This never holds."),
        ("once a", "“a” holds or has held."),
        ("not once a", "“a” has never held."),
        ("not once a >= 2", "Neither now nor at any time before, “a” is at least 2."),
        ("not (a within 30 days)", "“a” has held at no time in the last 30 days."),
        (
            "not (deployed(x) >= 500 within 30 days)",
            "At no time in the last 30 days, at least 500 troops of x are deployed.",
        ),
        ("at least 1 of (a, b)", "At least 1 of these 2 holds: (“a” holds; “b” holds)."),
        ("fund < 12.5%", "“fund” is less than 12.5 %."),
        ("fund >= 1", "“fund” is at least 1."),
        ("casualties(x) in last 30 days >= 1", "X has had some casualties in the last 30 days."),
        ("casualties(x) in last 30 days <= 1", "X has had at most 1 casualty in the last 30 days."),
        ("casualties(x) < 1", "X has had no casualties."),
        ("casualties(x) == 11", "X has had exactly 11 casualties."),
        ("casualties(x) == 1", "X has had exactly 1 casualty."),
        ("v in last 7 days < 1", "There have been no “v” in the last 7 days."),
        ("beds >= 1", "There are some beds."),
        ("beds > 1", "There is more than 1 bed."),
        ("deployed(x, role=infantry) >= 1", "Some infantry troops of x are deployed."),
        ("deployed(x) <= 1", "At most 1 of the troops of x is deployed."),
        ("withdrawn == 1", "Exactly 1 of the troops has been withdrawn."),
        ("withdrawn(sector=rafah) > 0", "Some troops for rafah have been withdrawn."),
    ],
)
def test_sentences(text, expected):
    assert sentence(parse(text)) == expected


def test_titles_stand_for_names():
    rule = parse("mandate_clear and consent(israel, turkey) and deployed(turkey) >= 500")
    titles = {"mandate_clear": "Mandate clear", "israel": "Israel", "turkey": "Türkiye"}
    assert sentence(rule, titles) == (
        "“Mandate clear” holds, and Israel consents to Türkiye, "
        "and at least 500 troops of Türkiye are deployed."
    )


@given(kit.rules())
def test_every_rule_has_a_sentence_and_a_tree(rule):
    said = sentence(rule)
    assert said.endswith(".") and said[0] == said[0].upper() and "\n" not in said
    lines = tree(rule)
    assert lines[0].part == rule and lines[0].strokes == ""
    assert all(line.text for line in lines)
    assert {line.part for line in lines} <= set(subrules(rule))
    leaves = {part for part in subrules(rule) if not parts(part)}
    negated = {line.part.part for line in lines if len(parts(line.part)) == 1 and not line.text.endswith(":")}
    assert leaves <= {line.part for line in lines} | negated


def test_a_tree():
    rule = parse("ceasefire for 30 days and (a or not b)")
    assert [str(line) for line in tree(rule)] == [
        "all of these:",
        "├─ throughout the last 30 days:",
        "│  └─ “ceasefire” holds",
        "└─ at least one of these:",
        "   ├─ “a” holds",
        "   └─ “b” does not hold",
    ]


@given(kit.rules_with_histories(), kit.instants())
def test_readings_tell_the_truth_of_each_part(case, instant):
    rule, history = case
    for reading in readings(rule, history):
        assert reading.truth.at(instant) == holds(reading.line.part, history, instant)
        inside = any(first <= instant < last for first, last in reading.stretches(-30 * DAY, 60 * DAY))
        assert inside == (reading.truth.at(instant) and -30 * DAY <= instant < 60 * DAY)


def test_stretches_are_said_by_date():
    record = RecordedHistory(START, {Value("a"): Signal(0.0, (DAY, 3 * DAY, 5 * DAY), (1.0, 0.0, 1.0))})
    (reading,) = readings(parse("a"), record)
    assert said_stretches(reading, START, 0, 10 * DAY) == "2026-01-02 to 2026-01-04, from 2026-01-06"
    assert said_stretches(reading, START, 2 * DAY, 4 * DAY) == "until 2026-01-04"
    assert said_stretches(reading, START, 0, DAY) == "never"
    assert said_stretches(reading, START, DAY, 2 * DAY) == "always"
    assert said_stretches(reading, START, 0, 10 * DAY, most=1) == "2026-01-02 to 2026-01-04, and 1 more"
    assert said_instant(START, DAY + 3_600) == "2026-01-02 01:00"


def test_a_truth_without_end_is_cut():
    always = Reading(tree(parse("always"))[0], Truth(True))
    assert list(always.stretches(5, 9)) == [(5, 9)]


@given(kit.rules(quantity=st.builds(Value, st.sampled_from("ab"))))
def test_a_rule_without_forces_only_waits(rule):
    assert waits_only(rule)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deployed(x) >= 500 and a", True),
        ("not deployed(x) < 500", True),
        ("not committed(y)", False),
        ("deployed <= 5000 or a", False),
        ("a or once not deployed", False),
        ("at least 2 of (a, deployed == 5, b)", False),
    ],
)
def test_which_rules_only_wait_for_troops(text, expected):
    assert waits_only(parse(text)) is expected


def test_readings_agree_with_the_meaning_of_the_whole():
    record = RecordedHistory(START, {Value("a"): Signal(0.0, (DAY,), (1.0,))})
    rule = parse("a for 2 days")
    assert readings(rule, record)[0].truth == truth(rule, record)
    assert readings(rule, record)[1].line.part == Holds(Value("a"))
