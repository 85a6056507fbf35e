"""What stands for the code that decides results: it changes with what the code does, not with what it says of itself.

Docstrings, comments and the layout of lines do not count, so that what is kept is not played again for a better word.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from importlib.machinery import SourceFileLoader
from importlib.resources.abc import Traversable
from opcode import opmap
from pathlib import Path
from types import CodeType

DECIDING = ("rules", "scenario", "plan", "model", "engines", "durations.py", "vocabulary.py")
"""What makes a run's bytes out of a resolved scenario and a seed."""

TELLING = (
    "rules/calendar.py",
    "rules/propositions.py",
    "rules/readings.py",
    "rules/satisfiability.py",
    "rules/sentences.py",
    "scenario/analysis",
    "scenario/checks",
    "scenario/key_meanings.py",
    "scenario/ledger.py",
    "scenario/number_schemas.py",
    "scenario/schema.py",
    "scenario/starter.py",
    "scenario/wording.py",
    "scenario/yaml_mistakes.py",
)
"""What only judges or explains rules and scenarios, and makes no plan: nothing that decides imports it."""

_LOCAL_NAMES = 0x2
"""Python's flag of code whose names are local: a function's."""
_HAS_DOCSTRING = 0x4000000
"""Python's flag of a function whose first constant is its docstring; before 3.13 every function has the place."""


@lru_cache(maxsize=32)
def code_digest(*rooms: str) -> str:
    """Return twelve digits that change with what the code of rooms or files of the simulator does.

    Remembered: the code that a process runs is the code that it began with.
    """
    digest = hashlib.sha256()
    root = resources.files("sim")
    for name in rooms:
        for path, content in _contents(root / name, name):
            digest.update(path.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:12]


def _contents(entry: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    if path in TELLING:
        return
    if entry.is_dir():
        for inner in sorted(entry.iterdir(), key=lambda each: each.name):
            yield from _contents(inner, f"{path}/{inner.name}")
    elif path.endswith(".py"):
        yield path, _code_said(_code_of(entry, path))
    elif path.endswith(".lark"):
        yield path, entry.read_bytes()


def _code_of(entry: Traversable, path: str) -> CodeType:
    """The compiled module: as Python has kept it, else compiled anew."""
    if isinstance(entry, Path):
        loader = SourceFileLoader("sim." + path.removesuffix(".py").replace("/", "."), str(entry))
        code = loader.get_code(loader.name)
        if code is not None:
            return code
    return compile(entry.read_bytes(), path, "exec", dont_inherit=True)


def _said(value: object) -> bytes:
    """A constant as bytes that are the same in every process; of code what it does."""
    if isinstance(value, CodeType):
        return _code_said(value)
    if isinstance(value, tuple):
        return b"(" + b",".join(map(_said, value)) + b")"
    if isinstance(value, frozenset):
        return b"{" + b",".join(sorted(map(_said, value))) + b"}"
    return f"{type(value).__name__}:{value!r}".encode()


def _code_said(code: CodeType) -> bytes:
    silent = _docstring_place(code)
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    names = (code.co_name, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, counts)
    constants = [_said(each) for place, each in enumerate(code.co_consts) if place != silent]
    return b"|".join((repr(names).encode(), code.co_code, code.co_exceptiontable, *constants))


def _docstring_place(code: CodeType) -> int | None:
    """Which constant is a docstring: a function's first one, or what a module or class stores as `__doc__`."""
    if code.co_flags & _LOCAL_NAMES:
        first = code.co_consts[0] if code.co_consts else None
        return 0 if isinstance(first, str) and _may_hold_docstring(code) else None
    if "__doc__" not in code.co_names:
        return None
    name = code.co_names.index("__doc__")
    steps = [code.co_code[at : at + 2] for at in range(0, len(code.co_code), 2)]
    stored = bytes((opmap["STORE_NAME"], name)) if name < 256 else b""
    place = steps.index(stored) if stored in steps else 0
    loaded = steps[place - 1] if place else b"\0\0"
    return loaded[1] if loaded[0] == opmap["LOAD_CONST"] else None


def _may_hold_docstring(code: CodeType) -> bool:
    return sys.version_info < (3, 13) or bool(code.co_flags & _HAS_DOCSTRING)
