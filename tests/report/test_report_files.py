"""Where a report is written, and that it is the same bytes each time."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from sim.batch.running import run as play
from sim.batch.store import check_not_of_a_run
from sim.errors import UsageError
from sim.report.blocks import Document
from sim.report.writers.docx import docx_of
from sim.scenario.loading import load_resolved
from tests.cli.test_ending import SMALL


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("run")
    (place / "small.yaml").write_text(SMALL)
    play(load_resolved(place / "small.yaml"), replications=5, seed=0, folder=place / "one")
    return place / "one"


@pytest.mark.parametrize(
    "name", ["scenario.yaml", "manifest.json", "summary.csv", "waits/x.html", "figures/fan.svg"]
)
def test_a_report_never_replaces_a_file_of_a_run(folder, name):
    with pytest.raises(UsageError, match="is one of the files of the run in"):
        check_not_of_a_run(folder / name)


def test_a_report_may_stand_beside_a_runs_own_files(folder):
    check_not_of_a_run(folder / "report.html")
    check_not_of_a_run(folder.parent / "scenario.yaml")


def test_a_word_document_is_the_same_bytes_at_another_time(monkeypatch):
    document = Document("A title", "below it", (), ())
    first = docx_of(document)
    real = time.localtime
    monkeypatch.setattr(time, "localtime", lambda *given: real(1_000_000_000))
    assert docx_of(document) == first
    with zipfile.ZipFile(io.BytesIO(first)) as made:
        assert b'w:lang w:val="en-GB"' in made.read("word/styles.xml")
        assert b"python-docx" not in made.read("docProps/core.xml")
