"""Contributors that nobody can name yet: how many have appeared by a date, and that they are like any other."""

from __future__ import annotations

from math import exp, factorial, sqrt

import pytest

from sim.durations import DAY
from sim.scenario.scenario import Scenario
from sim.testing import findings
from tests.model.tiny import contributor, day, flows, play, scenario

WORLDS = 400


def _template(at_most=4, every=None, **keys):
    return {"at_most": at_most, "every": every or {"mean": "30 days"}, **contributor(**keys)}


def _appeared(logs, until):
    """Return how many have pledged by an instant."""
    return sum(row[4] == "" and row[0] <= until for row in logs.transitions if row[2].startswith("unnamed_"))


def _is_binomial(count, share):
    return abs(count / WORLDS - share) < 4 * sqrt(share * (1 - share) / WORLDS) + 1e-9


@pytest.mark.long
def test_the_number_that_has_appeared_is_that_of_a_poisson_process_up_to_the_most():
    """P(n by t) = e^−m m^n / n! for n < 4, m = t / 30 days; the rest have all appeared."""
    logs = [play(scenario(unnamed=_template()), number) for number in range(WORLDS)]
    for until in (15, 45, 80):
        mean = until / 30
        counts = [_appeared(each, until * DAY) for each in logs]
        shares = [exp(-mean) * mean**n / factorial(n) for n in range(4)]
        for number, share in enumerate([*shares, 1 - sum(shares)]):
            assert _is_binomial(counts.count(number), share), (until, number)


@pytest.mark.long
def test_none_has_appeared_by_as_of_of_whom_history_is_silent():
    """Without memory the clock runs anew from `as_of`; with a known length of 50 days the first comes on day 50."""
    whole = scenario(unnamed=_template(), as_of=day(40))
    logs = [play(whole, number) for number in range(WORLDS)]
    assert all(_appeared(each, 40 * DAY) == 0 for each in logs)
    assert _is_binomial(sum(_appeared(each, 70 * DAY) == 0 for each in logs), exp(-1))
    fixed = play(scenario(unnamed=_template(every="50 days"), as_of=day(40), end="2026-12-31"))
    firsts = sorted(row[0] / DAY for row in fixed.transitions if row[4] == "")
    assert firsts == [50, 100, 150, 200]


def test_each_draws_its_own_size_decides_and_comes_like_any_other():
    drawn = {"low": 100, "mode": 300, "high": 900}
    whole = scenario(
        facts={"calm": {"kind": "milestone", "after": "60 days"}},
        parties={"host": {"consent": {"after": "5 days"}}},
        unnamed=_template(every="10 days", troops=drawn, commits_when="calm", prepares_for="3 days"),
    )
    logs = play(whole)
    pledged = [sum(amount for _, amount in flows(logs, f"unnamed_{n}", source="")) for n in (1, 2, 3, 4)]
    assert len(set(pledged)) == 4 and all(100 <= each <= 900 for each in pledged)
    assert [flows(logs, f"unnamed_{n}", target="deployed") for n in (1, 4)] == [
        [(63 * DAY, pledged[0])],
        [(63 * DAY, pledged[3])],
    ]
    asked = {row[2]: row[0] / DAY for row in logs.signals if row[2].startswith("consent")}
    assert asked == {f"consent(host, unnamed_{n})": 10 * n + 5 for n in (1, 2, 3, 4)}
    assert findings(whole, logs) == []


def test_a_record_turns_one_into_a_named_contributor_and_the_clock_runs_from_there():
    whole = scenario(
        unnamed=_template(at_most=3, every="25 days"),
        contributors={"kosovo": contributor(troops=40)},
        as_of=day(20),
        history=[{"date": day(20), "contributor": "kosovo", "event": "named"}],
    )
    assert list(whole.contributors) == ["kosovo", "unnamed_2", "unnamed_3"]
    logs = play(whole)
    assert flows(logs, "unnamed_2", source="") == [(45 * DAY, 100)]
    assert flows(logs, "unnamed_3", source="") == [(70 * DAY, 100)]
    assert flows(logs, "kosovo", target="deployed") == [(20 * DAY + 1, 40)]  # a second after the news


def test_one_more_that_may_appear_changes_nothing_about_the_others():
    few, more = (play(scenario(unnamed=_template(at_most=most)), 3) for most in (2, 3))
    assert few.transitions == [row for row in more.transitions if row[2] != "unnamed_3"]


def test_a_fault_of_the_template_is_said_where_it_stands(tmp_path):
    from tests.scenario.samples import SMALL, faults_of

    block = "unnamed:\n  at_most: 3\n  every: 30 days\n  commits_when: quiet\n"
    text = SMALL + block + "  contingents: {u: {troops: 10, role: infantry, lift: air}}\n"
    found = {(fault.line, fault.item) for fault in faults_of(tmp_path, text)}
    first = SMALL.count("\n") + 1
    assert found == {(first + 3, "unnamed.commits_when"), (first + 4, "unnamed.contingents.u.lift")}


def test_so_many_at_most():
    with pytest.raises(ValueError, match="less than or equal to 50"):
        Scenario.model_validate(scenario().model_dump() | {"unnamed": _template(at_most=51)})
