"""Titles are true: each is worked out here again, in another way, from the same tables."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.report import findings
from sim.report.answers.levels import _counted as level_counted
from sim.results.selection import Selection
from sim.vocabulary import MONTHS
from tests.report.synthetic import SyntheticTables, scenario_of, tables_of_scenario


def fan_of(medians: list[int]) -> pd.DataFrame:
    dates = pd.date_range("2025-11-17", periods=len(medians))
    return pd.DataFrame({"date": dates, "q50": medians})


def with_medians(medians: list[int]) -> SyntheticTables:
    tables = tables_of_scenario(scenario_of(1, targets=False), replications=200)
    tables.__dict__["fan"] = fan_of(medians)
    return tables


@pytest.mark.parametrize(
    ("medians", "sentence"),
    [
        ([0] * 60, "In the median no troops are deployed at any time up to January 2026"),
        ([0] * 20 + [3000] * 40, "Median force reaches 3,000 by December 2025"),
        ([0] * 20 + [2990] * 20 + [3013] * 20, "Median force reaches about 3,000 by December 2025"),
        ([0] * 50 + [485] * 7 + [473] * 3, "Median force reaches about 470 by January 2026"),
        (
            [0] * 10 + [4000] * 10 + [1000] * 40,
            "Median force reaches 4,000 by November 2025 and is down to 1,000 in January 2026",
        ),
        (
            [0] * 3 + [4000] * 2 + [0] * 3,
            "Median force reaches 4,000 by 20 November 2025 and is down to none on 24 November 2025",
        ),
        (
            [0] * 10 + [4000] * 10 + [0] * 40,
            "Median force reaches 4,000 by November 2025 and is down to none in January 2026",
        ),
    ],
)
def test_what_the_median_does(medians: list[int], sentence: str) -> None:
    assert findings.force_finding(with_medians(medians)).split(", though ")[0] == sentence


@pytest.mark.parametrize("arriving", [0.0, 0.3, 0.7, 1.0])
def test_the_median_really_is_there_by_the_month_named(arriving: float) -> None:
    tables = tables_of_scenario(scenario_of(6), arriving=arriving)
    sentence = findings.force_finding(tables)
    found = re.match(r"Median force reaches (?:about )?([\d,]+) by (\w+) (\d{4})", sentence)
    medians = tables.fan.set_index("date")["q50"]
    if found is None:
        assert medians.max() == 0
        return
    number, month, year = int(found[1].replace(",", "")), MONTHS.index(found[2]) + 1, int(found[3])
    until = medians[medians.index < pd.Timestamp(year, month, 1) + pd.offsets.MonthBegin(1)]
    assert until.max() == pytest.approx(number, rel=0.05)
    assert medians.max() == pytest.approx(number, rel=0.1)


def test_out_of_reach_is_said_only_of_many_replications_and_none() -> None:
    many = tables_of_scenario(scenario_of(2), replications=400)
    few = tables_of_scenario(scenario_of(2), replications=20)
    assert "20,000 by December 2026 is out of reach (none of 400 replications)" in findings.force_finding(
        many
    )
    assert "out of reach" not in findings.force_finding(few)
    assert "met in none of 20 replications" in findings.force_finding(few)


def test_the_likeliest_and_the_least_likely_target_are_named() -> None:
    tables = tables_of_scenario(scenario_of(8))
    sentence = findings.target_finding(tables)
    table = tables.targets.set_index("target")
    likeliest = str(table["held_on"].idxmax())
    assert sentence.startswith(f"The target {likeliest} (")
    assert f"met in {np.floor(table['held_on'].max() * 100 + 0.5):.0f} % of replications" in sentence
    assert "full (20,000 by December 2026) in none of 200 replications" in sentence


def test_a_conditional_target_counts_only_where_it_applies() -> None:
    tables = tables_of_scenario(scenario_of(8), 400)
    table = tables.targets.assign(applies=[0.5] * len(tables.targets))
    tables.__dict__["targets"] = table
    share = np.floor(table["held_on"].max() * 100 + 0.5)
    sentence = findings.target_finding(tables)
    assert f"met in {share:.0f} % of the 200 replications in which it applies;" in sentence
    assert sentence.endswith("in none of the 200 replications in which it applies")
    assert findings.force_finding(tables).endswith("in none of the 200 replications in which it applies")


def test_a_narrowed_target_keeps_its_date_apart() -> None:
    tables = tables_of_scenario(scenario_of(8))
    stated = tables.scenario.targets
    narrowed = {name: target.model_copy(update={"sector": "rafah"}) for name, target in stated.items()}
    tables.run.scenario = tables.scenario.model_copy(update={"targets": narrowed})
    assert ", Rafah; by December 2026)" in findings.target_finding(tables)


def test_targets_that_nobody_meets() -> None:
    tables = tables_of_scenario(scenario_of(3), arriving=0.0)
    assert findings.target_finding(tables) == "None of the 3 targets is met on its date in any replication"
    none = tables_of_scenario(scenario_of(3, targets=False))
    assert findings.target_finding(none) == "The scenario names no target that applies"


def test_what_costs_most_is_what_the_table_says() -> None:
    tables = tables_of_scenario(scenario_of(5))
    sentence = findings.binding_finding(tables)
    table = tables.binding.set_index("cause")["share"]
    served = f"{np.floor(table['deployed'] * 100 + 0.5):.0f} %"
    worst = table.drop("deployed").idxmax()
    assert sentence.startswith(f"{served} of the pledged troop-days are served in the theatre")
    assert str(worst).startswith("rule: not military_action for 30 days")
    assert "the largest single loss is to waiting until “military action” has held at no time" in sentence


def test_who_sends_most_on_the_largest_day() -> None:
    tables = tables_of_scenario(scenario_of(5))
    table = tables.by_contributor.pivot(index="date", columns="contributor", values="mean")
    largest = table.loc[table.sum(axis=1).idxmax()]
    assert tables.contributor_name(str(largest.idxmax())) in findings.arrival_finding(tables)
    nobody = tables_of_scenario(scenario_of(5), arriving=0.0)
    assert findings.arrival_finding(nobody) == "No contributor's troops arrive in any replication"


def test_how_many_contingents_arrive() -> None:
    assert findings.gantt_finding(tables_of_scenario(scenario_of(2), arriving=1.0)).startswith("All 4 ")
    assert "No contingent of 4 arrives in any" in findings.gantt_finding(
        tables_of_scenario(scenario_of(2), arriving=0.0)
    )
    assert "No contingent of 4 arrives in more than half" in findings.gantt_finding(
        tables_of_scenario(scenario_of(2), arriving=0.2)
    )


def test_coverage_in_one_sentence() -> None:
    tables = tables_of_scenario(scenario_of(8))
    assert tables.coverage is not None
    share = np.floor(tables.coverage.total[0] * 100 + 0.5)
    assert findings.coverage_finding(tables).startswith(
        f"{share:.0f} % of the required troop-days are served"
    )
    nothing_due = replace(tables.coverage, total=(float("nan"),) * 3)
    tables.__dict__["coverage"] = nothing_due
    assert findings.coverage_finding(tables) == "No requirement falls due before the scenario ends"


@pytest.mark.long
@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("rule: mandate_clear", "until “mandate clear” holds"),
        ("rule: deployed(country_1) >= 300", "until at least 300 troops of country 1 are deployed"),
        ("rule: after 2026-06-30", "until 30 June 2026"),
        ("consent(israel, turkey)", "Israel's consent to Turkey"),
        ("consent(united_states, turkey)", "United States' consent to Turkey"),
        ("approval parliament", "approval by the parliament"),
        ("sector rafah", "Rafah to open"),
        ("lift air", "lift by air"),
        ("beds", "beds in the theatre"),
    ],
)
def test_causes_in_words(cause: str, words: str) -> None:
    assert findings.cause_words(tables_of_scenario(scenario_of(2)), cause) == words


@pytest.mark.parametrize(("last", "falls"), [(3210, False), (3190, True), (900, True), (4000, False)])
def test_a_fall_is_told_from_a_fifth_on(last: int, falls: bool) -> None:
    said = findings.force_finding(with_medians([0] * 10 + [4000] * 10 + [last] * 40))
    assert (" and is down to " in said) == falls


def test_a_curve_that_rises_to_the_end_has_no_peak() -> None:
    tables = with_medians([0])
    dates = pd.date_range("2026-01-01", periods=3)
    rising = pd.DataFrame({"date": dates, "contributor": "a", "mean": [1.0, 2.0, 3.0]})
    tables.__dict__["by_contributor"] = rising
    assert "is still growing at the end, to 3 in January 2026" in findings.arrival_finding(tables)
    tables.__dict__["by_contributor"] = rising.assign(mean=[1.0, 3.0, 2.0])
    assert "peaks at 3 in January 2026" in findings.arrival_finding(tables)


@pytest.mark.parametrize(
    ("means", "said"),
    [
        ([0.0] + [440.0] * 60, "reaches 440 by January 2026"),
        ([0.0] + [440.0] * 30 + [442.0, 441.0] * 15, "reaches about 440 by January 2026"),
        ([0.0] + [440.0] * 30 + [380.0] * 30, "peaks at 440 in January 2026"),
        (
            [0.0] * 40 + [300.0 + 10 * day for day in range(21)],
            "is still growing at the end, to 500 in March 2026",
        ),
        ([0.0] + [440.0 + day / 100 for day in range(60)], "reaches about 440 by January 2026"),
    ],
)
def test_what_is_reached_and_stays_has_no_peak(means: list[float], said: str) -> None:
    tables = with_medians([0])
    dates = pd.date_range("2026-01-01", periods=len(means))
    tables.__dict__["by_contributor"] = pd.DataFrame({"date": dates, "contributor": "a", "mean": means})
    assert findings.arrival_finding(tables) == f"The mean force {said}; A sends all of it"


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ([0.4], "The contingent arrives in 40 % of replications"),
        ([1.0], "The contingent arrives in all of 200 replications"),
        ([0.9, 0.6], "Both contingents arrive in more than half of the replications"),
        ([0.9, 0.6, 0.7], "All 3 contingents arrive in more than half of the replications"),
        ([0.9, 0.5, 0.3], "1 of 3 contingents arrives in more than half of the replications"),
        ([0.9, 0.51, 0.3], "2 of 3 contingents arrive in more than half of the replications"),
        ([0.5, 0.3], "No contingent of 2 arrives in more than half of the replications"),
        ([0.0, 0.0], "No contingent of 2 arrives in any replication"),
    ],
)
def test_contingents_agree_with_their_number(chances: list[float], said: str) -> None:
    from types import SimpleNamespace

    rows = [("a", str(place), "deployed", chance) for place, chance in enumerate(chances)]
    table = pd.DataFrame(rows, columns=["contributor", "contingent", "stage", "chance"])
    assert findings.gantt_finding(SimpleNamespace(stage_dates=table, replications=200)) == said


def test_a_headline_names_its_force_where_others_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.report.answers.arrivals import first_boots_sentence

    tables, nobody = with_medians([0] * 20 + [3000] * 40), with_medians([0] * 60)
    assert first_boots_sentence(tables).startswith("First boots on the ground by ")
    several = [SimpleNamespace(force=force) for force in ("military", "police")]
    monkeypatch.setattr(findings, "members", lambda scenario: several)
    assert findings.force_finding(tables) == "Median military force reaches 3,000 by December 2025"
    assert findings.force_finding(nobody).startswith(
        "In the median no military troops are deployed at any time"
    )
    assert first_boots_sentence(tables).startswith("First boots on the ground (military troops) by ")


def test_a_sector_is_called_by_its_title() -> None:
    titles = {"hamas_held": "Hamas-held area"}
    target = SimpleNamespace(troops=1000, force=None, role="infantry", sector="hamas_held", contributor=None)
    tables = SimpleNamespace(titles=titles, scenario=SimpleNamespace(targets={"patrols": target}))
    assert findings.target_label(tables, "patrols") == "patrols (1,000 infantry, Hamas-held area)"
    narrowed = Selection(role="combat_engineers", sector="hamas_held")
    assert level_counted(tables, narrowed) == "combat engineers, Hamas-held area"
    assert (
        level_counted(tables, replace(narrowed, force="police"))
        == "police, combat engineers, Hamas-held area"
    )
