"""Boundaries, each computed by hand."""

from __future__ import annotations

import pytest

from sim.durations import DAY
from sim.errors import EndlessInstantError
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


class TestDeciding:
    def test_an_approval_due_at_the_instant_at_which_the_rule_breaks_has_been_given(self):
        approvals = [{"step": "parliament", "takes": "4 days"}]
        land = contributor("truce", approvals=approvals, prepares_for="1 day")
        logs = play(scenario(facts={"truce": schedule(on=1, off=5)}, contributors={"land": land}))
        assert days(logs, "land", "preparing") == [5]
        assert stages(logs, "land") == {"ready": 100}

    def test_an_approval_due_a_day_later_has_not(self):
        approvals = [{"step": "parliament", "takes": "5 days"}]
        land = contributor("truce", approvals=approvals)
        logs = play(scenario(facts={"truce": schedule(on=1, off=5)}, contributors={"land": land}))
        assert flows(logs, "land", "deciding", "pledged") == [(5 * DAY, 100)]

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


class TestWithdrawing:
    def leaving(self, facts, end_rule="fire", theatre=None, **blocks):
        whole = scenario(
            facts=facts,
            theatre=theatre or {},
            contributors={"land": contributor(withdraws_when=end_rule, **blocks)},
        )
        return play(whole)

    def test_notice_then_exit(self):
        logs = self.leaving({"fire": schedule(on=10, off=11)}, notice="5 days", exit="7 days")
        assert days(logs, "land", "withdrawing") == [15]
        assert days(logs, "land", "gone") == [22]
        assert stages(logs, "land") == {"gone": 100}
        assert waiting(logs, "land", 14 * DAY) == {}
        assert waiting(logs, "land", 15 * DAY) == waiting(logs, "land", 23 * DAY) == {"withdrawn": 100}

    def test_truth_at_start_is_no_edge_but_nobody_decides(self):
        logs = self.leaving({"fire": {"kind": "schedule", "initially": True, "values": {day(10): False}}})
        assert days(logs, "land", "deciding") == [10]
        assert stages(logs, "land") == {"deployed": 100}

    def test_what_becomes_true_at_the_start_itself_is_no_edge(self):
        logs = self.leaving({"fire": schedule(on=0, off=10)})
        assert days(logs, "land", "deciding") == [10]

    def test_those_who_left_come_back_if_they_may(self):
        facts = {"fire": schedule(on=10, off=11)}
        logs = self.leaving(facts, notice="1 day", exit="2 days", returns={"after": "30 days"})
        assert days(logs, "land", "gone") == [13]
        assert days(logs, "land", "pledged", "gone") == [43]
        assert stages(logs, "land") == {"deployed": 100}

    def test_who_has_not_embarked_falls_back(self):
        for blocks in (
            {"approvals": [{"step": "parliament", "takes": "30 days"}]},
            {"prepares_for": "30 days"},
            {"theatre": {"sectors": {"north": {"opens_on": day(60)}}}, "sector": "north"},
        ):
            logs = self.leaving({"fire": schedule(on=10)}, **blocks)
            assert flows(logs, "land", None, "pledged")[-1] == (10 * DAY, 100)
            assert stages(logs, "land") == {"pledged": 100}
            assert waiting(logs, "land", 11 * DAY) == {"withdrawn": 100}

    def test_a_serial_on_the_way_lands_and_leaves_with_the_rest(self):
        lift = {"air": {"slots": 1, "load": 60, "trip": "5 days"}}
        for notice, leaves in (("10 days", [(17, 60), (17, 40)]), ("1 day", [(8, 60), (10, 40)])):
            logs = self.leaving(
                {"fire": schedule(on=7, off=8)},
                theatre={"lift": lift},
                lift="air",
                notice=notice,
                exit="20 days",
            )
            assert flows(logs, "land", "moving", "deployed") == [(5 * DAY, 60), (10 * DAY, 40)]
            gone = sorted(
                (time / DAY, troops) for time, troops in flows(logs, "land", "deployed", "withdrawing")
            )
            assert sum(troops for _, troops in gone) == 100
            assert {time for time, _ in gone} == {time for time, _ in leaves}

    def test_what_waits_for_lift_falls_back_and_does_not_embark_while_the_others_leave(self):
        lift = {"air": {"slots": 1, "load": 60, "trip": "5 days"}}
        logs = self.leaving(
            {"fire": schedule(on=3, off=4)},
            theatre={"lift": lift},
            lift="air",
            notice="10 days",
            exit="20 days",
        )
        assert flows(logs, "land", "ready", "pledged") == [(3 * DAY, 40)]
        assert waiting(logs, "land", 12 * DAY) == {"withdrawn": 40}
        assert days(logs, "land", "deciding") == [0, 33]
        assert stages(logs, "land") == {"gone": 60, "deployed": 40}

    def test_a_tour_that_would_end_during_notice_is_over(self):
        tour = {"every": "15 days"}
        logs = self.leaving(
            {"fire": schedule(on=10, off=28)}, tour=tour, notice="20 days", returns={"after": 0}
        )
        assert not [row for row in logs.transitions if row[7].startswith("relief") and row[0] < 31 * DAY]
        assert days(logs, "land", "withdrawing") == [30]
        assert days(logs, "land", "deployed", "moving") == [0, 30]
        reliefs = [row[0] / DAY for row in logs.transitions if row[7] == "relief received"]
        assert reliefs == [45, 60, 75]


class TestTheatre:
    def test_serials_share_slots_by_the_order_of_priority_then_name(self):
        lift = {"air": {"slots": 1, "load": 100, "trip": "2 days"}}
        lands = {
            "a": contributor(troops=150, lift="air", priority=1),
            "b": contributor(troops=150, lift="air"),
        }
        logs = play(scenario(theatre={"lift": lift}, contributors=lands))
        assert flows(logs, "b", "ready", "moving") == [(0, 100), (2 * DAY, 50)]
        assert flows(logs, "a", "ready", "moving") == [(4 * DAY, 100), (6 * DAY, 50)]
        assert waiting(logs, "a", DAY) == {"lift air": 150}
        assert waiting(logs, "a", 5 * DAY) == {"moving": 100, "lift air": 50}

    def test_whom_the_allocator_cannot_serve_it_skips(self):
        theatre = {"beds": {"at_start": 60}}
        lands = {"a": contributor(troops=60), "b": contributor(troops=40), "c": contributor(troops=45)}
        logs = play(scenario(theatre=theatre, contributors=lands))
        assert stages(logs, "a") == {"deployed": 60}
        assert stages(logs, "b") == {"ready": 40}
        theatre = {"beds": {"at_start": 100}}
        lands = {"a": contributor(troops=60), "b": contributor(troops=45), "c": contributor(troops=40)}
        logs = play(scenario(theatre=theatre, contributors=lands))
        assert stages(logs, "b") == {"ready": 45}
        assert stages(logs, "c") == {"deployed": 40}

    @pytest.mark.parametrize(("free", "there"), [(49, 0), (50, 50), (100, 100)])
    def test_no_trickles_fewer_beds_than_fifty_wait(self, free, there):
        logs = play(scenario(theatre={"beds": {"at_start": free}}, contributors={"land": contributor()}))
        assert stages(logs, "land").get("deployed", 0) == there
        assert waiting(logs, "land", 0).get("beds", 0) == 100 - there

    def test_beds_grow_by_date_and_by_rule_and_never_shrink(self):
        grows = [{"from": day(10), "to": 80}, {"when": "truce", "to": 200}]
        land = contributor(troops=300)
        facts = {"truce": schedule(on=20, off=21)}
        logs = play(
            scenario(
                facts=facts, theatre={"beds": {"at_start": 50, "grows": grows}}, contributors={"land": land}
            )
        )
        assert flows(logs, "land", "ready", "moving") == [
            (0, 50),
            (20 * DAY, 150),
        ]  # thirty at day 10 would trickle

    def test_reception_is_one_queue(self):
        theatre = {"reception": "100 per day", "lift": {"air": {"slots": 2, "load": 100, "trip": "1 day"}}}
        lands = {"a": contributor(troops=200, lift="air"), "b": contributor(troops=50)}
        logs = play(scenario(theatre=theatre, contributors=lands))
        assert flows(logs, "b", "moving", "deployed") == [(DAY // 2, 50)]
        assert flows(logs, "a", "moving", "deployed") == [(2 * DAY, 100), (3 * DAY, 100)]
        assert waiting(logs, "a", DAY - 1) == {"moving": 200}
        assert waiting(logs, "a", DAY) == {"reception": 200}

    def test_a_slot_is_held_until_reception_is_over(self):
        theatre = {"reception": "50 per day", "lift": {"air": {"slots": 1, "load": 100, "trip": "1 day"}}}
        logs = play(scenario(theatre=theatre, contributors={"a": contributor(troops=200, lift="air")}))
        assert flows(logs, "a", "ready", "moving") == [(0, 100), (3 * DAY, 100)]

    def test_a_closed_sector_is_waited_for(self):
        sectors = {"north": {"opens_when": "truce", "closes_when": "fire"}}
        facts = {"truce": schedule(on=5, off=6), "fire": schedule(on=0, off=10)}
        land = contributor(sector="north")
        logs = play(scenario(facts=facts, theatre={"sectors": sectors}, contributors={"land": land}))
        assert waiting(logs, "land", 7 * DAY) == {"sector north": 100}
        assert days(logs, "land", "deployed") == [10]

    def test_a_sector_that_closes_at_the_instant_of_embarkation_is_too_late(self):
        sectors = {"north": {"closes_when": "fire"}}
        facts = {"fire": schedule(on=5, off=9)}
        land = contributor(sector="north", prepares_for="5 days")
        logs = play(scenario(facts=facts, theatre={"sectors": sectors}, contributors={"land": land}))
        assert days(logs, "land", "deployed") == [9]

    def test_a_closed_lane_is_waited_for(self):
        lift = {"road": {"slots": 3, "load": 50, "when": "truce"}}
        land = contributor(lift="road")
        logs = play(
            scenario(facts={"truce": schedule(on=5)}, theatre={"lift": lift}, contributors={"land": land})
        )
        assert waiting(logs, "land", DAY) == {"lift road": 100}
        assert flows(logs, "land", "moving", "deployed") == [(5 * DAY, 50), (5 * DAY, 50)]


class TestTours:
    def relieved(self, theatre=None, facts=None, rule=None, **tour):
        land = contributor(rule, tour=tour, **({"lift": "air"} if theatre and "lift" in theatre else {}))
        return play(scenario(theatre=theatre or {}, facts=facts or {}, contributors={"land": land}))

    def test_a_relief_comes_in_serials_and_changes_no_level(self):
        theatre = {"lift": {"air": {"slots": 1, "load": 60, "trip": "1 day"}}, "beds": {"at_start": 100}}
        logs = self.relieved(theatre, every="30 days")
        reliefs = [(row[0] / DAY, row[6]) for row in logs.transitions if row[7] == "relief received"]
        assert reliefs == [(33, 60), (34, 40), (65, 60), (66, 40)]
        assert stages(logs, "land") == {"deployed": 100}

    def test_a_tour_begins_with_the_last_serial(self):
        theatre = {"lift": {"air": {"slots": 1, "load": 60, "trip": "3 days"}}}
        logs = self.relieved(theatre, every="30 days", relief_probability=0)
        assert days(logs, "land", "gone") == [36]

    def test_a_relief_that_fails_sends_home_and_the_next_is_ready_after_the_gap(self):
        logs = self.relieved(every="30 days", relief_probability=0, gap="10 days")
        assert days(logs, "land", "preparing", "deployed") == [30, 70]
        assert days(logs, "land", "ready", "preparing") == [0, 40, 80]
        assert waiting(logs, "land", 35 * DAY) == {"relief gap": 100}

    def test_while_the_rule_forbids_embarking_the_present_troops_stay_on(self):
        logs = self.relieved(
            facts={"truce": schedule(on=0, off=20, on_again=50)}, rule="truce", every="30 days"
        )
        reliefs = [row[0] / DAY for row in logs.transitions if row[7] == "relief received"]
        assert reliefs == [50, 80]
        assert stages(logs, "land") == {"deployed": 100}


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


class TestTraining:
    def test_classes_of_as_many_as_the_trainers_there_can_teach(self):
        police = {
            "force": "police",
            "trained_by": "trainers",
            "trainees_per_trainer": 10,
            "course": "20 days",
            "recruits": 150,
            "vetted": 0.5,
            "when": "truce",
        }
        trainers = contributor(troops=6, role="trainers", prepares_for="2 days", force="training")
        whole = scenario(
            facts={"truce": schedule(on=5)},
            contributors={"land": trainers},
            trained_forces={"police_force": police},
        )
        logs = play(whole)
        assert flows(logs, "police_force", "pledged", "preparing") == [
            (5 * DAY, 60),
            (25 * DAY, 60),
            (45 * DAY, 30),
        ]
        assert flows(logs, "police_force", "preparing", "deployed") == [
            (25 * DAY, 30),
            (45 * DAY, 30),
            (65 * DAY, 15),
        ]
        assert stages(logs, "police_force") == {"deployed": 75, "undelivered": 75}
        assert waiting(logs, "police_force", DAY) == {"rule: truce": 150}
        assert waiting(logs, "police_force", 6 * DAY) == {"trainers": 90, "training": 60}


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
