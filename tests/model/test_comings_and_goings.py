"""Withdrawals, lift, beds, reception, tours and training, each computed by hand."""

from __future__ import annotations

import pytest

from sim.durations import DAY
from tests.model.tiny import (
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
        assert days(logs, "land", "deciding") == [0]
        assert flows(logs, "land", "pledged", "gone") == [(33 * DAY, 40)]
        assert stages(logs, "land") == {"gone": 100}

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

    def test_with_returns_all_that_was_pledged_comes_back(self):
        lift = {"air": {"slots": 1, "load": 60, "trip": "5 days"}}
        logs = self.leaving(
            {"fire": schedule(on=3, off=4)},
            theatre={"lift": lift},
            lift="air",
            notice="10 days",
            exit="20 days",
            returns={"after": "7 days"},
        )
        assert flows(logs, "land", "pledged", "gone") == [(33 * DAY, 40)]
        assert flows(logs, "land", "gone", "pledged") == [(40 * DAY, 40), (40 * DAY, 60)]
        assert stages(logs, "land") == {"deployed": 100}

    def test_a_refused_contingent_does_not_come_after_its_contributor_has_left(self):
        vote = [{"step": "king", "takes": "5 days", "probability": 0, "reconsiders": "20 days"}]
        land = contributor(withdraws_when="fire")
        land["contingents"]["other"] = {"troops": 10, "role": "medics", "approvals": vote}
        logs = play(scenario(facts={"fire": schedule(on=10, off=11)}, contributors={"land": land}))
        assert stages(logs, "land") == {"gone": 100, "refused": 10}


class TestEdgesBeforeAsOf:
    """Troops that history leaves in the theatre although `withdraws_when` became true before `as_of`."""

    def there(self, as_of, facts, **blocks):
        history = [{"date": day(2), "contributor": "land", "event": "arrived", "troops": 100}]
        land = contributor(withdraws_when="fire", **blocks)
        return play(scenario(as_of=day(as_of), history=history, facts=facts, contributors={"land": land}))

    def test_who_would_still_be_there_leaves_when_the_time_has_come(self):
        for as_of in (12, 18, 25):
            logs = self.there(as_of, {"fire": schedule(on=10)}, notice="5 days", exit="20 days")
            assert days(logs, "land", "withdrawing") == [max(15, as_of)]
            assert days(logs, "land", "gone") == [35]

    def test_who_would_have_left_has_stayed_until_a_new_edge(self):
        blocks = {"notice": "5 days", "exit": "20 days"}
        assert stages(self.there(40, {"fire": schedule(on=10)}, **blocks), "land") == {"deployed": 100}
        logs = self.there(40, {"fire": schedule(on=10, off=45, on_again=50)}, **blocks)
        assert days(logs, "land", "withdrawing") == [55]

    def test_an_edge_on_as_of_is_new(self):
        logs = self.there(40, {"fire": schedule(on=40)}, notice="5 days", exit="20 days")
        assert days(logs, "land", "withdrawing") == [45]

    def test_notice_and_exit_together_outlast_what_has_passed(self):
        drawn = {"notice": {"mean": "6 days"}, "exit": {"mean": "6 days"}}
        logs = self.there(20, {"fire": schedule(on=10)}, **drawn)
        assert min(days(logs, "land", "withdrawing")) >= 20


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
        assert reliefs == [(32, 60), (33, 40), (63, 60), (64, 40)]
        assert stages(logs, "land") == {"deployed": 100}

    def test_a_tour_begins_with_half_of_the_contingent(self):
        theatre = {"lift": {"air": {"slots": 1, "load": 60, "trip": "3 days"}}}
        logs = self.relieved(theatre, every="30 days", relief_probability=0)
        assert flows(logs, "land", None, "gone") == [(33 * DAY, 100)]

    def test_a_relief_that_fails_sends_home_and_the_next_is_ready_after_the_gap(self):
        logs = self.relieved(every="30 days", relief_probability=0, gap="10 days")
        assert days(logs, "land", "preparing", "deployed") == [30, 70]
        assert days(logs, "land", "ready", "preparing") == [0, 40, 80]
        assert waiting(logs, "land", 35 * DAY) == {"relief gap": 100}

    def test_what_comes_later_does_not_start_the_tour_again(self):
        theatre = {"lift": {"air": {"slots": 1, "load": 30, "trip": "5 days"}}}
        logs = self.relieved(theatre, every="12 days", relief_probability=0)
        # half is there on day 10; on day 22 what is there goes home, and on day 20 all had embarked but 10
        assert flows(logs, "land", None, "gone")[0][0] == 22 * DAY
        assert stages(logs, "land") == {"gone": 100}

    def test_a_unit_that_is_not_relieved_goes_home_whole(self):
        theatre = {"beds": {"at_start": 70}}
        logs = self.relieved(theatre, every="20 days", relief_probability=0)
        assert sorted(flows(logs, "land", None, "gone")) == [(20 * DAY, 30), (20 * DAY, 70)]
        logs = self.relieved(theatre, every="20 days", relief_probability=0, gap="5 days")
        assert waiting(logs, "land", 21 * DAY) == {"relief gap": 100}
        assert days(logs, "land", "ready", "preparing") == [0, 25, 50, 75]

    def test_who_cannot_be_relieved_goes_home_after_a_while(self):
        facts = {"truce": schedule(on=0, off=20, on_again=70)}
        logs = self.relieved(facts=facts, rule="truce", every="30 days", overstays="15 days")
        assert flows(logs, "land", "deployed", "gone") == [(45 * DAY, 100)]
        assert not [row for row in logs.transitions if row[7] == "relief embarks"]
        again = self.relieved(facts=facts, rule="truce", every="30 days", overstays="15 days", gap="5 days")
        assert days(again, "land", "ready") == [0, 50]
        assert days(again, "land", "deployed", "moving") == [0, 70]

    def test_whose_relief_comes_in_time_does_not_overstay(self):
        facts = {"truce": schedule(on=0, off=20, on_again=40)}
        logs = self.relieved(facts=facts, rule="truce", every="30 days", overstays="15 days")
        assert [row[0] / DAY for row in logs.transitions if row[7] == "relief received"] == [40, 70]
        assert stages(logs, "land") == {"deployed": 100}

    def test_only_those_whose_relief_has_not_embarked_overstay(self):
        theatre = {"lift": {"air": {"slots": 1, "load": 60, "trip": "8 days"}}}
        logs = self.relieved(theatre, every="20 days", overstays="5 days")
        # there on days 8 and 16; relieved from day 28: sixty embark, forty have not by day 33
        assert flows(logs, "land", "deployed", "gone")[0] == (33 * DAY, 40)
        assert next(row[0] / DAY for row in logs.transitions if row[7] == "relief received") == 36

    def test_a_relief_whose_contributor_has_gone_turns_back(self):
        theatre = {"lift": {"air": {"slots": 1, "load": 100, "trip": "10 days"}}}
        land = contributor(
            tour={"every": "20 days"}, lift="air", withdraws_when="fire", notice="1 day", exit="2 days"
        )
        facts = {"fire": schedule(on=32, off=33)}
        logs = play(scenario(theatre=theatre, facts=facts, contributors={"land": land}))
        assert days(logs, "land", "gone") == [35]
        assert [row[0] / DAY for row in logs.transitions if row[7].startswith("relief")] == [30, 40]
        assert not [row for row in logs.transitions if row[7] == "relief received"]
        assert stages(logs, "land") == {"gone": 100}

    def test_two_reliefs_at_odds_never_relieve_more_than_are_there(self):
        theatre = {"lift": {"air": {"slots": 1, "load": 50, "trip": "9 days"}}}
        logs = self.relieved(theatre, every="10 days")
        under_way, most = 0, 0
        for row in logs.transitions:
            under_way += row[6] * ((row[7] == "relief embarks") - (row[7] == "relief received"))
            most = max(most, under_way)
        assert most <= 100
        assert stages(logs, "land") == {"deployed": 100}

    def test_while_the_rule_forbids_embarking_the_present_troops_stay_on(self):
        logs = self.relieved(
            facts={"truce": schedule(on=0, off=20, on_again=50)}, rule="truce", every="30 days"
        )
        reliefs = [row[0] / DAY for row in logs.transitions if row[7] == "relief received"]
        assert reliefs == [50, 80]
        assert stages(logs, "land") == {"deployed": 100}


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
