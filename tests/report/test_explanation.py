"""An explanation says what the scenario says, at 80 columns, and how each chance was found."""

from __future__ import annotations

import pytest

from sim.batch.rerunning import replication_rerun
from sim.durations import DAY
from sim.errors import UsageError
from sim.model.past import Past
from sim.plan.compilation import compile_plan
from sim.report.telling.explained_rule import explained_rule
from sim.report.telling.explanation import explanation
from sim.report.telling.implied import _from_courses, implied_chances
from sim.results.statistics import wilson
from sim.scenario.loading import load
from sim.scenario.scenario import Scenario
from tests.scenario.samples import COMPLETE, resolved
from tests.scenario.shipped import FILES, ROOT, shipped


def told(scenario, worlds=0):
    return " ".join(" ".join(explanation(scenario, worlds)).split())


@pytest.mark.long
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_scenario_is_explained_at_80_columns(file):
    scenario = shipped(file).scenario
    lines = list(explanation(scenario, 0))
    assert max(map(len, lines)) <= 80
    text = " ".join(" ".join(lines).split())
    for name, state in scenario.contributors.items():
        assert (state.name or name.replace("_", " ").title()) in text


@pytest.mark.long
def test_every_construct_is_explained(tmp_path):
    text = told(resolved(tmp_path, COMPLETE).scenario, 5)
    for words in (
        "may pledge again after 180 days",
        "tours of 180 days; a relief comes with 90 %",
        "parliament: 90 %, 55 days",
        "a no is asked again after 90 days",
        "1,200 to 19,000",
        "will not patrol and disarm",
        "median 30 days, 90 % within 60 days, times tempo",
        "10 a trainer at once",
        "revoked when “Ceasefire” has held at no time in the last 90 days",
        "3 times as likely to end while there have been at least 25 “Violations” in the last 14 days",
        "climbs to 100 % in 10 steps over 300 days",
        "0.5 from 2026-01-01 and 1 from 2026-06-01",
        "2026-01-05 approved by the parliament",
        "2025-12-10 Israel refused",
        "“calm” “Ceasefire” has held throughout the last 30 days",
        "10,000 from 1 Jun 2026; 20,000 once “Demilitarised” is at least 25 %",
        "opens when “Demilitarised” is at least 10 %",
        "250 a day",
    ):
        assert words in text, words


@pytest.mark.long
def test_a_chance_is_exact_where_a_formula_gives_it():
    scenario = load(ROOT / "scenarios/isf-2025-11-19.yaml")
    found = {each.name: each for each in implied_chances(scenario, compile_plan(scenario), 200)}
    assert found["mandate_clear"].how == "exact"
    assert found["mandate_clear"].share == pytest.approx(0.75, abs=0.02)
    turkey = found["consent(israel, turkey)"]
    assert turkey.how == "simulated"
    assert turkey.low < 0.09 < turkey.high, "Israel admits Turkey by the end of 2027: 9 %"
    assert found["ceasefire"].how == "simulated whole" and found["ceasefire"].is_switch
    assert "violations" not in found and "election_campaign" not in found
    without = {each.name for each in implied_chances(scenario, compile_plan(scenario), 0)}
    assert without == {name for name, each in found.items() if each.how == "exact"}


@pytest.mark.parametrize(
    ("name", "courses", "share", "median"),
    [
        ("calm", [[(0, 1.0), (5, 0.0)], [(DAY, 1.0)], []], 2 / 3, None),  # it is on until something is noted
        ("talks", [[(DAY, 1.0)], [(4 * DAY, 1.0)], [(9 * DAY, 1.0)], []], 3 / 4, "2026-01-05"),
        ("talks", [[(DAY, 1.0)], [], []], 1 / 3, None),
        ("works", [[(DAY, 0.5), (3 * DAY, 1.0)], [(DAY, 0.5)], [(2 * DAY, 1.0)]], 2 / 3, "2026-01-04"),
    ],
)
def test_a_simulated_chance_counts_the_worlds_in_which_it_came(name, courses, share, median):
    """Half of all worlds, and not of those in which it comes; a progress when it is complete."""
    facts = {
        "calm": {"kind": "switch", "initially": True, "stays_on": {"mean": "9 days"}},
        "talks": {"kind": "milestone", "probability": 0.5, "after": {"mean": "9 days"}},
        "works": {"kind": "progress", "duration": {"mean": "90 days"}, "steps": 2},
    }
    scenario = Scenario.model_validate(
        {"scenario": "s", "start": "2026-01-01", "end": "2026-12-31", "facts": facts}
    )
    plan = compile_plan(scenario)
    (row,) = (each for each in plan.facts if each.name == name)
    found = _from_courses(scenario, plan, row, courses, "simulated")
    assert found.share == pytest.approx(share) and found.is_switch == (name == "calm")
    assert (str(found.median) if found.median else None) == median
    assert (found.low, found.high) == pytest.approx(wilson(round(share * len(courses)), len(courses)))
    assert found.worlds == len(courses)


def test_how_a_chance_was_found_is_said():
    scenario = load(ROOT / "scenarios/tutorial.yaml")
    text = told(scenario, 50)
    # half of all worlds have it once 62.5 % of the delays are over: e^(0.3186 x 0.715) x 60 days = 75 days
    assert "Mandate clear 80 % 17 Mar 2026 exact" in text
    assert "Ceasefire (on at the end)" in text and "simulated: 50 worlds (seed 0)" in text
    assert "Left out is what no formula gives" in told(scenario, 0)


def test_a_scenario_of_nothing_is_explained():
    nothing = Scenario.model_validate({"scenario": "Nothing", "start": "2026-01-01", "end": "2026-12-31"})
    assert told(nothing, 10) == "Nothing From 1 January 2026 to 31 December 2026."


SCENARIO = load(ROOT / "scenarios/tutorial.yaml")


def test_a_rule_is_a_sentence_and_a_tree():
    lines = list(explained_rule(SCENARIO, "contributors.southland.commits_when"))
    assert lines == [
        "contributors.southland.commits_when",
        "  mandate_clear and ceasefire for 30 days",
        "",
        "“Mandate clear” holds, and “Ceasefire” has held throughout the last 30 days.",
        "",
        "all of these:",
        "├─ “Mandate clear” holds",
        "└─ throughout the last 30 days:",
        "   └─ “Ceasefire” holds",
    ]


def test_a_rule_is_read_against_what_happened():
    logs = replication_rerun(SCENARIO, 2)
    lines = list(explained_rule(SCENARIO, "contributors.southland.withdraws_when", Past(SCENARIO, logs)))
    text = " ".join(" ".join(lines).split())
    assert "true from 1 Jan 2026 to 31 Dec 2026:" in text
    (since,) = [time for time, _, fact, value in logs.signals if fact == "ceasefire" and not value][2:3]
    assert "→" in text and "2026-07-08" in text and since < 200 * 86_400


def test_definitions_are_filled_in_and_long_lines_go_on_below():
    scenario = load(ROOT / "scenarios/isf-2025-11-19.yaml")
    lines = list(explained_rule(scenario, "contributors.indonesia.contingents.infantry.commits_when"))
    assert max(map(len, lines)) <= 80
    assert "calm" not in " ".join(lines[3:]) and "safe" not in " ".join(lines[3:])


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("contributors.southland.commit_when", "did you mean contributors.southland.commits_when"),
        (
            "contributors.southland",
            "choose contributors.southland.commits_when or contributors.southland.withdraws_when",
        ),
        ("nonsense", "isf show FILE --paths"),
    ],
)
def test_a_path_without_a_rule_is_said(path, hint):
    with pytest.raises(UsageError, match=f"there is no rule at '{path}'") as raised:
        list(explained_rule(SCENARIO, path))
    assert hint in str(raised.value)


def test_a_rule_that_reads_what_is_not_recorded_is_said():
    facts = SCENARIO.facts | {"ceasefire": SCENARIO.facts["ceasefire"].model_copy(update={"log": False})}
    scenario = SCENARIO.model_copy(update={"facts": facts})
    past = Past(scenario, replication_rerun(scenario, 0))
    with pytest.raises(UsageError, match="log: true"):
        list(explained_rule(scenario, "contributors.southland.withdraws_when", past))


@pytest.mark.long
def test_a_table_of_chances_says_what_each_is_the_chance_of():
    text = told(load(ROOT / "scenarios/isf-2025-11-19.yaml"), 20).partition("What follows by")[2]
    assert "Demilitarisation (complete)" in text
    assert "Ceasefire (on at the end)" in text
    assert "Saudi Arabia, Jordan, Egypt, Qatar" in text and "Arab Emirates admit Indonesia" in text
    assert "Israel admits Indonesia" in text


def test_a_delay_says_until_when_or_by_how_long():
    from sim.report.telling.explanation import explanation
    from sim.scenario.loading import resolve_text

    text = """
scenario: Late
start: 2026-01-01
as_of: 2026-03-05
end: 2026-12-31
contributors: {b: {contingents: {u: {troops: 100, role: infantry, prepares_for: {mean: 200 days}}}}}
history:
  - {date: 2026-02-03, contributor: b, event: delayed, by: 20 days}
  - {date: 2026-02-13, contributor: b, event: delayed, until: 2026-05-01}
  - {date: 2026-02-14, party: host, contributor: b, event: delayed, by: 9 days}
parties: {host: {name: The host, consent: {probability: 0.5}}}
levers: {push: {happens: {party: host, contributor: b}, effort: 1, unit: months}}
"""
    said = " ".join(" ".join(explanation(resolve_text(text, "late").scenario, 0)).split())
    assert "delayed by 20 days" in said and "delayed until 2026-05-01" in said
    assert "answer of the host delayed by 9 days" in said and "refused" not in said
    assert "takes 1 month " in said
