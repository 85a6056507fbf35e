"""The page: what it holds, that it holds nothing else, and that its numbers are those of `isf whatif`.

How it looks and moves in a browser is seen with tests/browser/look_at_page.mjs, by hand: no browser is at hand in CI.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from sim.batch.executors import workers_for
from sim.batch.running import run as play
from sim.errors import UsageError
from sim.report.page.data import LOG_STEP, _packed, page_data
from sim.report.page.writing import page_of
from sim.results.levels import daily_levels
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies.whatif import share_of, whatif, worlds_of

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> &amp; \u2028"
TEXT = f"""
scenario: {json.dumps(HOSTILE)}
start: 2026-01-01
end: 2026-10-31
facts:
  mandate: {{name: {json.dumps(HOSTILE)}, kind: milestone, probability: 60%, after: {{mean: 60 days}}}}
  v: {{kind: events, rate: 2 per month, bursts: 2}}
contributors:
  a: {{commits_when: mandate and v in last 30 days <= 6, contingents: {{u: {{role: infantry, troops: 100, prepares_for: {{mean: 40 days}}}}}}}}
targets: {{t: {{troops: 100, by: 2026-07-31}}, w: {{troops: 100, by: 2026-08-31, when: mandate}}}}
"""
PATHS = ["facts.mandate.probability", "contributors.a.contingents.u.prepares_for"]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "p.yaml").write_text(TEXT)
    play(load_resolved(folder / "p.yaml"), replications=300, seed=0, folder=folder / "run")
    return worlds_of(open_run(folder / "run"), workers_for(1))


@pytest.fixture(scope="module")
def data(worlds):
    return page_data(worlds, [worlds.run], PATHS)


@pytest.fixture(scope="module")
def page(data):
    return page_of(data).decode()


def unpacked(text):
    return np.frombuffer(base64.b64decode(text), dtype="<i2").astype(float)


def weights(data, degrees):
    """The page's weights, as its script makes them."""
    total = np.zeros(data["worlds"])
    for slider, degree in zip(data["sliders"], degrees, strict=True):
        logs = slider["degrees"][degree]["logs"]
        if logs:
            packed = unpacked(logs)
            total += np.where(packed == -32_768, -np.inf, packed * LOG_STEP)
    found = np.exp(total - total.max())
    return found / found.mean()


@pytest.mark.long
@pytest.mark.parametrize("degrees", [(5, 5), (3, 5), (8, 5), (5, 7), (4, 6)])
def test_its_numbers_are_those_of_whatif(worlds, data, degrees):
    settings = [
        f"{slider['path']}={slider['degrees'][degree]['value']}"
        for slider, degree in zip(data["sliders"], degrees, strict=True)
    ]
    found = whatif(worlds, settings)
    own = weights(data, degrees)
    assert own == pytest.approx(found.weights, rel=5e-3)
    for outcome in data["outcomes"]:
        holds = unpacked(outcome["holds"])
        counts = holds >= 0
        share = share_of(holds[counts], own[counts])
        its = next(
            each for each in found.answers if (each.measure, each.item) == ("target_held", outcome["name"])
        )
        assert share.value == pytest.approx(its.weighed.value, abs=5e-4)
        assert (share.low, share.high) == pytest.approx((its.weighed.low, its.weighed.high), abs=1e-3)


def test_levels_are_those_of_the_run(worlds, data):
    levels = daily_levels(worlds.run)
    for iso, column in zip(data["days"], data["levels"]["columns"], strict=True):
        held = unpacked(column) * data["levels"]["step"]
        assert held.tolist() == levels.on(dt.date.fromisoformat(iso)).tolist()
    assert len(data["days"]) == 40 and data["days"][-1] == "2026-10-31"


def level_of(packed):
    (column,) = packed["columns"]
    return unpacked(column) * packed["step"]


def day_number(iso):
    return (dt.date.fromisoformat(iso) - dt.date(2026, 1, 1)).days


def first_days(worlds):
    """The day on which the contingent first stands, by replication; −1 where it never does."""
    moves = worlds.run.transitions()
    first = moves[moves["to_stage"] == "deployed"].groupby("replication")["day"].min()
    return np.array([int(first.get(number, -1)) for number in worlds.run.numbers])


def test_dates_boots_and_other_runs_are_those_of_the_logs(worlds, data):
    days = first_days(worlds)
    assert 0 < (days >= 0).sum() < len(days) and unpacked(data["boots"]).tolist() == days.tolist()
    titles = [(each["title"], each["date"]) for each in data["dates"]]
    assert titles == [
        ("Mean force on 31 Jul 2026", "2026-07-31"),
        ("Mean force on 31 Aug 2026", "2026-08-31"),
        ("Mean force on 31 Oct 2026", "2026-10-31"),
    ]
    for each in data["dates"]:
        there = np.where((days >= 0) & (days <= day_number(each["date"])), 100, 0)
        assert level_of(each["level"]).tolist() == there.tolist()
        mean, low, high = each["asRun"]
        assert mean == pytest.approx(there.mean()) and low < mean < high
        assert high - low == pytest.approx(2 * 1.96 * there.std(ddof=1) / math.sqrt(len(there)), rel=0.02)
    (other,) = data["others"]
    for iso, median in zip(data["days"], other["median"], strict=True):
        share = ((days >= 0) & (days <= day_number(iso))).mean()
        assert median == (100 if share > 0.5 else 0), iso
    assert {0, 100} == set(other["median"]) and other["worlds"] == "300"
    asked = signed_days(worlds)
    held = {
        "t": [0 <= day <= day_number("2026-07-31") for day in days],
        "w": [0 <= day <= day_number("2026-08-31") for day, comes in zip(days, asked, strict=True) if comes],
    }
    assert other["shares"] == pytest.approx({name: np.mean(values) for name, values in held.items()})
    for outcome in data["outcomes"]:
        share, low, high = outcome["asRun"]
        assert share == pytest.approx(np.mean(held[outcome["name"]])) and low < share < high


def signed_days(worlds):
    """In which worlds the mandate has come by 31 August, when the second target asks for it."""
    signals = worlds.run.signals()
    rows = signals[(signals["fact"] == "mandate") & (signals["value"] == 1)]
    came = set(rows[rows["day"] < day_number("2026-08-31") + 1]["replication"])
    return [number in came for number in worlds.run.numbers]


def test_its_words(worlds, data):
    assert data["subtitle"] == "1 January 2026 to 31 October 2026, 300 worlds, seed 0"
    assert (data["worlds"], data["fewest"], data["start"]) == (300, 200, "2026-01-01")
    assert [each["title"] for each in data["outcomes"]] == [
        "T: 100 troops on 31 July 2026",
        "W: 100 troops on 31 August 2026",
    ]
    sliders = data["sliders"]
    assert [each["path"] for each in sliders] == PATHS
    assert [each["title"] for each in sliders] == [
        f"{HOSTILE.replace(chr(0x2028), ' ')}: probability",  # the name that the scenario gives the fact
        "A: prepares for",
    ]
    for slider in sliders:
        assert [each["asRun"] for each in slider["degrees"]] == [place == 5 for place in range(11)]
        assert slider["degrees"][5]["logs"] == ""
    assert [slider["degrees"][5]["value"] for slider in sliders] == [
        "60%",
        "{mean: 40 days}",
    ]  # as `--set` takes it
    assert [slider["degrees"][5]["said"] for slider in sliders] == ["60 %", "mean 40 days"]


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.addresses = [], []

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]


def test_hostile_names_stay_data_and_nothing_is_loaded(page):
    parser = Elements()
    parser.feed(page)
    assert parser.found.count("script") == 3 and "img" not in parser.found and "link" not in parser.found
    assert parser.addresses == []
    stored = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1]
    assert "<" not in stored and "&" not in stored
    assert json.loads(stored)["title"].startswith("</script><script>")


def test_the_policy_allows_its_own_parts_and_nothing_else(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'sha256-")
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        allowed = set(re.search(rf"{directive} ([^;]*)", policy)[1].split())
        parts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        hashes = {
            f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" for part in parts
        }
        assert hashes == allowed and len(parts) == 2


def test_the_chart_library_comes_with_its_licence(page):
    assert (
        "Permission is hereby granted, free of charge" in page and "Copyright (c) 2022 Leon Sorokin" in page
    )


def test_sliders_are_chosen_by_how_much_they_move(worlds):
    own = page_data(worlds, [], [])
    chosen = [slider["path"] for slider in own["sliders"]]
    last = unpacked(own["levels"]["columns"][-1]) * own["levels"]["step"]
    moves = []
    for slider in own["sliders"]:
        means = []
        for degree in (3, 7):
            packed = unpacked(slider["degrees"][degree]["logs"])
            weighed = np.where(packed == -32_768, 0.0, np.exp(packed * LOG_STEP))
            means.append(np.dot(weighed, last) / weighed.sum())
        moves.append(abs(means[1] - means[0]))
    assert len(moves) >= 3 and all(
        before >= after - 0.05 for before, after in zip(moves, moves[1:], strict=False)
    )
    assert chosen[0] in PATHS and set(PATHS) <= set(chosen)
    assert not {"facts.v.rate", "facts.v.bursts"} <= set(chosen)


@pytest.mark.parametrize(
    ("paths", "why"),
    [
        (["facts.mandate.nothing"], "no number that can be moved"),
        (["contributors.a.contingents.u.troops"], "no number that can be moved"),
    ],
)
def test_a_slider_that_cannot_be_is_refused(worlds, paths, why):
    with pytest.raises(UsageError, match=why):
        page_data(worlds, [], paths)


def test_five_thousand_worlds_fit_into_two_megabytes(data):
    """Each world takes two bytes a day, degree, date and target, a third more in base64; the rest does not grow."""
    bare = json.loads(json.dumps(data))
    fields = 40 + 6 * 10 + 8 + 8 + 1
    rest = len(page_of(bare)) - sum(
        len(text) for text in re.findall(r'"[A-Za-z0-9+/=]{300,}"', json.dumps(bare))
    )
    assert rest + math.ceil(fields * 5_000 * 2 * 4 / 3) < 2_000_000


@pytest.mark.parametrize(("most", "step"), [(0, 1), (31_999, 1), (32_000, 1), (32_001, 2), (100_000, 4)])
def test_levels_are_packed_in_steps_that_fit_16_bits(most, step):
    packed = _packed([np.array([0, most // 3, most]), np.array([-most, 1, 0])])
    assert packed["step"] == step
    first, second = (unpacked(column) * step for column in packed["columns"])
    assert np.abs(first - [0, most // 3, most]).max() <= step / 2
    assert np.abs(second - [-most, 1, 0]).max() <= step / 2
