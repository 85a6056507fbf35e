"""Replications share a rehearsal as long as chance answers alike to what it asks, and learn what their own would."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sim.model import rehearsal
from sim.model.chance import Dealer
from sim.model.questions import Recollection
from sim.model.rehearsal import known_numbers, rehearse
from sim.model.world import World
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.plan.tables import Plan
from sim.scenario.loading import load_resolved
from sim.scenario.scenario import Scenario
from tests.model import own_news
from tests.model.evidence import Data, scenario
from tests.model.test_records_hold import of_own_news

SCENARIOS = Path(__file__).parents[2] / "scenarios"


class Hearing(World):
    """A world of which the known time is played as any other: it hears all, and passes over nothing."""

    def __init__(self, plan: Plan, draws: Draws, number: int, numbers: Any = None, asked: Any = None) -> None:
        assert asked is not None
        super().__init__(plan, draws, number, numbers)


def shared_and_own(plan: Plan, count: int, weighs: bool = False) -> int:
    """See that what is shared is what each replication's own known time says; return how many were rehearsed."""
    shared, draws = rehearsal._Rehearsals(plan, weighs), Draws(7, 0, count)
    played = 0

    def counted(*arguments: Any, **keys: Any) -> Any:
        nonlocal played
        played += 1
        return rehearse(*arguments, **keys)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsal, "rehearse", counted)
        found = [shared.known(draws, number) for number in range(count)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsal, "World", Hearing)
        for number, known in enumerate(found):
            assert known == rehearse(plan, draws, number, shared.delivered(draws, number), weighs)[0], number
    return played


SLOW = {"median": "60 days", "p90": "150 days", "times": "tempo"}


def state(**keys: Any) -> Data:
    men = {name: keys.pop(name) for name in ("troops", "tour", "advance", "casualties") if name in keys}
    body = {
        "troops": 1000,
        "role": "infantry",
        "prepares_for": SLOW,
        **men,
    }
    return {"contingents": {"men": body}, **keys}


TEMPO = {"tempo": {"median": 1, "p90": 3}}
SOON = {"low": "10 days", "mode": "20 days", "high": "90 days", "times": "tempo"}
SIZE = {"low": 200, "mode": 500, "high": 900}
LIKELY = {"low": 0.1, "mode": 0.5, "high": 0.9}
READ = {"commits_when": "work >= 50%", "approvals": [{"step": "vote", "takes": SLOW, "probability": LIKELY}]}
CALM = {"kind": "switch", "initially": True, "stays_on": SOON, "stays_off": SOON, "reported": False}


def came(event: str, day: str = "2026-02-01", who: str = "a", **keys: Any) -> Data:
    return {"date": day, "contributor": who, "contingent": "men", "event": event, **keys}


def staged(contributors: Data, history: tuple[Data, ...] = (), **blocks: Any) -> Plan:
    keys = {"uncertain": TEMPO, "as_of": "2026-04-01", "end": "2026-12-31", **blocks}
    whole = scenario(contributors=contributors, history=list(history), **keys)
    assert isinstance(whole, Scenario)
    return compile_plan(whole)


PROGRESS = {"kind": "progress", "duration": SLOW, "steps": 4}
CASES: dict[str, tuple[Callable[[], Plan], int]] = {
    "nothing but delays that run": (partial(staged, {"a": state(approvals=[{"step": "vote", "takes": SLOW, "probability": LIKELY}])}), 1),
    "a pledge of a drawn size that is recorded": (partial(staged, {"a": state(troops=SIZE, commits_when="after 2026-06-30")}, (came("pledged", troops=300),)), 1),
    "a part of it came": (partial(staged, {"a": state(troops=SIZE, delivers=LIKELY)}, (came("ready", troops=100),)), 40),
    "so many came that it may be all": (
        partial(staged, {"a": state(troops={"one_of": {100: 1, 200: 1}})}, (came("ready", troops=100),)),
        2,
    ),
    "a rule counts it": (
        partial(staged,
            {"a": state(troops=SIZE), "b": state(commits_when="committed(a) >= 500", approvals=[{"step": "vote", "takes": SLOW}])},
            (came("approved"),),
        ),
        40,
    ),
    "all who come came": (partial(staged, {"a": state(delivers=LIKELY, never_arrives=LIKELY)}, (came("arrived"),)), 40),
    "an advance party": (partial(staged, {"a": state(advance={"share": LIKELY, "body_follows": SLOW})}, (came("approved"),)), 40),
    "a progress that no rule reads": (partial(staged, {"a": state()}, facts={"work": PROGRESS}), 1),
    "a progress of which the half matters": (partial(staged, {"a": state(**READ)}, facts={"work": PROGRESS}), 39),
    "whose speed changes": (
        partial(staged,
            {"a": state(**READ)},
            facts={"work": {**PROGRESS, "rate_multiplier": [{"when": "late", "times": 0.5}]}, "late": {"kind": "schedule", "values": {"2026-02-10": True}}},
        ),
        40,
    ),
    "which falls back": (
        partial(staged,
            {"a": state(**READ)},
            facts={"work": {**PROGRESS, "slips_when": "late", "slips": 1}, "late": {"kind": "schedule", "values": {"2026-02-10": True}}},
        ),
        40,
    ),
    "a switch that nobody reports": (partial(staged, {"a": state(commits_when="calm", approvals=[{"step": "vote", "takes": SLOW}])}, facts={"calm": CALM}), 40),
    "incidents that nobody reports": (
        partial(staged,
            {"a": state(commits_when="shots in last 20 days <= 2", approvals=[{"step": "vote", "takes": SLOW}])},
            facts={"shots": {"kind": "events", "rate": "1 per 10 days", "bursts": 2, "reported": False}},
        ),
        40,
    ),
    "a state that reports nothing": (partial(staged, {"a": state(reported=False), "b": state(commits_when="deployed(a) > 0", approvals=[{"step": "vote", "takes": SLOW}])}), 40),
    "a tour": (partial(staged, {"a": state(tour={"every": SOON, "relief_probability": LIKELY})}, (came("arrived", "2026-01-10", troops=1000),)), 40),
    "a withdrawal": (
        partial(staged,
            {"a": state(withdraws_when="once late", notice=SOON, exit=SOON)},
            (came("arrived", "2026-01-10", troops=1000),),
            facts={"late": {"kind": "schedule", "values": {"2026-02-10": True}}},
        ),
        9,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_shared_is_what_each_would_find(name: str) -> None:
    make, most = CASES[name]
    plan = make()
    assert shared_and_own(plan, 40) <= most
    assert shared_and_own(plan, 8, weighs=True) <= most


def with_more(chance: random.Random) -> Data:
    """Return a scenario of `own_news` with what that leaves out, some of it: it is asked of chance, too."""
    data = SCENARIO(chance)
    a, b, c, t = (data["contributors"][name] for name in "abct")
    theatre, facts = data["theatre"], data["facts"]

    def maybe(block: Data, key: str, *choices: Any) -> None:
        if chance.random() < 0.5:
            block[key] = chance.choice(choices)

    maybe(a["contingents"]["v"], "advance", {"share": LIKELY, "body_follows": SLOW})
    maybe(
        b,
        "commits_when",
        {"one_of": {"calm for 10 days": 2, "calm": 1}},
        "goodwill >= 0.3 or calm for 20 days",
    )
    maybe(c["contingents"]["u"], "troops", {"low": 200, "mode": 400, "high": 700})
    maybe(t, "commits_when", "committed(c) >= 300 or once not calm")
    maybe(theatre, "reception", "30 per day")
    maybe(theatre, "beds", {"at_start": 700, "grows": [{"when": "funding >= 40%", "to": 2000}]})
    maybe(data, "ends_when", "casualties >= 2", "incidents >= 25", "not calm for 25 days")
    maybe(data, "authorised", 900, 1500)
    maybe(data["trained_forces"]["police"], "recruits", {"low": 100, "mode": 200, "high": 400})
    some = {"men": {"troops": {"one_of": {0: 1, 50: 1}}, "role": "infantry"}}
    others = {"at_most": 2, "every": SLOW, "consents": {"host": "not_needed"}, "contingents": some}
    maybe(data, "unnamed", others, {**others, "reported": False})
    for block in (data["parties"]["host"], facts["calm"], facts["incidents"]):
        maybe(block, "reported", False)
    if chance.random() < 0.3:
        del facts["incidents"]["past"]
    data["uncertain"]["goodwill"] = {"low": 0.1, "mode": 0.3, "high": 0.6}
    return data


SCENARIO = own_news.scenario


def shared_with_more(patch: pytest.MonkeyPatch, number: int, count: int) -> None:
    patch.setattr(own_news, "scenario", with_more)
    plan = compile_plan(of_own_news(number))
    shared_and_own(plan, count)
    shared_and_own(plan, 2, weighs=True)


@pytest.mark.parametrize("number", range(7))
def test_so_it_is_in_worlds_with_news_of_their_own(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shared_with_more(monkeypatch, number, 4)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(100, 200))
def test_so_it_is_in_many_worlds(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shared_with_more(monkeypatch, number, 12)


@pytest.mark.parametrize("name", ["isf-2025-11-19", "isf-2026-02-19", "coalition-2026-04-11"])
def test_the_shipped_scenarios_need_few_rehearsals(name: str) -> None:
    plan = compile_plan(load_resolved(SCENARIOS / f"{name}.yaml", ()).scenario)
    assert shared_and_own(plan, 12) <= 3  # one for each reading


def test_what_is_kept_is_found_by_the_answers() -> None:
    plan, draws = CASES["nothing but delays that run"][0](), Draws(1, 0, 3)
    chances = [Dealer(plan, draws, number) for number in range(3)]
    place = {id(chance): number for number, chance in enumerate(chances)}

    def even(chance: Dealer) -> bool:
        return place[id(chance)] % 2 == 0

    def which(chance: Dealer) -> int:
        return place[id(chance)]

    kept = Recollection[str]()
    assert kept.find(chances[0]) is None
    kept.keep([(even, True), (which, 0)], "first")
    assert [kept.find(chance) for chance in chances] == ["first", None, None]
    kept.keep([(even, False)], "second")
    assert [kept.find(chance) for chance in chances] == ["first", "second", None]


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = CASES["a switch that nobody reports"][0]()
    draws = Draws(1, 0, 6)
    free = [known_numbers(plan, draws, number) for number in range(6)]
    monkeypatch.setattr("sim.model.questions.MOST_KEPT", 2)
    other = compile_plan(load_resolved(SCENARIOS / "tutorial.yaml", ()).scenario)
    known_numbers(other, draws, 0)
    rehearsal._rehearsals.cache_clear()
    assert [known_numbers(plan, draws, number) for number in range(6)] == free
