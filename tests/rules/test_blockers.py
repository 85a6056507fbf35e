from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.durations import Duration
from sim.rules import parse
from sim.rules.blockers import blocking_atoms
from sim.rules.references import atoms
from sim.rules.syntax import And, AtLeast, Compare, Force, Holds, Not, Number, Or, Recent, Value

NAMES = "abcdef"
few_atoms = st.sampled_from([Holds(Value(name)) for name in NAMES])


def logical(part):
    parts = st.lists(part, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Not, part),
        st.builds(And, parts),
        st.builds(Or, parts),
        parts.flatmap(lambda drawn: st.builds(AtLeast, st.integers(1, len(drawn) + 1), st.just(drawn))),
    )


formulas = st.recursive(few_atoms, logical, max_leaves=14)


def truth_of(rule, true):
    match rule:
        case Not(part):
            return not truth_of(part, true)
        case And(parts):
            return all(truth_of(part, true) for part in parts)
        case Or(parts):
            return any(truth_of(part, true) for part in parts)
        case AtLeast(count, parts):
            return sum(truth_of(part, true) for part in parts) >= count
    return rule in true


def by_enumeration(rule, true):
    known = atoms(rule)
    for size in range(len(known) + 1):
        remedies = [
            set(flipped) for flipped in combinations(known, size) if truth_of(rule, true ^ set(flipped))
        ]
        if remedies:
            return {Not(atom) if atom in true else atom for atom in set().union(*remedies)}
    return set()


@settings(max_examples=300)
@given(formulas, st.sets(few_atoms))
def test_equals_trying_every_set_of_atoms(rule, true):
    assert blocking_atoms(rule, true.__contains__) == by_enumeration(rule, true)


@given(formulas, st.sets(few_atoms))
def test_each_literal_is_what_is_not_so(rule, true):
    for literal in blocking_atoms(rule, true.__contains__):
        assert not truth_of(literal, true)


def blockers(text, *true):
    known = {parse(name) for name in true}
    return {str(literal) for literal in blocking_atoms(parse(text), known.__contains__)}


@pytest.mark.parametrize(
    ("text", "true", "expected"),
    [
        ("a", [], {"a"}),
        ("a", ["a"], set()),
        ("not a", ["a"], {"not a"}),
        ("a and b and c", ["b"], {"a", "c"}),
        ("a or b and c", [], {"a"}),
        ("a or b and c", ["c"], {"a", "b"}),
        ("a and not b", ["b"], {"a", "not b"}),
        ("at least 2 of (a, b, c)", [], {"a", "b", "c"}),
        ("at least 2 of (a, b, c)", ["a"], {"b", "c"}),
        ("at least 2 of (a, b and c, d and e)", ["d"], {"a", "e"}),
        ("not at least 2 of (a, b, c)", ["a", "b", "c"], {"not a", "not b", "not c"}),
        ("a and b or not a and c", [], {"c"}),
        ("a and b or not a and c and d", [], {"a", "b", "c", "d"}),
        ("a and (a or b) and (a or c)", [], {"a"}),
        ("a and not a", [], set()),
        ("never", [], set()),
        ("never or a", [], {"a"}),
        ("a for 30 days and b", ["b"], {"a for 30 days"}),
        ("not a for 30 days", [], {"not a for 30 days"}),
    ],
)
def test_by_hand(text, true, expected):
    assert blockers(text, *true) == expected


def test_each_atom_is_asked_for_once():
    asked = []
    blocking_atoms(parse("a and (b or a) and not b"), lambda atom: asked.append(str(atom)) or False)
    assert asked == ["a", "b"]


def many(count):
    return [Compare(Force("deployed", role=f"role_{number}"), ">", Number("0")) for number in range(count)]


def test_many_repeated_atoms_with_a_small_remedy_are_exact():
    every = many(60)
    rule = And((Or(tuple(every)), Or((*every, Holds(Value("a"))))))
    assert blocking_atoms(rule, lambda _: False) == frozenset(every)


def chain(count):
    """A clause for each two neighbours of a row: every second one is the only smallest remedy of all."""
    every = many(count)
    return every, And(tuple(Or(pair) for pair in pairwise(every)))


def test_clauses_that_share_atoms_are_exact():
    every, rule = chain(9)
    assert blocking_atoms(rule, lambda _: False) == frozenset(every[1::2])


def test_beyond_the_limit_each_occurrence_stands_alone():
    every, rule = chain(41)
    assert blocking_atoms(rule, lambda _: False) == frozenset(every)


def test_a_rule_made_ready_is_not_compared_with_others_again(monkeypatch):
    from sim.rules.blockers import Blocking

    rule = And(
        tuple(
            Compare(Recent(Value("e"), Duration(str(days), "day")), "<=", Number("3"))
            for days in range(1, 171)
        )
    )
    blocking = Blocking.of(rule)
    hashed = []
    real = Compare.__hash__
    monkeypatch.setattr(Compare, "__hash__", lambda each: hashed.append(each) or real(each))
    assert len(blocking.literals([place % 10 > 0 for place in range(170)])) == 17
    assert len(hashed) <= 17, "only what is returned may be put into a set"
