"""The field's words: what the logs hold reads back as the value that wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.vocabulary import CAUSE_KINDS, LOST, STAGES, Cause, cause_of, cause_text

WITH_SUBJECT = {"rule", "consent", "approval", "sector", "lift"}


@given(st.sampled_from(CAUSE_KINDS), st.from_regex(r"[a-z][a-z_ (),=>0-9]{0,20}[a-z0-9]", fullmatch=True))
def test_a_cause_reads_back_from_the_log(kind, subject):
    cause = Cause(kind, subject if kind in WITH_SUBJECT else "")
    assert cause_of(str(cause)) == cause
    assert cause_text(cause.kind, cause.subject) == str(cause)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("rule: deployed(a) >= 300", Cause("rule", "deployed(a) >= 300")),
        ("consent(israel, turkey)", Cause("consent", "israel, turkey")),
        ("approval parliament", Cause("approval", "parliament")),
        ("sector north_gaza", Cause("sector", "north_gaza")),
        ("lift air", Cause("lift", "air")),
        ("relief gap", Cause("relief gap")),
        ("beds", Cause("beds")),
    ],
)
def test_causes_as_the_log_of_waits_holds_them(text, cause):
    assert cause_of(text) == cause
    assert str(cause) == text


def test_a_consent_says_who_is_asked_for_whom():
    assert cause_of("consent(israel, turkey)").parties == ("israel", "turkey")


@pytest.mark.parametrize("text", ["", "bed", "lift", "rule", "approval", "consent(israel", "sector"])
def test_what_is_no_cause_is_refused(text):
    with pytest.raises(ValueError, match="no cause of waiting"):
        cause_of(text)


def test_lost_troops_are_told_from_waiting_ones():
    assert {kind for kind in CAUSE_KINDS if Cause(kind).is_lost} == set(LOST)
    assert {"refused", "undelivered"} <= set(STAGES)
