from __future__ import annotations

import pytest
from hypothesis import given

from sim.rules import RuleError, bind, expand, names, parse, unbound
from sim.rules.syntax import Consent, Force
from sim.testing import rules as kit


def test_self_becomes_the_contributor():
    rule = parse(
        "casualties(self) in last 30 days >= 10 or not (casualties(self) for 2 days) "
        "or consent(israel) within 1 day or once deployed(self) > 5 "
        "or at least 1 of (consent(israel, egypt), a)"
    )
    assert str(bind(rule, "turkey")) == (
        "casualties(turkey) in last 30 days >= 10 or not (casualties(turkey) for 2 days) "
        "or consent(israel, turkey) within 1 day or once deployed(turkey) > 5 "
        "or at least 1 of (consent(israel, egypt), a)"
    )


@given(kit.rules())
def test_a_rule_without_self_is_left_as_it_is(rule):
    assert unbound(rule) == frozenset()
    assert bind(rule, "turkey") == rule


def test_unbound_names_what_needs_a_contributor():
    rule = parse("consent(israel) and deployed(self) > 5 and casualties > 3")
    assert unbound(rule) == {Consent("israel"), Force("deployed", "self")}
    assert unbound(bind(rule, "turkey")) == frozenset()


def test_definitions_are_filled_in_all_the_way_down():
    definitions = {
        "calm": parse("ceasefire for 30 days and violations <= 20"),
        "safe": parse("calm and demilitarised >= 50%"),
    }
    rule = parse("not safe for 2 days or calm")
    assert str(expand(rule, definitions)) == (
        "not ((ceasefire for 30 days and violations <= 20) and demilitarised >= 50%) for 2 days "
        "or ceasefire for 30 days and violations <= 20"
    )


@given(kit.rules())
def test_a_rule_without_definitions_is_left_as_it_is(rule):
    assert expand(rule, {}) == rule


@given(kit.rules(), kit.rules())
def test_the_order_of_definitions_changes_nothing(first, second):
    definitions = {"first": first, "second": parse("first or calm"), "calm": second}
    rule = parse("second and not first")
    expanded = expand(rule, definitions)
    assert expand(rule, dict(reversed(definitions.items()))) == expanded
    assert names(expanded).isdisjoint(definitions)


@pytest.mark.parametrize(
    ("definitions", "circle"),
    [
        ({"a": "b or x", "b": "not a"}, "a → b → a"),
        ({"a": "once a"}, "a → a"),
        ({"a": "b", "b": "c and d", "c": "b within 2 days", "d": "x"}, "b → c → b"),
    ],
)
def test_a_circle_is_named(definitions, circle):
    with pytest.raises(RuleError, match=f"in a circle: {circle};"):
        expand(parse("a"), {name: parse(text) for name, text in definitions.items()})


def test_a_definition_met_twice_is_no_circle():
    definitions = {name: parse(text) for name, text in {"a": "b and c", "b": "c", "c": "x"}.items()}
    assert str(expand(parse("a"), definitions)) == "x and x"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("calm >= 5", "write `calm` or `not calm`"),
        ("calm in last 5 days >= 2", "count an events fact, or write `calm within 5 days`"),
    ],
)
def test_a_definition_is_no_number(text, remedy):
    with pytest.raises(RuleError, match=remedy):
        expand(parse(text), {"calm": parse("a")})
    with pytest.raises(RuleError, match=remedy):
        expand(parse("other"), {"calm": parse("a"), "other": parse(text)})


def test_definitions_that_multiply_are_refused():
    definitions = {"d0": parse("a and b")}
    definitions |= {f"d{level}": parse(f"d{level - 1} and not d{level - 1}") for level in range(1, 60)}
    with pytest.raises(RuleError, match="with its definitions filled in, d12 has 20,478 constructs"):
        expand(parse("d59"), definitions)


def test_a_long_chain_of_definitions_is_refused():
    definitions = {"d0": parse("a")}
    definitions |= {f"d{level}": parse(f"not d{level - 1}") for level in range(1, 2_000)}
    with pytest.raises(RuleError, match="nested 101 deep"):
        expand(parse("d1999"), definitions)
