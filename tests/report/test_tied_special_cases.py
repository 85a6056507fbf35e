"""What is said where nothing, all or nobody is: the sentences that an ordinary run does not show."""

from __future__ import annotations

import datetime as dt
from copy import copy
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.report import findings
from sim.report.answers import page_one
from sim.report.answers.interactions import interactions_part
from sim.report.answers.sensitivity import sensitivity_parts
from sim.report.answers.watching import _posts
from sim.report.comparison_findings import _target_sentences, binding_finding, level_finding
from sim.report.comparison_tables import ComparisonTables
from sim.report.figures.chance_of_levels import chance_finding
from sim.report.figures.comparison_targets import target_finding
from sim.report.figures.effects import _finding, _measure, contributor_finding
from sim.report.figures.fact_chances import _name_dates, facts_finding
from sim.report.figures.fan import _percentile, ordinal
from sim.report.figures.funnel import funnel_finding
from sim.report.figures.layers import Layer, layer_labels
from sim.report.figures.level_distributions import distributions_finding
from sim.report.figures.matrix import RequirementCell
from sim.report.figures.news import known_words, news_finding
from sim.report.figures.ranked import RankedRow
from sim.report.figures.response import _turn
from sim.report.figures.target_probability import draw_target_probability
from sim.report.figures.tornado import _subtitle
from sim.report.figures.waiting_graph import waiting_finding
from sim.report.sensitivity_findings import measure_words, size_words
from sim.report.style import BLUE
from sim.report.telling.contradiction_lines import contradiction_lines, contradiction_note
from sim.results.assurance import Assured
from sim.scenario.scenario import Scenario
from sim.studies.contradictions import Contradiction
from sim.studies.effects import verdict_of
from sim.studies.intervals import IntervalEstimate
from sim.studies.samples import Key
from tests.report.layout import said as layout_said
from tests.report.test_tied_comparison import study

DAY = dt.date(2026, 4, 10)


def tables_of(*troops, **more):
    levels = SimpleNamespace(on=lambda date: np.array(troops), replications=len(troops))
    return SimpleNamespace(levels=levels, date=DAY, replications=len(troops), **more)


@pytest.mark.parametrize(
    ("measure", "item", "date", "words"),
    [
        ("level_mean", "force", "2026-04-10", "the mean force on 10 April 2026"),
        ("level_q50", "force", "2026-04-10", "the median force on 10 April 2026"),
        ("target_held", "first", "2026-04-10", "the chance that “first” is held on 10 April 2026"),
        (
            "target_reached",
            "first",
            "2026-04-10",
            "the chance that “first” has been reached on 10 April 2026",
        ),
        ("target_day_mean", "first", "", "the mean days until “first” is reached"),
        ("first_boots", "force", "", "the chance that any troops arrive"),
        ("first_boots_day_mean", "force", "", "the mean days until the first troops arrive"),
        ("coverage", "total", "", "the share of the required troop-days that are served (total)"),
        ("own_thing", "x", "2026-04-10", "own thing x on 10 April 2026"),
    ],
)
def test_each_measure_of_a_study(measure, item, date, words):
    assert measure_words(None, Key(measure, item, date)) == words


def test_sizes_of_each_unit():
    assert [
        size_words(unit)(value)
        for unit, value in (("probability", 0.34), ("troops", 1234.0), ("days", 1.2), ("days", 34.0))
    ] == [
        "34 %",
        "about 1,200",
        "about 1 day",
        "34 days",
    ]


@pytest.mark.parametrize(
    ("measure", "points", "words"),
    [
        ("level_mean", False, "Mean military troops deployed on 10 Apr 2026"),
        ("target_held", True, "Percentage points of the chance that “first” is held on 10 Apr 2026"),
        ("target_reached", True, "Percentage points of the chance that “first” is reached on 10 Apr 2026"),
        ("target_day_mean", False, "Days until “first” is first reached (mean up to the end of the run)"),
        ("first_boots_day_mean", False, "Days until the first troops arrive (mean up to the end of the run)"),
        ("coverage", True, "Percentage points of the required troop-days that are served (first)"),
        ("own_thing", False, "own thing first on 10 Apr 2026"),
    ],
)
def test_each_measure_of_a_comparison(measure, points, words):
    scale, said = _measure(SimpleNamespace(force="military troops"), measure, "first", DAY)
    assert said == words and scale.factor == (100 if points else 1)


def test_how_many_scenarios_raise_and_lower_it():
    def row(value, clear=True):
        return RankedRow("x", value, value - 1, value + 1, "#000000", clear)

    assert _finding([row(2.0), row(3.0), row(-4.0), row(1.0, False)], "The force") == (
        "The force: of 4 scenarios 2 raise it, 1 lowers it, 1 changes nothing clearly"
    )
    assert _finding([row(1.0, False)], "The force") == "No scenario clearly changes: the force"


def effects(*rows, **more):
    told = [
        SimpleNamespace(**{"scenario": "b", "verdict": "unclear", "baseline": 1000.0, **row}) for row in rows
    ]
    return SimpleNamespace(
        effects=lambda measure, item=None, date=None: told,
        date=DAY,
        name=str,
        titles={},
        comparison=SimpleNamespace(baseline="a"),
        of=lambda label: SimpleNamespace(
            scenario=SimpleNamespace(targets={}), titles={}, contributor_name=str
        ),
        **more,
    )


def test_a_comparison_in_which_nothing_clearly_changes():
    none = effects()
    assert level_finding(none) == "The scenarios have no day in common with the baseline's 10 April 2026"
    assert level_finding(effects({})) == "No scenario clearly changes the mean force in April 2026 (1,000)"
    assert level_finding(effects({"verdict": "same"})) == (
        "No scenario changes the mean force in April 2026 (1,000)"
    )
    assert _target_sentences(effects({}), "b") == ["The chance of no target clearly changes."]
    assert (
        binding_finding(effects({"item": "beds"})) == "No scenario clearly changes what holds the force back"
    )
    found = effects(
        {"item": "Beta", "value": 9.0, "difference": 1.0, "diff_low": -1.0, "diff_high": 2.0},
    )
    assert contributor_finding(found, "b") == (
        "With “b” the troops of no contributor clearly change on 10 April 2026"
    )
    target = SimpleNamespace(by=DAY, troops=500)
    unclear = effects({"item": "first", "date": "2026-04-10"}, targets={"first": target})
    assert target_finding(unclear, "first") == (
        "No scenario clearly changes the chance that “first” is held on 10 April 2026"
    )
    assert target_finding(unclear, "") == "The baseline names no target"


def test_a_target_with_a_condition_is_said_to_count_where_it_applies():
    row = {
        "item": "first",
        "verdict": "higher",
        "value": 0.6,
        "baseline": 0.4,
        "difference": 0.2,
        "diff_low": 0.15,
        "diff_high": 0.25,
        "date": "2026-04-10",
    }
    tables = effects(row)
    tables.of = lambda label: SimpleNamespace(
        scenario=SimpleNamespace(targets={"first": SimpleNamespace(when="x" if label == "b" else None)})
    )
    assert _target_sentences(tables, "b") == [
        "The chance that the target “first” is held on 10 April 2026, where it applies, is 60 % instead of 40 % "
        "(+20 points, 95 % interval +15 to +25)."
    ]


@pytest.mark.parametrize(
    ("paired", "worlds", "words"),
    [
        ([True, True], [200, 200], "the same 200 worlds each"),
        ([True, True], [200, 90], "the same 90 to 200 worlds each"),
        ([False, False], [200, 200], "independent samples"),
        ([True, False], [200, 200], "the same worlds, but independent samples where a scenario has others"),
    ],
)
def test_how_the_worlds_of_a_comparison_are_paired(paired, worlds, words):
    pairings = pd.DataFrame({"paired": paired, "worlds": worlds})
    runs = {"a": SimpleNamespace(manifest={"seed": 3}), "b": SimpleNamespace(manifest={"seed": 11})}
    tables = SimpleNamespace(comparison=SimpleNamespace(pairings=pairings, id="0f0f", runs=runs))
    assert ComparisonTables.worlds.fget(tables) == words
    assert ComparisonTables.source.fget(tables) == "Source: ISF simulator, comparison 0f0f, seeds 11, 3."


def test_medians_that_read_the_same_are_not_said_to_differ():
    def told(**medians):
        of = {
            label: SimpleNamespace(levels=SimpleNamespace(on=lambda _, n=n: np.array([n, n, n])))
            for label, n in medians.items()
        }
        runs = {label: SimpleNamespace(dates=[DAY]) for label in medians}
        return distributions_finding(
            SimpleNamespace(
                labels=[*medians], date=DAY, comparison=SimpleNamespace(runs=runs), of=of.get, name=str
            )
        )

    assert told(a=1200, b=900) == "The median force on 10 April 2026 is between 900 and 1,200 (a)"
    assert told(a=1200, b=900, c=1200) == (
        "The median force on 10 April 2026 is between 900 and 1,200 (2 scenarios)"
    )
    assert told(a=1181, b=1179) == "The median force on 10 April 2026 is about 1,200 in every scenario"


@pytest.mark.parametrize(
    ("then", "now", "moved"),
    [
        (900, 1200, "rises from 900 to 1,200"),
        (1200, 900, "falls from 1,200 to 900"),
        (1234, 1234, "stays at 1,234"),
        (1179, 1181, "stays at about 1,200"),
    ],
)
def test_what_news_do_to_the_median(monkeypatch, then, now, moved):
    before, after = (
        SimpleNamespace(levels=SimpleNamespace(on=lambda _, n=n: np.array([n] * 3)), as_of=as_of)
        for n, as_of in ((then, None), (now, dt.date(2026, 2, 10)))
    )
    monkeypatch.setattr(
        "sim.report.figures.news.news_of", lambda *_: SimpleNamespace(before=before, after=after)
    )
    assert news_finding(SimpleNamespace(date=DAY), "x") == (
        f"With the news up to 10 February 2026 the median force on 10 April 2026 {moved}; nine in ten worlds have "
        f"{now:,} instead of {then:,}"
    )
    assert [known_words(each) for each in (before, after)] == ["before any news", "as of 10 Feb 2026"]


def test_where_a_response_is_largest_and_smallest():
    swept = SimpleNamespace(said=lambda value: f"{value:g} weeks")

    def turn(*results):
        rows = [SimpleNamespace(value=place, result=result) for place, result in enumerate(results)]
        return _turn(swept, rows, "")

    assert turn(100.0, 300.0, 200.0) == "; it is largest at 1 weeks (300)"
    assert turn(300.0, 200.0, 100.0, 400.0) == "; it is smallest at 2 weeks (100)"
    assert turn(100.0, 200.0, 200.0) == ""


def facts(monkeypatch, **chances):
    monkeypatch.setattr("sim.report.figures.fact_chances.lost_to", lambda tables: {})
    table = pd.DataFrame({"date": [pd.Timestamp(DAY)], **{name: [value] for name, value in chances.items()}})
    kinds = {name: SimpleNamespace(kind="milestone") for name in chances}
    return facts_finding(
        SimpleNamespace(
            fact_chances=table,
            date=DAY,
            replications=400,
            titles={"calm": "Calm", "clear": "Clear"},
            scenario=SimpleNamespace(facts=kinds),
        )
    )


def test_facts_for_which_nobody_waits(monkeypatch):
    assert facts(monkeypatch) == "The scenario has no fact or consent that is so or not"
    assert facts(monkeypatch, calm=1.0, clear=0.0) == (
        "Every fact and consent is settled on 10 April 2026 in all replications"
    )
    assert facts(monkeypatch, calm=0.1, clear=0.4) == (
        "“Clear” holds in 40 % of replications on 10 April 2026, the most open of 2 facts and consents"
    )
    assert facts(monkeypatch, calm=0.9) == "“Calm” holds in 90 % of replications on 10 April 2026"


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        (
            RequirementCell(700, 575.4, 0.49, False, "1 Mar 2026"),
            ("575 of 700", "due 1 Mar 2026", "met in 49 %"),
        ),
        (RequirementCell(700, 0.0, 0.0, True, "1 Mar"), ("0 of 700", "due 1 Mar", "never met", "critical")),
        (RequirementCell(700, float("nan"), 0.0, True, "1 Mar"), ("700", "not needed")),
    ],
)
def test_what_stands_in_a_cell_of_the_matrix(cell, lines):
    assert cell.lines == lines


def test_where_an_estimate_lies():
    worlds = tables_of(*range(10, 40))
    assert _percentile(worlds, 50, DAY) == "above all of 30"
    assert _percentile(worlds, 5, DAY) == "below all of 30"
    assert _percentile(worlds, 25, DAY) == "51st percentile"  # 15 below, 1 the same, of 30
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 92)] == [
        f"{said} percentile" for said in ("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "92nd")
    ]


def test_a_run_of_which_nothing_is_to_be_said():
    empty = pd.DataFrame({"contributor": [], "contingent": [], "stage": [], "chance": []})
    assert findings.gantt_finding(SimpleNamespace(stage_dates=empty)) == "The scenario pledges no contingent"
    assert findings.coverage_finding(SimpleNamespace(coverage=None)) == "The scenario states no requirements"
    table = pd.DataFrame(
        {"date": [pd.Timestamp(DAY)], "pledged": [0.0], "approved": [0.0], "deployed": [0.0]}
    )
    assert funnel_finding(SimpleNamespace(funnel=table, date=DAY)) == "Nobody is pledged"


def test_targets_that_are_always_met():
    rows = pd.DataFrame(
        {
            "target": ["a", "b"],
            "troops": [5, 6],
            "by": [pd.Timestamp(DAY)] * 2,
            "applies": 1.0,
            "held_on": 1.0,
        }
    )
    target = SimpleNamespace(force=None, role=None, sector=None, contributor=None, troops=5)
    tables = SimpleNamespace(
        targets=rows,
        scenario=SimpleNamespace(targets={"a": target, "b": target}),
        replications=400,
        trials=lambda applies: 400,
    )
    assert findings.target_finding(tables) == "Each of the 2 targets is met on its date in every replication"
    tables.targets = rows.head(1)
    assert (
        findings.target_finding(tables) == "The target a (5 by April 2026) is met in all of 400 replications"
    )


def test_a_study_says_what_it_could_not_move():
    made, _ = study()
    one = pd.DataFrame({"assumption": ["x"], "setting": ["2"], "why": ["it is a word"]})
    unmoved = pd.DataFrame({"path": ["a"], "value": ["b"]})
    for count, words in (
        (1, "1 assumption that is no number was"),
        (2, "2 assumptions that are no numbers were"),
    ):
        told = sensitivity_parts(replace(made, unmoved=pd.concat([unmoved] * count), faults=one), 1)[-1]
        assert told.title == "What was not moved"
        assert [block.text for block in told.blocks] == [
            f"{words} not moved (unmoved.csv).",
            "x cannot be 2: it is a word",
        ]
    assert "right: difference from the scenario, percentage points; pale:" in _subtitle(made, "probability")


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("pace", " ask for different paces"),
        ("fell", ", though nothing takes it back"),
        ("stood", ", though it stood still in between"),
    ],
)
def test_what_contradicts_itself(kind, why):
    found = Contradiction(
        "works", kind, 1, (dt.date(2026, 1, 5), 0.2), (dt.date(2026, 2, 6), 0.15), "correct one of them"
    )
    said = f"20 % on 5 Jan 2026 and 15 % on 6 Feb 2026{why}; the later one counts."
    assert contradiction_note([found], {"works": "Road works"}) == (
        f"Contradicting measurements of Road works: {said} `isf explain` says more, and what mends it."
    )
    lines = [*contradiction_lines([found], {"works": "Road works"})]
    assert lines[1] == "What contradicts itself in history"
    assert " ".join(" ".join(lines[3:]).split()) == f"Road works {said} Remedy: correct one of them."


def test_page_one_where_others_are_alike_and_targets_many():
    tables = tables_of(0, 0, 7, 7)
    assert page_one._nobody(tables).endswith("; the others all have 7.")
    assert page_one._targets(SimpleNamespace(targets=pd.DataFrame({"applies": [0.0]}))) == (
        "none of them applies in any world."
    )
    few = SimpleNamespace(
        failed=0,
        replications=150,
        overdue=(),
        contradictions=(),
        titles={},
        scenario=Scenario.model_validate({"scenario": "s", "start": "2026-01-01", "end": "2026-12-31"}),
    )
    assert page_one.cautions(few) == [
        "Only 150 replications: every number below is rough; read its interval, or play more (isf run -n 1000)."
    ]
    few.replications = 200
    assert page_one.cautions(few) == []


def test_nobody_waits_for_anybody(monkeypatch):
    monkeypatch.setattr(
        "sim.report.figures.waiting_graph.waiting_table", lambda tables: pd.DataFrame({"troop_days": []})
    )
    assert waiting_finding(SimpleNamespace()) == "No contributor waits for anybody else's move"


def test_nobody_can_be_counted_on(monkeypatch):
    for troops, said in ((0, "Nobody"), (1234, "At least 1,234")):
        monkeypatch.setattr(
            "sim.report.figures.chance_of_levels.count_on", lambda *_, n=troops: SimpleNamespace(troops=n)
        )
        assert chance_finding(SimpleNamespace(levels=None, date=DAY)) == (
            f"{said} can be counted on with 80 % on 10 April 2026"
        )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.1, 2.0, "higher"),
        (0.0, 2.0, "unclear"),
        (-1.0, 1.0, "unclear"),
        (-2.0, 0.0, "unclear"),
        (-2.0, -0.1, "lower"),
    ],
)
def test_a_difference_is_clear_only_beyond_zero(low, high, said):
    assert verdict_of(IntervalEstimate(0.5, low, high)) == said


@pytest.mark.parametrize(
    ("worlds", "sure", "words"),
    [
        ([0, 5, 9, 9], Assured(5, 0.0, 9.0), " (95 % interval 0–9)"),
        ([0] * 150 + [9] * 50, Assured(0, 0.0, 4.0), " (95 % interval 0–4)"),
        (
            [0] * 150 + [9] * 50,
            Assured(0, 0.0, 0.0),
            ": 25 % of the worlds have some (95 % interval 19–32 %)",
        ),
        ([0] * 200, Assured(0, 0.0, 0.0), ": nobody in any of 200 worlds (at most 1.9 % have some)"),
    ],
)
def test_how_sure_is_what_can_be_counted_on(worlds, sure, words):
    """Wilson's interval of 50 of 200 is 19.5 to 31.4 %; of none of 200 its upper end is 1.88 %."""
    assert page_one._how_sure(tables_of(*worlds).levels, DAY, sure) == words


def test_dates_are_named_by_their_own_month(monkeypatch):
    """In full, and shorter where there is no room."""
    kept = []
    monkeypatch.setattr("sim.report.figures.fact_chances.name_dates", lambda *told: kept.append(told[1:]))
    monkeypatch.setattr(
        "sim.report.figures.fact_chances.decision_dates", lambda tables: (DAY, dt.date(2026, 12, 31))
    )
    _name_dates(SimpleNamespace(narrow=False), SimpleNamespace(as_of=dt.date(2026, 1, 9)))
    assert kept == [
        (
            [
                (dt.date(2026, 1, 9), "as of 9 Jan 2026"),
                (DAY, "10 Apr 2026"),
                (dt.date(2026, 12, 31), "31 Dec 2026"),
            ],
            ["9 Jan", "10 Apr", "31 Dec"],
        )
    ]


def test_layers_are_named_by_their_troops_on_the_last_day():
    layers = [
        Layer("there", np.array([100.0, 1234.0]), BLUE),
        Layer("gone", np.array([640.0, 0.3]), BLUE),
    ]
    first, second = layer_labels(layers)
    assert (first.words, first.value) == ("1,200 there", 617.0)
    assert (second.words, second.value) == ("0 gone (at most 640)", 1234.15)


def test_nothing_to_watch_is_said():
    (said,) = _posts(SimpleNamespace(telling=()))
    assert said.text == "Nothing that can happen tells the worlds apart."


def test_a_target_with_a_condition_is_drawn_where_it_applies(tied):
    conditional = copy(tied)
    conditional.__dict__["targets"] = tied.targets.assign(applies=[1.0, 0.5, 1.0, 1.0])
    words = [
        "Share of replications in which a target is held on the day (solid) or was reached by then (dashed), with "
        "95 % intervals",
        "; one with a condition: of those in which it applies",
    ]
    assert "".join(words) in layout_said(draw_target_probability(conditional))


def test_what_two_changes_do_together_to_first_boots_and_targets(monkeypatch):
    """A chance in points, a level in troops; each beside its own measure."""
    monkeypatch.setattr("sim.report.answers.interactions.interaction_findings", lambda tables: [])
    kept = {"first_scenario": "a", "second_scenario": "b", "verdict": "unclear"}
    parts = [
        ("level_mean", "force", "2026-04-10", "troops", 210.0, -30.0, 150.0, -30.0, -44.0, -17.0),
        ("first_boots", "force", "", "probability", 0.11, 0.05, 0.13, -0.03, -0.06, 0.01),
        ("target_held", "first", "2026-02-15", "probability", 0.21, 0.02, 0.29, 0.06, 0.04, 0.09),
        ("target_held", "third", "2026-04-10", "probability", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    ]
    names = ("measure", "item", "date", "unit", "first", "second", "both", "interaction", "interaction_low")
    table = pd.DataFrame(parts, columns=[*names, "interaction_high"]).assign(**kept)
    part = interactions_part(SimpleNamespace(comparison=SimpleNamespace(interactions=table), name=str))
    assert [[str(cell).replace("\xa0", " ") for cell in row] for row in part.blocks[1].rows] == [
        ["a and b", "mean force, 10 Apr 2026", "+210", "−30", "+150", "−30", "−44 to −17", "unclear"],
        ["a and b", "first boots (points)", "+11", "+5", "+13", "−3", "−6 to +1", "unclear"],
        ["a and b", "first held, 15 Feb 2026 (points)", "+21", "+2", "+29", "+6", "+4 to +9", "unclear"],
    ]
