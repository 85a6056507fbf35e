from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest

from sim.errors import StoreError, UsageError
from sim.results.arrivals import first_boots
from sim.results.binding import binding_table
from sim.results.coverage import coverage
from sim.results.levels import daily_levels
from sim.results.statistics import mean_interval
from sim.results.targets import target_table, time_to_target
from sim.studies.comparison import BASELINE, COLUMNS, compare
from sim.studies.daily import difference_fan
from sim.studies.keeping import csv_of, open_comparison, write_comparison
from tests.studies.played import MANY, played

KEYS = ["measure", "item", "date"]
SIGNED = ("difference", "diff_low", "diff_high")


@pytest.fixture(scope="module")
def compared(runs):
    return compare(runs)


def rows(comparison, label):
    table = comparison.table
    return table[table["scenario"] == label].set_index(KEYS)


def test_a_run_against_itself_differs_nowhere(runs):
    own = rows(compare({"one": runs["now"], "other": runs["now"]}), "other")
    assert len(own) > 50
    for column in SIGNED:
        assert (own[column] == 0).all(), column
    assert (own["verdict"] == "same").all()
    assert own["paired"].all()


def test_exchanging_two_changes_only_signs(runs):
    there = rows(compare({"a": runs["now"], "b": runs["both"]}, "a"), "b")
    back = rows(compare({"a": runs["now"], "b": runs["both"]}, "b"), "a")
    assert list(there.index) == list(back.index)
    for one, other in (("difference", "difference"), ("diff_low", "diff_high"), ("diff_high", "diff_low")):
        np.testing.assert_array_equal(there[one], -back[other])
    for one, other in (("value", "baseline"), ("low", "baseline_low"), ("high", "baseline_high")):
        np.testing.assert_array_equal(there[one], back[other])
    for column in ("worlds", "paired", "unit", "correlation", "narrowing"):
        np.testing.assert_array_equal(there[column], back[column])
    opposite = {"higher": "lower", "lower": "higher"}
    assert [opposite.get(word, word) for word in there["verdict"]] == list(back["verdict"])


@pytest.mark.parametrize("left_out", ["mandate", "pledge", "both"])
def test_leaving_a_scenario_out_changes_no_other_row(runs, compared, left_out):
    fewer = compare({label: run for label, run in runs.items() if label != left_out})
    for label in fewer.labels:
        assert rows(fewer, label).equals(rows(compared, label))
    kept = compared.inputs[compared.inputs["scenario"] != left_out].reset_index(drop=True)
    assert fewer.inputs.equals(kept)


def test_the_numbers_are_those_of_the_single_runs(runs, compared):
    run, other = runs["mandate"], runs["now"]
    own = rows(compared, "mandate")
    date = run.scenario.targets["half"].by
    level = own.loc[("level_mean", "force", date.isoformat())]
    mine, theirs = (daily_levels(side).on(date) for side in (run, other))
    assert level["value"] == mine.mean() and level["baseline"] == theirs.mean()
    assert level["difference"] == pytest.approx((mine - theirs).mean())
    low, high = mean_interval(mine - theirs)
    assert level["diff_low"] <= low < high <= level["diff_high"]
    for target in target_table(run).itertuples():
        held = own.loc[("target_held", target.target, target.by.date().isoformat())]
        assert (held["value"], held["low"], held["high"]) == (
            target.held_on,
            target.held_low,
            target.held_high,
        )
    days = time_to_target(run, "half")["day"].fillna(run.days)
    assert own.loc[("target_day_mean", "half", "")]["value"] == pytest.approx(days.mean())
    assert own.loc[("first_boots", "force", "")]["value"] == first_boots(run)["chance"]
    assert own.loc[("coverage", "all lines", "")]["value"] == pytest.approx(coverage(run).total[0])
    for cause in binding_table(run).itertuples():
        assert own.loc[("troop_days", cause.cause, "")]["value"] == pytest.approx(cause.troop_days)


def test_contributors_add_up_to_the_force(compared):
    table = compared.table
    for (scenario, date), level in table[table["measure"] == "level_mean"].groupby(["scenario", "date"]):
        parts = table[(table["measure"] == "contributor_level") & (table["scenario"] == scenario)]
        assert parts[parts["date"] == date]["value"].sum() == pytest.approx(level["value"].iloc[0])


def test_own_troops_stand_apart_from_those_who_follow(compared):
    own, level = rows(compared, "pledge"), "level_mean"
    for date in compared.rows(level, "pledge")["date"]:
        mine = own.loc[("own_level", "force", date)]["difference"]
        others = own.loc[("others_level", "force", date)]["difference"]
        assert mine + others == pytest.approx(own.loc[(level, "force", date)]["difference"])
    assert "own_level" not in set(compared.rows("own_level", "mandate")["measure"])


def test_inputs_name_key_values_and_source(compared):
    changes = compared.inputs.set_index("scenario")
    mandate = changes.loc["mandate"]
    assert tuple(mandate[["key", "baseline", "value", "source"]]) == (
        "facts.mandate.probability",
        "0.6",
        "1",
        "assumption",
    )
    assert len(changes.loc["both"]) == 2


def test_pairing_narrows_the_interval(compared):
    level = rows(compared, "pledge").loc["level_mean"]
    assert (level["correlation"] > 0.5).all()
    assert (level["narrowing"] > 1).all()


def test_two_changes_and_both_are_found_with_their_interaction(compared):
    table = compared.interactions.set_index(KEYS)
    assert set(table["scenario"]) == {"both"}
    assert set(table["first_scenario"]) == {"mandate"} and set(table["second_scenario"]) == {"pledge"}
    assert table["paired"].all()
    total = table["first"] + table["second"] + table["interaction"]
    np.testing.assert_allclose(total, table["both"], atol=1e-6)
    assert (table["interaction_low"] <= table["interaction"]).all()
    assert (table["interaction"] <= table["interaction_high"]).all()


def test_medians_have_an_interaction_too(compared):
    table = compared.interactions.set_index(["measure", "date"]).sort_index()
    medians = table.loc["level_q50"]
    assert len(medians) == len(table.loc["level_mean"])
    assert (medians["interaction_low"] <= medians["interaction"]).all()
    assert np.isfinite(table[["first", "second", "both", "interaction"]]).all(axis=None)


def test_a_triple_can_be_named_and_must_be_known(runs):
    alike = dict.fromkeys(("base", "a", "b", "ab"), runs["now"])
    assert compare(alike).interactions.empty
    named = compare(alike, interactions=["a,b,ab"]).interactions
    assert (named[named["measure"] == "level_mean"]["interaction"] == 0).all()
    with pytest.raises(UsageError, match="--interaction a,b,c: name three"):
        compare(alike, interactions=["a,b,c"])


def test_other_worlds_are_independent_samples_and_it_says_so(runs, tmp_path):
    seeded = played(tmp_path / "seeded", MANY, seed=5)
    shorter = played(tmp_path / "shorter", MANY, {"end": "2026-06-15"}, count=40)
    found = compare({"now": runs["now"], "seeded": seeded, "shorter": shorter})
    reasons = found.pairings.set_index("scenario")["reason"]
    assert reasons["seeded"] == "independent samples: other seeds 5 and 0"
    assert reasons["shorter"] == "independent samples: other ends 2026-06-15 and 2026-06-30"
    own = rows(found, "shorter")
    assert not own["paired"].any() and own["narrowing"].isna().all()
    assert own.loc[("target_day_mean", "half", "")]["baseline_high"] <= 166
    assert (own["worlds"] == 40).all()
    pledged = own.loc["troop_days"]
    assert pledged["baseline"].sum() == pytest.approx(pledged["value"].sum(), rel=0.2)
    fan = difference_fan(shorter, runs["now"])
    assert len(fan) == shorter.days and fan["q50"].isna().all() and (fan["low"] <= fan["mean"]).all()


def test_runs_of_other_size_are_compared_in_the_worlds_that_both_have(runs, tmp_path):
    fewer = played(tmp_path / "fewer", MANY, {"facts.mandate.probability": "1"}, count=20)
    found = compare({"now": runs["now"], "fewer": fewer})
    assert found.pairings["worlds"].tolist() == [20]
    assert "40 of 60 replications of the baseline left out" in found.pairings["reason"].iloc[0]
    level = found.rows("level_mean", "fewer")
    assert (level["worlds"] == 20).all()
    np.testing.assert_allclose(level["value"] - level["baseline"], level["difference"])


def test_no_goalpost_moves(runs, tmp_path):
    easier = played(tmp_path / "easier", MANY, {"targets.half.troops": "100", "requirements.0.troops": "100"})
    own = rows(compare({"now": runs["now"], "easier": easier}), "easier")
    held = own.loc["target_held"].reset_index()
    halves = held[held["item"].str.startswith("half")]
    assert sorted(halves["item"]) == ["half (100 by 2026-04-30)", "half (500 by 2026-04-30)"]
    assert (halves["difference"] == 0).all()
    served = own.loc["coverage"].reset_index()
    assert {"Patrol (as now asks)", "Patrol (as easier asks)"} <= set(served["item"])
    assert (served["difference"] == 0).all()


def test_a_target_that_a_run_cannot_be_judged_by_has_no_difference(runs, tmp_path):
    text = MANY + "definitions: {calm: quiet for 5 days}\n"
    other = played(tmp_path / "other", text, {"targets.full.when": "calm"})
    own = rows(compare({"now": runs["now"], "other": other}), "other").loc["target_held"].reset_index()
    row = own[own["item"].str.contains("when calm")].iloc[0]
    assert math.isnan(row["baseline"]) and math.isnan(row["difference"]) and row["verdict"] == ""
    assert row["value"] >= 0


def test_a_contributor_that_one_does_not_have_is_zero_there(runs, tmp_path):
    without = played(tmp_path / "without", MANY, {"contributors.west": "null"})
    own = rows(compare({"now": runs["now"], "without": without}), "without")
    arrival = own.loc[("arrival", "west", "")]
    assert arrival["value"] == 0 and arrival["difference"] == -arrival["baseline"] < 0


def test_the_baselines_own_rows_have_no_difference(compared):
    own = rows(compared, "now")
    assert (own["verdict"] == BASELINE).all()
    assert own[["difference", "baseline"]].isna().all(axis=None)
    assert compared.labels == ("now", "mandate", "pledge", "both")


def test_fewer_than_two_runs_or_an_unknown_baseline_is_a_mistake(runs):
    with pytest.raises(UsageError, match="two runs or more"):
        compare({"now": runs["now"]})
    with pytest.raises(UsageError, match="the baseline 'then' is none of the labels: now, both"):
        compare({"now": runs["now"], "both": runs["both"]}, "then")


def test_the_csv_is_the_same_every_time_and_inert(runs, tmp_path):
    hostile = {"=1+1": runs["now"], '@x, "y"\n': runs["both"], "plain": runs["pledge"]}
    found = compare(hostile)
    text = csv_of(found.table)
    assert text == csv_of(compare(hostile).table)
    read = list(csv.DictReader(io.StringIO(text)))
    assert tuple(read[0]) == COLUMNS and len(read) == len(found.table)
    assert {row["scenario"] for row in read} == {"'=1+1", '\'@x, "y"\n', "plain"}
    assert all(not cell.startswith(("=", "@", "+")) for row in read for cell in row.values())


@pytest.mark.long
def test_a_kept_comparison_opens_again(compared, tmp_path):
    write_comparison(compared, tmp_path / "kept")
    files = {path: path.stat().st_ino for path in (tmp_path / "kept").iterdir()}
    write_comparison(compared, tmp_path / "kept")
    assert {path: path.stat().st_ino for path in (tmp_path / "kept").iterdir()} == files
    again = open_comparison(tmp_path / "kept")
    assert again.id == compared.id and again.labels == compared.labels
    assert csv_of(again.table) == csv_of(compared.table)
    assert csv_of(again.interactions) == csv_of(compared.interactions)
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
        "comparison.csv",
        "comparison.json",
        "inputs.csv",
        "interactions.csv",
    ]
    with pytest.raises(StoreError, match="is not a comparison"):
        open_comparison(tmp_path)


def test_a_notebook_shows_inert_tables(runs):
    shown = compare({"<script>x</script>": runs["now"], "b": runs["both"]}, "b")._repr_html_()
    assert "<table" in shown and "<script>" not in shown and "&lt;script&gt;" in shown


def test_the_difference_fan_ends_at_the_tables_numbers(runs, compared):
    fan = difference_fan(runs["mandate"], runs["now"])
    last = compared.rows("level_mean", "mandate").iloc[-1]
    assert len(fan) == runs["now"].days
    assert fan["mean"].iloc[-1] == pytest.approx(last["difference"])
    assert fan["low"].iloc[-1] == pytest.approx(last["diff_low"])
    assert (fan["q05"] <= fan["q50"]).all() and (fan["q50"] <= fan["q95"]).all()
