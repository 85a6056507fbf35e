from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.results import applicability
from sim.results.applicability import applies, applies_at
from sim.rules import parse
from tests.results.handmade import DAY, World, journey, scenario_of, together, write_run

BODIES = {("a", "one"): {"role": "engineers"}, ("b", "one"): {}}
PARTS = {
    "parties": {"israel": {"consent": {"probability": 0.5}}, "egypt": {}},
    "facts": {
        "clear": {"kind": "milestone"},
        "ceasefire": {"kind": "switch", "initially": True, "since": "2025-12-25"},
        "war": {"kind": "switch", "initially": True},
        "violations": {"kind": "events", "rate": "1 per day", "past": {"2025-12-20": 5, "2026-01-01": 3}},
        "winter": {"kind": "schedule", "initially": True, "values": {"2026-01-04": False}},
        "hidden": {"kind": "milestone", "log": False},
    },
    "definitions": {"calm": "ceasefire for 10 days and not war"},
}


def _truth(tmp_path, world: World, rule: str, day: int) -> bool:
    for key in BODIES:
        world = together(world, journey(*key, 10))
    run = write_run(tmp_path, scenario_of(BODIES, **PARTS), [world])
    return bool(applies(run, [(parse(rule), dt.date(2026, 1, day))])[0, 0])


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        ("clear", 4, False),
        ("clear", 5, True),  # true from the last second of day 5
        ("ceasefire", 1, True),
        ("ceasefire for 10 days", 3, False),  # since 25 December, 00:00
        ("ceasefire for 10 days", 4, True),
        ("once not ceasefire", 1, True),  # before `since` it was not
        ("calm", 4, False),
        ("calm", 6, True),  # the war ends on day 6
        ("winter", 3, True),
        ("winter", 4, False),
        ("violations >= 8", 1, True),
        ("violations in last 7 days == 3", 1, True),
        ("violations in last 7 days >= 4", 6, True),
        ("consent(israel, a)", 6, False),
        ("consent(israel, a)", 7, True),
        ("consent(egypt, a)", 1, True),  # not asked for
        ("casualties(a) >= 2", 8, True),
        ("casualties >= 5", 7, False),
        ("casualties >= 5", 8, True),
        ("deployed(role=engineers) >= 4", 2, False),
        ("deployed(role=engineers) >= 4", 3, True),
        ("committed(a) >= 9", 3, True),
        ("withdrawn(a) >= 2", 8, False),
        ("withdrawn(a) >= 2", 9, True),
        ("withdrawn(a) >= 2", 10, True),  # who pledges again has still left
        ("withdrawn(a) >= 3", 9, False),
        ("withdrawn(a) == 3", 10, True),  # one was not relieved, and a next unit prepares
        ("withdrawn(b) >= 1", 9, False),
        ("after 2026-01-05", 4, False),
        ("after 2026-01-05", 5, True),
        ("before 2026-01-06", 5, True),
    ],
)
def test_a_rule_is_read_at_the_end_of_the_day(tmp_path, rule, day, expected):
    moves = (
        (2 * DAY, 9, "pledged", "preparing"),
        (3 * DAY - 1, 4, "preparing", "deployed"),
        (7 * DAY, 2, "deployed", "withdrawing"),
        (8 * DAY, 2, "withdrawing", "gone"),
        (9 * DAY, 2, "gone", "pledged"),
        (9 * DAY, 1, "deployed", "preparing"),
    )
    world = journey("a", "one", 10, *moves)
    world.signals += [
        (5 * DAY - 1, 1, "clear", 1.0),
        (5 * DAY, 1, "war", 0.0),
        (5 * DAY + 5, 1, "violations", 12.0),
        (6 * DAY, 1, "consent(israel, a)", 1.0),
        (6 * DAY, 2, "casualties(a)", 1.0),
        (6 * DAY, 3, "casualties(b)", 2.0),
        (7 * DAY, 1, "casualties(a)", 3.0),
    ]
    run = write_run(tmp_path, scenario_of(BODIES, **PARTS), [world])
    assert bool(applies(run, [(parse(rule), dt.date(2026, 1, day))])[0, 0]) is expected


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(0, 9))
def test_each_replication_is_read_by_itself(tmp_path_factory, days, day):
    worlds = [World(signals=[(when * DAY, 1, "clear", 1.0)]) for when in days]
    run = write_run(tmp_path_factory.mktemp("run"), scenario_of(BODIES, **PARTS), worlds)
    date = dt.date(2026, 1, 1 + day)
    found = applies(run, [(None, date), (parse("clear"), date), (parse("not clear"), date)])
    assert found.tolist() == [
        [True] * len(days),
        [when <= day for when in days],
        [when > day for when in days],
    ]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab")), max_size=6), min_size=1, max_size=4
    )
)
def test_all_casualties_are_those_of_each_contributor_together(tmp_path_factory, losses):
    def world(lost):
        counts, rows = dict.fromkeys("ab", 0.0), []
        for step, (day, who) in enumerate(sorted(lost)):
            counts[who] += 1
            rows.append((day * DAY, step, f"casualties({who})", counts[who]))
        return World(signals=[(0, 0, "clear", 1.0), *rows])

    run = write_run(
        tmp_path_factory.mktemp("run"), scenario_of(BODIES, **PARTS), [world(lost) for lost in losses]
    )
    wanted = [(day, least) for day in (0, 4, 9) for least in (1, 2, 4)]
    asked = [(parse(f"casualties >= {least}"), dt.date(2026, 1, 1 + day)) for day, least in wanted]
    assert applies(run, asked).tolist() == [
        [sum(when <= day for when, _ in lost) >= least for lost in losses] for day, least in wanted
    ]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A run of sixty worlds of which everything changes at one time or another, often at once."""
    chance = random.Random(3)

    def some(name, values):
        return [
            (chance.choice((-DAY, 0, 2 * DAY, 5 * DAY - 1, 5 * DAY, 9 * DAY)), 1, name, value)
            for value in values
        ]

    def world():
        moved = journey(
            "a",
            "one",
            10,
            (chance.randint(0, 9) * DAY, 9, "pledged", "preparing"),
            (9 * DAY, chance.randint(1, 8), "preparing", "deployed"),
        )
        for name in ("clear", "war", "winter", "ceasefire", "consent(israel, a)"):
            moved.signals += some(name, [float(chance.random() < 0.5)])
        moved.signals += [*some("violations", [12.0]), *some("casualties(a)", [1.0])]
        return together(moved, journey("b", "one", 10))

    folder = tmp_path_factory.mktemp("many")
    return write_run(folder, scenario_of(BODIES, **PARTS), [world() for _ in range(60)])


MOMENTARY = [
    "clear and not war", "ceasefire or winter", "violations >= 12", "consent(israel, a)", "casualties(a) > 0 and after 2026-01-04",
    "deployed(role=engineers) >= 4", "at least 2 of (clear, war, winter)", "committed(a) >= 9 and not clear", "after 2026-01-03", "consent(egypt, a)",
]  # fmt: skip


@pytest.mark.parametrize("rule", MOMENTARY)
def test_values_at_an_instant_say_what_the_whole_course_says(many, monkeypatch, rule):
    rules, each = [parse(rule)], np.arange(60, dtype=np.int64).reshape(1, 60) * DAY // 6
    same = [np.full((1, 60), second) for second in (0, 5 * DAY - 1, 5 * DAY, 9 * DAY)]
    assert applicability.is_momentary(rules[0], alike=True)
    found = [applies_at(many, rules, seconds) for seconds in (each, *same)]
    many.kept.clear()
    with monkeypatch.context() as slow:
        slow.setattr(applicability, "is_momentary", lambda *given, **keys: False)
        wanted = [applies_at(many, rules, seconds) for seconds in (each, *same)]
    assert [one.tolist() for one in found] == [one.tolist() for one in wanted]
    assert (
        "after" in rule
        or "egypt" in rule
        or len({bool(truth) for truth in np.concatenate(found, axis=1)[0]}) == 2
    )


@pytest.mark.parametrize(
    "rule",
    [
        "clear for 2 days",
        "once war",
        "not (winter within 3 days)",
        "violations in last 7 days > 1",
        "casualties > 1",
    ],
)
def test_what_remembers_is_not_momentary(rule):
    assert not applicability.is_momentary(parse(rule), alike=True)
    assert applicability.is_momentary(parse("before 2026-02-01"), alike=True)
    assert not applicability.is_momentary(parse("before 2026-02-01"), alike=False)


def test_without_rules_nothing_is_read(tmp_path):
    run = write_run(tmp_path, scenario_of(BODIES), [World()])
    for path in (tmp_path / "signals").iterdir():
        path.unlink()
    assert applies(run, [(None, dt.date(2026, 1, 1))]).tolist() == [[True]]


def test_a_fact_without_a_log_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"fact hidden: .* `log: false`; remove that line"):
        _truth(tmp_path, World(), "hidden", 3)
