"""Every number and mark of a comparison and a tornado is what the rows of both runs' logs come to."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest

from sim.report.answers.comparison import comparison_page_one, comparison_parts
from sim.report.answers.sensitivity import measure_part, sensitivity_parts, sensitivity_subtitle
from sim.report.blocks import JOINED, Listing, Sheet
from sim.report.figures.comparison_binding import draw_comparison_binding
from sim.report.figures.comparison_fans import draw_comparison_fans
from sim.report.figures.comparison_targets import draw_comparison_targets
from sim.report.figures.difference_fans import draw_difference_fans
from sim.report.figures.effects import contributor_finding, draw_contributor_effects, draw_effects
from sim.report.figures.level_distributions import draw_level_distributions
from sim.report.figures.registry import sensitivity_exhibits
from sim.report.figures.tornado import draw_tornado
from sim.report.sensitivity_findings import failures_at_ends
from sim.studies.samples import Key
from sim.studies.sensitivity import Sensitivity
from sim.words.assumptions import assumption_words
from tests.report import distinct as d
from tests.report.layout import said
from tests.report.reading import assert_as_read, lines_of_exhibits, lines_of_parts
from tests.report.test_tied_figures import all_days, edges, line
from tests.report.test_tied_tables import short


def rows_of(tables, title):
    part = next(part for part in comparison_parts(tables) if part.title == title)
    sheet = next(block for block in part.blocks if isinstance(block, Sheet))
    return {row[1]: [str(cell).replace(JOINED, " ") for cell in row] for row in sheet.rows}, sheet


def number(cell):
    return float(cell.replace(",", "").replace("−", "-").replace("+", "").replace(" %", ""))


def fits(row, baseline, value, scale=1.0):
    """Whether baseline, value, difference and interval are those, the rounded numbers fitting each other."""
    before, after, change = (number(cell) for cell in row[2:5])
    assert before == pytest.approx(scale * baseline, abs=0.51)
    assert after == pytest.approx(scale * value, abs=0.51)
    assert change == pytest.approx(scale * (value - baseline), abs=0.51)
    assert change == pytest.approx(after - before, abs=0.11)
    if " to " in row[5]:
        low, high = map(number, row[5].split(" to "))
        assert low <= scale * (value - baseline) <= high
        assert high > low


def test_levels(tied_comparison, own, other):
    rows, _ = rows_of(tied_comparison, "Force level")
    for date in (d.TARGETS["first"][1], d.TARGETS["second"][1], d.END):
        mine, theirs = d.levels(own, date), d.levels(other, date)
        fits(rows[f"{short(date)}, mean"], d.mean(mine), d.mean(theirs))
        fits(rows[f"{short(date)}, median"], d.quantile(mine, 0.5), d.quantile(theirs, 0.5))


def test_targets_and_first_boots(tied_comparison, own, other):
    rows, _ = rows_of(tied_comparison, "Targets")
    for name, (troops, by, force) in d.TARGETS.items():
        shares = [sum(v >= troops for v in d.levels(each, by, force)) / d.WORLDS for each in (own, other)]
        row = next((row for key, row in rows.items() if key.startswith(f"{name}, ")), None)
        if row is None:
            assert shares == [0, 0]
            continue
        fits(row, *shares, scale=100)
        firsts = [
            d.mean(
                min(d.first_second(world, troops, d.of_force(force)), d.DAYS * d.DAY) / d.DAY
                for world in each
            )
            for each in (own, other)
        ]
        assert number(row[7].split(" (")[0]) == pytest.approx(firsts[1] - firsts[0], abs=0.51)
    rows, _ = rows_of(tied_comparison, "First boots")
    military = d.of_force("military")
    firsts = [[d.first_second(world, 1, military) for world in each] for each in (own, other)]
    fits(rows["any by the end (points)"], *(d.mean(f < math.inf for f in each) for each in firsts), scale=100)
    (kept,) = tied_comparison.effects("first_boots")
    assert (kept.baseline, kept.value) == pytest.approx(
        tuple(d.mean(f < math.inf for f in each) for each in firsts)
    )
    police = [d.first_second(world, 1, d.of_force(None)) for world in own]
    assert d.mean(f < math.inf for f in police) != kept.baseline  # the headline force alone counts
    days = [d.mean(min(f, d.DAYS * d.DAY) / d.DAY for f in each) for each in firsts]
    fits(rows["days until the first"], *days)


def test_losses_and_contributors(tied_comparison, own, other):
    rows, sheet = rows_of(tied_comparison, "What holds the force back")
    every = d.of_force(None)
    means = []
    for each in (own, other):
        lost = [d.booked(world, every) for world in each]
        means.append({cause: d.mean(one.get(cause, 0.0) for one in lost) for one in lost for cause in one})
    words = {
        "The host's consent to Beta": "consent(host, beta)",
        "Until “Mandate clear” holds": "rule: clear",
    }
    words |= {"Preparation": "preparation", "Withdrawn": "withdrawn", "The journey": "moving"}
    known = [row for key, row in rows.items() if key in words]
    assert len(known) >= 2
    for row in known:
        fits(row, means[0][words[row[1]]], means[1][words[row[1]]])
    changes = [number(str(row[4])) for row in sheet.rows]
    gains = [change for change in changes if change > 0]
    assert gains == sorted(gains, reverse=True) and changes == sorted(changes, reverse=True)
    rows, _ = rows_of(tied_comparison, "Whose troops")
    date = d.TARGETS["third"][1]
    for title, owner in (("Alpha Republic", "alpha"), ("Beta", "beta")):
        if title in rows:
            levels = [
                d.mean(
                    d.level(world, d.end_of(date), lambda who, _, owner=owner: who == owner) for world in each
                )
                for each in (own, other)
            ]
            fits(rows[title], *levels)
    assert {"Alpha Republic", "Beta"} & set(rows)


def test_page_one_says_the_difference(tied_comparison, own, other):
    points = next(
        block.points for block in comparison_page_one(tied_comparison).blocks if isinstance(block, Listing)
    )
    said = {point.head: point.text for point in points}
    date = d.TARGETS["third"][1]
    means = [d.mean(d.levels(each, date)) for each in (own, other)]
    assert said["Larger"].startswith("no input changed. The mean force on 10 April 2026 is about")
    verb = "higher" if means[1] > means[0] else "lower"
    assert f" {verb} (" in said["Larger"] or "unclear" in said["Larger"]
    assert said["Baseline (base)"].startswith("The mean force on 10 April 2026 is about")
    sentence = said["Larger"].split(": ")[1].split(".")[0]
    after, before = (number(part.replace("about ", "").strip()) for part in sentence.split(" instead of "))
    assert (before, after) == pytest.approx(tuple(means), rel=0.06)


def test_fans_and_difference_fans(tied_comparison, own, other):
    panels = [axes for axes in draw_comparison_fans(tied_comparison).axes if axes.lines]
    for axes, each in zip(panels, (own, other), strict=True):
        outer, inner = (edges(band) for band in axes.collections[:2])
        medians = dict(zip(*line(axes, d.DAYS)[0].get_data(), strict=True))
        for date in all_days()[10::19]:
            found, x = d.levels(each, date), date.toordinal()
            assert outer[x] == (d.quantile(found, 0.05), d.quantile(found, 0.95))
            assert inner[x] == (d.quantile(found, 0.25), d.quantile(found, 0.75))
            assert medians[x] == d.quantile(found, 0.5)
    assert [axes.xaxis.get_tick_params()["labelbottom"] for axes in panels] == [True, True]
    assert [axes.yaxis.get_tick_params()["labelleft"] for axes in panels] == [True, False]
    dashed = dict(zip(*line(panels[1], d.DAYS)[1].get_data(), strict=True))
    assert dashed[d.END.toordinal()] == d.quantile(d.levels(own, d.END), 0.5)
    (axes,) = (axes for axes in draw_difference_fans(tied_comparison).axes if axes.lines)
    outer, inner, band = (edges(each) for each in axes.collections[:3])
    means = dict(zip(*line(axes, d.DAYS)[0].get_data(), strict=True))
    for date in all_days()[12::19]:
        x = date.toordinal()
        gaps = [b - a for a, b in zip(d.levels(own, date), d.levels(other, date), strict=True)]
        assert outer[x] == (d.quantile(gaps, 0.05), d.quantile(gaps, 0.95))
        assert inner[x] == (d.quantile(gaps, 0.25), d.quantile(gaps, 0.75))
        assert means[x] == pytest.approx(d.mean(gaps))
        half = 1.97 * math.sqrt(sum((gap - d.mean(gaps)) ** 2 for gap in gaps) / (d.WORLDS - 1) / d.WORLDS)
        assert band[x] == pytest.approx((d.mean(gaps) - half, d.mean(gaps) + half), abs=0.25 * half + 1e-6)


def test_effects(tied_comparison, own, other):
    date = d.TARGETS["third"][1]
    axes = draw_effects(tied_comparison).axes[0]
    (dot,) = (mark for mark in axes.lines if mark.get_marker() == "o")
    means = [d.mean(d.levels(each, date)) for each in (own, other)]
    assert dot.get_xdata()[0] == pytest.approx(means[1] - means[0])
    axes = draw_contributor_effects(tied_comparison, label="larger").axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    dots = {mark.get_ydata()[0]: mark.get_xdata()[0] for mark in axes.lines if mark.get_marker() == "o"}
    found = []
    for place, name in enumerate(names):
        owner = {"Alpha Republic": "alpha", "Beta": "beta", "Gamma": "gamma"}[name]
        levels = [
            d.mean(
                d.level(world, d.end_of(date), lambda who, _, owner=owner: who == owner and owner != "gamma")
                for world in each
            )
            for each in (own, other)
        ]
        found.append(levels[1] - levels[0])
        assert dots[place] == pytest.approx(found[-1])
    assert found == sorted(found, reverse=True)
    largest = max(range(len(found)), key=lambda place: abs(found[place]))
    said = contributor_finding(tied_comparison, "larger")
    assert said.startswith(f"With “larger” {names[largest]} changes most: about ")
    assert f" troops {'more' if found[largest] > 0 else 'fewer'} (" in said


def test_distributions_targets_and_binding(tied_comparison, own, other):
    date = d.TARGETS["third"][1]
    axes = draw_level_distributions(tied_comparison).axes[0]
    for place, each in enumerate((own, other)):
        near = [one for one in axes.lines if place - 0.3 < one.get_ydata()[0] < place + 0.5]
        spans = {tuple(one.get_xdata()) for one in near if len(one.get_xdata()) == 2}
        found = d.levels(each, date)
        low, left, middle, right, high = (d.quantile(found, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
        assert {(low, high), (left, right)} <= spans
        assert middle in {one.get_xdata()[0] for one in near if len(one.get_xdata()) == 1}
    troops, by, force = d.TARGETS["second"]
    axes = draw_comparison_targets(tied_comparison, target="second").axes[0]
    curves = line(axes, d.DAYS)
    for curve, band, each in zip(curves, axes.collections, (own, other), strict=False):
        values, ends = dict(zip(*curve.get_data(), strict=True)), edges(band)
        for when in all_days()[20::23]:
            hits = sum(value >= troops for value in d.levels(each, when, force))
            assert values[when.toordinal()] == pytest.approx(hits / d.WORLDS)
            assert ends[when.toordinal()] == pytest.approx(d.wilson(hits, d.WORLDS), abs=2e-6)
    words = {text.get_text().replace("\xa0", " ") for text in axes.figure.texts}
    for label, each in (("base", own), ("larger", other)):
        last = sum(value >= troops for value in d.levels(each, d.END, force)) / d.WORLDS
        assert f"{label}: {d.percent(last)}" in words
    points = [mark for mark in axes.lines if mark.get_marker() == "o"]
    held = [sum(value >= troops for value in d.levels(each, by, force)) / d.WORLDS for each in (own, other)]
    assert [mark.get_ydata()[0] for mark in points] == pytest.approx(held)
    assert {mark.get_xdata()[0] for mark in points} == {by.toordinal()}
    axes = draw_comparison_binding(tied_comparison).axes[0]
    every = d.of_force(None)
    for place, each in enumerate((own, other)):
        lost = [d.booked(world, every) for world in each]
        bars = {
            container.get_label(): (container.patches[0].get_x(), container.patches[0].get_width())
            for container in axes.containers
            if round(container.patches[0].get_y() + container.patches[0].get_height() / 2) == place
        }
        floor = 0.0
        for label, cause in (
            ("deployed", "deployed"),
            ("preparation", "preparation"),
            ("withdrawn", "withdrawn"),
        ):
            expected = d.mean(one.get(cause, 0.0) for one in lost) / d.DAYS
            assert bars[label][1] == pytest.approx(expected), label
        for left, width in bars.values():
            assert left == pytest.approx(floor, abs=1e-6)
            floor += width
    shades = {bars.get_label(): bars.patches[0].get_facecolor() for bars in axes.containers}
    assert key_of(axes.figure) == {label[:1].upper() + label[1:]: shade for label, shade in shades.items()}
    assert len(set(shades.values())) == len(shades)


def key_of(figure):
    """The words of a figure's key with the colour of the sign beside them."""
    key = {}
    for sign in figure.artists:
        x, y = sign.get_center()
        near = [text for text in figure.texts if text.get_position()[1] == pytest.approx(y)]
        words = min(near, key=lambda text: (text.get_position()[0] < x, text.get_position()[0]))
        key[words.get_text()] = sign.get_facecolor()
    return key


def study():
    """A made-up study with one assumption that clearly matters and one that does not."""
    key = Key("level_mean", "force", "2026-04-10")
    columns = {
        "measure": key.measure,
        "item": key.item,
        "date": key.date,
        "unit": "troops",
        "baseline": 1000.0,
    }
    rows = [
        (
            "facts.clear.probability",
            "0.6",
            "0.3",
            810.0,
            -190.0,
            -230.0,
            -150.0,
            "0.9",
            1130.0,
            130.0,
            95.0,
            165.0,
            True,
        ),
        (
            "contributors.beta.contingents.battalion.troops",
            "620",
            "310",
            970.0,
            -30.0,
            -70.0,
            12.0,
            "930",
            1045.0,
            45.0,
            -8.0,
            98.0,
            False,
        ),
    ]
    names = [
        "assumption",
        "value",
        "low_setting",
        "low_result",
        "low_difference",
        "low_diff_low",
        "low_diff_high",
        "high_setting",
        "high_result",
        "high_difference",
        "high_diff_low",
        "high_diff_high",
        "clear",
    ]
    table = pd.DataFrame(rows, columns=names).assign(**columns)
    table["swing"] = table["high_result"] - table["low_result"]
    table["swing_low"], table["swing_high"] = table["swing"] - 33, table["swing"] + 44
    table["reach"] = table["swing"]
    table["low_failed"] = table["high_failed"] = 0
    nothing = pd.DataFrame(columns=["path", "value"])
    faults = pd.DataFrame(columns=["assumption", "setting", "why"])
    return Sensitivity(d.scenario(), 250, 0, (key,), table, nothing, faults), key


def test_a_study_says_which_replications_failed_at_which_end():
    none, key = study()
    assert "failed" not in sensitivity_subtitle(none) + str(measure_part(none, key, 20).blocks)
    table = none.table.assign(low_failed=[3, 12], high_failed=[3, 0])
    some = dataclasses.replace(none, table=table, failed=3)
    said = "3 of 250 replications failed and are left out"
    assert sensitivity_subtitle(some).endswith(said)
    told = " ".join(" ".join(text.get_text() for text in draw_tornado(some, key=key).texts).split())
    assert said in told
    sheet = next(block for block in measure_part(some, key, 20).blocks if isinstance(block, Sheet))
    name = assumption_words(some.scenario, table["assumption"][1])
    assert (
        sheet.note.partition(" alone. ")[2]
        == f"Of 250 replications some failed and are left out: 12 at the low of {name}."
    )
    many = pd.concat([table.assign(low_failed=[20 + place, 0]) for place in range(7)], ignore_index=True)
    note = failures_at_ends(some, list(many.itertuples(index=False)))
    assert note.endswith(
        "22 at the low of Mandate clear: probability, fewer at 2 other ends (sensitivity.csv)."
    )


def test_a_tornado_and_its_table():
    sensitivity, key = study()
    axes = draw_tornado(sensitivity, key=key).axes[0]
    bars = {
        (round(p.get_y() + p.get_height() / 2), p.get_x(), p.get_width()): p.get_facecolor()
        for p in axes.patches
    }
    places = {(0, 1000.0, -190.0), (0, 1000.0, 130.0), (1, 1000.0, -30.0), (1, 1000.0, 45.0)}
    assert set(bars) == places
    shades = {bars[0, 1000.0, -190.0][:3], bars[1, 1000.0, -30.0][:3]}
    assert len(shades) == 1 and bars[0, 1000.0, 130.0][:3] not in shades
    assert bars[0, 1000.0, -190.0][3] > bars[1, 1000.0, -30.0][3]
    ends = {tuple(one.get_xdata()) for one in axes.lines if len(one.get_xdata()) == 2}
    assert {(770.0, 850.0), (1095.0, 1165.0), (930.0, 1012.0), (992.0, 1098.0)} <= ends
    assert any(list(one.get_xdata()) == [1000.0, 1000.0] for one in axes.lines)
    names = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    assert names[0].startswith("Mandate clear: probability") and "(30\xa0%; 90\xa0%)" in names[0]
    part = measure_part(sensitivity, key, 20)
    sheet = next(block for block in part.blocks if isinstance(block, Sheet))
    assert [str(cell).replace(JOINED, " ") for cell in sheet.rows[0]] == [
        "Mandate clear: probability",
        "30 % / 90 %",
        "810",
        "1,130",
        "+320 (+287 to +364)",
        "",
    ]
    assert sheet.rows[1][5] == "unclear" and sheet.rows[1][2:4] == ("970", "1,045")
    points = next(block.points for block in part.blocks if isinstance(block, Listing))
    words = " ".join(point.text for point in points)
    assert "(810 at 30 %, about 1,100 at 90 %)" in words
    assert "Of 2 assumptions moved alone, 1 clearly changes it and of 1 it is unclear" in words


def test_what_stands_beside_the_numbers_of_a_study_is_as_read():
    sensitivity, key = study()
    told = said(draw_tornado(sensitivity, key=key))
    parts = sensitivity_parts(sensitivity, 1)
    figures = lines_of_exhibits(sensitivity_exhibits(sensitivity, 1), sensitivity)
    assert_as_read(
        "sensitivity", [sensitivity_subtitle(sensitivity), *lines_of_parts(parts), "", told, *figures]
    )


def test_a_chance_moves_by_points_and_its_interval_too():
    """A low of 31.2 % and a high of 58.4 %, 27.2 points apart, between 20.1 and 33.4; baseline 44 %."""
    made, _ = study()
    key = Key("target_held", "third", "2026-04-10")
    row = made.table.iloc[:1].assign(
        measure=key.measure, item=key.item, unit="probability", baseline=0.44, low_result=0.312, high_result=0.584,
        swing=0.272, swing_low=0.201, swing_high=0.334, reach=0.272,
    )  # fmt: skip
    (sheet,) = (
        block
        for block in measure_part(dataclasses.replace(made, measures=(key,), table=row), key, 5).blocks
        if isinstance(block, Sheet)
    )
    assert sheet.caption.replace(JOINED, " ").startswith("44 % with every assumption as it is")
    assert [column.heading for column in sheet.columns][4] == "High less low (points)"
    assert [str(cell).replace(JOINED, " ") for cell in sheet.rows[0][2:5]] == [
        "31 %",
        "58 %",
        "+27.2 (+20.1 to +33.4)",
    ]


def test_the_picture_beside_the_targets_is_of_the_one_that_changes_most(tied_comparison, own, other):
    """Page one speaks of the same target."""
    moved = {}
    for name, (troops, by, force) in d.TARGETS.items():
        held = [sum(level >= troops for level in d.levels(each, by, force)) for each in (own, other)]
        moved[name] = abs(held[1] - held[0])
    most = max(moved, key=lambda name: moved[name])
    assert sorted(moved.values())[-2] < moved[most]
    (part,) = (part for part in comparison_parts(tied_comparison) if part.title == "Targets")
    assert part.figures == (f"target-{[*d.TARGETS].index(most) + 1}",)
    said = str(comparison_page_one(tied_comparison).blocks)
    assert f"The chance that the target “{most}” is held" in said
