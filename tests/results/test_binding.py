from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.results.binding import binding_stack, binding_table, troop_seconds
from sim.results.selection import Member, Selection
from sim.results.statistics import mean_interval
from tests.results.handmade import BODIES, DAY, World, scenario_of, worlds, write_run

DAYS = 10
SELECTIONS = (None, Selection(), Selection(force="police"), Selection(contributor="a", role="engineers"))


def _counted(world: World, selection: Selection | None) -> World:
    """Keep the rows of the selected contingents; without a selection those of the military."""
    wanted = Selection(force="military") if selection is None else selection
    kept = []
    for (contributor, contingent), body in BODIES.items():
        told = {"role": "infantry", "sector": None, "force": "military"} | body
        if wanted.admits(Member(contributor, contingent, will_not=frozenset(), **told)):
            kept.append((contributor, contingent))
    return World(
        [row for row in world.transitions if row[2:4] in kept],
        [],
        [row for row in world.waits if row[2:4] in kept],
    )


def _booked(world: World, second: int) -> dict[tuple[str, str], int]:
    """Return who is booked to what after an instant, straight from the rows."""
    latest = {(row[2], row[3], row[4]): row[5] for row in world.waits if row[0] <= second}
    booked = defaultdict(int)
    for (contributor, _, cause), troops in latest.items():
        booked[contributor, cause] += troops
    for time, _, contributor, _, source, goal, troops, _ in world.transitions:
        if time <= second:
            booked[contributor, "deployed"] += troops * ((goal == "deployed") - (source == "deployed"))
    return booked


def _integral(world: World) -> dict[tuple[str, str], int]:
    instants = sorted({row[0] for row in (*world.waits, *world.transitions)})
    total = defaultdict(int)
    for time, until in zip(instants, [*instants[1:], DAYS * DAY], strict=True):
        for key, troops in _booked(world, time).items():
            total[key] += troops * (until - time)
    return total


@settings(max_examples=20, deadline=None)
@given(worlds(), st.sampled_from(SELECTIONS))
def test_troop_seconds_are_exact_and_add_up_to_the_pledge(drawn, selection):
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(Path(folder), scenario_of(BODIES), drawn)
        found = troop_seconds(run, "contributor", selection)
        causes = troop_seconds(run, selection=selection)
        stack = binding_stack(run, selection)
    drawn = [_counted(world, selection) for world in drawn]
    for place, world in enumerate(drawn):
        expected = {key: amount for key, amount in _integral(world).items() if amount}
        assert {key: total[place] for key, total in found.items() if total[place]} == expected
        pledge = sum(row[6] for row in world.transitions if row[4] == "")
        assert sum(int(total[place]) for total in causes.values()) == pledge * DAYS * DAY
    pledges = sum(row[6] for world in drawn for row in world.transitions if row[4] == "")
    assert stack.groupby("date")["mean"].sum().tolist() == pytest.approx(
        [pledges / len(drawn)] * DAYS * (pledges > 0)
    )
    for row in stack.itertuples():
        day = (row.date - stack["date"].min()).days
        booked = [_booked(world, (day + 1) * DAY - 1) for world in drawn]
        troops = [sum(each for (_, cause), each in now.items() if cause == row.cause) for now in booked]
        assert row.mean == pytest.approx(sum(troops) / len(drawn))


def test_by_hand(run):
    table = binding_table(run).set_index("cause")
    # first: 60 from 2.5 to 7, 40 from 4 to 7, 30 from 3 to 10; second: 50 from the last second of day 5
    deployed = [60 * 4.5 + 40 * 3 + 30 * 7, 50 * (4 + 1 / DAY)]
    assert table.loc["deployed", "troop_days"] == pytest.approx(sum(deployed) / 2)
    assert table.loc["deployed", "low"] == max(0.0, mean_interval(deployed)[0])
    assert table.loc["deployed", "high"] == pytest.approx(mean_interval(deployed)[1])
    assert table["share"].sum() == pytest.approx(1)
    assert table["troop_days"].sum() == pytest.approx((180 + 160) / 2 * 10)
    assert table.loc["cause refused", "troop_days"] == 80 * 9 / 2
    assert table["troop_days"].is_monotonic_decreasing
    assert (table["low"] >= 0).all()


def test_by_contributor_shares_add_to_one_each(run):
    table = binding_table(run, by="contributor")
    assert list(table.columns) == ["contributor", "cause", "troop_days", "low", "high", "share"]
    assert table.groupby("contributor")["share"].sum().tolist() == pytest.approx([1, 1])
    with pytest.raises(UsageError, match="split by 'colour'; choose contributor"):
        binding_table(run, by="colour")


def test_the_stack_begins_with_the_deployed(run):
    stack = binding_stack(run)
    assert stack["cause"].iloc[0] == "deployed"
    assert stack[stack["cause"] == "deployed"]["mean"].tolist() == [0, 0, 30, 45, 65, 90, 90, 40, 40, 40]
    assert stack.groupby("date")["mean"].sum().tolist() == [170] * DAYS


def test_one_block_more_changes_nothing_but_the_sample(tmp_path, two_worlds):
    many = [two_worlds[0]] * 300
    table = binding_table(write_run(tmp_path, scenario_of(BODIES), many, failed=[7, 270]))
    assert table.set_index("cause").loc["deployed", "troop_days"] == 600
    assert table["low"].tolist() == table["troop_days"].tolist()


def test_without_a_selection_the_headline_force_counts(tmp_path, two_worlds):
    """As everywhere: police recruits do not blur what holds the military back."""
    bodies = {("a", "one"): {}, ("a", "two"): {"role": "engineers"}, ("b", "one"): {"force": "police"}}
    run = write_run(tmp_path, scenario_of(bodies), two_worlds)
    military = binding_table(run)
    assert military.equals(binding_table(run, selection=Selection(force="military")))
    assert military["troop_days"].sum() == pytest.approx((130 + 110) / 2 * DAYS)
    assert binding_table(run, selection=Selection(force="police"))["troop_days"].sum() == 50 * DAYS
    assert binding_table(run, selection=Selection())["troop_days"].sum() == pytest.approx(170 * DAYS)
    stack = binding_stack(run)
    assert stack.groupby("date")["mean"].sum().tolist() == [120] * DAYS
    assert binding_stack(run, Selection()).groupby("date")["mean"].sum().tolist() == [170] * DAYS
