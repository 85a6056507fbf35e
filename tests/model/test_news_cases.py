"""Small histories that once went wrong, each with its right value; every one stands for a kind of fault."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest

from sim.durations import DAY
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.scenario.loading import load
from tests.model.evidence import FALSE_ALARM, share

NEWS = Path(__file__).parent / "news"


def worlds(name, many=60, seed=0, **settings):
    plan = compile_plan(load(NEWS / f"{name}.yaml", settings))
    draws = Draws(seed, 0, many)
    return [replicate(plan, draws, number) for number in range(many)]


def stages(logs, who, day=math.inf):
    counts = Counter()
    for time, _, name, _, source, target, troops, _ in logs.transitions:
        if name == who and time / DAY <= day:
            counts[source] -= troops
            counts[target] += troops
    return {stage: many for stage, many in counts.items() if stage and many}


def landed(logs, who):
    return [(row[0] / DAY, row[6]) for row in logs.transitions if row[2] == who and row[5] == "deployed"]


@pytest.mark.parametrize("name", ["arrived_never", "arrived_pert"])
def test_a_recorded_arrival_happens_in_every_world_and_what_was_latent_allows_it(name):
    for logs in worlds(name):
        assert stages(logs, "a", 40)["deployed"] == 900
        assert stages(logs, "a")["deployed"] >= 900
        assert sum(stages(logs, "a").values()) >= 900


def test_a_pledge_drawn_given_what_arrived_has_the_law_above_it():
    """PERT 300, 800, 1500, known to be at least 900: the mean of the sizes is that of the law cut off there."""
    import numpy as np
    from scipy.stats import beta

    law = beta(1 + 4 * 500 / 1200, 1 + 4 * 700 / 1200, 300, 1200)
    sizes = [sum(stages(logs, "a").values()) for logs in worlds("arrived_pert", 400)]
    grid = law.ppf(np.linspace(law.cdf(899.5), 1, 4_001)[:-1])
    assert np.mean(sizes) == pytest.approx(grid.mean(), abs=4.5 * grid.std() / math.sqrt(400))


def test_records_of_as_of_come_before_that_day_s_chance():
    for logs in worlds("approved_on_asof"):
        assert landed(logs, "a") == [(25, 100)]
    for logs in worlds("withdrew_on_asof"):
        assert stages(logs, "a", 212) == {"gone": 100} == stages(logs, "a")


def test_silence_teaches_that_some_never_come():
    """0.1 / (0.1 + 0.9 S(150 d)) = 0.423; of the others, who come within 100 days: 0.31 in all."""
    played = worlds("never_arrives_asof", 1_500)
    soon = sum(bool(landed(logs, "a")) and landed(logs, "a")[0][0] <= 250 for logs in played)
    ever = sum(bool(landed(logs, "a")) for logs in worlds("never_arrives_asof", 1_500, end="2075-12-31"))
    sigma = math.log(200 / 46) / 1.2815515655446004
    outlasts = 0.5 * math.erfc(math.log(150 / 46) / sigma / math.sqrt(2))
    never = 0.1 / (0.1 + 0.9 * outlasts)
    assert never == pytest.approx(0.423, abs=0.001)
    assert share(1_500 - ever, 1_500, never) > FALSE_ALARM
    assert share(soon, 1_500, 0.31) > FALSE_ALARM


@pytest.mark.parametrize(
    ("name", "come"), [("pledge_raised", 150), ("pledge_lowered", 40), ("pledged_fewer", 600)]
)
def test_a_recorded_pledge_takes_the_place_of_the_old_one(name, come):
    for logs in worlds(name, 20):
        there = stages(logs, "a")
        assert there.get("deployed", come) == come
        assert sum(there.values()) == {"pledge_raised": 300, "pledge_lowered": 80, "pledged_fewer": 600}[name]


def test_a_recorded_withdrawal_returns():
    for logs in worlds("withdrew_returns", 5):
        assert stages(logs, "a", 179) == {"gone": 100}
        assert [(row[0] / DAY, row[7]) for row in logs.transitions if row[5] == "pledged"][-1] == (
            180,
            "returns",
        )


def test_an_offer_that_is_taken_back_is_off():
    for logs in worlds("offer_taken_back", 5):
        assert stages(logs, "a") == {"gone": 500}
        assert stages(logs, "b") == {"deployed": 500}


@pytest.mark.parametrize("name", ["edge_before_asof", "edge_before_asof_lognormal"])
def test_an_edge_long_before_as_of_was_sat_out(name):
    assert all(stages(logs, "a") == {"deployed": 100} for logs in worlds(name, 30))


def test_tours_that_came_due_before_as_of_are_over():
    for logs in worlds("tours_before_asof", 20):
        reliefs = [row[0] / DAY for row in logs.transitions if row[2] == "a" and row[7] == "relief embarks"]
        assert reliefs[0] == 544  # 29 June 2027
        sent = [row[0] / DAY for row in logs.transitions if row[2] == "b" and row[7].startswith("relief")]
        assert sent[0] == 454  # 31 March 2027: a relief embarks, or fails
        assert landed(logs, "c") == [(405, 50), (410, 50)]


def test_what_is_ready_waits_for_news_until_as_of():
    for logs in worlds("ready_before_asof", 2):
        for who in ("a", "b"):
            causes = {
                row[4] for row in logs.waits if row[2] == who and 5 * DAY <= row[0] < 151 * DAY and row[5]
            }
            assert causes == {"news"}


def test_graduates_are_there_when_history_records_them():
    for logs in worlds("police_graduated", 10):
        assert stages(logs, "pol", 70) == {"pledged": 50, "preparing": 100, "deployed": 78, "undelivered": 22}


def test_recorded_casualties_teach_the_rate():
    """A PERT of 1, 10, 60 a year for 1,000 men, and 17 in one year: the next year's mean is the posterior's."""
    import numpy as np
    from scipy.stats import beta, poisson

    rates = 1 + 59 * beta(1 + 4 * 9 / 59, 5 - 4 * 9 / 59).ppf((np.arange(4_000) + 0.5) / 4_000)
    weights = poisson.pmf(17, rates)
    mean = (rates * weights).sum() / weights.sum()
    spread = math.sqrt(mean + ((rates - mean) ** 2 * weights).sum() / weights.sum())
    counts = [
        sum(row[2] == "casualties" and 366 <= row[0] / DAY < 731 for row in logs.signals)
        for logs in worlds("casualties_recorded", 300)
    ]
    assert np.mean(counts) == pytest.approx(mean, abs=4.5 * spread / math.sqrt(300))


def test_a_measurement_of_four_weeks_ago_forecasts_what_a_fresh_one_does_four_weeks_on():
    """35 % on 15 March: the forecast is the same whether it is read on that day or on 11 April."""
    fresh, old = (
        [row[0] for logs in worlds("measured", 40, as_of=day) for row in logs.signals if row[3] == 1.0]
        for day in ("2026-03-15", "2026-04-11")
    )
    assert fresh == pytest.approx(old, abs=2)


def test_a_progress_without_records_is_not_punished():
    none, silent = (
        sum(row[3] == 1.0 for logs in worlds("unmeasured", 60, as_of=day) for row in logs.signals)
        for day in ("2026-01-01", "2026-06-01")
    )
    assert none == silent > 20


def test_what_is_not_reported_says_nothing_and_may_have_happened():
    """A mean of 30 days: after 59 most worlds have had it, unheard; with reported: true none has."""
    unheard = worlds("unreported", 200)
    days = [row[0] / DAY for logs in unheard for row in logs.signals if row[2] == "m" and row[3] == 1.0]
    early = sum(day < 59 for day in days)
    assert share(early, 200, 1 - math.exp(-59 / 30)) > FALSE_ALARM
    heard = worlds("unreported", 20, **{"facts.m.reported": "true"})
    assert not any(row[0] < 59 * DAY for logs in heard for row in logs.signals)


def test_what_is_delayed_stands_still():
    """Two fixed delays of 30 days from the start: put off on day 10 until day 60, and by 20 days."""
    for logs in worlds("delayed", 2):
        assert landed(logs, "a") == [(80, 100)]
        assert landed(logs, "b") == [(50, 100)]
        assert [(row[0] / DAY) for row in logs.signals if row[2] == "m"] == [50]


def test_a_change_of_mind_after_a_refusal():
    for logs in worlds("change_of_mind", 5):
        assert stages(logs, "a", 59)["deployed"] == 300


def test_it_pledged_again_after_it_had_gone():
    for logs in worlds("pledged_again", 5):
        assert stages(logs, "a") == {"gone": 60, "deployed": 40}


def test_who_arrives_after_a_withdrawal_had_returned():
    for logs in worlds("returned", 10):
        assert stages(logs, "a", 242) == {"gone": 100}
        assert stages(logs, "a", 243)["deployed"] == 70
        assert stages(logs, "a") == {"deployed": 100}


def test_a_later_step_that_was_given_shows_that_those_before_it_had_been():
    """Steps come in order; the president begins on 5 February and takes 40 days."""
    for logs in worlds("later_step", 10):
        assert landed(logs, "a") == [(35 + 40, 100)]


def test_a_step_that_must_have_been_given_teaches_its_chance():
    """0.1 or 0.9, and it was given: 0.9 nine times as likely; the next parliament of that mind is not asked."""
    from sim.model.rehearsal import known_numbers

    plan = compile_plan(load(NEWS / "later_step.yaml"))
    draws = Draws(0, 0, 1_000)
    known = [known_numbers(plan, draws, number) or {} for number in range(1_000)]
    stream = plan.contingents[0].approvals[0].probability.stream
    assert share(sum(each[stream] == 0.9 for each in known), 1_000, 0.9) > FALSE_ALARM


def test_graduates_beyond_the_classes_under_way_leave_those_behind_who_did_not_pass():
    """250 recruits of whom four in five pass: a record of 200 is all that there can be."""
    for logs in worlds("police_all", 5):
        assert stages(logs, "pol", 217) == {"deployed": 200, "undelivered": 50} == stages(logs, "pol")


def test_who_embarked_holds_slots_and_lands_when_the_trip_is_over():
    """600 in two ships on 1 February, trip 30 days; 200 of the first are there on the 8th, and the rest on 3 March."""
    for logs in worlds("embarked", 5):
        assert stages(logs, "a", 31) == {"moving": 600, "preparing": 400}
        assert landed(logs, "a")[:3] == [(38, 200), (61, 100), (61, 300)]
        assert stages(logs, "a", 60.9) == {"moving": 400, "deployed": 200, "ready": 400}, "no slot is free"
        assert landed(logs, "b")[0][0] >= 61 + 30
        assert stages(logs, "a")["deployed"] == 1000, "whoever embarked shows that the nation comes"


def test_a_trip_that_is_under_way_takes_longer_than_its_age():
    """A mean of 10 days has no memory: from 11 February on it takes ten more, whenever it began."""
    played = worlds("embarked", 400, **{"theatre.lift.sea.trip": "{mean: 10 days}"})
    waits = [landed(logs, "a")[1][0] - 41 for logs in played]
    assert min(waits) >= 0
    assert sum(waits) / 400 == pytest.approx(5, abs=4.5 * 5 / 20), "the first of two"


def test_a_measurement_holds_on_its_date_though_a_slip_falls_on_it():
    """40 % on 1 March, and on that very day what takes two steps of ten back becomes true."""
    slips = {"facts.funding.slips_when": "after 2026-03-01", "facts.funding.slips": "2"}
    for logs in worlds("slipping", 5, **slips):
        values = [(row[0], row[3]) for row in logs.signals if row[2] == "funding"]
        assert values[:2] == [(59 * DAY, 0.4), (59 * DAY + 1, 0.2)]


def test_who_arrived_and_withdrew_on_one_day_counts_as_withdrawn_and_is_gone(tmp_path):
    text = """\
scenario: One day
start: 2026-01-01
as_of: 2026-02-01
end: 2026-06-30
contributors:
  a: {contingents: {u: {role: infantry, troops: 300, prepares_for: {mean: 90 days}}}}
  b: {commits_when: withdrawn(a) > 0, contingents: {u: {role: infantry, troops: 10}}}
history:
  - {date: 2026-01-20, contributor: a, event: withdrew}
  - {date: 2026-01-20, contributor: a, event: arrived, troops: 300}
"""
    (tmp_path / "one-day.yaml").write_text(text)
    plan = compile_plan(load(tmp_path / "one-day.yaml"))
    for number in range(10):
        logs = replicate(plan, Draws(0, number, 1), number)
        assert landed(logs, "a") == [(19.0, 300)]
        assert stages(logs, "a") == {"gone": 300}
        assert landed(logs, "b"), "they were there, and went home"


DELAYED = {
    "milestone": (
        {"facts": {"m": {"kind": "milestone", "after": "3 days"}}},
        {"commits_when": "m"},
        {"fact": "m"},
    ),
    "switch": (
        {
            "facts": {
                "m": {"kind": "switch", "initially": False, "stays_off": {"low": "1 day", "high": "4 days"}}
            }
        },
        {"commits_when": "m"},
        {"fact": "m"},
    ),
    "consent": ({"parties": {"h": {"consent": {"after": "3 days"}}}}, {}, {"party": "h", "contributor": "a"}),
    "approval": ({}, {"approvals": [{"step": "g", "takes": "3 days"}]}, {"contributor": "a"}),
    "preparation": ({}, {}, {"contributor": "a"}),
}


@pytest.mark.parametrize("what", DELAYED)
def test_what_is_overdue_when_it_is_put_off_comes_when_the_delay_is_over(what):
    """Known to take three days, not heard of by day 4, then put off to day 34: not on `as_of`, day 20."""
    from tests.model.tiny import contributor, day, days, play, scenario

    blocks, own, subject = DELAYED[what]
    prepares = {"prepares_for": "3 days"} if what == "preparation" else {}
    whole = scenario(
        as_of=day(20),
        history=[{"date": day(4), **subject, "event": "delayed", "by": "30 days"}],
        contributors={"a": contributor(**own, **prepares)},
        **blocks,
    )
    logs = play(whole)
    assert days(logs, "a", "deployed") == [34]
    moved = "ready" if what == "preparation" else "preparing"
    assert days(logs, "a", moved) == [34]


def test_a_pledge_is_at_least_as_large_as_those_who_are_known_not_to_come():
    from tests.model.tiny import contributor, day, flows, play, scenario

    sizes = {"low": 50, "high": 150}
    record = {"date": day(10), "contributor": "a", "event": "undelivered", "troops": 100}
    whole = scenario(
        as_of=day(20), history=[record], contributors={"a": contributor(troops=sizes, prepares_for="60 days")}
    )
    for number in range(20):
        logs = play(whole, number)
        assert flows(logs, "a", target="undelivered") == [(10 * DAY, 100)]
