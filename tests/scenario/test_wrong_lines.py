"""Lines as planners type them, wrong: each message says what was written and what to write."""

from __future__ import annotations

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import resolve_text

WORLD = """scenario: wrong lines
start: 2026-01-01
end: 2026-12-31
uncertain: {{goodwill: {{p10: 0.5, p90: 2}}}}
facts:
  ceasefire: {{kind: switch, initially: true, stays_on: {{mean: 30 days}}, stays_off: {{mean: 9 days}}}}
  strike: {{kind: switch, initially: false, stays_off: {{mean: 30 days}}, stays_on: {{mean: 9 days}}}}
  funding: {{kind: progress, duration: 300 days}}
  violations: {{kind: events, rate: 3 per month}}
  level: {{kind: schedule, values: {{2026-02-01: 3}}, initially: 0}}
{fact}
contributors:
  a:
    commits_when: {rule}
    withdraws_when: {leaves}
    exit: {exit}
    contingents: {{u: {{troops: {troops}, role: infantry, prepares_for: {delay}, delivers: {share}}}}}
  b: {{contingents: {{u: {{troops: 100, role: infantry}}}}}}
theatre: {{reception: {reception}}}
targets: {{all: {{troops: {target}, by: 2026-12-31}}}}
"""
RIGHT = {
    "fact": "",
    "rule": "ceasefire",
    "leaves": "strike",
    "exit": "9 days",
    "troops": "100",
    "delay": "30 days",
    "share": "0.9",
    "reception": "250 per day",
    "target": "50",
}


def said_of(**wrong: str) -> str:
    """Return all that is said of a scenario with one line wrong."""
    text = WORLD.format(**{**RIGHT, **wrong})
    try:
        found = resolve_text(text, "wrong.yaml").warnings
        return "\n".join(str(each) for each in found if each.check not in ASSUMED)
    except ScenarioError as error:
        return str(error)


ASSUMED = ("mostly_assumed", "fixed_dates", "unused")
"""What the small world says whatever line is wrong."""

RULES = {
    "not ceasefire within 30 days": "write `not (ceasefire within 30 days)` (at no time in that span) or `(not ceasefire) within 30 days`",
    "once ceasefire for 30 days": "write `once (ceasefire for 30 days)` (from when it had lasted so long on) or `(once ceasefire) for 30 days`",
    "once strike within 2 weeks": "write `once (strike within 2 weeks)`",
    "not once strike within 9 days": "write `not once (strike within 9 days)` or `(not once strike) within 9 days`",
    "funding": "`funding` is a progress, thus a number and neither true nor false: as it stands it would hold as soon as it begins; compare it, for example `funding >= 100%`",
    "not funding": "`funding` is a progress",
    "funding for 30 days": "`funding` is a progress",
    "violations": "`violations` counts events, and is neither true nor false: as it stands it would hold from the first one on; count them, for example `violations in last 30 days > 0`",
    "goodwill": "`goodwill` is an uncertain quantity, thus a number and neither true nor false; compare it, for example `goodwill > 1`",
    "level": "`level` has numbers as its values, and is neither true nor false; compare it, for example `level >= 3`",
    "funding >= 60": "`funding >= 60` compares a share between 0 and 1 with 60; perhaps you mean `funding >= 60%`",
    "ceasefire >= 50%": "`ceasefire >= 50%` compares what is true or false with a share; write `ceasefire` or `not ceasefire`",
    "violations in last 30 days <= 50%": "compares a count with a share, 50% = 0.5; write a whole number",
    "deployed(b) >= 50%": "compares a count with a share",
    "deployed(b) >= 1.200": "`1.200` is read with a decimal point, as 1.2; write thousands without a separator: 1200",
    "deployed >= 2.000": "`2.000` is read with a decimal point, as 2; write thousands without a separator: 2000",
    "casualties(self) in last 30 days >= 1.000": "write thousands without a separator: 1000",
    "deployed(b) >= 1,200": "1200",
    "b": "'b' is a contributor, not a fact; write deployed(b) or committed(b)",
    "ceasfire": "did you mean ceasefire?",
    "[ceasefire, strike]": "a list is not a rule; join its conditions in one line: ceasefire and strike",
    "{ceasefire: 1}": 'a rule is one line of text, or its readings with weights: {one_of: {"RULE": 2, "OTHER RULE": 1}}',
    '{one_of: {"ceasefire": -1, "strike": 1}}': "the weight of `ceasefire` in one_of must be a number above 0, not -1",
    '{one_of: {"ceasefire fo 3 days": 1, "strike": 1}}': "fo",
    '{one_of: {"funding": 1, "strike": 1}}': "`funding` is a progress",
    "{one_of: [3, 5]}": "the reading '3' is not a rule; write it as text in quotation marks",
    "30": "'30' is not a rule; write it as one plain line",
    "ceasefire for 30": "`for 30` lacks its unit; write for example `for 30 days`",
    "ceasefire > 30 days": "a length of time follows `for` or `within`, as in `ceasefire for 30 days`",
    "ceasefire AND strike": "the words of a rule are written in small letters: `and`",
    "ceasefire && strike": "found `&&`, which is no part of a rule; write `and`",
    "ceasefire since 30 days": "write how long, as in `for 30 days`",
    "violations last 30 days <= 5": "write `violations in last 30 days`",
    "violations <= 5 in last 30 days": "as in `violations in last 14 days`",
    "after 2026-06-31": "`2026-06-31` is not in the calendar; write a date that exists",
    "deployed(b) => 100": "found `=>`; comparisons are `>=`, `<=`, `>`, `<`, `==` and `!=`",
    "deployed(b) = 100": "found a single `=`; a comparison for equality is written `==`",
    "by 2026-06-01": "of dates a rule knows `after` and `before`: write `before 2026-06-01`",
    "until 2026-06-01": "write `before 2026-06-01`",
    "ceasefire since 2026-06-01": "write `after 2026-06-01`",
    "no ceasefire": "found `no ceasefire`; write `not ceasefire`",
    "more than 5 violations": "found `more than`; write the quantity, then `>`, as in `violations in last 30 days > 5`",
    "fewer than 3 violations": "found `fewer than`; write the quantity, then `<`",
    "violations more than 5": "found `more than`; write the quantity, then `>`",
    "ceasefire during 30 days": "write `ceasefire within 30 days` (at some time in them) or `ceasefire for 30 days`",
    "strike >= 50%": "compares what is true or false with a share; write `strike` or `not strike`",
    "yes": "a rule that always holds is written `always`",
    "ceasefire 30 days": "found `30 days` after `ceasefire`; write `ceasefire for 30 days`",
    "ceasefire lasts 2 weeks": "write `ceasefire for 2 weeks`",
    "30 days of ceasefire": "the condition comes first: write `ceasefire for 30 days`",
    "30 days without strike": "write `not strike for 30 days`",
    "for 30 days ceasefire": "write `ceasefire for 30 days`",
    "within 2 weeks ceasefire": "write `ceasefire within 2 weeks`",
    "fund at least 50%": "found `at least` after `fund`; write `fund >= 50%`",
    "fund above 50%": "write `fund > 50%`",
    "fund over 50 percent": "write `fund > 50%`",
    "violations <= 5": "`violations <= 5` counts all since the start, so that once there were more it never holds again; for how many there are at a time write for example `violations in last 30 days <= 5`",
    "violations at most 5": "write `violations <= 5`",
    "violations over 30 days < 5": "write `violations in last 30 days`",
    "50% of fund": "the quantity comes first: write `fund >= 50%`",
    "fund completed": "of a progress write `fund >= 100%`, of what is true or false its name alone",
    "violations per month < 5": "write `violations in last 1 month < 5`",
    "2026-06-01": "write `after 2026-06-01` (from that day on) or `before 2026-06-01`",
    "ceasefire and 2026-06-01": "found the date `2026-06-01` alone",
    "either ceasefire or strike": "found `either`, which is no word of a rule; leave it out, and join with `or`",
    "any of (ceasefire, strike)": "found `any of`; write `at least 1 of (…)`",
    "all of (ceasefire, strike)": "found `all of`; join them with `and`",
    "at most 1 of (ceasefire, strike)": "found `at most 1 of`; write `not at least 2 of (…)`",
    "fund >= 50% per quarter": "found `>= 50% per quarter`; a rule reads how much there is, not how fast: write `fund >= 50%`, and how fast it grows as the `duration:` of fund",
    "violations > 5 a month": "what is counted is counted in a length of time: write `violations in last 1 month > 5`",
    "violations > 5 per 2 weeks": "write `violations in last 2 weeks > 5`",
    "deployed >= 500 per month": "a rule reads how much there is, not how fast: write `deployed >= 500`",
    "casualties(self) > 5 per month": "write `… in last 1 month > 5`",
    "fund >= 50% per": "found `per` after `50%`; write a percentage as in `50%`",
    "at least 2 (ceasefire, strike)": "expected `of`, as in `at least 2 of (…)`",
}
TROOPS = {
    "010": "'010' is not a number; write it without zeros before it: 10",
    "{one_of: {100: 40%, 200: 40%}}": "the percentages in one_of add up to 80%, not to 100%",
    "1.200": "'1.200' is read with a decimal point, as 1.2; write thousands without a separator: 1200",
    "1.5": "'1.5' is not a whole number of troops; write 1 or 2",
    "500-700": "'500-700' is not a number; for a range write {low: 500, high: 700} if nothing lies outside it, {p10: 500, p90: 700} if two in ten do",
    "100 to 300": "write {low: 100, high: 300}",
    "between 300 and 500": "write {low: 300, high: 500}",
    "about 300": "'about 300' is not a number; write 300, or its range",
    "2k": "'2k' is not a number; write 2000",
    "1 200": "write thousands without a separator: 1200",
    "up to 800": "write both ends of the range: {low: …, high: …}",
    "500 per month": "what is read here has no pace: write 500 alone",
    "500 troops": "'500 troops' is not a number; write it without a word: 500",
    "50%": "'50%' is a share, not a number of troops; write how many, and the share under `delivers:`",
    "[100, 200]": "a list is no number; for one of several values write {one_of: [100, 200]}",
    "{mean: 200, sd: 30}": "a mean and a spread ({mean, sd}) do not say which law is meant; write the range",
    "{min: 100, max: 300}": "{max, min} is not read; the bounds are called low and high, the likeliest value mode: {low: 100, high: 300}",
    "{mean: 200}": "{mean} alone is an exponential",
    "{low: 300, high: 100}": "{low, high} must ascend: low <= high",
    "{low: 1.000, mode: 1.200, high: 2.500}": "'1.000' is read with a decimal point",
    "{one_of: {3.000: 1, 5.000: 2}}": "write thousands without a separator: 3000",
    "{p90: 300}": "a distribution cannot be read from {p90}; write a bare value, {median, p90}",
    "{value: 5, times: good}": "there is no uncertain quantity 'good'; did you mean goodwill?",
    "'200'": "'200' is not a number; write it without quotation marks: 200",
    "two hundred": "'two hundred' is not a number; write it in digits: 200",
    "TBD": "'TBD' is not a number; write what you assume, or how far it could lie: {low: …, high: …}",
    "100..300": "for a range write {low: 100, high: 300}",
    "600 or more": "write both ends of the range: {low: …, high: …}",
    "{uniform: [100, 300]}": "{uniform} is not read: uniform is written {low: …, high: …}",
    "{normal: {mean: 200, sd: 30}}": "normal is written {p10: …, p90: …}, the range that holds eight in ten",
    "{triangular: [1, 2, 3]}": "triangular is written {low: …, mode: …, high: …}",
    "{low: 100, p90: 300}": "{low, p90} mixes hard ends with quantiles; write {low, high} if nothing lies outside",
    "{low: 1, median: 2, high: 3}": "between hard ends the likeliest value stands: {low, mode, high}; a median stands between quantiles",
    "2 battalions": "'2 battalions' is not a number; write how many soldiers that is",
    "300 * goodwill": "'300 * goodwill' is not a number; write {value: 300, times: goodwill}",
    "{one_of: {100: likely, 200: 1}}": "the weight of 100 in one_of must be a number above 0, not 'likely'; write for example 2 and 1, or 60% and 40%",
    "{value: 5, odds: goodwill}": "odds: is for a probability or share, and this is a number of troops; write times:",
}
DELAYS = {
    "2 weeks and 3 days": "write it in one unit: 17 days",
    "2 days to 3 weeks": "{low: 2 days, high: 3 weeks}",
    "never": "what never comes has no length: write how likely it comes",
    "{chance: 10%, per: 0 days}": "a chance per period needs a period above 0, not 0 days",
    "60-120 days": "'60-120 days' is not a duration; for a range write {low: 60 days, high: 120 days} if nothing lies outside it, {p10: 60 days, p90: 120 days} if two in ten do",
    "2 to 4 weeks": "{low: 2 weeks, high: 4 weeks}",
    "30": "'30' is not a duration, for it has no unit; write '30 days' if days are meant",
    "10% per quarter": "for when it happens, write {chance: 10%, per: quarter}; for what grows so, 10 quarters",
    "20% every 2 months": "write {chance: 20%, per: 2 months}; for what grows so, 10 months",
    "45 +/- 15 days": "write {low: 30 days, mode: 45 days, high: 60 days}",
    "about 3 months": "write 3 months, or its range",
    "3 moths": "'3 moths' is not a duration",
    "soon": "'soon' is not a duration",
    "a month": "'a month' is not a duration; write 1 month",
    "two weeks": "write 2 weeks",
    "half a year": "'half a year' is not a duration; write 6 months",
    "60 d": "'60 d' is not a duration; write 60 days",
    "2 mths": "write 2 months",
    "3 yrs": "write 3 years",
    "'1,5 months'": "write decimals with a point: 1.5 months",
    "2026-06-01": "a date is no length of time: write how long it takes, as in 60 days",
    "until 2026-06-01": "a date is no length of time",
    "6 months or more": "write both ends of the range",
    "30 Days": "units of time are written in small letters: 30 days",
    "60 days ± 10": "write {low: 50 days, mode: 60 days, high: 70 days}",
    "1 month 15 days": "write it in one unit: 45 days",
    "immediately": "write 0 days",
    "by May": "a date is no length of time",
    "Q3 2026": "a date is no length of time",
    "{chance: 10%, every: month}": "a chance in each period is written {chance: 10%, per: quarter}",
    "unknown": "write what you assume, or how far it could lie: {low: 30 days, high: 90 days}",
}
SHARES = {
    "50 percent": "write 50%",
    "30-70%": "for a range write {low: 30%, high: 70%}",
    "1.2": "a probability or share must be between 0 and 1, not 1.2",
    "80": "a probability or share must be between 0 and 1, not 80; perhaps you mean 80%",
    "{p10: 0, p90: 50%}": "quantiles must lie between 0 and 1, both left out",
    "likely": "'likely' is not a number; write how likely, as in 70%, or between what: {low: 50%, high: 90%}",
    "most": "'most' is not a number; write the share, as in 70%",
    "8 in 10": "'8 in 10' is not a number; write the share as a percentage: 80%",
    "4/5": "write the share as a percentage: 80%",
    "-5%": "'-5%' is not a number; a probability or share lies between 0% and 100%",
    "10% per quarter": "for when it happens write where the delay stands {chance: 10%, per: quarter}",
    "very unlikely": "write how likely, as in 70%",
}
OTHERS = [
    ({"reception": "1.200 per day"}, "write thousands without a separator: 1200"),
    (
        {"reception": "250"},
        "'250' is not a daily rate above 0, for it does not say in how long (perhaps '250 per day')",
    ),
    ({"target": "1.200"}, "write thousands without a separator: 1200"),
    (
        {"leaves": "not strike"},
        "`not strike` holds from the start, and only the moment at which it becomes true is a withdrawal",
    ),
    (
        {"exit": "null"},
        "`exit:` is left out, so 100 troops would vanish at one moment; write for example `exit: 31 days`",
    ),
    (
        {"fact": "  refuses: {kind: schedule, values: {2026-09-30: 30%}}", "leaves": "refuses"},
        "write refuses: {kind: milestone, probability: 30%, when: after 2026-09-30}",
    ),
    (
        {
            "fact": "  m: {kind: milestone, after: 9 days, rate_multiplier: [{when: strike, times: 3}]}",
            "leaves": "m",
        },
        "`times: 3` changes nothing, for `after` is one known length",
    ),
    (
        {
            "fact": "  m: {kind: switch, stays_off: 9 days, rate_multiplier: [{when: strike, ends: 3}]}",
            "leaves": "m",
        },
        "`ends: 3` changes nothing, for `stays_on` is left out and so never ends",
    ),
    (
        {"fact": "  m: {kind: events, rate: 10% per quarter}"},
        "for when it happens, write {chance: 10%, per: quarter}",
    ),
    (
        {"fact": "  m: {kind: progress, duration: 9 days, initially: 20% per quarter}"},
        "'20% per quarter' is not a number; what is read here has no pace: for how far it is write 20%, and how fast it grows under `duration:`, 5 quarters",
    ),
    (
        {"fact": "  m: {kind: events, rate: 5}"},
        "'5' is not a rate, for it does not say in how long (perhaps '5 per day')",
    ),
    ({"fact": "  m: {kind: events, rate: 5 every 2 weeks}"}, "is not a rate; write 5 per 2 weeks"),
    (
        {"rule": '{one_of: {"ceasefire": 40%, "strike": 40%}}'},
        "the percentages in one_of add up to 80%, not to 100%",
    ),
    (
        {"fact": "  m: {kind: schedule, values: {2026-09-30: yes}}"},
        "write true, false or a number (for 'yes': true)",
    ),
    (
        {"fact": "  goodwill: {kind: switch}"},
        "is both an uncertain quantity and a fact: 'goodwill'; rename one",
    ),
]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        *(({"rule": line}, words) for line, words in RULES.items()),
        *(({"troops": line}, words) for line, words in TROOPS.items()),
        *(({"delay": line}, words) for line, words in DELAYS.items()),
        *(({"share": line}, words) for line, words in SHARES.items()),
        *OTHERS,
    ],
    ids=str,
)
def test_a_wrong_line_is_named_with_what_to_write(wrong, words):
    said = said_of(**wrong)
    assert words in said
    assert said.count("\n") == 0, "one fault for one mistake"
    assert "wrong.yaml:" in said


def test_the_right_lines_are_right():
    assert said_of() == ""
