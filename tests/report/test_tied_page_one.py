"""Each number of page one is what the rows of the logs come to, worked out apart."""

from __future__ import annotations

import datetime as dt
import math
from types import SimpleNamespace

import pytest

from sim.report.answers.page_one import _ceiling_words, authorised, cautions, ladder, page_one, subtitle
from sim.report.blocks import Curve, Listing, Paragraph
from sim.words.numbers import left_out
from tests.report import distinct as d
from tests.report.test_tied_tables import (
    MILITARY,
    date_of,
    long,
    order_interval,
    short,
    span,
)


def test_page_one(tied, own):
    part = page_one(tied)
    (points,) = (block.points for block in part.blocks if isinstance(block, Listing))
    said = {point.head: point.text for point in points}
    date = d.TARGETS["third"][1]  # that of the largest target
    found = d.levels(own, date)
    sure = sorted(found, reverse=True)[math.ceil(0.8 * len(found)) - 1]
    low, high = order_interval([-value for value in found], 0.8)
    when = "10 April 2026"
    assert sure and said["To be counted on"] == (
        f"at least {d.whole(sure)} military troops with 80 % on {when} (95 % interval {span(-high, -low)})."
    )
    first, last = order_interval(found, 0.5)
    nine = [d.whole(d.quantile(found, share)) for share in (0.05, 0.95)]
    assert said["In the middle"] == (
        f"half of the worlds have {d.whole(d.quantile(found, 0.5))} or more on {when} (95 % interval "
        f"{span(first, last)}); nine in ten have between {nine[0]} and {nine[1]}."
    )
    there = [value for value in found if value]
    assert said["Nobody there"] == (
        f"on {when} in {d.chance(len(found) - len(there))}; of the others half have {d.whole(d.quantile(there, 0.5))} or "
        f"more (95 % interval {span(*order_interval(there, 0.5))})."
    )
    _, by, force = d.TARGETS["police"]
    police = d.levels(own, by, force)
    sure_police = sorted(police, reverse=True)[math.ceil(0.8 * len(police)) - 1]
    ends = order_interval([-value for value in police], 0.8)
    counted = f"{d.whole(sure_police)} or more" if sure_police else "nobody"
    assert said["Police"].startswith(
        f"with 80 % {counted} (95 % interval {span(-ends[1], -ends[0])} alone); half of the "
    )
    middle = d.quantile(police, 0.5)
    assert (
        f"half of the worlds have {d.whole(middle) + ' or more' if middle else 'nobody'} on {long(by)}"
        in said["Police"]
    )
    for name, (troops, by, force) in d.TARGETS.items():
        held = d.chance(sum(value >= troops for value in d.levels(own, by, force)))
        assert f"{name} ({troops:,}" in said["Targets"] and f"on {short(by)}: {held}" in said["Targets"]
    since = {}
    for troops in (500, 900, 1400):
        since.setdefault(_from(own, troops), []).append(f"{troops:,}")
    alike = {1: "{}", 2: "{} and {}", 3: "{}, {} and {}"}
    groups = [f"{alike[len(those)].format(*those)} with 80 % {when}" for when, those in since.items()]
    assert said["From when"] == f"{'; '.join(groups)}."
    leaving = said["Leaving"].removesuffix(".").split("; ")
    for words, (title, owner) in zip(leaving, _leavers(own), strict=True):
        known = [first for first in _first_leave(own, owner) if first is not None]
        middle = short(date_of(d.quantile(known, 0.5)))
        assert words.startswith(f"{title} {d.chance(len(known))}, half of these by {middle}: ")
    question = next(block.text for block in part.blocks if isinstance(block, Paragraph))
    assert question == "How many are there in spring?"


def _first_leave(own, owner):
    return [
        min(
            (row[0] for row in world.transitions if row[2] == owner and row[5] == "withdrawing"), default=None
        )
        for world in own
    ]


def _leavers(own):
    names = {"Alpha Republic": "alpha", "Beta": "beta"}
    return sorted(
        names.items(), key=lambda pair: -sum(first is not None for first in _first_leave(own, pair[1]))
    )


def _from(own, troops):
    for day in range(d.DAYS):
        date = d.START + dt.timedelta(days=day)
        if sum(value >= troops for value in d.levels(own, date)) >= 0.8 * d.WORLDS - 1e-9:
            return f"from {long(date)}"
    return "at no time up to 30 April 2026"


def test_the_ladder_and_the_curve(tied, own):
    rows = [[str(cell) for cell in row] for row in ladder(tied).rows]
    date = d.TARGETS["third"][1]
    found = d.levels(own, date)
    pledges = [
        sum(row[6] for row in world.transitions if row[4] == "" and MILITARY(row[2], row[3])) for world in own
    ]
    sure = sorted(found, reverse=True)[math.ceil(0.8 * len(found)) - 1]
    values = [d.quantile(pledges, 0.5), d.quantile(found, 0.95), d.mean(found), sure]
    names = ["Pledged (median)", "Reachable (1 world in 20)", "Expected (mean)", "Counted on (80 %)"]
    assert [row[:2] for row in rows] == [
        [name, d.whole(value)] for name, value in zip(names, values, strict=True)
    ]
    ends = [[float(end.replace(",", "")) for end in row[2].split("–")] if row[2] else None for row in rows]
    assert ends[0] is None and tuple(ends[1]) == order_interval(found, 0.95)
    low, high = order_interval([-value for value in found], 0.8)
    assert tuple(ends[3]) == (-high, -low)
    spread = math.sqrt(sum((value - d.mean(found)) ** 2 for value in found) / (d.WORLDS - 1) / d.WORLDS)
    assert (ends[2][1] - ends[2][0]) / spread == pytest.approx(2 * 1.97, rel=0.06)
    assert sum(ends[2]) / 2 == pytest.approx(d.mean(found), abs=spread)
    for row, value in zip(rows, values, strict=True):
        assert len(row[3]) == pytest.approx(24 * value / max(values), abs=1.01)
    curve = next(block for block in page_one(tied).blocks if isinstance(block, Curve))
    assert (curve.first, curve.last) == ("1 Jan 2026", "30 Apr 2026")
    for (_, shown, end), share in zip(curve.rows, (0.95, 0.5, 0.05), strict=True):
        assert end == d.whole(d.quantile(d.levels(own, d.END), share))
        assert shown[0] == d.quantile(d.levels(own, d.START), share)
        middle = d.START + dt.timedelta(days=round(24 * (d.DAYS - 1) / 47))
        assert shown[24] == d.quantile(d.levels(own, middle), share)


def told(replications, failed):
    """What page one reads of a run that is not worth its worlds."""
    manifest = {"seed": 7, "failed": list(range(failed))}
    return SimpleNamespace(
        scenario=d.scenario(),
        replications=replications,
        failed=failed,
        left_out=left_out(failed, replications + failed),
        overdue=(),
        contradictions=(),
        titles={},
        run=SimpleNamespace(manifest=manifest),
        headline_force="military",
    )


def test_what_must_be_known_before_a_number_is_believed():
    assert cautions(told(200, 0)) == []
    assert subtitle(told(200, 0)) == "1 Jan 2026 to 30 Apr 2026 · 200 replications · seed 7"
    few, failed = cautions(told(199, 3))[::-1]
    assert few.startswith("Only 199 replications: every number below is rough")
    assert failed == "3 of 202 replications failed and are left out of every number."
    assert cautions(told(900, 1)) == ["1 of 901 replications failed and is left out of every number."]
    assert subtitle(told(900, 3)).endswith("seed 7 · 3 of 903 replications failed and are left out")


@pytest.mark.parametrize(
    ("stated", "ceiling", "words"),
    [
        ({"military": 1500, "any": 2000}, 1500.0, "Authorised"),
        ({"any": 2000}, 2000.0, "Authorised (all forces)"),
        ({"police": 70}, None, "Authorised (all forces)"),
        (2500, 2500.0, "Authorised (all forces)"),
        (None, None, "Authorised (all forces)"),
    ],
)
def test_the_authorised_ceiling_is_that_of_the_force(stated, ceiling, words):
    scenario = SimpleNamespace(
        authorised=stated, **{key: getattr(d.scenario(), key) for key in ("contributors", "trained_forces")}
    )
    tables = SimpleNamespace(scenario=scenario, headline_force="military")
    assert authorised(tables) == ceiling and _ceiling_words(tables) == words
    assert _ceiling_words(SimpleNamespace(scenario=scenario, headline_force=None)) == "Authorised"


def test_a_median_of_nobody_does_not_hide_those_who_come():
    from sim.report.findings import force_finding, mean_finding
    from tests.report.synthetic import scenario_of, tables_of_scenario

    tables = tables_of_scenario(scenario_of(1), 400, arriving=0.3)
    there = int((tables.levels.on(tables.date) > 0).sum())
    assert 0 < there < 200
    assert (
        f", though {d.percent(there / 400)} of the worlds have some on {long(tables.date)}"
        in force_finding(tables)
    )
    nobody = tables_of_scenario(scenario_of(2), arriving=0.0)
    assert "though" not in force_finding(nobody)
    points = {p.head: p.text for b in page_one(nobody).blocks if isinstance(b, Listing) for p in b.points}
    worlds, when = nobody.replications, long(nobody.date)
    most = math.ceil(1000 * 3.8415 / (worlds + 3.8415)) / 10
    alone = f"in any of {worlds} worlds (at most {most} % have some)"
    assert points["In the middle"] == f"nobody on {when} {alone}."
    assert points["Held back"].startswith("none of the pledged") and points["Requirements"].startswith(
        "none of the"
    )
    assert points["To be counted on"] == f"no military troops with 80 % on {when}: nobody {alone}."
    assert mean_finding(nobody) == f"There is nobody on {when} {alone}"
    points = {p.head: p.text for b in page_one(tables).blocks if isinstance(b, Listing) for p in b.points}
    low, high = d.wilson(there, 400)
    assert points["To be counted on"] == (
        f"no military troops with 80 % on {long(tables.date)}: {d.percent(there / 400)} of the worlds have some "
        f"(95 % interval {math.floor(100 * low)}–{math.ceil(100 * high)} %)."
    )
    assert points["In the middle"].startswith(
        f"half of the worlds have nobody on {long(tables.date)}; nine in ten have between 0 and "
    )
