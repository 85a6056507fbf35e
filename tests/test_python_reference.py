"""The reference of the Python interface names every public name, with its signature."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import sim
import sim.testing

PAGE = (Path(__file__).parents[1] / "sim/PYTHON.md").read_text(encoding="utf-8")


def section(name):
    """Return what stands in the page's section of a module."""
    return re.split(r"^## ", PAGE.split(f"\n## `{name}`\n")[1], flags=re.M)[0]


def said(module, name):
    """Return a name with its parameters and their defaults, without types."""
    thing = getattr(module, name)
    if isinstance(thing, str) or (inspect.ismodule(thing) and not callable(thing)):
        return name
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(thing).parameters.values()
    ]
    return f"{name}{inspect.Signature(bare)}"


@pytest.mark.parametrize("module", [sim, sim.testing], ids=["sim", "sim.testing"])
def test_every_public_name_stands_in_the_reference_as_it_is_called(module):
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section(module.__name__), re.M))
    assert set(rows) == {said(module, name) for name in module.__all__}


def test_the_modules_of_the_kit_are_found_as_attributes():
    for name in ("rules", "scenarios", "worlds"):
        assert inspect.ismodule(getattr(sim.testing, name))


def test_what_is_named_of_a_run_and_a_comparison_exists():
    from sim.report.compared import Compared
    from sim.report.result import Result
    from sim.studies.packages.planning import Planning

    lines = dict(re.findall(r"^Of (a run|a comparison|a search of packages): (.+)$", PAGE, re.M))
    for what, kind in {"a run": Result, "a comparison": Compared, "a search of packages": Planning}.items():
        known = {*dir(kind), *inspect.get_annotations(kind), *kind.__init__.__annotations__}
        for base in kind.__mro__:
            known |= set(inspect.get_annotations(base))
        known |= {name for base in kind.__mro__ for name in _assigned(base)}
        for name in re.findall(r"`(\w+)(?:\([\w, ]*\))?`", lines[what]):
            assert name in known, (what, name)


def _assigned(kind):
    """Return the attributes that a class sets on itself."""
    return re.findall(r"self\.(\w+)\b", inspect.getsource(kind)) if kind is not object else []
