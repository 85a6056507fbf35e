"""An advance party and its main body, each with its own lag."""

from __future__ import annotations

from sim.durations import DAY
from sim.model.past import Past
from sim.rules.syntax import Force
from sim.testing import findings
from tests.model.tiny import contributor, day, flows, play, scenario, schedule, stages

TWO = {"share": "20%", "body_follows": "12 days"}


def test_first_boots_and_all_there_are_two_dates():
    whole = scenario(contributors={"a": contributor(prepares_for="10 days", advance=TWO)})
    logs = play(whole)
    assert flows(logs, "a", target="deployed") == [(10 * DAY, 20), (22 * DAY, 80)]
    course = Past(whole, logs).signal(Force("deployed", "a"))
    assert (course.times, course.values) == ((10 * DAY, 22 * DAY), (20, 100))
    assert findings(whole, logs) == []


def test_both_lags_are_drawn_each_by_itself():
    """The mean of the second lag is its own, whatever the first is: exponential with 12 days."""
    drawn = {"share": 0.5, "body_follows": {"mean": "12 days"}}
    whole = scenario(
        contributors={"a": contributor(prepares_for={"mean": "8 days"}, advance=drawn)}, end="2027-12-31"
    )
    rows = [flows(play(whole, number), "a", target="ready") for number in range(400)]
    first = [row[0][0] / DAY for row in rows]
    gaps = [(row[1][0] - row[0][0]) / DAY for row in rows]
    assert abs(sum(first) / 400 - 8) < 4 * 8 / 20
    assert abs(sum(gaps) / 400 - 12) < 4 * 12 / 20
    middle = sum(first) / 400
    moment = sum((a - middle) * (b - 12) for a, b in zip(first, gaps, strict=True)) / 400
    assert abs(moment) < 4 * 8 * 12 / 20


def test_what_never_comes_is_taken_from_the_main_body():
    blocks = {"a": contributor(advance=TWO, delivers=0.5), "b": contributor(advance=TWO, delivers=0.1)}
    logs = play(scenario(contributors=blocks))
    assert flows(logs, "a", target="deployed") == [(0, 20), (12 * DAY, 30)]
    assert stages(logs, "a") == {"deployed": 50, "undelivered": 50}
    assert flows(logs, "b", target="deployed") == [(0, 10)]
    assert stages(logs, "b") == {"deployed": 10, "undelivered": 90}
    nobody = play(scenario(contributors={"a": contributor(advance=TWO, never_arrives=1)}))
    assert stages(nobody, "a") == {"undelivered": 100}


def test_the_body_follows_an_advance_party_that_history_has_there():
    """129 arrived on day 20, of 850: the others are ready twelve days later, whatever was planned."""
    history = [{"date": day(20), "contributor": "a", "event": "arrived", "troops": 129}]
    body = {"share": 129 / 850, "body_follows": "12 days"}
    whole = scenario(
        as_of=day(25),
        history=history,
        contributors={"a": contributor(troops=850, prepares_for="200 days", advance=body)},
    )
    logs = play(whole)
    assert flows(logs, "a", target="deployed") == [(20 * DAY, 129), (32 * DAY, 721)]


def test_a_withdrawal_breaks_both_off_and_both_begin_again():
    whole = scenario(
        facts={"trouble": schedule(on=5, off=6)},
        contributors={"a": contributor(withdraws_when="trouble", prepares_for="10 days", advance=TWO)},
    )
    logs = play(whole)
    assert flows(logs, "a", target="deployed") == [(16 * DAY, 20), (28 * DAY, 80)]
    assert findings(whole, logs) == []


def test_one_man_is_his_own_advance_party():
    logs = play(scenario(contributors={"a": contributor(troops=1, advance=TWO)}))
    assert flows(logs, "a", target="deployed") == [(0, 1)]


def test_tables_say_both_dates(tmp_path):
    """First arrival on day 10, all there on day 22, in the table of arrivals and in the summary."""
    import json

    import sim

    blocks = {"a": contributor(prepares_for="10 days", advance=TWO)}
    text = {"scenario": "two", "start": "2026-01-01", "end": "2026-12-31", "contributors": blocks}
    path = tmp_path / "two.yaml"
    path.write_text(json.dumps(text), encoding="utf-8")
    run = sim.run(path, replications=2, out=tmp_path)
    (row,) = run.flow_in().to_dict("records")
    assert [str(row[f"{what}_median"].date()) for what in ("first", "all")] == [day(10), day(22)]
    summary = run.summary().set_index(["measure", "item"]).sort_index()["value"]
    assert summary["first_day_median_given_arrival", "a"] == 10
    assert summary["all_there_day_median_given_arrival", "a"] == 22
