"""The scenarios that come with the simulator, and their guide."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sim.scenario.loading import Resolved, load_resolved

ROOT = Path(__file__).parents[2]
FILES = tuple(sorted((ROOT / "scenarios").rglob("*.yaml")))
GUIDE = (ROOT / "scenarios/README.md").read_text(encoding="utf-8")


@cache
def shipped(file: Path) -> Resolved:
    """Return a scenario that comes with the simulator, read once: many tests ask something of each."""
    return load_resolved(file)


def examples(language: str) -> tuple[str, ...]:
    """Return the guide's blocks of a language, in order."""
    return tuple(re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.S | re.M))
