"""One voice: each word as a reader meets it, with its case, its number and its unit."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from sim.scenario.scenario import Scenario
from sim.vocabulary import CAUSE_KINDS, Cause
from sim.words import differences, numbers
from sim.words.causes import cause_label, cause_loss
from sim.words.dates import as_date, day, month, short_day, short_month
from sim.words.departures import departure_reason
from sim.words.differences import (
    about_span,
    chance_in_words,
    change_in_words,
    compared_words,
    points,
    points_span,
    signed,
    signed_span,
)
from sim.words.names import agreeing, capitalised, listed, possessive, printable, proper, readable
from sim.words.numbers import (
    about,
    alike_in_all,
    chance,
    count_of,
    counted,
    doing,
    interval_of,
    left_out,
    percentage,
    percentage_span,
    rounded,
    so_many,
    span,
    weighed_share,
    whole,
)
from sim.words.titles import body_title, requirement_title, titles_of
from tests.report.distinct import raw, scenario

TITLES = {"clear": "Mandate clear", "host": "The host", "beta": "Beta", "north": "The north"}

LABELS = {
    Cause("deployed"): ("deployed", "deployed"),
    Cause("rule", "clear"): ("until “Mandate clear” holds", "waiting until “Mandate clear” holds"),
    Cause("rule", "not clear"): (
        "until “Mandate clear” does not hold",
        "waiting until “Mandate clear” does not hold",
    ),
    Cause("rule", "never"): ("what never comes true", "waiting for what never comes true"),
    Cause("rule", "after 2026-02-01"): ("until 1 February 2026", "waiting until 1 February 2026"),
    Cause("rule", "deployed(beta) >= 1500"): (
        "until at least 1,500 troops of Beta are deployed",
        "waiting until at least 1,500 troops of Beta are deployed",
    ),
    Cause("consent", "host, beta"): ("the host's consent to Beta", "waiting for the host's consent to Beta"),
    Cause("approval", "upper_house"): (
        "approval by the upper house",
        "waiting for approval by the upper house",
    ),
    Cause("preparation"): ("preparation", "preparation"),
    Cause("relief gap"): (
        "the next unit after a relief that failed",
        "waiting for the next unit after a relief that failed",
    ),
    Cause("sector", "north"): ("the north to open", "waiting for the north to open"),
    Cause("sector", "deep_south"): ("Deep south to open", "waiting for Deep south to open"),
    Cause("authorised"): (
        "room under the authorised ceiling",
        "waiting for room under the authorised ceiling",
    ),
    Cause("lift", "sea_lane"): ("lift by sea lane", "waiting for lift by sea lane"),
    Cause("beds"): ("beds in the theatre", "waiting for beds in the theatre"),
    Cause("reception"): ("reception in the theatre", "waiting for reception in the theatre"),
    Cause("moving"): ("the journey", "the journey"),
    Cause("news"): ("news of a move", "waiting for news of a move"),
    Cause("withdrawn"): ("withdrawn", "withdrawal"),
    Cause("refused"): ("refused for good", "refusal for good"),
    Cause("undelivered"): ("pledged but never delivered", "pledges that are never delivered"),
    Cause("mission over"): ("left out, as the mission is over", "the end of the mission"),
    Cause("trainers"): ("trainers", "waiting for trainers"),
    Cause("training"): ("training", "training"),
}


@pytest.mark.parametrize("cause", LABELS, ids=str)
def test_causes(cause):
    label, loss = LABELS[cause]
    assert cause_label(cause, TITLES) == cause_label(str(cause), TITLES) == label
    assert cause_loss(cause, TITLES) == cause_loss(str(cause), TITLES) == loss
    assert not set(label + loss) & set("_()<>=")


def test_every_kind_of_cause_is_said():
    assert {cause.kind for cause in LABELS} == set(CAUSE_KINDS)


def test_names():
    assert [proper(name) for name in ("united_states", "house_of_lords", "the_gambia")] == [
        "United States",
        "House of Lords",
        "The Gambia",
    ]
    assert readable("israel_held") == "Israel held"
    assert capitalised("about") == "About" and capitalised("") == ""
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert possessive("Israel") == "Israel's" and possessive("United States") == "United States'"
    assert agreeing("Israel", "consent") == "Israel consents"
    assert agreeing("Egypt, Qatar and Jordan", "consent") == "Egypt, Qatar and Jordan consent"
    assert printable("a\x1b[31m\nb") == "a [31m b"


def test_dates():
    date = dt.date(2026, 9, 3)
    assert (day(date), short_day(date)) == ("3 September 2026", "3 Sep 2026")
    assert (month(date), short_month(date)) == ("September 2026", "Sep 2026")
    assert {day(None), short_day(None), month(None), short_month(None)} == {"never"}
    assert as_date(dt.datetime(2026, 9, 3, 23)) == date


def test_numbers():
    assert [whole(value) for value in (1234.5, 0.49, math.nan)] == ["1,235", "0", "–"]
    assert [rounded(value) for value in (4013.27, 12_550, 88.4, 0.6)] == [4000, 13_000, 88, 1]
    assert (about(4000), about(4013)) == ("4,000", "about 4,000")
    assert [span(*ends) for ends in ((400, 1200), (7, 7.2), (0, math.inf))] == ["400–1,200", "7", "–"]
    shares = [percentage(share) for share in (0, 0.004, 0.125, 0.5, 0.996, 1)]
    assert shares == ["0 %", "<1 %", "13 %", "50 %", ">99 %", "100 %"]
    assert percentage_span(0.101, 0.139) == "10–14"
    assert [count_of(share, 200) for share in (0, 0.12, 1)] == ["none of 200", "12 %", "all of 200"]
    assert chance(0.12, 0.101, 0.139, 1000) == "12 % (10–14)"
    assert chance(0, 0, 0.0036, 1000) == "none of 1,000 (under 0.4 %)"
    assert chance(1, 0.9962, 1, 1000) == "all of 1,000 (over 99.6 %)"
    assert (counted(1, "day"), counted(2, "day"), counted(1000, "day")) == ("1 day", "2 days", "1,000 days")


def test_differences():
    assert [signed(value) for value in (450, -1200, 0, 0.2)] == ["+450", "−1,200", "0", "0"]
    assert signed_span(-19.5, 30.2) == "−20 to +31"
    assert (points(0.03), points(-0.004), points_span(0.031, 0.049)) == ("+3", "−0.4", "+3 to +5")
    assert about_span(412, 487) == "410 to 490"
    assert change_in_words(452, 412, 487, "higher") == "about 450 higher (410 to 490)"
    assert change_in_words(-452, -487, -412, "lower") == "about 450 lower (410 to 490)"
    assert change_in_words(5, -21, 33, "unclear") == "unclear (between 21 lower and 33 higher)"
    assert change_in_words(0, 0, 0, "same") == "the same in every world"
    assert change_in_words(0, 0, 0, "") == "not comparable"
    words = chance_in_words(0.45, 0.1, 0.32, 0.4, "higher")
    assert words == "45 % instead of 10 % (+35 points, 95 % interval +32 to +40)"
    assert chance_in_words(0.45, 0.45, 0, 0, "same") == "45 % in both, the same in every world"
    assert chance_in_words(0.5, 0.45, -0.1, 0.2, "unclear").startswith("unclear: 50 % instead of 45 %")


def test_rounded_numbers_subtract_to_the_rounded_difference():
    cells = compared_words(0.344, 0.506, 0.162, 0.12, 0.2, share=True)
    assert cells == ("34.4 %", "50.6 %", "+16.2", "+12.0 to +20.0")
    assert compared_words(0.34, 0.5, 0.16, 0.12, 0.2, share=True) == ("34 %", "50 %", "+16", "+12 to +20")
    assert compared_words(100, 100.2, 0.2, 0.1, 0.2, share=False) == (
        "100.0",
        "100.2",
        "+0.2",
        "+0.1 to +0.2",
    )
    assert compared_words(1200, 1000, -200, -250, -150, share=False) == (
        "1,200",
        "1,000",
        "−200",
        "−250 to −150",
    )


@pytest.mark.parametrize("value", [0.5, 2.5, 12.5, 1000.5, 1.25, 0.15, 2.675])
def test_halves_are_rounded_away_from_zero_wherever_a_number_is_said(value):
    """Also where the half is not a number that a computer holds: readers round what is written."""
    digits = max(0, len(str(value).split(".")[1]) - 1)
    up = math.floor(value * 10**digits + 0.5 + 1e-9) / 10**digits
    said = f"{up:,.{digits}f}"
    assert numbers.decimals(value, digits) == said
    assert numbers.decimals(-value, digits) == f"-{said}"
    assert (differences.signed(value, digits), differences.signed(-value, digits)) == (f"+{said}", f"−{said}")
    if not digits:
        assert numbers.whole(value) == said


def test_why_troops_leave():
    told = scenario()
    titles = titles_of(told)
    assert departure_reason(told, titles, "alpha", 0.9) == (
        "Alpha Republic has had at least 5 casualties in the last 30 days"
    )
    assert departure_reason(told, titles, "alpha", 0.1) == "a tour ends and no relief comes"
    assert departure_reason(told, titles, "beta", 1.0, mission_ends=1.0) == "the mission ends"
    assert departure_reason(told, titles, "alpha", 1.0, recorded=1.0) == "history records it"


def test_brackets_of_names_stay_where_those_of_a_rule_go():
    titles = {"calm": "Ceasefire (phase one)", "clear": "Mandate clear", "beta": "Beta"}
    said = "“Mandate clear” holds, and either “Ceasefire (phase one)” holds, or there are some beds"
    assert cause_label(Cause("rule", "clear and (calm or beds > 0)"), titles) == f"until {said}"


def test_a_requirement_without_a_name_is_called_by_its_task_and_whose_it_is():
    stated = Scenario.model_validate(
        {
            **raw("Lines"),
            "requirements": [
                {
                    "task": "protect_aid",
                    "role": "combat_engineers",
                    "sector": "north",
                    "troops": 9,
                    "by": "2026-02-01",
                },
                {"task": "heal", "force": "police", "troops": 9, "by": "2026-02-01"},
                {"name": "A_1", "task": "heal", "troops": 9, "by": "2026-02-01"},
            ],
        }
    )
    lines = {
        "protect_aid (combat_engineers, north) #2": "Protect aid (combat engineers, The north) #2",
        "protect_aid (combat_engineers, north)": "Protect aid (combat engineers, The north)",
        "heal (police)": "Heal (police)",
        "A_1": "A_1",
        "all lines": "all lines",
    }
    assert {line: requirement_title(stated, line) for line in lines} == lines


def test_titles():
    told = scenario()
    titles = titles_of(told)
    assert (titles["alpha"], titles["clear"], titles["north"]) == (
        "Alpha Republic",
        "Mandate clear",
        "The north",
    )
    assert body_title(told, "alpha", "engineers") == "engineers"


def test_what_is_left_out():
    assert left_out(0, 500) == left_out(0) == ""
    assert left_out(1, 500) == "1 of 500 replications failed and is left out"
    assert left_out(2, 1500) == "2 of 1,500 replications failed and are left out"
    assert left_out(1, 1) == "1 of 1 replication failed and is left out"
    assert left_out(1200) == "1,200 replications failed and are left out"


def test_an_interval_says_what_it_is():
    assert interval_of(400, 1200) == "95 % interval 400–1,200"
    assert interval_of(600, 600.2) == "95 % interval 600 alone"
    assert interval_of(0, math.inf) == "too few worlds for a 95 % interval"
    assert alike_in_all(0, 1000, 0.00382) == "nobody in any of 1,000 worlds (at most 0.4 % have some)"
    assert alike_in_all(0, 9, 0.3, "1 May 2026").startswith("nobody on 1 May 2026 in any of 9 worlds (")
    assert (
        alike_in_all(1600, 40, 0.0877)
        == "exactly 1,600 in each of 40 worlds (at most 9 % have another number)"
    )


def test_who_does_something_agrees_with_how_many():
    assert [doing(number, "raise") for number in (0, 1, 2, 1200)] == [
        "0 raise",
        "1 raises",
        "2 raise",
        "1,200 raise",
    ]
    assert (
        doing(1, "miss") == "1 misses" and doing(1, "reach") == "1 reaches" and doing(2, "reach") == "2 reach"
    )
    assert [so_many(troops) for troops in (1, 2, 5000)] == ["any", "2", "5,000"]
    words = change_in_words(1.2, 0.4, 2.1, "higher", more="later", less="earlier", unit="days")
    assert words == "about 1 day later (0 to 3)"
    assert change_in_words(-1, -3, -0.5, "lower", more="more", less="fewer", unit="troop-days").startswith(
        "1 troop-day fewer"
    )
    assert change_in_words(3, 2, 4, "higher", unit="days").startswith("3 days higher")
    assert change_in_words(2, 1, 4, "higher", unit="days").startswith("2 days higher")
    assert change_in_words(0.3, 0.1, 4, "higher", unit="days").startswith("about 0 days higher")
    assert (
        change_in_words(1, -2, 4, "unclear", unit="days")
        == "unclear (between 2 days lower and 4 days higher)"
    )


def test_shares_of_weighed_worlds():
    assert weighed_share(0.12, 0.101, 0.139) == "12 % (10–14)"
    assert weighed_share(0.0, 0.0, 0.0126) == "none (under 1.3 %)"
    assert weighed_share(1.0, 0.9874, 1.0) == "all (over 98.7 %)"
    assert weighed_share(math.nan, 0, 1) == "–"


def test_the_host_is_the_host_within_a_sentence():
    from sim.rules.parsing import parse
    from sim.words.titles import clause, rule_sentence

    titles = {"clear": "The mandate", "host": "The host", "beta": "Beta"}
    rule = parse("clear and not consent(host, beta)")
    assert rule_sentence(rule, titles) == "“The mandate” holds, and the host does not consent to Beta."
    assert clause(parse("consent(host, beta)"), titles) == "the host consents to Beta"
    assert rule_sentence(parse("consent(host, beta)"), titles) == "The host consents to Beta."
    assert clause(parse("deployed(beta) >= 5"), titles).startswith("at least 5 troops of Beta")
    assert clause(parse("consent(beta, host)"), {**titles, "beta": "Beta"}) == "Beta consents to the host"
