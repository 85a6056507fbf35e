from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.rules import nearest
from sim.rules.suggestions import all_known


def test_a_slip_finds_its_name():
    assert nearest("ceasfire", ["violations", "ceasefire", "calm"]) == "ceasefire"


def test_nothing_alike_finds_none():
    assert nearest("xyz", ["violations", "ceasefire"]) is None
    assert nearest("a", []) is None


@given(st.text(max_size=8), st.lists(st.text(max_size=8)))
def test_order_and_repetition_change_nothing(name, known):
    found = nearest(name, known)
    assert found == nearest(name, [*reversed(known), *known])
    assert found is None or found in known


def test_what_is_known_is_said_of_none_one_and_many():
    assert all_known([]) == "none is known"
    assert all_known(["infantry"]) == "known is infantry"
    assert all_known("ba") == "known are a, b"
    assert all_known(map(str, range(10, 23))).endswith("20, 21, …")
