"""A scenario file's text, or one clear fault when there is none to be had."""

from __future__ import annotations

import stat
from pathlib import Path

from sim.errors import ScenarioError
from sim.scenario.faults import fault_at, scenario_error
from sim.scenario.positions import Position

LARGEST_FILE = 5_000_000
"""Most bytes of a scenario file."""

_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path) -> str:
    """Return the text of a scenario file, without a byte order mark.

    Raises ScenarioError if it is missing, a directory, a pipe or device, unreadable, too large, binary, not UTF-8
    or empty.
    """
    name = str(path)
    try:
        if path.is_dir():
            raise _no_file(name, "this is a directory; name a scenario file (.yaml) in it")
        if may_wait_for_ever(path):
            raise _no_file(name, "this is a pipe or a device, and no file; name a scenario file (.yaml)")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _no_file(name, f"there is no such file{_alike(path)}") from None
    except PermissionError:
        raise _no_file(name, "the file may not be read; change its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _no_file(name, f"the file cannot be read ({reason}); name a scenario file (.yaml)") from None
    if len(content) > LARGEST_FILE:
        raise _no_file(name, f"the file has more than {LARGEST_FILE:,} bytes, the limit of a scenario file")
    return decode(content, name)


def may_wait_for_ever(path: Path) -> bool:
    """Tell whether a path leads to what can keep a reader waiting: a named pipe, a device, a socket.

    The process's own standard input (`isf validate /dev/stdin`) may: it was opened by whoever gave the command.
    """
    if str(path).startswith(("/dev/stdin", "/dev/fd/")):
        return False
    mode = path.stat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def decode(content: bytes, name: str) -> str:
    """Return bytes as text; raises ScenarioError if they are binary, not UTF-8, or say nothing."""
    if b"\0" in content or content.startswith(_BYTE_ORDER_MARKS):
        raise _no_file(name, "the file is binary or not UTF-8; a scenario is a UTF-8 text file in YAML")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8 text"
        raise scenario_error([fault_at(Position(name, line, column), "", message)]) from None
    if not text.strip():
        raise _no_file(name, "the file is empty; `isf new NAME` writes a scenario to start from")
    return text


def _no_file(name: str, message: str) -> ScenarioError:
    return scenario_error([fault_at(Position(name, 1, 1), "", message)])


def _alike(path: Path) -> str:
    """Return a hint at the file of the same folder whose name is most like the one asked for."""
    from sim.rules.suggestions import nearest

    try:
        names = [found.name for found in path.parent.glob("*.y*ml")]
    except (OSError, ValueError):
        return "; check the path"
    close = nearest(path.name, names)
    return f"; did you mean {path.parent / close}?" if close else "; check the path"
