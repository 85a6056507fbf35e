"""A replication's logs read as a history, against the one that the testing kit rebuilds on its own."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.durations import Duration
from sim.model.past import Past
from sim.plan.compilation import compile_plan
from sim.rules.syntax import Casualties, Force, Recent, Value
from sim.testing import pasts
from sim.testing.scenarios import scenarios
from tests.model.tiny import contributor, day, play, scenario, schedule


@pytest.mark.long
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenarios(), st.data())
def test_every_signal_is_as_the_kit_rebuilds_it(whole, data):
    logs = play(whole)
    mine, kits = Past(whole, logs), pasts.Past(whole, logs)
    forces = [Force(measure) for measure in ("deployed", "committed", "withdrawn")]
    forces += [Force("deployed", contributor=name) for name in whole.contributors]
    signals = [*compile_plan(whole).network.signals, *forces]
    for signal in signals:
        theirs = kits.settled.signal(signal)
        own = mine.signal(signal)
        for time in {*theirs.times, *own.times, -(10**9), 0}:
            assert own.at(time) == theirs.at(time), (str(signal), time)
    rows = sorted({row[:2] for row in (*logs.transitions, *logs.signals)})
    if rows:
        time, step = data.draw(st.sampled_from(rows))
        view = kits.in_round(time, step - 1)
        for signal in signals:
            assert mine.before(time, step).signal(signal).at(time) == view.signal(signal).at(time)


def test_a_schedule_that_is_not_logged_is_read_from_the_scenario():
    whole = scenario(
        facts={"campaign": {**schedule(on=3, off=9), "log": False}},
        contributors={"a": contributor("campaign")},
    )
    course = Past(whole, play(whole)).signal(Value("campaign"))
    assert (course.initial, course.times, course.values) == (0.0, (3 * 86_400, 9 * 86_400), (1.0, 0.0))


def test_another_fact_that_is_not_logged_is_an_error_with_its_remedy():
    whole = scenario(
        facts={"quiet": {"kind": "milestone", "log": False}}, contributors={"a": contributor("quiet")}
    )
    with pytest.raises(ValueError, match=r"facts\.quiet is not in the logs.*log: true"):
        Past(whole, play(whole)).signal(Value("quiet"))
    with pytest.raises(ValueError, match="no course of its own"):
        Past(whole, play(whole)).signal(Recent(Casualties(), Duration("3", "day")))


def test_a_broken_statement_tells_what_it_read():
    whole = scenario(
        facts={"truce": schedule(on=2, off=30)},
        contributors={"a": contributor("truce", troops=70)},
        never=["deployed(a) > 0 and not truce"],
    )
    logs = play(whole)
    assert [(time, text) for time, _, text in logs.violations] == [
        (30 * 86_400, "never: deployed(a) > 0 and not truce")
    ]
    assert logs.circumstances == {"never: deployed(a) > 0 and not truce": "deployed(a) = 70, truce = 0"}
    assert day(30) == "2026-01-31"
