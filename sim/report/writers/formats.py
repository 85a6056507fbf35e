"""Formats that need packages of the extra `report`."""

from __future__ import annotations

from importlib.util import find_spec

from sim.errors import UsageError

_NEEDS = {"PDF": "typst", "DOCX": "docx", "XLSX": "xlsxwriter"}


def check_format(name: str) -> None:
    """Raise UsageError, with the remedy, if what writes PDF, DOCX or XLSX is not installed."""
    if find_spec(_NEEDS[name]) is None:
        raise UsageError(
            f"{name} needs the extra `report`: pip install '.[report]' in the simulator's folder, or leave out "
            f"--{name.lower()}"
        )
