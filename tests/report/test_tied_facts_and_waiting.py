"""How likely facts are, who waits for whom and what news did stand where the rows of the logs put them."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest

from sim.report.awaited import awaited, waiting_table
from sim.report.comparison_tables import ComparisonTables
from sim.report.figures.fact_chances import decision_dates, draw_fact_chances, facts_finding, lost_to
from sim.report.figures.news import draw_news, news_finding
from sim.report.figures.registry import comparison_exhibits
from sim.report.figures.waiting_graph import draw_waiting_graph, waiting_finding
from sim.report.tables import Tables
from sim.results.run import Run
from sim.scenario.scenario import Scenario
from sim.studies.comparison import compare
from sim.vocabulary import cause_of
from tests.report import distinct as d
from tests.report.layout import beyond_the_axes, darker, said
from tests.report.reading import assert_as_read, lines_of_exhibits
from tests.report.test_tied_figures import all_days, edges, line

SIGNALS = {
    "Mandate clear": ("clear", 0.0, 1.0),
    "Calm": ("calm", 1.0, 1.0),
    "Road works, complete": ("works", 0.0, 1.0),
    "The host's consent to Beta": ("consent(host, beta)", 0.0, 1.0),
}


def share(own, signal, before, least, date):
    return d.mean(d.value(world, signal, d.end_of(date), before) >= least for world in own)


def test_fact_chances(tied, own):
    axes = draw_fact_chances(tied).axes[0]
    names = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    assert names == list(SIGNALS)
    curves = line(axes, d.DAYS)
    bands = axes.collections
    for place, (curve, band, (signal, before, least)) in enumerate(
        zip(curves, bands, SIGNALS.values(), strict=True)
    ):
        heights, filled = dict(zip(*curve.get_data(), strict=True)), edges(band)
        for date in all_days()[::11]:
            expected = share(own, signal, before, least, date)
            x = date.toordinal()
            assert (place + 0.4 - heights[x]) / 0.8 == pytest.approx(expected)
            assert filled[x][1] - filled[x][0] == pytest.approx(0.8 * expected, abs=2e-6)
    words = [text.get_text().replace("\xa0", " ") for text in axes.figure.texts]
    ends = [d.percent(share(own, *signal, d.END)) for signal in SIGNALS.values()]
    assert [word for word in words if re.fullmatch(r"[<>]?\d+ %", word)] == ends
    assert decision_dates(tied) == (dt.date(2026, 2, 1),) and "1 Feb 2026" in words
    (dotted,) = (mark for mark in axes.lines if set(mark.get_xdata()) == {dt.date(2026, 2, 1).toordinal()})
    assert dotted.get_linestyle() != "-"


def test_the_fact_that_holds_back_most_is_named(tied, own):
    date = d.TARGETS["third"][1]
    shares = {name: share(own, *signal, date) for name, signal in SIGNALS.items()}
    lost = lost_by_signal(own)
    assert lost_to(tied) == pytest.approx(
        {"clear": lost["rule: clear"], "consent(host, beta)": lost["consent(host, beta)"]}
    )
    (most,) = [cause for cause in lost if lost[cause] == max(lost.values())]
    name, waiting = (
        ("The host's consent to Beta", "waiting for it")
        if "consent" in most
        else (
            "“Mandate clear”",
            "to conditions that name it",
        )
    )
    verb = "is given" if "consent" in name else "holds"
    held = d.percent(shares[name.strip("“”")])
    assert facts_finding(tied) == (
        f"{name} matters most: {about(lost[most])} troop-days are lost {waiting}; it {verb} in {held} of "
        "replications on 10 April 2026"
    )


def lost_by_signal(own):
    found = [d.booked(world, d.of_force("military")) for world in own]
    return {
        cause: d.mean(each.get(cause, 0.0) for each in found)
        for cause in ("rule: clear", "consent(host, beta)")
    }


def about(value):
    step = 10 ** (len(str(int(value))) - 2)
    return f"about {int(value / step + 0.5) * step:,}"


def test_where_nobody_waits_the_title_names_the_most_open_fact(tied, own, monkeypatch):
    monkeypatch.setattr("sim.report.figures.fact_chances.lost_to", lambda tables: {})
    shares = {
        words: share(own, signal, before, least, d.TARGETS["third"][1])
        for words, (signal, before, least) in SIGNALS.items()
    }
    name = min(shares, key=lambda each: abs(shares[each] - 0.5))
    verb = "is given" if "consent" in name else "holds"
    said = name if "consent" in name else f"“{name}”"
    assert facts_finding(tied) == (
        f"{said} {verb} in {d.percent(shares[name])} of replications on 10 April 2026, the most open of 4 facts "
        "and consents"
    )


def waited(own):
    """Troop-days by who waits and for whom, from the rows of the log alone."""
    causes = {
        ("Alpha Republic", "“Mandate clear”"): ("alpha", "rule: clear"),
        ("Beta", "The host"): ("beta", "consent(host, beta)"),
    }
    return {
        key: d.mean(d.booked(world, lambda who, _, o=owner: who == o).get(cause, 0.0) for world in own)
        for key, (owner, cause) in causes.items()
    }


def test_who_waits_for_whom(tied, own):
    expected = waited(own)
    found = {(row.contributor, row.whom): row.troop_days for row in waiting_table(tied).itertuples()}
    assert found == pytest.approx(expected)
    axes = draw_waiting_graph(tied).axes[0]
    left = {
        label.get_text().split(":")[0]: y
        for y, label in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    }
    right = {
        text.get_text().split(":")[0]: text
        for text in axes.figure.texts
        if re.search(r": [\d,]+$", text.get_text())
    }
    assert set(left) == {who for who, _ in expected} and set(right) == {whom for _, whom in expected}
    thick = {}
    for band in axes.collections:
        ends = edges(band)
        (low, high), (low_end, high_end) = ends[0.0], ends[1.0]
        who = min(left, key=lambda name: abs(left[name] - (low + high) / 2))
        thick[who] = high - low
        assert high_end - low_end == pytest.approx(high - low, abs=1e-5)
    sizes = {who: troop_days for (who, _), troop_days in expected.items()}
    largest = max(sizes.values())
    assert thick == pytest.approx({who: 0.9 * size / largest for who, size in sizes.items()}, abs=1e-5)
    for (who, whom), size in expected.items():
        for words in (
            right[whom].get_text(),
            next(t.get_text() for t in axes.get_yticklabels() if who in t.get_text()),
        ):
            assert int(words.split(": ")[1].replace(",", "")) == pytest.approx(size, rel=0.051)
    who, whom = max(expected, key=lambda key: expected[key])
    part = d.percent(expected[who, whom] / sum(expected.values()))
    assert waiting_finding(tied).startswith(f"Most of all {who} waits for {whom}: about ")
    assert waiting_finding(tied).endswith(f" troop-days, {part} of all such waiting")


def known_up_to(run: Run, day: str, records: list[dict[str, object]]) -> Run:
    """The same run, said to have been made as of another day."""
    raw = d.raw("Distinct") | {"as_of": dt.date.fromisoformat(day), "history": records}
    return Run(run.folder, Scenario.model_validate(raw), run.manifest)


def test_what_the_news_did_as_read(tied_comparison, own, other):
    base, larger = (tied_comparison.comparison.runs[label] for label in ("base", "larger"))
    old = {"date": dt.date(2026, 1, 9), "contributor": "beta", "event": "delayed"}
    new = {"date": dt.date(2026, 2, 3), "fact": "clear", "value": True, "source": "x"}
    runs = {
        "later": known_up_to(base, "2026-02-10", [old, new]),
        "earlier": known_up_to(larger, "2026-01-12", [old]),
    }
    tables = ComparisonTables(compare(runs))
    axes = draw_news(tables, label="earlier").axes[0]
    curves = line(axes, d.DAYS)
    for curve, band, each in zip(curves, axes.collections, (other, own), strict=True):
        medians, nine = dict(zip(*curve.get_data(), strict=True)), edges(band)
        for date in all_days()[6::17]:
            found, x = d.levels(each, date), date.toordinal()
            assert medians[x] == d.quantile(found, 0.5)
            assert nine[x] == (d.quantile(found, 0.05), d.quantile(found, 0.95))
    told = [each for each in comparison_exhibits(tables) if each.name.startswith("news")]
    assert_as_read("news", lines_of_exhibits(told, tables))
    (data,) = (each.data(tables) for each in told)
    assert data.groupby("scenario")["q50"].apply(list).to_dict() == {
        f"as of {day}": [d.quantile(d.levels(each, date), 0.5) for date in all_days()]
        for each, day in ((other, "12 Jan 2026"), (own, "10 Feb 2026"))
    }
    marks = [mark.get_xdata()[0] for mark in axes.lines if mark.get_marker() == "^"]
    assert marks == [dt.date(2026, 2, 3).toordinal()]
    assert beyond_the_axes(axes.figure) == []
    assert "Military troops deployed, median and 90 % of the worlds; triangles" in said(axes.figure)
    shades = [curve.get_color() for curve in curves]
    names = [text.get_color() for text in axes.figure.texts if text.get_text().startswith("as of")]
    assert len({*shades}) == 2 and all(map(darker, names[:2], shades))
    words = " ".join(text.get_text().replace("\n", " ").replace("\xa0", " ") for text in axes.figure.texts)
    assert "triangles: 1 new record" in words
    for each, day in ((other, "12 Jan 2026"), (own, "10 Feb 2026")):
        assert f"as of {day}: median {d.whole(d.quantile(d.levels(each, d.END), 0.5))}" in words
    date = d.TARGETS["third"][1]
    then, now = (d.quantile(d.levels(each, date), 0.5) for each in (other, own))
    verb = "rises" if now > then else "falls"
    found = news_finding(tables, "earlier")
    assert found.startswith(
        f"With the news up to 10 February 2026 the median force on 10 April 2026 {verb} from "
    )
    bands = [
        tuple(d.whole(d.quantile(d.levels(each, date), q)) for q in (0.05, 0.95)) for each in (own, other)
    ]
    assert found.endswith(f"have {bands[0][0]}–{bands[0][1]} instead of {bands[1][0]}–{bands[1][1]}")


def test_no_news_is_drawn_where_both_know_the_same(tied_comparison):
    from sim.report.figures.news import news_of

    assert news_of(tied_comparison, "larger") is None
    assert isinstance(tied_comparison.of("larger"), Tables)


@pytest.mark.parametrize(
    ("rule", "whose"),
    [
        ("casualties(self) in last 30 days >= 5", "Its own losses"),
        ("deployed >= 100", "Troops of others"),
        ("deployed(alpha) >= 100", "Alphaland"),
        ("beds >= 100", "Beds in the theatre"),
        ("after 2026-06-01", "A date to come"),
        ("calm", "The host"),
        ("known", "“Known”"),
    ],
)
def test_whose_move_a_condition_waits_for(rule, whose):
    facts = {"calm": SimpleNamespace(party="host"), "known": SimpleNamespace(party=None)}
    tables = SimpleNamespace(
        scenario=SimpleNamespace(facts=facts),
        titles={"known": "Known"},
        party_name={"host": "The host"}.get,
        contributor_name={"alpha": "Alphaland"}.get,
    )
    assert awaited(tables, cause_of(f"rule: {rule}")) == whose
