"""Equal scenarios give equal plans, a plan holds what they mean, and each stream has its own name."""

from __future__ import annotations

import dataclasses
import pickle
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from sim.durations import DAY
from sim.errors import EndlessInstantError
from sim.model.replication import replicate
from sim.plan.compilation import compile_plan
from sim.plan.randomness import Draws
from sim.plan.tables import EventsPlan, FactPlan, Plan
from sim.rules import parse
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from sim.testing.scenarios import scenario_data

COMPLETE = Path(__file__).parents[1] / "scenario" / "complete.yaml"
STREAM_FIELDS = ("stream", "outcome", "arrivals", "sizes", "arrival_outcome")
Data = dict[str, Any]


def _scenario(**blocks: Any) -> Scenario:
    return Scenario.model_validate(
        {"scenario": "staged", "start": "2026-01-01", "end": "2026-12-31", **blocks}
    )


def _shuffled(value: Any, random: Random) -> Any:
    """Return the same data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: _shuffled(value[key], random) for key in keys}
    return [_shuffled(item, random) for item in value] if isinstance(value, list) else value


@settings(max_examples=25)
@given(scenario_data(), st.randoms(use_true_random=False))
def test_the_order_of_a_file_changes_nothing(data: Data, random: Random) -> None:
    plan = compile_plan(Scenario.model_validate(data))
    again = compile_plan(Scenario.model_validate(_shuffled(data, random)))
    assert again == plan
    assert pickle.dumps(again) == pickle.dumps(plan), "so that workers get the same bytes"


def test_the_order_of_the_complete_file_changes_nothing(tmp_path: Path) -> None:
    plan = compile_plan(load(COMPLETE))
    data = yaml.safe_load(COMPLETE.read_text(encoding="utf-8"))
    for seed in range(5):
        file = tmp_path / f"{seed}.yaml"
        file.write_text(yaml.safe_dump(_shuffled(data, Random(seed)), sort_keys=False), encoding="utf-8")
        assert compile_plan(load(file)) == plan


@settings(max_examples=15)
@given(scenario_data())
def test_a_plan_survives_pickling_and_plays_the_same(data: Data) -> None:
    plan = compile_plan(Scenario.model_validate(data))
    copy = pickle.loads(pickle.dumps(plan))
    assert copy == plan
    try:
        logs = replicate(plan, Draws(1, 0, 2), 1)
    except EndlessInstantError:
        reject()
    assert replicate(copy, Draws(1, 0, 2), 1) == logs
    assert pickle.loads(pickle.dumps(plan)) == plan, "playing leaves nothing behind that matters"


def test_a_plan_is_frozen() -> None:
    plan = compile_plan(_scenario())
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.ends = 0  # type: ignore[misc]


SHARED = r"contributor\.\w+\.(approval\.\w+\.\w+|delivers|never_arrives|arrives)$|consent\.\w+\.probability$"


def _streams(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name of each stream and what it is for."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            if field.name in STREAM_FIELDS:
                yield inner, (type(value).__name__, field.name, getattr(value, "law", None))
            else:
                yield from _streams(inner)
    elif isinstance(value, tuple):
        for item in value:
            yield from _streams(item)


def _plan_streams(plan: Plan) -> list[tuple[str, Any]]:
    parts = (plan.uncertain, plan.facts, plan.contributors, plan.contingents, plan.training, plan.reception)
    return [found for part in parts for found in _streams(part)]


@settings(max_examples=25)
@given(scenario_data())
def test_each_stream_has_a_name_of_its_own(data: Data) -> None:
    _assert_own_names(compile_plan(Scenario.model_validate(data)))


def test_each_stream_of_the_complete_file_has_a_name_of_its_own() -> None:
    plan = compile_plan(load(COMPLETE))
    _assert_own_names(plan)
    names = {name for name, _ in _plan_streams(plan)}
    assert {
        "facts.ceasefire.stays_on",
        "facts.violations.arrivals",
        "facts.violations.sizes",
        "facts.demilitarised.duration",
        "facts.mandate_clear.outcome",
        "consent.israel.turkey.outcome",
        "contributor.indonesia.approval.parliament.takes",
        "contributor.indonesia.infantry.tour.every",
        "contributor.indonesia.notice",
        "contributor.turkey.brigade.trip",
        "trained_forces.vetted_police.course",
        "uncertain.tempo",
        "theatre.reception",
    } <= names


def _assert_own_names(plan: Plan) -> None:
    streams = Counter(_plan_streams(plan))
    names = Counter(name for name, _ in streams)
    assert [name for name, count in names.items() if count > 1] == []
    shared = {name for (name, _), count in streams.items() if count > 1} - {"theatre.casualties.rate"}
    assert all(re.match(SHARED, name) for name in shared), "what contingents share is their nation's"


def test_another_contributor_renames_no_stream() -> None:
    body = {"contingents": {"men": {"troops": 100, "role": "infantry"}}}
    few = _plan_streams(compile_plan(_scenario(contributors={"m": body, "z": body})))
    many = _plan_streams(compile_plan(_scenario(contributors={"a": body, "m": body, "n": body, "z": body})))
    assert set(few) < set(many)


def _events(plan: Plan, name: str = "incidents") -> EventsPlan:
    found: FactPlan = next(fact for fact in plan.facts if fact.name == name)
    assert isinstance(found, EventsPlan)
    return found


INCIDENTS = {"kind": "events", "rate": "1 per day"}
STATE = {"contingents": {"men": {"troops": 100, "role": "infantry"}}}


@pytest.mark.parametrize(
    ("days", "blocks"),
    [
        (0, {}),
        (0, {"definitions": {"unused": "incidents in last 30 days > 5"}}),
        (30, {"contributors": {"a": {**STATE, "commits_when": "incidents in last 30 days <= 5"}}}),
        (
            44,
            {"contributors": {"a": {**STATE, "withdraws_when": "incidents in last 14 days > 5 for 30 days"}}},
        ),
        (
            37,
            {
                "definitions": {"calm": "incidents in last 30 days <= 5"},
                "contributors": {"a": {**STATE, "commits_when": "not (calm within 1 week)"}},
            },
        ),
        (20, {"facts": {"a": {"kind": "milestone", "when": "incidents in last 20 days > 5"}}}),
        (20, {"facts": {"z": {"kind": "switch", "forced_on_when": "incidents in last 20 days > 5"}}}),
        (
            25,
            {
                "facts": {
                    "zz": {
                        **INCIDENTS,
                        "rate_multiplier": [{"when": "incidents in last 25 days > 5", "times": 2}],
                    }
                }
            },
        ),
        (
            60,
            {
                "contributors": {"a": STATE},
                "parties": {"host": {"consent": {"revoked_when": "incidents in last 60 days > 5"}}},
            },
        ),
        (
            70,
            {
                "contributors": {
                    "a": {**STATE, "consents": {"host": {"asked_when": "incidents in last 70 days > 5"}}}
                },
                "parties": {"host": {}},
            },
        ),
        (
            50,
            {
                "theatre": {
                    "beds": {"at_start": 5, "grows": [{"when": "incidents in last 50 days == 0", "to": 9}]}
                }
            },
        ),
        (80, {"never": ["incidents in last 80 days > 1000"]}),
        (
            90,
            {"targets": {"t": {"troops": 1, "by": "2026-06-30", "when": "incidents in last 90 days < 5"}}},
        ),
    ],
)
def test_incidents_run_before_start_for_the_longest_window_that_reads_them(days: int, blocks: Data) -> None:
    facts = {"incidents": INCIDENTS, **blocks.get("facts", {})}
    plan = compile_plan(_scenario(**{**blocks, "facts": facts}))
    assert _events(plan).runs_from == -days * DAY
    assert plan.begins == -days * DAY
    known = {"incidents": {**INCIDENTS, "past": {"2025-12-20": 3}}}
    past = compile_plan(_scenario(**{**blocks, "facts": {**facts, **known}}))
    assert _events(past).runs_from == 0
    assert past.begins == -12 * DAY


def test_a_longer_window_leaves_the_incidents_after_start_as_they_were() -> None:
    def after_start(window: int) -> list[int]:
        rule = f"incidents in last {window} days <= 5"
        plan = compile_plan(_scenario(facts={"incidents": INCIDENTS}, never=[rule]))
        return [row[0] for row in replicate(plan, Draws(0, 0, 1), 0).signals if row[0] >= 0]

    assert after_start(10) == after_start(60)


FORCES = {
    "a": {
        "contingents": {
            "men": {"troops": 1, "role": "infantry", "sector": "north"},
            "medics": {"troops": 2, "role": "medical"},
            "trainers": {"troops": 4, "role": "police_trainers", "force": "training"},
        }
    },
    "b": {"contingents": {"men": {"troops": 8, "role": "infantry", "sector": "south"}}},
}
TRAINED = {
    "vetted_police": {
        "force": "police",
        "trained_by": "police_trainers",
        "trainees_per_trainer": 10,
        "course": "10 days",
        "recruits": 16,
        "sector": "south",
    }
}


@pytest.mark.parametrize(
    ("force", "troops"),
    [
        ("deployed", 1 + 2 + 8),
        ("deployed(a)", 1 + 2 + 4),
        ("deployed(force=training)", 4),
        ("deployed(force=police)", 16),
        ("deployed(force=military)", 1 + 2 + 8),
        ("deployed(role=infantry)", 1 + 8),
        ("deployed(role=police_trainers)", 4),
        ("deployed(role=police)", 16),
        ("deployed(sector=south)", 8 + 16),
        ("deployed(force=any)", 1 + 2 + 4 + 8 + 16),
        ("deployed(b, force=any)", 8),
        ("deployed(sector=south, force=police)", 16),
        ("deployed(a, role=infantry)", 1),
        ("deployed(b, sector=north)", 0),
        ("committed(a, force=military)", 1 + 2),
    ],
)
def test_each_force_counts_the_troops_that_its_filters_name(force: str, troops: int) -> None:
    plan = compile_plan(
        _scenario(
            contributors=FORCES,
            trained_forces=TRAINED,
            theatre={"sectors": {"north": {}, "south": {}}},
            never=[f"{force} > 10000"],
        )
    )
    watched = parse(f"{force} > 10000")
    signal = plan.network.signals.index(watched.quantity)  # type: ignore[union-attr]
    sizes = {(row.contributor, row.name): row for row in plan.contingents}
    measure = "committed" if force.startswith("committed") else "deployed"
    counted = sum(
        int(row.troops.law.quantile(0.5)) for row in sizes.values() if signal in getattr(row, measure)
    )
    counted += sum(
        int(row.recruits.law.quantile(0.5)) for row in plan.training if signal in getattr(row, measure)
    )
    assert counted == troops


def test_definitions_are_expanded_and_equal_rules_share_their_nodes() -> None:
    facts = {"ceasefire": {"kind": "switch"}, "incidents": INCIDENTS}
    definitions = {"quiet": "incidents in last 30 days <= 5", "calm": "ceasefire for 30 days and quiet"}
    in_full = "ceasefire for 30 days and incidents in last 30 days <= 5"
    named = compile_plan(
        _scenario(facts=facts, definitions=definitions, contributors={"a": {**STATE, "commits_when": "calm"}})
    )
    written = compile_plan(_scenario(facts=facts, contributors={"a": {**STATE, "commits_when": in_full}}))
    assert named == written
    both = compile_plan(
        _scenario(
            facts=facts,
            definitions=definitions,
            contributors={"a": {**STATE, "commits_when": "calm"}, "b": {**STATE, "commits_when": in_full}},
        )
    )
    assert both.contingents[0].permitted == both.contingents[1].permitted
    assert len(both.network.nodes) == len(named.network.nodes)


def test_children_come_before_their_parents() -> None:
    network = compile_plan(load(COMPLETE)).network
    for child, parents in enumerate(network.parents):
        assert all(parent > child for parent in parents)


def test_self_is_the_contributor_whose_rule_it_is() -> None:
    state = {**STATE, "withdraws_when": "casualties(self) > 3", "commits_when": "consent(host)"}
    plan = compile_plan(_scenario(contributors={"a": state, "b": state}, parties={"host": {"consent": {}}}))
    names = {str(signal) for signal in plan.network.signals}
    assert {"casualties(a)", "casualties(b)", "consent(host, a)", "consent(host, b)"} <= names


def test_before_since_a_switch_is_the_opposite_and_a_schedule_has_its_initial_value() -> None:
    facts = {
        "old": {"kind": "switch", "initially": True, "since": "2025-12-01"},
        "new": {"kind": "switch", "initially": True},
        "money": {"kind": "schedule", "initially": 0.25, "values": {"2026-02-01": 1}},
        "never": {"kind": "milestone"},
    }
    plan = compile_plan(_scenario(facts={f"f_{name}": block for name, block in facts.items()}))
    values = {str(signal): value for signal, value in zip(plan.network.signals, plan.initial, strict=True)}
    assert values == {"f_old": 0.0, "f_new": 1.0, "f_money": 0.25, "f_never": 0.0}
    assert plan.begins == -31 * DAY
