"""Try the command with one extra at a time, and with none: what needs another says how to get it.

    python .ci/extras.py                 in an environment that has all extras
    python .ci/extras.py --only report   with this one alone; `none` for none

Nothing is installed. What is installed, but is no part of the simulator with that extra and of what these need in
turn, is hidden from imports, `find_spec` and metadata, before anything of the simulator is imported. That is the
same as an environment which holds just the rest: code reaches other packages in no other way, and which versions
resolve together is tried where environments are made (`.ci/elsewhere`, the lowest ones).
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from sbom import canonical, closure

ROOT = Path(__file__).parents[1]
NONE = "none"
SCENARIO = """\
scenario: Extras
start: 2026-01-01
end: 2026-06-30
facts:
  mandate: {kind: milestone, probability: 0.6, after: {mean: 20 days}}
contributors:
  north: {commits_when: mandate, contingents: {unit: {troops: 100, role: infantry}}}
targets: {some: {troops: 100, by: 2026-05-01}}
never: [deployed > 1000]
"""
COMMANDS = {
    # what needs an extra, and which
    ("report", "RUN", "--pdf", "r.pdf"): "report",
    ("report", "RUN", "--docx", "r.docx"): "report",
    ("export", "RUN", "--xlsx", "r.xlsx"): "report",
    ("check", "extras.yaml", "-n", "5", "--examples", "2", "--jobs", "1"): "test",
    ("run", "extras.yaml", "--executor", "dask", "--dry-run"): "cluster",
    ("run", "extras.yaml", "--engine", "compiled", "--dry-run"): "fast",
}


def declared() -> dict[str, set[str]]:
    """Return each extra of pyproject.toml with those that it brings along, itself among them."""
    extras = _project()["optional-dependencies"]
    return {name: _brought(name, extras) for name in extras}


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _brought(name: str, extras: dict[str, list[str]]) -> set[str]:
    own = [
        each.partition("[")[2].partition("]")[0] for each in extras[name] if each.startswith("isf-simulator[")
    ]
    found = {name}
    for other in ",".join(own).split(",") if own else ():
        found |= _brought(other.strip(), extras)
    return found


class Hidden(PathFinder):
    """Finds modules and distributions as Python does, but for those that are hidden."""

    modules: frozenset[str] = frozenset()
    distributions: frozenset[str] = frozenset()

    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> Any:
        """Find a module, unless its package is hidden."""
        return (
            None if fullname.partition(".")[0] in cls.modules else super().find_spec(fullname, path, target)
        )

    @classmethod
    def find_distributions(cls, *context: Any) -> Any:
        """Find distributions, without those that are hidden."""
        found = super().find_distributions(*context)
        return (each for each in found if canonical(each.metadata["Name"]) not in cls.distributions)


def needed_with(extras: set[str]) -> set[str]:
    """Return the distributions that the simulator needs with these extras, and what they need in turn."""
    project = _project()
    direct = [
        *project["dependencies"],
        *(each for name in extras for each in project["optional-dependencies"][name]),
    ]
    found = {"isf-simulator"}
    for each in direct:
        name = re.split(r"[^A-Za-z0-9_.-]", each)[0]
        if canonical(name) not in found:
            with contextlib.suppress(metadata.PackageNotFoundError):  # for another Python
                found |= {canonical(name), *closure(name, ())}
    return found


def hide_all_but(extras: set[str]) -> None:
    """Hide what is installed and is no part of the simulator with these extras."""
    kept = needed_with(extras)
    owners = {
        module: {canonical(each) for each in names}
        for module, names in metadata.packages_distributions().items()
        if module not in {"sim", *sys.stdlib_module_names}
    }
    Hidden.modules = frozenset(module for module, names in owners.items() if not names & kept)
    Hidden.distributions = frozenset().union(*owners.values()) - kept
    sys.meta_path[:] = [Hidden if finder is PathFinder else finder for finder in sys.meta_path]
    for name in list(sys.modules):
        if name.partition(".")[0] in Hidden.modules:
            del sys.modules[name]


def ended(*arguments: str) -> tuple[int, str]:
    """Give a command in this process; return its exit code and all that it says."""
    from sim.cli.main import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(list(arguments))
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 0, said.getvalue()
    return 0, said.getvalue()


def troubles_of(extra: str) -> list[str]:
    """Try every command with one extra; return what is not as it should be."""
    here = set() if extra == NONE else declared()[extra]
    hide_all_but(here)
    found = []
    with tempfile.TemporaryDirectory(prefix="extras-") as folder:
        os.chdir(folder)
        Path("extras.yaml").write_text(SCENARIO)
        code, said = ended("run", "extras.yaml", "-n", "20", "--jobs", "1", "--figures", "none")
        if code:
            return [f"{extra}: isf run ended with {code}: {said[-500:]}"]
        (run,) = (str(path.parent) for path in Path("outputs").glob("*/*/manifest.json"))
        for command, needed in COMMANDS.items():
            if needed in here and (needed == "fast" or (command[0] == "report" and extra != "report")):
                # it takes long: the tests compile the engine, and `report` alone shows that reports are made
                continue
            code, said = ended(*(run if word == "RUN" else word for word in command))
            wanted = 0 if needed in here else 2
            told = needed in here or f"pip install '.[{needed}]'" in " ".join(said.split())
            if code != wanted or not told or "Traceback" in said:
                found.append(
                    f"{extra}: isf {' '.join(command)} ended with {code}, not {wanted}: {said[-500:]}"
                )
        os.chdir(ROOT)
    if "fast" in here:
        from sim.engines.choice import check_engine

        check_engine("compiled")
    return found


def main() -> None:
    """Try each extra in a process of its own; end with 1 if anything is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="this extra alone")
    only = parser.parse_args().only
    if only:
        troubles = troubles_of(only)
        sys.stdout.writelines(f"{trouble}\n" for trouble in troubles)
        sys.exit(bool(troubles))
    names = [NONE, *(name for name in declared() if name != "develop")]
    begun = {name: subprocess.Popen([sys.executable, __file__, "--only", name]) for name in names}
    codes = {name: process.wait() for name, process in begun.items()}
    print(f"{', '.join(name for name, code in codes.items() if not code)}: as it should be")
    sys.exit(any(codes.values()))


if __name__ == "__main__":
    main()
