"""Numbers drawn once a replication know what is known by `as_of`.

By simulation: a run from `as_of` has the law of the unconditioned runs in which the same had happened by then.
By formula where there is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.model.replication import Logs
from tests.model.evidence import (
    DAY,
    FALSE_ALARM,
    NEVER,
    Data,
    alike,
    first_changes,
    first_flows,
    play,
    scenario,
    share,
)

START, AS_OF, AGE = "2026-01-01", "2026-02-20", 50.0
SOON = "2026-06-30"
Seen = Callable[[list[Logs]], np.ndarray]
"""What is looked at: an array of (replication, thing), in days or counts."""

TEMPO: Data = {"tempo": {"median": 1, "p90": 3}}
CHOICE: Data = {"tempo": {"one_of": {0.5: 1, 3: 1}}}
LOGNORMAL = {"median": "60 days", "p90": "150 days", "times": "tempo"}
EXPONENTIAL = {"mean": "60 days", "times": "tempo"}
PERT = {"low": "10 days", "mode": "60 days", "high": "150 days", "times": "tempo"}
LIKELY = {"low": 0.05, "mode": 0.5, "high": 0.95}
PAUSE = {"kind": "schedule", "values": {"2026-01-11": True, "2026-01-31": False, "2026-03-20": True}}
PACES = [{"when": "pause", "times": 4}, {"when": "not pause", "times": 0.5}]


@dataclass(frozen=True)
class Case:
    """A scenario, what is looked at, and which unconditioned worlds are those in which the same is known."""

    blocks: Data
    seen: Seen
    same: Callable[[list[Logs]], np.ndarray] | None = None
    history: tuple[Data, ...] = ()
    rare: int = 1
    """How many times as many unconditioned worlds it takes to find enough that are alike."""
    end: str = "2035-12-31"
    begun: tuple[Data, ...] = ()
    """What is known at the start, in the unconditioned worlds too."""


def facts(names: list[str], value: float = 1.0) -> Seen:
    return lambda worlds: first_changes(worlds, names, value).reshape(len(worlds), len(names))


def flows(names: list[str], source: str, target: str) -> Seen:
    return lambda worlds: first_flows(worlds, names, source, target).reshape(len(worlds), len(names))


def totals(name: str, day: float, since: float = -1.0) -> Seen:
    """The count of a fact between two days, in each world."""

    def of(logs: Logs) -> float:
        course = [(time, value) for time, _, fact, value in logs.signals if fact == name]
        before = [value for time, value in course if time <= since * DAY]
        until = [value for time, value in course if time < day * DAY]
        return (until[-1] if until else 0.0) - (before[-1] if before else 0.0)

    return lambda worlds: np.array([[of(logs)] for logs in worlds])


def after_as_of(name: str) -> Seen:
    return totals(name, 150.0, AGE)


def counted(total: int) -> Callable[[list[Logs]], np.ndarray]:
    return lambda worlds: totals("incidents", AGE, 0.0)(worlds)[:, 0] == total


def state(**keys: Any) -> Data:
    men = {name: keys.pop(name) for name in ("prepares_for", "tour") if name in keys}
    return {"contingents": {"men": {"troops": 1000, "role": "infantry", **men}}, **keys}


def milestone(**keys: Any) -> Data:
    return {"kind": "milestone", "after": LOGNORMAL, **keys}


INCIDENTS = {"kind": "events", "past": {}, "rate": {"one_of": {"1 per 100 days": 1, "1 per 10 days": 1}}}
BURSTS = {
    **INCIDENTS,
    "rate": {"one_of": {"1 per 60 days": 1, "1 per 6 days": 1}},
    "bursts": {"one_of": {1: 1, 5: 1}},
}
STEPS = {"kind": "progress", "duration": LOGNORMAL, "steps": 4}


def reached(worlds: list[Logs]) -> np.ndarray:
    """Whether the first of four steps was done by `as_of`, and no other."""
    first, second = facts(["work"], 0.25)(worlds)[:, 0], facts(["work"], 0.5)(worlds)[:, 0]
    return (first <= AGE) & (second > AGE)


def near(name: str, day: float, within: float) -> Callable[[list[Logs]], np.ndarray]:
    return lambda worlds: np.abs(facts([name])(worlds)[:, 0] - day) < within


CASES = {
    "two milestones at one tempo": Case(
        {"facts": {"a": milestone(), "b": milestone(after=PERT)}, "uncertain": TEMPO}, facts(["a", "b"])
    ),
    "a tempo of two values": Case(
        {"facts": {"a": milestone(after=EXPONENTIAL), "b": milestone()}, "uncertain": CHOICE}, facts(["a", "b"])
    ),
    "an uncertain probability": Case({"facts": {"a": milestone(probability=LIKELY, after={"mean": "30 days"})}}, facts(["a"])),
    "a probability and a tempo": Case(
        {"facts": {"a": milestone(probability=LIKELY), "b": milestone(probability=0.7)}, "uncertain": TEMPO},
        facts(["a", "b"]),
    ),
    "at changing rates, asked later": Case(
        {
            "facts": {"a": milestone(when="once pause", rate_multiplier=PACES), "b": milestone(), "pause": PAUSE},
            "uncertain": TEMPO,
        },
        facts(["a", "b"]),
    ),
    "not seen for a while": Case(
        {
            "facts": {"a": milestone(probability=LIKELY, undone_when="pause"), "b": milestone(), "pause": PAUSE},
            "uncertain": TEMPO,
        },
        facts(["a", "b"]),
    ),
    "stays of a switch": Case(
        {
            "facts": {
                "a": {"kind": "switch", "since": "2025-12-01", "stays_off": LOGNORMAL},
                "b": {"kind": "switch", "stays_off": PERT, "rate_multiplier": [{"when": "pause", "starts": 3}]},
                "pause": PAUSE,
            },
            "uncertain": TEMPO,
        },
        facts(["a", "b"]),
    ),
    "a stay that was forced": Case(
        {
            "facts": {
                "a": {"kind": "switch", "stays_off": LOGNORMAL, "forced_off_when": "pause and before 2026-03-01"},
                "b": milestone(),
                "pause": PAUSE,
            },
            "uncertain": TEMPO,
        },
        facts(["a", "b"]),
    ),
    "progress": Case(
        {"facts": {"a": {**STEPS, "steps": 1, "when": "not pause"}, "b": milestone(), "pause": PAUSE}, "uncertain": TEMPO},
        facts(["a", "b"]),
        history=({"date": AS_OF, "fact": "a", "value": 0},),
    ),
    "approval and preparation": Case(
        {
            "contributors": {
                "a": state(approvals=[{"step": "parliament", "takes": LOGNORMAL}]),
                "b": state(commits_when="not pause", approvals=[{"step": "parliament", "takes": PERT}]),
            },
            "facts": {"pause": {"kind": "schedule", "values": {"2026-02-01": True, "2026-02-10": False}}},
            "uncertain": TEMPO,
        },
        flows(["a", "b"], "deciding", "preparing"),
    ),
    "preparation": Case(
        {"contributors": {"a": state(prepares_for=LOGNORMAL), "b": state(prepares_for=PERT)}, "uncertain": TEMPO},
        flows(["a", "b"], "preparing", "ready"),
    ),
    "consents": Case(
        {
            "contributors": {"a": state(), "b": state()},
            "parties": {"host": {"consent": {"probability": LIKELY, "after": LOGNORMAL}}},
            "uncertain": TEMPO,
        },
        facts(["consent(host, a)", "consent(host, b)"]),
    ),
    "no incident": Case({"facts": {"incidents": INCIDENTS}}, after_as_of("incidents"), counted(0), end=SOON),
    "three incidents": Case(
        {"facts": {"incidents": INCIDENTS}},
        after_as_of("incidents"),
        counted(3),
        ({"date": "2026-01-15", "fact": "incidents", "count": 2}, {"date": AS_OF, "fact": "incidents", "count": 1}),
        end=SOON,
    ),
    "six incidents in clusters at changing rates": Case(
        {"facts": {"incidents": {**BURSTS, "rate_multiplier": PACES}, "pause": PAUSE}},
        after_as_of("incidents"),
        counted(6),
        ({"date": "2026-01-15", "fact": "incidents", "count": 6},),
        rare=4,
        end=SOON,
    ),
    "no casualty": Case(
        {
            "contributors": {"a": state()},
            "theatre": {"casualties": {"rate": {"one_of": {"1 per 1000 per 200 days": 1, "1 per 1000 per 20 days": 1}}}},
        },
        after_as_of("casualties"),
        lambda worlds: totals("casualties", AGE)(worlds)[:, 0] == 0,
        begun=({"date": START, "contributor": "a", "event": "arrived"},),
        end=SOON,
    ),
    "a milestone that came": Case(
        {"facts": {"a": milestone(), "b": milestone()}, "uncertain": TEMPO},
        facts(["b"]),
        near("a", 20, 2.0),
        ({"date": "2026-01-21", "fact": "a", "value": True},),
        rare=4,
    ),
    "a stay that ended": Case(
        {
            "facts": {
                "a": {"kind": "switch", "stays_off": LOGNORMAL, "rate_multiplier": [{"when": "pause", "starts": 2}]},
                "b": milestone(),
                "pause": PAUSE,
            },
            "uncertain": TEMPO,
        },
        facts(["b"]),
        near("a", 20, 2.0),
        ({"date": "2026-01-21", "fact": "a", "value": True},),
        rare=4,
    ),
    "an approval that was given": Case(
        {"contributors": {"a": state(approvals=[{"step": "parliament", "takes": LOGNORMAL}])}, "facts": {"b": milestone()}, "uncertain": TEMPO},
        facts(["b"]),
        lambda worlds: np.abs(flows(["a"], "deciding", "preparing")(worlds)[:, 0] - 20) < 2,
        ({"date": "2026-01-21", "contributor": "a", "event": "approved", "step": "parliament"},),
        rare=4,
    ),
    "a preparation that is over by then": Case(
        {"contributors": {"a": state(prepares_for=LOGNORMAL)}, "facts": {"b": milestone()}, "uncertain": TEMPO},
        facts(["b"]),
        lambda worlds: flows(["a"], "preparing", "ready")(worlds)[:, 0] <= 20,
        ({"date": "2026-01-21", "contributor": "a", "event": "arrived"},),
    ),
    "steps that are done": Case(
        {"facts": {"work": STEPS}, "uncertain": CHOICE},
        facts(["work"], 1.0),
        reached,
        ({"date": AS_OF, "fact": "work", "value": 0.25},),
    ),
}  # fmt: skip


def silent(case: Case) -> Callable[[list[Logs]], np.ndarray]:
    return case.same or (lambda worlds: np.ones(len(worlds), dtype=bool))


def compared(name: str, resumed: int, fresh: int) -> list[float]:
    """How likely the two laws would differ so much: each thing by itself, and the greatest and least of all."""
    case = CASES[name]
    after = case.seen(
        play(scenario(case.end, as_of=AS_OF, history=(*case.begun, *case.history), **case.blocks), resumed)
    )
    unconditioned = scenario(case.end, as_of=START, history=case.begun, **case.blocks)
    worlds = play(unconditioned, fresh * case.rare, seed=1)
    drawn = case.seen(worlds)
    kept = silent(case)(worlds)
    if case.seen.__qualname__.startswith(("facts", "flows")):
        kept &= (drawn > AGE).all(axis=1)
        assert (after >= AGE).all()
    assert kept.sum() >= 20, f"{kept.sum()} of {len(worlds)} worlds are alike"
    assert not kept.all(), "something must be known"
    drawn = drawn[kept]
    views = [*range(after.shape[1])]
    chances = [alike(after[:, view], drawn[:, view]) for view in views]
    if len(views) > 1:  # what they share shows in the first and the last
        chances += [alike(after.min(axis=1), drawn.min(axis=1)), alike(after.max(axis=1), drawn.max(axis=1))]
    print(f"{name}: {len(after)} resumed, {len(drawn)} filtered, p = {min(chances):.3g}")
    return chances


@pytest.mark.long
@pytest.mark.parametrize(
    "name", [name for name in CASES if name != "six incidents in clusters at changing rates"]
)
def test_what_is_known_is_taken_in(name: str) -> None:
    assert min(compared(name, resumed=120, fresh=600)) > FALSE_ALARM


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_is_known_is_taken_in_over_many_replications(name: str) -> None:
    assert min(compared(name, resumed=4_000, fresh=20_000)) > FALSE_ALARM


@pytest.mark.long
@pytest.mark.parametrize("came", [0, 3])
def test_a_tempo_of_two_values_by_bayes(came: int) -> None:
    """Delays of 60 or 180 days on average: two are open after 50 days, `came` others ended after 5."""
    early = [f"early{number}" for number in range(came)]
    blocks = {name: milestone(after=EXPONENTIAL) for name in ("a", "b", *early)}
    known = [{"date": "2026-01-06", "fact": name, "value": True} for name in early]
    tempo = {"tempo": {"one_of": {1: 1, 3: 1}}}
    staged = scenario("2125-12-31", as_of=AS_OF, facts=blocks, uncertain=tempo, history=known)
    days = facts(["a", "b"])(play(staged, 1_500))
    weights = [math.exp(-(2 * AGE + 5 * came) / mean) / mean**came for mean in (60.0, 180.0)]
    quick = weights[0] / sum(weights)
    later = quick * math.exp(-200 / 60) + (1 - quick) * math.exp(-200 / 180)
    both = quick * math.exp(-400 / 60) + (1 - quick) * math.exp(-400 / 180)
    assert share(int((days[:, 0] > 250).sum()), len(days), later) > FALSE_ALARM
    assert share(int((days > 250).all(axis=1).sum()), len(days), both) > FALSE_ALARM


def test_an_uncertain_probability_by_bayes() -> None:
    """0.05 or 0.95: of those not answered after 50 days at 30 on average, 0.5 S / (1 − 0.5 (1 − S)) still say yes."""
    blocks = {"a": milestone(probability={"one_of": {0.05: 1, 0.95: 1}}, after={"mean": "30 days"})}
    days = facts(["a"])(play(scenario("2125-12-31", as_of=AS_OF, facts=blocks), 1_500))
    open_still = math.exp(-AGE / 30)
    left = 0.5 * open_still / (1 - 0.5 * (1 - open_still))
    assert share(int((days < NEVER).sum()), len(days), left) > FALSE_ALARM


@pytest.mark.long
def test_a_rate_by_bayes() -> None:
    blocks = {"incidents": INCIDENTS}
    known = [{"date": "2026-01-15", "fact": "incidents", "count": 3}]
    counts = after_as_of("incidents")(
        play(scenario("2026-12-31", as_of=AS_OF, facts=blocks, history=known), 2_000)
    )
    weights = [math.exp(-AGE / every) * (AGE / every) ** 3 for every in (100.0, 10.0)]
    none = sum(
        weight * math.exp(-100 / every) for weight, every in zip(weights, (100.0, 10.0), strict=True)
    ) / sum(weights)
    assert share(int((counts == 0).sum()), len(counts), none) > FALSE_ALARM


def signals(worlds: list[Logs]) -> list[Any]:
    return [logs.signals for logs in worlds]


def test_where_nothing_is_known_nothing_changes() -> None:
    blocks: Data = {"facts": {"a": milestone(probability=LIKELY), "i": INCIDENTS}, "uncertain": TEMPO}
    assert signals(play(scenario(**blocks), 50)) == signals(play(scenario(as_of="2026-01-01", **blocks), 50))


def test_the_same_variate_stays_late_in_its_law() -> None:
    """More silence makes the tempo slower, in every world: a week more never makes a delay end earlier."""
    blocks: Data = {"facts": {"a": milestone()}, "uncertain": TEMPO}
    weeks = [
        facts(["a"])(play(scenario("2199-12-31", as_of=day, **blocks), 300))[:, 0]
        for day in (AS_OF, "2026-02-27")
    ]
    assert (weeks[1] >= weeks[0] - 0.1).all() and np.corrcoef(*np.log(weeks))[0, 1] > 0.99


def test_what_cannot_have_happened_teaches_nothing() -> None:
    """A PERT of at least 10 days at a tempo of at least 1, recorded after 3: `b` is as slow as the silence says."""
    tempo = {"tempo": {"low": 1, "mode": 1.5, "high": 3}}
    late = {"b": milestone(), "a": milestone(after=PERT)}
    known = [{"date": "2026-01-04", "fact": "a", "value": True}]
    alone = facts(["b"])(play(scenario(as_of=AS_OF, uncertain=tempo, facts={"b": milestone()}), 40))
    with_it = facts(["b"])(play(scenario(as_of=AS_OF, uncertain=tempo, facts=late, history=known), 40))
    assert np.array_equal(alone, with_it)


def test_of_measurements_that_contradict_each_other_the_later_counts() -> None:
    """A step in 10 days, then none in 40: two steps take at least 50 days, whatever the first says."""
    known = [{"date": day, "fact": "work", "value": 0.25} for day in ("2026-01-11", AS_OF)]
    work = {"work": {"kind": "progress", "steps": 4, "duration": {"median": "90 days", "p90": "300 days"}}}
    worlds = play(scenario("2125-12-31", as_of=AS_OF, facts=work, history=known), 200)
    second, last = facts(["work"], 0.5)(worlds), facts(["work"], 1.0)(worlds)
    assert (second >= AGE).all() and second.min() < AGE + 5
    assert np.allclose(last, 2 * second, atol=0.01)


def test_what_is_kept_of_rehearsals_changes_no_replication(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has troops, who comes and who decides before `as_of` differ by replication; each learns its own."""
    few = {"one_of": {0: 1, 1: 1, 400: 2}}
    kept: Data = {"never_arrives": 0.4, "delivers": {"one_of": {0.2: 1, 0.9: 1}}, "prepares_for": LOGNORMAL}
    contributors = {
        "a": {"contingents": {"men": {"troops": few, "role": "infantry", **kept}}},
        "b": {
            "contingents": {"men": {"troops": few, "role": "infantry", **kept}},
            "commits_when": "after 2026-01-20",
        },
        "c": {
            "approvals": [{"step": "parliament", "takes": LOGNORMAL, "probability": LIKELY}],
            "contingents": {"men": {"troops": few, "role": "infantry", **kept}},
        },
        "d": {
            "contingents": {"men": {"troops": few, "role": "infantry", **kept}},
            "commits_when": "committed(c) > 0",
        },
    }
    facts = {"m": milestone(probability=LIKELY)}
    plain = {name: block for name, block in contributors.items() if name != "d"}
    for owners in (plain, contributors):
        staged = scenario("2026-12-31", as_of=AS_OF, facts=facts, contributors=owners, uncertain=TEMPO)
        together = [logs.transitions for logs in play(staged, 150)]
        with monkeypatch.context() as alone:
            alone.setattr("sim.model.questions.MOST_KEPT", 0)
            assert [logs.transitions for logs in play(staged, 150)] == together
