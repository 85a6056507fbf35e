"""The mission as a whole: the authorised ceiling, and its end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.durations import DAY
from sim.testing import findings
from tests.model.tiny import contributor, day, flows, play, scenario, schedule, stages, waiting


def _level(logs, time=None):
    """Return how many are there, of all, at an instant (included)."""
    return sum(
        row[6] * ((row[5] == "deployed") - (row[4] == "deployed"))
        for row in logs.transitions
        if time is None or row[0] <= time
    )


class TestCeiling:
    def test_the_first_in_turn_fills_it_to_the_last_man(self):
        whole = scenario(
            authorised=250,
            contributors={
                "a": contributor(troops=100),
                "b": contributor(troops=100),
                "c": contributor(troops=100),
            },
        )
        logs = play(whole)
        assert [flows(logs, who, target="deployed") for who in "abc"] == [[(0, 100)], [(0, 100)], [(0, 50)]]
        assert waiting(logs, "c", 30 * DAY) == {"authorised": 50}
        assert findings(whole, logs) == []

    def test_by_force_each_has_its_own(self):
        whole = scenario(
            authorised={"military": 120, "any": 150},
            contributors={
                "a": contributor(troops=200),
                "p": contributor(troops=80, force="police", role="police"),
            },
        )
        logs = play(whole)
        assert flows(logs, "a", target="deployed") == [(0, 120)]
        assert flows(logs, "p", target="deployed") == [(0, 30)]
        assert waiting(logs, "a", 1 * DAY) == {"authorised": 80}

    def test_who_goes_home_leaves_room_when_he_is_gone(self):
        whole = scenario(
            facts={"trouble": schedule(on=10)},
            authorised=100,
            contributors={
                "a": contributor(withdraws_when="trouble", exit="5 days", priority=0),
                "b": contributor(priority=1, troops=60),
            },
        )
        logs = play(whole)
        assert flows(logs, "b", target="deployed") == [(15 * DAY, 60)]
        assert waiting(logs, "b", 12 * DAY) == {"authorised": 60}

    def test_serials_under_way_take_up_room(self):
        lift = {"air": {"slots": 5, "load": 40, "trip": "3 days"}}
        whole = scenario(
            authorised=100, theatre={"lift": lift}, contributors={"a": contributor(troops=500, lift="air")}
        )
        logs = play(whole)
        assert flows(logs, "a", target="moving") == [(0, 20), (0, 40), (0, 40)]
        assert waiting(logs, "a", 1 * DAY) == {"authorised": 400, "moving": 100}

    def test_a_relief_in_place_counts_once(self):
        tour = {"every": "20 days", "relief_probability": 1}
        whole = scenario(authorised=100, contributors={"a": contributor(troops=100, tour=tour)})
        logs = play(whole)
        reliefs = [row[0] / DAY for row in logs.transitions if row[7] == "relief received"]
        assert reliefs == [20, 40, 60, 80]
        assert _level(logs) == 100

    def test_graduates_take_up_service_as_it_allows(self):
        whole = scenario(
            facts={"trouble": schedule(on=60)},
            authorised={"any": 100},
            contributors={
                "a": contributor(troops=50, withdraws_when="trouble"),
                "t": contributor(troops=10, role="trainers", force="training"),
            },
            trained_forces={
                "police": {
                    "force": "police",
                    "trained_by": "trainers",
                    "trainees_per_trainer": 10,
                    "course": "30 days",
                    "recruits": 70,
                }
            },
        )
        logs = play(whole)
        assert flows(logs, "police", target="ready") == [(30 * DAY, 70)]
        assert flows(logs, "police", target="deployed") == [(30 * DAY, 40), (60 * DAY, 30)]
        assert waiting(logs, "police", 31 * DAY) == {"authorised": 30}
        assert findings(whole, logs) == []

    def test_a_record_of_more_than_the_ceiling_is_true_and_nobody_follows(self):
        history = [{"date": day(5), "contributor": "a", "event": "arrived", "troops": 100}]
        whole = scenario(
            authorised=60,
            as_of=day(5),
            history=history,
            contributors={"a": contributor(troops=100), "b": contributor()},
        )
        logs = play(whole)
        assert stages(logs, "a") == {"deployed": 100}
        assert waiting(logs, "b", 30 * DAY) == {"authorised": 100}

    def test_without_a_ceiling_no_byte_changes(self):
        blocks = {"a": contributor(troops=200), "b": contributor("deployed(a) >= 100")}
        lift = {"air": {"slots": 1, "load": 70, "trip": "3 days"}}
        plain = play(scenario(contributors=blocks, theatre={"lift": lift}))
        ample = play(scenario(contributors=blocks, theatre={"lift": lift}, authorised={"any": 10_000}))
        assert plain.transitions == ample.transitions and plain.waits == ample.waits


MANDATE = {"mandate_ends": schedule(on=40)}


class TestEnd:
    def test_all_leave_without_notice_and_are_gone_after_their_exit(self):
        whole = scenario(
            facts=MANDATE,
            ends_when="mandate_ends",
            contributors={
                "a": contributor(notice="30 days", exit="7 days", returns={"after": "1 day"}),
                "b": contributor(exit="20 days"),
                "late": contributor(prepares_for="50 days"),
            },
        )
        logs = play(whole)
        assert flows(logs, "a", "deployed", "withdrawing") == [(40 * DAY, 100)]
        assert flows(logs, "a", target="gone") == [(47 * DAY, 100)]
        assert flows(logs, "b", target="gone") == [(60 * DAY, 100)]
        assert flows(logs, "late", target="moving") == []
        assert waiting(logs, "late", 41 * DAY) == {"mission over": 100}
        assert stages(logs, "a") == {"gone": 100}
        assert findings(whole, logs) == []

    def test_it_stays_over_when_the_rule_is_false_again(self):
        whole = scenario(
            facts={"stop": schedule(on=10, off=12)},
            ends_when="stop",
            contributors={"a": contributor(), "b": contributor("not stop", prepares_for="20 days")},
        )
        logs = play(whole)
        assert stages(logs, "a") == {"gone": 100}
        assert stages(logs, "b") == {"pledged": 100}

    def test_who_is_on_the_way_lands_and_leaves(self):
        lift = {"sea": {"slots": 1, "load": 100, "trip": "15 days"}}
        whole = scenario(
            facts=MANDATE,
            ends_when="mandate_ends",
            theatre={"lift": lift},
            contributors={"a": contributor(lift="sea", prepares_for="30 days", exit="5 days")},
        )
        logs = play(whole)
        assert flows(logs, "a", target="deployed") == [(45 * DAY, 100)]
        assert flows(logs, "a", target="gone") == [(50 * DAY, 100)]
        assert findings(whole, logs) == []

    def test_a_notice_that_runs_is_cut_short(self):
        whole = scenario(
            facts={"trouble": schedule(on=35), **MANDATE},
            ends_when="mandate_ends",
            contributors={"a": contributor(withdraws_when="trouble", notice="30 days", exit="5 days")},
        )
        logs = play(whole)
        assert flows(logs, "a", target="withdrawing") == [(40 * DAY, 100)]
        assert findings(whole, logs) == []

    def test_police_trained_there_stay_and_no_further_class_begins(self):
        whole = scenario(
            facts={"stop": schedule(on=35)},
            ends_when="stop",
            contributors={"t": contributor(troops=1, role="trainers", force="training")},
            trained_forces={
                "police": {
                    "force": "police",
                    "trained_by": "trainers",
                    "trainees_per_trainer": 10,
                    "course": "30 days",
                    "recruits": 70,
                }
            },
        )
        logs = play(whole)
        assert stages(logs, "police") == {"deployed": 20, "pledged": 50}
        assert waiting(logs, "police", 70 * DAY) == {"mission over": 50}

    def test_one_that_is_over_before_as_of_is_being_left(self):
        """The end on day 40 and an exit of 60 days: on day 80, 20 of them are left."""
        whole = scenario(
            facts={"stop": {"kind": "milestone", "probability": 0.5, "after": "200 days"}},
            ends_when="stop",
            as_of=day(80),
            end="2026-12-31",
            history=[
                {"date": day(5), "contributor": "a", "event": "arrived"},
                {"date": day(40), "fact": "stop", "value": True},
            ],
            contributors={"a": contributor(exit="60 days"), "b": contributor(exit="5 days")},
        )
        logs = play(whole)
        assert flows(logs, "a", target="gone") == [(100 * DAY, 100)]

    @given(st.integers(0, 60), st.integers(0, 20), st.integers(1, 5), st.integers(0, 30))
    @settings(max_examples=25, deadline=None)
    def test_everybody_is_gone_after_the_end_and_the_exit(self, ends, trip, slots, leaves):
        lift = {"air": {"slots": slots, "load": 30, "trip": f"{trip} days"}}
        whole = scenario(
            facts={"stop": schedule(on=ends)},
            ends_when="stop",
            theatre={"lift": lift},
            contributors={
                "a": contributor(troops=200, lift="air", exit=f"{leaves} days"),
                "b": contributor("deployed(a) > 100", notice="9 days", exit=f"{leaves} days"),
            },
            end="2026-12-31",
        )
        logs = play(whole)
        assert findings(whole, logs) == []
        last = [row[0] for row in logs.transitions if row[5] in ("gone", "moving", "deployed")]
        assert max(last, default=0) <= (ends + trip + leaves) * DAY + 1
        assert _level(logs) == 0


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("authorised: {militry: 5}", "there is no force 'militry'; did you mean military?"),
        ("authorised: 1.200", "without a separator: 1200"),
        ("authorised: -5", "at least 0"),
        ("authorised: 20%", "is a share"),
        ("ends_when: congress", "there is no fact or definition 'congress'"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(tmp_path, block, message):
    from tests.scenario.samples import SMALL, faults_of

    (fault,) = faults_of(tmp_path, SMALL + block + "\n")
    assert message in fault.message
    assert fault.line == SMALL.count("\n") + 1
