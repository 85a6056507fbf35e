"""What pulled levers make happen, computed by hand, and that they move nothing else."""

from __future__ import annotations

import pytest

from sim.durations import DAY
from tests.model.tiny import contributor, day, days, play, scenario, schedule


def signal(logs, name):
    return [(row[0] / DAY, row[3]) for row in logs.signals if row[2] == name]


def world(levers, pulled, facts=None, **blocks):
    return scenario(
        facts=facts or {"clear": {"kind": "milestone", "probability": 0}},
        contributors=blocks.pop("contributors", {"land": contributor("clear")}),
        levers=levers,
        pulled=pulled,
        **blocks,
    )


ON = {"a": {"happens": {"fact": "clear", "on": day(20)}}}


class TestMilestones:
    def test_a_pulled_lever_makes_it_true_on_the_day_whatever_was_drawn(self):
        logs = play(world(ON, ["a"]))
        assert signal(logs, "clear") == [(20.0, 1.0)]
        assert days(logs, "land", "deployed") == [20]

    @pytest.mark.parametrize("pulled", [[], None])
    def test_an_unpulled_one_does_not(self, pulled):
        assert signal(play(world(ON, pulled)), "clear") == []

    def test_without_a_day_it_happens_at_as_of(self):
        levers = {"a": {"happens": {"fact": "clear"}}}
        assert signal(play(world(levers, ["a"], as_of=day(7))), "clear") == [(7.0, 1.0)]

    def test_from_is_the_earliest_day(self):
        levers = {"a": {"happens": {"fact": "clear", "when": "dry"}, "from": day(30)}}
        facts = {"clear": {"kind": "milestone", "probability": 0}, "dry": schedule(on=5)}
        logs = play(world(levers, ["a"], facts))
        assert signal(logs, "clear") == signal(logs, "lever(a)") == [(30.0, 1.0)]

    def test_it_comes_before_a_yes_that_would_come_later_and_stays_after_an_earlier_one(self):
        for after, first in (("50 days", 20.0), ("10 days", 10.0)):
            facts = {"clear": {"kind": "milestone", "after": after}}
            assert signal(play(world(ON, ["a"], facts)), "clear") == [(first, 1.0)]

    def test_it_comes_though_its_condition_never_held(self):
        facts = {"clear": {"kind": "milestone", "when": "never"}}
        assert signal(play(world(ON, ["a"], facts)), "clear") == [(20.0, 1.0)]

    def test_it_comes_between_a_no_and_the_next_question(self):
        facts = {
            "clear": {"kind": "milestone", "probability": 0, "after": "5 days", "reconsiders": "40 days"}
        }
        logs = play(world(ON, ["a"], facts))
        assert [(row[0] / DAY, row[3]) for row in logs.signals if row[2] == "clear"] == [(20.0, 1.0)]

    def test_what_undoes_it_wins_and_afterwards_it_is_true_again(self):
        facts = {
            "clear": {"kind": "milestone", "probability": 0, "undone_when": "storm"},
            "storm": schedule(on=10, off=25, on_again=40, off_again=45),
        }
        assert signal(play(world(ON, ["a"], facts)), "clear") == [(25.0, 1.0), (40.0, 0.0), (45.0, 1.0)]


FACTS = {"clear": {"kind": "milestone", "probability": 0}, "dry": schedule(on=30, off=31)}
WHEN = {"a": {"happens": {"fact": "clear", "when": "dry"}}}


class TestAdaptiveLevers:
    def test_it_is_pulled_the_first_time_its_rule_holds_and_forces_from_then_on(self):
        logs = play(world(WHEN, ["a"], FACTS))
        assert signal(logs, "clear") == signal(logs, "lever(a)") == [(30.0, 1.0)]

    def test_where_the_rule_never_holds_it_is_not_pulled(self):
        logs = play(world(WHEN, ["a"], {**FACTS, "dry": schedule(off=3)}))
        assert signal(logs, "lever(a)") == signal(logs, "clear") == []

    def test_unpulled_it_tells_when_it_would_be(self):
        logs = play(world(WHEN, [], FACTS))
        assert (signal(logs, "lever(a)"), signal(logs, "clear")) == ([(30.0, 1.0)], [])

    def test_triggers_move_nothing(self):
        facts = {
            "clear": {"kind": "milestone", "probability": 0.5, "after": {"mean": "20 days"}},
            "dry": schedule(on=30),
        }
        for number in range(20):
            plain, watched = (play(world(WHEN, pulled, facts), number) for pulled in (None, []))
            assert plain.transitions == watched.transitions
            assert plain.signals == [row for row in watched.signals if not row[2].startswith("lever(")]


class TestSwitchesAndConsents:
    @pytest.mark.parametrize(("value", "initially"), [(True, False), (False, True)])
    def test_a_switch_is_so_from_the_day_on(self, value, initially):
        facts = {
            "calm": {"kind": "switch", "initially": initially, "stays_on": "5 days", "stays_off": "5 days"}
        }
        levers = {"a": {"happens": {"fact": "calm", "value": value, "on": day(12)}}}
        logs = play(world(levers, ["a"], facts, contributors={"land": contributor("calm")}))
        assert signal(logs, "calm")[-1] in {(12.0, float(value)), (10.0, float(value))}
        assert all(time <= 12 for time, _ in signal(logs, "calm"))

    def test_its_own_rule_still_forces(self):
        facts = {
            "calm": {"kind": "switch", "stays_on": "2 days", "forced_on_when": "dry"},
            "dry": schedule(on=3, off=5),
        }
        levers = {"a": {"happens": {"fact": "calm", "on": day(12)}}}
        logs = play(world(levers, ["a"], facts, contributors={"land": contributor("calm")}))
        assert (3.0, 1.0) in signal(logs, "calm")
        assert signal(logs, "calm")[-1] == (12.0, 1.0)

    def test_a_consent_is_given_to_the_one_contributor(self):
        levers = {"a": {"happens": {"party": "host", "contributor": "land", "on": day(9)}}}
        both = {"land": contributor(), "other": contributor()}
        logs = play(
            scenario(
                parties={"host": {"consent": {"probability": 0}}},
                contributors=both,
                levers=levers,
                pulled=["a"],
            )
        )
        assert days(logs, "land", "deployed") == [9]
        assert days(logs, "other", "deployed") == []
