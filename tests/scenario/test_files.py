from __future__ import annotations

import os

import pytest

from sim.errors import ScenarioError
from sim.scenario.files import LARGEST_FILE, decode, read_text

from .samples import SMALL, write


def message_of(call) -> str:
    with pytest.raises(ScenarioError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_text_comes_back_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert read_text(path) == SMALL


def test_a_missing_file_names_the_nearest(tmp_path):
    write(tmp_path, SMALL, "tutorial.yaml")
    message = message_of(lambda: read_text(tmp_path / "tutoral.yaml"))
    assert message.startswith(f"{tmp_path / 'tutoral.yaml'}:1:1: there is no such file; did you mean")
    assert message.endswith(f"{tmp_path / 'tutorial.yaml'}?")
    assert message_of(lambda: read_text(tmp_path / "x" / "y.yaml")).endswith("check the path")


def test_a_directory(tmp_path):
    assert "this is a directory" in message_of(lambda: read_text(tmp_path))


def test_a_file_inside_a_file(tmp_path):
    path = write(tmp_path, SMALL)
    assert "cannot be read" in message_of(lambda: read_text(path / "a.yaml"))


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_an_unreadable_file(tmp_path):
    path = write(tmp_path, SMALL)
    path.chmod(0)
    assert "change its permissions" in message_of(lambda: read_text(path))


def test_a_file_that_may_not_be_opened(tmp_path, monkeypatch):
    path = write(tmp_path, SMALL)

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    assert "change its permissions" in message_of(lambda: read_text(path))


def test_a_file_beyond_the_limit(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    assert "5,000,000 bytes" in message_of(lambda: read_text(path))


def test_an_impossible_name(tmp_path):
    from pathlib import Path

    assert "cannot be read" in message_of(lambda: read_text(Path("a\0b")))
    assert "cannot be read" in message_of(lambda: read_text(tmp_path / ("x" * 5000)))


@pytest.mark.parametrize("content", [b"", b"  \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file(content):
    assert "the file is empty" in message_of(lambda: decode(content, "f"))


@pytest.mark.parametrize("content", [bytes(range(256)), SMALL.encode("utf-16"), b"\x7fELF\0"])
def test_a_binary_file(content):
    assert "binary" in message_of(lambda: decode(content, "f"))


def test_text_that_is_not_utf_8_has_a_place():
    message = message_of(lambda: decode("a: 1\nb: déjà".encode("latin-1"), "f"))
    assert message.startswith("f:2:5: byte 0xe9 is not UTF-8")
