"""Figures by several processes, some of them, or none: the same bytes, and nothing of other logs is left."""

from __future__ import annotations

from itertools import islice

import pytest

from sim.batch.derived import derived_faults
from sim.batch.running import run as play
from sim.batch.store import Store
from sim.errors import UsageError
from sim.report import keeping
from sim.report.drawing import drawing_of, which_figures
from sim.report.figures import registry
from sim.report.keeping import write_run_outputs
from sim.report.tables import Tables
from sim.results.run import open_run
from sim.scenario.loading import load_resolved

EXHIBITS = registry.run_exhibits
TEXT = """
scenario: drawn
start: 2026-01-01
end: 2026-06-30
facts: {mandate: {kind: milestone, probability: 60%, after: {mean: 30 days}}}
contributors:
  a: {commits_when: mandate, contingents: {u: {role: infantry, troops: 100, prepares_for: {mean: 20 days}}}}
targets: {t: {troops: 100, by: 2026-05-31}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A run of which only two figures are drawn: they cost most here."""
    for module in (registry, keeping):
        monkeypatch.setattr(module, "run_exhibits", lambda tables: islice(EXHIBITS(tables), 2))
    (tmp_path / "s.yaml").write_text(TEXT)
    play(load_resolved(tmp_path / "s.yaml"), replications=8, seed=0, folder=tmp_path / "run")
    return tmp_path / "run"


def drawn(folder, which, jobs=1):
    with drawing_of(open_run(folder), which, jobs) as draw:
        write_run_outputs(Tables(open_run(folder)), draw)
    return files(folder)


def files(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "figures").glob("*"))}


@pytest.mark.long
def test_the_same_bytes_by_one_process_and_by_two(folder):
    alone = drawn(folder, "all")
    listed = (folder / "derived.json").read_bytes()
    for path in (folder / "figures").iterdir():
        path.unlink()
    assert drawn(folder, "all", jobs=2) == alone
    assert (folder / "derived.json").read_bytes() == listed
    write_run_outputs(open_run(folder))
    assert files(folder) == alone and (folder / "derived.json").read_bytes() == listed


@pytest.mark.long
def test_some_then_all_then_none(folder):
    assert drawn(folder, "none") == {} and (folder / "summary.csv").exists()
    page = drawn(folder, "page")
    assert page and not any("-column" in name for name in page)
    whole = drawn(folder, "all")
    assert {name: whole[name] for name in page} == page and len(whole) == 2 * len(page)
    assert drawn(folder, "none") == whole, "what is of these logs stays"
    assert derived_faults(folder, Store(folder).manifest()) == ()


def test_figures_of_fewer_worlds_do_not_stay_beside_more(folder):
    drawn(folder, "page")
    (folder / "figures" / "fan.svg").write_text("somebody's own")
    play(load_resolved(folder / "scenario.yaml"), replications=12, seed=0, folder=folder)
    assert set(drawn(folder, "none")) == {"fan.svg"}, "an edited one is somebody's own"
    assert derived_faults(folder, Store(folder).manifest()) == ()


@pytest.mark.long
@pytest.mark.parametrize("when", ["asked", "drawing"])
def test_a_process_that_dies_costs_only_time(folder, monkeypatch, when):
    from concurrent.futures import BrokenExecutor, Executor, Future

    from sim.batch import workers

    class Dying(Executor):
        def submit(self, fn, /, *args, **kwargs):
            if when == "asked":
                raise BrokenExecutor("killed")
            future = Future()
            future.set_running_or_notify_cancel()
            future.set_exception(BrokenExecutor("killed"))
            return future

    monkeypatch.setattr(workers.Processes, "open", lambda self, task: (Dying(), task))
    names = set(drawn(folder, "page", jobs=2))
    assert {name.removesuffix(".svg") for name in names if name.endswith(".svg")} == {
        exhibit.name for exhibit in registry.run_exhibits(Tables(open_run(folder)))
    }


@pytest.fixture
def pens(monkeypatch):
    """What is drawn, by name."""
    from sim.report import drawing

    names, drawn_now = [], drawing.Drawing.drawn

    def noted(self, tables, name):
        names.append(name)
        return drawn_now(self, tables, name)

    monkeypatch.setattr(drawing.Drawing, "drawn", noted)
    return names


@pytest.mark.long
def test_what_stands_is_not_drawn_again(folder, pens):
    whole = drawn(folder, "all")
    listed = (folder / "derived.json").read_bytes()
    assert len(pens) == 2
    for which in ("all", "page", "none"):
        assert drawn(folder, which) == whole and (folder / "derived.json").read_bytes() == listed
    assert len(pens) == 2


@pytest.mark.long
def test_columns_are_drawn_where_only_pages_stand(folder, pens):
    drawn(folder, "page")
    drawn(folder, "page")
    assert len(pens) == 2
    assert len(drawn(folder, "all")) == 8 and len(pens) == 4


@pytest.mark.long
@pytest.mark.parametrize("spoil", ["edit", "remove", "code", "logs"])
def test_what_does_not_stand_is_drawn_again(folder, pens, monkeypatch, spoil):
    whole = drawn(folder, "page")
    match spoil:
        case "edit":
            (folder / "figures" / "fan.svg").write_text("other")
        case "remove":
            (folder / "figures" / "fan.png").unlink()
        case "code":
            monkeypatch.setattr("sim.batch.code_digest.code_digest", lambda *rooms: "another")
        case "logs":
            play(load_resolved(folder / "scenario.yaml"), replications=12, seed=0, folder=folder)
    again = drawn(folder, "page")
    assert len(pens) == 4
    assert (again == whole) == (spoil != "logs") and again.keys() == whole.keys()


def test_another_word_is_refused():
    with pytest.raises(UsageError, match="all, page or none"):
        which_figures("some")
