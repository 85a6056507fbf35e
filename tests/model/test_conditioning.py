"""From `as_of` on chance resumes as if the past had been drawn and nothing had happened yet.

Each case plays one scenario twice: from the start, kept only where the event had not happened by `as_of`, and
with `as_of` and an empty history. What follows must have the same law. Where that law can be written down it
is compared with that too, which sees more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import scipy.stats as oracle

from sim.model.replication import Logs
from tests.model.evidence import (
    DAY,
    FALSE_ALARM,
    NEVER,
    Data,
    alike,
    copies,
    first_changes,
    first_flows,
    fit,
    play,
    scenario,
    share,
)

Z90 = float(oracle.norm.ppf(0.9))
AS_OF = "2026-02-20"
AGE = 50.0
"""Days from the start to `as_of`."""
Event = Callable[[list[Logs]], np.ndarray]


@dataclass(frozen=True)
class Case:
    """Independent copies of one process, and the day on which each has its event."""

    blocks: Data
    event: Event
    known: tuple[Data, ...] = ()
    """What history records to put the process where it is."""


def _both(case: Case, resumed: int, fresh: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of events after `as_of`, resumed and filtered."""
    staged = scenario("2030-12-31", as_of=AS_OF, history=case.known, **case.blocks)
    after = case.event(play(staged, resumed))
    drawn = case.event(play(scenario("2030-12-31", **case.blocks), fresh, seed=1))
    assert (after >= AGE).all(), "nothing happens before as_of unless it is recorded"
    return after, drawn[drawn > AGE]


def _facts(block: Data, value: float = 1.0, **others: Data) -> Case:
    facts = copies(50, block)
    return Case({"facts": {**facts, **others}}, lambda worlds: first_changes(worlds, facts, value))


def _measured(block: Data, value: float, *before: str, **others: Data) -> Case:
    """Return copies of a progress of which nothing was done when it was measured, last on `as_of`."""
    case, days = _facts(block, value, **others), (*before, AS_OF)
    known = [{"date": day, "fact": name, "value": 0} for name in copies(50, block) for day in days]
    return Case(case.blocks, case.event, tuple(known))


def _states(state: Data, source: str, target: str, *known: Data, **blocks: Any) -> Case:
    states = copies(50, state, "state")
    records = tuple({**record, "contributor": name} for name in states for record in known)
    return Case(
        {"contributors": states, **blocks},
        lambda worlds: first_flows(worlds, states, source, target),
        records,
    )


def _withdrawing(state: Data, rule: str) -> Case:
    """Return states in the theatre, each with a fact of its own for `{fall}` in the rule."""
    states = {
        name: {**state, "withdraws_when": rule.format(fall=f"fall_of_{name}"), "contingents": _men()}
        for name in copies(50, state, "state")
    }
    falls = {f"fall_of_{name}": {"kind": "milestone", "after": LOGNORMAL} for name in states}
    known = tuple({**ARRIVED, "contributor": name} for name in states)
    return Case(
        {"contributors": states, "facts": falls},
        lambda worlds: first_flows(worlds, states, "deployed", "withdrawing"),
        known,
    )


def _men(**keys: Any) -> Data:
    return {"men": {"troops": 100, "role": "infantry", **keys}}


EXPONENTIAL = {"mean": "60 days"}
LOGNORMAL = {"median": "60 days", "p90": "180 days"}
PERT = {"low": "10 days", "mode": "50 days", "high": "150 days"}
CHOICE = {"one_of": {"20 days": 2, "70 days": 1, "120 days": 1}}
DELAYS = {"exponential": EXPONENTIAL, "lognormal": LOGNORMAL, "PERT": PERT, "choice": CHOICE}
PAUSE = {"kind": "schedule", "values": {"2026-01-11": True, "2026-01-31": False, "2026-03-20": True}}
"""True from day 10 to day 30 and from day 78 on."""
HIDDEN = {"kind": "schedule", "values": {"2026-01-06": True, "2026-02-15": False}}
EDGES = {"kind": "schedule", "values": {"2026-01-31": True, "2026-02-02": False, "2026-03-20": True}}
PACES = [{"when": "pause", "times": 8}, {"when": "not pause", "times": 0.5}]
ARRIVED = {"date": "2026-01-01", "event": "arrived"}
HOST = {"probability": 0.6, "after": LOGNORMAL}

CASES = {
    **{
        f"stay on, {law}": _facts({"kind": "switch", "initially": True, "stays_on": delay}, 0.0)
        for law, delay in DELAYS.items()
    },
    "stay off": _facts({"kind": "switch", "stays_off": LOGNORMAL}),
    "stay since long before start": _facts(
        {"kind": "switch", "initially": True, "since": "2025-12-01", "stays_on": LOGNORMAL}, 0.0
    ),
    "stay at changing rates": _facts(
        {
            "kind": "switch",
            "initially": True,
            "stays_on": LOGNORMAL,
            "rate_multiplier": [{"when": "pause", "ends": 3}],
        },
        0.0,
        pause=PAUSE,
    ),
    "stay that began when a forcing ended": _facts(
        {"kind": "switch", "stays_off": PERT, "forced_off_when": "pause and before 2026-03-01"},
        pause=PAUSE,
    ),
    **{
        f"milestone, {law}": _facts({"kind": "milestone", "probability": 0.75, "after": delay})
        for law, delay in DELAYS.items()
    },
    "milestone that is certain": _facts({"kind": "milestone", "after": LOGNORMAL}),
    "milestone whose clock started later": _facts(
        {"kind": "milestone", "probability": 0.75, "after": LOGNORMAL, "when": "once pause"}, pause=PAUSE
    ),
    "milestone whose clock has not started": _facts(
        {"kind": "milestone", "probability": 0.75, "after": LOGNORMAL, "when": "after 2026-03-01"}
    ),
    "milestone at changing rates": _facts(
        {"kind": "milestone", "probability": 0.75, "after": LOGNORMAL, "rate_multiplier": PACES}, pause=PAUSE
    ),
    "milestone that could not be seen for a while": _facts(
        {"kind": "milestone", "probability": 0.75, "after": LOGNORMAL, "undone_when": "hidden"},
        hidden=HIDDEN,
    ),
    "consent": Case(
        {
            "parties": {"host": {"consent": HOST}},
            "contributors": copies(50, {"contingents": _men()}, "state"),
        },
        lambda worlds: first_changes(worlds, [f"consent(host, state{number:03})" for number in range(50)]),
    ),
    "consent asked later, at changing rates": Case(
        {
            "facts": {"pause": PAUSE},
            "parties": {"host": {"consent": {**HOST, "asked_when": "once pause", "rate_multiplier": PACES}}},
            "contributors": copies(50, {"contingents": _men()}, "state"),
        },
        lambda worlds: first_changes(worlds, [f"consent(host, state{number:03})" for number in range(50)]),
    ),
    **{
        f"progress, {law}": _measured({"kind": "progress", "duration": delay, "steps": 2}, 0.5)
        for law, delay in {"lognormal": LOGNORMAL, "PERT": PERT, "exponential": EXPONENTIAL}.items()
    },
    "progress that paused": _measured(
        {"kind": "progress", "duration": LOGNORMAL, "steps": 1, "when": "not pause"}, 1.0, pause=PAUSE
    ),
    "progress at changing rates": _measured(
        {
            "kind": "progress",
            "duration": LOGNORMAL,
            "steps": 1,
            "rate_multiplier": [{"when": "pause", "times": 0.2}],
        },
        1.0,
        pause=PAUSE,
    ),
    "progress that slipped before its first step": _measured(
        {"kind": "progress", "duration": LOGNORMAL, "steps": 1, "slips_when": "pause"},
        1.0,
        "2026-01-30",
        pause=EDGES,
    ),
    "incidents": _facts({"kind": "events", "rate": "1 per 60 days", "bursts": 1}),
    "approval": _states(
        {"approvals": [{"step": "parliament", "takes": LOGNORMAL}], "contingents": _men()},
        "deciding",
        "preparing",
    ),
    "second approval": _states(
        {
            "approvals": [{"step": "government"}, {"step": "parliament", "takes": PERT}],
            "contingents": _men(),
        },
        "deciding",
        "preparing",
        {"date": "2026-01-01", "event": "approved", "step": "government"},
    ),
    "approval that was broken off before": _states(
        {
            "commits_when": "not pause",
            "approvals": [{"step": "parliament", "takes": PERT}],
            "contingents": _men(),
        },
        "deciding",
        "preparing",
        facts={"pause": {"kind": "schedule", "values": {"2026-02-01": True, "2026-02-10": False}}},
    ),
    "approval that is broken off afterwards": _states(
        {
            "commits_when": "not pause",
            "approvals": [{"step": "parliament", "takes": LOGNORMAL}],
            "contingents": _men(),
        },
        "deciding",
        "preparing",
        facts={"pause": {"kind": "schedule", "values": {"2026-03-01": True, "2026-03-10": False}}},
    ),
    "preparation": _states({"contingents": _men(prepares_for=LOGNORMAL)}, "preparing", "ready"),
    "tour": _states(
        {"contingents": _men(tour={"every": LOGNORMAL, "relief_probability": 0})}, "deployed", "gone", ARRIVED
    ),
    "withdrawal that has not come": _withdrawing({}, "{fall}"),
}


SEEN_ALIKE = (
    "stay on, PERT",
    "stay on, choice",
    "milestone, exponential",
    "milestone, PERT",
    "progress, PERT",
    "incidents",
)
"""Cases that are long, or differ from another by their law alone: tried over many replications, with all others."""


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in CASES if name not in SEEN_ALIKE])
def test_a_run_from_as_of_is_the_unconditioned_run_in_which_nothing_had_happened(name: str) -> None:
    after, drawn = _both(CASES[name], resumed=12, fresh=32)
    assert len(drawn) > 100
    chance = alike(after, drawn)
    print(f"{name}: {len(after)} resumed, {len(drawn)} filtered, p = {chance:.3g}")
    assert chance > FALSE_ALARM


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_run_from_as_of_is_the_filtered_run_over_many_replications(name: str) -> None:
    after, drawn = _both(CASES[name], resumed=200, fresh=400)
    chance = alike(after, drawn)
    print(f"{name}: {len(after)} resumed, {len(drawn)} filtered, p = {chance:.3g}")
    assert chance > FALSE_ALARM


def _lognormal(median: float, p90: float) -> Any:
    return oracle.lognorm(s=math.log(p90 / median) / Z90, scale=median)


def test_the_unmet_mandate_of_the_design_has_059_left() -> None:
    """Probability 0.75, median 90 days, p90 240 days, still open after 94 days."""
    block = {
        "kind": "milestone",
        "probability": 0.75,
        "after": {"median": "90 days", "p90": "240 days"},
    }
    facts, law = copies(100, block), _lognormal(90, 240)
    days = first_changes(play(scenario("2125-12-31", as_of="2026-04-05", facts=facts), 50), facts)
    left = 0.75 * law.sf(94) / (1 - 0.75 * law.cdf(94))
    assert left == pytest.approx(0.59, abs=0.005)
    came = days[days < NEVER]
    assert share(len(came), len(days), float(left)) > FALSE_ALARM
    assert fit(came, lambda t: 1 - law.sf(t) / law.sf(94)) > FALSE_ALARM


def test_the_residual_of_a_stay_is_the_conditional_law() -> None:
    """The ceasefire of the shipped scenario: on since 38 days before start, median 300 days, p90 900 days."""
    block = {
        "kind": "switch",
        "initially": True,
        "since": "2025-11-24",
        "stays_on": {"median": "300 days", "p90": "900 days"},
    }
    facts, law = copies(100, block), _lognormal(300, 900)
    days = first_changes(play(scenario("2125-12-31", as_of=AS_OF, facts=facts), 50), facts, 0.0)
    assert fit(days + 38, lambda t: 1 - law.sf(t) / law.sf(38 + AGE)) > FALSE_ALARM


def test_a_recorded_change_starts_a_stay_of_its_own_age() -> None:
    facts = copies(100, {"kind": "switch", "initially": True, "stays_off": LOGNORMAL})
    history = [{"date": "2026-01-21", "fact": name, "value": False} for name in facts]
    days = first_changes(play(scenario("2125-12-31", as_of=AS_OF, facts=facts, history=history), 40), facts)
    law = _lognormal(60, 180)
    assert fit(days - 20, lambda t: 1 - law.sf(t) / law.sf(30)) > FALSE_ALARM


def test_counts_after_as_of_are_fresh_and_none_are_drawn_before() -> None:
    facts = copies(50, {"kind": "events", "rate": "2 per 10 days", "bursts": 3})
    history = [{"date": "2026-01-21", "fact": "fact000", "count": 7}]
    counts: list[float] = []
    for logs in play(scenario("2026-03-31", as_of=AS_OF, facts=facts, history=history), 40):
        early = [row for row in logs.signals if row[0] < AGE * DAY]
        assert early == [(20 * DAY, 0, "fact000", 7.0)]
        totals = dict.fromkeys(facts, 0.0)
        for _, _, fact, total in logs.signals:
            totals[fact] = total
        totals["fact000"] -= 7
        counts.extend(totals.values())
    sample = np.array(counts)
    expected = 0.2 * 40
    error = math.sqrt(expected * 5 / len(sample))
    assert abs(sample.mean() - expected) < 4.9 * error


@pytest.mark.parametrize("after", [0, "10 days", {"one_of": {"10 days": 1, "20 days": 1}}])
def test_a_certain_milestone_that_is_overdue_comes_at_as_of(after: Any) -> None:
    facts = {"sure": {"kind": "milestone", "after": after}}
    parties = {"host": {"consent": {"after": after}}}
    states = {"state": {"contingents": _men()}}
    staged = scenario("2026-12-31", as_of=AS_OF, facts=facts, parties=parties, contributors=states)
    for logs in play(staged, 3):
        assert {(row[0], row[2]) for row in logs.signals} == {
            (AGE * DAY, "sure"),
            (AGE * DAY, "consent(host, state)"),
        }


def test_with_reconsiders_a_no_is_an_answer_that_history_would_hold() -> None:
    """No answer by `as_of`: with memoryless delays all begins anew there, as if first asked on that day."""
    block = {
        "kind": "milestone",
        "probability": 0.5,
        "after": {"mean": "20 days"},
        "reconsiders": {"mean": "30 days"},
    }
    facts = copies(100, block)
    fresh = first_changes(play(scenario("2035-12-31", facts=facts), 20), facts)
    resumed = first_changes(play(scenario("2035-12-31", as_of=AS_OF, facts=facts), 20, seed=1), facts)
    assert alike(resumed - AGE, fresh) > FALSE_ALARM


def test_a_recorded_no_is_reconsidered_after_what_is_left_of_the_delay() -> None:
    block = {
        "kind": "milestone",
        "probability": 1,
        "after": 0,
        "reconsiders": LOGNORMAL,
    }
    facts = copies(100, block)
    history = [{"date": "2026-01-11", "fact": name, "refused": True} for name in facts]
    days = first_changes(play(scenario("2125-12-31", as_of=AS_OF, facts=facts, history=history), 30), facts)
    law = _lognormal(60, 180)
    assert fit(days - 10, lambda t: 1 - law.sf(t) / law.sf(40)) > FALSE_ALARM


def test_moving_as_of_without_news_keeps_what_lies_beyond_it_in_order() -> None:
    """The same variates are dealt: who was late in last week's run is late in this week's."""
    facts = copies(300, {"kind": "milestone", "after": LOGNORMAL})
    weeks = [
        first_changes(play(scenario("2125-12-31", as_of=day, facts=facts), 1), facts)
        for day in ("2026-02-20", "2026-02-27")
    ]
    assert np.array_equal(np.argsort(weeks[0]), np.argsort(weeks[1]))
    assert (weeks[1] >= weeks[0]).all()
