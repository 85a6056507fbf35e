"""Compiled code is kept in a folder that nobody else may write to, or not trusted."""

from __future__ import annotations

import re
import shutil
import sys

import pytest

from sim.engines import choice
from sim.engines.choice import chosen_engine
from sim.engines.compiled import cache
from sim.engines.replicating import Replicating


@pytest.fixture(autouse=True)
def own_place(tmp_path, monkeypatch):
    pytest.importorskip("numba", reason="numba is missing: the cache of the COMPILED twin is NOT TESTED")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_it_is_compiled_once_it_was_kept():
    assert not cache.is_compiled()
    cache.keep(b"code")
    assert cache.is_compiled()


def test_a_folder_of_everybody_is_not_trusted():
    cache.keep(b"code")
    cache.folder().chmod(0o777)
    assert not cache.is_compiled()


def test_a_link_is_not_trusted(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    cache.folder().parent.mkdir(parents=True)
    cache.folder().symlink_to(elsewhere)
    cache.keep(b"code")
    assert not any(elsewhere.iterdir())
    assert not cache.is_compiled()


@pytest.mark.parametrize("damage", [lambda code: code[:-1], lambda code: code[:-1] + b"!", lambda code: b""])
def test_what_is_not_as_it_was_written_is_not_trusted(damage):
    cache.keep(b"code")
    assert cache.kept() == b"code"
    (file,) = cache.folder().iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert cache.kept() is None


def test_what_was_made_for_another_processor_is_not_taken(monkeypatch):
    cache.keep(b"code")
    monkeypatch.setattr(cache, "processor", lambda: "another")
    assert not cache.is_compiled()


def test_another_source_has_another_folder(monkeypatch):
    before = cache.folder()
    monkeypatch.setattr(cache.metadata, "version", lambda name: f"other {name}")
    assert cache.folder() != before


def test_auto_takes_the_reference_until_the_twin_is_compiled(monkeypatch):
    monkeypatch.delitem(
        sys.modules, choice._LOADED, raising=False
    )  # another test of this process may have read it
    assert isinstance(chosen_engine("auto", 1_000_000), Replicating)
    cache.keep(b"code")
    assert not isinstance(chosen_engine("auto", 100), Replicating)
    assert not isinstance(chosen_engine("auto"), Replicating)
    assert isinstance(chosen_engine("auto", 99), Replicating)
    monkeypatch.setitem(sys.modules, choice._LOADED, sys)
    assert not isinstance(chosen_engine("auto", 99), Replicating)


def test_the_same_sources_elsewhere_have_the_same_folder_and_others_another(tmp_path, monkeypatch):
    before = cache.folder()
    room = tmp_path / "compiled"
    shutil.copytree(cache.ROOM, room, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "ROOM", room)
    assert cache.folder() == before
    for source in cache._compiled():
        text = source.read_text(encoding="utf-8")
        source.write_text(text + "# changed\n", encoding="utf-8")
        assert cache.folder() != before, source
        source.write_text(text, encoding="utf-8")
    (room / "another.py").touch()
    assert cache.folder() != before


def test_the_twin_is_made_of_nothing_else():
    """What is compiled imports nothing of the project but the twin and its layout."""
    for source in cache._compiled():
        imported = re.findall(
            r"^ *(?:from|import) (sim\S*)", source.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert all(re.fullmatch(r"sim\.engines(\.layout|\.compiled\..*)?", each) for each in imported), source


def test_who_only_calls_the_twin_holds_nothing_that_is_compiled():
    for name in cache._AROUND:
        assert not re.search(
            r"^@(compiled|entry)", (cache.ROOM / name).read_text(encoding="utf-8"), re.MULTILINE
        )
        assert (cache.ROOM / name).is_file()


def test_another_layout_has_another_folder(tmp_path, monkeypatch):
    before = cache.folder()
    layout = tmp_path / "layout.py"
    layout.write_text(cache.LAYOUT.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    monkeypatch.setattr(cache, "LAYOUT", layout)
    assert cache.folder() != before
