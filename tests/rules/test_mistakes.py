"""Each mistake that a planner may make, where it is said to stand, and the remedy that is named."""

from __future__ import annotations

import pytest

from sim.rules import RuleError, parse

MISTAKES = [
    # a sign or word of another language
    ("x = 5", 2, "found a single `=`; a comparison for equality is written `==`"),
    (
        "casualties(role=infantry) > 5",
        15,
        "found `role=`; casualties are of one contributor, as in `casualties(self)`",
    ),
    ("deployed indonesia >= 5", 9, "found `indonesia` after `deployed`; write `deployed(indonesia)`"),
    ("casualties self in last 30 days >= 5", 11, "write `casualties(self)`"),
    ("beds(north) >= 5", 4, "beds are those of the whole theatre"),
    ("deployed(role==infantry)", 13, "a filter is written with one `=`"),
    ("a && b", 2, "found `&&`, which is no part of a rule; write `and`"),
    ("a || b", 2, "found `||`, which is no part of a rule; write `or`"),
    ("a AND b", 2, "found `AND`; the words of a rule are written in small letters: `and`"),
    ("Ceasefire", 0, "found `Ceasefire`; names are written in small letters: `ceasefire`"),
    ("!a", 0, "write `not`"),
    ("a unless b", 2, "perhaps you mean `and not`"),
    ("x is 5", 2, "perhaps you mean `==`"),
    ("x => 5", 2, "found `=>`; comparisons are `>=`"),
    ("x <> 5", 2, "found `<>`; comparisons are `>=`"),
    ("x > = 5", 4, "comparisons are written without a space"),
    ("a + b > 5", 2, "rules do no arithmetic"),
    ("true", 0, "a rule that always holds is written `always`"),
    ("not false", 4, "a rule that never holds is written `never`"),
    ("a: b", 1, "a rule never holds a colon"),
    ("a # b", 2, "a rule never holds a `#`"),
    ("'a'", 0, "names are written without quotation marks"),
    ("a holds for 30 days", 2, "found `holds`, which is no word of a rule; leave it out"),
    ("when a and b", 5, "found `when`, which is no word of a rule; leave it out"),
    ("a for 30 days.", 13, "a rule ends without a full stop"),
    ("a; b", 1, "join conditions with `and` or `or`"),
    # numbers
    ("5 <= x", 0, "found the number `5` left of `<=`; write the quantity first: `x >= 5`"),
    ("1 < x < 5", 0, "write the quantity first: `x > 1`"),
    ("x > 1 < 5", 6, "found a second comparison `<`"),
    ("x >=", 4, "nothing follows `>=`; write a number"),
    ("x >= y", 5, "found `y` right of `>=`; a quantity is compared with a number"),
    ("x >= deployed", 5, "a quantity is compared with a number"),
    ("x >= 1,000", 6, "write large numbers without commas, as in `1000`"),
    ("at least 1 of (x >= 1,000, b)", 22, "write large numbers without commas, as in `1000`"),
    ("x >= 20_000", 7, "write numbers with digits only"),
    ("x >= 1e5", 6, "write numbers with digits only"),
    ("x >= .5", 5, "with a digit before the point"),
    ("x >= 5 %", 7, "write a percentage as in `50%`, without a space"),
    ("x >= 50 percent", 8, "write a percentage as in `50%`"),
    ("x >= 20 000 for 3 days", 8, "found `20 000`; write large numbers without spaces, as in `20000`"),
    ("x >= -5", 5, "nothing in a rule is negative; write a number from 0"),
    ("x >= 9999999999999999", 5, "the number has 16 characters and the limit is 15"),
    ("5", 0, "found the number `5` without a comparison"),
    ("deployed 5", 9, "write for example `deployed >= 5`"),
    # lengths of time
    ("a for 30", 8, "`for 30` lacks its unit; write for example `for 30 days`"),
    ("a within 30 and b", 12, "`within 30` lacks its unit"),
    ("x in last 14 >= 5", 13, "`last 14` lacks its unit"),
    ("a for", 5, "nothing follows `for`; write a length of time"),
    ("a for days", 6, "found `days` after `for`; write a length of time"),
    ("a for at least 30 days", 6, "write a length of time, without `at`"),
    (
        "a for 14 dayz",
        9,
        "`dayz` is not a unit of time; write hours, days, weeks, months, quarters or years; did you mean",
    ),
    ("a for 2 fortnights", 8, "`fortnights` is not a unit of time"),
    ("a for 30 Days", 9, "found `Days`; units of time are written in small letters: `days`"),
    ("a for 0 days", 6, "`0 days` has no length"),
    ("a for 0.0 days", 6, "`0.0 days` has no length"),
    ("a for 50% days", 6, "write it without `%`"),
    ("a for 1001 years", 6, "longer than 1,000 years, the limit"),
    ("a in 5 days", 5, "found `in` without `last`"),
    ("a in the last 5 days", 5, "write for example `in last 14 days`"),
    ("deployed in last 5 days > 5", 9, "only events facts and casualties are counted"),
    ("(a or b) in last 5 days", 9, "for a condition write `within 14 days`"),
    # dates
    ("after 2026-02-30", 6, "`2026-02-30` is not in the calendar"),
    ("before 2026-6-1", 7, "`2026-6-1` is not a date; write year, month and day"),
    ("after 2026-06", 6, "`2026-06` is not a date; write year, month and day"),
    ("after 30 days", 6, "for lengths of time write `for 30 days`"),
    ("before", 6, "nothing follows `before`; write a date"),
    ("after June 2026", 6, "found `June`; write a date, as in `after 2026-06-01`"),
    ("a since 2026-01-01", 2, "of dates a rule knows `after` and `before`: write `after 2026-01-01`"),
    ("before 1/6/2026", 8, "dates are written as in `2026-06-30`"),
    ("x >= 2026-06-01", 5, "write a number"),
    # at least
    ("at least 5 of (a, b)", 9, "`at least 5 of` can never hold, as its list holds only 2 conditions"),
    ("at least 2 of (a)", 9, "its list holds 1 condition;"),
    ("at least 0 of (a, b)", 9, "`at least 0 of` always holds"),
    ("at least 2.5 of (a, b, c)", 9, "needs a whole number"),
    ("at least two of (a, b)", 9, "write a whole number, as in `at least 2 of (a, b, c)`"),
    ("2 of (a, b)", 0, "write for example `at least 2 of (a, b, c)`"),
    ("any of (a, b)", 4, "write `at least 1 of (…)`"),
    ("at least 2 (a, b)", 11, "expected `of`"),
    # parentheses and lists
    ("(a and b", 0, "the `(` here is never closed; add `)`"),
    ("a and (b or (c)", 6, "the `(` here is never closed; add `)`"),
    ("a and b)", 7, "found `)` without a `(` before it"),
    ("()", 1, "found `()` with nothing in it"),
    ("deployed()", 9, "write a filter in the parentheses, or `deployed` alone for all"),
    ("casualties()", 11, "or `casualties` alone for all"),
    ("consent()", 8, "write the party, as in `consent(israel)`"),
    ("consent and a", 8, "`consent` lacks its party"),
    ("consent(israel, turkey, egypt)", 22, "found `,` after `turkey`; expected `)`"),
    ("foo(bar)", 3, "found `(` after the name `foo`; only `deployed`"),
    ("a, b", 1, "found `,` between conditions; join them with `and` or `or`"),
    ("deployed(indonesia, turkey)", 20, "found a contributor twice among the filters of `deployed`"),
    ("deployed(role=a, role=b)", 17, "found `role=` twice among the filters of `deployed`"),
    (
        "deployed(roles=a)",
        9,
        "`roles=` is no filter; the filters are a contributor, `role=`, `sector=`, `force=`",
    ),
    ("deployed(country=a)", 9, "a contributor is named without `=`"),
    ("deployed(role=)", 14, "found `)` after `=`; expected a name"),
    # words in the wrong place
    ("", 0, "the rule is empty; write a condition, or `always`"),
    (" \n ", 0, "the rule is empty"),
    ("not", 3, "the rule ends too early after `not`; expected a condition"),
    ("a and", 5, "the rule ends too early after `and`; expected a condition"),
    ("and a", 0, "found `and`; expected a condition"),
    ("a b", 2, "found `b` after `a`; join two conditions with `and` or `or`"),
    ("a not b", 2, "found `not` after `a`; join two conditions"),
    ("for >= 5", 0, "found `for`, a word of the language that cannot be a name"),
    ("deployed(last)", 9, "found `last`, a word of the language that cannot be a name; expected a name"),
    ("self", 0, "`self` stands for the contributor whose rule it is"),
    ("deployed(role=self)", 14, "`self` stands for the contributor whose rule it is"),
    ("consent(self)", 8, "`self` stands for the contributor whose rule it is"),
    # letters
    ("military-action", 8, "names are written with `_`, as in `military_action`"),
    ("café", 3, "found `é`, which is a letter or sign other than plain ASCII; names hold only a-z"),
    ("a ≥ 5", 2, "write `>=`"),
    (
        "a\u00a0and b",
        1,
        "found character U+00A0, which is a letter or sign other than plain ASCII; write an ordinary",
    ),
    ("a\x00", 1, "found character U+0000, which is no part of a rule"),
]


@pytest.mark.parametrize(("text", "offset", "message"), MISTAKES, ids=[repr(text) for text, _, _ in MISTAKES])
def test_mistake(text, offset, message):
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert caught.value.offset == offset
