from __future__ import annotations

import io
import sys

from sim.cli.progress import progress_of


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, wanted, monkeypatch, runs=1):
    monkeypatch.setattr(sys, "stderr", stream)
    view = progress_of(runs, 10, wanted)
    for number in range(runs):
        with view.of(f"a [bold] name {number}") as progress:
            progress(0, 10, 0)
            progress(10, 10, 2)
    return stream.getvalue()


def test_progress_is_for_terminals_only(monkeypatch):
    assert shown(io.StringIO(), True, monkeypatch) == ""
    assert shown(Terminal(), False, monkeypatch) == ""
    assert "10/10" in shown(Terminal(), True, monkeypatch)


def test_a_name_is_never_markup(monkeypatch):
    assert "a [bold] name" in shown(Terminal(), True, monkeypatch)


def test_one_view_counts_all_runs_and_what_failed_in_them(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    text = shown(Terminal(), True, monkeypatch, runs=3)
    assert "2/3 a [bold] name 1" in text and "20/30" in text
    assert "30/30" in text and "6 failed" in text and " a second" in text
