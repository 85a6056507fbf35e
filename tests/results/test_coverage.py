from __future__ import annotations

import datetime as dt
import tempfile
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.results.coverage import coverage, fulfilment
from sim.results.requirements import requirement_lines
from sim.results.statistics import mean_interval, wilson
from tests.results.handmade import DAY, journey, journeys, level, scenario_of, together, write_run

DAYS = 10
END = DAYS * DAY
MEMBERS = {
    ("a", "one"): {"role": "infantry", "sector": "north", "will_not": ["disarm"]},
    ("b", "one"): {"role": "infantry", "sector": "south"},
    ("c", "one"): {"role": "police", "force": "police", "will_not": ["patrol"]},
}


@st.composite
def requirements(draw):
    return {
        "task": draw(st.sampled_from(("patrol", "disarm"))),
        "troops": draw(st.integers(0, 4)),
        "by": f"2026-01-{draw(st.integers(1, DAYS + 1)):02d}",
        "priority": draw(st.integers(0, 1)),
        "critical": draw(st.booleans()),
        **draw(
            st.sampled_from(
                ({}, {"role": "infantry"}, {"sector": "north"}, {"force": "police"}, {"force": "any"})
            )
        ),
    }


@st.composite
def small_worlds(draw):
    return [
        together(*[draw(journeys(*key, DAYS)) for key in MEMBERS]) for _ in range(draw(st.integers(1, 3)))
    ]


def _may_serve(line, body):
    if not {"role", "sector", "force"} & line.keys():
        line = {**line, "force": "military"}
    elif line.get("force") == "any":
        line = {**line, "force": None}
    fits = all(
        line.get(key) in (None, body.get(key, default))
        for key, default in (("role", None), ("sector", None), ("force", "military"))
    )
    return fits and line["task"] not in body.get("will_not", ())


def _by_hand(lines, deployed):
    """Try every way to give troops to the lines in order; the lexicographically greatest possible one."""
    bodies = list(MEMBERS.values())
    best = ()
    for wanted in product(*(range(line["troops"] + 1) for line in lines)):
        for chosen in product((False, True), repeat=len(lines)):
            asked = sum(troops for troops, included in zip(wanted, chosen, strict=True) if included)
            groups = [line for line, included in zip(lines, chosen, strict=True) if included]
            givers = [
                troops
                for troops, body in zip(deployed, bodies, strict=True)
                if any(_may_serve(line, body) for line in groups)
            ]
            if asked > sum(givers):
                break
        else:
            best = max(best, wanted)
    return best


def _start(line):
    """Return the last second of the day `by`."""
    return (
        (dt.date.fromisoformat(line["by"]) - dt.date(2026, 1, 1)).days * DAY + DAY - 1
        if line["by"] <= "2026-01-10"
        else END
    )


@settings(max_examples=20, deadline=None)
@given(small_worlds(), st.lists(requirements(), min_size=1, max_size=3))
def test_coverage_is_the_best_assignment_at_every_instant(drawn, wanted):
    for number, line in enumerate(wanted):
        line["name"] = f"line {number}"
    ordered = sorted(wanted, key=lambda line: (line["priority"], line["by"], line["name"]))
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(Path(folder), scenario_of(MEMBERS, requirements=wanted), drawn)
        found, tables = fulfilment(run), coverage(run)
    assert [line.name for line in found.lines] == [line["name"] for line in ordered]
    met_all = np.ones((DAYS, len(drawn)), dtype=bool)
    for place, world in enumerate(drawn):
        instants = sorted(
            {0, *(row[0] for row in world.transitions), *(_start(line) for line in ordered)} - {END}
        )
        filled = dict.fromkeys(range(len(ordered)), 0)
        for time, until in zip(instants, [*instants[1:], END], strict=True):
            active = [index for index, line in enumerate(ordered) if _start(line) <= time]
            deployed = [level_of(world, time, key) for key in MEMBERS]
            given_now = dict(
                zip(active, _by_hand([ordered[index] for index in active], deployed), strict=True)
            )
            short = {index: ordered[index]["troops"] - troops for index, troops in given_now.items()}
            for index, troops in given_now.items():
                filled[index] += troops * (until - time)
                if _start(ordered[index]) == time:
                    assert found.short_by[index][place] == short[index]
                if until == END:
                    assert found.short_end[index][place] == short[index]
            complete = not any(short[index] for index in active if ordered[index]["critical"])
            for day in range(DAYS):
                if time < (day + 1) * DAY <= until:
                    met_all[day, place] = complete
        assert [row[place] for row in found.filled] == list(filled.values())
    for index, line in enumerate(ordered):
        _check_share(tables.lines.iloc[index], found.filled[index], line)
    for row in tables.critical.itertuples():
        met = met_all[(row.date - pd.Timestamp("2026-01-01")).days]
        assert (row.met, row.low, row.high) == (met.mean(), *wilson(int(met.sum()), len(drawn)))


def level_of(world, time, key):
    """Return the deployed troops of one contingent."""
    rows = [row for row in world.transitions if row[0] <= time and row[2:4] == key]
    return sum(row[6] * ((row[5] == "deployed") - (row[4] == "deployed")) for row in rows)


def _check_share(row, filled, line):
    needed = line["troops"] * (END - _start(line))
    if _start(line) == END:
        assert np.isnan(row.share)
        assert row.applies == 0
    else:
        shares = [Fraction(int(each), needed) if needed else Fraction(1) for each in filled]
        assert row.share == pytest.approx(float(sum(shares) / len(shares)))
        assert 0 <= row.share <= 1


@pytest.fixture
def covered(tmp_path):
    lines = [
        {"task": "patrol", "role": "infantry", "troops": 50, "by": "2026-01-05", "critical": True},
        {"task": "disarm", "troops": 40, "by": "2026-01-08", "when": "not skipped", "critical": True},
        {"task": "patrol", "role": "infantry", "troops": 20, "by": "2026-01-08"},
    ]
    first = together(
        journey("a", "one", 60, (2 * DAY, 60, "pledged", "deployed"), (8 * DAY, 30, "deployed", "gone")),
        journey("b", "one", 40, (6 * DAY, 40, "pledged", "deployed")),
    )
    second = together(journey("a", "one", 60), journey("b", "one", 40))
    second.signals.append((DAY, 1, "skipped", 1.0))
    bodies = {key: MEMBERS[key] for key in (("a", "one"), ("b", "one"))}
    facts = {"skipped": {"kind": "milestone"}}
    return write_run(tmp_path, scenario_of(bodies, facts=facts, requirements=lines), [first, second])


def test_by_hand(covered):
    found = coverage(covered)
    assert found.lines["line"].tolist() == ["patrol (infantry) #1", "disarm", "patrol (infantry) #2"]
    # the disarmers are needed in the first replication only, all of b; a leaves 20 short of 50 from day 8 on
    needed_seconds = np.array([5, 2, 2]) * DAY + 1
    patrol = (50 * (3 * DAY + 1) + 50 * 2 * DAY) / (50 * needed_seconds[0])
    assert patrol == 1  # b stands in for a, and leaves the disarming short
    disarm = (40 * 1 + 20 * 2 * DAY) / (40 * needed_seconds[1])
    spare = 10 / (20 * needed_seconds[2])
    assert found.lines["share"].tolist() == pytest.approx([0.5, disarm, spare / 2])
    assert found.lines["applies"].tolist() == [1, 0.5, 1]
    assert found.shortfall["by_median"].tolist() == [0, 0, 10]
    assert found.shortfall["end_median"].tolist() == [0, 20, 20]
    assert found.shortfall["by_q95"].tolist() == [50, 0, 20]
    assert found.shortfall["by_met"].tolist() == [0.5, 1, 0]
    assert found.critical["date"].dt.day.tolist() == [5, 6, 7, 8, 9, 10]
    assert found.critical["met"].tolist() == [0.5, 0.5, 0.5, 0.5, 0, 0]
    total = [
        (50 * needed_seconds[0] + 40 + 40 * DAY + 10) / (50 * needed_seconds[0] + 60 * needed_seconds[1]),
        0,
    ]
    assert found.total[0] == pytest.approx(sum(total) / 2)
    assert found.total[1:] == (max(0.0, mean_interval(total)[0]), min(1.0, mean_interval(total)[1]))


def test_the_order_of_the_file_changes_nothing(covered, tmp_path):
    raw = covered.scenario.requirements
    turned = covered.scenario.model_copy(update={"requirements": raw[::-1]})
    there, back = coverage(covered), coverage(type(covered)(covered.folder, turned, covered.manifest))
    pd.testing.assert_frame_equal(there.lines, back.lines)
    pd.testing.assert_frame_equal(there.shortfall, back.shortfall)


def test_without_requirements_tables_are_empty(run):
    found = coverage(run)
    assert found.lines.empty
    assert found.shortfall.empty
    assert found.critical.empty
    assert np.isnan(found.total[0])


def test_lines_sort_by_priority_then_date_then_name():
    lines = [
        {"task": "t", "troops": 1, "by": "2026-01-03", "name": "d", "priority": 1},
        {"task": "t", "troops": 1, "by": "2026-01-04", "name": "a"},
        {"task": "t", "troops": 1, "by": "2026-01-02", "name": "c"},
        {"task": "t", "troops": 1, "by": "2026-01-02", "name": "b"},
    ]
    scenario = scenario_of({("a", "one"): {}}, requirements=lines)
    assert [line.name for line in requirement_lines(scenario)] == ["b", "c", "a", "d"]


def test_who_does_not_do_the_task_serves_nobody(tmp_path):
    world = journey("a", "one", 30, (0, 30, "pledged", "deployed"))
    lines = [
        {"task": "disarm", "troops": 10, "by": "2026-01-02"},
        {"task": "patrol", "troops": 10, "by": "2026-01-02"},
    ]
    run = write_run(tmp_path, scenario_of({("a", "one"): MEMBERS["a", "one"]}, requirements=lines), [world])
    assert coverage(run).lines.set_index("line")["share"].to_dict() == {"disarm": 0.0, "patrol": 1.0}
    assert level(world, 0) == 30
