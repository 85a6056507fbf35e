"""A nation decides once: pauses, answers, exceptions, and what each consumes."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.durations import DAY
from sim.model.replication import replicate
from sim.model.world import World
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.scenario import Scenario
from tests.model.tiny import contributor, day, days, flows, play, scenario, schedule, stages, waiting

PARLIAMENT = {"step": "parliament", "takes": "10 days"}


def nation(bodies, **blocks):
    """Return a contributor of contingents, each {key: value} besides a hundred infantry."""
    contingents = {name: {"troops": 100, "role": "infantry", **body} for name, body in bodies.items()}
    return {**blocks, "contingents": contingents}


def turns(changes):
    """Return a schedule that is on and off by turns, at these days."""
    return {
        "kind": "schedule",
        "values": {day(when): place % 2 == 0 for place, when in enumerate(sorted(changes))},
    }


def moved(logs, contingent, source, target):
    """Return (day, troops) of each flow of a contingent."""
    return [
        (row[0] / DAY, row[6])
        for row in logs.transitions
        if (row[3], row[4], row[5]) == (contingent, source, target)
    ]


def worlds(whole, count):
    """Return the logs of the first worlds."""
    plan = compile_plan(whole)
    return [replicate(plan, Draws(0, 0, count), number) for number in range(count)]


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 80), min_size=1, max_size=9), st.integers(0, 30))
def test_a_paused_step_keeps_its_age(changes, takes):
    approvals = [{"step": "parliament", "takes": f"{takes} days"}]
    logs = play(
        scenario(
            facts={"calm": turns(changes)}, contributors={"land": contributor("calm", approvals=approvals)}
        )
    )
    on = [each % 2 == 0 for each in range(len(changes))]
    spans = zip(sorted(changes), [*sorted(changes)[1:], 90], on, strict=True)
    left, approved = takes, None
    for since, until, calm in spans:
        if calm and approved is None:
            approved = since + left if left <= until - since and since + left < 90 else None
            left -= until - since
    assert days(logs, "land", "preparing") == ([] if approved is None else [approved])


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.integers(0, 80), max_size=9),
    st.sets(st.integers(0, 80), max_size=9),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_nobody_is_asked_twice(first, second, probability):
    approvals = [
        {"step": step, "takes": {"mean": "9 days"}, "probability": probability} for step in ("a", "b")
    ]
    land = nation({"k": {"commits_when": "f"}, "l": {"commits_when": "g"}, "m": {}}, approvals=approvals)
    whole = scenario(facts={"f": turns(first | {85}), "g": turns(second | {85})}, contributors={"land": land})
    asked: Counter[str] = Counter()
    chance = World.chance

    def counted(self, outcome, p):
        asked[outcome] += 1
        return chance(self, outcome, p)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "chance", counted)
        logs = play(whole)
    assert set(asked.values()) <= {1}
    assert set(asked) <= {f"contributor.land.approval.{step}.outcome" for step in ("a", "b")}
    refused = {row[3] for row in logs.transitions if row[5] == "refused"}
    approved = {row[3] for row in logs.transitions if row[5] == "preparing"}
    assert not (refused and approved)


def test_a_ceasefire_that_breaks_a_day_each_month_does_not_change_who_refuses():
    approvals = [
        {"step": "government", "takes": {"median": "5 days", "p90": "20 days"}, "probability": 0.9},
        {"step": "parliament", "takes": "20 days", "probability": 0.8},
    ]
    land = contributor("calm", approvals=approvals)
    steady, broken = ({"calm": turns(changes)} for changes in ([0], [0, 10, 11, 30, 31, 60, 61]))
    for calm, breaks in zip(
        worlds(scenario(facts=steady, contributors={"land": land}), 60),
        worlds(scenario(facts=broken, contributors={"land": land}), 60),
        strict=True,
    ):
        assert stages(calm, "land", 60 * DAY) == stages(breaks, "land") or "deciding" in stages(calm, "land")
        assert ("refused" in stages(calm, "land", 70 * DAY)) == (
            "refused" in stages(breaks, "land", 80 * DAY)
        )


def test_the_decision_goes_on_while_any_contingent_is_permitted_and_the_others_go_straight_on():
    facts = {"early": schedule(on=0, off=4), "late": schedule(on=2, off=7, on_again=30)}
    land = nation({"k": {"commits_when": "early"}, "l": {"commits_when": "late"}}, approvals=[PARLIAMENT])
    logs = play(scenario(facts=facts, contributors={"land": land}))
    # decided on from day 0 to day 7, then from day 30 on
    waits = {row[3]: row[4] for row in logs.waits if row[0] <= 5 * DAY and row[5]}
    assert waits == {"k": "rule: early", "l": "approval parliament"}
    assert moved(logs, "l", "deciding", "preparing") == [(33, 100)]
    assert moved(logs, "k", "deciding", "preparing") == []
    assert stages(logs, "land") == {"deployed": 100, "deciding": 100}


def test_who_is_permitted_after_the_answer_goes_straight_on_in_the_same_instant():
    facts = {"late": schedule(on=50)}
    for probability, end in ((1, "deployed"), (0, "refused")):
        approvals = [{**PARLIAMENT, "probability": probability}]
        land = nation({"k": {}, "l": {"commits_when": "late"}}, approvals=approvals)
        logs = play(scenario(facts=facts, contributors={"land": land}))
        assert moved(logs, "l", "pledged", "deciding") == [(50, 100)]
        assert stages(logs, "land") == {end: 200}
        assert days(logs, "land", end) == [10, 50]


def test_an_answer_due_when_the_conditions_break_has_been_given_and_holds_until_they_return():
    land = contributor("calm", approvals=[PARLIAMENT], prepares_for="3 days")
    logs = play(scenario(facts={"calm": schedule(on=0, off=10)}, contributors={"land": land}))
    assert days(logs, "land", "preparing") == [10]
    two = nation({"k": {"commits_when": "calm"}, "l": {}}, approvals=[PARLIAMENT])
    logs = play(scenario(facts={"calm": schedule(on=0, off=9, on_again=40)}, contributors={"land": two}))
    assert moved(logs, "l", "deciding", "preparing") == [(10, 100)]
    assert moved(logs, "k", "deciding", "preparing") == [(40, 100)]


def test_only_the_step_that_said_no_is_asked_again():
    approvals = [
        {"step": "government", "takes": "5 days"},
        {"step": "parliament", "takes": "10 days", "probability": 0, "reconsiders": "20 days"},
    ]
    logs = play(scenario(contributors={"land": nation({"k": {}, "l": {}}, approvals=approvals)}))
    assert days(logs, "land", "refused") == [15, 15, 45, 45, 75, 75]
    assert days(logs, "land", "pledged", "refused") == [35, 35, 65, 65]


def test_a_withdrawal_has_all_asked_anew():
    approvals = [{"step": "government", "takes": "2 days"}, PARLIAMENT]
    land = contributor(withdraws_when="fire", approvals=approvals, prepares_for="60 days")
    logs = play(scenario(facts={"fire": schedule(on=5, off=6)}, contributors={"land": land}))
    assert days(logs, "land", "preparing") == [18]
    logs = play(scenario(facts={"fire": schedule(on=20, off=21)}, contributors={"land": land}))
    assert days(logs, "land", "preparing") == [12, 33]


def test_a_contingent_with_approvals_of_its_own_is_decided_on_apart():
    land = nation(
        {"k": {}, "l": {"approvals": []}, "m": {"approvals": [{"step": "king", "takes": "3 days"}]}},
        approvals=[{**PARLIAMENT, "probability": 0}],
    )
    logs = play(scenario(contributors={"land": land}))
    assert [moved(logs, body, "moving", "deployed") for body in "klm"] == [[], [(0, 100)], [(3, 100)]]
    assert moved(logs, "k", "deciding", "refused") == [(10, 100)]


class TestComing:
    def test_all_of_a_nation_come_or_none(self):
        land = nation({"k": {}, "l": {}, "m": {"never_arrives": 0.5}}, never_arrives=0.5)
        found = worlds(scenario(contributors={"land": land}), 80)
        came = [{row[3] for row in logs.transitions if row[5] == "deployed"} for logs in found]
        assert {frozenset(each & {"k", "l"}) for each in came} == {frozenset(), frozenset({"k", "l"})}
        assert {("k" in each, "m" in each) for each in came} == {
            (first, second) for first in (False, True) for second in (False, True)
        }

    @pytest.mark.parametrize("where", ["contributor", "defaults"])
    def test_a_nation_delivers_one_share(self, where):
        stated = {"delivers": {"low": 0.1, "mode": 0.5, "high": 0.9}}
        defaults = {"contingents": stated} if where == "defaults" else {}
        land = nation({"k": {}, "l": {}}, **(stated if where == "contributor" else {}))
        for logs in worlds(scenario(defaults=defaults, contributors={"land": land}), 5):
            (one,), (other,) = (moved(logs, body, "preparing", "ready") for body in "kl")
            assert one == other
            assert 10 <= one[1] <= 90

    def test_who_never_comes_shows_when_the_rest_is_ready(self):
        land = contributor(delivers=0.4, prepares_for="20 days")
        logs = play(scenario(contributors={"land": land}))
        assert waiting(logs, "land", 19 * DAY) == {"preparation": 100}
        assert flows(logs, "land", "preparing") == [(20 * DAY, 40), (20 * DAY, 60)]
        assert stages(logs, "land") == {"deployed": 40, "undelivered": 60}

    @pytest.mark.parametrize(("pledge", "comes"), [(300, 150), (80, 40)])
    def test_the_share_is_of_the_pledge_as_it_is_when_they_are_ready(self, pledge, comes):
        history = [{"date": day(3), "contributor": "land", "event": "pledged", "troops": pledge}]
        land = contributor(delivers=0.5, prepares_for="20 days")
        logs = play(scenario(as_of=day(5), history=history, contributors={"land": land}))
        assert stages(logs, "land").get("deployed") == comes


class TestHistory:
    def test_a_recorded_answer_is_the_nation_s(self):
        history = [{"date": day(4), "contributor": "land", "event": "approved", "step": "parliament"}]
        land = nation({"k": {}, "l": {}}, approvals=[{**PARLIAMENT, "probability": 0}])
        logs = play(scenario(as_of=day(5), history=history, contributors={"land": land}))
        assert days(logs, "land", "preparing") == [4, 4]

    def test_a_recorded_answer_of_one_contingent_is_its_own(self):
        history = [
            {
                "date": day(4),
                "contributor": "land",
                "contingent": "k",
                "event": "approved",
                "step": "parliament",
            }
        ]
        land = nation({"k": {}, "l": {}}, approvals=[{**PARLIAMENT, "probability": 0}])
        logs = play(scenario(as_of=day(5), history=history, contributors={"land": land}))
        assert moved(logs, "k", "deciding", "preparing") == [(4, 100)]
        assert moved(logs, "l", "deciding", "refused") == [(10, 100)]

    def test_who_has_arrived_shows_that_the_nation_decided(self):
        record = {"date": day(4), "contributor": "land", "contingent": "k", "event": "arrived", "troops": 60}
        land = nation({"k": {}, "l": {}}, approvals=[{**PARLIAMENT, "probability": 0}])
        logs = play(scenario(as_of=day(5), history=[record], contributors={"land": land}))
        assert stages(logs, "land") == {"deployed": 200}
        assert days(logs, "land", "preparing") == [4, 4]

    @pytest.mark.parametrize("news", ["arrived", "ready", "embarked", "approved", "pledged"])
    @pytest.mark.parametrize("whose", ["of the nation", "of one contingent"])
    def test_what_is_recorded_after_a_refusal_happens(self, news, whose):
        """A refusal of a step that will be asked again, then news that none who refuse give."""
        about = {"contributor": "land", "contingent": "k"}
        said_no = {"date": day(4), "event": "refused", "step": "parliament", "contributor": "land"}
        said_no |= {"contingent": "k"} if whose == "of one contingent" else {}
        details = {"approved": {"step": "parliament"}, "ready": {}}.get(news, {"troops": 60})
        history = [said_no, {"date": day(9), "event": news, **about, **details}]
        land = nation({"k": {}, "l": {}}, approvals=[{**PARLIAMENT, "reconsiders": "60 days"}])
        logs = play(scenario(as_of=day(12), history=history, contributors={"land": land}))
        assert moved(logs, "k", "refused", "pledged") == [(9, 100)]
        there = [row for row in logs.transitions if row[3] == "k" and row[5] == "deployed"]
        in_time = {"arrived": 9, "pledged": 19 if whose == "of the nation" else 12}.get(news, 12)
        assert min(row[0] / DAY for row in there) == in_time
        assert sum(row[6] for row in there if row[0] <= in_time * DAY) >= 60

    def test_a_new_offer_after_a_refusal_is_the_whole_pledge(self):
        history = [
            {"date": day(4), "contributor": "land", "event": "refused"},
            {"date": day(9), "contributor": "land", "event": "pledged", "troops": 130},
        ]
        land = {"contingents": {"k": {"troops": 100, "role": "i", "prepares_for": "20 days"}}}
        logs = play(scenario(as_of=day(12), history=history, contributors={"land": land}))
        assert stages(logs, "land") == {"deployed": 130}

    @pytest.mark.parametrize("news", ["arrived", "ready"])
    def test_who_came_shows_that_each_step_was_a_yes(self, news):
        """Two steps at odds of 10 or 1/10, as goodwill has it: two yeses make 10 a hundred times as likely."""
        step = {"takes": "3 days", "probability": {"value": 0.5, "odds": "goodwill"}}
        land = nation({"k": {}}, approvals=[{"step": "government", **step}, {"step": "parliament", **step}])
        record = {"date": day(20), "contributor": "land", "event": news, "troops": 60}
        whole = scenario(
            as_of=day(22),
            uncertain={"goodwill": {"one_of": {0.1: 1, 10: 1}}},
            history=[record],
            contributors={"land": land},
        )
        drawn = [dict(play(whole, number).numbers) for number in range(60)]
        many = sum(10.0 in each.values() for each in drawn)
        assert many >= 56  # 59.4 of 60 expected, 30 if nothing is learned

    def test_a_recorded_refusal_is_reconsidered_once_for_all(self):
        record = {"date": day(4), "contributor": "land", "event": "refused", "step": "parliament"}
        approvals = [{**PARLIAMENT, "reconsiders": {"median": "20 days", "p90": "40 days"}}]
        land = nation({"k": {}, "l": {}}, approvals=approvals)
        logs = play(scenario(as_of=day(5), history=[record], contributors={"land": land}))
        (first, again) = days(logs, "land", "pledged", "refused")
        assert first == again > 5
        assert days(logs, "land", "deployed") == [first + 10, first + 10]


def test_how_likely_a_party_agrees_is_one_number_where_its_own_answer_holds():
    chance = {"probability": {"low": 0.05, "mode": 0.5, "high": 0.95}}
    whole = Scenario.model_validate(
        {
            "scenario": "one party",
            "start": "2026-01-01",
            "end": "2026-03-31",
            "parties": {"host": {"consent": chance}},
            "contributors": {name: contributor() for name in ("a", "b")}
            | {"c": contributor(consents={"host": chance})},
        }
    )
    rows = {fact.name: fact.probability.stream for fact in compile_plan(whole).facts}
    assert rows["consent(host, a)"] == rows["consent(host, b)"] != rows["consent(host, c)"]
    agreed = [
        tuple(any(row[2] == f"consent(host, {name})" and row[3] for row in logs.signals) for name in "abc")
        for logs in worlds(whole, 400)
    ]
    alike = sum(a == b for a, b, _ in agreed) / 400
    apart = sum(a == c for a, _, c in agreed) / 400
    assert alike == pytest.approx(0.55, abs=0.06)  # 1 − 2·E[p(1 − p)]
    assert apart == pytest.approx(0.5, abs=0.06)
