"""What is overdue is played once, and made anew where it is of something else or not as it was written."""

from __future__ import annotations

import json

import pytest

from sim.batch.running import run as play
from sim.results.run import open_run
from sim.scenario.loading import load_resolved
from sim.studies import kept_overdue
from sim.studies.kept_overdue import FILE, overdue_in
from sim.studies.overdue import overdue

TEXT = """
scenario: silent
start: 2026-01-01
as_of: 2026-03-31
end: 2026-06-30
facts:
  mandate: {kind: milestone, probability: 90%, after: {mean: 10 days}}
  v: {kind: events, rate: 2 per month}
parties: {host: {}}
contributors:
  a: {commits_when: mandate, consents: {host: {after: {mean: 5 days}}}, contingents: {u: {role: infantry, troops: 100}}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overdue")
    (folder / "s.yaml").write_text(TEXT)
    play(load_resolved(folder / "s.yaml"), replications=25, seed=0, folder=folder / "run")
    return open_run(folder / "run")


def test_the_list_is_that_which_is_played(run):
    (run.folder / FILE).unlink(missing_ok=True)
    found = overdue_in(run, 25)
    assert found == overdue(run.scenario, 25, run=run) and len(found) > 1
    assert {each.kind for each in found} >= {"fact", "count"}


def test_it_is_played_once(run, monkeypatch):
    found = overdue_in(run, 25)
    monkeypatch.setattr(kept_overdue, "overdue", lambda *given, **named: pytest.fail("played again"))
    assert overdue_in(run, 25) == found


def edited(said):
    said["overdue"][0]["chance"] = 0.75


def of_another(said):
    said["made_of"] = "0" * 64


def without_a_list(said):
    del said["overdue"]


@pytest.mark.parametrize("spoil", [edited, of_another, without_a_list])
def test_what_is_not_as_it_was_written_is_made_anew(run, spoil):
    found = overdue_in(run, 25)
    sound = (run.folder / FILE).read_bytes()
    said = json.loads(sound)
    spoil(said)
    (run.folder / FILE).write_text(json.dumps(said))
    assert overdue_in(run, 25) == found
    assert (run.folder / FILE).read_bytes() == sound
    (run.folder / FILE).write_bytes(sound[:-30])
    assert overdue_in(run, 25) == found


def test_other_worlds_versions_or_code_make_it_anew(run, monkeypatch):
    def counted(*given, **named):
        played.append(given[1])
        return overdue(*given, **named)

    overdue_in(run, 25)
    played = []
    monkeypatch.setattr(kept_overdue, "overdue", counted)
    overdue_in(run, 24)
    monkeypatch.setattr(kept_overdue, "code_digest", lambda *files: "another")
    overdue_in(run, 24)
    monkeypatch.setattr(kept_overdue, "present_versions", lambda: {"model": "another"})
    overdue_in(run, 24)
    assert played == [24, 24, 24]


def test_where_nothing_can_be_kept_it_is_told_all_the_same(run, monkeypatch):
    from sim.errors import StoreError

    def full(path, content):
        raise StoreError("no room")

    found = overdue_in(run, 25)
    (run.folder / FILE).unlink()
    monkeypatch.setattr(kept_overdue, "write_atomically", full)
    assert overdue_in(run, 25) == found and not (run.folder / FILE).exists()
