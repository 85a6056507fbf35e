"""Hypothesis strategies for the rules of a scenario, over the fixed stock of names of `sim.testing.casts`."""

from __future__ import annotations

import datetime as dt
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from sim.rules.syntax import (
    After,
    And,
    Beds,
    Before,
    Casualties,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Number,
    Or,
    Quantity,
    Recent,
    Rule,
    Throughout,
    Value,
    Within,
)
from sim.rules.words import MEASURES
from sim.testing.casts import CONTRIBUTORS, DEFINITION, FACTS, PARTIES, ROLES, SECTORS
from sim.testing.rules import START, durations, rules


@cache
def atoms() -> SearchStrategy[Rule]:
    """Conditions as planners write them, true at some time more often than not."""
    comparison = st.sampled_from((">=", "<"))
    shares = st.sampled_from(("10%", "50%", "100%")).map(Number)
    troops = st.sampled_from(("1", "100", "500")).map(Number)
    limits = st.sampled_from(("0", "2", "4")).map(Number)
    violations = st.builds(Recent, st.just(Value("violations")), durations())
    casualties = st.builds(Recent, st.sampled_from((Casualties("self"), Casualties())), durations())
    return st.one_of(
        st.sampled_from([DEFINITION, *(name for name, _ in FACTS)]).map(Value).map(Holds),
        st.builds(Compare, violations, st.sampled_from(("<=", ">")), limits),
        st.builds(Compare, st.just(Value("disarmament")), comparison, shares),
        st.builds(Compare, forces(), comparison, troops),
        st.builds(Compare, st.just(Beds()), comparison, troops),
        st.builds(Compare, casualties, st.sampled_from(("<=", ">")), limits),
    )


@cache
def forces() -> SearchStrategy[Force]:
    """Troops deployed, committed or withdrawn."""
    return st.builds(
        Force,
        st.sampled_from(MEASURES),
        st.sampled_from((None, *CONTRIBUTORS, "self")),
        st.sampled_from((None, None, *ROLES)),
        st.sampled_from((None, None, *SECTORS)),
        st.sampled_from((None, None, None, "police", "training", "any")),
    )


@cache
def quantities() -> SearchStrategy[Quantity]:
    """Every kind of quantity that a rule may read."""
    counted = st.sampled_from([None, "self", *CONTRIBUTORS]).map(Casualties)
    events = st.just(Value("violations"))
    return st.one_of(
        st.sampled_from([name for name, _ in FACTS]).map(Value),
        st.builds(Recent, st.one_of(events, counted), durations()),
        st.builds(Consent, st.sampled_from(PARTIES), st.sampled_from(CONTRIBUTORS)),
        forces(),
        counted,
    )


@cache
def conditions() -> SearchStrategy[Rule]:
    """Rules that come true now and then, and any others."""
    atom = atoms()
    return st.one_of(
        atom,
        atom.map(Not),
        st.builds(Throughout, atom, durations()),
        st.builds(Within, atom, durations()),
        st.builds(lambda one, other: And((one, other)), atom, atom),
        st.builds(lambda one, other: Or((one, Not(other))), atom, atom),
        rules(quantities(), most_leaves=4),
    )


@cache
def edges() -> SearchStrategy[Rule]:
    """Rules that are false at start more often than not, and come true later."""
    later = st.integers(30, 150).map(lambda many: After(START + dt.timedelta(days=many)))
    until = st.integers(60, 250).map(lambda many: Before(START + dt.timedelta(days=many)))
    return st.one_of(
        later,
        st.builds(lambda one, other: And((one, other)), later, until),
        st.builds(lambda one, other: And((one, other)), later, until),
        st.builds(lambda one, other: And((one, other)), later, atoms()),
        conditions(),
    )
