"""What is kept is made anew when the code does something else, and not when it says something else."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.batch.code_digest import DECIDING, TELLING, _code_of, _code_said, code_digest

SIM = Path(__file__).resolve().parents[2] / "sim"
PLAIN = """
LIMIT = 3
NAMES = frozenset({"a", "b"})

class Thing:
    size: int = 1

    def grown(self, by=2):
        return self.size + by * LIMIT if "a" in {"a", "b", "c"} else None
"""


def said(source):
    return _code_said(compile(source, "x", "exec", dont_inherit=True))


DOCUMENTED = '''"""A module."""

LIMIT = 3  # troops
"""What it means."""
NAMES = frozenset({"a", "b"})


class Thing:
    """A thing."""

    size: int = 1
    """Its size."""

    def grown(self, by=2):
        """Say %s."""
        # why
        return self.size + by * LIMIT if "a" in {"a", "b", "c"} else None
'''


def test_other_docstrings_and_comments_are_the_same_code():
    one, other = (
        DOCUMENTED % "this",
        (DOCUMENTED % "that").replace("# why", "# why not\n").replace("A thing", "It"),
    )
    assert said(one) == said(other)
    assert said(one.replace("A module", "The module")) == said(one)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("by=2", "by=3"),
        ("+ by", "- by"),
        ("size: int = 1", "size: int = 2"),
        ('"a" in', '"b" in'),
        ('"b", "c"}', '"b", "d"}'),
        ("else None", "else 0"),
        ("LIMIT = 3", "LIMIT = 3.0"),
        ('{"a", "b"})', '{"a", "x"})'),
    ],
)
@pytest.mark.parametrize("source", [PLAIN, DOCUMENTED])
def test_other_code_is_another(source, before, after):
    assert before in source
    assert said(source.replace(before, after)) != said(source)


def test_a_string_that_is_no_docstring_counts():
    assert said("def f():\n    return 'x'\n") != said("def f():\n    return 'y'\n")
    assert said("class C:\n    x = 'one'\n") != said("class C:\n    x = 'two'\n")
    assert said("x = 'one'\n") != said("x = 'two'\n")


def test_kept_and_fresh_code_say_the_same():
    path = SIM / "plan" / "laws.py"
    assert _code_said(_code_of(path, "plan/laws.py")) == said(path.read_text(encoding="utf-8"))


def test_every_process_has_the_same_digest():
    words = "from sim.batch.code_digest import DECIDING, code_digest; print(code_digest(*DECIDING))"
    found = subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == code_digest(*DECIDING)
    assert code_digest("rules") != code_digest("plan")


def imported(path):
    """The modules of the simulator that a file imports anywhere, but for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node not in silent and (node.module or "").startswith("sim"):
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names)):
                place = SIM.parent / name.replace(".", "/")
                yield from (
                    each for each in (place.with_suffix(".py"), place / "__init__.py") if each.exists()
                )


def test_what_only_tells_makes_no_plan():
    """No module that makes or plays a plan imports one that is left out, nor through others."""
    files = [path for room in ("plan", "model", "engines", "rules") for path in (SIM / room).rglob("*.py")]
    waiting = [path for path in files if path.relative_to(SIM).as_posix() not in TELLING]
    seen = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += imported(path)
    deciding = {path.relative_to(SIM).as_posix() for path in seen}
    assert "scenario/facts.py" in deciding
    left_out = {
        path for path in deciding if any(path == each or path.startswith(f"{each}/") for each in TELLING)
    }
    assert left_out == set()
    assert all((SIM / each).exists() for each in (*TELLING, *DECIDING))
    rooms = {path.split("/")[0] for path in deciding} - {"errors.py", "version.py"}
    assert rooms <= set(DECIDING), "something that decides is in no deciding room"
