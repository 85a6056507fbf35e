"""Nothing that stands in the place of a file keeps a reader waiting."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from sim.plain_files import read_plain, text_of

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")


@pytest.fixture(autouse=True)
def _bounded():
    """End a test that waits for ever."""

    def late(number, frame):
        raise AssertionError("it waits for ever")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_a_file_is_read(tmp_path):
    (tmp_path / "file").write_bytes("\ufeffgrün".encode())
    assert read_plain(tmp_path / "file") == "\ufeffgrün".encode()
    assert text_of(tmp_path / "file", "utf-8-sig") == "grün"


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "socket", "device", "folder", "nothing"])
def test_what_is_no_file_is_refused_at_once(tmp_path, kind):
    path = tmp_path / "it"
    with socket.socket(socket.AF_UNIX) as bound:
        match kind:
            case "pipe":
                os.mkfifo(path)
            case "link to a pipe":
                os.mkfifo(tmp_path / "pipe")
                path.symlink_to(tmp_path / "pipe")
            case "socket":
                bound.bind(str(path))
            case "device":
                path = Path("/dev/zero")
            case "folder":
                path.mkdir()
        with pytest.raises(OSError):
            read_plain(path)


PLACES = ("manifest.json", "derived.json", "scenario.yaml", "summary.csv", "waits/*", "summaries/*")


@pytest.mark.parametrize("place", PLACES)
def test_a_pipe_in_a_run_keeps_nobody_waiting(tmp_path, place):
    from sim.batch.derived import list_derived
    from sim.batch.inventory import faults_of, removals, stored_runs
    from sim.batch.running import run
    from sim.errors import IsfError
    from sim.results.run import open_run
    from sim.scenario.loading import load_resolved

    scenario = tmp_path / "small.yaml"
    scenario.write_text(
        "scenario: Small\nstart: 2026-01-01\nend: 2026-03-31\n"
        "contributors: {north: {contingents: {unit: {troops: 100, role: infantry}}}}\n"
    )
    folder = tmp_path / "outputs" / "small" / "one"
    resolved = load_resolved(scenario)
    run(resolved, replications=20, seed=0, folder=folder)
    (folder / "summary.csv").write_text("a")
    list_derived(folder, open_run(folder).manifest, [folder / "summary.csv"])
    (path,) = folder.glob(place)
    path.unlink()
    os.mkfifo(path)
    (stored,) = stored_runs(folder)
    assert place == "summaries/*" or str(path) in faults_of(stored)[0]
    list(removals([stored]))
    if place in ("manifest.json", "scenario.yaml"):
        with pytest.raises(IsfError, match="is a pipe or a device"):
            open_run(folder)
        return
    opened = open_run(folder)
    assert len(list(opened.summaries())) == 1
    if place == "waits/*":
        with pytest.raises(IsfError, match="cannot be read"):
            opened.waits()


def test_no_pipe_is_a_history_or_a_sealed_forecast(tmp_path):
    from sim.errors import IsfError
    from sim.missions.reading import read_missions
    from sim.studies.forecasts.observed import read_observed
    from sim.studies.forecasts.sealing import read_sealed

    for read in (read_observed, read_sealed):
        os.mkfifo(path := tmp_path / read.__name__)
        with pytest.raises(IsfError):
            read(path)
    os.mkfifo(tmp_path / "missions.csv")
    with pytest.raises(IsfError, match=r"missions\.csv cannot be read"):
        read_missions(tmp_path)
