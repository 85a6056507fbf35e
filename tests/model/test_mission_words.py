"""Beds in rules, a progress that has begun, and chances per period."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest

from sim.durations import DAY
from sim.model.past import Past
from sim.rules import parse, truth
from sim.rules.syntax import Value
from sim.scenario.scenario import Scenario
from tests.model.tiny import contributor, day, flows, play, scenario, waiting

BASE = {"beds": {"at_start": 0, "grows": [{"from": day(10), "to": 400}, {"when": "base", "to": 900}]}}


def test_a_rule_reads_the_beds_that_there_are_not_those_free():
    """B comes when 900 beds are built, though A sleeps in all that matter."""
    whole = scenario(
        facts={"base": {"kind": "milestone", "after": "20 days"}},
        theatre=BASE,
        contributors={"a": contributor(troops=400), "b": contributor("beds >= 401 for 5 days", troops=10)},
    )
    logs = play(whole)
    assert flows(logs, "a", target="moving") == [(10 * DAY, 400)]
    assert flows(logs, "b", target="moving") == [(25 * DAY, 10)]
    assert waiting(logs, "b", 22 * DAY) == {"rule: (once base) for 5 days": 10}


def test_without_beds_a_rule_that_reads_them_is_a_fault_at_its_word(tmp_path):
    from tests.scenario.samples import faults_of

    text = (
        "scenario: x\nstart: 2026-01-01\nend: 2026-12-31\ncontributors:\n  a:\n    commits_when: beds >= 5\n"
    )
    text += "    contingents: {u: {troops: 1, role: infantry}}\n"
    (fault,) = faults_of(tmp_path, text)
    assert (fault.line, fault.column) == (6, 19)
    assert "add theatre.beds" in fault.message
    circular = text + "theatre: {beds: {at_start: 1, grows: [{when: beds >= 1, to: 4}]}}\n"
    (fault,) = faults_of(tmp_path, circular)
    assert "beds cannot grow by a rule about beds" in fault.message


def _fund(**keys):
    return scenario(
        facts={"fund": {"kind": "progress", "duration": "40 days", "steps": 20, **keys}},
        contributors={"a": contributor("fund >= 60%"), "b": contributor("fund >= 20%")},
    )


def test_a_fund_that_stands_at_a_fifth_climbs_the_rest_in_its_part_of_the_time():
    whole = _fund(initially="20%")
    logs = play(whole)
    assert flows(logs, "b", target="deployed") == [(0, 100)]
    assert flows(logs, "a", target="deployed") == [(16 * DAY, 100)]  # 40 % of 40 days later
    course = Past(whole, logs).signal(Value("fund"))
    assert course.initial == 0.2
    assert (course.times[-1], course.values[-1]) == (32 * DAY, 1.0)
    assert truth(parse("fund >= 20% for 30 days"), Past(whole, logs)).at(0)


def test_a_progress_learns_from_what_was_done_since_its_start():
    """From 20 % to 40 % in 20 days: the whole takes at most 100, and with no more, more than 80."""
    history = [{"date": day(20), "fact": "fund", "value": "40%"}]
    drawn = {"low": "40 days", "mode": "90 days", "high": "400 days"}
    whole = scenario(
        facts={"fund": {"kind": "progress", "duration": drawn, "steps": 20, "initially": "20%"}},
        contributors={"a": contributor("fund >= 100%")},
        as_of=day(20),
        history=history,
        end="2027-12-31",
    )
    ends = {flows(play(whole, number), "a", target="deployed")[0][0] / DAY for number in range(40)}
    assert len(ends) > 20
    assert all(0.8 * 80 <= end <= 0.8 * 100 + 1 for end in ends)


def test_a_progress_begins_at_a_whole_step(tmp_path):
    from tests.scenario.samples import faults_of

    text = "scenario: x\nstart: 2026-01-01\nend: 2026-12-31\nfacts:\n"
    text += "  fund: {kind: progress, initially: 33%, duration: 40 days, steps: 20}\n"
    text += "contributors: {a: {commits_when: fund >= 1, contingents: {u: {troops: 1, role: infantry}}}}\n"
    (fault,) = faults_of(tmp_path, text)
    assert "33% is no whole number of 20 steps; write 30% or 35%" in fault.message


def test_ten_per_cent_a_quarter_is_one_in_ten_in_each_quarter():
    """Exact: the chance to have begun by k quarters is 1 − 0.9^k."""
    whole = Scenario.model_validate(
        {
            "scenario": "quarters",
            "start": "2026-01-01",
            "end": "2028-12-31",
            "facts": {"change": {"kind": "switch", "stays_off": {"chance": "10%", "per": "quarter"}}},
            "contributors": {"a": contributor("change")},
        }
    )
    quarter, worlds = 91.3125 * DAY, 600
    firsts = [flows(play(whole, number), "a", target="deployed") for number in range(worlds)]
    for quarters in (1, 4, 10):
        began = sum(bool(first) and first[0][0] <= quarters * quarter for first in firsts)
        expected = 1 - exp(quarters * log(0.9))
        assert abs(began / worlds - expected) < 4 * sqrt(expected * (1 - expected) / worlds)


@pytest.mark.parametrize(
    ("stated", "days"),
    [("1 quarter", 91.3125), ("2 quarters", 182.625), ({"chance": 0.5, "per": "2 weeks"}, None)],
)
def test_quarters_are_a_unit(stated, days):
    whole = scenario(contributors={"a": contributor(prepares_for=stated)}, end="2028-12-31")
    ((ready, _),) = flows(play(whole), "a", target="ready")
    assert days is None or ready == days * DAY


@pytest.mark.parametrize("wrong", [0, 1, "150%", "never"])
def test_a_chance_per_period_lies_between_nought_and_one(wrong):
    with pytest.raises(ValueError, match=r"between 0 and 100 %|not a number"):
        scenario(contributors={"a": contributor(prepares_for={"chance": wrong, "per": "quarter"})})
