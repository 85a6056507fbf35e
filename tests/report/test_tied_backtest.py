"""A backtest as it is told: each cell, sentence, line, bar and band against numbers worked out apart from it."""

from __future__ import annotations

import csv
import io
import random
from itertools import pairwise
from statistics import mean
from types import SimpleNamespace

import numpy as np
import pytest

from sim.missions.reading import read_missions
from sim.report.answers.backtest import SETS, backtest_parts, verdict
from sim.report.backtest_findings import Findings
from sim.report.backtest_report import boots_csv, exhibits, scores_csv, subtitle, summary_csv
from sim.report.figures.backtest import draw_fans, draw_pit, draw_skill
from sim.report.style import COLUMN_WIDTH, FULL_WIDTH
from sim.studies.backtest.scores import ScoredShare
from sim.studies.backtest.study import FAN_DAYS, Backtest, Boots, Fan, Fold, FoldResult
from tests.report.layout import beyond_the_axes
from tests.report.reading import assert_as_read, lines_of_parts

MISSIONS = ("UNTAC", "KFOR", "UNAMSIL 1999", "UNAMSIL 2000", "AMISOM")
DAYS = (30, 180, 365)
BY = ("template", "class", "gap", "last", "without tempo")
WORDS = (
    "the simulator's template",
    "class on shares",
    "class on the gap",
    "last value",
    "template without tempo",
)
SIZES = dict(zip(BY, (0.06, 0.16, 0.11, 0.5, 0.21), strict=True))


@pytest.fixture(scope="module")
def findings():
    """A made-up outcome in which no two numbers are alike."""
    chance = random.Random(5)
    known = read_missions()
    build_ups = tuple(each for each in known.build_ups if each.name in MISSIONS)
    outcomes = []
    for window in ("leave-out", "expanding"):
        for each in build_ups:
            scores = [
                score(chance, each, known_day, day, by)
                for known_day in (0, 90)
                for day in DAYS
                for by in BY
                if day > known_day and not (by == "last" and each.name == "KFOR")
            ]
            boots = [
                Boots(each.name, each.cluster, 0, day, by, chance.random(), chance.random() < 0.6)
                for day in (90, 180, 365)
                for by in ("template", "class")
                if not (day == 90 and each.name == "UNTAC")
            ]
            fans = [fan(chance, each.name, known_day) for known_day in (0, 90)]
            outcomes.append(
                FoldResult(Fold(each.cluster, window), tuple(scores), tuple(boots), tuple(fans[:2]), {}, 9)
            )
    outcomes = [
        outcome
        if outcome.part.window == "leave-out"
        else FoldResult(outcome.part, outcome.scores, outcome.boots, (), {}, 9)
        for outcome in outcomes
    ]
    missions = SimpleNamespace(build_ups=build_ups)
    return Findings(Backtest(missions, tuple(outcomes), 300, 7, ("One remark.",)))


def score(chance, build_up, known_day, day, by):
    quantiles = tuple(sorted(chance.random() for _ in range(7)))
    below = chance.uniform(0, 0.9)
    return ScoredShare(
        build_up.name, build_up.cluster, known_day, day, by, chance.random(),
        SIZES[by] * chance.uniform(0.7, 1.3), below, below + chance.uniform(0.01, 0.1), quantiles,
    )  # fmt: skip


def fan(chance, name, known_day):
    bands = tuple(tuple(sorted(chance.random() for _ in range(5))) for _ in FAN_DAYS)
    return Fan(name, known_day, bands, ((10, chance.random()), (200, chance.random()), (900, 0.5)))


def means(scores, by):
    """Mean CRPS of each mission: the mean over its days."""
    names = {each.mission for each in scores if each.by == by}
    return {
        name: mean(each.crps for each in scores if (each.mission, each.by) == (name, by)) for name in names
    }


def total(scores, by):
    return mean(means(scores, by).values())


def percent(share):
    return f"{int(share * 100 + 0.5)} %"


def signed(share):
    size = int(abs(share) * 100 + 0.5)
    return f"{'+' if share > 0 else '−'}{size} %" if size else "0 %"


def skill_of(scores, by, reference):
    """The skill and its interval: clusters dealt anew 4,000 times, both forecasters the same."""
    pairs = {(each.mission, each.day) for each in scores if each.by == by}
    pairs &= {(each.mission, each.day) for each in scores if each.by == reference}
    both = [each for each in scores if (each.mission, each.day) in pairs]
    own, other = means(both, by), means(both, reference)
    cluster_of = {each.mission: each.cluster for each in both}
    clusters = sorted({cluster_of[name] for name in own})
    drawn = np.random.default_rng(0).integers(0, len(clusters), size=(4_000, len(clusters)))
    ours, theirs = (
        np.array([sum(each[name] for name in each if cluster_of[name] == cluster) for cluster in clusters])
        for each in (own, other)
    )
    ratios = 1 - ours[drawn].sum(axis=1) / theirs[drawn].sum(axis=1)
    return 1 - sum(own.values()) / sum(other.values()), *np.quantile(ratios, (0.05, 0.95))


def within(scores, by, low, high):
    told = [each for each in scores if each.by == by]
    return mean(each.quantiles[low] <= each.observed <= each.quantiles[high] for each in told)


def part_of(findings, title):
    return next(part for part in backtest_parts(findings) if part.title == title)


def rows_of(sheet):
    return [tuple(cell.replace("\xa0", " ") for cell in row) for row in sheet.texts]


def sets(findings):
    for title, window, known_day in SETS:
        yield (
            title,
            window,
            known_day,
            [each for each in findings.result.scores(window) if each.known_day == known_day],
        )


def test_scores_of_each_forecaster(findings):
    sheets = part_of(findings, "Scores").blocks
    assert [sheet.caption for sheet in sheets] == [title for title, *_ in SETS]
    for sheet, (_, _, _, scores) in zip(sheets, sets(findings), strict=True):
        reference = min(("class", "gap"), key=lambda name: total(scores, name))
        for row, by, words in zip(rows_of(sheet), BY, WORDS, strict=True):
            value, low, high = skill_of(scores, by, reference)
            assert row[:6] == (
                words,
                str(len(means(scores, by))),
                f"{total(scores, by):.3f}",
                signed(value),
                f"{signed(low)} to {signed(high)}",
                percent(within(scores, by, 2, 4)),
            )
            assert row[6] == percent(within(scores, by, 1, 5))
            assert 0 <= float(row[7]) <= 1


def test_mission_by_mission(findings):
    scores = next(sets(findings))[3]
    (sheet,) = part_of(findings, "Mission by mission").blocks
    told = {by: means(scores, by) for by in BY[:3]}
    order = [each.name for each in findings.result.missions.build_ups]
    assert rows_of(sheet) == [(name, "3", *(f"{told[by][name]:.3f}" for by in BY[:3])) for name in order]


def test_where_the_skill_comes_from(findings):
    scores = next(sets(findings))[3]
    own, gap = means(scores, "template"), means(scores, "gap")
    assert total(scores, "gap") < total(scores, "class")
    (sheet,) = part_of(findings, "Where the skill comes from").blocks
    wanted = []
    for kind in sorted(set(KINDS.values())):
        names = [name for name in MISSIONS if KINDS[name] == kind]
        first, second = (mean(each[name] for name in names) for each in (own, gap))
        wanted.append((kind, str(len(names)), f"{first:.3f}", f"{second:.3f}", signed(1 - first / second)))
    assert rows_of(sheet) == wanted


USUAL = "paid by assessment, with the host's consent"
HARD = "donors must be found, or the host's consent is contested"
KINDS = {**dict.fromkeys(MISSIONS, USUAL), "KFOR": "each state pays its own troops", "AMISOM": HARD}


@pytest.mark.long
def boots_left_out(findings):
    """The forecasts of first boots with clusters left out: not those learned from earlier missions only."""
    parts = [outcome for outcome in findings.result.outcomes if outcome.part.window == "leave-out"]
    assert 0 < len(parts) < len(findings.result.outcomes)
    return [each for outcome in parts for each in outcome.boots]


def test_first_boots(findings):
    (sheet,) = part_of(findings, "First boots").blocks
    wanted = []
    for day in (90, 180, 365):
        told = [
            [
                (each.chance, each.came)
                for each in boots_left_out(findings)
                if (each.day, each.by) == (day, by)
            ]
            for by in ("template", "class")
        ]
        wanted.append(
            (
                f"{day} days",
                str(len(told[0])),
                *(f"{mean((p - c) ** 2 for p, c in each):.3f}" for each in told),
            )
        )
    assert rows_of(sheet) == wanted
    assert [row[1] for row in wanted] == ["4", "5", "5"]


def test_the_verdict_and_the_headlines(findings):
    scores = next(sets(findings))[3]
    value, low, high = skill_of(scores, "template", "gap")
    finding, listing = verdict(findings).blocks
    assert (
        finding.text
        == findings.headline
        == (
            f"Forecasts of 5 missions are {percent(value)} better than the class on the gap "
            f"(90 %: {signed(low)} to {signed(high)})"
        )
    )
    inside = within(scores, "template", 1, 5)
    words = [point.text for point in listing.points]
    assert words[:3] == [
        f"mean CRPS {percent(value)} below the class on the gap (wanted 15 % below)",
        f"lower end of its 90 % interval {signed(low)} (wanted above 0)",
        f"80 % bands cover {percent(inside)} (wanted 70 % to 90 %)",
    ]
    done = [point.head == "done" for point in listing.points]
    assert done[:3] == [value >= 0.15, low > 0, 0.7 <= inside <= 0.9]
    assert done[3] == (findings.template.flat > 0.05)
    assert findings.pit_headline.startswith(f"{percent(inside)} of what came lies in the 80 % bands; ")
    assert (
        subtitle(findings)
        == f"5 missions in {len({e.cluster for e in scores})} clusters, 300 replications each, seed 7"
    )


def test_worse_is_said_as_worse(findings):
    swapped = {"template": "last", "last": "template"}
    outcomes = tuple(
        FoldResult(
            each.part,
            tuple(renamed(score, swapped.get(score.by, score.by)) for score in each.scores if score.mission != "KFOR"),
            each.boots, each.fans, {}, 9,
        )
        for each in findings.result.outcomes
    )  # fmt: skip
    poor = Findings(Backtest(findings.result.missions, outcomes, 300, 7))
    value = skill_of(next(sets(poor))[3], "template", "gap")[0]
    assert value < -1
    assert f"are {percent(-value)} worse than the class on the gap" in poor.headline
    assert poor.verdicts[0] == (
        f"mean CRPS {percent(-value)} above the class on the gap (wanted 15 % below)",
        False,
    )


def renamed(score, by):
    return ScoredShare(
        score.mission, score.cluster, score.known_day, score.day, by, score.observed, score.crps, score.below,
        score.upto, score.quantiles,
    )  # fmt: skip


def test_the_skill_figure(findings):
    scores = next(sets(findings))[3]
    axes = draw_skill(findings).axes[0]
    drawn = [dict(zip(line.get_xdata(), line.get_ydata(), strict=True)) for line in axes.lines]
    for course, by in zip(drawn, ("template", "gap", "class"), strict=True):
        assert course == {day: pytest.approx(total([e for e in scores if e.day == day], by)) for day in DAYS}
    assert len({line.get_color() for line in axes.lines}) == 3
    beside = " ".join(text.get_text().replace("\n", " ") for text in (*axes.figure.texts, *axes.texts))
    for words in WORDS[:3]:
        assert words in beside
    assert "Mean CRPS in shares of the ceiling" in beside and "300 replications, seed 7" in beside
    assert axes.get_ylim()[0] == 0 and beyond_the_axes(axes.figure) == []
    for line, words in zip(axes.lines, (WORDS[0], WORDS[2], WORDS[1]), strict=True):
        (label,) = (
            text for text in axes.figure.texts if text.get_text().replace("\n", " ").startswith(words)
        )
        assert label.get_color() == line.get_color(), words


@pytest.mark.parametrize("width", [COLUMN_WIDTH, FULL_WIDTH])
def test_the_days_below_the_skill_figure_do_not_touch(findings, width, monkeypatch):
    days = [30, 60, 90, 180, 270, 365, 545, 730]
    course = dict.fromkeys(days, 0.1)
    monkeypatch.setattr(type(findings), "crps_by_day", lambda self, by: course)
    monkeypatch.setattr(type(findings), "days", property(lambda self: days))
    figure = draw_skill(findings, width)
    labels = figure.axes[0].get_xticklabels()
    boxes = [label.get_window_extent() for label in labels if label.get_text()]
    assert all(one.x1 + 2 < other.x0 for one, other in pairwise(boxes))
    shown = [text.get_text() for text in labels]
    assert [int(label) for label in shown if label] == [
        day for day in days if width == FULL_WIDTH or day not in (270, 545)
    ]
    assert [label in ("", str(day)) for label, day in zip(shown, days, strict=True)] == [True] * len(days)


def parts_of_pit(scores):
    """Each score spread over the fifths that its forecast's step covers."""
    found = [0.0] * 5
    for each in scores:
        for part in range(5):
            low, high = max(each.below, part / 5), min(each.upto, (part + 1) / 5)
            found[part] += max(0.0, high - low) / (each.upto - each.below)
    return found


def test_the_pit_figure(findings):
    scores = [each for each in next(sets(findings))[3] if each.by == "template"]
    axes = draw_pit(findings).axes[0]
    bars = [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in axes.patches]
    assert [place for place, _ in bars] == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert [height for _, height in bars] == pytest.approx(parts_of_pit(scores))
    (flat,) = axes.lines
    assert list(flat.get_ydata()) == pytest.approx([len(scores) / 5] * 2)
    assert [text.get_text() for text in axes.get_xticklabels()] == [
        "0 %",
        "20 %",
        "40 %",
        "60 %",
        "80 %",
        "100 %",
    ]


def test_the_fans(findings):
    figure = draw_fans(findings)
    fans = {each.mission: each for each in findings.result.fans if each.known_day == 0}
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        each.name for each in findings.result.missions.build_ups
    ]
    months = [day / 30.4375 for day in FAN_DAYS]
    for axes in figure.axes:
        told = fans[axes.get_title(loc="left")]
        for band, low, high in zip(axes.collections, (0, 1), (4, 3), strict=True):
            corners = {(round(x, 6), round(y, 6)) for x, y in band.get_paths()[0].vertices}
            for month, ends in zip(months, told.bands, strict=True):
                assert {
                    (round(month, 6), round(ends[low], 6)),
                    (round(month, 6), round(ends[high], 6)),
                } <= corners
        middle, points = axes.lines
        assert list(middle.get_ydata()) == [ends[2] for ends in told.bands]
        assert list(middle.get_xdata()) == pytest.approx(months)
        assert points.get_xydata().tolist() == [[day / 30.4375, share] for day, share in told.counts[:2]]
    assert figure.texts[0].get_text() == "5 missions forecast as if on day 0"


def test_the_figures_data(findings):
    scores = next(sets(findings))[3]
    data = {each.name: each.data(findings) for each in exhibits()}
    assert data["skill"]["day"].tolist() == [*DAYS]
    for by in ("template", "class", "gap"):
        wanted = [total([each for each in scores if each.day == day], by) for day in DAYS]
        assert data["skill"][by].tolist() == pytest.approx(wanted)
    own = [each for each in scores if each.by == "template"]
    assert data["pit"]["scores"].tolist() == pytest.approx(parts_of_pit(own))
    rows = data["missions"].values.tolist()
    assert [row[0] for row in rows[:: len(FAN_DAYS)]] == [e.name for e in findings.result.missions.build_ups]
    fans = {each.mission: each for each in findings.result.fans if each.known_day == 0}
    assert all(tuple(row[2:]) == fans[row[0]].bands[FAN_DAYS.index(row[1])] for row in rows)


def test_the_tables_as_csv(findings):
    rows = list(csv.DictReader(io.StringIO(summary_csv(findings))))
    assert len(rows) == 4 * len(BY)
    told = {(window, str(known_day)): scores for _, window, known_day, scores in sets(findings)}
    for row in rows:
        scores = told[row["window"], row["known_day"]]
        reference = min(("class", "gap"), key=lambda name, scores=scores: total(scores, name))
        value, low, high = skill_of(scores, row["by"], reference)
        got = [row[name] for name in ("crps", "skill", "skill_low", "skill_high", "within_50", "within_80")]
        inside = (within(scores, row["by"], 2, 4), within(scores, row["by"], 1, 5))
        assert got == [f"{number:.4f}" for number in (total(scores, row["by"]), value, low, high, *inside)]
        assert int(row["missions"]) == len(means(scores, row["by"]))
        assert int(row["scores"]) == sum(each.by == row["by"] for each in scores)
    every = list(csv.DictReader(io.StringIO(scores_csv(findings))))
    scores = [
        (window, each) for window in ("leave-out", "expanding") for each in findings.result.scores(window)
    ]
    assert len(every) == len(scores)
    names = ("observed", "crps", "below", "upto", "q05", "q10", "q25", "q50", "q75", "q90", "q95")
    for row, (window, each) in zip(every, scores, strict=True):
        assert (row["window"], row["mission"], row["cluster"], row["by"]) == (
            window, each.mission, each.cluster, each.by,
        )  # fmt: skip
        assert (row["known_day"], row["day"]) == (str(each.known_day), str(each.day))
        told = (each.observed, each.crps, each.below, each.upto, *each.quantiles)
        assert [float(row[name]) for name in names] == pytest.approx(told, abs=1e-6)
    boots = list(csv.DictReader(io.StringIO(boots_csv(findings))))
    assert [(row["mission"], row["by_day"], row["by"], row["chance"], row["came"]) for row in boots] == [
        (each.mission, str(each.day), each.by, f"{each.chance:.5f}", str(int(each.came)))
        for each in boots_left_out(findings)
    ]


def test_what_stands_beside_the_numbers_is_as_read(findings):
    said = [findings.headline, findings.pit_headline, findings.source]
    said += [f"{words}: {kept}" for words, kept in findings.verdicts]
    said += [f"({each.name}) {each.caption} / {each.alternative(findings)}" for each in exhibits()]
    assert_as_read("backtest", [*said, "", *lines_of_parts(backtest_parts(findings))])
