"""Scenario texts that the tests of this room share."""

from __future__ import annotations

from pathlib import Path

from sim.errors import ScenarioError
from sim.scenario.faults import Fault
from sim.scenario.loading import Resolved, load_resolved

SMALL = """\
scenario: Small
start: 2025-11-17
end: 2026-12-31
contributors:
  indonesia:
    contingents:
      infantry: {troops: 1000, role: infantry}
"""

COMPLETE = (Path(__file__).parent / "complete.yaml").read_text(encoding="utf-8")
"""Every construct of the schema once."""


def write(folder: Path, text: str, name: str = "file.yaml") -> Path:
    """Write a scenario file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def resolved(folder: Path, text: str, settings: tuple[str, ...] = ()) -> Resolved:
    """Load a text as a file."""
    return load_resolved(write(folder, text), settings)


def faults_of(folder: Path, text: str, settings: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """Return the faults of a text that must have some."""
    try:
        resolved(folder, text, settings)
    except ScenarioError as error:
        assert str(error) == "\n".join(str(fault) for fault in error.faults)
        return error.faults
    raise AssertionError("the text has no faults")


def placed(faults: tuple[Fault, ...]) -> list[str]:
    """Return faults as `line:column item: message`."""
    return [f"{fault.line}:{fault.column} {fault.item}: {fault.message}" for fault in faults]
