"""Several questions are answered from one pass over the blocks, and alike."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from rich.console import Console

from sim.batch.running import run as play
from sim.report.figures.registry import run_exhibits
from sim.report.printing import print_run
from sim.report.tables import Tables
from sim.results import run as run_module
from sim.results.applicability import applies
from sim.results.reading import kept_answer, read, read_together
from sim.results.run import Run, open_run
from sim.results.summary import summary_text
from sim.rules.parsing import parse
from sim.scenario.loading import resolve_text

TEXT = """
scenario: asked at once
start: 2026-01-01
end: 2026-06-30
facts:
  mandate: {kind: milestone, probability: 60%, after: {mean: 30 days}}
  calm: {kind: switch, initially: true, stays_on: {mean: 60 days}, stays_off: {mean: 20 days}}
parties: {host: {}}
contributors:
  a:
    commits_when: mandate
    consents: {host: {after: {mean: 10 days}}}
    withdraws_when: not calm for 10 days
    contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 20 days}}}
  b: {commits_when: calm, contingents: {u: {role: police, troops: 50, force: police}}}
unnamed:
  at_most: 6
  every: {mean: 20 days}
  commits_when: mandate
  contingents: {u: {role: infantry, troops: 30}}
targets:
  t: {troops: 100, by: 2026-05-31, when: mandate}
  p: {troops: 50, by: 2026-04-30, force: police, when: calm}
requirements:
  - {name: patrols, task: patrol, role: infantry, troops: 80, by: 2026-03-31, when: calm, critical: true}
costs: {unit: million, soldier_month: {low: 1, mode: 2, high: 4}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading")
    play(resolve_text(TEXT, "s"), replications=510, seed=0, folder=folder)
    return folder


def said_of(folder):
    """Everything that is told of a run, and how often each block is read."""
    read_blocks = []
    original = run_module.Run._block

    class Counted(Run):
        def summaries(self):
            for place, summary in super().summaries():
                read_blocks.append(place)
                yield place, summary

    opened = open_run(folder)
    tables = Tables(Counted(opened.folder, opened.scenario, opened.manifest))
    out = io.StringIO()
    print_run(tables, Console(file=out, width=100))
    told = [out.getvalue(), summary_text(tables.run)]
    told += [
        f"{each.name} {each.finding(tables)}\n{each.data(tables).to_csv()}" for each in run_exhibits(tables)
    ]
    assert run_module.Run._block is original
    return told, max(map(read_blocks.count, read_blocks))


def test_of_a_long_run_each_block_is_read_once_and_nothing_else_is_said(folder, monkeypatch):
    in_memory, _ = said_of(folder)
    monkeypatch.setattr(run_module, "_MOST_IN_MEMORY", 2)
    told, most = said_of(folder)
    assert told == in_memory
    assert most == 1


def test_a_question_is_asked_once_and_those_together_see_the_same_blocks(folder):
    run, begun = open_run(folder), []

    def counting(name):
        def question():
            begun.append(name)
            worlds = 0
            while (block := (yield)) is not None:
                worlds += len(block[1].numbers)
            return name, worlds

        return question

    read_together(run, {"one": counting("one"), "two": counting("two")})
    assert kept_answer(run, "one", counting("one")) == ("one", 510)
    assert kept_answer(run, "three", counting("three")) == ("three", 510)
    assert begun == ["one", "two", "three"]
    assert read(run, [counting("four")(), counting("five")()]) == (("four", 510), ("five", 510))
    assert "four" not in run.kept


def test_rules_that_remember_say_the_same_in_parts_of_any_size(folder, monkeypatch):
    rules = [
        "(once mandate) and not (calm for 10 days)",
        "deployed(a) > 0 within 30 days and calm",
        "once after 2026-02-01",
    ]
    asked = [(parse(rule), dt.date(2026, 4, 30)) for rule in rules]
    found = []
    for worlds in (1, 300, 1_000_000):
        monkeypatch.setattr("sim.results.applicability._RECORDS_AT_ONCE", worlds)
        found.append(applies(open_run(folder), asked).tolist())
    assert found[0] == found[1] == found[2]
    assert [0 < sum(each) < 510 for each in found[0]] == [True, True, False]
    assert all(found[0][2])
