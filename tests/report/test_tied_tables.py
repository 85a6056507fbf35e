"""Each number of each table of a run is what the rows of the logs come to, worked out apart."""

from __future__ import annotations

import datetime as dt
import math
from types import SimpleNamespace

import pytest

from sim.report.answers.holding_back import causes_sheet
from sim.report.answers.rows import counted_troops, shown_rows
from sim.report.answers.run import run_parts
from sim.report.blocks import JOINED, Paragraph, Sheet
from sim.report.findings import binding_clause, binding_finding
from tests.report import distinct as d

MILITARY = d.of_force("military")


def parts_of(tables):
    return {part.title: part for part in run_parts(tables)}


def cells(part, place=0):
    sheets = [block for block in part.blocks if isinstance(block, Sheet)]
    return [[str(cell).replace(JOINED, " ") for cell in row] for row in sheets[place].rows]


def heads(part, place=0):
    sheets = [block for block in part.blocks if isinstance(block, Sheet)]
    return [column.heading for column in sheets[place].columns]


def short(date):
    return f"{date.day} {date:%b} {date.year}"


def long(date):
    return f"{date.day} {date:%B} {date.year}"


def date_of(second):
    return d.START + dt.timedelta(days=int(second // d.DAY))


def order_interval(values, share):
    """Exact places of the order statistics around a quantile, by adding up the binomial chances."""
    ordered, size = sorted(values), len(values)
    chances = [math.comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]
    below = [sum(chances[: k + 1]) for k in range(size + 1)]
    low = next(k for k in range(size + 1) if below[k] > 0.025)
    high = next(k for k in range(size + 1) if below[k] >= 0.975) + 1
    return ordered[low - 1], ordered[high - 1]


def span(low, high):
    return d.whole(low) if d.whole(low) == d.whole(high) else f"{d.whole(low)}–{d.whole(high)}"


def test_levels(tied, own):
    part = parts_of(tied)["Force level at the end of the day"]
    assert heads(part) == ["On", "Troops", "Median", "95 % interval", "90 % of worlds", "At least, with 80 %"]
    asked = [(by, force) for _, by, force in d.TARGETS.values()] + [(d.END, "military")]
    rows = cells(part)
    assert len(rows) == len(asked)
    for row, (date, force) in zip(rows, sorted(asked, key=lambda pair: pair[0]), strict=True):
        found = d.levels(own, date, force)
        sure = sorted(found, reverse=True)[math.ceil(0.8 * len(found)) - 1]
        low, high = order_interval([-value for value in found], 0.8)
        assert row[:2] == [short(date), force]
        assert row[2] == d.whole(d.quantile(found, 0.5))
        assert row[3] == span(*order_interval(found, 0.5))
        assert row[4] == span(d.quantile(found, 0.05), d.quantile(found, 0.95))
        expected = f"{d.whole(sure)} ({span(-high, -low)})"
        assert row[5] == (d.whole(sure) if d.whole(sure) == span(-high, -low) else expected)


def test_targets(tied, own):
    part = parts_of(tied)["Probability of each target by its date"]
    assert heads(part) == ["Target", "By", "Held on that day", "Reached by then"]
    for row, (name, (troops, by, force)) in zip(cells(part), d.TARGETS.items(), strict=True):
        held = sum(value >= troops for value in d.levels(own, by, force))
        firsts = [d.first_second(world, troops, d.of_force(force)) for world in own]
        reached = sum(first <= d.end_of(by) for first in firsts)
        assert held != reached or name == "police"
        assert row[0].startswith(f"{name.capitalize()} ({troops:,}")
        assert row[1:] == [short(by), said(held), said(reached)]


def said(hits):
    if hits in (0, d.WORLDS):
        pytest.fail("the worlds must differ")
    return d.chance(hits)


def test_first_boots_and_flow_in(tied, own):
    part = parts_of(tied)["Who arrives, and when"]
    firsts = [d.first_second(world, 1, MILITARY) for world in own]
    arrived = sum(first < math.inf for first in firsts)
    (sentence,) = (block.text for block in part.blocks if isinstance(block, Paragraph))
    low, middle, high = (d.quantile(firsts, share) for share in (0.05, 0.5, 0.95))
    assert f"by 30 April 2026: {chance_or_all(arrived)}; median {long(date_of(middle))}" in sentence
    last = short(date_of(high)) if high < math.inf else "never"
    assert sentence.endswith(f", in 90 % of worlds {short(date_of(low))} to {last}.")
    columns = [
        "Contributor",
        "Pledged",
        "Arrives at all",
        "Troops",
        "90 %",
        "First arrival",
        "90 %",
        "All there",
    ]
    assert heads(part) == columns
    rows = {row[0]: row for row in cells(part)}
    assert len(rows) == 3
    names = {"Alpha Republic": "alpha", "Beta": "beta", "Gamma": "gamma"}
    shares = []
    for title, owner in names.items():
        admits = lambda who, _, owner=owner: who == owner  # noqa: E731
        first = [d.first_second(world, 1, admits) for world in own]
        comes = [place for place, when in enumerate(first) if when < math.inf]
        peaks = [
            max(d.level(own[place], time, admits) for time in {row[0] for row in own[place].transitions})
            for place in comes
        ]
        pledges = [
            sum(row[6] for row in world.transitions if row[2] == owner and row[4] == "") for world in own
        ]
        dates = [date_of(d.quantile([first[place] for place in comes], q)) for q in (0.05, 0.5, 0.95)]
        complete = [
            d.first_second(own[place], peak, admits) for place, peak in zip(comes, peaks, strict=True)
        ]
        shares.append(len(comes))
        assert rows[title][1:] == [
            d.whole(d.quantile(pledges, 0.5)),
            d.chance(len(comes)),
            d.whole(d.quantile(peaks, 0.5)),
            span(d.quantile(peaks, 0.05), d.quantile(peaks, 0.95)),
            short(dates[1]),
            f"{short(dates[0])} to {short(dates[2])}",
            short(date_of(d.quantile(complete, 0.5))),
        ]
    order = [names[row[0]] for row in cells(part)]
    assert order == [owner for _, owner in sorted(zip(shares, names.values(), strict=True), reverse=True)]


def chance_or_all(hits):
    if hits < d.WORLDS:
        return d.chance(hits)
    low = math.floor(1000 * d.wilson(hits, hits)[0]) / 10
    return f"all of {hits} (over {low:g} %)"


def test_departures(tied, own):
    part = parts_of(tied)["Who leaves"]
    assert heads(part) == ["Contributor", "Leaves", "First leave", "90 %", "Mostly because"]
    rows = cells(part)
    assert len(rows) == 2
    found = {}
    for title, owner in (("Alpha Republic", "alpha"), ("Beta", "beta")):
        firsts = [
            min(
                (row[0] for row in world.transitions if row[2] == owner and row[5] == "withdrawing"),
                default=None,
            )
            for world in own
        ]
        known = [first for first in firsts if first is not None]
        dates = [date_of(d.quantile(known, share)) for share in (0.05, 0.5, 0.95)]
        found[title] = (
            len(known),
            [d.chance(len(known)), short(dates[1]), f"{short(dates[0])} to {short(dates[2])}"],
        )
    assert [row[0] for row in rows] == sorted(found, key=lambda title: -found[title][0])
    for row in rows:
        assert row[1:4] == found[row[0]][1]
    because = {row[0]: row[4] for row in rows}
    assert because["Alpha Republic"] == "Alpha Republic has had at least 5 casualties in the last 30 days"


def test_what_holds_back(tied, own):
    part = parts_of(tied)["What holds the rest back"]
    lost = [d.booked(world, MILITARY) for world in own]
    causes = {cause for each in lost for cause in each}
    means = {cause: d.mean(each.get(cause, 0.0) for each in lost) for cause in causes}
    total = sum(means.values())
    words = {
        "rule: clear": "Until “Mandate clear” holds",
        "consent(host, beta)": "The host's consent to Beta",
        "approval parliament": "Approval by the parliament",
        "preparation": "Preparation",
        "lift air": "Lift by air",
        "beds": "Beds in the theatre",
        "moving": "The journey",
        "withdrawn": "Withdrawn",
        "refused": "Refused for good",
    }
    rows = cells(part)
    ordered = sorted((cause for cause in means if cause != "deployed"), key=lambda cause: -means[cause])
    assert [row[0] for row in rows] == [words[cause] for cause in ordered]
    assert heads(part) == ["Waiting for, or lost to", "Troop-days", "95 % interval", "Of the pledge"]
    for row, cause in zip(rows, ordered, strict=True):
        assert row[1] == d.whole(means[cause])
        assert row[3] == d.percent(means[cause] / total)
        low, high = (float(end.replace(",", "")) for end in row[2].split("–"))
        values = [each.get(cause, 0.0) for each in lost]
        spread = math.sqrt(sum((value - means[cause]) ** 2 for value in values) / (d.WORLDS - 1) / d.WORLDS)
        assert (high - low) / spread == pytest.approx(2 * 1.97, rel=0.12)
        assert low < means[cause] < high
    sentence = " ".join(block.text for block in part.blocks if isinstance(block, Paragraph))
    served = d.percent(means["deployed"] / total)
    largest = d.percent(means[ordered[0]] / total)
    assert sentence.startswith(
        f"{served} of the pledged troop-days are served in the theatre; the largest single loss"
    )
    assert f"({largest})" in sentence.split(".")[0]
    police = [d.booked(world, d.of_force("police")) for world in own]
    part_served = d.mean(each.get("deployed", 0.0) for each in police) / d.mean(
        sum(each.values()) for each in police
    )
    assert f"Police: {d.percent(part_served)} of the pledged troop-days are served" in sentence


def test_largest_losses_by_contributor(tied, own):
    rows = cells(parts_of(tied)["What holds the rest back"], 1)
    assert len(rows) == 2  # the headline force's two
    losses = [float(row[2].replace(",", "")) for row in rows]
    assert losses == sorted(losses, reverse=True) and losses[0] > losses[1]
    for row, (title, owner) in zip(
        sorted(rows), (("Alpha Republic", "alpha"), ("Beta", "beta")), strict=True
    ):
        lost = [d.booked(world, lambda who, _, owner=owner: who == owner) for world in own]
        means = {cause: d.mean(each.get(cause, 0.0) for each in lost) for each in lost for cause in each}
        total = sum(means.values())
        cause = max((name for name in means if name != "deployed"), key=lambda name: means[name])
        assert row[0] == title
        assert row[2] == d.whole(means[cause])
        assert row[4:] == [d.percent(means[cause] / total), d.percent(means["deployed"] / total)]


def test_requirements(tied, own):
    part = parts_of(tied)["Requirements"]
    rows = {row[0]: row for row in cells(part)}
    total_filled = total_needed = 0.0
    for name, (role, troops, by, critical) in d.LINES.items():
        admits = lambda owner, body, role=role: d.BODIES[owner, body][1] == role  # noqa: E731
        shares, missing, missing_end = [], [], []
        for world in own:
            filled = _filled(world, admits, troops, d.end_of(by))
            needed = troops * (d.DAYS * d.DAY - d.end_of(by))
            shares.append(filled / needed)
            missing.append(max(0, troops - d.level(world, d.end_of(by), admits)))
            missing_end.append(max(0, troops - d.level(world, d.end_of(d.END), admits)))
        row = rows[name + (", critical" if critical else "")]
        met = sum(short == 0 for short in missing)
        assert row[1:3] == [d.whole(troops), short(by)]
        assert row[3].startswith(f"{d.percent(d.mean(shares))} (")
        assert row[4] == d.chance(met)
        for cell, short_of in ((row[5], missing), (row[6], missing_end)):
            assert cell == ranged(short_of)
        total_filled, total_needed = total_filled + d.mean(shares), total_needed + 1
    sentence = next(block.text for block in part.blocks if isinstance(block, Paragraph))
    critical = [line for line in d.LINES.values() if line[3]]
    met = sum(
        all(
            d.level(world, d.end_of(d.END), lambda o, b, r=role: d.BODIES[o, b][1] == r) >= troops
            for role, troops, _, _ in critical
        )
        for world in own
    )
    assert sentence.endswith(
        f"all critical lines are met on 30 April 2026 in {d.percent(met / d.WORLDS)} of replications."
    )
    for name, (role, troops, by, critical_line) in d.LINES.items():
        low, high = map(
            int, rows[name + (", critical" if critical_line else "")][3].split("(")[1].rstrip(")").split("–")
        )
        admits = lambda owner, body, role=role: d.BODIES[owner, body][1] == role  # noqa: E731
        shares = [
            _filled(w, admits, troops, d.end_of(by)) / (troops * (d.DAYS * d.DAY - d.end_of(by))) for w in own
        ]
        spread = math.sqrt(sum((v - d.mean(shares)) ** 2 for v in shares) / (d.WORLDS - 1) / d.WORLDS)
        assert high - low == pytest.approx(100 * 2 * 1.97 * spread, abs=2.01)
        assert low - 1 <= 100 * d.mean(shares) <= high + 1
    assert heads(part)[3:] == ["Share met", "Met when due", "Missing then", "At the end"]


def ranged(values):
    middle, around = (
        d.whole(d.quantile(values, 0.5)),
        span(d.quantile(values, 0.05), d.quantile(values, 0.95)),
    )
    return middle if middle == around else f"{middle} ({around})"


def _filled(world, admits, troops, since):
    times = sorted({since, d.DAYS * d.DAY, *(row[0] for row in world.transitions if row[0] > since)})
    return sum(
        min(troops, d.level(world, first, admits)) * (last - first)
        for first, last in zip(times, times[1:], strict=False)
    )


def test_rows_that_are_left_out_are_counted():
    rows = [(f"name {number}", number) for number in range(30)]
    assert shown_rows(rows[:21], "level") == tuple(rows[:21])
    shown = shown_rows(rows, "level")
    assert shown[:20] == tuple(rows[:20]) and shown[20:] == (("10 other levels (in summary.csv)", ""),)


def test_small_causes_stand_together():
    import pandas as pd

    days = [1000.0 / (place + 1) for place in range(14)]
    causes = ["beds", "preparation", "moving", "withdrawn", *(f"lift lane_{place}" for place in range(10))]
    table = pd.DataFrame({"cause": causes, "troop_days": days, "low": 0.0, "high": 1.0})
    table["share"] = table["troop_days"] / table["troop_days"].sum()
    tables = SimpleNamespace(binding=table, titles={}, headline_force="military")
    *first, rest = causes_sheet(tables).rows
    assert [row[1] for row in first] == [d.whole(value) for value in days[:10]]
    assert rest[:3] == ("4 other causes", d.whole(sum(days[10:])), "")
    assert str(rest[3]).replace(JOINED, " ") == d.percent(sum(days[10:]) / sum(days))


@pytest.mark.parametrize(("share", "words"), [(1.0, "All"), (0.996, ">99 %"), (0.93, "93 %"), (0.0, "None")])
def test_all_is_said_of_all_alone(share, words):
    import pandas as pd

    table = pd.DataFrame(
        {"cause": ["deployed", "beds"], "troop_days": [share, 1 - share], "share": [share, 1 - share]}
    )
    tables = SimpleNamespace(binding=table.assign(low=0.0, high=1.0), titles={}, replications=500)
    assert binding_finding(tables).startswith(f"{words} of the pledged troop-days are served")
    assert binding_clause(tables).startswith(f"{words.lower()} of the pledged troop-days are served")


def test_few_worlds_say_a_share_with_its_interval():
    import pandas as pd

    table = pd.DataFrame(
        {"cause": ["beds"], "troop_days": [400.0], "low": [300.0], "high": [500.0], "share": [0.4]}
    )
    tables = SimpleNamespace(binding=table, titles={}, replications=199)
    assert binding_finding(tables).endswith("(40 %, 95 % interval 30–50 %)")
    tables.replications = 200
    assert binding_finding(tables).endswith("(40 %)")


@pytest.mark.parametrize(
    ("force", "role", "where", "words"),
    [
        ("military", None, (), "military"),
        (None, None, ("", ""), "all forces"),
        (
            "any",
            "combat_engineers",
            ("Hamas-held area", "Turkey"),
            "all forces, combat engineers, Hamas-held area, Turkey",
        ),
        ("border_police", None, ("Rafah", ""), "border police, Rafah"),
    ],
)
def test_which_troops_a_line_counts(force, role, where, words):
    assert counted_troops(force, role, *where) == words
