"""Each move of troops as a sentence: who, what, how many, in how many parts, until when."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.report.telling.fact_news import _by_month, _gate, _progress, _turn
from sim.report.telling.move_news import MoveNews
from sim.report.telling.serials import Flow
from sim.scenario.scenario import Scenario
from sim.words.titles import titles_of

DAY = 86_400
SCENARIO = Scenario.model_validate(
    {
        "scenario": "Moves",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "theatre": {"sectors": {"rafah": {"name": "The Rafah strip"}}},
        "contributors": {
            "alpha": {
                "name": "Alpha Republic",
                "approvals": [{"step": "parliament", "takes": "10 days"}, {"step": "the_king", "takes": "2 days"}],
                "contingents": {
                    "medics": {"name": "Field hospital", "role": "medical", "troops": 100},
                    "guards": {"role": "infantry", "troops": 800, "approvals": []},
                },
            }
        },
        "trained_forces": {
            "police": {"name": "Local police", "force": "police", "recruits": 500, "course": "60 days", "sector": "rafah",
                       "trainees_per_trainer": 5, "trained_by": "medical"}
        },
    }
)  # fmt: skip


def flow(source, target, cause, troops=80, contingent="medics", owner="alpha", times=1, last=40):
    return Flow(30 * DAY, 1, owner, contingent, source, target, cause, troops, times, last * DAY)


@pytest.fixture(scope="module")
def moves():
    logs = SimpleNamespace(transitions=[], signals=[], waits=[], numbers=[], violations=[])
    return MoveNews(SCENARIO, logs, titles_of(SCENARIO))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([flow("", "pledged", "pledge")], "Alpha Republic pledges field hospital (80)."),
        (
            [flow("", "pledged", "pledge"), flow("", "pledged", "pledge", 1200, "guards")],
            "Alpha Republic pledges field hospital (80) and guards (1,200).",
        ),
        ([flow("pledged", "deciding", "rule")], "Alpha Republic begins to decide on field hospital (80), on no condition."),
        (
            [flow("deciding", "preparing", "approved")],
            "Alpha Republic has approved field hospital (80) (parliament and the king) and begins to prepare.",
        ),
        (
            [flow("deciding", "preparing", "approved", contingent="guards")],
            "Alpha Republic has approved guards (80) and begins to prepare.",
        ),
        (
            [flow("preparing", "undelivered", "never"), flow("preparing", "undelivered", "never", 1200, "guards")],
            "Alpha Republic: 80 of its field hospital and 1,200 of its guards will never come, although approved.",
        ),
        ([flow("deciding", "refused", "the_king refused")], "Alpha Republic: field hospital (80) refused by the king."),
        ([flow("refused", "pledged", "parliament reconsiders")], "Alpha Republic: field hospital (80) put to the parliament again."),
        ([flow("preparing", "ready", "prepared")], "Alpha Republic: field hospital (80) ready."),
        ([flow("preparing", "ready", "gap over")], "Alpha Republic: field hospital (80) ready again."),
        ([flow("ready", "moving", "embarks without lift")], ""),
        ([flow("ready", "moving", "embarks by air")], "Alpha Republic: field hospital (80) under way by air."),
        (
            [flow("ready", "moving", "embarks by air", times=3)],
            "Alpha Republic: field hospital (80) under way by air in 3 serials, the last on 2026-02-10.",
        ),
        (
            [flow("moving", "deployed", "arrives", times=2, last=30)],
            "Alpha Republic: field hospital (80) in the theatre in 2 serials.",
        ),
        ([flow("deployed", "deployed", "relief embarks")], "Alpha Republic: a relief of field hospital (80) on its way."),
        ([flow("deployed", "deployed", "relief received")], "Alpha Republic: a relief of field hospital (80) in place."),
        (
            [flow("deployed", "deployed", "relief turns back")],
            "Alpha Republic: a relief of field hospital (80) finds nobody there, and turns back.",
        ),
        ([flow("deployed", "withdrawing", "rule")], "Alpha Republic begins to leave: field hospital (80)."),
        (
            [flow("ready", "moving", "embarks by air_bridge")],
            "Alpha Republic: field hospital (80) under way by air bridge.",
        ),
        (
            [flow("deployed", "withdrawing", "mission over")],
            "Alpha Republic begins to leave: field hospital (80), since the mission is over.",
        ),
        (
            [flow("preparing", "pledged", "mission over")],
            "Alpha Republic calls off field hospital (80): the mission is over.",
        ),
        ([flow("withdrawing", "gone", "left")], "Alpha Republic has left: field hospital (80)."),
        ([flow("gone", "pledged", "returns")], "Alpha Republic is ready to pledge field hospital (80) again."),
        ([flow("pledged", "gone", "left")], "Alpha Republic has left, and takes back field hospital (80)."),
        (
            [flow("ready", "gone", "no relief")],
            "Alpha Republic: no relief comes; nor does field hospital (80), which had not embarked.",
        ),
        (
            [flow("deployed", "preparing", "overstayed")],
            "Alpha Republic: the relief cannot embark for too long; home goes field hospital (80).",
        ),
        ([flow("deployed", "gone", "tour over")], "Alpha Republic: no relief comes; home goes field hospital (80)."),
        ([flow("preparing", "pledged", "withdraws")], "Alpha Republic calls off field hospital (80): it withdraws."),
        (
            [flow("ready", "moving", "history: arrived")],
            "Alpha Republic: arrived as history records: field hospital (80).",
        ),
        ([flow("", "pledged", "recruits", 500, "", "police")], "Local police: 500 recruits."),
        (
            [flow("pledged", "preparing", "course begins", 500, "", "police", 4)],
            "Local police: 500 begin a course in 4 classes, the last on 2026-02-10.",
        ),
        ([flow("preparing", "deployed", "course passed", 90, "", "police")], "Local police: 90 have passed a course and serve."),
        (
            [flow("preparing", "ready", "course passed", 90, "", "police")],
            "Local police: 90 have passed a course and wait for their sector.",
        ),
        ([flow("ready", "deployed", "sector opens", 90, "", "police")], "Local police: their sector is open, and 90 serve there."),
        ([flow("preparing", "gone", "not vetted", 7, "", "police")], "Local police: 7 are not vetted."),
    ],
)  # fmt: skip
def test_a_move_is_a_sentence(moves, told, said):
    assert moves._sentence(told) == said


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("switch", 1, "“Calm” begins."),
        ("switch", 0, "“Calm” ends."),
        ("milestone", 1, "“Calm” comes true."),
        ("milestone", 0, "“Calm” is true no longer."),
        ("schedule", 1, "“Calm” comes true."),
        ("schedule", 3.5, "“Calm” is now 3.5."),
    ],
)
def test_a_fact_turns(kind, value, said):
    assert _turn(kind, "Calm", value) == said


def test_counts_stand_by_month_and_progress_at_what_rules_ask_for():
    rows = [(-DAY, 0, "v", 2.0), (3 * DAY, 0, "v", 3.0), (9 * DAY, 0, "v", 7.0), (40 * DAY, 0, "v", 9.0)]
    told = [(news.time // DAY, news.text) for news in _by_month(SCENARIO, "Violations", rows)]
    assert told == [
        (-1, "Violations: 2 before the start."),
        (9, "Violations: 5 in January 2026."),
        (40, "Violations: 2 in February 2026."),
    ]
    rows = [(day * DAY, 0, "works", value) for day, value in enumerate((0.1, 0.3, 0.5, 0.4, 0.6, 1.0))]
    told = [(news.time // DAY, news.text) for news in _progress("Works", rows, (0.5, 1.0))]
    assert told == [
        (0, "“Works” reaches 10 %."),
        (2, "“Works” reaches 50 %."),
        (3, "“Works” falls back to 40 %."),
        (4, "“Works” reaches 60 %."),
        (5, "“Works” reaches 100 %."),
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("theatre.sectors.rafah.opens_on", "The Rafah strip opens"),
        ("theatre.sectors.north_gaza.opens_on", "The sector North Gaza opens"),
        ("theatre.lift.by_air.from", "Lift by by air begins to run"),
        ("theatre.beds.grows.2026-04-01", "The beds planned for 2026-04-01 are there"),
        ("requirements.keep_order.by", "The requirement “keep order” is due"),
    ],
)
def test_a_planned_date_comes(path, said):
    assert _gate(path, titles_of(SCENARIO)) == said
