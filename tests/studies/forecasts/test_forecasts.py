import datetime as dt
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError, StoreError, UsageError
from sim.report.answers.forecasts import finding, forecast_parts
from sim.report.answers.run import run_parts
from sim.report.answers.track_record import track_record_part
from sim.report.tables import Tables
from sim.results.levels import daily_levels
from sim.results.run import open_run
from sim.studies.forecasts.keeping import keep_score
from sim.studies.forecasts.observed import Observed, read_observed
from sim.studies.forecasts.scoring import ChanceScore, calibration, score
from sim.studies.forecasts.sealing import Sealed, read_sealed
from sim.studies.forecasts.statement import Statement, forecast_dates, statement_of

D = dt.date
SCENARIO = """
scenario: Two who may come
start: 2026-01-01
as_of: 2026-01-15
end: 2026-12-31
facts:
  ceasefire: {kind: switch, initially: true, stays_on: {mean: 200 days}, stays_off: {mean: 30 days}}
  mandate: {kind: milestone, probability: 0.6, after: {median: 60 days, p90: 120 days}}
contributors:
  near: {contingents: {battalion: {troops: 800, role: infantry, prepares_for: {median: 60 days, p90: 150 days}}}}
  far: {commits_when: mandate, contingents: {company: {troops: 150, role: infantry, prepares_for: {mean: 60 days}}}}
targets: {initial: {troops: 800, by: 2026-06-30}}
"""
HISTORY = """
known_until: 2026-07-15
history:
  - {date: 2026-03-10, contributor: near, event: arrived, troops: 780}
  - {date: 2026-05-02, fact: mandate, value: true}
  - {date: 2026-06-01, contributor: nobody_named, event: arrived, troops: 400}
  - {date: 2026-06-20, contributor: near, event: withdrew, troops: 80}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    path = folder / "two.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return open_run(sim.run(path, replications=120, out=folder).folder)


@pytest.fixture
def observed(tmp_path):
    path = tmp_path / "history.yaml"
    path.write_text(HISTORY, encoding="utf-8")
    return read_observed(path)


def test_a_statement_is_for_the_ends_of_months_after_what_was_known(run):
    assert forecast_dates(D(2026, 1, 31), D(2026, 4, 15)) == (D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 15))
    statement = statement_of(run)
    assert statement.made_on == D(2026, 1, 15)
    assert list(statement.levels)[:2] == [D(2026, 1, 31), D(2026, 2, 28)]
    for date, counts in statement.levels.items():
        values, numbers = np.unique(daily_levels(run).on(date), return_counts=True)
        assert counts == tuple(zip(values.tolist(), numbers.tolist(), strict=True))
    by, troops, chance = statement.targets["initial"]
    assert (by, troops) == (D(2026, 6, 30), 800)
    assert chance == np.mean(daily_levels(run).on(D(2026, 6, 30)) >= 800)


def test_chances_of_facts_are_those_of_the_signals(run):
    statement = statement_of(run)
    rows = run.signals()
    for fact, initially in (("ceasefire", 1.0), ("mandate", 0.0)):
        own = rows[rows["fact"] == fact].sort_values(["replication", "day"])
        for date in (D(2026, 3, 31), D(2026, 12, 31)):
            until = own[own["day"] < (date - D(2026, 1, 1)).days + 1]
            last = until.groupby("replication")["value"].last()
            held = (last > 0).sum() + initially * (run.replications - len(last))
            assert statement.facts[fact][date] == pytest.approx(held / run.replications)


def test_sealing_shows_any_change(run, tmp_path):
    sealed = Sealed(statement_of(run), D(2026, 1, 16))
    path = tmp_path / "sealed.json"
    path.write_text(sealed.text(), encoding="utf-8")
    assert read_sealed(path) == sealed
    data = json.loads(sealed.text())

    def spoiled(change):
        copy = json.loads(sealed.text())
        change(copy)
        path.write_text(json.dumps(copy), encoding="utf-8")
        return pytest.raises(StoreError, match="changed after it was sealed")

    for change in (
        lambda copy: copy.update(sealed_on="2026-01-15"),
        lambda copy: copy.update(follows="x"),
        lambda copy: copy["statement"].update(seed=1),
        lambda copy: copy["statement"]["levels"]["2026-03-31"].append([9999.0, 1]),
        lambda copy: copy["statement"]["facts"]["mandate"].update({"2026-03-31": 0.99}),
        lambda copy: copy["statement"].update(more=1),
        lambda copy: copy.update(seal="0" * 64),
    ):
        with spoiled(change):
            read_sealed(path)
    path.write_text(json.dumps(data, indent=7), encoding="utf-8")
    assert read_sealed(path) == sealed  # spaces say nothing
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="no sealed forecast"):
        read_sealed(path)
    assert Sealed(sealed.statement, D(2026, 1, 16), sealed.digest).digest != sealed.digest


@pytest.mark.parametrize("damage", ["negative count", "no count", "not finite", "no chance"])
def test_a_statement_that_cannot_be_is_refused_though_it_is_sealed(run, damage):
    said = statement_of(run).as_data()
    day = next(iter(said["levels"]))
    match damage:
        case "negative count":
            said["levels"][day] = [[1.0, -3]]
        case "no count":
            said["levels"][day] = []
        case "not finite":
            said["boots"] = [[float("inf"), 2]]
        case "no chance":
            next(iter(said["targets"].values()))[2] = 1.5
    with pytest.raises(ValueError):
        Statement.of_data(said)


def test_what_happened_is_read_from_records_and_counts(observed):
    assert observed.level(D(2026, 3, 9)) == 0
    assert observed.level(D(2026, 3, 10)) == 780
    assert observed.level(D(2026, 6, 30)) == 780 + 400 - 80
    assert observed.level(D(2026, 7, 16)) is None
    assert observed.holds("mandate", D(2026, 5, 2)) is True
    assert observed.holds("mandate", D(2026, 5, 1)) is None
    assert observed.first_boots() == D(2026, 3, 10)
    counted = Observed(observed.known_until, observed.records, {D(2026, 6, 30): 1000})
    assert counted.level(D(2026, 6, 30)) == 1000


def test_a_later_scenario_is_a_history_too(tmp_path):
    path = tmp_path / "later.yaml"
    record = "  - {date: 2026-03-10, contributor: near, event: arrived, troops: 780}\n"
    path.write_text(SCENARIO.replace("2026-01-15", "2026-04-01") + f"history:\n{record}", encoding="utf-8")
    observed = read_observed(path)
    assert (observed.known_until, observed.level(D(2026, 3, 31))) == (D(2026, 4, 1), 780)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("history: []", "known_until 'None' is no date"),
        ("known_until: 2026-01-01\nhistoy: []", "historia|histoy has no place"),
        ("known_until: 2026-01-01\nhistory: [{date: 2026-01-01, contributor: a, event: arrived, troops: many}]", "no number of troops"),
        ("- 1", "holds no history"),
        ("{", "history.yaml:2:1: this cannot stand"),
        ("known_until: 2026-01-01\nhistory: 5", "history is a list"),
        ("known_until: 2026-01-01\nstrength: [1]", "strength is a block"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nhistory: [*b, *b, *c]", "anchor"),
    ],
)  # fmt: skip
def test_a_history_that_is_none_is_one_clear_fault(tmp_path, text, message):
    path = tmp_path / "history.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((UsageError, ScenarioError), match=message):
        read_observed(path)


def test_scores_equal_an_independent_computation(run, observed):
    scored = score("two", statement_of(run), observed)
    assert [each.date.month for each in scored.levels] == [1, 2, 3, 4, 5, 6]
    for each in scored.levels:
        levels = daily_levels(run).on(each.date).astype(float)
        spread = np.abs(levels[:, None] - levels[None, :]).mean()
        assert each.crps == pytest.approx(np.abs(levels - each.observed).mean() - spread / 2, abs=1e-6)
        below, equal = (levels < each.observed).mean(), (levels == each.observed).mean()
        assert each.percentile == pytest.approx(below + equal / 2)
        assert each.possible == (levels.min() <= each.observed <= levels.max())
    assert any(each.possible and 0 < each.percentile < 1 for each in scored.levels)
    for each in (*scored.chances, *scored.boots):
        assert each.brier == pytest.approx((each.chance - each.happened) ** 2)
        given = each.chance if each.happened else 1 - each.chance
        assert each.log == (pytest.approx(-math.log(given)) if given > 0 else math.inf)


def test_what_no_world_had_is_said_and_not_dropped(run, observed):
    scored = score("two", statement_of(run), observed)
    june = next(each for each in scored.levels if each.date == D(2026, 6, 30))
    assert not june.possible  # 1,100 where all who stand in the scenario are 950
    assert scored.strangers == (("nobody_named", D(2026, 6, 1)),)
    words = "; ".join(scored.impossible)
    assert "1,100 troops on 2026-06-30: no world had so many" in words
    assert "nobody_named came on 2026-06-01: nobody stood for it" in words
    assert ChanceScore("x", D(2026, 1, 1), 0.0, True).log == math.inf
    assert june.crps > 100


def test_two_forecasts_stand_side_by_side(run, observed):
    statement = statement_of(run)
    early = score("early", statement, observed)
    from dataclasses import replace

    sure = {date: ((float(observed.level(date) or 0), 120),) for date in statement.levels}
    better = score("better", replace(statement, levels=sure), observed)
    assert "The update helped" in finding([early, better])
    assert "did not help" in finding([better, early])
    titles = [part.title for part in forecast_parts([early, better])]
    assert titles == ["Forecasts against what happened", "early", "better", "Calibration"]


def test_the_calibration_counts_every_chance_once(run, observed):
    scored = score("two", statement_of(run), observed)
    rows = calibration([scored, scored])
    assert sum(count for _, _, count, _, _ in rows) == 2 * (len(scored.chances) + len(scored.boots))
    assert all(low <= mean <= high and 0 <= happened <= 1 for low, high, _, mean, happened in rows)


def test_the_report_prints_the_track_record_where_one_exists(run, observed):
    assert track_record_part(Tables(run)) is None
    keep_score(run.folder, score("two", statement_of(run), observed))
    *others, part = run_parts(Tables(run))
    assert part.title == "Track record" and all(each.title != part.title for each in others)
    assert "until 2026-07-15" in part.blocks[0].text
    assert [point.head for point in part.blocks[1].points].count("Unforeseen") >= 2
    (run.folder / "track-record.json").write_text("[]", encoding="utf-8")
    assert track_record_part(Tables(run)) is None
    assert all(each.title != "Track record" for each in run_parts(Tables(run)))
    (run.folder / "track-record.json").unlink()


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (
            {"dates": 4, "within_80": 3, "crps": 1234.6, "brier": 0.0625},
            "3 of 4 dates within the 80 % band, mean CRPS 1,235 troops; Brier score of facts and arrivals 0.062",
        ),
        (
            {"dates": 2, "within_80": 1, "crps": 40.0, "brier": None},
            "1 of 2 dates within the 80 % band, mean CRPS 40 troops",
        ),
        (
            {"dates": 0, "within_80": 0, "crps": None, "brier": 0.3},
            "no date of the forecast has passed; Brier score of facts and arrivals 0.300",
        ),
    ],
)
def test_what_a_track_record_says(tmp_path, kept, words):
    said = {"known_until": "2026-07-15", "unforeseen": ["x came: nobody stood for it"], **kept}
    (tmp_path / "track-record.json").write_text(json.dumps(said), encoding="utf-8")
    part = track_record_part(SimpleNamespace(run=SimpleNamespace(folder=tmp_path)))
    assert part.blocks[0].text == f"Scored against what happened until 2026-07-15: {words}."
    assert [(point.head, point.text) for point in part.blocks[1].points] == [
        ("Unforeseen", "x came: nobody stood for it")
    ]


def test_the_calibration_curve_draws_the_table(run, observed):
    from sim.report.figures.reliability import draw_reliability
    from sim.results.statistics import wilson

    scored = [score("two", statement_of(run), observed)]
    rows = calibration(scored)
    axes = draw_reliability(scored).axes[0]
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if len(line.get_xdata()) == 1]
    bars = [
        tuple(line.get_ydata())
        for line in axes.lines
        if line.get_linewidth() == 1.0 and len(line.get_xdata()) == 2
    ]
    assert dots == [(pytest.approx(mean), pytest.approx(happened)) for *_, mean, happened in rows]
    assert bars == [
        pytest.approx(wilson(round(happened * cases), cases)) for _, _, cases, _, happened in rows
    ]
    assert [text.get_text() for text in axes.texts[: len(rows)]] == [str(cases) for _, _, cases, _, _ in rows]
    assert list(axes.lines[0].get_xdata()) == list(axes.lines[0].get_ydata()) == [0, 1]
    told = [each for one in scored for each in (*one.chances, *one.boots)]
    mean = sum(each.chance for each in told) / len(told)
    happened = sum(each.happened for each in told) / len(told)
    words = " ".join(text.get_text() for text in axes.get_figure().texts).replace("\xa0", " ")
    given, came = (math.floor(round(100 * share, 9) + 0.5) for share in (mean, happened))
    assert f"{given} % was given, and {came} % happened, of {len(told)} cases" in words
