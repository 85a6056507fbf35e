"""Boundaries, each computed by hand."""

from __future__ import annotations

import pytest

from sim.durations import DAY
from sim.errors import BusyReplicationError, EndlessInstantError
from sim.model.rounds import MOST_ROUNDS_IN_ALL
from sim.scenario.checks.frequency import MOST_CLUSTERS
from sim.testing.checks import findings
from tests.model.tiny import (
    changes,
    contributor,
    day,
    days,
    flows,
    play,
    scenario,
    schedule,
    stages,
    waiting,
)


def commits(rule, facts, **blocks):
    """Return the seconds at which `land` decides, under the rule."""
    whole = scenario(facts=facts, contributors={"land": contributor(rule)}, **blocks)
    return [time for time, _ in flows(play(whole), "land", "pledged", "deciding")]


class TestWindows:
    def test_for_holds_from_the_exact_second_on(self):
        assert commits("truce for 5 days", {"truce": schedule(on=3)}) == [8 * DAY]

    def test_for_of_a_stretch_that_is_as_long_misses_it_for_the_end_is_no_part_of_it(self):
        assert commits("truce for 5 days", {"truce": schedule(on=3, off=8)}) == []

    def test_for_counts_anew_after_a_break(self):
        assert commits("truce for 5 days", {"truce": schedule(on=3, off=7, on_again=8)}) == [13 * DAY]

    def test_for_knows_what_was_true_before_the_start(self):
        facts = {"truce": {"kind": "switch", "initially": True, "since": day(-3)}}
        assert commits("truce for 5 days", facts) == [2 * DAY]

    def test_for_of_what_was_always_true_holds_at_once(self):
        assert commits("truce for 5 days", {"truce": {"kind": "switch", "initially": True}}) == [0]

    def test_within_ends_at_the_exact_second(self):
        assert commits(
            "not (truce within 5 days) and after 2026-01-04", {"truce": schedule(on=1, off=2)}
        ) == [7 * DAY]

    def test_within_holds_from_the_first_instant_on(self):
        assert commits("truce within 5 days", {"truce": schedule(on=3, off=4)}) == [3 * DAY]

    def test_in_last_is_half_open(self):
        facts = {"shots": {"kind": "events", "rate": "0 per day", "past": {day(-2): 3}}}
        assert commits("shots in last 5 days == 0", facts) == [3 * DAY]
        assert commits("shots in last 2 days == 0", facts) == [0]

    def test_once_remembers(self):
        assert commits("once truce and after 2026-02-01", {"truce": schedule(on=3, off=4)}) == [31 * DAY]

    def test_after_begins_at_midnight_and_before_ends_there(self):
        assert commits("after 2026-01-08", {}) == [7 * DAY]
        assert commits("before 2026-01-08 and truce", {"truce": schedule(on=7)}) == []
        assert commits("before 2026-01-08 and truce", {"truce": schedule(on=6)}) == [6 * DAY]
        assert commits("after 2025-12-01 for 40 days", {}) == [9 * DAY]


class TestRounds:
    def test_two_who_wait_for_each_other_not_to_commit_both_commit(self):
        whole = scenario(
            contributors={"a": contributor("not committed(b)"), "b": contributor("not committed(a)")},
        )
        logs = play(whole)
        assert (
            stages(logs, "a") == stages(logs, "b") == {"ready": 100}
        )  # each now forbids the other to embark

    def test_one_follows_the_other_at_the_same_instant_in_a_later_round(self):
        whole = scenario(
            contributors={"a": contributor("committed(b)"), "b": contributor("after 2026-01-03")}
        )
        steps = {row[2]: (row[0], row[1]) for row in play(whole).transitions if row[5] == "deciding"}
        assert steps["b"] == (2 * DAY, 1)
        assert steps["a"] == (2 * DAY, 3)

    def test_rules_that_trigger_each_other_without_end_are_named(self):
        facts = {
            "day_side": {
                "kind": "switch",
                "forced_on_when": "night_side",
                "forced_off_when": "not night_side",
            },
            "night_side": {"kind": "switch", "forced_on_when": "not day_side", "forced_off_when": "day_side"},
        }
        with pytest.raises(EndlessInstantError) as caught:
            play(scenario(facts=facts, contributors={"land": contributor()}))
        for rule in ("facts.day_side.forced_on_when", "facts.night_side.forced_off_when"):
            assert rule in str(caught.value)

    @pytest.mark.parametrize("chance", [0, 1])
    def test_a_fact_that_asks_itself_without_end_is_named(self, chance):
        asked = {
            "kind": "milestone",
            "probability": chance,
            "after": 0,
            "reconsiders": 0,
            "undone_when": "always",
        }
        with pytest.raises(EndlessInstantError, match="nod"):
            play(scenario(facts={"nod": asked}, contributors={"land": contributor()}))

    def test_a_parliament_that_is_asked_without_end_is_named(self):
        approvals = [{"step": "parliament", "takes": 0, "probability": 0, "reconsiders": 0}]
        with pytest.raises(EndlessInstantError, match="land/unit"):
            play(scenario(contributors={"land": contributor(approvals=approvals)}))


class TestTooMuch:
    def test_more_rounds_than_the_limit_fail_and_what_happens_most_is_named(self, monkeypatch):
        facts = {"shots": {"kind": "events", "rate": "40 per day", "past": {}}}
        busy = scenario(facts=facts, contributors={"land": contributor("shots in last 2 days > 0")})
        play(busy)
        monkeypatch.setattr("sim.model.rounds.MOST_ROUNDS_IN_ALL", 500)
        with pytest.raises(BusyReplicationError, match=r"more than 500 rounds.*happens most often is: shots"):
            play(busy)

    def test_a_scenario_is_refused_at_the_limit_of_a_replication(self):
        assert MOST_CLUSTERS == MOST_ROUNDS_IN_ALL


class TestDeciding:
    def test_an_approval_due_at_the_instant_at_which_the_rule_breaks_has_been_given(self):
        approvals = [{"step": "parliament", "takes": "4 days"}]
        land = contributor("truce", approvals=approvals, prepares_for="1 day")
        logs = play(scenario(facts={"truce": schedule(on=1, off=5)}, contributors={"land": land}))
        assert days(logs, "land", "preparing") == [5]
        assert stages(logs, "land") == {"ready": 100}

    def test_an_approval_due_a_day_later_pauses(self):
        approvals = [{"step": "parliament", "takes": "5 days"}]
        land = contributor("truce", approvals=approvals)
        facts = {"truce": schedule(on=1, off=5, on_again=20)}
        logs = play(scenario(facts=facts, contributors={"land": land}))
        assert waiting(logs, "land", 5 * DAY - 1) == {"approval parliament": 100}
        assert waiting(logs, "land", 5 * DAY) == {"rule: truce": 100}
        assert flows(logs, "land", "deciding", "preparing") == [(21 * DAY, 100)]

    def test_what_waits_is_booked_to_the_present_step(self):
        steps = [{"step": "government", "takes": "3 days"}, {"step": "parliament", "takes": "4 days"}]
        logs = play(scenario(contributors={"land": contributor(approvals=steps, prepares_for="2 days")}))
        assert waiting(logs, "land", 3 * DAY - 1) == {"approval government": 100}
        assert waiting(logs, "land", 3 * DAY) == {"approval parliament": 100}
        assert waiting(logs, "land", 7 * DAY) == {"preparation": 100}
        assert waiting(logs, "land", 9 * DAY) == {}

    def test_preparation_runs_on_whatever_the_rule_does_and_ready_troops_wait_for_it(self):
        land = contributor("truce", prepares_for="10 days")
        logs = play(
            scenario(facts={"truce": schedule(on=1, off=5, on_again=20)}, contributors={"land": land})
        )
        assert waiting(logs, "land", 6 * DAY) == {"preparation": 100}
        assert waiting(logs, "land", 11 * DAY) == {"rule: truce": 100}
        assert days(logs, "land", "deployed") == [20]

    def test_a_refusal_is_final_or_reconsidered(self):
        once = contributor(approvals=[{"step": "parliament", "takes": "1 day", "probability": 0}])
        again = contributor(
            approvals=[{"step": "parliament", "takes": "1 day", "probability": 0, "reconsiders": "40 days"}]
        )
        logs = play(scenario(contributors={"once": once, "again": again}))
        assert stages(logs, "once") == {"refused": 100}
        assert days(logs, "again", "refused") == [1, 42, 83]

    def test_what_never_comes_is_undelivered_rounded_half_up(self):
        part = contributor(troops=101, delivers=0.5)
        none = contributor(never_arrives=1)
        logs = play(scenario(contributors={"part": part, "none": none}))
        assert stages(logs, "part") == {"deployed": 51, "undelivered": 50}
        assert stages(logs, "none") == {"undelivered": 100}

    def test_a_consent_is_waited_for_and_revoked(self):
        israel = {
            "consent": {"after": "5 days", "revoked_when": "after 2026-01-16", "reconsiders": "10 days"}
        }
        land = contributor(prepares_for="20 days")
        logs = play(scenario(parties={"israel": israel}, contributors={"land": land}))
        assert changes(logs, "consent(israel, land)")[:2] == [(5, 1), (15, 0)]
        assert waiting(logs, "land", 0) == {"consent(israel, land)": 100}
        assert stages(logs, "land") == {"ready": 100}
        assert waiting(logs, "land", 25 * DAY) == {"consent(israel, land)": 100}


class TestStatements:
    def test_a_broken_statement_is_logged_when_it_breaks(self):
        whole = scenario(
            facts={"truce": schedule(on=3, off=5, on_again=8)},
            contributors={"land": contributor()},
            never=["truce"],
            always=["deployed(land) < 100"],
        )
        rows = [(row[0] / DAY, row[2]) for row in play(whole).violations]
        assert rows == [(0, "always: deployed(land) < 100"), (3, "never: truce"), (8, "never: truce")]

    def test_what_breaks_in_a_round_and_is_mended_in_the_same_instant_is_not_broken(self):
        facts = {
            "truce": schedule(on=3),
            "echo": {"kind": "switch", "forced_on_when": "truce"},
        }
        whole = scenario(facts=facts, contributors={"land": contributor()}, never=["truce and not echo"])
        assert play(whole).violations == []


def test_nothing_happens_at_the_end_itself():
    logs = play(scenario(contributors={"land": contributor(prepares_for="90 days")}))
    assert stages(logs, "land") == {"preparing": 100}
    logs = play(scenario(end="2026-04-01", contributors={"land": contributor(prepares_for="90 days")}))
    assert stages(logs, "land") == {"deployed": 100}


def test_history_that_moves_troops_at_the_instant_of_their_embarkation_loses_none():
    history = [{"date": day(20), "contributor": "land", "event": "arrived", "troops": 30}]
    theatre = {"lift": {"air": {"slots": 1, "load": 100, "trip": "3 days"}}, "reception": "100 per day"}
    land = contributor(lift="air")
    for event in (history, [{"date": day(20), "contributor": "land", "event": "refused"}]):
        ready = {"date": day(5), "contributor": "land", "event": "ready"}
        whole = scenario(as_of=day(20), history=[ready, *event], theatre=theatre, contributors={"land": land})
        logs = play(whole)
        assert findings(whole, logs) == []
        assert sum(stages(logs, "land").values()) == 100
        assert all(troops > 0 for _, troops in flows(logs, "land"))
        assert all(row[5] >= 0 for row in logs.waits)
        assert (
            sum(waiting(logs, "land", 21 * DAY).values()) + stages(logs, "land", 21 * DAY).get("deployed", 0)
            == 100
        )


def test_ready_troops_whom_history_holds_back_wait_for_no_limit_that_does_not_exist():
    history = [{"date": day(5), "contributor": "land", "event": "ready"}]
    for blocks in ({}, {"lift": "air"}):
        land = contributor(prepares_for="60 days", **blocks)
        theatre = {"lift": {"air": {"slots": 1, "load": 100}}} if blocks else {}
        logs = play(scenario(as_of=day(20), history=history, theatre=theatre, contributors={"land": land}))
        assert waiting(logs, "land", 10 * DAY) == {"news": 100}
        assert days(logs, "land", "deployed") == [20]


def test_who_is_ready_keeps_his_turn_when_more_of_his_become_ready():
    theatre = {"lift": {"air": {"slots": 1, "load": 100, "trip": "9 days", "when": "after 2026-01-31"}}}
    lands = {
        "a": contributor(lift="air", prepares_for="15 days"),
        "z": contributor(lift="air", prepares_for="10 days"),
    }
    history = [{"date": day(12), "contributor": "z", "event": "pledged", "troops": 200}]
    logs = play(scenario(as_of=day(12), history=history, theatre=theatre, contributors=lands))
    assert days(logs, "z", "ready") == pytest.approx([12, 22], abs=1e-4)  # news comes before chance
    assert [row[2] for row in logs.transitions if row[5] == "moving"] == ["z", "z", "a"]
