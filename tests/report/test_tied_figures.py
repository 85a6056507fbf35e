"""Every band, line, bar and mark of a run's figures stands where the rows of the logs put it."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest

from sim.report.figures.arrivals import draw_arrivals
from sim.report.figures.binding_stack import draw_binding_stack
from sim.report.figures.fan import draw_fan
from sim.report.figures.gantt import draw_gantt
from sim.report.figures.matrix import draw_matrix
from sim.report.figures.target_probability import draw_target_probability
from tests.report import distinct as d
from tests.report.layout import led

MILITARY = d.of_force("military")


def all_days():
    return [d.START + dt.timedelta(days=day) for day in range(d.DAYS)]


def edges(collection):
    """The lower and upper edge of a filled band by its x."""
    points = collection.get_paths()[0].vertices
    found = {}
    for x, y in points:
        found.setdefault(round(x, 6), set()).add(round(float(y), 6))
    return {x: (min(ys), max(ys)) for x, ys in found.items()}


def line(axes, length):
    return [line for line in axes.lines if len(line.get_xdata()) == length]


def test_the_fan(tied, own):
    axes = draw_fan(tied).axes[0]
    outer, inner = (edges(band) for band in axes.collections[:2])
    medians = dict(zip(*line(axes, d.DAYS)[0].get_data(), strict=True))
    for date in all_days()[::7]:
        found = d.levels(own, date)
        low, left, middle, right, high = (d.quantile(found, share) for share in (0.05, 0.25, 0.5, 0.75, 0.95))
        x = date.toordinal()
        assert outer[x] == (low, high)
        assert inner[x] == (left, right)
        assert medians[x] == middle
    marks = {
        (mark.get_xdata()[0], mark.get_ydata()[0]): mark.get_marker()
        for mark in axes.lines
        if len(mark.get_xdata()) == 1
    }
    targets = {
        (by.toordinal(), troops): "v" for troops, by, force in d.TARGETS.values() if force == "military"
    }
    assert marks == {**targets, (dt.date(2026, 3, 20).toordinal(), 815): "D"}
    words = " ".join(text.get_text().replace("\n", " ").replace("\xa0", " ") for text in axes.figure.texts)
    last = d.levels(own, d.END)
    assert f"median {d.whole(d.quantile(last, 0.5))}" in words
    assert f"90 %: {d.whole(d.quantile(last, 0.05))}–{d.whole(d.quantile(last, 0.95))}" in words
    assert f"50 %: {d.whole(d.quantile(last, 0.25))}–{d.whole(d.quantile(last, 0.75))}" in words
    beside = {text.get_text().split()[0]: height for text, height in led(axes.figure)}
    ends = {"median": 0.5, "90": 0.95, "50": 0.75}
    assert {name.split("\xa0")[0]: height for name, height in beside.items()} == pytest.approx(
        {name: d.quantile(last, share) for name, share in ends.items()}
    )
    held = sum(value >= 900 for value in d.levels(own, d.TARGETS["second"][1]))
    assert f"second 900: {d.percent(held / d.WORLDS)}" in words
    expected = d.levels(own, dt.date(2026, 3, 20))
    below, same = (sum(map(check, expected)) for check in (lambda x: x < 815, lambda x: x == 815))
    assert f"analysts 815: {math.floor(100 * (below + same / 2) / d.WORLDS)}" in words


def test_target_probability(tied, own):
    axes = draw_target_probability(tied).axes[0]
    curves = line(axes, d.DAYS)
    names = sorted(d.TARGETS, key=lambda name: (d.TARGETS[name][1], d.TARGETS[name][0]))
    assert len(curves) == 2 * len(names)
    for place, name in enumerate(names):
        troops, by, force = d.TARGETS[name]
        firsts = [d.first_second(world, troops, d.of_force(force)) for world in own]
        reached, held = (
            dict(zip(*curve.get_data(), strict=True)) for curve in curves[2 * place : 2 * place + 2]
        )
        assert [curve.get_linestyle() for curve in curves[2 * place : 2 * place + 2]] == ["--", "-"]
        reached_band, held_band = (edges(band) for band in axes.collections[2 * place : 2 * place + 2])
        for date in all_days()[::9]:
            x = date.toordinal()
            hits = sum(value >= troops for value in d.levels(own, date, force))
            ever = sum(first <= d.end_of(date) for first in firsts)
            assert held[x] == pytest.approx(hits / d.WORLDS)
            assert reached[x] == pytest.approx(ever / d.WORLDS)
            for band, count in ((held_band, hits), (reached_band, ever)):
                low, high = d.wilson(count, d.WORLDS)
                assert band[x] == pytest.approx((low, high), abs=2e-6)
        on_date = sum(value >= troops for value in d.levels(own, by, force)) / d.WORLDS
        points = [
            mark for mark in axes.lines if mark.get_marker() == "o" and mark.get_xdata()[0] == by.toordinal()
        ]
        assert any(mark.get_ydata()[0] == pytest.approx(on_date) for mark in points)


def stacked(axes):
    """The layers of a stack from below: their label, and their thickness by x."""
    return [
        (band.get_label(), {x: high - low for x, (low, high) in edges(band).items()}, edges(band))
        for band in axes.collections
        if not str(band.get_label()).startswith("_")
    ]


def test_binding_stack(tied, own):
    layers = stacked(draw_binding_stack(tied).axes[0])
    named = {
        "deployed": "deployed",
        "until “Mandate clear” holds": "rule: clear",
        "the host's consent to Beta": "consent(host, beta)",
        "approval by the parliament": "approval parliament",
        "preparation": "preparation",
        "withdrawn": "withdrawn",
        "refused for good": "refused",
    }
    shown = {label for label, _, _ in layers}
    assert layers[0][0] == "deployed"
    assert {"until “Mandate clear” holds", "approval by the parliament", "refused for good"} <= shown
    for date in all_days()[5::17]:
        second, x = d.end_of(date), date.toordinal()
        floor = 0.0
        for label, thick, ends in layers:
            assert ends[x][0] == pytest.approx(floor, abs=1e-4)
            floor = ends[x][1]
            if label in named:
                found = d.mean(_now(world, named[label], second) for world in own)
                assert thick[x] == pytest.approx(found, abs=1e-4), label
        assert floor == pytest.approx(d.mean(_pledge(world) for world in own), abs=1e-3)


def _now(world, cause, second):
    if cause == "deployed":
        return d.level(world, second, MILITARY)
    now = {}
    for time, _, owner, body, why, troops in world.waits:
        if why == cause and time <= second and MILITARY(owner, body):
            now[owner, body] = troops
    return sum(now.values())


def _pledge(world):
    return sum(row[6] for row in world.transitions if row[4] == "" and MILITARY(row[2], row[3]))


def test_arrivals(tied, own):
    layers = stacked(draw_arrivals(tied).axes[0])
    assert [label for label, _, _ in layers] == ["Alpha Republic", "Beta"]
    for date in all_days()[3::13]:
        for (_, thick, _), owner in zip(layers, ("alpha", "beta"), strict=True):
            found = d.mean(
                d.level(world, d.end_of(date), lambda who, _, owner=owner: who == owner) for world in own
            )
            assert thick[date.toordinal()] == pytest.approx(found, abs=1e-4)


def test_gantt(tied, own):
    axes = draw_gantt(tied).axes[0]
    names = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    bodies = {
        "Alpha Republic, brigade": ("alpha", "brigade"),
        "Alpha Republic, engineers": ("alpha", "engineers"),
        "Beta": ("beta", "battalion"),
        "Gamma": ("gamma", "unit"),
    }
    assert sorted(names) == sorted(bodies)
    key = _key_of(axes.figure)
    assert list(key) == list(STAGES.values())
    assert (
        len({colour for colour, _ in key.values()}) == len({shape for _, shape in key.values()}) == len(key)
    )
    arrivals = [_stage_quantiles(own, bodies[name], "deployed")[1] for name in names]
    assert arrivals == sorted(arrivals)
    for place, name in enumerate(names):
        near = [own_line for own_line in axes.lines if abs(own_line.get_ydata()[0] - place) < 0.45]
        bars = {bar.get_color(): tuple(bar.get_xdata()) for bar in near if len(bar.get_xdata()) == 2}
        points = {
            (mark.get_color(), mark.get_marker()): mark.get_xdata()[0]
            for mark in near
            if len(mark.get_xdata()) == 1
        }
        for stage, words in STAGES.items():
            known = _stage_quantiles(own, bodies[name], stage)
            low, middle, high = known or (None, None, None)
            assert bars.get(key[words][0], (None, None)) == (low, high), (name, stage)
            assert points.get(key[words]) == middle, (name, stage)
    words = [text.get_text().replace("\xa0", " ") for text in axes.figure.texts]
    for name in names:
        comes = sum(
            any(row[2:4] == bodies[name] and row[5] == "deployed" for row in world.transitions)
            for world in own
        )
        assert d.percent(comes / d.WORLDS) in words


STAGES = {
    "deciding": "conditions met",
    "preparing": "approved",
    "ready": "ready to move",
    "moving": "under way",
    "deployed": "first in theatre",
    "withdrawing": "leaves",
}


def _key_of(figure):
    """The words of the key with the colour and shape of the mark beside them, in the order of reading."""
    high = figure.get_size_inches()[1]
    key = {}
    for mark in (artist for artist in figure.artists if len(artist.get_xdata()) == 1):
        (x,), (y,) = mark.get_data()
        near = [text for text in figure.texts if text.get_position()[1] * high == pytest.approx(y)]
        beside = [text for text in near if text.get_position()[0] * figure.get_size_inches()[0] > x]
        words = min(beside, key=lambda text: text.get_position()[0]).get_text()
        key[words] = (mark.get_color(), mark.get_marker())
    return key


def _stage_quantiles(own, body, stage):
    arriving = [
        world for world in own if any(row[2:4] == body and row[5] == "deployed" for row in world.transitions)
    ]
    firsts = [
        min((row[0] for row in world.transitions if row[2:4] == body and row[5] == stage), default=math.inf)
        for world in arriving
    ]
    known = [first for first in firsts if first < math.inf]
    if not known:
        return None
    return tuple(d.START.toordinal() + d.quantile(known, share) // d.DAY for share in (0.05, 0.5, 0.95))


def test_matrix(tied, own):
    axes = draw_matrix(tied).axes[0]
    words = [text.get_text().replace("\xa0", " ") for text in axes.texts]
    for role, troops, by, _ in d.LINES.values():
        admits = lambda owner, body, role=role: d.BODIES[owner, body][1] == role  # noqa: E731
        since, until = d.end_of(by), d.DAYS * d.DAY
        filled = []
        for world in own:
            times = sorted({since, until, *(row[0] for row in world.transitions if row[0] > since)})
            filled.append(
                sum(
                    min(troops, d.level(world, first, admits)) * (last - first)
                    for first, last in zip(times, times[1:], strict=False)
                )
                / (until - since)
            )
        met = sum(d.level(world, since, admits) >= troops for world in own)
        cell = next(text for text in words if f" of {troops:,}" in text)
        assert cell.startswith(f"{d.whole(d.mean(filled))} of {troops:,}")
        assert f"met in {d.percent(met / d.WORLDS)}" in cell.replace("\n", " ")
        due = f"{by.day} {by:%b}"
        assert due in cell or due in " ".join(words)


def test_titles_state_what_the_logs_say(tied, own):
    from sim.report import findings

    medians = {date: d.quantile(d.levels(own, date), 0.5) for date in all_days()}
    peak = max(medians.values())
    sentence = findings.force_finding(tied)
    words = sentence.split(";")[0]
    number = int("".join(letter for letter in words.split(" by ")[0] if letter.isdigit()))
    assert number == pytest.approx(peak, rel=0.06)
    held = sum(value >= 1400 for value in d.levels(own, d.TARGETS["third"][1]))
    assert f"1,400 by April 2026 is met in {d.percent(held / d.WORLDS)} of replications" in sentence
    shares = {
        name: sum(value >= troops for value in d.levels(own, by, force)) / d.WORLDS
        for name, (troops, by, force) in d.TARGETS.items()
    }
    best, worst = max(shares, key=lambda name: shares[name]), min(shares, key=lambda name: shares[name])
    found = findings.target_finding(tied)
    assert (
        found.startswith(f"The target {best} (")
        and f"met in {d.percent(shares[best])} of replications" in found
    )
    assert f"; {worst} (" in found and found.endswith(f"in {d.percent(shares[worst])} of replications")
    sums = {date: d.mean(d.levels(own, date)) for date in all_days()}
    highest = max(sums, key=lambda date: sums[date])
    alpha = d.mean(d.level(world, d.end_of(highest), lambda who, _: who == "alpha") for world in own)
    assert f"Alpha Republic sends {d.percent(alpha / sums[highest])} of it" in findings.arrival_finding(tied)
    arriving = [_comes(own, body) for body in d.BODIES]
    probable = sum(share > 0.5 for share in arriving)
    assert findings.gantt_finding(tied).startswith("All 4" if probable == 4 else f"{probable} of 4")
    low, high = findings.mean_finding(tied).split("(95 % interval ")[1].rstrip(")").split("–")
    mean = d.mean(d.levels(own, d.TARGETS["third"][1]))
    assert float(low.replace(",", "")) < mean < float(high.replace(",", ""))


def _comes(own, body):
    return d.mean(
        any(row[2:4] == body and row[5] == "deployed" for row in world.transitions) for world in own
    )


def test_the_chance_of_levels(tied, own):
    from sim.report.figures.chance_of_levels import chance_finding, draw_chance_of_levels, sizes

    axes = draw_chance_of_levels(tied).axes[0]
    curves = line(axes, d.DAYS)
    assert len(curves) == len(sizes(tied)) >= 4
    for size, curve in zip(sizes(tied), curves, strict=True):
        values = dict(zip(*curve.get_data(), strict=True))
        for date in all_days()[8::21]:
            hits = sum(value >= size for value in d.levels(own, date))
            assert values[date.toordinal()] == pytest.approx(hits / d.WORLDS)
    words = [text.get_text().replace("\n", " ").replace("\xa0", " ") for text in axes.figure.texts]
    for size in sizes(tied):
        last = sum(value >= size for value in d.levels(own, d.END)) / d.WORLDS
        assert f"at least {size:,}: {d.percent(last)}" in words
    assert any(set(mark.get_ydata()) == {0.8} for mark in axes.lines if len(mark.get_xdata()) == 2)
    found = sorted(d.levels(own, d.TARGETS["third"][1]), reverse=True)
    sure = found[math.ceil(0.8 * d.WORLDS) - 1]
    start = f"At least {d.whole(sure)} can be" if sure else "Nobody can be"
    assert chance_finding(tied) == f"{start} counted on with 80 % on 10 April 2026"


def test_the_funnel(tied, own):
    from sim.report.figures.funnel import draw_funnel, funnel_finding

    axes = draw_funnel(tied).axes[0]
    beyond = {
        "pledged": None,
        "approved": ("preparing", "ready", "moving", "deployed", "withdrawing"),
        "ready": ("ready", "moving", "deployed", "withdrawing"),
        "deployed": ("deployed",),
    }
    curves = {curve.get_label(): dict(zip(*curve.get_data(), strict=True)) for curve in line(axes, d.DAYS)}
    assert list(curves) == list(beyond)
    on_date = {}
    for name, stages in beyond.items():
        for date in (dt.date(2026, 2, 20), d.TARGETS["third"][1]):
            found = d.mean(
                _pledge(world)
                if stages is None
                else sum(d.level(world, d.end_of(date), MILITARY, stage) for stage in stages)
                for world in own
            )
            assert curves[name][date.toordinal()] == pytest.approx(found)
        on_date[name] = found
    words = " ".join(text.get_text().replace("\n", " ") for text in axes.figure.texts)
    for name in beyond:
        last = float(curves[name][d.END.toordinal()])
        (shown,) = re.findall(rf"([\d,]+) {name}\b(?! are)", words.split("Source")[1])
        assert float(shown.replace(",", "")) == pytest.approx(last, rel=0.051), name
    shares = [d.percent(on_date[name] / on_date["pledged"]) for name in ("approved", "deployed")]
    assert f"{shares[0]} are approved and {shares[1]} deployed on 10 April 2026" in funnel_finding(tied)


def test_a_far_target_stands_at_the_edge_of_the_fan(tied):
    from sim.report.figures.fan import _top, _within
    from sim.report.figures.marks import Mark

    band = float(tied.fan["q95"].max())
    near, far = (Mark(d.END, factor * band, "x", "v", "#000000") for factor in (1.5, 4.0))
    assert _top(tied, [near]) == 1.5 * band
    assert _top(tied, [near, far]) == 1.5 * band
    assert _top(tied, [far]) == 1.25 * band
    assert _within(far, _top(tied, [far])).words == "↑ x" and _within(far, 9.0).troops == 9.0
    assert _within(near, 1.5 * band) is near
