from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.durations import Duration
from sim.rules import RESERVED, RuleError, locate, parse
from sim.rules.references import atoms, parts, subrules
from sim.rules.syntax import (
    ALWAYS,
    NEVER,
    And,
    AtLeast,
    Casualties,
    Compare,
    Consent,
    Force,
    Holds,
    Not,
    Number,
    Once,
    Or,
    Recent,
    Throughout,
    Value,
    Within,
)
from sim.rules.words import DEEPEST_NESTING, KEYWORDS, LONGEST_TEXT
from sim.testing import rules as kit

A, B, C, D = (Holds(Value(name)) for name in "abcd")
MONTH = Duration("30", "day")
WEEKS = Duration("2", "week")

any_name = kit.names()
any_quantity = st.one_of(
    kit.quantities(),
    any_name.map(Value),
    st.builds(Consent, any_name, st.none() | any_name),
    st.builds(
        Force,
        st.sampled_from(("deployed", "committed", "withdrawn")),
        *[st.none() | any_name] * 4,
    ),
    st.builds(Casualties, st.none() | st.just("self") | any_name),
)


@settings(max_examples=120, deadline=None)
@given(kit.rules(any_quantity))
def test_what_is_printed_reads_back(rule):
    assert parse(str(rule)) == rule


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kit.rules(any_quantity, most_leaves=15))
def test_what_is_printed_reads_back_for_many(rule):
    assert parse(str(rule)) == rule


@settings(max_examples=100, deadline=None)
@given(kit.rules(any_quantity))
def test_text_has_no_needless_parentheses(rule):
    text = str(rule)
    pairs = [
        (left, left + closing(text[left:]))
        for left, sign in enumerate(text)
        if sign == "(" and grouping(text, left)
    ]
    for left, right in pairs:
        without = f"{text[:left]} {text[left + 1 : right]} {text[right + 1 :]}"
        try:
            assert parse(without) != rule, f"{text!r} means the same as {without!r}"
        except RuleError:
            continue


def closing(text):
    depth = 0
    for position, sign in enumerate(text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return position
    raise AssertionError(text)


def grouping(text, left):
    before = text[:left].split()[-1:]
    return not before or (text[left - 1] in " (" and before != ["of"])


OTHER_WORDS = (
    "a",
    "violations",
    "self",
    "role",
    "=",
    "(",
    ")",
    ",",
    ">=",
    "==",
    "5",
    "50%",
    "days",
    "2026-06-01",
)
OTHER_WORDS += ("2026-13-01", "30 days", "at least 2 of (", "in last", "&&", "!", "A")
GRAMMAR_TOKENS = ("LPAR", "NAME", "$END", "MEASURE", "COMPARISON", "EQUAL", "Token(")


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_has_a_fault(text):
    assert_rule_or_fault(text)


@settings(max_examples=120)
@given(
    st.lists(
        st.sampled_from((*sorted(KEYWORDS), *OTHER_WORDS)),
        max_size=12,
    ).map(" ".join)
)
def test_any_words_are_a_rule_or_have_a_fault(text):
    assert_rule_or_fault(text)


def assert_rule_or_fault(text):
    try:
        rule = parse(text)
    except RuleError as error:
        assert 0 <= error.offset <= len(text)
        assert "\n" not in str(error)
        assert not any(token in str(error) and token not in text for token in GRAMMAR_TOKENS)
    else:
        assert parse(str(rule)) == rule


PRECEDENCE = {
    "not a for 30 days": Throughout(Not(A), MONTH),
    "not (a for 30 days)": Not(Throughout(A, MONTH)),
    "(not a) within 2 weeks": Within(Not(A), WEEKS),
    "(once a) for 30 days": Throughout(Once(A), MONTH),
    "not once a": Not(Once(A)),
    "once not a": Once(Not(A)),
    "not not a": Not(Not(A)),
    "not a >= 5": Not(Compare(Value("a"), ">=", Number("5"))),
    "once a >= 50%": Once(Compare(Value("a"), ">=", Number("50%"))),
    "a >= 5 for 30 days": Throughout(Compare(Value("a"), ">=", Number("5")), MONTH),
    "a for 30 days within 2 weeks": Within(Throughout(A, MONTH), WEEKS),
    "a within 2 weeks for 30 days": Throughout(Within(A, WEEKS), MONTH),
    "a and b for 30 days": And((A, Throughout(B, MONTH))),
    "(a and b) for 30 days": Throughout(And((A, B)), MONTH),
    "a or b for 30 days": Or((A, Throughout(B, MONTH))),
    "not a and b": And((Not(A), B)),
    "not (a and b)": Not(And((A, B))),
    "not a or b": Or((Not(A), B)),
    "a and b or c": Or((And((A, B)), C)),
    "a or b and c": Or((A, And((B, C)))),
    "(a or b) and c": And((Or((A, B)), C)),
    "a and b and c": And((A, B, C)),
    "(a and b) and c": And((And((A, B)), C)),
    "a and (b and c)": And((A, And((B, C)))),
    "a or b or c": Or((A, B, C)),
    "a or b and c or d": Or((A, And((B, C)), D)),
    "at least 2 of (a, b or c, d) and c": And((AtLeast(2, (A, Or((B, C)), D)), C)),
    "not at least 1 of (a)": Not(AtLeast(1, (A,))),
    "at least 1 of (a, b) for 30 days": Throughout(AtLeast(1, (A, B)), MONTH),
    "always": ALWAYS,
    "never": NEVER,
    "not always": Not(ALWAYS),
    "a and always": And((A, ALWAYS)),
    "never for 30 days": Throughout(NEVER, MONTH),
}


@pytest.mark.parametrize("text", PRECEDENCE)
def test_precedence(text):
    assert parse(text) == PRECEDENCE[text]
    assert str(PRECEDENCE[text]) == text


QUANTITIES = {
    "violations": Value("violations"),
    "violations in last 14 days": Recent(Value("violations"), Duration("14", "day")),
    "casualties": Casualties(),
    "casualties(self)": Casualties("self"),
    "casualties(turkey)": Casualties("turkey"),
    "casualties(self) in last 30 days": Recent(Casualties("self"), MONTH),
    "casualties in last 1 week": Recent(Casualties(), Duration("1", "week")),
    "deployed": Force("deployed"),
    "committed(indonesia)": Force("committed", "indonesia"),
    "withdrawn(role=infantry)": Force("withdrawn", role="infantry"),
    "deployed(sector=rafah)": Force("deployed", sector="rafah"),
    "deployed(force=police)": Force("deployed", force="police"),
    "deployed(self)": Force("deployed", "self"),
    "deployed(indonesia, role=infantry)": Force("deployed", "indonesia", "infantry"),
    "deployed(role=a, sector=b, force=c)": Force("deployed", None, "a", "b", "c"),
    "consent(israel, turkey)": Consent("israel", "turkey"),
    "consent(israel)": Consent("israel"),
}


@pytest.mark.parametrize("text", QUANTITIES)
def test_quantities(text):
    assert parse(text) == Holds(QUANTITIES[text])
    assert parse(f"{text} <= 5") == Compare(QUANTITIES[text], "<=", Number("5"))
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a>=5", "a >= 5"),
        ("  a\n  and\tb ", "a and b"),
        ("((a))", "a"),
        ("a for 1 days", "a for 1 day"),
        ("a for 2 day", "a for 2 days"),
        ("a for 6 hours within 1.5 months", "a for 6 hours within 1.5 months"),
        ("a for 30days", "a for 30 days"),
        ("a within 2 years", "a within 2 years"),
        ("deployed(force=police,role=x,turkey)", "deployed(turkey, role=x, force=police)"),
        ("consent(israel, self)", "consent(israel)"),
        ("(not a) for 30 days", "not a for 30 days"),
        ("a and (b for 2 days)", "a and b for 2 days"),
        ("format or android or forces", "format or android or forces"),
        ("deployed_once or days or role or of_age", "deployed_once or days or role or of_age"),
    ],
)
def test_canonical_text(text, canonical):
    assert str(parse(text)) == canonical


def test_and_of_one_prints_as_its_part():
    assert str(And((Or((A, B)),))) == "(a or b)"
    assert parse(str(And((A,)))) == A


def test_numbers():
    assert [Number(text).value for text in ("5", "0.25", "50%", "0.5%")] == [5.0, 0.25, 0.5, 0.005]


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_reserved_words_name_nothing(word):
    for text in (f"{word} >= 5 and a", f"deployed(role={word}) > 5", f"consent({word})"):
        if word in ("deployed", "committed", "withdrawn", "casualties", "beds") and text.startswith(word):
            continue
        with pytest.raises(RuleError):
            parse(text)


def test_locate_finds_whole_words():
    assert locate("not calmer and calm", "calm") == 15
    assert locate("a", "b") == 0


def nested(levels):
    return "(" * levels + "a" + ")" * levels


def test_nesting_up_to_the_limit_is_served():
    rule = parse("not " * (DEEPEST_NESTING - 1) + "a")
    assert parse(str(rule)) == rule
    assert parse(nested(DEEPEST_NESTING)) == A
    assert len(list(subrules(rule))) == DEEPEST_NESTING
    assert atoms(rule) == (A,)
    assert hash(rule) != hash(parts(rule)[0])


@pytest.mark.parametrize(
    "text",
    [
        nested(1_000),
        "not " * 1_000 + "a",
        "once " * 3_999 + "a",
        "a" + " for 2 days" * 1_000,
        "at least 1 of (" * 1_000 + "a" + ")" * 1_000,
        "(a and " * 1_000 + "a" + ")" * 1_000,
    ],
)
def test_deeper_nesting_is_refused_by_name(text):
    with pytest.raises(RuleError, match="nested more than 100 levels deep, which is the limit"):
        parse(text)


def test_a_long_flat_rule_is_served():
    rule = parse(" and ".join(f"fact_{number}" for number in range(1_000)))
    assert len(rule.parts) == 1_000


def test_a_longer_text_is_refused_by_name():
    text = "a and " * 4_000 + "a"
    with pytest.raises(RuleError, match="24,001 characters and the limit is 20,000") as caught:
        parse(text)
    assert caught.value.offset == LONGEST_TEXT


def test_the_parser_is_loaded_by_the_first_rule_only():
    program = (
        "import sys; import sim.rules; assert 'lark' not in sys.modules; "
        "sim.rules.parse('a'); assert 'lark' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
