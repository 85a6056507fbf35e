from __future__ import annotations

import io
import sys

from sim.cli.progress import progress_of


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(stream, wanted, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_of("a [bold] name", wanted) as progress:
        progress(0, 10)
        progress(10, 10)
    return stream.getvalue()


def test_progress_is_for_terminals_only(monkeypatch):
    assert shown(io.StringIO(), True, monkeypatch) == ""
    assert shown(Terminal(), False, monkeypatch) == ""
    assert "10/10" in shown(Terminal(), True, monkeypatch)


def test_a_name_is_never_markup(monkeypatch):
    assert "a [bold] name" in shown(Terminal(), True, monkeypatch)
