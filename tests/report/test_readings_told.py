"""Readings of a statement are assumptions like any other: in comparisons, in discovery, in the table of worlds."""

from __future__ import annotations

import pytest

import sim
from sim.model.logbook import Logs
from sim.report.answers.differing_inputs import input_blocks
from sim.report.comparison_tables import ComparisonTables
from sim.report.telling.discovery import discovery_lines
from sim.report.telling.fact_news import fact_news
from sim.results.worlds import worlds_table
from sim.scenario.loading import resolve_text
from sim.studies.comparison import compare
from sim.studies.discovery import conditions_of, discover
from sim.studies.outcomes import outcome_of
from sim.words.statements import quotation, rule_said, statement_title
from sim.words.titles import titles_of

TEXT = """
scenario: what was meant
start: 2026-01-01
end: 2026-06-30
sources:
  speech: {{title: A speech, publisher: A ministry, date: 2025-12-01, quote: once the fighting has stopped}}
facts: {{ceasefire: {{kind: switch, initially: true, since: 2026-01-01}}}}
definitions: {{stopped: ceasefire for 9 days}}
contributors:
  a:
    name: Indonesia
    commits_when: {{one_of: {{{readings}}}}}
    source: {{commits_when: speech}}
    contingents: {{u: {{troops: 100, role: infantry}}}}
targets: {{there: {{troops: 100, by: 2026-02-15}}}}
"""
THREE = '"ceasefire for 30 days": 2, "ceasefire for 60 days": 1, "stopped": 1'
OTHER = '"ceasefire for 30 days": 1, "ceasefire for 60 days": 1'


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    return {
        name: sim.run(resolve_text(TEXT.format(readings=readings), f"{name}.yaml"), 200, out=folder / name)
        for name, readings in (("baseline", THREE), ("other", OTHER))
    }


def test_discovery_says_which_reading_misses_with_the_words_that_are_read(runs):
    """On since the start, and for ever: only the reading of 60 days is later than the target."""
    run = runs["baseline"]
    found = discover(run, outcome_of(run, "there", None, None), numbers=True)
    (box,) = found.boxes
    assert (box.density.value, box.coverage.value, box.rule) == (1, 1, "")
    said = "\n".join(discovery_lines(found))
    words = "“once the fighting has stopped” (Indonesia commits when) is read as: “Ceasefire” has held"
    assert f"{words} throughout the last 60 days" in said
    assert "never:" not in said and "is at least" not in said


def test_without_numbers_no_reading_is_a_condition(runs):
    run = runs["baseline"]
    outcome = outcome_of(run, "there", None, None)
    assert not any(
        "read" in each.sentence for each in conditions_of(run, outcome, numbers=False, arrivals=True)
    )
    both = {
        each.side
        for each in conditions_of(run, outcome, numbers=True, arrivals=False)
        if "read" in each.sentence
    }
    assert both == {True, False}
    two = runs["other"]
    sides = conditions_of(two, outcome_of(two, "there", None, None), numbers=True, arrivals=False)
    assert [each.side for each in sides if "read" in each.sentence] == [True, True]


def test_a_comparison_says_readings_and_chances_in_words(runs):
    tables = ComparisonTables(compare(dict(runs), baseline="baseline"))
    (sheet,) = [block for block in input_blocks(tables) if hasattr(block, "rows")]
    ((key, before, after, *_),) = sheet.rows
    assert str(key) == "contributors.a.commits_when"
    thirty, sixty = (f"“Ceasefire” has held throughout the last {days} days" for days in (30, 60))
    assert str(after) == f"{thirty} (50 %); or {sixty} (50 %)"
    assert str(before) == f"{thirty} (50 %); or {sixty} (25 %); or “stopped” holds (25 %)"
    assert all(column.folds for column in sheet.columns)


def test_the_table_of_worlds_has_the_reading_s_column(runs):
    table = worlds_table(runs["baseline"])
    read = table["drawn.reading.contributors.a.commits_when"]
    assert set(read) == {0, 1, 2}
    assert (table["held.there"] == (read != 1)).all()


def test_what_a_statement_is_called():
    text = TEXT.format(readings=THREE).replace(
        "{stopped: ceasefire for 9 days}", "{stopped: {one_of: [ceasefire, ceasefire for 9 days]}}"
    )
    whole = resolve_text(text, "x.yaml").scenario
    titles = titles_of(whole)
    words = "“once the fighting has stopped” (“Stopped”)"  # those of the rule that speaks of it
    assert statement_title(whole, "definitions.stopped", titles) == words
    alone = whole.model_copy(update={"contributors": {}})
    assert statement_title(alone, "definitions.stopped", titles) == "“Stopped”"
    assert statement_title(whole, "contributors.a.withdraws_when", titles) == "“Indonesia withdraws when”"
    own = "contributors.a.contingents.unit.commits_when"
    assert statement_title(whole, own, titles) == "“Indonesia unit commits when”"
    assert quotation(whole, "contributors.a.commits_when") == "once the fighting has stopped"
    assert quotation(whole, "contributors.a.withdraws_when") == ""
    assert rule_said(whole.definitions["stopped"], titles).endswith("9 days (50 %)")


def test_an_account_says_what_was_drawn_for_its_world():
    text = TEXT.format(readings=THREE).replace(
        "facts:", "uncertain: {pace_of_work: {median: 1, p90: 2}}\nfacts:"
    )
    whole = resolve_text(text, "x.yaml").scenario
    drawn = [(0, -1, "pace_of_work", 1.2345), (0, -1, "reading(contributors.a.commits_when)", 1.0)]
    assert [news.text for news in fact_news(whole, Logs(signals=drawn), titles_of(whole))] == [
        "In this world pace of work is 1.23.",
        "In this world “once the fighting has stopped” (Indonesia commits when) is read as: “Ceasefire” has held "
        "throughout the last 60 days.",
    ]
