"""Answers come from summaries: made anew when they are missing, and never a log is read for them."""

from __future__ import annotations

import pytest

from sim.batch.running import run as play
from sim.batch.store import Store
from sim.results.run import Run, open_run
from sim.results.summary import summary_text
from sim.scenario.loading import load_resolved

TEXT = """
scenario: few
start: 2026-01-01
end: 2026-06-30
facts:
  mandate: {kind: milestone, probability: {low: 0.2, mode: 0.6, high: 0.9}, after: {mean: 40 days}}
  v: {kind: events, rate: 6 per month}
contributors:
  a: {commits_when: mandate and v in last 30 days <= 6, contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 20 days}}}}
  b: {commits_when: deployed > 50, contingents: {u: {role: police, troops: 40}}}
targets:
  t: {troops: 100, by: 2026-05-31}
  calm: {troops: 100, by: 2026-05-31, when: v in last 30 days <= 6}
requirements: [{task: patrol, troops: 120, by: 2026-04-30}]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("few")
    (place / "few.yaml").write_text(TEXT)
    play(load_resolved(place / "few.yaml"), replications=270, seed=0, folder=place / "run")
    return place / "run"


def summaries(folder):
    return {path.name: path.read_bytes() for path in (folder / "summaries").iterdir()}


def test_they_are_made_anew_with_the_same_bytes(folder):
    kept, said = summaries(folder), summary_text(open_run(folder))
    assert len(kept) == 2
    for damage in (b"", b"damaged", None):
        for name in kept:
            path = folder / "summaries" / name
            path.unlink() if damage is None else path.write_bytes(damage)
        assert summary_text(open_run(folder)) == said
        assert summaries(folder) == kept


def test_no_answer_reads_a_log(folder, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a log is read")

    said = summary_text(open_run(folder))
    monkeypatch.setattr(Run, "blocks", refuse)
    assert summary_text(open_run(folder)) == said


def test_each_summary_is_read_once(folder, monkeypatch):
    asked = []
    real = Store.summary
    monkeypatch.setattr(
        Store, "summary", lambda self, record: asked.append(record.span.block) or real(self, record)
    )
    summary_text(open_run(folder))
    assert sorted(asked) == [0, 1]
