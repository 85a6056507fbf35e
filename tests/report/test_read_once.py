"""Of runs with more blocks than stay in memory each block is read once, whatever is asked, and nothing else is said."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from rich.console import Console

from sim.batch.running import run as play
from sim.report.blocks import Paragraph
from sim.report.comparison_tables import ComparisonTables, asked_in_comparison
from sim.report.figures.registry import comparison_exhibits
from sim.report.pictures import csv_of
from sim.report.printing import print_comparison
from sim.report.reporting import report_of
from sim.report.result import Result
from sim.report.workbook import sheets_and_charts
from sim.results import run as run_module
from sim.results import summaries
from sim.results.levels import level_table
from sim.results.run import open_run
from sim.scenario.loading import resolve_text
from sim.studies.comparison import compare
from sim.studies.discovery import asked_for_discovery, discover
from sim.studies.outcomes import outcome_where, outcomes_of

TEXT = """
scenario: read once
start: 2026-01-01
end: 2026-06-30
facts:
  mandate: {kind: milestone, probability: 60%, after: {mean: 30 days}}
  calm: {kind: switch, initially: true, stays_on: {mean: 60 days}, stays_off: {mean: 20 days}}
  raids: {kind: events, rate: 2 per 30 days}
parties: {host: {}}
contributors:
  a:
    commits_when: mandate
    consents: {host: {after: {mean: 10 days}}}
    withdraws_when: not calm for 10 days
    contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 20 days}}}
  b: {commits_when: calm, contingents: {u: {role: police, troops: 50, force: police}}}
theatre:
  casualties: {rate: 40 per 1000 per 30 days}
targets:
  t: {troops: 100, by: 2026-05-31, when: mandate}
  p: {troops: 50, by: 2026-04-30, force: police, when: calm}
  o: {troops: 100, by: 2026-05-15, when: once mandate and committed(a) >= 50}
  c: {troops: 50, by: 2026-06-10, when: casualties >= 1 or withdrawn(a) > 0}
requirements:
  - {name: patrols, task: patrol, role: infantry, troops: 80, by: 2026-03-31, when: calm, critical: true}
  - name: guards
    task: guard
    role: infantry
    troops: 40
    by: {planned: 2026-04-15, slips: {mean: 10 days}}
    when: once mandate
costs: {unit: million, soldier_month: {low: 1, mode: 2, high: 4}}
"""
OTHER = (
    TEXT.replace("end: 2026-06-30", "end: 2026-06-15")
    .replace("troops: 80", "troops: 90")
    .replace("by: 2026-05-15", "by: 2026-05-10")
    .replace("prepares_for: {mean: 20 days}", "prepares_for: {mean: 30 days}")
)
SWEPT = TEXT.replace("probability: 60%", "probability: 90%")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    found = {}
    for name, text in {"a": TEXT, "b": OTHER, "swept": SWEPT}.items():
        found[name] = tmp_path_factory.mktemp(name)
        play(resolve_text(text, "s"), replications=260, seed=0, folder=found[name])
    return found


@pytest.fixture
def undrawn(monkeypatch):
    """Figures say what they show, and are not drawn."""

    def said(exhibit, subject, label="", wide=True):
        return Paragraph(f"{label} {exhibit.alternative(subject)} {csv_of(exhibit.data(subject))}")

    monkeypatch.setattr("sim.report.assembly.picture", said)


@pytest.fixture
def once(folders, monkeypatch):
    """A function that asks of runs that stay in memory, then of such that do not, and finds each block read once."""
    reads = Counter()
    original = summaries.summary_of

    def counted(store, record, finished, read):
        reads[store.folder, record.span.first] += 1
        return original(store, record, finished, read)

    monkeypatch.setattr(summaries, "summary_of", counted)

    def check(ask, *names):
        said = []
        for most in (2, 1):
            monkeypatch.setattr(run_module, "_MOST_IN_MEMORY", most)
            reads.clear()
            said.append(ask(*(folders[name] for name in names)))
            assert dict(reads) == {(folders[name], first): 1 for name in names for first in (0, 250)}
        assert said[0] == said[1]

    return check


def compared(*folders):
    runs = {folder.name: open_run(folder) for folder in folders}
    comparison = compare(runs, further=asked_in_comparison)
    tables, out = ComparisonTables(comparison), io.StringIO()
    print_comparison(tables, Console(file=out, width=100))
    told = [out.getvalue(), comparison.table.to_csv(), comparison.interactions.to_csv()]
    told.append(
        f"{tables.pledges} {tables.cause_shades}"
    )  # by which figures that are not drawn here have their colours
    for exhibit in comparison_exhibits(tables):
        told.append(f"{exhibit.name} {exhibit.alternative(tables)} {exhibit.data(tables).to_csv()}")
    return told


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_comparison_reads_each_block_once_whichever_run_is_shorter(once, names):
    once(compared, *names)


def test_a_sweep_reads_each_block_once_with_its_response(once, monkeypatch):
    monkeypatch.setattr("sim.report.figures.response._FEWEST", 2)

    def asked(*folders):
        told = compared(*folders)
        assert any(each.startswith("response") for each in told)
        return told

    once(asked, "a", "swept")


@pytest.mark.parametrize("names", [("a",), ("a", "b")])
def test_a_report_reads_each_block_once(once, undrawn, names):
    once(lambda *folders: report_of({folder.name: open_run(folder) for folder in folders}), *names)


def conditions_where(folder):
    run = open_run(folder)
    outcome = outcome_where(
        run, "once calm and casualties >= 1", None, asked_for_discovery(run, numbers=True)
    )
    found = discover(run, outcome, misses=False, numbers=True)
    return found.base, [each.sentence for box in found.boxes for each in box.conditions]


@pytest.mark.parametrize(
    "ask",
    [
        lambda folder: Result.open(folder).worlds().to_csv(),
        lambda folder: Result.open(folder).signposts("o").table().to_csv(),
        lambda folder: Result.open(folder).signposts(troops=100, by="2026-05-01").table().to_csv(),
        lambda folder: Result.open(folder).discover("c", misses=False, arrivals=True).base,
        conditions_where,
        lambda folder: [(each.name, each.holds.tolist()) for each in outcomes_of(open_run(folder))],
        lambda folder: level_table(open_run(folder), "stage").to_csv(),
        lambda folder: {name: sheet.to_csv() for name, sheet in sheets_and_charts(folder)[0].items()},
    ],
    ids=[
        "worlds",
        "signposts",
        "signposts of troops",
        "discover",
        "discover where",
        "outcomes",
        "stages",
        "export",
    ],
)
def test_other_questions_read_each_block_once(once, ask):
    once(ask, "a")
